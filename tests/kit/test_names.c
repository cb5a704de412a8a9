/* SPDX-License-Identifier: MIT */
/* File names of a kit: both conventions, and raw names that would do harm. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "kit/kit.h"
#include "kit/names.h"
#include "made.h"

static void expect_safe(const char *raw, const char *expected)
{
    char safe[MTKS_KIT_NAME_MAX + 1];
    mtks_kit_safe_name(safe, raw);
    assert_string_equal(safe, expected);
}

static void test_safe_names(void **state)
{
    (void)state;
    expect_safe("EXT_BOOTLOADER", "EXT_BOOTLOADER");
    expect_safe("a-b_c.9", "a-b_c.9");
    expect_safe("", "FILE");
    expect_safe(".", "%2E");
    expect_safe("..", "%2E%2E");
    expect_safe(".hidden", "%2Ehidden");
    expect_safe("-rf", "%2Drf");
    expect_safe("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd");
    expect_safe("a\\b:c", "a%5Cb%3Ac");
    expect_safe("a b\n\x80~%", "a%20b%0A%80%7E%25");
    expect_safe("CON", "%43ON");
    expect_safe("nul.bin", "%6Eul.bin");
    expect_safe("Com1.tar.gz", "%43om1.tar.gz");
    expect_safe("COM", "COM");
    expect_safe("CONSOLE", "CONSOLE");
    expect_safe("ROM.", "ROM%2E");
    expect_safe("firmware.cfg", "firmware%2Ecfg");
    expect_safe("x.CFG", "x%2ECFG");
    expect_safe(".cfg", "%2Ecfg");
    expect_safe("cfg", "cfg");
    assert_true(mtks_kit_is_cfg_name("a.Cfg"));
    assert_false(mtks_kit_is_cfg_name("a.cfg2"));
}

static void test_long_names(void **state)
{
    (void)state;
    char raw[1001], safe[MTKS_KIT_NAME_MAX + 1];
    static const char pieces[] = {'x', '.', '\x01', '-'};
    for (size_t i = 0; i < sizeof pieces; i++) {
        memset(raw, pieces[i], sizeof raw - 1);
        raw[sizeof raw - 1] = '\0';
        mtks_kit_safe_name(safe, raw);
        assert_true(strlen(safe) > 100);
        assert_true(strlen(safe) + strlen("~1000000") <= MTKS_KIT_NAME_MAX);
        assert_true(safe[0] != '.' && safe[0] != '-' && safe[strlen(safe) - 1] != '.');
    }
    /* A name that is cut right behind ".cfg". */
    memset(raw, 'x', sizeof raw - 1);
    for (size_t at = 100; at < 300; at++) {
        memset(raw, 'x', sizeof raw - 1);
        memcpy(raw + at, ".cfg", 4);
        mtks_kit_safe_name(safe, raw);
        assert_false(mtks_kit_is_cfg_name(safe));
    }
}

static struct mtks_kit names_of(struct mtks_analysis *analysis, enum mtks_naming naming)
{
    struct mtks_kit kit;
    assert_int_equal(mtks_kit_names(analysis, naming, &kit), 0);
    assert_int_equal(kit.files.count, analysis->parts.count);
    return kit;
}

static void test_conventions(void **state)
{
    (void)state;
    struct mtks_analysis *analysis = made_analysis(NULL);
    made_part(analysis, "VIVA", MTKSCAN_FILE_VIVA, 0x60000, 8);
    made_part(analysis, "INT_BOOTLOADER", MTKSCAN_FILE_BL, 0x800, 8)->file =
        "W_BOOTLOADER_V005.bin";
    made_part(analysis, "EXT_BOOTLOADER", MTKSCAN_FILE_EXT_BL, 0x2800, 8)->file = NULL;
    made_part(analysis, "app", 0x7001, 0, 0)->flags = MTKSCAN_PART_ABSENT;
    made_part(analysis, "ROM", MTKSCAN_FILE_ROM, 0xA000, 8)->health = MTKS_HEALTH_DAMAGED;
    analysis->parts.items[3].health = MTKS_HEALTH_ABSENT;

    static const char *const vendor[] = {"W_BOOTLOADER_V005.bin", "EXT_BOOTLOADER", "ROM", "VIVA",
                                         "app"};
    static const char *const extractor[] = {"INT_BOOTLOADER", "EXT_BOOTLOADER", "FILE_01_mtk",
                                            "FILE_02_mtk", "FILE_03_mtk"};
    static const uint32_t order[] = {1, 2, 4, 0, 3};
    struct mtks_kit kit = names_of(analysis, MTKS_NAMES_VENDOR);
    assert_string_equal(kit.cfg_name, "WATCH_11B_BB.cfg");
    for (size_t i = 0; i < kit.files.count; i++) {
        assert_string_equal(kit.files.items[i].name, vendor[i]);
        assert_int_equal(kit.files.items[i].part, order[i]);
        assert_int_equal(kit.files.items[i].written, i != 2 && i != 4);
    }
    kit = names_of(analysis, MTKS_NAMES_EXTRACTOR);
    assert_string_equal(kit.cfg_name, "config_mtk.cfg");
    for (size_t i = 0; i < kit.files.count; i++)
        assert_string_equal(kit.files.items[i].name, extractor[i]);

    analysis->facts.count = 0;
    assert_string_equal(names_of(analysis, MTKS_NAMES_VENDOR).cfg_name, "firmware.cfg");
    made_fact(analysis, MTKSCAN_FACT_PROJECT, "../a b");
    assert_string_equal(names_of(analysis, MTKS_NAMES_VENDOR).cfg_name, "%2E.%2Fa%20b_BB.cfg");
    mtks_analysis_free(analysis);
}

/* Names that a hostile dump chose are distinct on any file system, and none takes the .cfg's. */
static void test_collisions(void **state)
{
    (void)state;
    static const char *const raw[] = {"ROM",  "rom",   "Rom~2",        "ROM~2",   "ROM", "",
                                      "FILE", "a.cfg", "firmware.cfg", "A%2ECFG", "CON", "con"};
    char long_a[400], long_b[400];
    memset(long_a, 'x', sizeof long_a);
    memset(long_b, 'x', sizeof long_b);
    long_a[300] = long_b[350] = '\0';
    struct mtks_analysis *analysis = made_analysis(NULL);
    analysis->facts.count = 0;
    for (size_t i = 0; i < sizeof raw / sizeof *raw; i++)
        made_part(analysis, raw[i], 0x7000, 0x1000 * i, 8);
    made_part(analysis, long_a, 0x7000, 0x100000, 8);
    made_part(analysis, long_b, 0x7000, 0x110000, 8);
    struct mtks_kit kit = names_of(analysis, MTKS_NAMES_VENDOR);
    for (size_t i = 0; i < kit.files.count; i++) {
        const char *name = kit.files.items[i].name;
        assert_true(strlen(name) > 0 && strlen(name) <= MTKS_KIT_NAME_MAX);
        assert_true(mtks_cfg_name_is_safe(name));
        assert_true(strcasecmp(name, kit.cfg_name) != 0);
        for (size_t j = 0; j < i; j++)
            if (strcasecmp(name, kit.files.items[j].name) == 0)
                fail_msg("%s stands twice", name);
    }
    assert_string_equal(kit.files.items[1].name, "rom~2");
    assert_string_equal(kit.files.items[2].name, "Rom%7E2");
    assert_string_equal(kit.files.items[4].name, "ROM~3");
    mtks_analysis_free(analysis);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct mtks_kit kit;
    struct mtks_analysis *analysis = made_analysis(NULL);
    for (int i = 0; i < 40; i++)
        made_part(analysis, "ROM", MTKSCAN_FILE_ROM, 0, 8);
    int failures = 0, result = -1;
    for (uint64_t room = 0; result != 0; room += 16) {
        analysis->arena.limit = analysis->arena.used + room;
        result = mtks_kit_names(analysis, MTKS_NAMES_VENDOR, &kit);
        failures += result != 0;
    }
    assert_true(failures > 40);
    mtks_analysis_free(analysis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_safe_names),    cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_conventions),   cmocka_unit_test(test_collisions),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
