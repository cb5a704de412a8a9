/* SPDX-License-Identifier: MIT */
/* ZIMAGE sections: partitions of all types, tables that lie, and ALICE's size by trial. */
#include "runs.h"

#include <stdlib.h>

#include "codec/zimage.h"
#include "zimage_make.h"

static struct lzma_made stream, plain;
static struct zimage_made made;
static struct mtks_zimage zimage;
static struct mtks_zimage_result result;
static uint8_t preset_bytes[3000], output[0x20000];

static int begin(void **state)
{
    for (size_t i = 0; i < sizeof preset_bytes; i++)
        preset_bytes[i] = (uint8_t)(i * 31 / 3);
    lzma_begin(&stream, 2, 0, 2, preset_bytes, sizeof preset_bytes);
    lzma_match(&stream, 700, 30);
    lzma_mixture(&stream, 200, true);
    lzma_end(&stream);
    lzma_begin(&plain, 3, 0, 2, NULL, 0);
    lzma_mixture(&plain, 150, false);
    lzma_end(&plain);
    return run_begin(state);
}

static int open_made(void)
{
    return mtks_zimage_open(&zimage, made.bytes, made.size, &run, NULL);
}

static int decode(mtkscan_error *error)
{
    const struct mtks_lzma_preset preset = {preset_bytes, sizeof preset_bytes};
    memset(output, 0xA5, sizeof output);
    return mtks_zimage_decode(&zimage, &run, &preset, output, &result, error);
}

static void test_one_partition(void **state)
{
    (void)state;
    zimage_begin(&made, 1);
    zimage_add(&made, 3, 0, &stream);
    assert_int_equal(open_made(), MTKSCAN_DONE);
    assert_true(zimage.ends_right && zimage.presets);
    assert_int_equal(zimage.output_size, stream.produced);
    assert_int_equal(decode(NULL), MTKSCAN_DONE);
    assert_int_equal(result.sound, 1);
    assert_memory_equal(output, stream.output, stream.produced);

    made.size += 4;
    assert_int_equal(open_made(), MTKSCAN_DONE);
    assert_false(zimage.ends_right);
}

static void test_all_types_with_a_gap(void **state)
{
    (void)state;
    const uint32_t step = 0x4000;
    zimage_begin(&made, 4);
    for (uint32_t type = 0; type < 4; type++)
        zimage_add(&made, type, 0x100 + step * type, type == 3 ? &stream : &plain);
    assert_int_equal(open_made(), MTKSCAN_DONE);
    assert_int_equal(decode(NULL), MTKSCAN_DONE);
    assert_int_equal(result.sound, 4);
    for (uint32_t type = 0; type < 4; type++) {
        const struct lzma_made *coded = type == 3 ? &stream : &plain;
        const uint8_t *at = output + 0x100 + step * type;
        assert_true(coded->produced < step);
        assert_memory_equal(at, coded->output, coded->produced);
        for (const uint8_t *gap = at - 0x100; gap < at; gap++)
            assert_int_equal(*gap, 0);
    }
    assert_int_equal(output[zimage.output_size], 0xA5);
}

/* One partition damaged and one of an unknown type: the others are decoded all the same. */
static void test_damage_stays_where_it_is(void **state)
{
    (void)state;
    mtkscan_error error = {0};
    zimage_begin(&made, 4);
    for (uint32_t i = 0; i < 4; i++)
        zimage_add(&made, i == 2 ? 4 : 0, 0x4000 * i, &plain);
    assert_int_equal(open_made(), MTKSCAN_DONE);
    assert_false(zimage.presets);
    memset(made.bytes + zimage.partitions[1].source_offset + 100, 0, 20);
    assert_int_equal(decode(&error), MTKSCAN_DAMAGED);
    assert_int_equal(error.outcome, MTKSCAN_DAMAGED);
    assert_non_null(strstr(error.what, "corrupt"));
    assert_int_equal(result.sound, 2);
    assert_int_equal(result.partitions[0].fault, MTKS_LZMA_SOUND);
    assert_int_not_equal(result.partitions[1].fault, MTKS_LZMA_SOUND);
    assert_int_equal(result.partitions[2].fault, MTKS_LZMA_NO_TYPE);
    assert_memory_equal(output, plain.output, plain.produced);
    assert_memory_equal(output + 0xC000, plain.output, plain.produced);
    for (uint64_t i = result.partitions[1].produced; i < plain.produced; i++)
        assert_int_equal(output[0x4000 + i], 0);
    for (uint64_t i = 0; i < plain.produced; i++)
        assert_int_equal(output[0x8000 + i], 0);
}

static void test_tables_that_lie(void **state)
{
    (void)state;
    static const struct {
        uint32_t at, value;
    } lies[] = {
        {0, 0},    {0, 65},      {0, ~0u}, {8, 4},   {8, 43}, {8, ~0u}, {12, 0},
        {12, ~0u}, {12, 0x8000}, {20, 0},  {36, 10}, {40, 0}, {36, 0},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        zimage_begin(&made, 2);
        zimage_add(&made, 3, 0, &stream);
        zimage_add(&made, 0, 0x8000, &plain);
        assert_int_equal(open_made(), MTKSCAN_DONE);
        alice_put32(made.bytes + lies[i].at, lies[i].value);
        assert_int_equal(open_made(), MTKSCAN_DAMAGED);
    }
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    zimage_begin(&made, 1);
    zimage_add(&made, 3, 0, &stream);
    const uint64_t needed = 24 + stream.size;
    for (uint64_t length = 0; length <= made.size; length++) {
        uint8_t *copy = malloc(length + (length == 0));
        assert_non_null(copy);
        memcpy(copy, made.bytes, length);
        assert_int_equal(mtks_zimage_open(&zimage, copy, length, &run, NULL),
                         length < needed ? MTKSCAN_DAMAGED : MTKSCAN_DONE);
        free(copy);
    }
}

static void test_limits(void **state)
{
    (void)state;
    mtkscan_error error = {0};
    zimage_begin(&made, 1);
    zimage_add(&made, 3, 0, &stream);
    run_limited(0, stream.produced - 1, 0);
    assert_int_equal(open_made(), MTKSCAN_REFUSED);
    run_limited(0, 0, stream.produced - 1);
    assert_int_equal(open_made(), MTKSCAN_DONE);
    assert_int_equal(decode(&error), MTKSCAN_REFUSED);
    run_limited(0, 0, 0);
    run.progress = &stopping;
    assert_int_equal(decode(&error), MTKSCAN_INTERRUPTED);
    /* A destination at the end of a word's reach is bytes that nobody wants to allocate. */
    alice_put32(made.bytes + 16, 0xFFFFFFFF);
    assert_int_equal(open_made(), MTKSCAN_REFUSED);
}

static struct alice_made coded;
static struct mtks_alice alice;
static uint8_t image[4096];

/* An ALICE image of `size` bytes, and a stream that has it for a preset. */
static void make_pair(uint64_t size, bool reach)
{
    alice_usual(&coded);
    alice_image(image, sizeof image);
    memset(image + size, 0, sizeof image - size);
    alice_make(&coded, image, sizeof image);
    const struct mtks_alice_source source = {.bytes = coded.bytes, .length = coded.size};
    assert_int_equal(mtks_alice_open(&alice, &source, &run, NULL), MTKSCAN_DONE);
    lzma_begin(&stream, 2, 0, 2, image, size);
    if (reach)
        lzma_match(&stream, 1, 4);
    lzma_mixture(&stream, 200, reach);
    lzma_end(&stream);
    zimage_begin(&made, 1);
    zimage_add(&made, 3, 0, &stream);
    assert_int_equal(open_made(), MTKSCAN_DONE);
}

static void test_size_by_trial(void **state)
{
    (void)state;
    for (uint64_t size = sizeof image - 127; size <= sizeof image; size += 9) {
        uint64_t found = 0;
        make_pair(size, true);
        assert_int_equal(mtks_alice_size_find(&alice, image, &zimage, &run, output, &found, NULL),
                         MTKSCAN_DONE);
        assert_int_equal(found, size);
        assert_memory_equal(output, stream.output, stream.produced);
    }
}

static void test_size_that_nothing_tells(void **state)
{
    (void)state;
    mtkscan_error error = {0};
    uint64_t found = 77;
    make_pair(sizeof image - 50, false); /* no match reaches the preset: every size fits */
    assert_int_equal(mtks_alice_size_find(&alice, image, &zimage, &run, output, &found, &error),
                     MTKSCAN_DAMAGED);
    assert_non_null(strstr(error.what, "51 of the sizes"));
    make_pair(sizeof image - 50, true);
    made.bytes[60] ^= 1; /* none does */
    assert_int_equal(mtks_alice_size_find(&alice, image, &zimage, &run, output, &found, &error),
                     MTKSCAN_DAMAGED);
    assert_non_null(strstr(error.what, "with 0 of"));
    run.steps = 10;
    assert_int_equal(mtks_alice_size_find(&alice, image, &zimage, &run, output, &found, &error),
                     MTKSCAN_REFUSED);
    assert_int_equal(error.outcome, MTKSCAN_REFUSED);
    assert_int_equal(mtks_alice_size_find(&alice, image, &zimage, &run, output, &found, NULL),
                     MTKSCAN_REFUSED);
    assert_int_equal(found, 77);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, run_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_partition),
        TEST(test_all_types_with_a_gap),
        TEST(test_damage_stays_where_it_is),
        TEST(test_tables_that_lie),
        TEST(test_cut_anywhere),
        TEST(test_limits),
        TEST(test_size_by_trial),
        TEST(test_size_that_nothing_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
