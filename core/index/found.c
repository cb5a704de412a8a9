/* SPDX-License-Identifier: MIT */
#include "found.h"

#include <inttypes.h>
#include <string.h>

#include "../report/escape.h"
#include "../report/json.h"
#include "../report/line.h"

#define SHOWN  20u /* images that people read of */
#define WIDTH  80u
#define INDENT 8u /* of what goes on of a reason */
#define SCHEMA "mtkscan-find/1"

/* How a reason begins, by level. */
static const char *const marks[] = {
    [MTKS_REASON_AGREES] = "+", [MTKS_REASON_NOTE] = " ", [MTKS_REASON_UNKNOWN] = "?",
    [MTKS_REASON_RISK] = "!",   [MTKS_REASON_STOP] = "X",
};

/* ", text", but for the first one of a line. */
static void put_item(FILE *out, const char *text, bool *any)
{
    if (!text || !*text)
        return;
    fputs(*any ? ", " : "      ", out);
    mtks_escape_print(out, text);
    *any = true;
}

static void put_facts(FILE *out, const struct mtks_record *record)
{
    bool any = false;
    const char *const facts[] = {record->chip,   record->project,    record->flavour,
                                 record->pcb,    record->hw_version, record->build_time,
                                 record->verdict};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        put_item(out, facts[i], &any);
    if (any)
        fputc('\n', out);
}

/* What agrees in one line, what does not in one each; what does not matter only when asked for. */
static void put_reasons(FILE *out, const struct mtks_rank *rank, bool all)
{
    struct mtks_line line;
    bool any = false;
    mtks_line_begin(&line, out, MTKS_LINE_FREE, false);
    for (size_t i = 0; i < rank->count; i++) {
        if (rank->reasons[i].level != MTKS_REASON_AGREES || all)
            continue;
        mtks_line_add(&line, any ? "," : "      + agree:");
        mtks_line_wrap(&line, rank->reasons[i].topic, INDENT, WIDTH, MTKS_ANY_BREAKS);
        any = true;
    }
    if (any)
        mtks_line_end(&line);
    for (size_t i = 0; i < rank->count; i++) {
        const struct mtks_rank_reason *reason = &rank->reasons[i];
        if (reason->level <= MTKS_REASON_NOTE && !all)
            continue;
        mtks_line_begin(&line, out, MTKS_LINE_FREE, false);
        mtks_line_format(&line, "      %s", marks[reason->level]);
        mtks_line_wrap(&line, reason->text, INDENT, WIDTH, MTKS_ANY_BREAKS);
        mtks_line_end(&line);
    }
}

static void put_hit(FILE *out, const struct mtks_found *found, size_t number)
{
    const struct mtks_hit *hit = &found->hits->list.items[number];
    struct mtks_record record;
    fprintf(out, "%4zu. ", number + 1);
    if (found->query->device)
        fprintf(out, "%s: ", mtks_fit_name(hit->fit));
    mtks_escape_print(out, hit->path);
    fputc('\n', out);
    if (mtks_hit_read(hit, found->file, &record)) {
        fputs("      its line changed meanwhile\n", out);
        return;
    }
    put_facts(out, &record);
    if (found->query->device) {
        struct mtks_rank rank;
        mtks_rank(&rank, found->query->device, &record, true);
        put_reasons(out, &rank, found->all);
    }
    mtks_record_free(&record);
}

void mtks_found_text(FILE *out, const struct mtks_found *found)
{
    const struct mtks_hits *hits = found->hits;
    size_t count = hits->list.count;
    fprintf(out, "%zu of %zu images", count, hits->images);
    if (found->for_whom) {
        size_t good = 0;
        while (good < count && hits->list.items[good].fit != MTKS_DO_NOT_FLASH)
            good++;
        fprintf(out, " compared, %zu may go on ", good);
        mtks_escape_print(out, found->for_whom);
    }
    fputs(count ? ", best first\n" : "\n", out);
    size_t shown = found->all || count < SHOWN ? count : SHOWN;
    for (size_t i = 0; i < shown && !ferror(out); i++)
        put_hit(out, found, i);
    if (shown < count)
        fprintf(out, "%zu more: -v shows all\n", count - shown);
    if (found->for_whom && count)
        fputs("Before flashing: mtkscan compare tells for sure.\n", out);
}

static void put_rank(struct mtks_json *json, const struct mtks_rank *rank)
{
    mtks_json_text(json, "fit", mtks_fit_name(rank->fit));
    mtks_json_integer(json, "score", rank->score);
    mtks_json_array(json, "reasons");
    for (size_t i = 0; i < rank->count; i++) {
        mtks_json_object(json, NULL);
        mtks_json_text(json, "topic", rank->reasons[i].topic);
        mtks_json_text(json, "level", mtks_reason_level_name(rank->reasons[i].level));
        mtks_json_text(json, "text", rank->reasons[i].text);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_json(FILE *out, const struct mtks_found *found, size_t number)
{
    const struct mtks_hit *hit = &found->hits->list.items[number];
    struct mtks_json json = {.out = out};
    struct mtks_record record;
    if (mtks_hit_read(hit, found->file, &record))
        return;
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "schema", SCHEMA);
    mtks_json_number(&json, "rank", number + 1);
    mtks_json_text(&json, "path", hit->path);
    if (record.raw_path)
        mtks_json_hex(&json, "path_bytes", (const uint8_t *)hit->path, strlen(hit->path));
    mtks_json_text(&json, "kind", record.kit ? "kit" : "dump");
    mtks_json_text(&json, "sha1", record.sha1);
    mtks_json_text(&json, "status", record.status);
    mtks_json_text(&json, "chip", record.chip);
    mtks_json_text(&json, "project", record.project);
    mtks_json_text(&json, "verno", record.verno);
    mtks_json_text(&json, "hw_version", record.hw_version);
    mtks_json_text(&json, "build_time", record.build_time);
    mtks_json_text(&json, "verdict", record.verdict);
    if (found->query->device) {
        struct mtks_rank rank;
        mtks_rank(&rank, found->query->device, &record, true);
        put_rank(&json, &rank);
    }
    mtks_json_close(&json);
    mtks_record_free(&record);
}

void mtks_found_json(FILE *out, const struct mtks_found *found)
{
    for (size_t i = 0; i < found->hits->list.count && !ferror(out); i++)
        put_json(out, found, i);
}
