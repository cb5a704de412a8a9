/* SPDX-License-Identifier: MIT */
/* The sections that give reasons: findings, checks, evidence, and the whole map. */
#include <inttypes.h>
#include <string.h>

#include "page.h"

#define CHECK_COLUMN   29u /* where the text of a check begins */
#define ALWAYS_SHOWN   3u  /* findings that are shown however full the page is */
#define MESSAGE_BREAKS 1u  /* of a finding */
#define ADVICE         "  do: "
#define CLAIMS_SHOWN   8u

static void add_place(struct mtks_line *line, uint64_t offset)
{
    if (offset != MTKSCAN_NO_OFFSET)
        mtks_line_format(line, " at 0x%06" PRIX64, offset);
}

static enum mtks_colour severity_colour(enum mtks_severity severity)
{
    static const enum mtks_colour colours[] = {
        [MTKS_INFO] = MTKS_PLAIN, [MTKS_WARNING] = MTKS_YELLOW, [MTKS_ERROR] = MTKS_RED};
    return severity <= MTKS_ERROR ? colours[severity] : MTKS_PLAIN;
}

/*
 * Prints one finding and returns its lines; with `out` NULL it only counts them. A message may
 * quote the dump and is cut; an advice comes from the table of findings, and half of it could brick
 * a device.
 */
static unsigned put_finding(const struct mtks_page *page, FILE *out,
                            const struct mtks_finding *finding)
{
    const struct mtks_analysis *analysis = page->analysis;
    unsigned most = page->verbose ? MTKS_ANY_BREAKS : MESSAGE_BREAKS;
    unsigned lines = 1;
    struct mtks_line line;
    mtks_line_begin(&line, out, page->limit, page->colour);
    mtks_line_add(&line, finding->code);
    mtks_line_add(&line, " ");
    mtks_line_colour(&line, severity_colour(finding->severity));
    mtks_line_add(&line, mtks_severity_name(finding->severity));
    mtks_line_colour(&line, MTKS_PLAIN);
    if (finding->part < analysis->parts.count) {
        mtks_line_add(&line, " in ");
        mtks_line_add(&line, analysis->parts.items[finding->part].name);
    }
    add_place(&line, finding->offset);
    mtks_line_add(&line, ":");
    lines += mtks_line_wrap(&line, finding->message ? finding->message : "", 2, page->width, most);
    mtks_line_end(&line);
    if (!finding->advice || !*finding->advice)
        return lines;
    mtks_line_begin(&line, out, page->limit, page->colour);
    mtks_line_add(&line, ADVICE);
    lines +=
        1 + mtks_line_wrap(&line, finding->advice, strlen(ADVICE), page->width, MTKS_ANY_BREAKS);
    mtks_line_end(&line);
    return lines;
}

/* Notes that do not fit the screen: nothing in them presses. */
static void put_notes_line(struct mtks_page *page, size_t count)
{
    struct mtks_line line;
    mtks_page_begin(page, &line);
    mtks_line_format(&line, "  notes     %zu to read when there is time: -v or --json shows them",
                     count);
    mtks_page_end(page, &line);
}

void mtks_page_findings(struct mtks_page *page, unsigned below)
{
    const struct mtks_analysis *analysis = page->analysis;
    size_t count = analysis->findings.count;
    struct mtks_line line;
    if (count == 0)
        return;
    const struct mtks_finding *first = analysis->findings.items; /* the worst */
    unsigned room = 1 + put_finding(page, NULL, first) + below + (count > 1);
    if (!page->verbose && first->severity == MTKS_INFO && page->lines + room > MTKS_PAGE_LINES) {
        put_notes_line(page, count);
        return;
    }
    mtks_page_heading(page, "findings");
    for (size_t i = 0; i < count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        unsigned after = below + (i + 1 < count); /* a line to say how many more */
        bool fits = page->lines + put_finding(page, NULL, finding) + after <= MTKS_PAGE_LINES;
        bool pressing = finding->severity != MTKS_INFO && i < ALWAYS_SHOWN;
        if (!page->verbose && !fits && !pressing) {
            mtks_page_begin(page, &line);
            mtks_line_format(&line, "  and %zu more: -v or --json shows all", count - i);
            mtks_page_end(page, &line);
            return;
        }
        page->lines += put_finding(page, page->out, finding);
    }
}

/* What a relation or a word check compared; empty for other kinds. */
static void format_values(char *text, size_t room, const struct mtks_check *check)
{
    static const char *const signs[] = {"?", "=", "<=", ">="};
    uint32_t relation = check->relation <= MTKSCAN_AT_LEAST ? check->relation : 0;
    text[0] = 0;
    if (check->kind == MTKSCAN_CHECK_RELATION)
        snprintf(text, room, "(0x%" PRIX64 " %s 0x%" PRIX64 ")", check->left, signs[relation],
                 check->right);
    else if (check->kind == MTKSCAN_CHECK_U32)
        snprintf(text, room, "(0x%" PRIX64 ")", check->right);
}

static void put_check(struct mtks_page *page, const struct mtks_check *check)
{
    static const struct {
        const char *word;
        enum mtks_colour colour;
    } results[] = {[MTKS_CHECK_NOT_RUN] = {"not run", MTKS_YELLOW},
                   [MTKS_CHECK_PASS] = {"pass", MTKS_GREEN},
                   [MTKS_CHECK_FAIL] = {"FAIL", MTKS_RED}};
    struct mtks_line line;
    size_t result = check->result <= MTKS_CHECK_FAIL ? check->result : MTKS_CHECK_NOT_RUN;
    char values[64], place[32] = "";
    format_values(values, sizeof values, check);
    if (check->offset != MTKSCAN_NO_OFFSET)
        snprintf(place, sizeof place, "at 0x%06" PRIX64, check->offset);
    const char *const texts[] = {
        result == MTKS_CHECK_FAIL && check->finding ? check->finding : "",
        check->text ? check->text : "",
        values,
        place,
    };
    mtks_page_begin(page, &line);
    mtks_line_add(&line, "    ");
    mtks_line_colour(&line, results[result].colour);
    mtks_line_cell(&line, results[result].word, 7);
    mtks_line_colour(&line, MTKS_PLAIN);
    mtks_line_add(&line, "  ");
    mtks_line_cell(&line, check->id, 14);
    mtks_line_add(&line, "  ");
    /* What was checked, and where, is what this section is for: it breaks, and is not cut. */
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        page->lines += mtks_line_wrap(&line, texts[i], CHECK_COLUMN, page->width, MTKS_ANY_BREAKS);
    mtks_page_end(page, &line);
}

/* The checks of one part under its name; nothing when it has none. */
static void put_checks_of(struct mtks_page *page, uint32_t part, const char *name)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;
    bool named = false;
    for (size_t i = 0; i < analysis->checks.count; i++) {
        const struct mtks_check *check = &analysis->checks.items[i];
        if (check->part != part)
            continue;
        if (!named) {
            mtks_page_begin(page, &line);
            mtks_line_add(&line, "  ");
            mtks_line_add(&line, name);
            mtks_page_end(page, &line);
            named = true;
        }
        put_check(page, check);
    }
}

void mtks_page_checks(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    if (analysis->checks.count == 0)
        return;
    mtks_page_heading(page, "checks");
    for (uint32_t i = 0; i < analysis->parts.count; i++)
        put_checks_of(page, i, analysis->parts.items[i].name);
    put_checks_of(page, MTKSCAN_NO_PART, "(the whole)");
}

static void put_evidence(struct mtks_page *page, const struct mtks_evidence *evidence)
{
    struct mtks_line line;
    mtks_page_begin(page, &line);
    if (evidence->contradiction)
        mtks_line_add(&line, " against  ");
    else
        mtks_line_format(&line, "    %+4d  ", evidence->bits);
    mtks_line_add(&line, evidence->text ? evidence->text : evidence->id);
    add_place(&line, evidence->offset);
    mtks_page_end(page, &line);
}

static void put_claim(struct mtks_page *page, const struct mtks_claim *claim, unsigned most)
{
    struct mtks_line line;
    unsigned shown = 0;
    mtks_page_begin(page, &line);
    mtks_line_add(&line, "  ");
    mtks_line_add(&line, claim->plugin);
    mtks_line_format(&line, "  %d bits", claim->score);
    if (claim->contradicted)
        mtks_line_add(&line, ", contradicted");
    if (claim->misbehaved) {
        mtks_line_add(&line, ", misbehaved: ");
        mtks_line_add(&line, claim->misbehaved);
    }
    mtks_page_end(page, &line);
    /* What any chip of the platform shows tells no module from another: it comes with -v. */
    for (size_t i = 0; i < claim->evidence.count && (most == 0 || shown < most); i++) {
        if (most != 0 && claim->evidence.items[i].common)
            continue;
        put_evidence(page, &claim->evidence.items[i]);
        shown++;
    }
}

void mtks_page_claims(struct mtks_page *page, unsigned most)
{
    const struct mtks_analysis *analysis = page->analysis;
    for (size_t i = 0; i < analysis->claims.count; i++) {
        if (most != 0 && (analysis->claims.items[i].score <= 0 || i >= CLAIMS_SHOWN))
            continue;
        put_claim(page, &analysis->claims.items[i], most);
    }
}

void mtks_page_map(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;
    if (analysis->map.count == 0)
        return;
    mtks_page_heading(page, "map");
    for (size_t i = 0; i < analysis->map.count; i++) {
        const struct mtks_segment *segment = &analysis->map.items[i];
        mtks_page_begin(page, &line);
        mtks_line_format(&line, "  0x%06" PRIX64 "  %10" PRIu64 "  ", segment->offset,
                         segment->length);
        mtks_line_add(&line, segment->kind);
        mtks_page_end(page, &line);
    }
}

void mtks_page_log(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;
    if (analysis->log.count == 0)
        return;
    mtks_page_heading(page, "log of the modules");
    for (size_t i = 0; i < analysis->log.count; i++) {
        mtks_page_begin(page, &line);
        mtks_line_add(&line, "  ");
        mtks_line_add(&line, analysis->log.items[i].plugin);
        mtks_line_add(&line, ": ");
        mtks_line_add(&line, analysis->log.items[i].text);
        mtks_page_end(page, &line);
    }
}
