/* SPDX-License-Identifier: MIT */
/* The family rules on dumps that lie, or are none. */
#include "family_case.h"

/* ---- hostile dumps */

static void survive(const uint8_t *bytes, uint64_t size)
{
    recorder_free(claim(bytes, size));
    struct recorder *recorder = layout(bytes, size);
    for (unsigned i = 0; i < recorder->part_count; i++) {
        const mtkscan_part *part = &recorder->parts[i];
        assert_true(part->offset <= MTKSCAN_FLASH_WINDOW);
        assert_true(part->length <= MTKSCAN_FLASH_WINDOW);
        assert_int_equal(part->length == 0 && !(part->flags & MTKSCAN_PART_ABSENT), 0);
    }
    assert_true(recorder_notices(recorder, "MTK-G004") <= 9);
    assert_true(recorder_notices(recorder, "MTK-G007") <= 9);
    recorder_free(recorder);
}

static void test_constant_and_random_dumps(void **state)
{
    (void)state;
    static const uint8_t fills[] = {0x00, 0xFF, 0x55, 'M'};
    enum { SIZE = 0x20000 };
    uint8_t *bytes = malloc(SIZE);
    assert_non_null(bytes);
    survive(bytes, 0);
    for (size_t i = 0; i < sizeof fills; i++) {
        memset(bytes, fills[i], SIZE);
        survive(bytes, SIZE);
        struct recorder *recorder = layout(bytes, SIZE);
        assert_int_equal(recorder->part_count, 0);
        recorder_free(recorder);
    }
    uint32_t random = 7;
    for (unsigned seed = 0; seed < 20; seed++) {
        for (unsigned i = 0; i < SIZE; i++) {
            random = random * 1664525u + 1013904223u;
            bytes[i] = (uint8_t)(random >> 24);
        }
        survive(bytes, SIZE);
    }
    free(bytes);
}

static void test_cut_dumps(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", MTKSCAN_FIXTURE_COREAPI | MTKSCAN_FIXTURE_APP);
    for (uint64_t size = 0; size < dump.size; size += 0x1000) {
        uint8_t *cut = malloc(size + 1); /* so that a read past the end is seen */
        assert_non_null(cut);
        memcpy(cut, dump.bytes, size);
        survive(cut, size);
        free(cut);
    }
    test_dump_free(&dump);
}

/* FILE_INFO upon FILE_INFO, each with a chain over all that follow, and lengths of 4 GB. */
static void test_floods(void **state)
{
    (void)state;
    static const uint32_t types[] = {MTKSCAN_FILE_BL, MTKSCAN_FILE_EXT_BL, MTKSCAN_FILE_ROM,
                                     MTKSCAN_FILE_VIVA, 0x1234};
    static const uint32_t words[] = {0,          0x38,       0x4000,    0x10000000,
                                     0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};
    enum { SIZE = 0x20000, WORDS = sizeof words / sizeof *words };
    uint8_t *bytes = malloc(SIZE);
    assert_non_null(bytes);
    for (unsigned way = 0; way < WORDS * WORDS; way++) {
        memset(bytes, 0, SIZE);
        for (uint32_t at = 0; at + 0x38 <= SIZE; at += 0x38) {
            uint32_t type = types[(at / 0x38 + way) % 5];
            ram_file(bytes + at, type, way % 3 ? 0x10000000 + at : 0x70006000 + at);
            bytes[at + 0x1B] = (uint8_t)(way % 4);
            mtkscan_put_le32(bytes + at + 0x20, words[way % WORDS]);
            mtkscan_put_le32(bytes + at + 0x28, words[way / WORDS]);
        }
        survive(bytes, SIZE);
    }
    free(bytes);
}

/* A few thousand dumps with some bytes of headers and records changed. */
static void test_changed_bytes(void **state)
{
    (void)state;
    static const struct {
        uint32_t begin, length;
    } areas[] = {{0, 0x420},   {INT, 0x140},          {EXT, 0x90},     {EXT + 0x1000, 0x600},
                 {ROM, 0x900}, {ROM + 0x1C00, 0x200}, {0x3A4C4, 0x80}, {ROM + 0xA300, 0x100}};
    static const uint8_t values[] = {0x00, 0xFF, 0x7F, 0x80, 0x01};
    struct test_dump dump = small_dump("MT6261", MTKSCAN_FIXTURE_APP);
    uint8_t *bytes = malloc(dump.size);
    assert_non_null(bytes);
    uint32_t random = 1;
    for (unsigned round = 0; round < 1500; round++) {
        memcpy(bytes, dump.bytes, dump.size);
        for (unsigned i = 0; i < 1 + round % 6; i++) {
            random = random * 1664525u + 1013904223u;
            uint32_t area = (random >> 8) % (sizeof areas / sizeof *areas);
            uint32_t at = areas[area].begin + (random >> 12) % areas[area].length;
            bytes[at] = round & 1 ? values[(random >> 24) % 5] : (uint8_t)(random >> 24);
        }
        survive(bytes, dump.size);
    }
    free(bytes);
    test_dump_free(&dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant_and_random_dumps),
        cmocka_unit_test(test_cut_dumps),
        cmocka_unit_test(test_floods),
        cmocka_unit_test(test_changed_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
