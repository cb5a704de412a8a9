/* SPDX-License-Identifier: MIT */
#include "decode.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../model/finding.h"
#include "blobs.h"
#include "crew.h"
#include "plan.h"

struct room {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    const struct mtks_plugins *plugins;
    struct mtks_crew crew;
    struct mtks_plan plan;
    struct mtks_blobs *blobs;
};

/* ---- the two rounds */

struct task {
    struct mtks_stream *stream; /* NULL: the search for blobs */
    size_t piece;
};

struct round {
    struct task *tasks;
    size_t count;
    struct room *room;
};

static bool is_open(const struct mtks_stream *stream)
{
    return stream->layer.bytes != NULL;
}

static void first_work(void *ctx, size_t index, const struct mtks_progress *progress)
{
    const struct task *task = &((const struct round *)ctx)->tasks[index];
    task->stream->kind->piece(task->stream, task->piece, progress);
}

static void late_work(void *ctx, size_t index, const struct mtks_progress *progress)
{
    const struct round *round = ctx;
    const struct task *task = &round->tasks[index];
    if (task->stream) {
        task->stream->kind->late(task->stream, progress);
        return;
    }
    round->room->blobs->run.progress = progress;
    mtks_blobs_find(round->room->blobs);
}

static int first_tasks(struct room *room, struct round *round)
{
    size_t count = 0;
    for (int fill = 0; fill < 2; fill++) {
        round->tasks =
            fill ? mtks_arena_alloc(&room->plan.arena, sizeof *round->tasks * count) : NULL;
        if (fill && !round->tasks)
            return -1;
        count = 0;
        for (size_t i = 0; i < room->plan.streams.count; i++) {
            struct mtks_stream *stream = room->plan.streams.items[i];
            const size_t pieces =
                is_open(stream) && stream->kind->pieces ? stream->kind->pieces(stream) : 0;
            for (size_t j = 0; j < pieces; j++, count++)
                if (fill)
                    round->tasks[count] = (struct task){stream, j};
        }
    }
    round->count = count;
    return 0;
}

/* Streams first, since they take longer than the search. */
static int late_tasks(struct room *room, struct round *round)
{
    round->tasks =
        mtks_arena_alloc(&room->plan.arena, sizeof *round->tasks * (room->plan.streams.count + 1));
    if (!round->tasks)
        return -1;
    for (size_t i = 0; i < room->plan.streams.count; i++) {
        struct mtks_stream *stream = room->plan.streams.items[i];
        if (stream->kind->late && is_open(stream))
            round->tasks[round->count++] = (struct task){stream, 0};
    }
    round->tasks[round->count++] = (struct task){NULL, 0};
    return 0;
}

static int stopped(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_INTERRUPTED, "stopped while decoding");
}

static int no_memory(mtkscan_error *error)
{
    mtks_fail(error, MTKSCAN_REFUSED, "the analysis needs more memory than its limit");
    mtks_advise(error, "A sound dump needs far less. Raise it with --limit memory=VALUE.");
    return MTKSCAN_REFUSED;
}

static int rounds_run(struct room *room, mtkscan_error *error)
{
    struct round first = {.room = room}, late = {.room = room};
    if (first_tasks(room, &first))
        return no_memory(error);
    if (!mtks_crew_run(&room->crew, "decoding", first.count, first_work, &first))
        return stopped(error);
    for (size_t i = 0; i < room->plan.streams.count; i++) {
        struct mtks_stream *stream = room->plan.streams.items[i];
        if (is_open(stream) && stream->kind->settle)
            stream->kind->settle(stream, room->crew.progress);
        if (stream->outcome == MTKSCAN_INTERRUPTED)
            return stopped(error);
    }
    if (late_tasks(room, &late))
        return no_memory(error);
    return mtks_crew_run(&room->crew, "decoding", late.count, late_work, &late) ? MTKSCAN_DONE
                                                                                : stopped(error);
}

/* ---- blobs */

static int blobs_begin(struct room *room)
{
    struct mtks_blobs *blobs = mtks_arena_alloc(&room->plan.arena, sizeof *blobs);
    if (!blobs)
        return -1;
    const struct mtks_limits *limits = &room->analysis->limits;
    mtks_arena_init(&blobs->arena, limits->memory / MTKS_ARENA_SHARE);
    blobs->dump = room->dump;
    blobs->run.arena = &blobs->arena;
    blobs->run.output = room->plan.budget.output;
    blobs->run.steps =
        room->plan.budget.steps < MTKS_BLOB_STEPS ? room->plan.budget.steps : MTKS_BLOB_STEPS;
    room->blobs = blobs;
    return mtks_blobs_gaps(blobs, room->analysis);
}

/* The part that a blob lies in. */
static uint32_t part_at(const struct mtks_analysis *analysis, uint64_t offset)
{
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        if (offset >= part->offset && offset - part->offset < part->present)
            return (uint32_t)i;
    }
    return MTKSCAN_NO_PART;
}

static int blob_publish(struct mtks_analysis *analysis, struct mtks_blob *blob)
{
    struct mtks_stream stream = {.kind = &mtks_stream_lzma, .lzma_result = blob->result};
    stream.layer = (struct mtks_layer){
        .name = mtks_arena_format(&analysis->arena, "LZMA-0x%06" PRIX64, blob->offset),
        .codec = "lzma",
        .part = part_at(analysis, blob->offset),
        .offset = blob->offset,
        .length = blob->length,
        .bytes = blob->bytes,
        .size = blob->size,
        .decoded = blob->size,
    };
    if (!stream.layer.name || mtks_stream_publish(analysis, &stream))
        return -1;
    blob->bytes = NULL;
    return 0;
}

static int blobs_publish(struct room *room)
{
    struct mtks_blobs *blobs = room->blobs;
    for (size_t i = 0; i < blobs->count; i++)
        if (blob_publish(room->analysis, &blobs->found[i]))
            return -1;
    if (!blobs->gave_up)
        return 0;
    const char *detail = mtks_arena_format(
        &room->analysis->arena,
        "the search for LZMA blobs met a limit after %zu candidates, and ended at 0x%" PRIX64,
        blobs->tries, blobs->reached);
    return detail ? mtks_finding_add(room->analysis, "MTK-C003", detail, MTKSCAN_NO_PART,
                                     blobs->reached, room->dump->size - blobs->reached)
                  : -1;
}

/* ---- layers */

/* What a ZIMAGE told of its ALICE; the first one counts. */
static void sizes_learn(struct room *room)
{
    for (size_t i = 0; i < room->plan.streams.count; i++) {
        const struct mtks_stream *stream = room->plan.streams.items[i];
        if (!stream->trial_size || !stream->alice || stream->alice->layer.size_source)
            continue;
        stream->alice->layer.size = stream->trial_size;
        stream->alice->layer.size_source =
            "found by trial: with no other size does the ZIMAGE decode that builds on it";
    }
}

static int layers_publish(struct room *room, mtkscan_error *error)
{
    sizes_learn(room);
    for (size_t i = 0; i < room->plan.streams.count; i++) {
        struct mtks_stream *stream = room->plan.streams.items[i];
        const bool foreign = stream->kind == &mtks_stream_module && stream->outcome == MTKSCAN_DONE;
        /* No thread runs any more, so a process can be made. */
        const int outcome =
            foreign ? mtks_stream_module_decode(room->analysis, room->dump, room->plugins, stream,
                                                &room->plan.budget, error)
                    : MTKSCAN_DONE;
        if (outcome != MTKSCAN_DONE)
            return outcome;
        if (stream->outcome == MTKSCAN_INTERRUPTED ||
            stream->evidence_outcome == MTKSCAN_INTERRUPTED)
            return stopped(error);
        if (mtks_stream_publish(room->analysis, stream))
            return no_memory(error);
    }
    if (room->plan.left_out) {
        const char *detail = mtks_arena_format(&room->analysis->arena,
                                               "%zu containers more than the %u that are opened",
                                               room->plan.left_out, MTKS_STREAMS_MAX);
        if (!detail || mtks_finding_add(room->analysis, "MTK-C003", detail, MTKSCAN_NO_PART, 0, 0))
            return no_memory(error);
    }
    return blobs_publish(room) ? no_memory(error) : MTKSCAN_DONE;
}

static void room_free(struct room *room)
{
    struct mtks_blobs *blobs = room->blobs;
    for (size_t i = 0; blobs && i < blobs->count; i++)
        free(blobs->found[i].bytes);
    if (blobs)
        mtks_arena_free(&blobs->arena);
    mtks_plan_free(&room->plan);
}

int mtks_layers_decode(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                       const struct mtks_plugins *plugins, unsigned threads,
                       const struct mtks_progress *progress, mtkscan_error *error)
{
    const struct mtks_limits *limits = &analysis->limits;
    struct room room = {
        .analysis = analysis, .dump = dump, .plugins = plugins, .crew = {threads, progress}};
    room.plan = (struct mtks_plan){
        .analysis = analysis, .dump = dump, .budget = {limits->codec_output, limits->codec_steps}};
    if (analysis->decoded)
        return MTKSCAN_DONE;
    mtks_arena_init(&room.plan.arena, limits->memory);
    int outcome =
        mtks_plan_make(&room.plan) || blobs_begin(&room) ? no_memory(error) : MTKSCAN_DONE;
    if (outcome == MTKSCAN_DONE)
        outcome = rounds_run(&room, error);
    if (outcome == MTKSCAN_DONE)
        outcome = layers_publish(&room, error);
    room_free(&room);
    analysis->decoded = outcome == MTKSCAN_DONE;
    return outcome;
}
