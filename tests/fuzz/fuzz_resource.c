/* SPDX-License-Identifier: MIT */
/* Any bytes as a part of a dump: what is listed lies inside, in order, apart, and is whole by
 * itself. */
#include "fuzz.h"

#include <string.h>

#include "resource/resource.h"

/* A find is found again where nothing but it is to be seen. */
static void alone(const struct mtks_resource_format *format, const uint8_t *bytes,
                  const struct mtks_resource *found)
{
    struct mtks_walk walk = {.steps = UINT64_MAX};
    uint8_t *copy = malloc(found->length);
    PROMISE(copy);
    memcpy(copy, bytes + found->offset, found->length);
    PROMISE(format->walk(copy, found->length, &walk));
    PROMISE(walk.length == found->length);
    PROMISE(walk.width == found->width && walk.height == found->height);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_analysis *analysis = mtks_analysis_new(&limits);
    PROMISE(analysis);
    const struct mtks_resource_span span = {
        .bytes = bytes, .length = size, .layer = MTKS_NO_LAYER, .offset = size % 4};
    PROMISE(mtks_resources_find(analysis, &span, NULL) == 0);
    uint64_t end = span.offset;
    for (size_t i = 0; i < analysis->resources.count; i++) {
        struct mtks_resource found = analysis->resources.items[i];
        const struct mtks_resource_format *format = mtks_resource_format(found.format);
        PROMISE(format && found.length > 0 && found.layer == MTKS_NO_LAYER);
        PROMISE(found.offset >= end && found.length <= span.offset + size - found.offset);
        PROMISE(!found.detail || strlen(found.detail) < MTKS_RESOURCE_DETAIL);
        end = found.offset + found.length;
        found.offset -= span.offset;
        if (format->walk)
            alone(format, bytes, &found);
    }
    mtks_analysis_free(analysis);
    return 0;
}
