/* SPDX-License-Identifier: MIT */
/* The family rules on sound dumps and on ones that lack a part. */
#include "family_case.h"

static const mtkscan_evidence *evidence_of(const struct recorder *recorder, const char *id)
{
    for (unsigned i = 0; i < recorder->evidence_count; i++)
        if (strcmp(recorder->evidence[i].id, id) == 0)
            return &recorder->evidence[i];
    return NULL;
}

/* ---- sound dumps */

static void test_claim_of_a_sound_dump(void **state)
{
    (void)state;
    struct test_dump dump = test_dump_make("MT6261", 0);
    struct recorder *recorder = claim(dump.bytes, dump.size);
    static const struct {
        const char *id;
        int bits;
        uint64_t offset;
    } rows[] = {
        {"sf-boot", 30, 0},
        {"brlyt", 20, 0x200},
        {"boot-descriptor", 10, 0x214},
        {"int-bootloader", 15, INT},
        {"ext-bootloader", 15, EXT},
        {"platform-id-chip", 60, ROM + 0x40},
        {"int-load-address", 10, INT + 0x1C},
        {"sram-top", 10, EXT + 0x88},
        {"emi-record-size", 15, INT + 0xC4},
        {"sw-minor-version", 4, ROM + 0x110},
    };
    assert_int_equal(recorder->status, MTKSCAN_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const mtkscan_evidence *evidence = evidence_of(recorder, rows[i].id);
        if (!evidence)
            fail_msg("no evidence %s", rows[i].id);
        assert_int_equal(evidence->bits, rows[i].bits);
        assert_int_equal(evidence->offset, rows[i].offset);
    }
    assert_int_equal(evidence_of(recorder, "alice-form")->offset, dump.truth.alice_offset);
    assert_int_equal(evidence_of(recorder, "rominfo-chip")->bits, 30);
    assert_int_equal(evidence_of(recorder, "release-chip")->bits, 25);
    assert_non_null(strstr(evidence_of(recorder, "rom-text")->text, "MT6261PRO"));
    /* 185 common, 60 + 30 + 25 of words, 67 of traits: a platform id is no ROM text besides */
    assert_int_equal(recorder->score, 185 + 115 + 67);
    assert_false(recorder->contradicted);
    recorder_free(recorder);
    test_dump_free(&dump);
}

static void test_layout_of_sound_dumps(void **state)
{
    (void)state;
    static const uint32_t flags[] = {
        0,
        MTKSCAN_FIXTURE_COREAPI,
        MTKSCAN_FIXTURE_APP | MTKSCAN_FIXTURE_ROOT_CERT,
        MTKSCAN_FIXTURE_EXT_BACKUP | MTKSCAN_FIXTURE_ANTI_CLONE,
        MTKSCAN_FIXTURE_COREAPI | MTKSCAN_FIXTURE_APP | MTKSCAN_FIXTURE_ZIMAGE |
            MTKSCAN_FIXTURE_SECURED | MTKSCAN_FIXTURE_NO_RECORD,
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        struct test_dump dump = small_dump("MT6261", flags[i]);
        struct recorder *recorder = layout(dump.bytes, dump.size);
        unsigned failing;
        assert_int_equal(recorder->part_count, dump.truth.part_count);
        for (uint32_t p = 0; p < recorder->part_count; p++) {
            assert_string_equal(recorder->parts[p].name, dump.truth.parts[p].name);
            assert_int_equal(recorder->parts[p].offset, dump.truth.parts[p].offset);
            assert_int_equal(recorder->parts[p].length, dump.truth.parts[p].length);
            assert_int_equal(recorder->parts[p].load_addr, dump.truth.parts[p].load_addr);
            assert_int_equal(recorder->parts[p].file_type, dump.truth.parts[p].file_type);
        }
        assert_true(recorder_checks(recorder, NULL, &failing) >= 28);
        assert_int_equal(failing, 0);
        assert_int_equal(recorder->container_count, flags[i] & MTKSCAN_FIXTURE_ZIMAGE ? 2 : 1);
        assert_string_equal(recorder->containers[0].codec, "alice-2");
        assert_int_equal(recorder->containers[0].offset, dump.truth.alice_offset);
        assert_int_equal(recorder->containers[0].exec_addr, dump.truth.alice_base);
        assert_int_equal(recorder->containers[0].output_size, dump.truth.alice_size);
        assert_int_equal(recorder->range_count, flags[i] & MTKSCAN_FIXTURE_NO_RECORD ? 4 : 5);
        recorder_free(recorder);
        test_dump_free(&dump);
    }
}

static void test_facts(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {MTKSCAN_FACT_CHIP, "MT6261"},
        {MTKSCAN_FACT_PLATFORM, "MT6261"},
        {MTKSCAN_FACT_PLATFORM_ID, "EXAMPLE61_11C_PCB01_gprs_MT6261_S00.EXAMPLE_61_W20_01.bin"},
        {MTKSCAN_FACT_PROJECT, "EXAMPLE61_11C"},
        {MTKSCAN_FACT_PCB, "PCB01"},
        {MTKSCAN_FACT_VERNO, "EXAMPLE.61.W20.01"},
        {MTKSCAN_FACT_VERNO_FILE, "EXAMPLE_61_W20_01"},
        {MTKSCAN_FACT_HW_VERSION, "EXAMPLE61M_11C_HW"},
        {MTKSCAN_FACT_BUILD_TIME, "2020/01/02 03:04"},
        {MTKSCAN_FACT_BRANCH, "11C EXAMPLE61_11C"},
        {MTKSCAN_FACT_BL_VERSION, "V005"},
    };
    struct test_dump dump = small_dump("MT6261", 0);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(recorder_fact_of(recorder, rows[i][0]), rows[i][1]);
    recorder_free(recorder);

    /* GFH 0x0200 holds no id: ROMINFO's stands in, and the file name follows it. */
    memcpy(dump.bytes + ROM + 0x40, "N/A\0", 4);
    recorder = layout(dump.bytes, dump.size);
    assert_string_equal(recorder_fact_of(recorder, MTKSCAN_FACT_PLATFORM_ID),
                        "EXAMPLE61_11C_PCB01_GPRS_MT6261_S00.EXAMPLE_61_W20_01.BIN");
    assert_string_equal(recorder_part_of(recorder, "INT_BOOTLOADER")->file,
                        "EXAMPLE61_11C_BOOTLOADER_V005_MT6261_EXAMPLE_61_W20_01.bin");
    assert_true(recorder_fails(recorder, "MTK-E008"));
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* FORMAT.md 8.1: how kits name the internal loader and ROM. */
static void test_file_names(void **state)
{
    (void)state;
    static const struct {
        uint32_t flags;
        bool version, id;
        const char *int_name, *rom_name;
    } rows[] = {
        {0, true, true, "EXAMPLE61_11C_BOOTLOADER_V005_MT6261_EXAMPLE_61_W20_01.bin", "ROM"},
        {0, false, true, "EXAMPLE61_11C_BOOTLOADER_V005_MT6261_EXAMPLE_61_W20_01.bin", "ROM"},
        {MTKSCAN_FIXTURE_COREAPI, false, true, "EXAMPLE61_11C_BOOTLOADER.bin", "ROM"},
        {MTKSCAN_FIXTURE_COREAPI, true, true,
         "EXAMPLE61_11C_BOOTLOADER_V005_MT6261_EXAMPLE_61_W20_01.bin", "ROM"},
        {0, true, false, "INT_BOOTLOADER", "ROM"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct test_dump dump = small_dump("MT6261", rows[i].flags);
        if (!rows[i].version)
            memcpy(dump.bytes + EXT + 0x1100, "V0x5", 4);
        if (!rows[i].id) {
            uint8_t *rominfo = memmem(dump.bytes, dump.size, "MTK_ROMINFO", 11);
            memset(rominfo, 0, 16);
            memset(dump.bytes + ROM + 0x40, 0, 128);
        }
        struct recorder *recorder = layout(dump.bytes, dump.size);
        assert_string_equal(recorder_part_of(recorder, "INT_BOOTLOADER")->file, rows[i].int_name);
        assert_string_equal(recorder_part_of(recorder, "ROM")->file, rows[i].rom_name);
        recorder_free(recorder);
        test_dump_free(&dump);
    }
    /* Without VIVA, and none expected, ROM has the name of the build. */
    struct test_dump dump = small_dump("MT6261", MTKSCAN_FIXTURE_NO_VIVA);
    uint8_t *cake = memmem(dump.bytes, dump.size, "CAKE", 4);
    memset(cake, 0, 4);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_string_equal(recorder_part_of(recorder, "ROM")->file, dump.truth.platform_id);
    assert_null(recorder_part_of(recorder, "VIVA"));
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* ---- absent parts */

static void test_absent_parts(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t wipe, offset, length;
        uint32_t flags;
    } rows[] = {
        {"INT_BOOTLOADER", INT, INT, EXT - INT, 0},
        {"EXT_BOOTLOADER", EXT, EXT, 0x6000, 0},
        {"ROM", ROM, ROM, 0, 0},
        {"VIVA", 0, ROM + 0x2A0C4 + 0x400, 0, MTKSCAN_FIXTURE_NO_VIVA},
        {"VIVA", 0, 0x3B000 + 0x400 + 0x400, 0, MTKSCAN_FIXTURE_NO_VIVA | MTKSCAN_FIXTURE_COREAPI},
        {"INT_BOOTLOADER", INT, INT, 0, MTKSCAN_FIXTURE_NO_HEADER},
        {"EXT_BOOTLOADER", EXT, 0, 0, MTKSCAN_FIXTURE_NO_HEADER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct test_dump dump = small_dump("MT6261", rows[i].flags);
        if (rows[i].wipe)
            memset(dump.bytes + rows[i].wipe, 0xFF, 0x38);
        struct recorder *recorder = layout(dump.bytes, dump.size);
        const mtkscan_part *part = recorder_part_of(recorder, rows[i].name);
        assert_non_null(part);
        assert_true(part == &recorder->parts[recorder->part_count - 1]); /* absent ones last */
        assert_int_equal(part->flags, MTKSCAN_PART_ABSENT);
        assert_int_equal(part->offset, rows[i].offset);
        assert_int_equal(part->length, rows[i].length);
        assert_int_equal(recorder_notices(recorder, "MTK-B003"),
                         rows[i].length ? 1 : 0); /* those that BRLYT lists */
        recorder_free(recorder);
        test_dump_free(&dump);
    }
}

static void test_lost_rom_and_loader(void **state)
{
    (void)state;
    struct test_dump dump = small_dump("MT6261", 0);
    memset(dump.bytes + EXT, 0, 0x38);
    memset(dump.bytes + ROM, 0, 0x38);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    const mtkscan_part *rom = recorder_part_of(recorder, "ROM");
    assert_int_equal(rom->offset, 0); /* nothing names its place any more */
    assert_int_equal(rom->flags, MTKSCAN_PART_ABSENT);
    assert_int_equal(recorder_notices(recorder, "MTK-F003"), 1);
    assert_int_equal(recorder->id_count, 0);
    assert_int_equal(recorder->flash.capacity, 0);
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* ---- flash facts */

static void test_flash_facts(void **state)
{
    (void)state;
    static const struct {
        uint8_t op_ver;
        const char *name;
    } rows[] = {{0, "PSRAM_130MHz"},   {0x01, "DDR_166MHz"},  {0x02, "DDR_200MHz"},
                {0x11, "DDR2_166MHz"}, {0x12, "DDR2_200MHz"}, {0x33, NULL}};
    struct test_dump dump = small_dump("MT6261", 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dump.bytes[INT + 0xC4 + 0x0C] = rows[i].op_ver;
        struct recorder *recorder = layout(dump.bytes, dump.size);
        if (rows[i].name)
            assert_string_equal(recorder->flash.memory_type, rows[i].name);
        else
            assert_null(recorder->flash.memory_type);
        assert_non_null(recorder->flash.memory_type_source);
        assert_int_equal(recorder->flash.capacity, 0x80000);
        assert_int_equal(recorder->id_count, 2);
        assert_memory_equal(recorder->ids[0].id, "\xEF\x40\x13\0\0\0\0\0", 8);
        assert_int_equal(recorder->ids[1].offset, ROM + 0x224 + 0x10 + 10);
        assert_int_equal(recorder->zone_count, 1);
        assert_int_equal(recorder->zones[0].block, 0x1000);
        recorder_free(recorder);
    }
    /* ROM gone: both lists come from EXT_BOOTLOADER. */
    memset(dump.bytes + ROM, 0xFF, 0x400);
    struct recorder *recorder = layout(dump.bytes, dump.size);
    assert_int_equal(recorder->id_count, 2);
    assert_int_equal(recorder->flash.capacity, 0x80000);
    assert_int_equal(recorder_notices(recorder, "MTK-F004"), 1);
    recorder_free(recorder);
    test_dump_free(&dump);
}

/* ---- the host says no */

static void *no_scratch(const mtkscan_host *host, uint64_t length)
{
    (void)host, (void)length;
    return NULL;
}

static void test_refusals(void **state)
{
    (void)state;
    int32_t (*const calls[])(const mtkscan_host *, const mtkscan_family *) = {
        mtkscan_family_claim, mtkscan_family_layout, mtkscan_family_flash_ids};
    struct test_dump dump = small_dump("MT6261", 0);
    for (size_t i = 0; i < 3; i++) {
        struct recorder *recorder = recorder_new(dump.bytes, dump.size);
        recorder->refuse_with = MTKSCAN_E_CANCELLED;
        assert_int_equal(calls[i](&recorder->memory.host, &family), MTKSCAN_E_CANCELLED);
        recorder->memory.host.scratch = no_scratch;
        assert_int_equal(calls[i](&recorder->memory.host, &family), MTKSCAN_E_LIMIT);
        recorder_free(recorder);
        /* Every amount of scratch memory: success, or the limit. */
        for (uint64_t left = 0; left < 0x10000; left += 0x400) {
            recorder = recorder_new(dump.bytes, dump.size);
            recorder->memory.scratch_used = MTKSCAN_MEMORY_HOST_SCRATCH - left;
            int32_t status = calls[i](&recorder->memory.host, &family);
            assert_true(status == MTKSCAN_OK || status == MTKSCAN_E_LIMIT);
            recorder_free(recorder);
        }
    }
    test_dump_free(&dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claim_of_a_sound_dump),
        cmocka_unit_test(test_layout_of_sound_dumps),
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_file_names),
        cmocka_unit_test(test_absent_parts),
        cmocka_unit_test(test_lost_rom_and_loader),
        cmocka_unit_test(test_flash_facts),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
