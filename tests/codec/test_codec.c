/* SPDX-License-Identifier: MIT */
/* What decoders share: limits, and the names of codecs. */
#include "runs.h"

#include <string.h>

static void test_limits_are_taken_once(void **state)
{
    (void)state;
    mtkscan_error error = {0};
    run_limited(0, 100, 50);
    assert_int_equal(mtks_codec_take_output(&run, 60, &error), MTKSCAN_DONE);
    assert_int_equal(mtks_codec_take_output(&run, 41, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "codec-output"));
    assert_int_equal(mtks_codec_take_output(&run, 40, &error), MTKSCAN_DONE);
    assert_int_equal(mtks_codec_take_steps(&run, UINT64_MAX, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "codec-steps"));
    assert_int_equal(mtks_codec_take_steps(&run, 50, NULL), MTKSCAN_DONE);
}

static void test_limits_can_be_set(void **state)
{
    (void)state;
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    assert_int_equal(limits.codec_output, 256u << 20);
    assert_int_equal(mtks_limits_set(&limits, "codec-output=5M"), 0);
    assert_int_equal(mtks_limits_set(&limits, "codec-steps=7"), 0);
    mtks_codec_run_init(&run, &arena, &limits, NULL);
    assert_int_equal(run.output, 5u << 20);
    assert_int_equal(run.steps, 7);
}

static void test_names(void **state)
{
    (void)state;
    static const struct mtks_codec expected[] = {
        {"alice-1", MTKS_CODEC_ALICE, 1}, {"alice-2", MTKS_CODEC_ALICE, 2},
        {"zimage", MTKS_CODEC_ZIMAGE, 0}, {"alice-3", MTKS_CODEC_UNKNOWN, 0},
        {"", MTKS_CODEC_UNKNOWN, 0},      {NULL, MTKS_CODEC_UNKNOWN, 0},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct mtks_codec *row = mtks_codec_find(expected[i].name);
        assert_non_null(row);
        assert_int_equal(row->kind, expected[i].kind);
        assert_int_equal(row->version, expected[i].version);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits_are_taken_once),
        cmocka_unit_test(test_limits_can_be_set),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, run_begin, run_end);
}
