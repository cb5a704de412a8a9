/* SPDX-License-Identifier: MIT */
/* Layers whose calls are still as the packer left them, once more as the processor sees them. */
#include <stdlib.h>
#include <string.h>

#include "../codec/thumb.h"
#include "decode.h"

/* A copy of the layer with the filter undone. -1: no memory. */
static int add_code(struct mtks_analysis *analysis, size_t index)
{
    const char *name =
        mtks_arena_format(&analysis->arena, "%s-code", analysis->layers.items[index].name);
    struct mtks_layer *layer = name ? MTKS_PUSH(&analysis->arena, &analysis->layers) : NULL;
    if (!layer)
        return -1;
    const struct mtks_layer *from = &analysis->layers.items[index]; /* the list may have moved */
    *layer = *from;
    layer->name = name;
    layer->codec = "thumb-branches";
    layer->sha1[0] = 0;
    layer->filtered = false;
    layer->bytes = malloc((size_t)from->size);
    if (!layer->bytes)
        return -1;
    memcpy(layer->bytes, from->bytes, (size_t)from->size);
    layer->decoded = layer->size;
    mtks_thumb_unfilter(layer->bytes, layer->size);
    analysis->layers.items[index].filtered = true;
    return 0;
}

int mtks_layers_code(struct mtks_analysis *analysis)
{
    const size_t count = analysis->layers.count;
    for (size_t i = 0; i < count; i++) {
        const struct mtks_layer *layer = &analysis->layers.items[i];
        if (layer->bytes && layer->size && mtks_thumb_is_filtered(layer->bytes, layer->size) &&
            add_code(analysis, i))
            return -1;
    }
    return 0;
}
