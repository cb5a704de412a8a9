/* SPDX-License-Identifier: MIT */
/* ALICE as a stream: groups in pieces on all threads, then the walk from the first that disagrees,
 * then what its content says. */
#include <inttypes.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "stream.h"

#define PIECE          1024u /* groups of one task: a fraction of a millisecond */
#define EVIDENCE_STEPS 8u    /* a byte of output, that the evidence may take */
#define WORD           4u

static int alice_open(struct mtks_stream *stream, struct mtks_budget *budget, mtkscan_error *error)
{
    struct mtks_alice *alice = &stream->image;
    struct mtks_alice_source source = {.bytes = stream->coded,
                                       .length = stream->present,
                                       .address = stream->address,
                                       .exec_addr = (uint32_t)stream->layer.exec_addr,
                                       .version = stream->version};
    int outcome = mtks_alice_open(alice, &source, &stream->run, error);
    if (outcome == MTKSCAN_DAMAGED && source.address) {
        /* The address comes from the part's header, which may be what is damaged. */
        source.address = 0;
        outcome = mtks_alice_open(alice, &source, &stream->run, error);
    }
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_stream_room(stream, alice->output_size, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    mtks_stream_steps(stream, budget,
                      mtks_alice_steps(alice) + EVIDENCE_STEPS * alice->output_size);
    stream->pieces =
        mtks_arena_alloc(&stream->arena, sizeof *stream->pieces * (alice->groups / PIECE + 1));
    return stream->pieces ? MTKSCAN_DONE : mtks_codec_no_memory(error);
}

static size_t alice_pieces(const struct mtks_stream *stream)
{
    return (size_t)((stream->image.groups + PIECE - 1) / PIECE);
}

static void alice_piece(struct mtks_stream *stream, size_t index,
                        const struct mtks_progress *progress)
{
    const uint64_t first = (uint64_t)index * PIECE, left = stream->image.groups - first;
    if (mtks_step(progress, "decoding ALICE", first, stream->image.groups))
        return;
    stream->pieces[index] =
        mtks_alice_range(&stream->image, first, left < PIECE ? left : PIECE, stream->layer.bytes);
}

/* The true size, when it was stated and can be: the rest of the last group is zero, unless that
 * group was filled. */
static void size_settle(struct mtks_stream *stream)
{
    const struct mtks_alice *alice = &stream->image;
    const struct mtks_alice_result *result = &stream->image_result;
    const uint64_t size = stream->container->output_size;
    if (size == 0)
        return;
    bool fits = mtks_alice_size_fits(alice, stream->layer.bytes, size);
    if (!fits && result->runs.count) {
        const struct mtks_alice_bad *last = &result->runs.items[result->runs.count - 1];
        fits = last->filled && last->group + last->count == alice->groups &&
               size <= alice->output_size && alice->output_size - size < alice->group_bytes;
    }
    stream->misfit = !fits;
    if (!fits)
        return;
    stream->layer.size = size;
    stream->layer.size_source = "stated beside the container, and the image agrees";
}

static void alice_settle(struct mtks_stream *stream, const struct mtks_progress *progress)
{
    const struct mtks_alice *alice = &stream->image;
    const size_t pieces = alice_pieces(stream);
    size_t sound = 0;
    while (sound < pieces && stream->pieces[sound])
        sound++;
    const uint64_t groups = (uint64_t)sound * PIECE;
    stream->run.progress = progress;
    stream->outcome = mtks_alice_decode_rest(
        alice, &stream->run, MTKS_FILL, groups < alice->groups ? groups : alice->groups,
        stream->layer.bytes, &stream->image_result, &stream->error);
    if (stream->outcome != MTKSCAN_DONE) {
        mtks_stream_close(stream, stream->outcome);
        return;
    }
    if (!mtks_alice_clean(alice, &stream->image_result))
        stream->outcome = MTKSCAN_DAMAGED;
    size_settle(stream);
}

static void alice_late(struct mtks_stream *stream, const struct mtks_progress *progress)
{
    /* In an image with filler, what looks odd tells nothing. */
    if (stream->outcome != MTKSCAN_DONE)
        return;
    stream->run.progress = progress;
    stream->evidence_outcome = mtks_alice_evidence_look(
        &stream->image, stream->layer.bytes, stream->layer.size_source ? stream->layer.size : 0,
        &stream->run, &stream->evidence, &stream->evidence_error);
    if (stream->evidence_outcome == MTKSCAN_DONE && stream->evidence.doubts.count)
        stream->outcome = MTKSCAN_DAMAGED;
}

/* Reasons of a run of bad groups, the gravest first. */
static const char *reason_text(uint32_t reason)
{
    static const struct {
        uint32_t reason;
        const char *text;
    } rows[] = {
        {MTKS_ALICE_BAD_STREAM, "the stream does not reach where the next group begins"},
        {MTKS_ALICE_BAD_DICTIONARY, "a code names an entry that the dictionary lacks"},
        {MTKS_ALICE_BAD_ENTRY, "the mapping entry is wrong, the code behind it is not"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (reason & rows[i].reason)
            return rows[i].text;
    return "not known";
}

static int tell_runs(struct mtks_analysis *analysis, struct mtks_stream *stream)
{
    const struct mtks_alice_result *result = &stream->image_result;
    uint64_t bad = 0;
    for (size_t i = 0; i < result->runs.count; i++) {
        const struct mtks_alice_bad *run = &result->runs.items[i];
        bad += run->count;
        if (mtks_stream_fault(
                analysis, stream,
                &(struct mtks_layer_fault){.offset = stream->layer.offset + run->offset,
                                           .length = run->length,
                                           .image_offset = run->image_offset,
                                           .image_length = run->image_length,
                                           .what = reason_text(run->reason),
                                           .filled = run->filled}))
            return -1;
    }
    stream->layer.groups_bad = (uint32_t)bad;
    if (result->sentinel || result->runs.count)
        return 0;
    const struct mtks_alice *alice = &stream->image;
    return mtks_stream_fault(
        analysis, stream,
        &(struct mtks_layer_fault){
            .offset = stream->layer.offset + alice->header.map_offset + WORD * alice->groups,
            .length = WORD,
            .image_offset = alice->output_size,
            .what = "the last word of the mapping table is not where the stream ends"});
}

static int tell_doubts(struct mtks_analysis *analysis, struct mtks_stream *stream)
{
    const struct mtks_alice_evidence *evidence = &stream->evidence;
    for (size_t i = 0; i < evidence->doubts.count; i++) {
        const struct mtks_alice_doubt *doubt = &evidence->doubts.items[i];
        const bool placed = doubt->offset != MTKS_ALICE_NOWHERE;
        const bool in_image = doubt->image_offset != MTKS_ALICE_NOWHERE;
        if (mtks_stream_fault(analysis, stream,
                              &(struct mtks_layer_fault){
                                  .offset = stream->layer.offset + (placed ? doubt->offset : 0),
                                  .length = placed ? 1 : stream->layer.length,
                                  .image_offset = in_image ? doubt->image_offset : 0,
                                  .image_length = in_image ? 1 : 0,
                                  .what = doubt->what}))
            return -1;
    }
    return 0;
}

/* What is wrong in one line: the count, and the first place. */
static char *damage_text(struct mtks_analysis *analysis, const struct mtks_stream *stream)
{
    const struct mtks_layer *layer = &stream->layer;
    const struct mtks_layer_fault *first = layer->faults.items;
    if (!layer->groups_bad)
        return mtks_arena_format(&analysis->arena, "%s, at 0x%" PRIX64, first->what, first->offset);
    const uint64_t at = layer->exec_addr + first->image_offset;
    return mtks_arena_format(&analysis->arena,
                             "%" PRIu32 " of %" PRIu32 " groups are bad, the first at 0x%" PRIX64
                             ", which is %s 0x%" PRIX64 " to 0x%" PRIX64 ": %s",
                             layer->groups_bad, layer->groups, first->offset,
                             layer->exec_addr ? "address" : "image offset", at,
                             at + first->image_length, first->what);
}

static int alice_tell(struct mtks_analysis *analysis, struct mtks_stream *stream)
{
    struct mtks_layer *layer = &stream->layer;
    layer->groups = (uint32_t)stream->image.groups;
    if (stream->evidence_outcome == MTKSCAN_DONE)
        layer->noticed = stream->evidence.noticed;
    layer->state = MTKS_LAYER_CONSISTENT;
    if (stream->outcome == MTKSCAN_DONE)
        return 0;
    layer->state = MTKS_LAYER_DAMAGED;
    if (tell_runs(analysis, stream) || tell_doubts(analysis, stream))
        return -1;
    layer->why = layer->faults.count ? damage_text(analysis, stream)
                                     : "the mapping table and the stream disagree";
    return layer->why ? 0 : -1;
}

const struct mtks_stream_kind mtks_stream_alice = {.open = alice_open,
                                                   .pieces = alice_pieces,
                                                   .piece = alice_piece,
                                                   .settle = alice_settle,
                                                   .late = alice_late,
                                                   .tell = alice_tell};
