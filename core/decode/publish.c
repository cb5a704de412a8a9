/* SPDX-License-Identifier: MIT */
/* From a finished stream to a layer with its findings. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../model/finding.h"
#include "stream.h"

static bool name_taken(const struct mtks_analysis *analysis, const char *name)
{
    for (size_t i = 0; i < analysis->layers.count; i++)
        if (strcmp(analysis->layers.items[i].name, name) == 0)
            return true;
    return false;
}

/* The name itself, or else with its place, and a number if need be. */
static const char *name_unique(struct mtks_analysis *analysis, const char *name, uint64_t offset)
{
    char text[256];
    if (!name_taken(analysis, name))
        return name;
    snprintf(text, sizeof text, "%.160s-0x%06" PRIX64, name, offset);
    for (size_t i = 2; name_taken(analysis, text); i++)
        snprintf(text, sizeof text, "%.160s-0x%06" PRIX64 "-%zu", name, offset, i);
    return mtks_arena_text(&analysis->arena, text);
}

/* One finding of the layer, which says its name first. */
static int raise(struct mtks_analysis *analysis, const struct mtks_layer *layer, const char *code,
                 const char *what)
{
    const char *detail = mtks_arena_format(&analysis->arena, "%s: %s", layer->name, what);
    const struct mtks_layer_fault *first = layer->faults.items;
    return detail ? mtks_finding_add(analysis, code, detail, layer->part,
                                     first ? first->offset : layer->offset,
                                     first ? first->length : layer->length)
                  : -1;
}

static int raise_size(struct mtks_analysis *analysis, const struct mtks_stream *stream)
{
    char what[160];
    if (!stream->misfit)
        return 0;
    snprintf(what, sizeof what,
             "%" PRIu64 " bytes are stated, and decoded are %" PRIu64 ", the last group padded",
             stream->container->output_size, stream->layer.decoded);
    return raise(analysis, &stream->layer, "MTK-C004", what);
}

/* The code of what became of the stream, or NULL. Bytes that the dump lacks are told of elsewhere,
 * so a stream that is closed for that is no damage of its own. */
static const char *code_of(const struct mtks_stream *stream)
{
    const struct mtks_layer *layer = &stream->layer;
    if (layer->state == MTKS_LAYER_CLOSED)
        return stream->outcome == MTKSCAN_DAMAGED && !stream->dependent &&
                       stream->present == stream->layer.length
                   ? "MTK-C001"
                   : "MTK-C003";
    if (layer->state == MTKS_LAYER_DAMAGED)
        return stream->evidence.doubts.count ? "MTK-C002" : "MTK-C001";
    return NULL;
}

static int raise_all(struct mtks_analysis *analysis, const struct mtks_stream *stream)
{
    const struct mtks_layer *layer = &stream->layer;
    const char *code = code_of(stream);
    if (code && raise(analysis, layer, code, layer->why))
        return -1;
    if (stream->evidence_outcome != MTKSCAN_DONE &&
        raise(analysis, layer, "MTK-C003", stream->evidence_error.what))
        return -1;
    return raise_size(analysis, stream);
}

int mtks_stream_publish(struct mtks_analysis *analysis, struct mtks_stream *stream)
{
    struct mtks_layer *layer = &stream->layer;
    layer->name = name_unique(analysis, layer->name, layer->offset);
    if (!layer->name)
        return -1;
    if (layer->bytes) {
        if (stream->kind->tell(analysis, stream))
            return -1;
    } else {
        layer->state = MTKS_LAYER_CLOSED;
        layer->size = layer->decoded = 0;
        layer->size_source = NULL;
        layer->why = mtks_arena_text(&analysis->arena, stream->error.what);
        if (!layer->why)
            return -1;
    }
    if (raise_all(analysis, stream))
        return -1;
    struct mtks_layer *added = MTKS_PUSH(&analysis->arena, &analysis->layers);
    if (!added)
        return -1;
    *added = *layer;
    layer->bytes = NULL;
    return 0;
}
