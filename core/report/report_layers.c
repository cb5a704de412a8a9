/* SPDX-License-Identifier: MIT */
/* What was decoded, and what was found in it: sections of the text report and of the JSON. */
#include <inttypes.h>
#include <string.h>

#include "../resource/resource.h"
#include "layers.h"
#include "page.h"

#define NAME_COLUMNS  16u
#define PER_MILLE     1000u
#define FAULTS_SHOWN  3u
#define REASON_BREAKS 3u

static enum mtks_colour state_colour(enum mtks_layer_state state)
{
    return state == MTKS_LAYER_DAMAGED  ? MTKS_RED
           : state == MTKS_LAYER_CLOSED ? MTKS_YELLOW
                                        : MTKS_GREEN;
}

/* What the word alone does not say; beside the columns of the table there is no room for it. */
static void put_reason(struct mtks_page *page, const struct mtks_layer *layer)
{
    if (layer->why)
        mtks_page_paragraph(page, "    ", layer->why, REASON_BREAKS);
}

/* How much a clean decode is worth. */
static void put_chance(struct mtks_page *page, const struct mtks_layer *layer)
{
    struct mtks_line line;
    if (layer->state != MTKS_LAYER_CONSISTENT || layer->noticed >= PER_MILLE)
        return;
    mtks_page_begin(page, &line);
    mtks_line_format(&line, "    of single bad bits in it, %" PRIu32 " of 100 would have shown",
                     layer->noticed * 100 / PER_MILLE);
    mtks_page_end(page, &line);
}

static void put_layer(struct mtks_page *page, const struct mtks_layer *layer)
{
    struct mtks_line line;
    mtks_page_begin(page, &line);
    mtks_line_add(&line, "  ");
    mtks_line_cell(&line, layer->name, NAME_COLUMNS);
    mtks_line_format(&line, "  0x%06" PRIX64, layer->offset);
    if (layer->bytes)
        mtks_line_format(&line, "  %8" PRIu64, layer->size);
    else
        mtks_line_add(&line, "         -");
    if (layer->exec_addr)
        mtks_line_format(&line, "  0x%08" PRIX64 "  ", layer->exec_addr);
    else
        mtks_line_add(&line, "  not known   ");
    mtks_line_colour(&line, state_colour(layer->state));
    mtks_line_add(&line, mtks_layer_state_name(layer->state));
    mtks_line_colour(&line, MTKS_PLAIN);
    mtks_page_end(page, &line);
}

/* Where a layer is bad, as code addresses where they are known. */
static void put_faults(struct mtks_page *page, const struct mtks_layer *layer)
{
    for (size_t i = 0; i < layer->faults.count; i++) {
        const struct mtks_layer_fault *fault = &layer->faults.items[i];
        struct mtks_line line;
        mtks_page_begin(page, &line);
        if (i == FAULTS_SHOWN && !page->verbose) {
            mtks_line_format(&line, "    and %zu places more: -v or --json shows them",
                             layer->faults.count - i);
            mtks_page_end(page, &line);
            return;
        }
        mtks_line_format(&line, "    %s 0x%08" PRIX64 "+0x%" PRIX64 " from dump 0x%06" PRIX64 ":",
                         layer->exec_addr ? "address" : "image",
                         layer->exec_addr + fault->image_offset, fault->image_length,
                         fault->offset);
        page->lines += mtks_line_wrap(&line, fault->what, 6, page->width, REASON_BREAKS);
        mtks_page_end(page, &line);
    }
}

static void put_resources(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;
    mtks_page_begin(page, &line);
    mtks_line_add(&line, "  resources ");
    for (size_t i = 0; i < mtks_resource_format_count; i++) {
        const char *format = mtks_resource_formats[i].name;
        size_t count = 0;
        for (size_t j = 0; j < analysis->resources.count; j++)
            count += strcmp(analysis->resources.items[j].format, format) == 0;
        if (count)
            mtks_line_format(&line, "%s%zu %s", line.columns > NAME_COLUMNS - 4 ? ", " : "", count,
                             format);
    }
    if (analysis->resources.count == 0)
        mtks_line_add(&line, "none found");
    mtks_page_end(page, &line);
}

static void put_resource(struct mtks_page *page, const struct mtks_resource *resource)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;
    mtks_page_begin(page, &line);
    mtks_line_add(&line, "    ");
    mtks_line_cell(&line, resource->format, NAME_COLUMNS - 2);
    mtks_line_cell(&line,
                   resource->layer < analysis->layers.count
                       ? analysis->layers.items[resource->layer].name
                       : "dump",
                   NAME_COLUMNS);
    mtks_line_format(&line, " 0x%06" PRIX64 "  %8" PRIu64, resource->offset, resource->length);
    if (resource->width)
        mtks_line_format(&line, "  %" PRIu32 "x%" PRIu32, resource->width, resource->height);
    if (resource->detail && *resource->detail) {
        mtks_line_add(&line, "  ");
        mtks_line_add(&line, resource->detail);
    }
    if (resource->opaque)
        mtks_line_add(&line, ", its coding is not known");
    mtks_page_end(page, &line);
}

void mtks_page_layers(struct mtks_page *page)
{
    const struct mtks_analysis *analysis = page->analysis;
    struct mtks_line line;
    if (analysis->decoded && analysis->layers.count) {
        mtks_page_blank(page);
        mtks_page_begin(page, &line);
        mtks_line_colour(&line, MTKS_BOLD);
        mtks_line_format(&line, "  %-16s  offset       image  exec addr   verdict", "decoded");
        mtks_page_end(page, &line);
    }
    for (size_t i = 0; i < analysis->layers.count; i++) {
        put_layer(page, &analysis->layers.items[i]);
        put_reason(page, &analysis->layers.items[i]);
        put_chance(page, &analysis->layers.items[i]);
        put_faults(page, &analysis->layers.items[i]);
    }
    if (!analysis->searched)
        return;
    put_resources(page);
    for (size_t i = 0; page->verbose && i < analysis->resources.count; i++)
        put_resource(page, &analysis->resources.items[i]);
}

static void put_faults_json(struct mtks_json *json, const struct mtks_layer *layer)
{
    mtks_json_array(json, "faults");
    for (size_t i = 0; i < layer->faults.count; i++) {
        const struct mtks_layer_fault *fault = &layer->faults.items[i];
        mtks_json_object(json, NULL);
        mtks_json_number(json, "offset", fault->offset);
        mtks_json_number(json, "length", fault->length);
        mtks_json_number(json, "image_offset", fault->image_offset);
        mtks_json_number(json, "image_length", fault->image_length);
        mtks_json_text(json, "what", fault->what);
        mtks_json_bool(json, "filled", fault->filled);
        mtks_json_close(json);
    }
    mtks_json_close(json);
}

void mtks_layer_json(struct mtks_json *json, const struct mtks_analysis *analysis,
                     const struct mtks_layer *layer)
{
    mtks_json_text(json, "name", layer->name);
    mtks_json_text(json, "codec", layer->codec);
    mtks_json_text(json, "part", mtks_part_name(analysis, layer->part));
    mtks_json_number(json, "offset", layer->offset);
    mtks_json_number(json, "length", layer->length);
    mtks_json_known(json, "exec_addr", layer->exec_addr, 0);
    mtks_json_known(json, "size", layer->bytes ? layer->size : UINT64_MAX, UINT64_MAX);
    mtks_json_text(json, "size_source", layer->size_source);
    mtks_json_number(json, "decoded", layer->decoded);
    mtks_json_text(json, "state", mtks_layer_state_name(layer->state));
    mtks_json_text(json, "why", layer->why);
    mtks_json_number(json, "noticed_permille", layer->noticed);
    mtks_json_number(json, "groups", layer->groups);
    mtks_json_number(json, "groups_bad", layer->groups_bad);
    mtks_json_bool(json, "filtered", layer->filtered);
    mtks_json_text(json, "sha1", layer->sha1[0] ? layer->sha1 : NULL);
    put_faults_json(json, layer);
}

void mtks_resource_json(struct mtks_json *json, const struct mtks_analysis *analysis,
                        const struct mtks_resource *resource)
{
    mtks_json_text(json, "format", resource->format);
    mtks_json_text(json, "layer",
                   resource->layer < analysis->layers.count
                       ? analysis->layers.items[resource->layer].name
                       : NULL);
    mtks_json_number(json, "offset", resource->offset);
    mtks_json_number(json, "length", resource->length);
    mtks_json_known(json, "width", resource->width, 0);
    mtks_json_known(json, "height", resource->height, 0);
    mtks_json_text(json, "detail", resource->detail && *resource->detail ? resource->detail : NULL);
    mtks_json_bool(json, "opaque", resource->opaque);
}

void mtks_layers_json(struct mtks_json *json, const struct mtks_analysis *analysis)
{
    mtks_json_object(json, "packing");
    mtks_json_text(json, "kind",
                   analysis->packing.kind ? mtks_packing_name(analysis->packing.kind) : NULL);
    mtks_json_text(json, "text", analysis->packing.text);
    mtks_json_close(json);
    if (analysis->decoded)
        mtks_json_array(json, "layers");
    else
        mtks_json_null(json, "layers");
    for (size_t i = 0; analysis->decoded && i < analysis->layers.count; i++) {
        mtks_json_object(json, NULL);
        mtks_layer_json(json, analysis, &analysis->layers.items[i]);
        mtks_json_close(json);
    }
    if (analysis->decoded)
        mtks_json_close(json);
    if (analysis->searched)
        mtks_json_array(json, "resources");
    else
        mtks_json_null(json, "resources");
    for (size_t i = 0; analysis->searched && i < analysis->resources.count; i++) {
        mtks_json_object(json, NULL);
        mtks_resource_json(json, analysis, &analysis->resources.items[i]);
        mtks_json_close(json);
    }
    if (analysis->searched)
        mtks_json_close(json);
}
