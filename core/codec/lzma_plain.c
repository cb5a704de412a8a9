/* SPDX-License-Identifier: MIT */
/* Plain LZMA-alone streams, by liblzma within the run's memory. */
#include "lzma.h"

#include <lzma.h>
#include <string.h>

#define CHUNK (1u << 20) /* bytes of output between two reports of progress */

/* The allocator of liblzma: an arena of the call's own, all freed at its end. */
static void *plain_alloc(void *opaque, size_t count, size_t size)
{
    return size && count > SIZE_MAX / size ? NULL : mtks_arena_alloc(opaque, count * size);
}

static void plain_free(void *opaque, void *piece)
{
    (void)opaque, (void)piece;
}

/* Runs the decoder to its end or to a full output. Returns its last word. */
static lzma_ret plain_run(struct mtks_codec_run *run, lzma_stream *stream, uint64_t size,
                          bool *stopped)
{
    lzma_ret last = LZMA_OK;
    uint8_t spare; /* never written: without room liblzma does not look at an empty stream at all */
    while (last == LZMA_OK) {
        *stopped = mtks_step(run->progress, "decoding LZMA", stream->total_out, size) != 0;
        if (*stopped)
            break;
        const uint64_t left = size - stream->total_out;
        stream->avail_out = left < CHUNK ? left : CHUNK;
        if (left == 0) {
            stream->next_out = &spare;
            stream->avail_out = sizeof spare;
        }
        last = lzma_code(stream, LZMA_FINISH);
    }
    return last;
}

static enum mtks_lzma_fault plain_fault(lzma_ret last, const lzma_stream *stream, uint64_t size)
{
    if (last == LZMA_STREAM_END)
        return stream->total_out == size ? MTKS_LZMA_SOUND : MTKS_LZMA_END_MARKER;
    if (last == LZMA_BUF_ERROR)
        return MTKS_LZMA_CUT;
    return stream->total_out == size ? MTKS_LZMA_BAD_END : MTKS_LZMA_BAD_CODE;
}

static int plain_decode(struct mtks_codec_run *run, const uint8_t *bytes, uint64_t length,
                        uint8_t *output, uint64_t size, struct mtks_lzma_result *result,
                        mtkscan_error *error)
{
    const uint64_t memory = run->arena->limit - run->arena->used;
    struct mtks_arena arena;
    mtks_arena_init(&arena, memory);
    const lzma_allocator allocator = {plain_alloc, plain_free, &arena};
    lzma_stream stream = LZMA_STREAM_INIT;
    stream.allocator = &allocator;
    stream.next_in = bytes;
    stream.avail_in = length;
    stream.next_out = output;
    bool stopped = false;
    lzma_ret last = lzma_alone_decoder(&stream, memory ? memory : 1);
    if (last == LZMA_OK)
        last = plain_run(run, &stream, size, &stopped);
    result->fault = plain_fault(last, &stream, size);
    result->produced = stream.total_out;
    result->consumed = stream.total_in;
    lzma_end(&stream);
    mtks_arena_free(&arena);
    if (stopped)
        return mtks_fail(error, MTKSCAN_INTERRUPTED, "stopped while decoding LZMA");
    return last == LZMA_MEMLIMIT_ERROR || last == LZMA_MEM_ERROR ? mtks_codec_no_memory(error)
                                                                 : MTKSCAN_DONE;
}

int mtks_lzma_blob_decode(struct mtks_codec_run *run, const uint8_t *bytes, uint64_t length,
                          uint8_t *output, uint64_t size, struct mtks_lzma_result *result,
                          mtkscan_error *error)
{
    memset(result, 0, sizeof *result);
    int outcome = mtks_codec_take_steps(run, size, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    struct mtks_lzma_header header;
    if (!mtks_lzma_header_read(bytes, length, &header))
        result->fault = MTKS_LZMA_NO_HEADER;
    else if (header.size != size || size == MTKS_LZMA_UNKNOWN)
        result->fault = MTKS_LZMA_WRONG_SIZE;
    else
        outcome = plain_decode(run, bytes, length, output, size, result, error);
    run->steps += size - result->produced;
    return outcome == MTKSCAN_DONE ? mtks_lzma_ended(result, error) : outcome;
}

int mtks_lzma_plain_decode(struct mtks_codec_run *run, const uint8_t *bytes, uint64_t length,
                           uint8_t *output, uint64_t size, struct mtks_lzma_result *result,
                           mtkscan_error *error)
{
    const int outcome = mtks_lzma_blob_decode(run, bytes, length, output, size, result, error);
    if (outcome != MTKSCAN_DONE || result->consumed == length)
        return outcome;
    result->fault = MTKS_LZMA_TRAILING;
    return mtks_lzma_ended(result, error);
}
