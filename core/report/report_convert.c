/* SPDX-License-Identifier: MIT */
/* Kits under other names, and .cfg files made anew. */
#include <inttypes.h>

#include "escape.h"
#include "layers.h"
#include "report.h"

static void put_left_out(FILE *out, const char *name)
{
    fputs("left out: ", out);
    mtks_escape_print(out, name);
    fputs("  no .cfg names it\n", out);
}

void mtks_report_convert_text(FILE *out, const struct mtks_converted *converted, const char *dir)
{
    for (size_t i = 0; i < converted->files.count; i++) {
        const struct mtks_converted_file *file = &converted->files.items[i];
        mtks_escape_print(out, dir);
        fputc('/', out);
        mtks_escape_print(out, file->after);
        fprintf(out, "  %" PRIu64 " bytes, was ", file->size);
        mtks_escape_print(out, file->before);
        fputc('\n', out);
    }
    mtks_escape_print(out, dir);
    fputc('/', out);
    mtks_escape_print(out, converted->cfg_after);
    fputs("  scatter file for the flashing tool\n", out);
    for (size_t i = 0; i < converted->left_out.count; i++)
        put_left_out(out, converted->left_out.items[i]);
}

void mtks_report_convert_json(FILE *out, const struct mtks_analysis *analysis,
                              const struct mtks_converted *converted, const char *dir)
{
    struct mtks_json json = {.out = out};
    mtks_report_begin_json(&json, analysis, "converted");
    mtks_json_text(&json, "dir", dir);
    mtks_json_text(&json, "cfg", converted->cfg_after);
    mtks_json_array(&json, "files");
    for (size_t i = 0; i < converted->files.count; i++) {
        const struct mtks_converted_file *file = &converted->files.items[i];
        mtks_json_object(&json, NULL);
        mtks_json_text(&json, "before", file->before);
        mtks_json_text(&json, "after", file->after);
        mtks_json_number(&json, "length", file->size);
        mtks_json_bool(&json, "image", file->image);
        mtks_json_close(&json);
    }
    mtks_json_close(&json);
    mtks_json_array(&json, "left_out");
    for (size_t i = 0; i < converted->left_out.count; i++)
        mtks_json_text(&json, NULL, converted->left_out.items[i]);
    mtks_json_close(&json);
    mtks_json_close(&json);
}

void mtks_report_cfg_json(FILE *out, const struct mtks_analysis *analysis,
                          const struct mtks_remade_cfg *remade, const char *before,
                          const char *text)
{
    struct mtks_json json = {.out = out};
    mtks_report_begin_json(&json, analysis, "cfg");
    mtks_json_text(&json, "before", before);
    mtks_json_text(&json, "lack", remade->lack);
    mtks_json_array(&json, "changes");
    for (size_t i = 0; i < remade->changes.items.count; i++) {
        const struct mtks_cfg_change *change = &remade->changes.items.items[i];
        mtks_json_object(&json, NULL);
        mtks_json_text(&json, "key", change->key);
        mtks_json_text(&json, "before", change->before);
        mtks_json_text(&json, "after", change->after);
        mtks_json_known(&json, "line", change->line, 0);
        mtks_json_close(&json);
    }
    mtks_json_close(&json);
    mtks_json_text(&json, "text", text);
    mtks_json_close(&json);
}
