/* SPDX-License-Identifier: MIT */
/* What was written into an unpacked folder. */
#include <inttypes.h>
#include <limits.h>

#include "escape.h"
#include "layers.h"
#include "line.h"
#include "report.h"

#define WIDTH  80u
#define INDENT 2u

static const struct mtks_unpack_file *file_of_layer(const struct mtks_unpacked *unpacked,
                                                    uint32_t layer)
{
    for (size_t i = 0; i < unpacked->files.count; i++)
        if (unpacked->files.items[i].layer == layer &&
            unpacked->files.items[i].resource == MTKS_NO_LAYER)
            return &unpacked->files.items[i];
    return NULL;
}

/* File names are never cut, as users copy them. */
static void put_path(FILE *out, const char *dir, const char *name)
{
    mtks_escape_print(out, dir);
    fputc('/', out);
    mtks_escape_print(out, name);
}

/* Below the path, which may be long by itself. */
static void put_reason(FILE *out, const char *why)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, WIDTH, false);
    mtks_line_pad(&line, INDENT);
    mtks_line_wrap(&line, why, INDENT, WIDTH, UINT_MAX);
    mtks_line_end(&line);
}

static void put_layer(FILE *out, const struct mtks_layer *layer,
                      const struct mtks_unpack_file *file, const char *dir)
{
    if (file)
        put_path(out, dir, file->name);
    else
        mtks_escape_print(out, layer->name);
    if (file)
        fprintf(out, "  %" PRIu64 " bytes", file->length);
    if (file && layer->exec_addr)
        fprintf(out, " at 0x%08" PRIX64, layer->exec_addr);
    fprintf(out, "%s%s\n", file ? ", " : "  ", mtks_layer_state_name(layer->state));
    if (layer->why)
        put_reason(out, layer->why);
}

void mtks_report_unpacked_text(FILE *out, const struct mtks_analysis *analysis,
                               const struct mtks_unpacked *unpacked, const char *dir, bool verbose)
{
    size_t resources = 0;
    for (uint32_t i = 0; i < analysis->layers.count; i++)
        put_layer(out, &analysis->layers.items[i], file_of_layer(unpacked, i), dir);
    for (size_t i = 0; i < unpacked->files.count; i++) {
        const struct mtks_unpack_file *file = &unpacked->files.items[i];
        bool resource = file->resource < analysis->resources.count;
        resources += resource;
        if (file->layer < analysis->layers.count && !resource)
            continue;
        if (resource && !verbose)
            continue;
        put_path(out, dir, file->name);
        fprintf(out, "  %" PRIu64 " bytes\n", file->length);
    }
    if (analysis->searched)
        fprintf(out, "%zu resources found, %zu written%s\n", analysis->resources.count, resources,
                resources < analysis->resources.count && resources == 0
                    ? ": --resources writes them"
                    : "");
}

void mtks_report_unpacked_json(FILE *out, const struct mtks_analysis *analysis,
                               const struct mtks_unpacked *unpacked, const char *dir)
{
    struct mtks_json json = {.out = out};
    mtks_report_begin_json(&json, analysis, "unpacked");
    mtks_json_text(&json, "dir", dir);
    mtks_layers_json(&json, analysis);
    mtks_json_array(&json, "files");
    for (size_t i = 0; i < unpacked->files.count; i++) {
        const struct mtks_unpack_file *file = &unpacked->files.items[i];
        mtks_json_object(&json, NULL);
        mtks_json_text(&json, "name", file->name);
        mtks_json_number(&json, "length", file->length);
        mtks_json_text(
            &json, "layer",
            file->layer < analysis->layers.count ? analysis->layers.items[file->layer].name : NULL);
        mtks_json_known(&json, "resource", file->resource, MTKS_NO_LAYER);
        mtks_json_close(&json);
    }
    mtks_json_close(&json);
    mtks_json_close(&json);
}
