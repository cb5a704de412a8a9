/* SPDX-License-Identifier: MIT */
/* What a check of a module saw: a table with a verdict, and one JSON object. */
#include <inttypes.h>

#include "json.h"
#include "line.h"
#include "report.h"

#define TABLE_COLUMNS 80u
#define TEXT_COLUMN   24u /* where what was seen begins */

/* How the table shows a result: what needs no look is quiet. */
static const struct {
    const char *word;
    enum mtks_colour colour;
} shown[] = {
    [MTKS_MODULE_PASS] = {"ok", MTKS_GREEN},
    [MTKS_MODULE_NOTE] = {"note", MTKS_YELLOW},
    [MTKS_MODULE_FAIL] = {"FAIL", MTKS_RED},
    [MTKS_MODULE_SKIPPED] = {"skipped", MTKS_PLAIN},
};

static void put_paragraph(FILE *out, const char *label, const char *text)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, TABLE_COLUMNS, false);
    mtks_line_pad(&line, TEXT_COLUMN);
    mtks_line_add(&line, label);
    mtks_line_wrap(&line, text, TEXT_COLUMN, TABLE_COLUMNS, MTKS_ANY_BREAKS);
    mtks_line_end(&line);
}

static void put_row(FILE *out, const struct mtks_module_row *row, bool colour)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, TABLE_COLUMNS, colour);
    mtks_line_add(&line, "  ");
    mtks_line_colour(&line, shown[row->result].colour);
    mtks_line_add(&line, shown[row->result].word);
    mtks_line_colour(&line, MTKS_PLAIN);
    mtks_line_pad(&line, 10);
    mtks_line_add(&line, row->id);
    mtks_line_pad(&line, TEXT_COLUMN);
    mtks_line_wrap(&line, row->seen, TEXT_COLUMN, TABLE_COLUMNS, MTKS_ANY_BREAKS);
    mtks_line_end(&line);
    if (row->result == MTKS_MODULE_FAIL)
        put_paragraph(out, "wanted:", row->what);
    if (row->advice)
        put_paragraph(out, "advice:", row->advice);
}

/* "mt9999 1.0: sound", or by its path where it did not tell its name. */
static void put_verdict(FILE *out, const struct mtks_module_check *check, bool colour)
{
    struct mtks_line line;
    unsigned failed = 0, skipped = 0;
    for (size_t i = 0; i < MTKS_MODULE_ROWS; i++) {
        failed += check->rows[i].result == MTKS_MODULE_FAIL;
        skipped += check->rows[i].result == MTKS_MODULE_SKIPPED;
    }
    mtks_line_begin(&line, out, MTKS_LINE_FREE, colour);
    mtks_line_colour(&line, MTKS_BOLD);
    mtks_line_add(&line, check->sound ? "sound" : "unsound");
    mtks_line_colour(&line, MTKS_PLAIN);
    mtks_line_format(&line, ": %u of %u failed", failed, MTKS_MODULE_ROWS);
    if (skipped)
        mtks_line_format(&line, ", %u skipped", skipped);
    mtks_line_end(&line);
}

void mtks_report_check_text(FILE *out, const struct mtks_module_check *check, bool colour)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, MTKS_LINE_FREE, colour);
    mtks_line_add(&line, check->path);
    mtks_line_end(&line);
    for (size_t i = 0; i < MTKS_MODULE_ROWS; i++)
        put_row(out, &check->rows[i], colour);
    put_verdict(out, check, colour);
}

void mtks_report_check_json(FILE *out, const struct mtks_module_check *check)
{
    struct mtks_json json = {.out = out};
    const mtkscan_plugin *entry = &check->entry;
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "schema", MTKS_SCHEMA);
    mtks_json_object(&json, "module");
    mtks_json_text(&json, "path", check->path);
    mtks_json_text(&json, "id", entry->id);
    mtks_json_text(&json, "version", entry->version);
    mtks_json_text(&json, "title", entry->title);
    mtks_json_array(&json, "chips");
    for (const char *const *chip = entry->chips; chip && *chip; chip++)
        mtks_json_text(&json, NULL, *chip);
    mtks_json_close(&json);
    mtks_json_close(&json);
    mtks_json_array(&json, "checks");
    for (size_t i = 0; i < MTKS_MODULE_ROWS; i++) {
        const struct mtks_module_row *row = &check->rows[i];
        mtks_json_object(&json, NULL);
        mtks_json_text(&json, "id", row->id);
        mtks_json_text(&json, "wanted", row->what);
        mtks_json_text(&json, "result", mtks_module_result_name(row->result));
        mtks_json_text(&json, "seen", row->seen);
        mtks_json_text(&json, "advice", row->advice);
        mtks_json_close(&json);
    }
    mtks_json_close(&json);
    mtks_json_text(&json, "verdict", check->sound ? "sound" : "unsound");
    mtks_json_close(&json);
}
