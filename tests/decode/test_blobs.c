/* SPDX-License-Identifier: MIT */
/* LZMA-alone streams that no table names. */
#include "../codec/corpus.h"

#include <inttypes.h>
#include <time.h>

#include "../codec/lzma_encode.h"
#include "decode/blobs.h"
#include "room.h"

#define SIZE (4u << 20)

static uint8_t bytes[SIZE];
static struct lzma_made lzma;

static int begin(void **state)
{
    (void)state;
    uint32_t random = 3;
    for (uint64_t i = 0; i < SIZE; i++) {
        random = random * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(random >> 24 & random >> 16);
    }
    lzma_begin(&lzma, 3, 0, 2, NULL, 0);
    lzma_mixture(&lzma, 500, false);
    lzma_end(&lzma);
    return 0;
}

static void put(uint64_t at)
{
    memcpy(bytes + at, lzma.bytes, lzma.size);
}

static void range_add(struct room_test *room, const char *name, uint64_t offset, uint64_t length)
{
    struct mtks_range *range = MTKS_PUSH(&room->analysis->arena, &room->analysis->ranges);
    *range = (struct mtks_range){name, offset, length};
}

static void test_found_anywhere(void **state)
{
    (void)state;
    /* Odd places, the borders of blocks, both ends, and one right behind the other. */
    const uint64_t places[] = {0,      4096 - 7, 4096 * 3 - lzma.size, 4096 * 3,
                               100001, 200000,   200000 + lzma.size,   SIZE - lzma.size};
    const size_t count = sizeof places / sizeof *places;
    for (size_t i = 0; i < count; i++)
        put(places[i]);
    struct room_test room = room_open(bytes, SIZE);
    room.analysis->parts.items[0].length = room.analysis->parts.items[0].present = 150000;
    room_decode(&room, 2);
    assert_int_equal(room.analysis->layers.count, count);
    for (size_t i = 0; i < count; i++) {
        const struct mtks_layer *layer = &room.analysis->layers.items[i];
        assert_int_equal(layer->offset, places[i]);
        assert_int_equal(layer->length, lzma.size);
        assert_int_equal(layer->part, places[i] < 150000 ? 0 : MTKSCAN_NO_PART);
        assert_int_equal(layer->state, MTKS_LAYER_VERIFIED);
        assert_memory_equal(layer->bytes, lzma.output, lzma.produced);
    }
    assert_string_equal(room.analysis->layers.items[4].name, "LZMA-0x0186A1");
    assert_int_equal(room.analysis->findings.count, 0);
    room_close(&room);
}

/* Not in containers, not in the file system, not over their borders. */
static void test_not_searched(void **state)
{
    (void)state;
    put(1000);
    put(100000);
    put(300000 - lzma.size + 1);
    put(500000);
    struct room_test room = room_open(bytes, SIZE);
    room_add(&room, "X", "odd", 0, 2000);
    range_add(&room, "FAT", 90000, 20000);
    range_add(&room, "FAT", 300000, 10);
    range_add(&room, "SDS", 500000, 5000);
    range_add(&room, "FAT", UINT64_MAX - 5, UINT64_MAX);
    room_decode(&room, 1);
    assert_int_equal(room.analysis->layers.count, 2);
    assert_int_equal(room.analysis->layers.items[1].offset, 500000);
    room_close(&room);
}

/* A flipped bit anywhere: not listed, unless that bit means nothing. */
static void test_damaged_is_none(void **state)
{
    (void)state;
    unsigned found = 0;
    put(5000);
    for (uint64_t i = 0; i < lzma.size; i += 3) {
        bytes[5000 + i] ^= 0x20;
        struct room_test room = room_open(bytes, 5000 + lzma.size + 100);
        room_decode(&room, 1);
        for (size_t j = 0; j < room.analysis->layers.count; j++) {
            found++;
            assert_int_equal(room.analysis->layers.items[j].size, lzma.produced);
            assert_memory_equal(room.analysis->layers.items[j].bytes, lzma.output, lzma.produced);
        }
        room_close(&room);
        bytes[5000 + i] ^= 0x20;
    }
    /* In the header, a larger dictionary is as good. */
    assert_in_range(found, 0, 3);
}

/* A header before zeros decodes to zeros, whatever it was. */
static void test_zeros_prove_nothing(void **state)
{
    (void)state;
    memset(bytes, 0, SIZE);
    memcpy(bytes + 7000, "\x5D\x00\x00\x01\x00\x00\x10", 7);
    memcpy(bytes + 90000,
           "\x5D\x00\x00\x01\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", 18);
    struct room_test room = room_open(bytes, SIZE);
    room_decode(&room, 1);
    assert_int_equal(room.analysis->layers.count, 0);
    room_close(&room);
}

/* A dump of nothing but headers: bounded, and said. */
static void test_full_of_headers(void **state)
{
    (void)state;
    for (uint64_t i = 0; i + 18 <= SIZE; i += 18) {
        memcpy(bytes + i, "\x5D\x00\x00\x40\x00\x00\x00\x00\x01\x00\x00\x00\x00", 13);
        bytes[i + 13] = 0;
    }
    struct timespec from, to;
    struct room_test room = room_open(bytes, SIZE);
    clock_gettime(CLOCK_MONOTONIC, &from);
    room_decode(&room, 1);
    clock_gettime(CLOCK_MONOTONIC, &to);
    print_message("%u headers given up in %.0f ms\n", SIZE / 18,
                  1e3 * (double)(to.tv_sec - from.tv_sec) +
                      1e-6 * (double)(to.tv_nsec - from.tv_nsec));
    assert_int_equal(room_findings(&room, "MTK-C003"), 1);
    assert_int_equal(room.analysis->layers.count, 0);
    room_close(&room);
}

static void test_many_sound_ones(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 200; i++)
        put(i * 5000);
    struct room_test room = room_open(bytes, SIZE);
    room_decode(&room, 4);
    assert_int_equal(room.analysis->layers.count, MTKS_BLOBS_MAX);
    assert_int_equal(room_findings(&room, "MTK-C003"), 1);
    room_close(&room);
}

static void test_kits(void **state)
{
    (void)state;
    if (!corpus_there())
        skip();
    for (size_t i = 0; i < CORPUS_KITS; i++) {
        struct corpus_kit kit = corpus_open(corpus_kits[i]);
        uint8_t *const files[] = {kit.rom, kit.viva};
        const size_t sizes[] = {kit.rom_size, kit.viva_size};
        for (size_t j = 0; j < 2; j++) {
            struct room_test room = room_open(files[j], sizes[j]);
            for (uint32_t k = 0; j && k < kit.info.count; k++)
                room_add(&room, "C", "odd", kit.info.components[k].offset,
                         kit.info.components[k].length);
            struct mtks_blobs *blobs = calloc(1, sizeof *blobs);
            struct timespec from, to;
            blobs->dump = &room.dump;
            mtks_arena_init(&blobs->arena, 8u << 20);
            mtks_codec_run_init(&blobs->run, &blobs->arena, &room.analysis->limits, NULL);
            assert_int_equal(mtks_blobs_gaps(blobs, room.analysis), 0);
            clock_gettime(CLOCK_MONOTONIC, &from);
            mtks_blobs_find(blobs);
            clock_gettime(CLOCK_MONOTONIC, &to);
            if (j == 0)
                print_message("%-26s ROM of %zu bytes: %zu candidates, %zu blobs, %.0f us\n",
                              corpus_kits[i], sizes[j], blobs->tries, blobs->count,
                              1e6 * (double)(to.tv_sec - from.tv_sec) +
                                  1e-3 * (double)(to.tv_nsec - from.tv_nsec));
            /* None of these kits has one (FORMAT.md 5.7). */
            assert_int_equal(blobs->count, 0);
            assert_false(blobs->gave_up);
            mtks_arena_free(&blobs->arena);
            free(blobs);
            room_close(&room);
        }
        corpus_close(&kit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_found_anywhere, begin),
        cmocka_unit_test_setup(test_not_searched, begin),
        cmocka_unit_test_setup(test_damaged_is_none, begin),
        cmocka_unit_test_setup(test_zeros_prove_nothing, begin),
        cmocka_unit_test_setup(test_full_of_headers, begin),
        cmocka_unit_test_setup(test_many_sound_ones, begin),
        cmocka_unit_test(test_kits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
