/* SPDX-License-Identifier: MIT */
#include "zimage.h"

#include <inttypes.h>
#include <string.h>

#include "mtkscan/bytes.h"

#define WORD         4u
#define PARTITION    20u
#define SECTION_UNIT 4u /* a section's length is a multiple of this */

/* What decodes a partition type. All hold LZMA-alone; types 0 to 2 differ in who decodes them on
 * the device: a function, one that reports progress, or hardware. */
typedef int stream_decode(struct mtks_codec_run *run, const uint8_t *bytes, uint64_t length,
                          const struct mtks_lzma_preset *preset, uint8_t *output, uint64_t size,
                          struct mtks_lzma_result *result, mtkscan_error *error);

static int decode_plain(struct mtks_codec_run *run, const uint8_t *bytes, uint64_t length,
                        const struct mtks_lzma_preset *preset, uint8_t *output, uint64_t size,
                        struct mtks_lzma_result *result, mtkscan_error *error)
{
    (void)preset;
    return mtks_lzma_plain_decode(run, bytes, length, output, size, result, error);
}

static stream_decode *const decoders[] = {decode_plain, decode_plain, decode_plain,
                                          mtks_lzma_preset_decode};
#define TYPES       (sizeof decoders / sizeof *decoders)
#define TYPE_PRESET MTKSCAN_ZIMAGE_PRESET

static void partition_read(const uint8_t *at, struct mtks_zimage_partition *partition)
{
    *partition = (struct mtks_zimage_partition){
        .type = mtkscan_le32(at),
        .source_offset = mtkscan_le32(at + WORD),
        .source_size = mtkscan_le32(at + 2 * WORD),
        .output_offset = mtkscan_le32(at + 3 * WORD),
        .output_size = mtkscan_le32(at + 4 * WORD),
    };
}

static int table_read(struct mtks_zimage *zimage, mtkscan_error *error)
{
    uint64_t source_end = 0;
    for (uint32_t i = 0; i < zimage->count; i++) {
        struct mtks_zimage_partition *partition = &zimage->partitions[i];
        partition_read(zimage->bytes + WORD + (uint64_t)PARTITION * i, partition);
        if (partition->source_offset < WORD + (uint64_t)PARTITION * zimage->count ||
            partition->source_size == 0 ||
            !mtkscan_inside(partition->source_offset, partition->source_size, zimage->length))
            return mtks_fail(error, MTKSCAN_DAMAGED,
                             "the source of ZIMAGE's partition %u lies outside the section", i);
        if (partition->output_size == 0 || partition->output_offset < zimage->output_size)
            return mtks_fail(error, MTKSCAN_DAMAGED,
                             "the destination of ZIMAGE's partition %u is empty or not behind the "
                             "one before it",
                             i);
        zimage->output_size = partition->output_offset + partition->output_size;
        zimage->presets |= partition->type == TYPE_PRESET;
        const uint64_t end = partition->source_offset + partition->source_size;
        source_end = end > source_end ? end : source_end;
    }
    zimage->ends_right = mtkscan_round_up(source_end, SECTION_UNIT) == zimage->length;
    return MTKSCAN_DONE;
}

int mtks_zimage_open(struct mtks_zimage *zimage, const uint8_t *bytes, uint64_t length,
                     struct mtks_codec_run *run, mtkscan_error *error)
{
    memset(zimage, 0, sizeof *zimage);
    zimage->bytes = bytes;
    zimage->length = length;
    zimage->count = length >= WORD ? mtkscan_le32(bytes) : 0;
    if (zimage->count < 1 || zimage->count > MTKS_ZIMAGE_PARTITIONS ||
        length < WORD + (uint64_t)PARTITION * zimage->count)
        return mtks_fail(error, MTKSCAN_DAMAGED,
                         "ZIMAGE of %" PRIu64 " bytes cannot hold %u partitions", length,
                         zimage->count);
    const int outcome = table_read(zimage, error);
    return outcome == MTKSCAN_DONE ? mtks_codec_take_output(run, zimage->output_size, error)
                                   : outcome;
}

static int partition_decode(const struct mtks_zimage *zimage, uint32_t index,
                            struct mtks_codec_run *run, const struct mtks_lzma_preset *preset,
                            uint8_t *output, struct mtks_lzma_result *result, mtkscan_error *error)
{
    const struct mtks_zimage_partition *partition = &zimage->partitions[index];
    memset(result, 0, sizeof *result);
    if (partition->type >= TYPES) {
        result->fault = MTKS_LZMA_NO_TYPE;
        return mtks_lzma_ended(result, error);
    }
    return decoders[partition->type](run, zimage->bytes + partition->source_offset,
                                     partition->source_size, preset, output, partition->output_size,
                                     result, error);
}

int mtks_zimage_decode(const struct mtks_zimage *zimage, struct mtks_codec_run *run,
                       const struct mtks_lzma_preset *preset, uint8_t *output,
                       struct mtks_zimage_result *result, mtkscan_error *error)
{
    int first = MTKSCAN_DONE;
    uint64_t done = 0;
    result->sound = 0;
    for (uint32_t i = 0; i < zimage->count; i++) {
        const struct mtks_zimage_partition *partition = &zimage->partitions[i];
        struct mtks_lzma_result *state = &result->partitions[i];
        memset(output + done, 0, partition->output_offset - done);
        done = partition->output_offset;
        const int outcome = partition_decode(zimage, i, run, preset, output + done, state,
                                             first == MTKSCAN_DONE ? error : NULL);
        if (outcome == MTKSCAN_REFUSED || outcome == MTKSCAN_INTERRUPTED)
            return outcome;
        if (outcome == MTKSCAN_DONE)
            result->sound++;
        else if (first == MTKSCAN_DONE)
            first = outcome;
        memset(output + done + state->produced, 0, partition->output_size - state->produced);
        done += partition->output_size;
    }
    return first;
}
