/* SPDX-License-Identifier: MIT */
/* Runs of one byte: found wherever they begin, and only from 64 KB on. */
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "check/runs.h"
#include "model/finding.h"
#include "support.h"

#define SIZE 0x80000u

/* Bytes in which no neighbours are equal. */
static uint8_t *busy(void)
{
    uint8_t *bytes = malloc(SIZE);
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 251);
    return bytes;
}

static void runs_are_found(void **state)
{
    (void)state;
    static const struct {
        uint64_t at, length;
        uint8_t value;
        bool found;
    } cases[] = {
        {0, 0x10000, 0xFF, true},
        {0x12345, 0x10000, 0x00, true},
        {0x7FFF, 0x10001, 0xAA, true},
        {SIZE - 0x10000, 0x10000, 0xFF, true},
        {0x100, 0x60000, 0x55, true},
        {0, SIZE, 0xFF, true},
        {0x12345, 0xFFFD, 0xFF, false},
        {0x8000, 0x8000, 0x00, false},
        {0, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t *bytes = busy();
        memset(bytes + cases[i].at, cases[i].value, cases[i].length);
        const struct mtks_dump dump = {.bytes = bytes, .size = SIZE};
        uint64_t at = 0, run = 0;
        assert_int_equal(mtks_run_find(&dump, 0, SIZE, &at, &run), cases[i].found);
        if (cases[i].found) { /* a neighbour may happen to be the same byte */
            assert_in_range(run, cases[i].length, cases[i].length + 2);
            assert_in_range(at + 1, cases[i].at, cases[i].at + 1);
        }
        free(bytes);
    }
}

static void what_is_outside_is_not_looked_at(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(SIZE);
    assert_non_null(bytes);
    memset(bytes, 0xFF, SIZE);
    const struct mtks_dump dump = {.bytes = bytes, .size = SIZE};
    uint64_t at = 0, run = 0;
    assert_true(mtks_run_find(&dump, 0x100, 0x10000, &at, &run));
    assert_int_equal(at, 0x100);
    assert_int_equal(run, 0x10000);
    assert_false(mtks_run_find(&dump, 0x100, 0xFFFF, &at, &run));
    assert_false(mtks_run_find(&dump, 0x100, SIZE, &at, &run));
    assert_false(mtks_run_find(&dump, UINT64_MAX, UINT64_MAX, &at, &run));
    assert_false(mtks_run_find(&dump, 0, 1, &at, &run));
    free(bytes);
}

/* No hash, so a run is damage; with a hash that agreed it is what the maker wrote. */
static void a_hash_knows_better(void **state)
{
    (void)state;
    for (int hashed = 0; hashed < 2; hashed++) {
        uint8_t *bytes = busy();
        memset(bytes + 0x20000, 0xFF, 0x20000);
        const struct mtks_dump dump = {.bytes = bytes, .size = SIZE};
        struct mtks_analysis *analysis = mtks_analysis_new(NULL);
        struct mtks_part *part = MTKS_PUSH(&analysis->arena, &analysis->parts);
        *part = (struct mtks_part){.name = "ROM", .length = SIZE, .present = SIZE};
        struct mtks_check *check = MTKS_PUSH(&analysis->arena, &analysis->checks);
        *check = (struct mtks_check){.kind = hashed ? MTKSCAN_CHECK_SHA1 : MTKSCAN_CHECK_BYTES,
                                     .length = SIZE,
                                     .result = MTKS_CHECK_PASS};
        assert_int_equal(mtks_health_judge(analysis, &dump), 0);
        assert_int_equal(part->health, hashed ? MTKS_HEALTH_VERIFIED : MTKS_HEALTH_DAMAGED);
        assert_int_equal(mtks_finding_has(analysis, "MTK-D008", 0), !hashed);
        assert_int_equal(analysis->health.verdict, hashed ? MTKS_HEALTHY : MTKS_DAMAGED);
        mtks_analysis_free(analysis);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_found),
        cmocka_unit_test(what_is_outside_is_not_looked_at),
        cmocka_unit_test(a_hash_knows_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
