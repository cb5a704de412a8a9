/* SPDX-License-Identifier: MIT */
/* A .cfg against the firmware that it describes. */
#include <string.h>

#include "kit/kit.h"
#include "made.h"

static struct mtks_analysis *analysis;
static struct mtks_cfg cfg;

static void add_memory(const char *flash_type, const char *id, uint32_t length, const char *type)
{
    struct mtks_cfg_memory *memory = MTKS_PUSH(&analysis->arena, &cfg.memories);
    assert_non_null(memory);
    memory->flash_type = flash_type;
    memory->id_length = length;
    memory->id_count = 8;
    memcpy(memory->id, id, length);
    memory->memory_type = type;
}

static struct mtks_cfg_file *add_file(const char *name, uint32_t region, const char *section,
                                      uint32_t file_type, uint64_t offset)
{
    struct mtks_cfg_file *file = MTKS_PUSH(&analysis->arena, &cfg.files);
    assert_non_null(file);
    *file = (struct mtks_cfg_file){.name = name,
                                   .region = region,
                                   .section = section,
                                   .file_type = file_type,
                                   .offset = offset,
                                   .length = 8};
    return file;
}

static int setup(void **state)
{
    (void)state;
    analysis = made_analysis(NULL);
    cfg = (struct mtks_cfg){.platform = "MT6261"};
    add_memory("SF", "\xC2\x25\x36", 3, "PSRAM_130MHz");
    add_memory("SF", "\xEF\x40\x16", 3, "PSRAM_130MHz");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mtks_analysis_free(analysis);
    return 0;
}

static void check(void)
{
    analysis->findings.count = 0;
    assert_int_equal(mtks_kit_crosscheck(analysis, &cfg), 0);
}

static void expect_one(const char *code, const char *first, const char *second)
{
    check();
    made_expect(analysis, code, first, second);
    assert_int_equal(analysis->findings.count, 1);
}

static void expect_none(void)
{
    check();
    assert_int_equal(analysis->findings.count, 0);
}

static void test_platform(void **state)
{
    (void)state;
    expect_none();
    cfg.platform = "MT6260\x1b";
    expect_one("MTK-K003", "MT6260\\x1B", "the firmware MT6261");
    cfg.platform = "";
    expect_one("MTK-K003", "blank", "MT6261");
    cfg.platform = NULL;
    expect_one("MTK-K003", "no such line", "MT6261");
    analysis->facts.count = 0;
    expect_one("MTK-K003", "no such line", "does not tell");
    cfg.platform = "MT6260";
    expect_none();
}

static void test_ids(void **state)
{
    (void)state;
    struct mtks_cfg_memory *items = cfg.memories.items, first = items[0], second = items[1];
    items[0] = second;
    items[1] = first;
    expect_one("MTK-K004", "another order",
               "the .cfg has EF4016 C22536, the firmware C22536 EF4016");
    items[0] = first;
    expect_one("MTK-K004", "some are missing", "the .cfg has C22536 C22536, the");
    items[1] = second;
    cfg.memories.count = 1;
    expect_one("MTK-K004", "some are missing", "the .cfg has C22536, the firmware C22536 EF4016");
    cfg.memories.count = 0;
    expect_one("MTK-K004", "some are missing", "the .cfg has none");
    cfg.memories.count = 2;
    items[1].id[0] = 0xEE;
    expect_one("MTK-K004", "others", "EE4016");
    items[1].id[0] = 0xEF;
    items[1].id_length = 2;
    expect_one("MTK-K004", "others", "EF40, ");
    items[1].id_length = 3;
    items[1].flash_type = "NAND";
    expect_one("MTK-K004", "others", "NAND:EF4016");
    items[1].flash_type = NULL;
    expect_one("MTK-K004", "others", "?:EF4016");
    items[1].flash_type = "SF";
    add_memory("SF", "\xEF\x40\x16", 3, "PSRAM_130MHz");
    expect_one("MTK-K004", "one stands twice", "C22536 EF4016 EF4016");
    cfg.memories.items[2].id[2] = 0x17;
    expect_one("MTK-K004", "some are too many", "EF4017");
    for (int i = 0; i < 100; i++)
        add_memory("SPI_NAND", "\1\2\3\4\5\6\7\x8", 8, "PSRAM_130MHz");
    expect_one("MTK-K004", "some are too many", "...");
    analysis->flash.ids.count = 0;
    expect_none();
}

static void test_memory_types(void **state)
{
    (void)state;
    cfg.memories.items[1].memory_type = "PSRAM_166MHz";
    expect_one("MTK-K005", "1 of 2 entries of the .cfg have PSRAM_166MHz", "PSRAM_130MHz");
    cfg.memories.items[0].memory_type = "PSRAM_166MHz";
    expect_one("MTK-K005", "2 of 2 entries", "the firmware PSRAM_130MHz");
    cfg.memories.items[0].memory_type = "";
    check();
    assert_int_equal(made_count(analysis, "MTK-K005"), 2);
    assert_non_null(strstr(analysis->findings.items[0].message, "blank"));
    analysis->flash.memory_type = NULL;
    cfg.memories.items[0].memory_type = NULL;
    expect_one("MTK-K005", "1 of 2 entries of the .cfg have no such line", "does not tell");
}

static void test_regions(void **state)
{
    (void)state;
    add_file("boot", MTKSCAN_REGION_BOOT, "boot_region", MTKSCAN_FILE_BL, 0x800);
    add_file("ROM", MTKSCAN_REGION_MAIN, "main_region", MTKSCAN_FILE_ROM, 0xA000);
    add_file("odd", MTKSCAN_REGION_MAIN, "main_region", 0x6666, 0x20000);
    add_file("gone", MTKSCAN_REGION_MAIN, "main_region", 0, 0)->length = 0;
    expect_none();
    struct mtks_cfg_file *ext =
        add_file("EXT", MTKSCAN_REGION_MAIN, "main_region", MTKSCAN_FILE_EXT_BL, 0x2800);
    expect_one("MTK-K008", "EXT (type 0x0002) is in main_region", "not in boot_region");
    ext->region = MTKSCAN_REGION_NONE;
    ext->section = "gps_module_region";
    expect_one("MTK-K008", "is in gps_module_region", "not in boot_region");

    /* What the module says of the part goes before what its type says. */
    made_part(analysis, "EXT", MTKSCAN_FILE_EXT_BL, 0x2800, 8)->region = MTKSCAN_REGION_FILES;
    expect_one("MTK-K008", "gps_module_region", "not in file_system_region");
}

static void test_out_of_memory(void **state)
{
    (void)state;
    int failures = 0, result = -1;
    cfg.platform = "MT6260";
    cfg.memories.items[0].id[0] = 0;
    cfg.memories.items[1].memory_type = "";
    add_file("EXT", MTKSCAN_REGION_MAIN, "main_region", MTKSCAN_FILE_EXT_BL, 0x2800);
    for (uint64_t room = 0; result != 0; room += 32) {
        analysis->arena.limit = analysis->arena.used + room;
        result = mtks_kit_crosscheck(analysis, &cfg);
        failures += result != 0;
    }
    assert_true(failures > 5);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_platform), CASE(test_ids),           CASE(test_memory_types),
        CASE(test_regions),  CASE(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
