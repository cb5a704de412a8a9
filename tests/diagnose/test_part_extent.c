/* SPDX-License-Identifier: MIT */
/* What a piece of the dump hits. */
#include "part_case.h"

#include "diagnose/part_extent.h"

static void expect(uint64_t offset, uint64_t length, const uint64_t sums[5], const char *text)
{
    const struct mtks_dump dump = {.bytes = case_bytes, .size = sizeof case_bytes};
    struct mtks_extent extent;
    mtks_extent_of(case_analysis, &dump, offset, length, &extent);
    assert_int_equal(extent.parts, sums[0]);
    assert_int_equal(extent.ranges, sums[1]);
    assert_int_equal(extent.blank, sums[2]);
    assert_int_equal(extent.gaps, sums[3]);
    assert_int_equal(extent.outside, sums[4]);
    assert_int_equal(extent.harmless, sums[0] == 0);
    assert_string_equal(extent.text, text);
}

static void pieces_are_told_apart(void **state)
{
    (void)state;
    case_begin();
    struct mtks_range *range = MTKS_PUSH(&case_analysis->arena, &case_analysis->ranges);
    *range = (struct mtks_range){.name = "FAT", .offset = 0x58000, .length = 0x10000};
    case_bytes[0x800] = 0;
    expect(0x11000, 0x20, (uint64_t[]){0x20, 0, 0, 0, 0}, "hits ROM (0x20 bytes)");
    expect(0xFFF0, 0x20, (uint64_t[]){0x10, 0, 0x10, 0, 0},
           "hits blank space (0x10 bytes), ROM (0x10 bytes)");
    expect(0x7F0, 0x20, (uint64_t[]){0, 0, 0, 0x20, 0},
           "hits bytes that no part claims (0x20 bytes)");
    expect(0x57FF0, 0x20, (uint64_t[]){0, 0x10, 0x10, 0, 0},
           "hits blank space (0x10 bytes), FAT (0x10 bytes)");
    expect(CASE_SIZE - 8, 0x20, (uint64_t[]){0, 8, 0, 0, 0x18}, "hits FAT (0x8 bytes)");
    expect(UINT64_MAX - 1, UINT64_MAX, (uint64_t[]){0, 0, 0, 0, UINT64_MAX}, "");
    expect(0x11000, 0, (uint64_t[]){0, 0, 0, 0, 0}, "");
    range->offset = 0x10800; /* the part counts */
    range->length = UINT64_MAX;
    expect(0x10700, 0x200, (uint64_t[]){0x200, 0, 0, 0, 0}, "hits ROM (0x200 bytes)");
    case_end();
}

static void long_texts_are_cut_between_pieces(void **state)
{
    (void)state;
    case_begin();
    for (uint32_t i = 0; i < 40; i++) {
        struct mtks_part *part = MTKS_PUSH(&case_analysis->arena, &case_analysis->parts);
        *part = (struct mtks_part){
            .name = "A_NAME_THAT_IS_MUCH_TOO_LONG_FOR_A_LINE", .offset = i * 0x20, .length = 0x10};
    }
    const struct mtks_dump dump = {.bytes = case_bytes, .size = sizeof case_bytes};
    struct mtks_extent extent;
    mtks_extent_of(case_analysis, &dump, 0, 0x500, &extent);
    assert_int_equal(extent.parts, 40 * 0x10);
    assert_int_equal(extent.blank, 40 * 0x10);
    assert_int_equal(extent.text[strlen(extent.text) - 1], ')');
    case_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_told_apart),
        cmocka_unit_test(long_texts_are_cut_between_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
