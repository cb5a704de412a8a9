/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"

static const struct mtks_stream_kind *kind_of(enum mtks_codec_kind codec)
{
    static const struct mtks_stream_kind *const kinds[] = {
        [MTKS_CODEC_UNKNOWN] = &mtks_stream_module, [MTKS_CODEC_ALICE] = &mtks_stream_alice,
        [MTKS_CODEC_ZIMAGE] = &mtks_stream_zimage,  [MTKS_CODEC_DCM] = &mtks_stream_dcm,
        [MTKS_CODEC_LZMA] = &mtks_stream_lzma,
    };
    return kinds[codec];
}

/* An empty stream, or NULL. */
static struct mtks_stream *stream_new(struct mtks_plan *plan)
{
    struct mtks_stream *stream = mtks_arena_alloc(&plan->arena, sizeof *stream);
    if (!stream)
        return NULL;
    plan->streams.items[plan->streams.count++] = stream;
    mtks_arena_init(&stream->arena, plan->analysis->limits.memory / MTKS_ARENA_SHARE);
    stream->run.arena = &stream->arena;
    return stream;
}

/* The address of a container's first byte, by its part's header; 0: not known. */
static uint32_t address_of(const struct mtks_analysis *analysis,
                           const struct mtks_container *container)
{
    if (container->part >= analysis->parts.count)
        return 0;
    const struct mtks_part *part = &analysis->parts.items[container->part];
    uint64_t address;
    if (!part->load_addr || container->offset < part->offset ||
        !mtkscan_add(part->load_addr, container->offset - part->offset, &address) ||
        address > UINT32_MAX)
        return 0;
    return (uint32_t)address;
}

static struct mtks_stream *stream_of(struct mtks_plan *plan, const struct mtks_container *container)
{
    struct mtks_stream *stream = stream_new(plan);
    if (!stream)
        return NULL;
    const struct mtks_codec *codec = mtks_codec_find(container->codec);
    stream->kind = kind_of(codec->kind);
    stream->container = container;
    stream->version = codec->version;
    stream->present = mtks_dump_present(plan->dump, container->offset, container->length);
    stream->coded = mtks_dump_span(plan->dump, container->offset, stream->present);
    stream->address = address_of(plan->analysis, container);
    stream->layer = (struct mtks_layer){
        .name = container->name,
        .codec = container->codec,
        .part = container->part < plan->analysis->parts.count ? container->part : MTKSCAN_NO_PART,
        .offset = container->offset,
        .length = container->length,
        .exec_addr = container->exec_addr,
    };
    return stream;
}

/* The image that a ZIMAGE builds on: the last one before it, of its own part if there is one. */
static struct mtks_stream *alice_before(const struct mtks_plan *plan,
                                        const struct mtks_stream *stream)
{
    struct mtks_stream *best = NULL;
    for (size_t i = 0; i < plan->streams.count && plan->streams.items[i] != stream; i++) {
        struct mtks_stream *other = plan->streams.items[i];
        const bool own = other->layer.part == stream->layer.part;
        if (other->kind == &mtks_stream_alice &&
            (own || !best || best->layer.part != stream->layer.part))
            best = other;
    }
    return best;
}

static bool too_many_alices(const struct mtks_plan *plan, const struct mtks_stream *stream)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->streams.count; i++)
        count += plan->streams.items[i]->kind == &mtks_stream_alice;
    return stream->kind == &mtks_stream_alice && count > MTKS_ALICE_MAX;
}

/* Modules that a DCM container names; 1 for any other container, and for a DCM that is damaged. */
static uint32_t streams_in(const struct mtks_stream *stream)
{
    struct mtks_dcm dcm;
    if (stream->kind != &mtks_stream_dcm || !stream->present ||
        mtks_dcm_open(&dcm, stream->coded, stream->present, NULL) != MTKSCAN_DONE)
        return 1;
    return dcm.count;
}

static void stream_begin(struct mtks_plan *plan, struct mtks_stream *stream)
{
    const char *refused = NULL;
    if (stream->present == 0)
        refused = "it lies outside the dump";
    else if (too_many_alices(plan, stream))
        refused = "there are more ALICE containers than are opened at once";
    if (refused) {
        stream->outcome = mtks_fail(&stream->error, MTKSCAN_REFUSED, "%s", refused);
        return;
    }
    stream->alice = alice_before(plan, stream);
    mtks_stream_open(stream, &plan->budget);
}

/* All streams of one container. 0, or -1 when memory is out. */
static int container_open(struct mtks_plan *plan, const struct mtks_container *container)
{
    uint32_t count = 1;
    for (uint32_t i = 0; i < count; i++) {
        if (plan->streams.count >= MTKS_STREAMS_MAX) {
            plan->left_out++;
            return 0;
        }
        struct mtks_stream *stream = stream_of(plan, container);
        if (!stream)
            return -1;
        if (i == 0)
            count = streams_in(stream);
        stream->module = i;
        if (stream->kind == &mtks_stream_dcm)
            stream->layer.name =
                mtks_arena_format(&plan->analysis->arena, "%s-%" PRIu32, container->name, i);
        if (!stream->layer.name)
            return -1;
        stream_begin(plan, stream);
    }
    return 0;
}

/* A container's turn. */
struct turn {
    uint32_t order;
    size_t index;
};

static int by_order(const void *left, const void *right)
{
    const struct turn *a = left, *b = right;
    if (a->order != b->order)
        return a->order > b->order ? 1 : -1;
    return (a->index > b->index) - (a->index < b->index);
}

int mtks_plan_make(struct mtks_plan *plan)
{
    const size_t count = plan->analysis->containers.count;
    struct turn *turns = mtks_arena_alloc(&plan->arena, sizeof *turns * count);
    if (!turns)
        return -1;
    for (size_t i = 0; i < count; i++)
        turns[i] = (struct turn){plan->analysis->containers.items[i].order, i};
    if (count)
        qsort(turns, count, sizeof *turns, by_order);
    for (size_t i = 0; i < count; i++)
        if (container_open(plan, &plan->analysis->containers.items[turns[i].index]))
            return -1;
    return 0;
}

void mtks_plan_free(struct mtks_plan *plan)
{
    for (size_t i = 0; i < plan->streams.count; i++)
        mtks_stream_free(plan->streams.items[i]);
    mtks_arena_free(&plan->arena);
}
