/* SPDX-License-Identifier: MIT */
/* The text report: what it is, the flash, the parts, their health, what to do next. */
#include "page.h"

#include <inttypes.h>
#include <string.h>

#include "../model/finding.h"
#include "escape.h"

#define MIN_COLUMNS   60u /* what the parts table and commands need */
#define LABEL_COLUMNS 12u
#define NAME_COLUMNS  16u
#define PATH_COLUMNS  22u /* of a path on a line of its own sentence */
#define IDS_SHOWN     8u
#define SECTOR        4096u
#define EVIDENCE      3u /* items a module, when the dump is ambiguous */

static void begin_field(struct mtks_page *page, struct mtks_line *line, const char *label)
{
    mtks_page_begin(page, line);
    mtks_line_add(line, "  ");
    mtks_line_add(line, label);
    mtks_line_pad(line, LABEL_COLUMNS);
}

/* Adds `value`, after ", " when the field holds something already. */
static void add_item(struct mtks_line *line, const char *label, const char *value)
{
    if (!value || !*value)
        return;
    if (line->columns > LABEL_COLUMNS)
        mtks_line_add(line, ", ");
    mtks_line_add(line, label);
    mtks_line_add(line, value);
}

/* Ends a field, with "not known" for an empty one. */
static void end_field(struct mtks_page *page, struct mtks_line *line)
{
    if (line->columns <= LABEL_COLUMNS)
        mtks_line_add(line, "not known");
    mtks_page_end(page, line);
}

static void put_title(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    const char *chip = mtks_fact_value(analysis, MTKSCAN_FACT_CHIP);
    struct mtks_line line;
    mtks_page_begin(page, &line);
    mtks_line_colour(&line, MTKS_BOLD);
    mtks_line_add(&line, chip ? chip : "chip not known");
    mtks_line_colour(&line, MTKS_PLAIN);
    mtks_line_add(&line, analysis->forced ? "; module forced by --plugin: " : "; module ");
    mtks_line_add(&line, analysis->plugin ? analysis->plugin : "?");
    for (size_t i = 0; analysis->plugin && i < analysis->claims.count; i++) {
        const struct mtks_claim *claim = &analysis->claims.items[i];
        if (claim->plugin && strcmp(claim->plugin, analysis->plugin) == 0)
            mtks_line_format(&line, ", %d bits of evidence", claim->score);
    }
    mtks_page_end(page, &line);
}

/* From here on all offsets are in the corrected view. */
static void put_view(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    for (size_t i = 0; i < analysis->input.view.count; i++) {
        struct mtks_line line;
        begin_field(page, &line, i ? "" : "corrected");
        mtks_line_add(&line, analysis->input.view.items[i].text);
        end_field(page, &line);
    }
}

static void put_identity(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;
    put_title(page);

    bool piped = !analysis->input.kit && strcmp(analysis->input.path, "-") == 0;
    begin_field(page, &line, analysis->input.kit ? "kit" : "dump");
    mtks_line_size(&line, analysis->input.size);
    mtks_line_add(&line, analysis->input.kit ? " once flashed" : "");
    add_item(&line, "", piped ? "standard input" : analysis->input.path);
    end_field(page, &line);
    put_view(page);

    begin_field(page, &line, "device");
    mtks_line_add(&line, analysis->device         ? analysis->device
                         : analysis->device_notes ? "not known"
                                                  : "not in the registry");
    add_item(&line, "", analysis->device_notes);
    end_field(page, &line);

    begin_field(page, &line, "board");
    add_item(&line, "", mtks_fact_value(analysis, MTKSCAN_FACT_PROJECT));
    add_item(&line, "", mtks_fact_value(analysis, MTKSCAN_FACT_PCB));
    add_item(&line, "", mtks_fact_value(analysis, MTKSCAN_FACT_HW_VERSION));
    end_field(page, &line);

    begin_field(page, &line, "version");
    add_item(&line, "", mtks_fact_value(analysis, MTKSCAN_FACT_VERNO));
    end_field(page, &line);

    begin_field(page, &line, "built");
    add_item(&line, "", mtks_fact_value(analysis, MTKSCAN_FACT_BUILD_TIME));
    add_item(&line, "branch ", mtks_fact_value(analysis, MTKSCAN_FACT_BRANCH));
    end_field(page, &line);
}

static void put_flash(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;

    begin_field(page, &line, "flash");
    if (analysis->flash.capacity)
        mtks_line_block(&line, analysis->flash.capacity);
    for (size_t i = 0; i < analysis->flash.zones.count; i++) {
        const struct mtks_zone *zone = &analysis->flash.zones.items[i];
        if (line.columns > LABEL_COLUMNS)
            mtks_line_add(&line, ", ");
        mtks_line_add(&line, i ? "" : "erase blocks of ");
        mtks_line_block(&line, zone->block);
        if (zone->offset)
            mtks_line_format(&line, " from 0x%06" PRIX64, zone->offset);
    }
    end_field(page, &line);

    begin_field(page, &line, "flash IDs");
    for (size_t i = 0; i < analysis->flash.ids.count; i++) {
        const struct mtks_flash_id *id = &analysis->flash.ids.items[i];
        if (!page->verbose && i == IDS_SHOWN) {
            mtks_line_format(&line, " and %zu more", analysis->flash.ids.count - i);
            break;
        }
        mtks_line_add(&line, i ? " " : "");
        for (uint32_t byte = 0; byte < id->id_length && byte < sizeof id->id; byte++)
            mtks_line_format(&line, "%02X", id->id[byte]);
    }
    end_field(page, &line);

    begin_field(page, &line, "memory");
    add_item(&line, "", analysis->flash.memory_type);
    add_item(&line, analysis->flash.memory_type ? "" : "not known, ",
             analysis->flash.memory_type_source);
    end_field(page, &line);

    if (!analysis->packing.text)
        return;
    mtks_page_paragraph(page, "  packing   ", analysis->packing.text, 1);
}

static enum mtks_colour health_colour(enum mtks_part_health health)
{
    static const enum mtks_colour colours[] = {
        [MTKS_HEALTH_UNCHECKED] = MTKS_PLAIN,  [MTKS_HEALTH_VERIFIED] = MTKS_GREEN,
        [MTKS_HEALTH_CONSISTENT] = MTKS_GREEN, [MTKS_HEALTH_DAMAGED] = MTKS_RED,
        [MTKS_HEALTH_TRUNCATED] = MTKS_RED,    [MTKS_HEALTH_ABSENT] = MTKS_RED,
    };
    return health <= MTKS_HEALTH_ABSENT ? colours[health] : MTKS_PLAIN;
}

static void put_part(struct mtks_page *page, const struct mtks_part *part)
{
    struct mtks_line line;
    mtks_page_begin(page, &line);
    mtks_line_add(&line, "  ");
    mtks_line_cell(&line, part->name, NAME_COLUMNS);
    mtks_line_format(&line, "  0x%06" PRIX64, part->offset);
    if (part->length)
        mtks_line_format(&line, "  %8" PRIu64, part->length);
    else
        mtks_line_add(&line, "         ?");
    mtks_line_format(&line, "  0x%08" PRIX64 "  ", part->load_addr);
    mtks_line_colour(&line, health_colour(part->health));
    mtks_line_add(&line, mtks_health_name(part->health));
    mtks_line_colour(&line, MTKS_PLAIN);
    if (part->health == MTKS_HEALTH_TRUNCATED)
        mtks_line_format(&line, ", %" PRIu64 " there", part->present);
    if (part->flags & MTKSCAN_PART_EXTRA)
        mtks_line_add(&line, ", EXTRA");
    mtks_page_end(page, &line);
}

/* Ranges of a flash sector and more; smaller ones are the flash's own bookkeeping: see -v. */
static void put_ranges(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;
    unsigned shown = 0;
    for (size_t i = 0; i < analysis->ranges.count; i++) {
        const struct mtks_range *range = &analysis->ranges.items[i];
        if (!page->verbose && range->length < SECTOR)
            continue;
        if (shown++ == 0)
            begin_field(page, &line, "ranges");
        add_item(&line, "", range->name);
        mtks_line_format(&line, " 0x%06" PRIX64 "+0x%" PRIX64, range->offset, range->length);
    }
    if (shown)
        mtks_page_end(page, &line);
}

static void put_parts(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;
    mtks_page_blank(page);
    mtks_page_begin(page, &line);
    mtks_line_colour(&line, MTKS_BOLD);
    mtks_line_format(&line, "  %-16s  offset      length  load addr   verdict", "part");
    mtks_page_end(page, &line);
    for (size_t i = 0; i < analysis->parts.count; i++)
        put_part(page, &analysis->parts.items[i]);
    put_ranges(page);
}

static bool has_health(const struct mtks_analysis *analysis, enum mtks_part_health health)
{
    for (size_t i = 0; i < analysis->parts.count; i++)
        if (analysis->parts.items[i].health == health)
            return true;
    return false;
}

/* Says what the verdict words above mean, and no others. */
static void put_legend(struct mtks_page *page)
{
    bool verified = has_health(page->analysis, MTKS_HEALTH_VERIFIED);
    bool consistent = has_health(page->analysis, MTKS_HEALTH_CONSISTENT);
    struct mtks_line line;
    if (!verified && !consistent)
        return;
    begin_field(page, &line, "");
    mtks_line_add(&line, verified ? "verified: a hash agreed" : "");
    mtks_line_add(&line, verified && consistent ? "; " : "");
    mtks_line_add(&line, consistent ? "consistent: structure agrees, has no hash" : "");
    mtks_page_end(page, &line);
}

static void put_health(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    bool healthy = analysis->health.verdict == MTKS_HEALTHY;
    struct mtks_line line;
    begin_field(page, &line, "health");
    mtks_line_colour(&line, healthy ? MTKS_GREEN : MTKS_RED);
    mtks_line_add(&line, mtks_verdict_name(analysis->health.verdict));
    mtks_line_colour(&line, MTKS_PLAIN);
    mtks_line_format(&line, ": %s%u %% of the bytes of all expected parts are good",
                     analysis->health.upper_bound ? "at most " : "", analysis->health.percent);
    mtks_page_end(page, &line);
    put_legend(page);
}

/* The path as a shell word in `word`; false when it takes more than that, or is standard input. */
static bool shell_word(const char *path, char *word, size_t room)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._/+,:=@%-";
    if (!path || !*path || strcmp(path, "-") == 0)
        return false;
    const char *here = *path == '-' ? "./" : "";
    const char *quote = path[strspn(path, plain)] ? "'" : "";
    for (const char *at = path; *at; at++)
        if (*at < ' ' || *at > '~' || *at == '\'' || *at == '\\')
            return false;
    int length = snprintf(word, room, "%s%s%s%s", quote, here, path, quote);
    return length >= 0 && (size_t)length < room;
}

/* In the words of the flashing tool's read-back dialog, which readers on a command line share. */
static void put_read_again(struct mtks_page *page)
{
    const uint64_t capacity = page->analysis->flash.capacity;
    struct mtks_line line;
    mtks_page_begin(page, &line);
    mtks_line_add(&line, "next: read the flash again");
    if (capacity)
        mtks_line_format(&line, " (start address 0x00000000, length 0x%08" PRIX64 "), then",
                         capacity);
    mtks_page_end(page, &line);
    mtks_page_begin(page, &line);
    mtks_line_add(&line, "      mtkscan merge FIRST SECOND -o DUMP; the good parts alone:");
    mtks_page_end(page, &line);
}

static void put_next(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    bool healthy = analysis->health.verdict == MTKS_HEALTHY;
    const char *before = healthy ? "next: mtkscan extract " : "      mtkscan extract ";
    const char *after = healthy ? " -o DIR" : " -o DIR --force-partial";
    char word[512];
    size_t room = page->verbose ? sizeof word : page->width - strlen(before) - strlen(after) + 1;
    struct mtks_line line;
    if (analysis->input.kit)
        return;
    if (!healthy)
        put_read_again(page);
    mtks_page_begin(page, &line);
    mtks_line_add(&line, before);
    /* A command that is cut or misquoted is worse than one that has to be filled in. */
    mtks_line_add(&line, shell_word(analysis->input.path, word, room) ? word : "DUMP");
    mtks_line_add(&line, after);
    mtks_page_end(page, &line);
}

static void put_identified(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    unsigned next = analysis->input.kit ? 0 : analysis->health.verdict == MTKS_HEALTHY ? 1 : 3;
    put_identity(page);
    put_flash(page);
    put_parts(page);
    mtks_page_layers(page);
    put_health(page);
    mtks_page_storage(page);
    if (page->verbose || page->checks)
        mtks_page_checks(page);
    mtks_page_findings(page, next);
    if (page->verbose) {
        mtks_page_heading(page, "evidence");
        mtks_page_claims(page, 0);
        mtks_page_map(page);
        mtks_page_log(page);
    }
    put_next(page);
}

/* A long path's end tells more than its beginning. */
static void add_path(struct mtks_line *line, const char *path, size_t columns)
{
    const char *from = path ? path : "";
    struct mtks_glyph glyph;
    if (line->limit != MTKS_LINE_FREE && mtks_escaped_columns(from) > columns) {
        while (mtks_escaped_columns(from) > columns - 3)
            mtks_glyph_next(&from, &glyph);
        mtks_line_add(line, "...");
    }
    mtks_line_add(line, from);
}

static void put_hint(struct mtks_page *page)
{
    if (page->analysis->hint)
        mtks_page_paragraph(page, "hint: ", page->analysis->hint,
                            page->verbose ? MTKS_ANY_BREAKS : 1);
}

static void put_ambiguous(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;
    mtks_page_begin(page, &line);
    add_path(&line, analysis->input.path, PATH_COLUMNS);
    mtks_line_add(&line, ": ambiguous; these modules claim it about equally:");
    mtks_page_end(page, &line);
    mtks_page_claims(page, page->verbose ? 0 : EVIDENCE);
    put_hint(page);
    mtks_page_findings(page, 1);
    mtks_page_paragraph(page,
                        "do: ", "name the module with --plugin ID if you know the chip for sure",
                        MTKS_ANY_BREAKS);
}

/* Whether any module saw something of the platform in the dump. */
static bool has_evidence(const struct mtks_analysis *analysis)
{
    for (size_t i = 0; i < analysis->claims.count; i++)
        if (analysis->claims.items[i].evidence.count)
            return true;
    return false;
}

#define BLANK_INPUT "MTK-Q001" /* says of the whole input what one line can say */

static void put_unknown(struct mtks_page *page)
{
    bool blank = mtks_finding_has(page->analysis, BLANK_INPUT, MTKSCAN_NO_PART);
    struct mtks_line line;
    /* A folder without an image makes no dump that a module could be asked about. */
    bool no_kit = page->analysis->input.kit && page->analysis->input.size == 0;
    mtks_page_begin(page, &line);
    add_path(&line, page->analysis->input.path, PATH_COLUMNS);
    mtks_line_add(&line, ": not recognised; ");
    mtks_line_add(&line, no_kit                              ? "no image of a kit in it"
                         : blank                             ? "empty, or one pattern all over"
                         : page->analysis->claims.count == 0 ? "there is no plugin to ask"
                         : has_evidence(page->analysis)      ? "MAUI firmware of no chip known here"
                         : page->verbose
                             ? "looked for an SF_BOOT header, a BRLYT block, GFH FILE_INFO images "
                               "and MTK_ROMINFO text, and found none"
                             : "has no SF_BOOT, BRLYT, GFH, MTK_ROMINFO");
    mtks_page_end(page, &line);
    put_hint(page);
    if (!blank || page->verbose)
        mtks_page_findings(page, 0);
    if (page->verbose) {
        mtks_page_claims(page, 0);
        mtks_page_log(page);
    }
}

void mtks_report_text(FILE *out, const struct mtks_analysis *analysis,
                      const struct mtks_text_style *style)
{
    static void (*const by_status[])(struct mtks_page *) = {
        [MTKS_UNKNOWN] = put_unknown,
        [MTKS_AMBIGUOUS] = put_ambiguous,
        [MTKS_IDENTIFIED] = put_identified,
    };
    size_t columns = style->columns ? style->columns : 80;
    size_t width = columns < MIN_COLUMNS     ? MIN_COLUMNS
                   : columns > MTKS_LINE_MAX ? MTKS_LINE_MAX
                                             : columns;
    struct mtks_page page = {
        .out = out,
        .analysis = analysis,
        .colour = style->colour,
        .verbose = style->verbose,
        .checks = style->checks,
        .width = width,
        .limit = style->verbose ? MTKS_LINE_FREE : width,
    };
    by_status[analysis->status](&page);
}
