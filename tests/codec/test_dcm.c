/* SPDX-License-Identifier: MIT */
/* DCM by its one source; there is no sample. */
#include "runs.h"

#include <stdlib.h>

#include "codec/dcm.h"
#include "dcm_make.h"

static struct dcm_made made;
static struct lzma_made first, second;
static struct mtks_dcm dcm;
static struct mtks_dcm_module module;
static struct mtks_lzma_result result;
static uint8_t output[LZMA_ROOM];

static int begin(void **state)
{
    lzma_begin(&first, 3, 0, 2, NULL, 0);
    lzma_mixture(&first, 900, false);
    lzma_end(&first);
    lzma_begin(&second, 2, 0, 2, NULL, 0);
    lzma_mixture(&second, 300, false);
    lzma_end(&second);
    dcm_begin(&made, 2);
    dcm_add(&made, &first);
    dcm_add(&made, &second);
    return run_begin(state);
}

/* The outcome of opening the container and a module of it. */
static int open_both(uint64_t length, uint32_t index)
{
    const int outcome = mtks_dcm_open(&dcm, made.bytes, length, NULL);
    return outcome == MTKSCAN_DONE ? mtks_dcm_module_open(&dcm, index, &run, &module, NULL)
                                   : outcome;
}

static int decode(uint32_t index)
{
    const int outcome = open_both(made.size, index);
    return outcome == MTKSCAN_DONE
               ? mtks_dcm_module_decode(&dcm, &module, &run, output, &result, NULL)
               : outcome;
}

static void test_modules(void **state)
{
    (void)state;
    assert_int_equal(decode(0), MTKSCAN_DONE);
    assert_int_equal(dcm.count, 2);
    assert_int_equal(module.region, 7);
    assert_int_equal(module.pool, 1);
    assert_int_equal(module.group, 2);
    assert_int_equal(module.exec_addr, DCM_EXEC);
    assert_int_equal(module.size, first.produced);
    assert_memory_equal(output, first.output, first.produced);
    assert_int_equal(decode(1), MTKSCAN_DONE);
    assert_int_equal(module.exec_addr, DCM_EXEC + 0x10000);
    assert_memory_equal(output, second.output, second.produced);
}

/* Whether the row's coded size counts the head is not known, so both are taken. */
static void test_size_without_head(void **state)
{
    (void)state;
    alice_put32(dcm_row(&made, 0) + 12, (uint32_t)first.size);
    assert_int_equal(decode(0), MTKSCAN_DONE);
}

static void test_several_trunks(void **state)
{
    (void)state;
    mtkscan_error error;
    alice_put32(dcm_head(&made, 0), 2);
    assert_int_equal(mtks_dcm_open(&dcm, made.bytes, made.size, NULL), MTKSCAN_DONE);
    assert_int_equal(mtks_dcm_module_open(&dcm, 0, &run, &module, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "2 trunks"));
    assert_int_equal(module.trunks, 2);
    assert_int_equal(decode(1), MTKSCAN_DONE);
}

/* Each word that the container states, replaced by what cannot be. */
static void test_lies(void **state)
{
    uint8_t *const row = dcm_row(&made, 0), *const head = dcm_head(&made, 0);
    const struct {
        uint8_t *at;
        uint32_t value;
    } rows[] = {
        {made.bytes, 0},
        {made.bytes + 0x88, 0},
        {made.bytes + 0x88, 129},
        {made.bytes + 0x88, UINT32_MAX},
        {row + 8, 0},
        {row + 8, (uint32_t)first.produced + 1},
        {row + 8, UINT32_MAX},
        {row + 12, 0},
        {row + 12, 12},
        {row + 12, UINT32_MAX},
        {row + 16, 0},
        {row + 16, 0x8C},
        {row + 16, (uint32_t)made.size},
        {row + 16, UINT32_MAX - 3},
        {head, 0},
        {head, UINT32_MAX},
        {head + 4, 0},
        {head + 4, (uint32_t)first.produced - 1},
        {head + 8, 0},
        {head + 8, (uint32_t)first.size - 1},
        {head + 8, UINT32_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        begin(state);
        alice_put32(rows[i].at, rows[i].value);
        const int outcome = decode(0);
        if (outcome != MTKSCAN_DAMAGED)
            fail_msg("row %zu: outcome %d", i, outcome);
    }
}

/* A container cut anywhere is damaged or, behind the first module, decodes that. */
static void test_cut_anywhere(void **state)
{
    const uint64_t end = 0x8C + 40 + 12 + first.size;
    for (uint64_t length = 0; length < made.size; length++) {
        uint8_t *copy = malloc(length ? length : 1);
        assert_non_null(copy);
        memcpy(copy, made.bytes, length);
        int outcome = mtks_dcm_open(&dcm, copy, length, NULL);
        run_begin(state);
        if (outcome == MTKSCAN_DONE)
            outcome = mtks_dcm_module_open(&dcm, 0, &run, &module, NULL);
        if (outcome == MTKSCAN_DONE)
            outcome = mtks_dcm_module_decode(&dcm, &module, &run, output, &result, NULL);
        assert_int_equal(outcome, length < end ? MTKSCAN_DAMAGED : MTKSCAN_DONE);
        free(copy);
    }
}

/* What VERIFIED stands on: a clean end notices bits, wherever they are. */
static void test_each_bit_of_a_stream(void **state)
{
    (void)state;
    uint8_t *const stream = dcm_head(&made, 0) + 12;
    uint64_t noticed = 0, harmless = 0;
    for (uint64_t bit = 0; bit < 8 * first.size; bit++) {
        stream[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const int outcome = decode(0);
        if (outcome != MTKSCAN_DONE)
            noticed++;
        else if (memcmp(output, first.output, first.produced) == 0)
            harmless++;
        stream[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (bit % 64 == 0)
            run_begin(state);
    }
    print_message("%u of %u single bits noticed, %u change nothing\n", (unsigned)noticed,
                  (unsigned)(8 * first.size), (unsigned)harmless);
    assert_int_equal(noticed + harmless, 8 * first.size);
}

static void test_limits(void **state)
{
    (void)state;
    run_limited(0, first.produced - 1, 0);
    assert_int_equal(open_both(made.size, 0), MTKSCAN_REFUSED);
    run_limited(0, 0, first.produced - 1);
    assert_int_equal(decode(0), MTKSCAN_REFUSED);
    run_limited(0x8000, 0, 0);
    assert_int_equal(decode(0), MTKSCAN_REFUSED);
    run_limited(0, 0, 0);
    run.progress = &stopping;
    assert_int_equal(decode(0), MTKSCAN_INTERRUPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_modules, begin, run_end),
        cmocka_unit_test_setup_teardown(test_size_without_head, begin, run_end),
        cmocka_unit_test_setup_teardown(test_several_trunks, begin, run_end),
        cmocka_unit_test_setup_teardown(test_lies, begin, run_end),
        cmocka_unit_test_setup_teardown(test_cut_anywhere, begin, run_end),
        cmocka_unit_test_setup_teardown(test_each_bit_of_a_stream, begin, run_end),
        cmocka_unit_test_setup_teardown(test_limits, begin, run_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
