/* SPDX-License-Identifier: MIT */
#include "finds.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"

#define STEPS_A_BYTE 8u
#define STEPS_LEAST  0x10000u

int mtks_finds_add(struct mtks_finds *finds, const char *format, uint64_t offset,
                   const struct mtks_walk *walk, bool opaque)
{
    if (finds->list.count >= finds->room)
        return 0;
    struct mtks_resource *resource = MTKS_PUSH(finds->scratch, &finds->list);
    const char *detail = walk->detail[0] ? mtks_arena_text(finds->texts, walk->detail) : NULL;
    if (!resource || (walk->detail[0] && !detail))
        return -1;
    *resource = (struct mtks_resource){.format = format,
                                       .layer = MTKS_NO_LAYER,
                                       .offset = offset,
                                       .length = walk->length,
                                       .width = walk->width,
                                       .height = walk->height,
                                       .detail = detail,
                                       .opaque = opaque};
    return 0;
}

static int compare(const void *left, const void *right)
{
    const struct mtks_resource *a = left, *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (a->length != b->length)
        return a->length > b->length ? -1 : 1;
    return strcmp(a->detail ? a->detail : "", b->detail ? b->detail : "");
}

void mtks_finds_settle(struct mtks_finds *finds)
{
    size_t kept = 0;
    uint64_t end = 0;
    if (finds->list.count == 0)
        return;
    qsort(finds->list.items, finds->list.count, sizeof *finds->list.items, compare);
    for (size_t i = 0; i < finds->list.count; i++) {
        const struct mtks_resource *resource = &finds->list.items[i];
        if (resource->offset < end)
            continue;
        end = resource->offset + resource->length;
        finds->list.items[kept++] = *resource;
    }
    finds->list.count = kept;
}

/* How many finds begin before `offset`. */
static size_t before(const struct mtks_finds *finds, uint64_t offset)
{
    size_t low = 0, high = finds->list.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (finds->list.items[middle].offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct mtks_resource *mtks_finds_at(const struct mtks_finds *finds, uint64_t offset)
{
    const size_t index = before(finds, offset);
    return index < finds->list.count && finds->list.items[index].offset == offset
               ? &finds->list.items[index]
               : NULL;
}

bool mtks_finds_free(const struct mtks_finds *finds, uint64_t offset, uint64_t length)
{
    const size_t index = before(finds, offset + length);
    if (index == 0)
        return true;
    const struct mtks_resource *last = &finds->list.items[index - 1];
    return last->offset + last->length <= offset;
}

void mtks_finds_begin(struct mtks_finds *more, struct mtks_finds *finds)
{
    *more = (struct mtks_finds){
        .scratch = finds->scratch, .texts = finds->texts, .room = finds->room - finds->list.count};
}

int mtks_finds_join(struct mtks_finds *finds, const struct mtks_finds *more)
{
    for (size_t i = 0; i < more->list.count; i++) {
        struct mtks_resource *resource = MTKS_PUSH(finds->scratch, &finds->list);
        if (!resource)
            return -1;
        *resource = more->list.items[i];
    }
    mtks_finds_settle(finds);
    return 0;
}

static int note(struct mtks_analysis *analysis, const struct mtks_resource_span *span,
                const char *what)
{
    struct mtks_log *line = MTKS_PUSH(&analysis->arena, &analysis->log);
    if (!line)
        return -1;
    line->level = MTKSCAN_LOG_WARNING;
    line->plugin = "resources";
    line->text = mtks_arena_format(
        &analysis->arena, "%s in the %" PRIu64 " bytes at 0x%" PRIX64 " of %s", what, span->length,
        span->offset,
        span->layer < analysis->layers.count ? analysis->layers.items[span->layer].name
                                             : "the dump");
    return line->text ? 0 : -1;
}

static int publish(struct mtks_analysis *analysis, const struct mtks_resource_span *span,
                   const struct mtks_finds *finds)
{
    for (size_t i = 0; i < finds->list.count; i++) {
        struct mtks_resource *resource = MTKS_PUSH(&analysis->arena, &analysis->resources);
        if (!resource)
            return -1;
        *resource = finds->list.items[i];
        resource->layer = span->layer;
        resource->offset += span->offset;
    }
    if (finds->steps == 0 && note(analysis, span, "too many false starts: not all was looked at"))
        return -1;
    if (finds->list.count >= finds->room && finds->room > 0)
        return note(analysis, span, "too many resources: not all are listed");
    return 0;
}

int mtks_resources_find(struct mtks_analysis *analysis, const struct mtks_resource_span *span,
                        const struct mtks_progress *progress)
{
    struct mtks_arena scratch;
    struct mtks_finds finds = {.scratch = &scratch,
                               .texts = &analysis->arena,
                               .room = MTKS_RESOURCES_MOST - analysis->resources.count,
                               .steps = STEPS_A_BYTE * span->length + STEPS_LEAST};
    if (analysis->resources.count >= MTKS_RESOURCES_MOST)
        return 0;
    mtks_arena_init(&scratch, analysis->arena.limit);
    int outcome = mtks_signatures_find(&finds, span, progress);
    if (outcome == 0)
        outcome = mtks_audio_tables_find(&finds, span);
    if (outcome == 0)
        outcome = mtks_texts_find(&finds, span);
    if (outcome == 0)
        outcome = publish(analysis, span, &finds);
    mtks_arena_free(&scratch);
    return outcome;
}
