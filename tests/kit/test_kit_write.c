/* SPDX-License-Identifier: MIT */
/* Writing a kit: good parts byte for byte, the .cfg, and what is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/kit.h"
#include "kit/kit_cfg.h"
#include "made.h"

static struct test_dump dump;
static struct mtks_dump view;
static struct mtks_analysis *analysis;
static struct mtks_kit kit;
static mtkscan_error error;
static char *base;

static int setup(void **state)
{
    (void)state;
    dump = test_dump_make("MT6261", 0);
    view = made_view(&dump);
    analysis = made_analysis(&dump);
    base = test_folder_new();
    memset(&error, 0, sizeof error);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove(base);
    mtks_analysis_free(analysis);
    test_dump_free(&dump);
    return 0;
}

static int write_kit(const struct mtks_kit_options *options)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/kit", base);
    return mtks_kit_write(analysis, &view, path, options, &kit, &error);
}

static char *read_file(const char *name, size_t *size)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/kit", base);
    return test_file_read(path, name, size);
}

/* Reads the .cfg that was written; its text is for the caller to free. */
static char *read_cfg(struct mtks_cfg *cfg)
{
    size_t size = 0;
    char *text = read_file(kit.cfg_name, &size);
    assert_non_null(text);
    assert_int_equal(mtks_cfg_read(cfg, &analysis->arena, text, size, NULL), MTKSCAN_DONE);
    assert_int_equal(cfg->mistakes.count, 0);
    return text;
}

static struct mtks_part *part_named(const char *name)
{
    for (size_t i = 0; i < analysis->parts.count; i++)
        if (strcmp(analysis->parts.items[i].name, name) == 0)
            return &analysis->parts.items[i];
    fail_msg("no part %s", name);
    return NULL;
}

static void expect_text(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" lacks \"%s\"", text, part);
}

static void expect_nothing(void)
{
    assert_false(test_exists(base, "kit"));
}

static void test_healthy(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    static const char *const regions[] = {"boot_region", "boot_region", "main_region",
                                          "main_region"};
    assert_int_equal(write_kit(&(struct mtks_kit_options){.version = "9.8.7"}), MTKSCAN_DONE);
    assert_string_equal(kit.cfg_name, "WATCH_11B_BB.cfg");
    assert_int_equal(kit.files.count, 4);
    char *text = read_cfg(&cfg);
    expect_text(text, "# Written by mtkscan 9.8.7 from a flash dump\n");
    expect_text(text, "# Memory type PSRAM_130MHz, derived from the chip family\n");
    assert_string_equal(cfg.platform, "MT6261");
    assert_string_equal(cfg.config_version, "alpha");
    assert_string_equal(cfg.parameters_version, "v1");
    assert_int_equal(cfg.files.count, 4);
    for (size_t i = 0; i < 4; i++) {
        const mtkscan_fixture_part *part = &dump.truth.parts[i];
        size_t size = 0;
        char *bytes = read_file(part->name, &size);
        assert_non_null(bytes);
        assert_int_equal(size, part->length);
        assert_memory_equal(bytes, dump.bytes + part->offset, size);
        free(bytes);
        assert_string_equal(cfg.files.items[i].name, part->name);
        assert_string_equal(cfg.files.items[i].section, regions[i]);
    }
    assert_int_equal(cfg.memories.count, 2);
    assert_memory_equal(cfg.memories.items[0].id, "\xC2\x25\x36\0\0\0\0\0", 8);
    assert_memory_equal(cfg.memories.items[1].id, "\xEF\x40\x16\0\0\0\0\0", 8);
    assert_string_equal(cfg.memories.items[1].memory_type, "PSRAM_130MHz");
    assert_string_equal(cfg.memories.items[1].flash_type, "SF");
    free(text);

    /* Ours, so --force replaces it. */
    assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_REFUSED);
    assert_int_equal(write_kit(&(struct mtks_kit_options){.force = true}), MTKSCAN_DONE);
    text = read_cfg(&cfg);
    expect_text(text, "# Written by mtkscan from a flash dump\n");
    free(text);
}

static void test_extractor_names(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    const struct mtks_kit_options options = {.naming = MTKS_NAMES_EXTRACTOR};
    assert_int_equal(write_kit(&options), MTKSCAN_DONE);
    assert_string_equal(kit.cfg_name, "config_mtk.cfg");
    free(read_cfg(&cfg));
    assert_string_equal(cfg.files.items[0].name, "INT_BOOTLOADER");
    assert_string_equal(cfg.files.items[3].name, "FILE_02_mtk");
}

/* Each kind of bad part stops the kit, is named with its reason, and can be left out. */
static void test_damaged_parts(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    part_named("ROM")->health = MTKS_HEALTH_DAMAGED;
    struct mtks_check *check = MTKS_PUSH(&analysis->arena, &analysis->checks);
    *check = (struct mtks_check){.text = "the end marker stands last",
                                 .part = 2,
                                 .on_fail = MTKSCAN_FAIL_DAMAGE,
                                 .result = MTKS_CHECK_FAIL};
    part_named("VIVA")->health = MTKS_HEALTH_TRUNCATED;
    part_named("VIVA")->present = 17;
    assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_DAMAGED);
    expect_nothing();
    expect_text(error.what, "ROM (damaged, this does not hold: the end marker stands last)");
    expect_text(error.what, "VIVA (truncated, 17 of ");
    expect_text(error.advice, "--force-partial");

    assert_int_equal(write_kit(&(struct mtks_kit_options){.force_partial = true}), MTKSCAN_DAMAGED);
    expect_text(error.what, "left out: ROM (damaged");
    assert_null(read_file("ROM", NULL));
    assert_null(read_file("VIVA", NULL));
    char *bytes = read_file("EXT_BOOTLOADER", NULL), *text = read_cfg(&cfg);
    assert_non_null(bytes);
    free(bytes);
    assert_int_equal(cfg.files.count, 2);
    expect_text(text, "# INCOMPLETE KIT, left out ROM (damaged, this does not hold, the end");
    expect_text(text, "# INCOMPLETE KIT, left out VIVA (truncated, 17 of ");
    free(text);
    assert_true(kit.files.items[1].written && !kit.files.items[2].written);
}

static void test_other_bad_parts(void **state)
{
    (void)state;
    static const enum mtks_part_health bad[] = {MTKS_HEALTH_UNCHECKED, MTKS_HEALTH_DAMAGED,
                                                MTKS_HEALTH_TRUNCATED, MTKS_HEALTH_ABSENT};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        part_named("VIVA")->health = bad[i];
        assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_DAMAGED);
        expect_text(error.what, mtks_health_name(bad[i]));
        expect_nothing();
    }
    /* A verdict that the bytes do not bear out does not help. */
    part_named("VIVA")->health = MTKS_HEALTH_VERIFIED;
    part_named("VIVA")->offset = view.size - 1;
    assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_DAMAGED);
    part_named("VIVA")->offset = 0;
    part_named("VIVA")->length = 0;
    assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_DAMAGED);
    expect_nothing();
}

static void test_no_good_part(void **state)
{
    (void)state;
    for (size_t i = 0; i < analysis->parts.count; i++)
        analysis->parts.items[i].health = MTKS_HEALTH_DAMAGED;
    assert_int_equal(write_kit(&(struct mtks_kit_options){.force_partial = true}), MTKSCAN_DAMAGED);
    expect_nothing();
    analysis->parts.count = 0;
    assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_NOT_RECOGNISED);
    expect_nothing();
}

static void test_many_bad_parts(void **state)
{
    (void)state;
    char name[] = "\x1b[31mPART";
    for (int i = 0; i < 60; i++)
        made_part(analysis, name, 0x7000, 0, 1)->health = MTKS_HEALTH_ABSENT;
    assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_DAMAGED);
    expect_text(error.what, "\\x1B[31mPART (absent)");
    expect_text(error.what, " more");
    assert_null(strchr(error.what, '\x1b'));
    analysis->limits.kit_files = 50;
    assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_REFUSED);
    expect_text(error.advice, "kit_files");
}

static void test_memory_type(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    static const char *const bad[] = {"",       "MHz",   "psram",  "PSRAM 130MHz", "A\nplatform: B",
                                      "PSRAM#", "\"X\"", "AMHzMHz"};
    static const char *const fine[] = {"PSRAM_166MHz", "SIP_DDR_200MHz", "X"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mtks_kit_options options = {.memory_type = bad[i], .force_partial = true};
        assert_int_equal(write_kit(&options), MTKSCAN_USAGE);
        expect_nothing();
    }
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        struct mtks_kit_options options = {.memory_type = fine[i], .force = true};
        assert_int_equal(write_kit(&options), MTKSCAN_DONE);
        char *text = read_cfg(&cfg);
        assert_string_equal(cfg.memories.items[0].memory_type, fine[i]);
        assert_string_equal(cfg.memories.items[1].memory_type, fine[i]);
        expect_text(text, "given by the user");
        free(text);
    }
}

/* What a flashing tool needs and the dump does not show. */
static void test_lacks(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    analysis->flash.memory_type = NULL;
    assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_REFUSED);
    expect_text(error.what, "memory type");
    expect_text(error.advice, "--memory-type");
    analysis->flash.memory_type = "bad type";
    assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_REFUSED);
    expect_nothing();
    const struct mtks_kit_options partial = {.force_partial = true, .force = true};
    assert_int_equal(write_kit(&partial), MTKSCAN_DAMAGED);
    expect_text(error.what, "memory type");
    char *text = read_cfg(&cfg);
    assert_null(cfg.memories.items[0].memory_type);
    assert_null(strstr(text, "memory_type:"));
    expect_text(text, "the memory type is not known");
    free(text);
    assert_int_equal(write_kit(&(struct mtks_kit_options){.force = true, .memory_type = "X_1MHz"}),
                     MTKSCAN_DONE);

    analysis->flash.memory_type = "PSRAM_130MHz";
    analysis->flash.memory_type_source = NULL;
    analysis->flash.ids.count = 0;
    assert_int_equal(write_kit(&(struct mtks_kit_options){.force = true}), MTKSCAN_REFUSED);
    expect_text(error.what, "flash IDs");
    expect_text(error.advice, "--force-partial");
    made_id(analysis, 3, "\xC2", 1);
    made_id(analysis, 1, "\xC3", 1);
    made_id(analysis, 2, "\xC4", 1);
    made_id(analysis, 4, "\xC5", 1);
    made_id(analysis, 5, "\xC6", 1);
    made_id(analysis, 3, "\xC7", 1)->id_length = 9;
    assert_int_equal(write_kit(&(struct mtks_kit_options){.force = true}), MTKSCAN_DONE);
    text = read_cfg(&cfg);
    static const char *const types[] = {"SF", "NAND", "NOR", "SPI_NAND"};
    assert_int_equal(cfg.memories.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(cfg.memories.items[i].flash_type, types[i]);
    expect_text(text, "Flash ID 4 of the firmware is left out, its device type 4 is not known");
    expect_text(text, "Flash ID 6 of the firmware");
    free(text);

    analysis->facts.count = 0;
    made_fact(analysis, MTKSCAN_FACT_PLATFORM, "MT6261\nfile: X");
    assert_int_equal(write_kit(&(struct mtks_kit_options){.force = true}), MTKSCAN_REFUSED);
    expect_text(error.what, "platform");
    assert_int_equal(write_kit(&partial), MTKSCAN_DAMAGED);
    free(read_cfg(&cfg));
    assert_string_equal(cfg.platform, "");
    part_named("VIVA")->health = MTKS_HEALTH_ABSENT;
    assert_int_equal(write_kit(&partial), MTKSCAN_DAMAGED);
    expect_text(error.what, "VIVA (absent), and in the .cfg the platform");
}

/* Images beyond the usual ones are listed and named loudly; one without a region is at least told.
 */
static void test_extra_parts(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    made_part(analysis, "ROOT_CERT", MTKSCAN_FILE_ROOT_CERT, 0x9000, 8)->flags = MTKSCAN_PART_EXTRA;
    made_part(analysis, "SECURE_RO_ME", 0x301, 0x9100, 8)->flags = MTKSCAN_PART_EXTRA;
    made_part(analysis, "strange", 0x6666, 0x9200, 8)->flags = MTKSCAN_PART_EXTRA;
    assert_int_equal(write_kit(&(struct mtks_kit_options){0}), MTKSCAN_DONE);
    char *text = read_cfg(&cfg);
    assert_int_equal(cfg.files.count, 6);
    expect_text(text, "\n    - file: ROOT_CERT\n");
    expect_text(text, "\ncontrol_block_region:\n  rom:\n    - file: SECURE_RO_ME\n");
    expect_text(text, "# ROOT_CERT is beyond the usual images");
    expect_text(text, "# NOT LISTED below, since its region is not known, strange");
    free(text);
    char *bytes = read_file("strange", NULL);
    assert_non_null(bytes);
    free(bytes);
}

static int stop(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)ctx, (void)stage, (void)done, (void)total;
    return 1;
}

static void test_interrupted(void **state)
{
    (void)state;
    const struct mtks_progress progress = {.step = stop};
    assert_int_equal(write_kit(&(struct mtks_kit_options){.progress = &progress}),
                     MTKSCAN_INTERRUPTED);
    expect_nothing();
}

static void test_out_of_memory(void **state)
{
    (void)state;
    int failures = 0, outcome = MTKSCAN_SYSTEM;
    struct mtks_kit_options options = {.version = "1", .force = true, .force_partial = true};
    part_named("VIVA")->health = MTKS_HEALTH_TRUNCATED;
    made_part(analysis, "ROOT_CERT", MTKSCAN_FILE_ROOT_CERT, 0x9000, 8)->flags = MTKSCAN_PART_EXTRA;
    made_id(analysis, 4, "\xC5", 1);
    for (uint64_t room = 0; outcome == MTKSCAN_SYSTEM; room += 16) {
        analysis->arena.limit = analysis->arena.used + room;
        outcome = write_kit(&options);
        failures += outcome == MTKSCAN_SYSTEM;
        if (outcome == MTKSCAN_SYSTEM) {
            expect_text(error.what, "out of memory");
            expect_nothing();
        }
    }
    assert_int_equal(outcome, MTKSCAN_DAMAGED);
    assert_true(failures > 30);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_healthy),         CASE(test_extractor_names), CASE(test_damaged_parts),
        CASE(test_other_bad_parts), CASE(test_no_good_part),    CASE(test_many_bad_parts),
        CASE(test_memory_type),     CASE(test_lacks),           CASE(test_extra_parts),
        CASE(test_interrupted),     CASE(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
