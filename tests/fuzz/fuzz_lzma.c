/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a ZIMAGE section or as one LZMA stream. The first byte says which, the second how
 * long the preset is, in units of 64 bytes; the rest is the input. Without a preset both decoders
 * have to agree: what ours takes, liblzma takes, and to the same bytes.
 */
#include "fuzz.h"

#include <string.h>

#include "codec/zimage.h"

#define OUTPUT_MAX (1u << 18)

static uint8_t preset_bytes[255 * 64], ours[OUTPUT_MAX], theirs[OUTPUT_MAX];

static void one_stream(struct mtks_codec_run *run, const struct mtks_lzma_preset *preset,
                       const uint8_t *bytes, uint64_t length)
{
    struct mtks_lzma_header header;
    struct mtks_lzma_result mine, other;
    if (!mtks_lzma_header_read(bytes, length, &header) || header.size > OUTPUT_MAX)
        return;
    const int outcome =
        mtks_lzma_preset_decode(run, bytes, length, preset, ours, header.size, &mine, NULL);
    PROMISE(mine.produced <= header.size && mine.consumed <= length);
    PROMISE((outcome == MTKSCAN_DONE) == (mine.fault == MTKS_LZMA_SOUND));
    const int again = mtks_lzma_plain_decode(run, bytes, length, theirs, header.size, &other, NULL);
    if (outcome != MTKSCAN_DONE || preset->length > 0 || again == MTKSCAN_REFUSED)
        return;
    PROMISE(mine.produced == header.size && mine.consumed == length && mine.code == 0);
    PROMISE(again == MTKSCAN_DONE);
    PROMISE(memcmp(ours, theirs, header.size) == 0);
}

static void section(struct mtks_codec_run *run, const struct mtks_lzma_preset *preset,
                    const uint8_t *bytes, uint64_t length)
{
    struct mtks_zimage zimage;
    struct mtks_zimage_result result;
    if (mtks_zimage_open(&zimage, bytes, length, run, NULL) != MTKSCAN_DONE)
        return;
    PROMISE(zimage.output_size <= OUTPUT_MAX);
    const int outcome = mtks_zimage_decode(&zimage, run, preset, ours, &result, NULL);
    PROMISE(outcome == MTKSCAN_REFUSED ||
            (outcome == MTKSCAN_DONE) == (result.sound == zimage.count));
    PROMISE(result.sound <= zimage.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 2)
        return 0;
    for (size_t i = 0; i < sizeof preset_bytes; i++)
        preset_bytes[i] = (uint8_t)(i * 31 / 3);
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    limits.codec_output = OUTPUT_MAX;
    struct mtks_arena arena;
    struct mtks_codec_run run;
    mtks_arena_init(&arena, 8u << 20);
    mtks_codec_run_init(&run, &arena, &limits, NULL);
    const struct mtks_lzma_preset preset = {preset_bytes, 64 * (uint64_t)bytes[1]};
    if (bytes[0] & 1)
        section(&run, &preset, bytes + 2, size - 2);
    else
        one_stream(&run, &preset, bytes + 2, size - 2);
    mtks_arena_free(&arena);
    return 0;
}
