/* SPDX-License-Identifier: MIT */
/* The preset decoder in steps (codec/lzma_walk.h). */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "../codec/lzma_encode.h"
#include "codec/lzma_walk.h"

#define PRESET 5000u

struct bench {
    struct lzma_made made;
    uint8_t preset[PRESET], output[LZMA_ROOM];
    struct mtks_arena arena;
    struct mtks_lzma_walk *walk, *copy;
    struct mtks_lzma_preset before;
};

static struct bench *bench_new(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    for (size_t i = 0; i < PRESET; i++)
        bench->preset[i] = (uint8_t)(i * i >> 5);
    lzma_begin(&bench->made, 2, 0, 2, bench->preset, PRESET);
    lzma_mixture(&bench->made, 3000, true);
    lzma_end(&bench->made);
    mtks_arena_init(&bench->arena, 1u << 20);
    bench->walk = mtks_lzma_walk_new(&bench->arena);
    bench->copy = mtks_lzma_walk_new(&bench->arena);
    assert_true(bench->walk && bench->copy);
    bench->before = (struct mtks_lzma_preset){.bytes = bench->preset, .length = PRESET};
    return bench;
}

static void bench_free(struct bench *bench)
{
    mtks_arena_free(&bench->arena);
    free(bench);
}

static void begin(struct bench *bench)
{
    memset(bench->output, 0xEE, sizeof bench->output);
    assert_int_equal(mtks_lzma_walk_begin(bench->walk, bench->made.bytes, bench->made.size,
                                          &bench->before, bench->output, bench->made.produced),
                     MTKS_LZMA_SOUND);
}

static void assert_whole(const struct bench *bench, const struct mtks_lzma_walk *walk)
{
    assert_true(mtks_lzma_walk_is_whole(walk));
    assert_int_equal(mtks_lzma_walk_output(walk), bench->made.produced);
    assert_memory_equal(bench->output, bench->made.output, bench->made.produced);
}

/* Stopping before any byte of input never looks at it, and changes nothing. */
static void test_stops_before_each_byte(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    begin(bench);
    for (uint64_t input = 0; input <= bench->made.size; input++) {
        assert_int_equal(mtks_lzma_walk_to(bench->walk, input, UINT64_MAX), MTKS_LZMA_SOUND);
        if (input > 18 && input < bench->made.size)
            assert_true(mtks_lzma_walk_input(bench->walk) <= input);
    }
    assert_whole(bench, bench->walk);
    bench_free(bench);
}

static void test_stops_at_outputs(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    begin(bench);
    for (uint64_t output = 0; !mtks_lzma_walk_is_whole(bench->walk); output += 37)
        assert_int_equal(mtks_lzma_walk_to(bench->walk, bench->made.size, output), MTKS_LZMA_SOUND);
    assert_whole(bench, bench->walk);
    bench_free(bench);
}

/* A copy from before a bad byte goes on with the right one, wherever that stands. */
static void test_goes_back(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    for (uint64_t at = 18; at < bench->made.size; at += at + 60 < bench->made.size ? 41 : 1) {
        begin(bench);
        assert_int_equal(mtks_lzma_walk_to(bench->walk, at, UINT64_MAX), MTKS_LZMA_SOUND);
        mtks_lzma_walk_copy(bench->copy, bench->walk);
        bench->made.bytes[at] ^= 0x55;
        assert_int_not_equal(mtks_lzma_walk_to(bench->walk, bench->made.size, UINT64_MAX),
                             MTKS_LZMA_SOUND);
        bench->made.bytes[at] ^= 0x55;
        assert_int_equal(mtks_lzma_walk_to(bench->copy, bench->made.size, UINT64_MAX),
                         MTKS_LZMA_SOUND);
        assert_whole(bench, bench->copy);
    }
    bench_free(bench);
}

/* A copy that stands in the last bytes has them itself. */
static void test_copy_near_the_end(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    for (uint64_t back = 1; back < 40; back++) {
        begin(bench);
        assert_int_equal(
            mtks_lzma_walk_to(bench->walk, bench->made.size, bench->made.produced - back),
            MTKS_LZMA_SOUND);
        const bool whole = mtks_lzma_walk_is_whole(bench->walk);
        mtks_lzma_walk_copy(bench->copy, bench->walk);
        begin(bench); /* the first one goes elsewhere */
        memcpy(bench->output, bench->made.output, bench->made.produced);
        if (!whole)
            assert_int_equal(mtks_lzma_walk_to(bench->copy, bench->made.size, UINT64_MAX),
                             MTKS_LZMA_SOUND);
        assert_whole(bench, bench->copy);
    }
    bench_free(bench);
}

static void test_faults(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    for (uint64_t length = 0; length < bench->made.size; length += 17) {
        enum mtks_lzma_fault fault =
            mtks_lzma_walk_begin(bench->walk, bench->made.bytes, length, &bench->before,
                                 bench->output, bench->made.produced);
        if (fault == MTKS_LZMA_SOUND)
            fault = mtks_lzma_walk_to(bench->walk, length, UINT64_MAX);
        assert_int_equal(fault, length < 18 ? MTKS_LZMA_NO_HEADER : MTKS_LZMA_CUT);
    }
    assert_int_equal(mtks_lzma_walk_begin(bench->walk, bench->made.bytes, bench->made.size,
                                          &bench->before, bench->output, 5),
                     MTKS_LZMA_WRONG_SIZE);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stops_before_each_byte),
        cmocka_unit_test(test_stops_at_outputs),
        cmocka_unit_test(test_goes_back),
        cmocka_unit_test(test_copy_near_the_end),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
