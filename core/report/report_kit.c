/* SPDX-License-Identifier: MIT */
/* What was written into a kit folder. */
#include <inttypes.h>
#include <string.h>

#include "escape.h"
#include "json.h"
#include "layers.h"
#include "line.h"
#include "report.h"

static const struct mtks_part *part_of(const struct mtks_analysis *analysis,
                                       const struct mtks_kit_file *file)
{
    return file->part < analysis->parts.count ? &analysis->parts.items[file->part] : NULL;
}

#define WIDTH 80u

/* One line "DIR/NAME  what"; file names are never cut, as users copy them. */
static void put_path(FILE *out, const char *dir, const char *name)
{
    mtks_escape_print(out, dir);
    fputc('/', out);
    mtks_escape_print(out, name);
}

/* "left out: NAME  what", on two lines when one would be too wide. */
static void put_left_out(FILE *out, const struct mtks_kit_file *file, const struct mtks_part *part)
{
    struct mtks_line line;
    char what[80];
    mtks_line_begin(&line, out, WIDTH, false);
    mtks_line_add(&line, "left out: ");
    mtks_line_add(&line, file->name);
    if (part) {
        snprintf(what, sizeof what, "  %" PRIu64 " bytes, %s", part->length,
                 mtks_health_name(part->health));
        if (line.cut || line.columns + strlen(what) > WIDTH) {
            mtks_line_end(&line);
            mtks_line_begin(&line, out, WIDTH, false);
        }
        mtks_line_add(&line, what);
    }
    mtks_line_end(&line);
}

void mtks_report_kit_text(FILE *out, const struct mtks_analysis *analysis,
                          const struct mtks_kit *kit, const char *dir)
{
    for (size_t i = 0; i < kit->files.count; i++) {
        const struct mtks_kit_file *file = &kit->files.items[i];
        const struct mtks_part *part = part_of(analysis, file);
        if (!file->written) {
            put_left_out(out, file, part);
            continue;
        }
        put_path(out, dir, file->name);
        if (part)
            fprintf(out, "  %" PRIu64 " bytes, %s", part->length, mtks_health_name(part->health));
        fputc('\n', out);
    }
    if (kit->cfg_name) {
        put_path(out, dir, kit->cfg_name);
        fputs("  scatter file for the flashing tool\n", out);
    }
}

void mtks_report_kit_warnings(FILE *out, const struct mtks_analysis *analysis,
                              const struct mtks_kit *kit)
{
    for (size_t i = 0; i < analysis->findings.count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        if (finding->severity < MTKS_WARNING)
            continue;
        fprintf(out, "mtkscan: %s %s: ", finding->code, mtks_severity_name(finding->severity));
        mtks_escape_print(out, finding->message);
        if (finding->advice && *finding->advice) {
            fputs("; ", out);
            mtks_escape_print(out, finding->advice);
        }
        fputc('\n', out);
    }
    if (!kit->leftover)
        return;
    fputs("mtkscan: ", out);
    mtks_escape_print(out, kit->leftover);
    fputs(" beside the kit is of another run; remove it if none is at work\n", out);
}

void mtks_report_kit_json(FILE *out, const struct mtks_analysis *analysis,
                          const struct mtks_kit *kit, const char *dir)
{
    struct mtks_json json = {.out = out};
    mtks_report_begin_json(&json, analysis, "extracted");
    mtks_json_bool(&json, "complete", kit->complete);
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
