/* SPDX-License-Identifier: MIT */
/*
 * ZIMAGE and BOOT_ZIMAGE: {u32 count}, count partitions {u32 type, source offset, source size,
 * destination offset, destination size}, and their LZMA streams (FORMAT.md 5.5).
 */
#ifndef MTKSCAN_CODEC_ZIMAGE_H
#define MTKSCAN_CODEC_ZIMAGE_H

#include "alice.h"
#include "lzma.h"

#define MTKS_ZIMAGE_PARTITIONS 64u

/* The sources lie inside the section; the destinations rise and do not overlap. */
struct mtks_zimage_partition {
    uint32_t type;
    uint64_t source_offset, source_size; /* in the section */
    uint64_t output_offset, output_size; /* in the decoded image */
};

/* An open section. [lifetime: its bytes] */
struct mtks_zimage {
    const uint8_t *bytes;
    uint64_t length;
    uint64_t output_size; /* up to the end of the last destination */
    uint32_t count;
    bool presets;    /* a partition needs the ALICE image */
    bool ends_right; /* the last source, rounded up to 4 bytes, ends where the section ends */
    struct mtks_zimage_partition partitions[MTKS_ZIMAGE_PARTITIONS];
};

struct mtks_zimage_result {
    uint32_t sound; /* partitions decoded to the last byte; zimage->count when all is well */
    struct mtks_lzma_result partitions[MTKS_ZIMAGE_PARTITIONS];
};

/*
 * Opens a section and takes its output from the run. MTKSCAN_DAMAGED when the table is cut, empty,
 * contradicts itself or leads outside; MTKSCAN_REFUSED at a limit.
 */
int mtks_zimage_open(struct mtks_zimage *zimage, const uint8_t *bytes, uint64_t length,
                     struct mtks_codec_run *run, mtkscan_error *error);

/*
 * Decodes all partitions to `output`, zimage->output_size bytes; gaps, and what damage left
 * undecoded, are 0. `preset` is the decoded ALICE image at its true size: one byte more or less and
 * nothing decodes. Without one, its length is 0. MTKSCAN_DAMAGED when any partition is not sound:
 * `error` tells of the first, `result` of each. MTKSCAN_REFUSED, MTKSCAN_INTERRUPTED: all is moot.
 */
int mtks_zimage_decode(const struct mtks_zimage *zimage, struct mtks_codec_run *run,
                       const struct mtks_lzma_preset *preset, uint8_t *output,
                       struct mtks_zimage_result *result, mtkscan_error *error);

/*
 * The true size of an ALICE image when no ROM tells it: of the sizes that can be, the one with
 * which `zimage` decodes (FORMAT.md 5.5). `image` is decoded whole; `output` is as for
 * mtks_zimage_decode(), and holds the decoded ZIMAGE afterwards. MTKSCAN_DAMAGED, with *size
 * untouched, when none fits, or when several do, because no match tells them apart.
 */
int mtks_alice_size_find(const struct mtks_alice *alice, const uint8_t *image,
                         const struct mtks_zimage *zimage, struct mtks_codec_run *run,
                         uint8_t *output, uint64_t *size, mtkscan_error *error);

#endif
