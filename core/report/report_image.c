/* SPDX-License-Identifier: MIT */
/* What was written as an image, and where its bytes come from. */
#include <inttypes.h>

#include "../model/finding.h"
#include "escape.h"
#include "json.h"
#include "layers.h"
#include "line.h"
#include "report.h"

#define PIECES_SHOWN 20u
#define WIDTH        80u
#define INDENT       9u /* of a note behind its code */

static const char *const step_names[] = {
    [MTKS_VIEW_KEEP] = "keep", [MTKS_VIEW_DROP] = "drop",     [MTKS_VIEW_INSERT] = "insert",
    [MTKS_VIEW_SWAP] = "swap", [MTKS_VIEW_HALVES] = "halves", [MTKS_VIEW_EXCHANGE] = "exchange",
};

void mtks_view_json(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_array(json, "view");
    for (size_t i = 0; i < analysis->input.view.count; i++) {
        const struct mtks_view_step *step = &analysis->input.view.items[i];
        mtks_json_object(json, NULL);
        mtks_json_text(json, "kind", step_names[step->kind]);
        mtks_json_number(json, "offset", step->offset);
        mtks_json_number(json, "length", step->length);
        mtks_json_number(json, "unit", step->unit);
        mtks_json_number(json, "other", step->other);
        mtks_json_text(json, "code", step->code);
        mtks_json_text(json, "text", step->text);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

static void put_steps(FILE *out, const struct mtks_analysis *analysis)
{
    for (size_t i = 0; i < analysis->input.view.count; i++) {
        const struct mtks_view_step *step = &analysis->input.view.items[i];
        fprintf(out, "corrected: ");
        mtks_escape_print(out, step->text ? step->text : step_names[step->kind]);
        if (step->code)
            fprintf(out, " (%s)", step->code);
        fputc('\n', out);
    }
    if (analysis->input.view.count == 0)
        fputs("nothing had to be corrected\n", out);
}

static void put_piece(FILE *out, const struct mtks_merge_piece *piece, const char *const *reads)
{
    fprintf(out, "  0x%06" PRIX64 "+0x%" PRIX64 "  %s, from ", piece->offset, piece->length,
            mtks_merge_reason_name(piece->reason));
    mtks_escape_print(out, reads[piece->read]);
    fputc('\n', out);
}

/* Only what was disputed: where reads agree there is nothing to tell. */
static void put_pieces(FILE *out, const struct mtks_image_report *report)
{
    const struct mtks_merged *merged = report->merged;
    size_t shown = 0, hidden = 0;
    fprintf(out, "%" PRIu64 " bytes differed between the reads, %" PRIu64 " of them undecided\n",
            merged->disputed, merged->unknown);
    for (size_t i = 0; i < merged->pieces.count; i++) {
        const struct mtks_merge_piece *piece = &merged->pieces.items[i];
        if (piece->reason == MTKS_MERGE_AGREED)
            continue;
        /* What nobody could decide is never hidden. */
        if (shown >= PIECES_SHOWN && !report->verbose && piece->reason != MTKS_MERGE_UNKNOWN) {
            hidden++;
            continue;
        }
        put_piece(out, piece, report->reads);
        shown++;
    }
    if (hidden)
        fprintf(out, "  and %zu more: -v or --json shows them\n", hidden);
}

/* What no kit holds is told; the rest lies where the firmware says. */
static void put_built(FILE *out, const struct mtks_built *built, bool verbose)
{
    for (size_t i = 0; i < built->pieces.count; i++) {
        const struct mtks_built_piece *piece = &built->pieces.items[i];
        if (piece->source == MTKS_BUILT_BLANK && !verbose)
            continue;
        fprintf(out, "  0x%06" PRIX64 "+0x%" PRIX64 "  %s, ", piece->offset, piece->length,
                mtks_built_source_name(piece->source));
        mtks_escape_print(out, piece->name);
        fputc('\n', out);
    }
    for (size_t i = 0; i < built->notes.count; i++) {
        const struct mtks_finding_row *row = mtks_finding_row(built->notes.items[i].code);
        struct mtks_line line;
        mtks_line_begin(&line, out, MTKS_LINE_FREE, false);
        mtks_line_format(&line, "%s ", built->notes.items[i].code);
        if (row) {
            mtks_line_wrap(&line, row->title, INDENT, WIDTH, MTKS_ANY_BREAKS);
            mtks_line_add(&line, ":");
        }
        mtks_line_wrap(&line, built->notes.items[i].text, INDENT, WIDTH, MTKS_ANY_BREAKS);
        mtks_line_end(&line);
    }
}

static void put_built_json(struct mtks_json *json, const struct mtks_built *built)
{
    mtks_json_array(json, "pieces");
    for (size_t i = 0; i < built->pieces.count; i++) {
        const struct mtks_built_piece *piece = &built->pieces.items[i];
        mtks_json_object(json, NULL);
        mtks_json_number(json, "offset", piece->offset);
        mtks_json_number(json, "length", piece->length);
        mtks_json_text(json, "source", mtks_built_source_name(piece->source));
        mtks_json_text(json, "name", piece->name);
        mtks_json_close(json);
    }
    mtks_json_close(json);
    mtks_json_array(json, "notes");
    for (size_t i = 0; i < built->notes.count; i++) {
        mtks_json_object(json, NULL);
        mtks_json_text(json, "code", built->notes.items[i].code);
        mtks_json_text(json, "text", built->notes.items[i].text);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

void mtks_report_image_text(FILE *out, const struct mtks_analysis *analysis,
                            const struct mtks_image_report *report)
{
    if (report->merged)
        put_pieces(out, report);
    else if (report->built)
        put_built(out, report->built, report->verbose);
    else
        put_steps(out, analysis);
    mtks_escape_print(out, report->path);
    fprintf(out, "  %" PRIu64 " bytes, %s%s\n", report->size,
            analysis->status == MTKS_IDENTIFIED ? mtks_verdict_name(analysis->health.verdict)
                                                : mtks_status_name(analysis->status),
            report->merged && report->merged->unknown ? " but for what is undecided" : "");
}

void mtks_report_image_json(FILE *out, const struct mtks_analysis *analysis,
                            const struct mtks_image_report *report)
{
    struct mtks_json json = {.out = out};
    mtks_report_begin_json(&json, analysis,
                           report->merged  ? "merged"
                           : report->built ? "built"
                                           : "repaired");
    mtks_json_text(&json, "output", report->path);
    mtks_json_number(&json, "size", report->size);
    mtks_json_bool(&json, "written", report->written);
    mtks_json_text(&json, "verdict",
                   analysis->status == MTKS_IDENTIFIED ? mtks_verdict_name(analysis->health.verdict)
                                                       : NULL);
    mtks_view_json(&json, analysis);
    if (report->built)
        put_built_json(&json, report->built);
    if (report->merged) {
        const struct mtks_merged *merged = report->merged;
        mtks_json_number(&json, "disputed", merged->disputed);
        mtks_json_number(&json, "unknown", merged->unknown);
        mtks_json_array(&json, "pieces");
        for (size_t i = 0; i < merged->pieces.count; i++) {
            const struct mtks_merge_piece *piece = &merged->pieces.items[i];
            mtks_json_object(&json, NULL);
            mtks_json_number(&json, "offset", piece->offset);
            mtks_json_number(&json, "length", piece->length);
            mtks_json_text(&json, "read", report->reads[piece->read]);
            mtks_json_text(&json, "reason", mtks_merge_reason_name(piece->reason));
            mtks_json_close(&json);
        }
        mtks_json_close(&json);
    }
    mtks_json_close(&json);
}
