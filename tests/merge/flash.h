/* SPDX-License-Identifier: MIT */
/* A small flash whose layout is known without a module: a loader with a hash, a part of plain code,
 * ZIMAGE and ALICE that really decode, and a file system. */
#ifndef TESTS_MERGE_FLASH_H
#define TESTS_MERGE_FLASH_H

#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "../codec/zimage_make.h"
#include "merge/merge.h"

#define FLASH_SIZE    0x30000u
#define LOADER        0x2000u
#define LOADER_LENGTH 0x5000u
#define CODE          0x8000u
#define CODE_LENGTH   0x6000u
#define ZIMAGE        0x10000u
#define ALICE         0x18000u
#define FAT           0x20000u
#define FAT_LENGTH    0x8000u
#define TAIL          0x29000u /* a gap up to the end */
#define PRESET        0x3E40u  /* true size of the ALICE image */

struct flash {
    uint8_t bytes[FLASH_SIZE];
    uint64_t zimage_length, alice_length, alice_map, alice_dictionary;
};

/* Bytes like code: a few values are frequent. */
static inline void flash_code(uint8_t *to, size_t length, uint32_t seed)
{
    for (size_t i = 0; i < length; i++) {
        seed = seed * 1664525u + 1013904223u;
        to[i] = (uint8_t)((seed >> 20) % 23 * 11);
    }
}

static inline void flash_noise(uint8_t *to, size_t length, uint32_t seed)
{
    for (size_t i = 0; i < length; i++) {
        seed = seed * 1664525u + 1013904223u;
        to[i] = (uint8_t)(seed >> 24 ^ seed >> 13);
    }
}

static inline void flash_containers(struct flash *flash)
{
    static struct alice_made alice;
    static struct lzma_made stream;
    static struct zimage_made zimage;
    static uint8_t image[ALICE_IMAGE_MAX];
    alice_usual(&alice);
    alice_image(image, sizeof image);
    memset(image + PRESET, 0, sizeof image - PRESET);
    alice_make(&alice, image, sizeof image);
    memcpy(flash->bytes + ALICE, alice.bytes, alice.size);
    flash->alice_length = alice.size;
    flash->alice_map = alice.map;
    flash->alice_dictionary = alice.dictionary;
    lzma_begin(&stream, 2, 0, 2, image, PRESET);
    stream.bytes[3] = 2; /* the dictionary reaches over preset and output */
    lzma_mixture(&stream, 9000, true);
    lzma_end(&stream);
    zimage_begin(&zimage, 1);
    zimage_add(&zimage, 3, 0, &stream);
    memcpy(flash->bytes + ZIMAGE, zimage.bytes, zimage.size);
    flash->zimage_length = zimage.size;
}

static inline struct flash *flash_new(void)
{
    struct flash *flash = calloc(1, sizeof *flash);
    assert_non_null(flash);
    memset(flash->bytes, 0xFF, sizeof flash->bytes);
    flash_code(flash->bytes + LOADER, LOADER_LENGTH, 1);
    mtks_sha1_raw(flash->bytes + LOADER, LOADER_LENGTH - 32,
                  flash->bytes + LOADER + LOADER_LENGTH - 32);
    flash_code(flash->bytes + CODE, CODE_LENGTH, 2);
    for (uint32_t i = 0; i < FAT_LENGTH / 2; i += 0x1000) {
        uint8_t *block = flash->bytes + FAT + i;
        flash_code(block + 0x200, 0x600, i);
        alice_put32(block, 0x39000005 + i);
    }
    flash_containers(flash);
    return flash;
}

/* What a module would state of it. [owner: caller, mtks_analysis_free] */
static inline struct mtks_analysis *flash_analysis(const struct flash *flash)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    struct mtks_analysis *analysis = mtks_analysis_new(&limits);
    assert_non_null(analysis);
    struct mtks_arena *arena = &analysis->arena;
    analysis->status = MTKS_IDENTIFIED;
    analysis->flash.capacity = FLASH_SIZE;
    const struct mtks_part parts[] = {
        {.name = "LOADER", .offset = LOADER, .length = LOADER_LENGTH},
        {.name = "CODE", .offset = CODE, .length = CODE_LENGTH},
        {.name = "VIVA", .offset = ZIMAGE, .length = ALICE + flash->alice_length - ZIMAGE}};
    for (size_t i = 0; i < 3; i++)
        *(struct mtks_part *)MTKS_PUSH(arena, &analysis->parts) = parts[i];
    *(struct mtks_check *)MTKS_PUSH(arena, &analysis->checks) =
        (struct mtks_check){.id = "sha1",
                            .text = "hash",
                            .finding = "MTK-D001",
                            .kind = MTKSCAN_CHECK_SHA1,
                            .on_fail = MTKSCAN_FAIL_DAMAGE,
                            .offset = LOADER,
                            .length = LOADER_LENGTH - 32,
                            .other = LOADER + LOADER_LENGTH - 32};
    *(struct mtks_container *)MTKS_PUSH(arena, &analysis->containers) =
        (struct mtks_container){.name = "ALICE",
                                .codec = "alice-1",
                                .part = 2,
                                .offset = ALICE,
                                .length = flash->alice_length,
                                .output_size = PRESET};
    *(struct mtks_container *)MTKS_PUSH(arena, &analysis->containers) =
        (struct mtks_container){.name = "ZIMAGE",
                                .codec = "zimage",
                                .part = 2,
                                .offset = ZIMAGE,
                                .length = flash->zimage_length};
    *(struct mtks_range *)MTKS_PUSH(arena, &analysis->ranges) =
        (struct mtks_range){.name = "FAT", .offset = FAT, .length = FAT_LENGTH};
    return analysis;
}

/* Reads of one flash, and what merging them gave. */
struct reads {
    struct flash *flash;
    struct mtks_analysis *analysis;
    uint8_t *bytes[MTKS_MERGE_READS];
    struct mtks_dump dumps[MTKS_MERGE_READS];
    struct mtks_merge_read reads[MTKS_MERGE_READS];
    size_t count;
    struct mtks_arena arena;
    struct mtks_merged merged;
    struct mtks_limits limits;
    struct mtks_progress progress;
};

static inline struct reads *reads_new(size_t count)
{
    struct reads *reads = calloc(1, sizeof *reads);
    assert_non_null(reads);
    reads->flash = flash_new();
    reads->analysis = flash_analysis(reads->flash);
    reads->count = count;
    mtks_limits_init(&reads->limits);
    for (size_t i = 0; i < count; i++) {
        reads->bytes[i] = malloc(FLASH_SIZE);
        assert_non_null(reads->bytes[i]);
        memcpy(reads->bytes[i], reads->flash->bytes, FLASH_SIZE);
        reads->dumps[i] = (struct mtks_dump){.bytes = reads->bytes[i], .size = FLASH_SIZE};
        reads->reads[i] =
            (struct mtks_merge_read){.dump = &reads->dumps[i], .analysis = reads->analysis};
    }
    return reads;
}

static inline int reads_merge(struct reads *reads)
{
    mtkscan_error error;
    mtks_arena_init(&reads->arena, reads->limits.memory);
    return mtks_merge(&reads->merged, reads->reads, reads->count, &reads->arena, &reads->limits,
                      &reads->progress, &error);
}

static inline void reads_free(struct reads *reads)
{
    mtks_dump_close(&reads->merged.image);
    mtks_arena_free(&reads->arena);
    mtks_analysis_free(reads->analysis);
    for (size_t i = 0; i < reads->count; i++)
        free(reads->bytes[i]);
    free(reads->flash);
    free(reads);
}

/* The piece that holds a byte; also checks that the pieces cover all in order. */
static inline struct mtks_merge_piece reads_piece(const struct reads *reads, uint64_t offset)
{
    struct mtks_merge_piece found = {.length = 0};
    uint64_t at = 0;
    for (size_t i = 0; i < reads->merged.pieces.count; i++) {
        const struct mtks_merge_piece *piece = &reads->merged.pieces.items[i];
        assert_int_equal(piece->offset, at);
        assert_true(piece->length > 0);
        at += piece->length;
        if (offset >= piece->offset && offset < at)
            found = *piece;
    }
    assert_int_equal(at, reads->merged.image.size);
    assert_true(found.length > 0);
    return found;
}

static inline void assert_restored(const struct reads *reads)
{
    assert_int_equal(reads->merged.image.size, FLASH_SIZE);
    assert_int_equal(reads->merged.unknown, 0);
    assert_memory_equal(reads->merged.image.bytes, reads->flash->bytes, FLASH_SIZE);
}

#endif
