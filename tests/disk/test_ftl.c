/* SPDX-License-Identifier: MIT */
/* The layer where it is whole: geometries, places, states, what is told about it. */
#include "ftl_open.h"

#include <stdio.h>
#include <time.h>

static const uint32_t shape_blocks[LAYER_SHAPES] = {96, 12, 10, 40, 20, 16, 5};

/* A filled layer of a shape, about two thirds full; the disk is in `disk`. */
static uint32_t filled(struct layer *layer, size_t shape, size_t begin, size_t behind,
                       uint64_t seed, uint8_t **disk)
{
    layer_make(layer, shape, shape_blocks[shape], begin, behind, seed);
    const uint32_t live = (layer->blocks - 1) * layer->sectors * 2 / 3;
    *disk = calloc((size_t)live * 2, SECTOR);
    assert_non_null(*disk);
    return layer_fill(layer, 1, live, *disk);
}

static void expect_whole(const struct opened *opened, const struct layer *layer, bool certain)
{
    const struct mtks_ftl *ftl = &opened->ftl;
    assert_int_equal(ftl->geometry.offset, layer->begin);
    assert_int_equal(ftl->geometry.block, layer->block);
    assert_int_equal(ftl->geometry.header, layer->header);
    assert_int_equal(ftl->geometry.sectors, layer->sectors);
    assert_int_equal(ftl->conflicts.count, 0);
    assert_int_equal(ftl->certain, certain);
}

static void test_shapes_and_seeds(void **state)
{
    (void)state;
    for (size_t shape = 0; shape < LAYER_SHAPES; shape++) {
        for (uint64_t seed = 1; seed <= 6; seed++) {
            struct layer layer;
            uint8_t *disk;
            uint32_t logical = filled(&layer, shape, 0x43000, 0x2000, seed, &disk);
            struct opened opened = ftl_open_layer(&layer);
            expect_whole(&opened, &layer, true);
            ftl_expect_disk(&opened, disk, logical);
            assert_int_equal(opened.ftl.geometry.length, (uint64_t)layer.blocks * layer.block);
            ftl_close(&opened);

            /* No block size, no range, nothing at all known: the content says it. */
            struct mtks_ftl_hint hints[] = {ftl_hint(&layer), ftl_hint(&layer), {0, 0, 0, 0}};
            hints[0].block = 0;
            hints[1].length = hints[1].offset = 0;
            for (size_t i = 0; i < 3; i++) {
                opened = ftl_open_hint(&layer, hints[i]);
                expect_whole(&opened, &layer, false);
                ftl_expect_disk(&opened, disk, logical);
                ftl_close(&opened);
            }
            free(disk);
            layer_free(&layer);
        }
    }
}

static void test_wrong_hints(void **state)
{
    (void)state;
    for (size_t shape = 0; shape < 3; shape++) {
        struct layer layer;
        uint8_t *disk;
        uint32_t logical = filled(&layer, shape, 0x80000, 0x1000, 3, &disk);
        const uint64_t length = (uint64_t)layer.blocks * layer.block;
        const struct {
            struct mtks_ftl_hint hint;
            bool certain;
        } rows[] = {
            {{layer.begin, length / 4 / layer.block * layer.block, layer.begin, layer.block}, true},
            {{layer.begin + 2 * layer.block, layer.block, 0, layer.block}, true},
            {{layer.begin, UINT64_MAX, 0, 0}, false}, /* cut, as it says */
            {{UINT64_MAX - 5, UINT64_MAX, UINT64_MAX, UINT64_MAX}, false},
            {{0x1000, 0x2000, 0x1000, layer.block}, false},
            {{layer.begin + 0x200, length, 0, layer.block}, false},
            {{layer.begin, length, 0, layer.block == 0x1000 ? 0x10000 : 0x1000}, false},
            {{layer.begin, length, 0, 12345}, false},
        };
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            struct opened opened = ftl_open_hint(&layer, rows[i].hint);
            ftl_expect_disk(&opened, disk, logical);
            assert_int_equal(opened.ftl.certain, rows[i].certain);
            assert_int_equal(opened.ftl.geometry.block, layer.block);
            ftl_close(&opened);
        }
        free(disk);
        layer_free(&layer);
    }
}

/* The stated range ends inside a block, and holds none of the sectors: what goes on beyond it
 * counts for the block size as well. */
static void test_short_range(void **state)
{
    (void)state;
    struct layer layer;
    layer_make(&layer, 2, 12, 0x40000, 0, 1);
    for (uint32_t i = 0; i < 11; i++)
        layer_state(&layer, i, 5 + i, 0x39);
    for (uint32_t i = 0; i < 60; i++)
        layer_put(&layer, 7, i, i, 1, 0xC0);
    struct mtks_ftl_hint hint = ftl_hint(&layer);
    hint.length = 3 * layer.block + layer.block / 2;
    struct opened opened = ftl_open_hint(&layer, hint);
    assert_int_equal(opened.ftl.geometry.block, layer.block);
    assert_int_equal(opened.ftl.logical, 60);
    assert_int_equal(opened.ftl.geometry.length, 11 * layer.block);
    assert_true(opened.ftl.certain);
    ftl_close(&opened);
    /* Blocks beyond it without a sector may be something else's: read, not written. */
    hint.length = 9 * layer.block;
    opened = ftl_open_hint(&layer, hint);
    assert_int_equal(opened.ftl.logical, 60);
    assert_false(opened.ftl.certain);
    assert_non_null(strstr(opened.ftl.doubt, "beyond"));
    ftl_close(&opened);
    layer_free(&layer);
}

/* A layer with a few sectors reads the same in several block sizes: the hint decides, and without
 * one it is told. */
static void test_nearly_empty(void **state)
{
    (void)state;
    for (size_t shape = 0; shape < 3; shape++) {
        struct layer layer;
        layer_make(&layer, shape, 8, 0x20000, 0, 1);
        for (uint32_t i = 0; i < 7; i++)
            layer_state(&layer, i, 5, 0x39);
        for (uint32_t i = 0; i < 3; i++)
            layer_put(&layer, 2, i, i, 1, 0xC0);
        struct opened opened = ftl_open_layer(&layer);
        expect_whole(&opened, &layer, true);
        assert_int_equal(opened.ftl.logical, 3);
        ftl_close(&opened);
        struct mtks_ftl_hint hint = ftl_hint(&layer);
        hint.block = 0;
        opened = ftl_open_hint(&layer, hint);
        assert_int_equal(opened.ftl.logical, 3);
        assert_int_equal(opened.ftl.geometry.block, layer.block);
        assert_false(opened.ftl.certain);
        ftl_close(&opened);
        layer_free(&layer);
    }
}

static void test_tag_states(void **state)
{
    (void)state;
    /* What a slot in each state is: a copy, one that is listed as deleted, or nothing. */
    static const uint8_t copies[] = {0xC0, 0xC4, 0xC8, 0xCC, 0xE0};
    static const uint8_t listed[] = {0x00, 0x3C, 0x38, 0xDF, 0xEF, 0xCF, 0xC3};
    static const uint8_t neither[] = {0xFE, 0xFD, 0xFC, 0xF8, 0xF0, 0xFF};
    unsigned known = 0;
    for (unsigned value = 0; value < 256; value++) {
        const uint8_t byte = (uint8_t)value;
        const bool copy = memchr(copies, byte, sizeof copies);
        const bool dead = memchr(listed, byte, sizeof listed);
        const bool quiet = memchr(neither, byte, sizeof neither);
        struct layer layer;
        layer_make(&layer, 0, 6, 0x8000, 0, 1);
        for (uint32_t i = 0; i < 5; i++)
            layer_state(&layer, i, 9, 0x39);
        layer_put(&layer, 0, 0, 0, 1, 0xC0);
        layer_put(&layer, 1, 0, 4, 1, byte);
        layer_put(&layer, 1, 1, 1, 1, 0xC0);
        struct opened opened = ftl_open_layer(&layer);
        known += copy || dead || quiet;
        assert_int_equal(opened.ftl.logical, copy ? 5 : 2);
        assert_int_equal(opened.ftl.deleted.count, dead);
        if (copy)
            assert_int_equal(opened.ftl.map[4].state, byte == 0xC0   ? MTKS_FTL_VALID
                                                      : byte == 0xE0 ? MTKS_FTL_OPEN
                                                                     : MTKS_FTL_UPDATE);
        assert_int_equal(opened.ftl.certain,
                         memchr("\xC0\xFE\xFD\xFC\xFF\x3C\x38", byte, 8) != NULL);
        ftl_close(&opened);

        /* The same beside a valid copy: that is taken, whatever the other is. */
        layer_put(&layer, 2, 0, 4, 2, 0xC0);
        opened = ftl_open_layer(&layer);
        assert_int_equal(opened.ftl.logical, 5);
        if (byte != 0xC0)
            assert_int_equal(opened.disk[4 * SECTOR + 2], 2);
        assert_int_equal(opened.ftl.conflicts.count, copy);
        assert_int_equal(opened.ftl.map[4].conflict, byte == 0xC0);
        ftl_close(&opened);
        layer_free(&layer);
    }
    assert_int_equal(known, 18);
}

static void test_block_states(void **state)
{
    (void)state;
    static const uint8_t formatted[] = {0x39, 0x31, 0x29, 0x21, 0x3D, 0x7D, 0xBD};
    for (unsigned value = 0; value < 256; value++) {
        struct layer layer;
        layer_make(&layer, 0, 6, 0x8000, 0, 1);
        for (uint32_t i = 0; i < 4; i++) {
            layer_state(&layer, i, 9, 0x39);
            layer_put(&layer, i, 0, i, 1, 0xC0);
        }
        layer_state(&layer, 4, 9, (uint8_t)value);
        layer_put(&layer, 4, 0, 4, 1, 0xC0);
        struct opened opened = ftl_open_layer(&layer);
        const bool good = memchr(formatted, (int)value, sizeof formatted);
        /* A state byte that cannot be over a sound header: its sectors are still read. */
        assert_int_equal(opened.ftl.logical, 5);
        assert_int_equal(opened.ftl.unmapped, 0);
        assert_int_equal(opened.ftl.wear.formatted, good ? 5 : 4);
        assert_int_equal(opened.ftl.wear.bad, !good);
        assert_int_equal(opened.ftl.wear.reclaimed,
                         value == 0x31 || value == 0x29 || value == 0x21);
        assert_int_equal(opened.ftl.certain, value == 0x39);
        ftl_close(&opened);
        /* ... but not before the copy in a block whose state is known. */
        layer_put(&layer, 3, 1, 4, 2, 0xC0);
        opened = ftl_open_layer(&layer);
        assert_int_equal(opened.disk[4 * SECTOR + 2], 2);
        assert_int_equal(opened.ftl.map[4].conflict, value == 0x39);
        assert_int_equal(opened.ftl.conflicts.count, 1);
        ftl_close(&opened);
        layer_free(&layer);
    }
}

static void test_wear_and_deleted(void **state)
{
    (void)state;
    struct layer layer;
    layer_make(&layer, 0, 10, 0, 0, 1);
    static const uint32_t counts[] = {7, 100, 3, 0xFFFFFF, 50, 9};
    for (uint32_t i = 0; i < 6; i++)
        layer_state(&layer, i, counts[i], 0x39);
    layer_put(&layer, 0, 0, 2, 1, 0x00); /* oldest to newest: 2/2, 0/0, 0/1, 1/0 */
    layer_put(&layer, 0, 1, 2, 2, 0x00);
    layer_put(&layer, 1, 0, 2, 3, 0x00);
    layer_put(&layer, 2, 2, 2, 4, 0x00);
    layer_put(&layer, 4, 0, 2, 5, 0xC0);
    layer_put(&layer, 4, 1, 0, 5, 0xC0);
    layer_put(&layer, 4, 2, 9, 5, 0x00);
    struct opened opened = ftl_open_layer(&layer);
    const struct mtks_ftl *ftl = &opened.ftl;
    assert_int_equal(ftl->wear.least, 3);
    assert_int_equal(ftl->wear.median, 9);
    assert_int_equal(ftl->wear.most, 100);
    assert_int_equal(ftl->wear.blocks, 10);
    assert_int_equal(ftl->wear.formatted, 6);
    assert_int_equal(ftl->wear.blank, 4);
    assert_int_equal(ftl->wear.live, 2);
    assert_int_equal(ftl->wear.stale, 5);
    assert_int_equal(ftl->wear.free, 6 * 7 - 7);
    assert_int_equal(ftl->logical, 3);
    assert_int_equal(ftl->unmapped, 1);
    static const uint8_t versions[] = {3, 2, 1, 4, 5};
    assert_int_equal(ftl->deleted.count, 5);
    assert_int_equal(ftl->deleted_logical.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(layer.bytes[ftl->deleted.items[i].place + 2], versions[i]);
        assert_int_equal(ftl->deleted_logical.items[i], i < 4 ? 2 : 9);
    }
    ftl_close(&opened);
    layer_free(&layer);
}

static void test_nothing_there(void **state)
{
    (void)state;
    struct layer layer;
    layer_make(&layer, 0, 64, 0x10000, 0x1000, 1);
    struct mtks_ftl_hint none = {0, 0, 0, 0}, outside = ftl_hint(&layer);
    outside.offset = layer.size + 1;
    struct opened opened = ftl_open_layer(&layer);
    assert_int_equal(opened.ftl.kind, MTKS_FTL_NONE);
    assert_non_null(strstr(opened.ftl.why, "erased"));
    opened = ftl_open_hint(&layer, none);
    assert_int_equal(opened.ftl.kind, MTKS_FTL_NONE);
    opened = ftl_open_hint(&layer, outside);
    assert_int_equal(opened.ftl.kind, MTKS_FTL_NONE);
    assert_non_null(strstr(opened.ftl.why, "not in the dump"));

    /* A disk without a layer, and something else; never written to. */
    uint8_t *first = layer_block(&layer, 0);
    memset(first, 0, 0x8000);
    memcpy(first, "\xEB\x3C\x90MSDOS5.0", 11);
    memcpy(first + 510, "\x55\xAA", 2);
    opened = ftl_open_layer(&layer);
    assert_int_equal(opened.ftl.kind, MTKS_FTL_UNKNOWN);
    assert_non_null(strstr(opened.ftl.why, "without a translation layer"));
    for (size_t i = 0; i < 64 * 0x1000; i++)
        first[i] = (uint8_t)layer_random(&layer, 256);
    opened = ftl_open_layer(&layer);
    assert_int_equal(opened.ftl.kind, MTKS_FTL_UNKNOWN);
    assert_non_null(strstr(opened.ftl.why, "FDM5"));
    assert_int_equal(mtks_ftl_write(&opened.ftl, first, first, 1, NULL), MTKSCAN_REFUSED);

    layer.size = 0;
    opened = ftl_open_layer(&layer);
    assert_int_equal(opened.ftl.kind, MTKS_FTL_NONE);
    layer_free(&layer);
}

static int stop_at_once(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)stage;
    (void)done;
    (void)total;
    return --*(int *)ctx < 0;
}

static void test_stops_and_memory(void **state)
{
    (void)state;
    struct layer layer;
    uint8_t *disk;
    filled(&layer, 0, 0, 0, 1, &disk);
    const struct mtks_dump dump = {.bytes = layer.bytes, .size = layer.size};
    const struct mtks_ftl_hint hint = ftl_hint(&layer);
    struct mtks_ftl ftl;
    struct mtks_arena arena;
    for (int steps = 0; steps < 8; steps++) {
        int left = steps;
        const struct mtks_progress progress = {stop_at_once, &left};
        mtks_arena_init(&arena, 1u << 20);
        assert_int_equal(mtks_ftl_open(&ftl, &dump, &hint, &arena, &progress, NULL),
                         MTKSCAN_INTERRUPTED);
        assert_int_equal(ftl.kind, MTKS_FTL_NONE);
        mtks_arena_free(&arena);
    }
    mtkscan_error error;
    mtks_arena_init(&arena, 1000);
    assert_int_equal(mtks_ftl_open(&ftl, &dump, &hint, &arena, NULL, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "memory"));
    mtks_arena_free(&arena);
    free(disk);
    layer_free(&layer);
}

/* The time of a large layer is bounded, however its sectors lie. */
static void test_speed(void **state)
{
    (void)state;
    for (size_t shape = 0; shape < 3; shape++) {
        struct layer layer;
        layer_make(&layer, shape, (12u << 20) / layer_shapes[shape][0], 4u << 20, 0, 1);
        const uint32_t live = (layer.blocks - 1) * layer.sectors * 4 / 5;
        uint8_t *disk = calloc((size_t)live * 2, SECTOR);
        assert_non_null(disk);
        uint32_t logical = layer_fill(&layer, 1, live, disk);
        double best = 1e9;
        for (int i = 0; i < 9; i++) {
            struct timespec before, after;
            clock_gettime(CLOCK_MONOTONIC, &before);
            struct opened opened = ftl_open_layer(&layer);
            clock_gettime(CLOCK_MONOTONIC, &after);
            double ms = (double)(after.tv_sec - before.tv_sec) * 1e3 +
                        (double)(after.tv_nsec - before.tv_nsec) / 1e6;
            best = ms < best ? ms : best;
            ftl_expect_disk(&opened, disk, logical);
            ftl_close(&opened);
        }
        print_message("12 MB in blocks of %u KB: open and read %.1f ms\n", layer.block / 1024,
                      best);
        assert_true(best < 500); /* far from the figure: machines and sanitizers differ */
        free(disk);
        layer_free(&layer);
    }
}

/* Every slot claims the same sector, or every block could be one of several sizes. */
static void test_hostile_speed(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct layer layer;
        layer_make(&layer, 0, (12u << 20) / 0x1000, 4u << 20, 0, 1);
        for (uint32_t block = 0; block < layer.blocks; block++) {
            layer_state(&layer, block, block, 0x39);
            for (uint32_t slot = 0; slot < layer.sectors; slot++)
                layer_put(&layer, block, slot, kind == 0 ? 5 : block % 7, kind == 2 ? slot : block,
                          kind == 1 ? 0x00 : 0xC0);
            if (kind == 2)
                memset(layer_block(&layer, block) + 4, 0, 0x1000 - 4);
        }
        struct timespec before, after;
        clock_gettime(CLOCK_MONOTONIC, &before);
        struct opened opened = ftl_open_layer(&layer);
        clock_gettime(CLOCK_MONOTONIC, &after);
        double ms = (double)(after.tv_sec - before.tv_sec) * 1e3 +
                    (double)(after.tv_nsec - before.tv_nsec) / 1e6;
        print_message("12 MB, hostile: %.1f ms, %zu conflicts, %zu deleted, %.1f MB\n", ms,
                      opened.ftl.conflicts.count, opened.ftl.deleted.count,
                      (double)opened.arena.used / 1e6);
        assert_int_equal(opened.ftl.conflicts.count, kind == 0 ? layer.blocks * 7 - 1 : 0);
        if (kind < 2)
            assert_int_equal(opened.ftl.deleted.count, kind == 1 ? layer.blocks * 7 : 0);
        assert_true(ms < 2000);
        ftl_close(&opened);
        layer_free(&layer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shapes_and_seeds),
                                       cmocka_unit_test(test_wrong_hints),
                                       cmocka_unit_test(test_nearly_empty),
                                       cmocka_unit_test(test_short_range),
                                       cmocka_unit_test(test_hostile_speed),
                                       cmocka_unit_test(test_tag_states),
                                       cmocka_unit_test(test_block_states),
                                       cmocka_unit_test(test_wear_and_deleted),
                                       cmocka_unit_test(test_nothing_there),
                                       cmocka_unit_test(test_stops_and_memory),
                                       cmocka_unit_test(test_speed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
