/* SPDX-License-Identifier: MIT */
/* ZIMAGE and BOOT_ZIMAGE as streams. Those with a preset wait for ALICE, and may tell its size. */
#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "stream.h"

#define TRIAL_STEPS (16u << 20) /* for the sizes that turn out wrong: each fails early */
#define RUNS_MOST   4u          /* whole decodes: two of a trial, and two over different filler */

static int zimage_open(struct mtks_stream *stream, struct mtks_budget *budget, mtkscan_error *error)
{
    stream->zimage = mtks_arena_alloc(&stream->arena, sizeof *stream->zimage);
    stream->zimage_result = mtks_arena_alloc(&stream->arena, sizeof *stream->zimage_result);
    if (!stream->zimage || !stream->zimage_result)
        return mtks_codec_no_memory(error);
    int outcome =
        mtks_zimage_open(stream->zimage, stream->coded, stream->present, &stream->run, error);
    if (outcome == MTKSCAN_DONE && stream->zimage->presets && !stream->alice) {
        stream->dependent = true;
        return mtks_fail(error, MTKSCAN_REFUSED, "needs an ALICE image, and there is none");
    }
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_stream_room(stream, stream->zimage->output_size, error);
    if (outcome == MTKSCAN_DONE)
        mtks_stream_steps(stream, budget, RUNS_MOST * stream->zimage->output_size + TRIAL_STEPS);
    return outcome;
}

static size_t zimage_pieces(const struct mtks_stream *stream)
{
    return stream->zimage->presets ? 0 : 1;
}

static void decode(struct mtks_stream *stream, const struct mtks_lzma_preset *preset)
{
    stream->outcome = mtks_zimage_decode(stream->zimage, &stream->run, preset, stream->layer.bytes,
                                         stream->zimage_result, &stream->error);
    if (stream->outcome != MTKSCAN_DONE && stream->outcome != MTKSCAN_DAMAGED)
        mtks_stream_close(stream, stream->outcome);
}

static void zimage_piece(struct mtks_stream *stream, size_t index,
                         const struct mtks_progress *progress)
{
    const struct mtks_lzma_preset none = {0};
    (void)index;
    stream->run.progress = progress;
    decode(stream, &none);
}

static void needs(struct mtks_stream *stream, const char *what)
{
    mtks_fail(&stream->error, MTKSCAN_REFUSED, "needs %s, which is %s", stream->alice->layer.name,
              what);
    stream->dependent = true;
    mtks_stream_close(stream, MTKSCAN_REFUSED);
}

/* ALICE's size comes from the one with which this stream decodes. */
static void decode_by_trial(struct mtks_stream *stream)
{
    const struct mtks_stream *alice = stream->alice;
    uint64_t size = 0;
    stream->outcome =
        mtks_alice_size_find(&alice->image, alice->layer.bytes, stream->zimage, &stream->run,
                             stream->layer.bytes, &size, &stream->error);
    if (stream->outcome != MTKSCAN_DONE) {
        mtks_stream_close(stream, stream->outcome);
        return;
    }
    stream->trial_size = size;
    stream->zimage_result->sound = stream->zimage->count;
}

/* The preset once more, with other filler where groups of ALICE are bad. NULL: no memory. */
static uint8_t *preset_refilled(const struct mtks_stream *alice, uint64_t length)
{
    uint8_t *bytes = malloc(length ? length : 1);
    if (!bytes)
        return NULL;
    memcpy(bytes, alice->layer.bytes, length);
    for (size_t i = 0; i < alice->image_result.runs.count; i++) {
        const struct mtks_alice_bad *bad = &alice->image_result.runs.items[i];
        const uint64_t left = bad->image_offset < length ? length - bad->image_offset : 0;
        if (bad->filled)
            memset(bytes + bad->image_offset, (uint8_t)~MTKS_FILL,
                   bad->image_length < left ? bad->image_length : left);
    }
    return bytes;
}

/*
 * A stream may decode to its end over a damaged ALICE: it copies filler, and notices nothing. What
 * is not the same over other filler is what was copied.
 */
static void decode_again(struct mtks_stream *stream, uint64_t size)
{
    struct mtks_zimage_result *result = mtks_arena_alloc(&stream->arena, sizeof *result);
    uint8_t *preset = preset_refilled(stream->alice, size);
    stream->other = malloc(stream->layer.decoded);
    if (!result || !preset || !stream->other)
        stream->outcome = mtks_codec_no_memory(&stream->error);
    else
        stream->outcome = mtks_zimage_decode(stream->zimage, &stream->run,
                                             &(struct mtks_lzma_preset){preset, size},
                                             stream->other, result, &stream->error);
    free(preset);
    if (stream->outcome != MTKSCAN_DONE && stream->outcome != MTKSCAN_DAMAGED)
        mtks_stream_close(stream, stream->outcome);
}

static void zimage_late(struct mtks_stream *stream, const struct mtks_progress *progress)
{
    const struct mtks_stream *alice = stream->alice;
    if (!stream->zimage->presets)
        return;
    if (!alice->layer.bytes) {
        needs(stream, "closed");
        return;
    }
    /* Read from what the first round left, never from the outcome, which its evidence may change
     * meanwhile. */
    const bool clean = mtks_alice_clean(&alice->image, &alice->image_result);
    const struct mtks_lzma_preset preset = {alice->layer.bytes, alice->layer.size};
    stream->run.progress = progress;
    if (alice->layer.size_source)
        decode(stream, &preset);
    else
        decode_by_trial(stream);
    if (stream->outcome == MTKSCAN_DONE && alice->image_result.bad)
        decode_again(stream, stream->trial_size ? stream->trial_size : alice->layer.size);
    if (stream->outcome == MTKSCAN_DAMAGED && !clean)
        needs(stream, "damaged");
}

/* The runs in which the two images differ. -1: no memory. */
static int tell_copied(struct mtks_analysis *analysis, struct mtks_stream *stream)
{
    struct mtks_layer *layer = &stream->layer;
    for (uint64_t at = 0, end; at < layer->decoded; at = end + 1) {
        while (at < layer->decoded && layer->bytes[at] == stream->other[at])
            at++;
        end = at;
        while (end < layer->decoded && layer->bytes[end] != stream->other[end])
            end++;
        if (end > at &&
            mtks_stream_fault(analysis, stream,
                              &(struct mtks_layer_fault){.offset = layer->offset,
                                                         .length = layer->length,
                                                         .image_offset = at,
                                                         .image_length = end - at,
                                                         .what = "copied from a bad place of ALICE",
                                                         .filled = true}))
            return -1;
    }
    if (!layer->faults.count)
        return 0;
    layer->state = MTKS_LAYER_DAMAGED;
    layer->noticed = 0;
    layer->why = "parts of it are copied from bad places of ALICE";
    return 0;
}

/*
 * No stream stands for the bytes of a gap, so one bad bit in a destination would shift the image
 * and leave all streams sound. Every known table begins at 0 and leaves none (FORMAT.md 5.5).
 */
static int tell_gaps(struct mtks_analysis *analysis, struct mtks_stream *stream)
{
    struct mtks_layer *layer = &stream->layer;
    uint64_t done = 0;
    bool found = false;
    for (uint32_t i = 0; i < stream->zimage->count; i++) {
        const struct mtks_zimage_partition *partition = &stream->zimage->partitions[i];
        if (partition->output_offset > done) {
            found = true;
            if (mtks_stream_fault(analysis, stream,
                                  &(struct mtks_layer_fault){
                                      .offset = layer->offset,
                                      .length = stream->zimage->partitions[0].source_offset,
                                      .image_offset = done,
                                      .image_length = partition->output_offset - done,
                                      .what = "the table has no partition for this place",
                                      .filled = true}))
                return -1;
        }
        done = partition->output_offset + partition->output_size;
    }
    if (!found || layer->state == MTKS_LAYER_DAMAGED)
        return 0;
    layer->state = MTKS_LAYER_DAMAGED;
    layer->noticed = 0;
    layer->why = "its table leaves a gap in the image, so a destination in it is wrong";
    return 0;
}

static int zimage_tell(struct mtks_analysis *analysis, struct mtks_stream *stream)
{
    struct mtks_layer *layer = &stream->layer;
    layer->size_source = "its header states it";
    layer->state = MTKS_LAYER_VERIFIED;
    layer->noticed = 1000;
    /* It proves its own bytes, not those of an ALICE that shows what no sound one does. */
    if (stream->zimage->presets && stream->alice->evidence.doubts.count)
        layer->state = MTKS_LAYER_CONSISTENT;
    if (stream->outcome == MTKSCAN_DONE) {
        if (stream->other && tell_copied(analysis, stream))
            return -1;
        return tell_gaps(analysis, stream);
    }
    layer->state = MTKS_LAYER_DAMAGED;
    layer->noticed = 0;
    for (uint32_t i = 0; i < stream->zimage->count; i++) {
        const struct mtks_zimage_partition *partition = &stream->zimage->partitions[i];
        const struct mtks_lzma_result *result = &stream->zimage_result->partitions[i];
        if (result->fault != MTKS_LZMA_SOUND &&
            mtks_stream_lzma_fault(analysis, stream, result, partition->source_offset,
                                   partition->source_size, partition->output_offset,
                                   partition->output_size))
            return -1;
    }
    layer->why = mtks_arena_format(&analysis->arena, "%s%s", stream->error.what,
                                   stream->zimage->presets ? "; or ALICE has a bad bit" : "");
    return layer->why ? 0 : -1;
}

const struct mtks_stream_kind mtks_stream_zimage = {.open = zimage_open,
                                                    .pieces = zimage_pieces,
                                                    .piece = zimage_piece,
                                                    .late = zimage_late,
                                                    .tell = zimage_tell};
