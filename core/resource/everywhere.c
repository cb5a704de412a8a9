/* SPDX-License-Identifier: MIT */
/* Where resources are looked for: the plain bytes of the dump's parts, then each decoded image. */
#include "resource.h"

#include <stdlib.h>

#include "mtkscan/bytes.h"

struct stretch {
    uint64_t start, end;
    uint64_t exec_addr; /* of its first byte; 0: not known */
};

struct stretches {
    MTKS_LIST(struct stretch) plain;  /* parts */
    MTKS_LIST(struct stretch) packed; /* what codecs take care of */
    struct mtks_arena scratch;
};

static int compare(const void *left, const void *right)
{
    const struct stretch *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->end < b->end ? -1 : a->end > b->end;
}

static int packed_add(struct stretches *stretches, uint64_t offset, uint64_t length, uint64_t size)
{
    if (offset >= size || length == 0)
        return 0;
    struct stretch *stretch = MTKS_PUSH(&stretches->scratch, &stretches->packed);
    if (!stretch)
        return -1;
    *stretch = (struct stretch){offset, length < size - offset ? offset + length : size, 0};
    return 0;
}

static int collect(struct stretches *stretches, const struct mtks_analysis *analysis, uint64_t size)
{
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        if (part->present == 0 || !mtkscan_inside(part->offset, part->present, size))
            continue;
        struct stretch *stretch = MTKS_PUSH(&stretches->scratch, &stretches->plain);
        if (!stretch)
            return -1;
        *stretch = (struct stretch){part->offset, part->offset + part->present, part->load_addr};
    }
    for (size_t i = 0; i < analysis->containers.count; i++) {
        const struct mtks_container *container = &analysis->containers.items[i];
        if (packed_add(stretches, container->offset, container->length, size) != 0)
            return -1;
    }
    for (size_t i = 0; i < analysis->layers.count; i++) {
        const struct mtks_layer *layer = &analysis->layers.items[i];
        if (packed_add(stretches, layer->offset, layer->length, size) != 0)
            return -1;
    }
    if (stretches->plain.count > 0)
        qsort(stretches->plain.items, stretches->plain.count, sizeof(struct stretch), compare);
    if (stretches->packed.count > 0)
        qsort(stretches->packed.items, stretches->packed.count, sizeof(struct stretch), compare);
    return 0;
}

static int search(struct mtks_analysis *analysis, const uint8_t *dump, const struct stretch *part,
                  uint64_t start, uint64_t end, const struct mtks_progress *progress)
{
    if (start >= end)
        return 0;
    const struct mtks_resource_span span = {
        .bytes = dump + start,
        .length = end - start,
        .layer = MTKS_NO_LAYER,
        .offset = start,
        .exec_addr = part->exec_addr ? part->exec_addr + (start - part->start) : 0};
    return mtks_resources_find(analysis, &span, progress);
}

/* What is left of the sorted parts between the sorted packed stretches, each byte once. */
static int search_dump(struct mtks_analysis *analysis, const struct stretches *stretches,
                       const uint8_t *dump, const struct mtks_progress *progress)
{
    uint64_t done = 0;
    size_t first = 0; /* packed stretch that can still matter; those before it end before `done` */
    for (size_t i = 0; i < stretches->plain.count; i++) {
        const struct stretch *part = &stretches->plain.items[i];
        uint64_t at = part->start > done ? part->start : done;
        int outcome = 0;
        for (size_t j = first; j < stretches->packed.count && outcome == 0 && at < part->end; j++) {
            const struct stretch *packed = &stretches->packed.items[j];
            if (packed->start >= part->end)
                break;
            outcome = search(analysis, dump, part, at, packed->start, progress);
            at = packed->end > at ? packed->end : at;
            first = packed->end <= at && j == first ? j + 1 : first;
        }
        if (outcome == 0)
            outcome = search(analysis, dump, part, at, part->end, progress);
        if (outcome != 0)
            return outcome;
        done = part->end > done ? part->end : done;
        done = at > done ? at : done;
    }
    return 0;
}

static int search_layers(struct mtks_analysis *analysis, const struct mtks_progress *progress)
{
    int outcome = 0;
    for (size_t i = 0; i < analysis->layers.count && outcome == 0; i++) {
        const struct mtks_layer *layer = &analysis->layers.items[i];
        if (!layer->bytes || layer->filtered)
            continue;
        const struct mtks_resource_span span = {.bytes = layer->bytes,
                                                .length = layer->size,
                                                .layer = (uint32_t)i,
                                                .exec_addr = layer->exec_addr};
        outcome = mtks_resources_find(analysis, &span, progress);
    }
    return outcome;
}

int mtks_resources_find_all(struct mtks_analysis *analysis, const uint8_t *dump, uint64_t size,
                            const struct mtks_progress *progress)
{
    struct stretches stretches = {0};
    mtks_arena_init(&stretches.scratch, analysis->arena.limit);
    int outcome = collect(&stretches, analysis, size);
    if (outcome == 0)
        outcome = search_dump(analysis, &stretches, dump, progress);
    mtks_arena_free(&stretches.scratch);
    if (outcome == 0)
        outcome = search_layers(analysis, progress);
    analysis->searched = outcome == 0;
    return outcome;
}
