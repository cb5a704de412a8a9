/* SPDX-License-Identifier: MIT */
/* What was written into a kit folder. */
#include <inttypes.h>

#include "escape.h"
#include "json.h"
#include "report.h"

static const struct mtks_part *part_of(const struct mtks_analysis *analysis,
                                       const struct mtks_kit_file *file)
{
    return file->part < analysis->parts.count ? &analysis->parts.items[file->part] : NULL;
}

/* One line "DIR/NAME  what"; file names are never cut, as users copy them. */
static void put_path(FILE *out, const char *dir, const char *name)
{
    mtks_escape_print(out, dir);
    fputc('/', out);
    mtks_escape_print(out, name);
}

void mtks_report_kit_text(FILE *out, const struct mtks_analysis *analysis,
                          const struct mtks_kit *kit, const char *dir)
{
    for (size_t i = 0; i < kit->files.count; i++) {
        const struct mtks_kit_file *file = &kit->files.items[i];
        const struct mtks_part *part = part_of(analysis, file);
        if (!file->written) {
            fputs("left out: ", out);
            mtks_escape_print(out, file->name);
        } else {
            put_path(out, dir, file->name);
        }
        if (part)
            fprintf(out, "  %" PRIu64 " bytes, %s", part->length, mtks_health_name(part->health));
        fputc('\n', out);
    }
    if (kit->cfg_name) {
        put_path(out, dir, kit->cfg_name);
        fputs("  scatter file for the flashing tool\n", out);
    }
}

void mtks_report_kit_json(FILE *out, const struct mtks_analysis *analysis,
                          const struct mtks_kit *kit, const char *dir)
{
    struct mtks_json json = {.out = out};
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "schema", MTKS_SCHEMA);
    mtks_json_object(&json, "input");
    mtks_json_text(&json, "path", analysis->input.path);
    mtks_json_close(&json);
    mtks_json_text(&json, "status", "extracted");
    mtks_json_text(&json, "dir", dir);
    mtks_json_text(&json, "cfg", kit->cfg_name);
    mtks_json_array(&json, "files");
    for (size_t i = 0; i < kit->files.count; i++) {
        const struct mtks_kit_file *file = &kit->files.items[i];
        const struct mtks_part *part = part_of(analysis, file);
        mtks_json_object(&json, NULL);
        mtks_json_text(&json, "name", file->name);
        mtks_json_text(&json, "part", part ? part->name : NULL);
        mtks_json_bool(&json, "written", file->written);
        mtks_json_known(&json, "length", part ? part->length : UINT64_MAX, UINT64_MAX);
        mtks_json_text(&json, "sha1", part && part->sha1[0] ? part->sha1 : NULL);
        mtks_json_text(&json, "health", part ? mtks_health_name(part->health) : NULL);
        mtks_json_close(&json);
    }
    mtks_json_close(&json);
    mtks_json_close(&json);
}
