/* SPDX-License-Identifier: MIT */
/* A family and a dump that the tests of the family rules share. */
#ifndef TESTS_SDK_FAMILY_CASE_H
#define TESTS_SDK_FAMILY_CASE_H

#include "mtkscan/family.h"

#include "recorder.h"

static const char *const chips[] = {"MT6261", NULL};
static const mtkscan_trait traits[] = {
    {MTKSCAN_TRAIT_EMI_SIZE, MTKSCAN_SUPPORTS, 0x4C, NULL, 15, "4.5"},
    {MTKSCAN_TRAIT_EMI_SIZE, MTKSCAN_CONTRADICTS, 0xC8, NULL, 0, "4.5"},
    {MTKSCAN_TRAIT_INT_LOAD, MTKSCAN_SUPPORTS, 0x70006000, NULL, 10, "4.5"},
    {MTKSCAN_TRAIT_SRAM_TOP, MTKSCAN_SUPPORTS, 0x7000A000, NULL, 10, "4.5"},
    {MTKSCAN_TRAIT_ALICE, MTKSCAN_SUPPORTS, 0x228, NULL, 20, "5.2"},
    {MTKSCAN_TRAIT_MINOR_VER, MTKSCAN_SUPPORTS, 1, NULL, 4, "4.2"},
    {MTKSCAN_TRAIT_ROM_TEXT, MTKSCAN_SUPPORTS, 0, "MT6261PRO", 8, "4.4"},
    {MTKSCAN_TRAIT_ROM_TEXT, MTKSCAN_SUPPORTS, 0, "_PCB01_", 100, "4.1"}, /* in the ids alone */
    {.kind = MTKSCAN_TRAIT_END},
};
static const mtkscan_family family = {chips, traits, "PSRAM_130MHz"};

#define INT 0x800u
#define EXT 0x2800u
#define ROM 0x10000u

/* A dump of 512 KB, so that thousands of variants stay cheap. */
static inline struct test_dump small_dump(const char *chip, uint32_t flags)
{
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, chip);
    fixture.capacity = 0x80000;
    fixture.fat_begin = 0x60000;
    fixture.fat_length = 0x10000;
    fixture.sds_begin = 0x7E000;
    fixture.sds_length = 0x2000;
    fixture.ids[0][0] = 0xEF;
    fixture.ids[0][1] = 0x40;
    fixture.ids[0][2] = 0x13; /* 512 KB */
    fixture.flags = flags;
    return test_dump_build(&fixture);
}

static inline struct recorder *claim(const uint8_t *bytes, uint64_t size)
{
    struct recorder *recorder = recorder_new(bytes, size);
    recorder->status = mtkscan_family_claim(&recorder->memory.host, &family);
    return recorder;
}

static inline struct recorder *layout(const uint8_t *bytes, uint64_t size)
{
    struct recorder *recorder = recorder_new(bytes, size);
    recorder->status = mtkscan_family_layout(&recorder->memory.host, &family);
    assert_int_equal(recorder->status, MTKSCAN_OK);
    int32_t status = mtkscan_family_flash_ids(&recorder->memory.host, &family);
    assert_int_equal(status, MTKSCAN_OK);
    assert_int_equal(recorder->flash_count, 1);
    return recorder;
}

/* The header of a file without records, e.g. one that runs in RAM. */
static inline void ram_file(uint8_t *at, uint32_t type, uint32_t load)
{
    memset(at, 0, 0x38);
    memcpy(at, "MMM\1\x38\0\0\0FILE_INFO", 17);
    mtkscan_put_le16(at + 0x18, (uint16_t)type);
    at[0x1A] = MTKSCAN_DEVICE_SF;
    mtkscan_put_le32(at + 0x1C, load);
    mtkscan_put_le32(at + 0x20, 0x100);
    mtkscan_put_le32(at + 0x28, 0x38);
}

#endif
