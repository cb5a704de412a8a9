/* SPDX-License-Identifier: MIT */
/* Headers that users store in the file system: data, neither parts nor errors. */
#include "family_case.h"

#define FAT        0x60000u
#define FAT_LENGTH 0x10000u
#define FLASH_INFO (ROM + 0x168)

static void expect_data(const struct test_dump *dump, unsigned headers, size_t line)
{
    struct recorder *recorder = layout(dump->bytes, dump->size);
    unsigned errors = recorder_notices(recorder, "MTK-G004") +
                      recorder_notices(recorder, "MTK-G005") +
                      recorder_notices(recorder, "MTK-G003");
    if (recorder->part_count != dump->truth.part_count || errors ||
        recorder_notices(recorder, "MTK-G007") != headers)
        fail_msg("row %zu: %u parts, %u errors, %u of MTK-G007", line, recorder->part_count, errors,
                 recorder_notices(recorder, "MTK-G007"));
    for (unsigned i = 0; i < recorder->part_count; i++) {
        assert_string_equal(recorder->parts[i].name, dump->truth.parts[i].name);
        assert_int_equal(recorder->parts[i].offset, dump->truth.parts[i].offset);
        assert_int_equal(recorder->parts[i].length, dump->truth.parts[i].length);
    }
    recorder_free(recorder);
}

static const struct {
    uint32_t type, load, length;
    uint8_t device;
} stored[] = {
    {MTKSCAN_FILE_VIVA, 0x1005EA20, 0x180834, 7}, /* longer than the file system */
    {MTKSCAN_FILE_ROM, 0x10010000, 0x2A0C4, 7},
    {MTKSCAN_FILE_EXT_BL, 0x10002800, 0x5F20, 7},
    {MTKSCAN_FILE_BL, 0x70006000, 0x1C60, 7},
    {0x1234, 0x70001000, 0x100, 7}, /* RAM: found where it is */
    {0x0003, 0xF0001000, 0x100, 7},
    {0x1234, 0x10062000, 0xFFFFFFFF, 7},
    {MTKSCAN_FILE_ROM, 0x10010000, 0x2A0C4, 2}, /* of another storage */
    {MTKSCAN_FILE_BL, 0x10060000, 0x1C60, 7},   /* there can be no second internal loader */
};

static void put(uint8_t *at, size_t row)
{
    ram_file(at, stored[row].type, stored[row].load);
    mtkscan_put_le32(at + 0x20, stored[row].length);
    at[0x1A] = stored[row].device;
}

static void test_stored_headers(void **state)
{
    (void)state;
    static const uint32_t places[] = {FAT, FAT + 0x1234, FAT + FAT_LENGTH - 0x38,
                                      FAT + FAT_LENGTH - 4};
    for (size_t row = 0; row < sizeof stored / sizeof *stored; row++)
        for (size_t i = 0; i < 4; i++) {
            if (places[i] == (stored[row].load & 0x0FFFFFFF) && stored[row].type != MTKSCAN_FILE_BL)
                continue;
            struct test_dump dump = small_dump("MT6261", MTKSCAN_FIXTURE_COREAPI);
            put(dump.bytes + places[i], row);
            expect_data(&dump, 1, row);
            test_dump_free(&dump);
        }
}

/* Nor does one stand in for a part that is lost, or say where it belongs. */
static void test_lost_parts(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", MTKSCAN_FIXTURE_NO_HEADER);
    memset(dump.bytes + INT, 0xFF, 0x38);
    put(dump.bytes + FAT + 0x1000, 3);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    const mtkscan_part *loader = recorder_part_of(recorder, "INT_BOOTLOADER");
    assert_int_equal(loader->flags, MTKSCAN_PART_ABSENT);
    assert_int_equal(loader->offset, INT);
    recorder_free(recorder);
    test_dump_free(&dump);

    dump = small_dump("MT6261", MTKSCAN_FIXTURE_NO_VIVA);
    memset(memmem(dump.bytes, dump.size, "CAKE", 4), 0, 4); /* and none expected */
    put(dump.bytes + FAT + 0x1000, 0);
    expect_data(&dump, 1, 0);
    put(dump.bytes + ROM + 0x20000, 0); /* nor one in ROM, as long as that is a part's content */
    mtkscan_put_le32(dump.bytes + ROM + 0x20020, 0x1000);
    expect_data(&dump, 2, 1);
    test_dump_free(&dump);
}

/* The length of a part without one is not cut short by what lies in the file system. */
static void test_lengths(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", 0);
    memset(dump.bytes + 0x3A4C4 + 0x20, 0xFF, 4);
    put(dump.bytes + FAT, 4);
    expect_data(&dump, 1, 0);
    test_dump_free(&dump);
}

/* A file whose load address is the very place is one to be run there. */
static void test_parts_in_place(void **state)
{
    (void)state;
    static const uint32_t banks[] = {0x10000000, 0x90000000};
    for (size_t i = 0; i < 2; i++) {
        struct test_dump dump = small_dump("MT6261", 0);
        ram_file(dump.bytes + FAT + 0x4000, MTKSCAN_FILE_APP, banks[i] + FAT + 0x4000);
        struct recorder *recorder = layout(dump.bytes, dump.size);
        assert_int_equal(recorder->part_count, 5);
        assert_int_equal(recorder_part_of(recorder, "app")->offset, FAT + 0x4000);
        assert_int_equal(recorder_notices(recorder, "MTK-G007"), 0);
        recorder_free(recorder);
        test_dump_free(&dump);
    }
}

/* A range that cannot be is not believed: then a file is a part rather than left out. */
static void test_range_not_believed(void **state)
{
    (void)state;
    static const struct {
        uint32_t begin, length, rom_byte;
        uint8_t value;
    } rows[] = {
        {0x3B000, 0x30000, 0, 0},            /* covers VIVA */
        {0x20000, 0x50000, 0, 0},            /* ROM's end */
        {0, 0x80000, 0, 0},                  /* everything */
        {FAT, 0x20001, 0, 0},                /* reaches past the flash */
        {FAT, 0xFFFFFFFF, 0, 0},             /* past the window */
        {FAT, 0, 0, 0},                      /* none */
        {FAT, FAT_LENGTH, 0x2A0C4 - 5, 'X'}, /* ROM has no end marker */
        {FAT, FAT_LENGTH, 0x20, 0xC0},       /* nor has its stated end */
        {FAT, FAT_LENGTH, 0x23, 0x80},       /* its length cannot be */
        {FAT, FAT_LENGTH, 0x224, 'X'},       /* its chain breaks */
        {FAT, FAT_LENGTH, 0x2A, 0x7F},       /* or is far too long */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct test_dump dump = small_dump("MT6261", 0);
        mtkscan_put_le32(dump.bytes + FLASH_INFO + 0x1C, rows[i].begin);
        mtkscan_put_le32(dump.bytes + FLASH_INFO + 0x20, rows[i].length);
        if (rows[i].rom_byte)
            dump.bytes[ROM + rows[i].rom_byte] = rows[i].value;
        put(dump.bytes + FAT + 0x1000, 4);
        struct recorder *recorder = layout(dump.bytes, dump.size);
        if (!recorder_part_of(recorder, "GFH_1234"))
            fail_msg("row %zu: left out", i);
        recorder_free(recorder);
        test_dump_free(&dump);
    }
}

/* A loader that lies in the range speaks against the range. */
static void test_loaders_in_range(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", 0);
    memcpy(dump.bytes + FAT, dump.bytes + INT, 0x1C60);
    mtkscan_put_le32(dump.bytes + 0x21C, FAT); /* BRLYT's begin */
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_int_equal(recorder_part_of(recorder, "INT_BOOTLOADER")->offset, FAT);
    recorder_free(recorder);
    test_dump_free(&dump);

    dump = small_dump("MT6261", 0);
    memcpy(dump.bytes + FAT, dump.bytes + EXT, 0x5F20);
    mtkscan_put_le32(dump.bytes + FAT + 0x1C, 0x10000000 + FAT);
    memset(dump.bytes + EXT, 0xFF, 0x38);
    put(dump.bytes + FAT + 0x8000, 4);
    recorder = layout(dump.bytes, dump.size);
    assert_int_equal(recorder_part_of(recorder, "EXT_BOOTLOADER")->offset, FAT);
    assert_non_null(recorder_part_of(recorder, "GFH_1234"));
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* More headers than anyone wants to read about, and than the scan keeps: still no error. */
static void test_many(void **state)
{
    (void)state;
    static const unsigned counts[] = {8, 9, 100, 200};
    for (size_t i = 0; i < 4; i++) {
        struct test_dump dump = small_dump("MT6261", 0);
        for (unsigned k = 0; k < counts[i]; k++)
            put(dump.bytes + FAT + 0x100 * k, k % 9 == 8 ? 0 : k % 9);
        expect_data(&dump, counts[i] > 8 ? 9 : 8, i);
        if (counts[i] == 200) { /* one beyond the file system, and nobody looked at it */
            put(dump.bytes + 0x78000, 0);
            struct recorder *recorder = layout(dump.bytes, dump.size);
            assert_int_equal(recorder_notices(recorder, "MTK-G004"), 1);
            recorder_free(recorder);
        }
        test_dump_free(&dump);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stored_headers),
        cmocka_unit_test(test_lost_parts),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_parts_in_place),
        cmocka_unit_test(test_range_not_believed),
        cmocka_unit_test(test_loaders_in_range),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
