/* SPDX-License-Identifier: MIT */
/* A .cfg against the firmware that it describes. */
#include <string.h>

#include "kit/kit.h"
#include "made.h"
#include "model/finding.h"

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
    add_file("disk", MTKSCAN_REGION_FILES, "file_system_region", 0, 0)->length = 0;
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

/* A second line with another word is as bad as a wrong one, which the tool may take. */
static void test_two_platforms(void **state)
{
    (void)state;
    cfg.other_platform = "MT6261";
    expect_none();
    cfg.other_platform = "MT6260\x1b";
    expect_one("MTK-K003", "has MT6261 and MT6260\\x1B, the firmware MT6261", NULL);
    analysis->facts.count = 0;
    expect_one("MTK-K003", "has MT6261 and MT6260\\x1B, the firmware does not tell", NULL);
    cfg.platform = "";
    expect_one("MTK-K003", "blank", NULL);
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
    made_part(analysis, "boot", MTKSCAN_FILE_BL, 0x800, 8);
    made_part(analysis, "ROM", MTKSCAN_FILE_ROM, 0xA000, 8);
    made_part(analysis, "EXT", MTKSCAN_FILE_EXT_BL, 0x2800, 8)->region = MTKSCAN_REGION_FILES;
    expect_one("MTK-K008", "gps_module_region", "not in file_system_region");
}

/* The flashing tool places the boot region in its order, BOOTHEADER.md 3. */
static void test_boot_order(void **state)
{
    (void)state;
    add_file("EXT", MTKSCAN_REGION_BOOT, "boot_region", MTKSCAN_FILE_EXT_BL, 0x2800);
    expect_none(); /* an absent loader is told by the module */
    add_file("INT\x1b", MTKSCAN_REGION_BOOT, "boot_region", MTKSCAN_FILE_BL, 0x800);
    expect_one("MTK-K008", "INT\\x1B stands behind EXT in boot_region",
               "the internal loader has to be the first file");
    assert_int_equal(analysis->findings.items[0].offset, 0x800);
    /* Also behind a file that is missing or no image. */
    cfg.files.items[1].length = 0;
    expect_one("MTK-K008", "behind EXT", NULL);
    cfg.files.items[1].region = MTKSCAN_REGION_CONTROL;
    expect_none();
    /* The order of the main region is nothing to go by. */
    add_file("VIVA", MTKSCAN_REGION_MAIN, "main_region", MTKSCAN_FILE_VIVA, 0x80000);
    add_file("ROM", MTKSCAN_REGION_MAIN, "main_region", MTKSCAN_FILE_ROM, 0xA000);
    expect_none();
}

/* What the flashing tool would say, by the number that it says it with. */
static void test_tool_numbers(void **state)
{
    (void)state;
    cfg.files.count = 0;
    expect_one("MTK-K017", "2 flash entries", "5011");
    cfg.files.count = 1;
    cfg.memories.items[1].id[0] = 0x11;
    expect_one("MTK-K004", "others", "(flashing tool: 5096)");
    cfg.memories.items[1].id[0] = 0xEF;
    cfg.memories.items[1].memory_type = "PSRAM_166MHz";
    expect_one("MTK-K005", "1 of 2", "(flashing tool: 5097)");
}

/* The tool asks for both loaders and ROM. */
static void test_needed_images(void **state)
{
    (void)state;
    static const struct {
        uint32_t file_type;
        const char *name, *tool;
    } needed[] = {{MTKSCAN_FILE_BL, "INT_BOOTLOADER", "5028"},
                  {MTKSCAN_FILE_EXT_BL, "EXT_BOOTLOADER", "3204"},
                  {MTKSCAN_FILE_ROM, "ROM", "5078"}};
    for (size_t left_out = 0; left_out < 3; left_out++) {
        analysis->parts.count = 0;
        for (size_t i = 0; i < 3; i++)
            if (i != left_out)
                made_part(analysis, needed[i].name, needed[i].file_type, 0x1000 * i, 8);
        expect_one("MTK-K020", needed[left_out].name, needed[left_out].tool);
        /* One that is only expected is not there, either. */
        made_part(analysis, needed[left_out].name, needed[left_out].file_type, 0, 8)->flags =
            MTKSCAN_PART_ABSENT;
        expect_one("MTK-K020", needed[left_out].name, needed[left_out].tool);
        analysis->parts.items[2].flags = 0;
        expect_none();
    }
}

static void add_secured(uint32_t part, const char *code)
{
    assert_int_equal(mtks_finding_add(analysis, code, "record", part, 0, 4), 0);
}

/* Signed loader, signed ROM and root certificate belong together. */
static void test_security(void **state)
{
    (void)state;
    made_part(analysis, "INT", MTKSCAN_FILE_BL, 0x800, 8);
    made_part(analysis, "EXT", MTKSCAN_FILE_EXT_BL, 0x2800, 8);
    made_part(analysis, "ROM", MTKSCAN_FILE_ROM, 0xA000, 8);
    static const struct {
        bool loader, rom, cert;
        size_t mixed, cert_findings;
        const char *words;
    } cases[] = {
        {false, false, false, 0, 0, NULL}, {true, true, true, 0, 0, NULL},
        {true, true, false, 0, 1, "5094"}, {false, false, true, 0, 1, "5094"},
        {true, false, true, 1, 0, "5046"}, {false, true, true, 1, 0, "5053"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        analysis->findings.count = 0;
        analysis->parts.count = 3;
        if (cases[i].loader)
            add_secured(0, "MTK-S001");
        if (cases[i].rom)
            add_secured(2, "MTK-S004");
        if (cases[i].cert)
            made_part(analysis, "CERT", MTKSCAN_FILE_ROOT_CERT, 0x9000, 8);
        assert_int_equal(mtks_kit_crosscheck(analysis, &cfg), 0);
        assert_int_equal(made_count(analysis, "MTK-K018"), cases[i].mixed);
        assert_int_equal(made_count(analysis, "MTK-K019"), cases[i].cert_findings);
        if (cases[i].words)
            made_expect(analysis, cases[i].mixed ? "MTK-K018" : "MTK-K019", cases[i].words, NULL);
    }
}

static void add_overlap(const char *detail, uint32_t part, uint64_t offset)
{
    assert_int_equal(mtks_finding_add(analysis, "MTK-D005", detail, part, offset, 16), 0);
}

/* Files that overlap are told once: as parts where they are such, else as files. */
static void test_overlaps(void **state)
{
    (void)state;
    add_overlap("files a and b", MTKSCAN_NO_PART, 0x100);
    add_overlap("files c and d", MTKSCAN_NO_PART, 0x200);
    assert_int_equal(mtks_finding_add(analysis, "MTK-K014", "x", MTKSCAN_NO_PART, 0x100, 16), 0);
    add_overlap("parts a and b", 1, 0x100);
    add_overlap("parts e and f", 2, 0x300);
    assert_int_equal(mtks_kit_crosscheck(analysis, &cfg), 0);
    static const char *const left[] = {"files c and d", "x", "parts a and b", "parts e and f"};
    assert_int_equal(analysis->findings.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_non_null(strstr(analysis->findings.items[i].message, left[i]));
}

static void test_out_of_memory(void **state)
{
    (void)state;
    int failures = 0, result = -1;
    cfg.platform = "MT6260";
    cfg.memories.items[0].id[0] = 0;
    cfg.memories.items[1].memory_type = "";
    add_file("EXT", MTKSCAN_REGION_MAIN, "main_region", MTKSCAN_FILE_EXT_BL, 0x2800);
    add_file("cert", MTKSCAN_REGION_BOOT, "boot_region", MTKSCAN_FILE_ROOT_CERT, 0x9000);
    add_file("INT", MTKSCAN_REGION_BOOT, "boot_region", MTKSCAN_FILE_BL, 0x800);
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
        CASE(test_platform),      CASE(test_two_platforms), CASE(test_ids),
        CASE(test_memory_types),  CASE(test_regions),       CASE(test_boot_order),
        CASE(test_overlaps),      CASE(test_out_of_memory), CASE(test_tool_numbers),
        CASE(test_needed_images), CASE(test_security),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
