/* SPDX-License-Identifier: MIT */
/* What a kit loses of a device, and how to keep it. */
#include <inttypes.h>

#include "json.h"
#include "layers.h"
#include "line.h"
#include "report.h"

#define WIDTH  80u
#define INDENT 4u

static void put_wrapped(FILE *out, const char *label, const char *text)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, MTKS_LINE_FREE, false);
    mtks_line_pad(&line, INDENT);
    mtks_line_add(&line, label);
    mtks_line_wrap(&line, text, INDENT + 2, WIDTH, MTKS_ANY_BREAKS);
    mtks_line_end(&line);
}

static void put_item(FILE *out, const struct mtks_restore_item *item)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, WIDTH, false);
    mtks_line_format(&line, "%s  0x%06" PRIX64 "+0x%" PRIX64 "  ",
                     item->lost_by_kit ? "lost" : "kept", item->offset, item->length);
    mtks_line_add(&line, item->name);
    mtks_line_format(&line, ", %" PRIu64 " bytes used%s", item->used,
                     item->personal ? ", personal" : "");
    mtks_line_end(&line);
    if (!item->lost_by_kit)
        return;
    put_wrapped(out, "", item->what);
    put_wrapped(out, "keep: ", item->how);
    if (item->read_length)
        fprintf(out, "    read back: start address 0x%08" PRIX64 ", length 0x%08" PRIX64 "\n",
                item->read_offset, item->read_length);
}

void mtks_report_restore_text(FILE *out, const struct mtks_analysis *analysis,
                              const struct mtks_restore_plan *plan)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, WIDTH, false);
    mtks_line_format(&line, "a kit of four files would lose %" PRIu64 " bytes of ", plan->lost);
    mtks_line_add(&line, analysis->input.path);
    mtks_line_end(&line);
    for (size_t i = 0; i < plan->items.count; i++)
        put_item(out, &plan->items.items[i]);
    if (plan->whole)
        fputs("this dump is whole: written back with a programmer, it brings back everything\n",
              out);
    else
        put_wrapped(out, "this dump does not bring back everything: ", plan->why_not);
}

void mtks_report_restore_json(FILE *out, const struct mtks_analysis *analysis,
                              const struct mtks_restore_plan *plan)
{
    struct mtks_json json = {.out = out};
    mtks_report_begin_json(&json, analysis, "restore-plan");
    mtks_json_number(&json, "lost", plan->lost);
    mtks_json_bool(&json, "whole", plan->whole);
    mtks_json_text(&json, "why_not", plan->why_not);
    mtks_json_array(&json, "items");
    for (size_t i = 0; i < plan->items.count; i++) {
        const struct mtks_restore_item *item = &plan->items.items[i];
        mtks_json_object(&json, NULL);
        mtks_json_text(&json, "name", item->name);
        mtks_json_number(&json, "offset", item->offset);
        mtks_json_number(&json, "length", item->length);
        mtks_json_number(&json, "used", item->used);
        mtks_json_text(&json, "what", item->what);
        mtks_json_bool(&json, "lost_by_kit", item->lost_by_kit);
        mtks_json_bool(&json, "personal", item->personal);
        mtks_json_text(&json, "how", item->how);
        mtks_json_number(&json, "read_offset", item->read_offset);
        mtks_json_number(&json, "read_length", item->read_length);
        mtks_json_close(&json);
    }
    mtks_json_close(&json);
    mtks_json_close(&json);
}
