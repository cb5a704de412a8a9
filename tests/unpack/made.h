/* SPDX-License-Identifier: MIT */
/* An analysis with layers and resources, as decoding would leave it. */
#ifndef TESTS_UNPACK_MADE_H
#define TESTS_UNPACK_MADE_H

#include <stdlib.h>
#include <string.h>

#include "dump/dump.h"
#include "model/analysis.h"
#include "support.h"

static inline struct mtks_analysis *made_analysis(void)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_analysis *analysis = mtks_analysis_new(&limits);
    assert_non_null(analysis);
    analysis->decoded = true;
    return analysis;
}

/* A layer of these bytes, or a closed one for NULL. */
static inline struct mtks_layer *made_layer(struct mtks_analysis *analysis, const char *name,
                                            const char *bytes, uint64_t exec_addr)
{
    struct mtks_layer *layer = MTKS_PUSH(&analysis->arena, &analysis->layers);
    assert_non_null(layer);
    layer->name = name;
    layer->codec = "alice-2";
    layer->part = MTKSCAN_NO_PART;
    layer->exec_addr = exec_addr;
    layer->state = bytes ? MTKS_LAYER_VERIFIED : MTKS_LAYER_CLOSED;
    if (bytes) {
        layer->size = layer->decoded = strlen(bytes);
        layer->bytes = malloc(strlen(bytes) + 1);
        assert_non_null(layer->bytes);
        memcpy(layer->bytes, bytes, strlen(bytes) + 1);
    }
    return layer;
}

static inline struct mtks_resource *made_resource(struct mtks_analysis *analysis,
                                                  const char *format, uint32_t layer,
                                                  uint64_t offset, uint64_t length)
{
    struct mtks_resource *resource = MTKS_PUSH(&analysis->arena, &analysis->resources);
    assert_non_null(resource);
    resource->format = format;
    resource->layer = layer;
    resource->offset = offset;
    resource->length = length;
    return resource;
}

/* The format of UCS-2 strings, by whatever name the table has it. */
#define MADE_TEXT "text"

#endif
