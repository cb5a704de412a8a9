/* SPDX-License-Identifier: MIT */
/* The verdict of a comparison, and each reason with both values. */
#include <inttypes.h>

#include "../model/finding.h"
#include "escape.h"
#include "json.h"
#include "line.h"
#include "report.h"

#define INDENT 10u

static const enum mtks_colour fit_colours[] = {
    [MTKS_FITS] = MTKS_GREEN, [MTKS_RISKY] = MTKS_YELLOW, [MTKS_DO_NOT_FLASH] = MTKS_RED};

static const enum mtks_colour level_colours[] = {
    [MTKS_REASON_AGREES] = MTKS_GREEN,   [MTKS_REASON_NOTE] = MTKS_PLAIN,
    [MTKS_REASON_UNKNOWN] = MTKS_YELLOW, [MTKS_REASON_RISK] = MTKS_YELLOW,
    [MTKS_REASON_STOP] = MTKS_RED,
};

static void begin(const struct mtks_compare_report *report, FILE *out, struct mtks_line *line)
{
    mtks_line_begin(line, out, MTKS_LINE_FREE, report->colour);
}

static size_t width(const struct mtks_compare_report *report)
{
    return report->columns == 0              ? 80
           : report->columns > MTKS_LINE_MAX ? MTKS_LINE_MAX
           : report->columns < 40            ? 40
                                             : report->columns;
}

/* One value of a reason, with its place. */
static void put_value(const struct mtks_compare_report *report, FILE *out, const char *label,
                      const char *value, uint64_t offset)
{
    struct mtks_line line;
    char place[32];
    begin(report, out, &line);
    mtks_line_pad(&line, INDENT);
    mtks_line_add(&line, label);
    mtks_line_wrap(&line, value ? value : "not known", INDENT + 10, width(report), MTKS_ANY_BREAKS);
    if (offset != MTKSCAN_NO_OFFSET) {
        snprintf(place, sizeof place, "at 0x%06" PRIX64, offset);
        mtks_line_wrap(&line, place, INDENT + 10, width(report), MTKS_ANY_BREAKS);
    }
    mtks_line_end(&line);
}

static void put_reason(const struct mtks_compare_report *report, FILE *out,
                       const struct mtks_reason *reason)
{
    const struct mtks_finding_row *row = mtks_finding_row(reason->code);
    struct mtks_line line;
    char code[32];
    begin(report, out, &line);
    mtks_line_colour(&line, level_colours[reason->level]);
    mtks_line_add(&line, mtks_reason_level_name(reason->level));
    mtks_line_colour(&line, MTKS_PLAIN);
    mtks_line_pad(&line, INDENT);
    mtks_line_wrap(&line, reason->what, INDENT, width(report), MTKS_ANY_BREAKS);
    snprintf(code, sizeof code, "(%s)", reason->code);
    mtks_line_wrap(&line, code, INDENT, width(report), MTKS_ANY_BREAKS);
    mtks_line_end(&line);
    if (reason->level < MTKS_REASON_UNKNOWN && !report->verbose)
        return;
    put_value(report, out, "device    ", reason->device, reason->device_offset);
    put_value(report, out, "firmware  ", reason->firmware, reason->firmware_offset);
    if (reason->tool_error) {
        begin(report, out, &line);
        mtks_line_pad(&line, INDENT);
        mtks_line_add(&line, "the flashing tool would stop with error ");
        mtks_line_add(&line, reason->tool_error);
        mtks_line_end(&line);
    }
    if (row && reason->level >= MTKS_REASON_UNKNOWN) {
        begin(report, out, &line);
        mtks_line_pad(&line, INDENT);
        mtks_line_add(&line, "do: ");
        mtks_line_wrap(&line, row->advice, INDENT + 4, width(report), MTKS_ANY_BREAKS);
        mtks_line_end(&line);
    }
}

static void put_side(const struct mtks_compare_report *report, FILE *out, const char *label,
                     const struct mtks_analysis *analysis)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, report->verbose ? MTKS_LINE_FREE : width(report), false);
    mtks_line_add(&line, label);
    mtks_line_add(&line, analysis->input.path);
    mtks_line_end(&line);
}

void mtks_report_compare_text(FILE *out, const struct mtks_compare_report *report)
{
    const struct mtks_comparison *seen = report->seen;
    struct mtks_line line;
    size_t hidden = 0;
    begin(report, out, &line);
    mtks_line_colour(&line, fit_colours[seen->verdict]);
    mtks_line_add(&line, mtks_fit_name(seen->verdict));
    mtks_line_colour(&line, MTKS_PLAIN);
    mtks_line_end(&line);
    put_side(report, out, "firmware  ", report->firmware);
    put_side(report, out, "device    ", report->device);
    for (size_t i = 0; i < seen->reasons.count; i++) {
        const struct mtks_reason *reason = &seen->reasons.items[i];
        /* What agrees is told only when nothing else is to be told. */
        if (reason->level == MTKS_REASON_AGREES && seen->verdict != MTKS_FITS && !report->verbose)
            hidden++;
        else
            put_reason(report, out, reason);
    }
    if (hidden)
        fprintf(out, "and %zu things that agree: -v or --json shows them\n", hidden);
    fputs("No comparison can promise that it works: keep a whole dump of the device.\n", out);
}

static void put_side_json(struct mtks_json *json, const char *key,
                          const struct mtks_analysis *analysis)
{
    mtks_json_object(json, key);
    mtks_json_text(json, "path", analysis->input.path);
    mtks_json_text(json, "kind", analysis->input.kit ? "kit" : "dump");
    mtks_json_text(json, "chip", mtks_fact_value(analysis, MTKSCAN_FACT_CHIP));
    mtks_json_text(json, "verdict", mtks_verdict_name(analysis->health.verdict));
    mtks_json_close(json);
}

void mtks_report_compare_json(FILE *out, const struct mtks_compare_report *report)
{
    struct mtks_json json = {.out = out};
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "schema", MTKS_SCHEMA);
    mtks_json_text(&json, "status", "compared");
    put_side_json(&json, "device", report->device);
    put_side_json(&json, "firmware", report->firmware);
    mtks_json_text(&json, "verdict", mtks_fit_name(report->seen->verdict));
    mtks_json_array(&json, "reasons");
    for (size_t i = 0; i < report->seen->reasons.count; i++) {
        const struct mtks_reason *reason = &report->seen->reasons.items[i];
        const struct mtks_finding_row *row = mtks_finding_row(reason->code);
        mtks_json_object(&json, NULL);
        mtks_json_text(&json, "code", reason->code);
        mtks_json_text(&json, "level", mtks_reason_level_name(reason->level));
        mtks_json_text(&json, "topic", reason->topic);
        mtks_json_text(&json, "what", reason->what);
        mtks_json_text(&json, "device", reason->device);
        mtks_json_known(&json, "device_offset", reason->device_offset, MTKSCAN_NO_OFFSET);
        mtks_json_text(&json, "firmware", reason->firmware);
        mtks_json_known(&json, "firmware_offset", reason->firmware_offset, MTKSCAN_NO_OFFSET);
        mtks_json_text(&json, "tool_error", reason->tool_error);
        mtks_json_text(&json, "why", row ? row->why : NULL);
        mtks_json_text(&json, "advice", row ? row->advice : NULL);
        mtks_json_close(&json);
    }
    mtks_json_close(&json);
    mtks_json_close(&json);
}
