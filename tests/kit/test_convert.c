/* SPDX-License-Identifier: MIT */
/* Kits under other names, and .cfg files made anew. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/convert.h"
#include "made.h"
#include "model/finding.h"

static struct test_dump dump;
static struct mtks_analysis *analysis;
static struct mtks_dump image;
static struct mtks_kit_source source;
static struct mtks_converted converted;
static struct mtks_remade_cfg remade;
static struct mtks_convert_options options;
static mtkscan_error error;
static char *base, *kit, out[4200];

/* Odd line ends, quotes and comments, which all have to stay. */
#define CFG                                                                                        \
    "# the vendor's\r\ngeneral:\r\n    config_version : beta\r\n    platform: MT6261\r\n"          \
    "boot_region:\n  alignment: block  # rom: none\n  rom:\n    - file: INT_BOOTLOADER  # first\n" \
    "    - file: \"EXT_BOOTLOADER\"\n"                                                             \
    "main_region:\n  alignment: block\r  rom:\r    -   file:   rom \r\n    - file: VIVA\n"         \
    "gps_module_region:\n  rom:\n    - file: gps.bin\n"                                            \
    "external_memory:\n    parameters_version: v2\n    parameters:\n      - flash_info:\n"         \
    "            flash_type: SF\n            id_length: 3\n            flash_id: [0xC2, 0x25, "    \
    "0x36, 0x00, 0x00, 0x00, 0x00, 0x00]\n        memory_type: PSRAM_130MHz\n"                     \
    "        EMI_Setting:\n            EMI_CONI: 0x1\n"                                            \
    "      - flash_info:\n            flash_type: SF\n            id_length: 3\n"                  \
    "            flash_id: [0xEF, 0x40, 0x16, 0x00, 0x00, 0x00, 0x00, 0x00]\n"                     \
    "        memory_type: PSRAM_130MHz\n"

static void put_text(const char *name, const char *text)
{
    free(test_file_write(kit, name, text, strlen(text)));
}

static void remove_file(const char *name)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/%s", kit, name);
    assert_int_equal(unlink(path), 0);
}

static void put_part(const char *name, const char *as)
{
    const mtkscan_fixture_part *part = mtkscan_fixture_find(&dump.truth, name);
    assert_non_null(part);
    free(test_file_write(kit, as, dump.bytes + part->offset, part->length));
}

static int setup(void **state)
{
    (void)state;
    char path[4200];
    dump = test_dump_make("MT6261", 0);
    base = test_folder_new();
    snprintf(path, sizeof path, "%s/kit", base);
    snprintf(out, sizeof out, "%s/out", base);
    assert_int_equal(mkdir(path, 0700), 0);
    kit = strdup(path);
    assert_non_null(kit);
    for (uint32_t i = 0; i < dump.truth.part_count; i++)
        put_part(dump.truth.parts[i].name, dump.truth.parts[i].name);
    put_text("gps.bin", "no image");
    put_text("x.cfg", CFG);
    analysis = made_analysis(NULL);
    options = (struct mtks_convert_options){.naming = MTKS_NAMES_EXTRACTOR};
    memset(&error, 0, sizeof error);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(remade.text);
    remade.text = NULL;
    mtks_dump_close(&image);
    mtks_analysis_free(analysis);
    test_folder_remove(base);
    free(kit);
    test_dump_free(&dump);
    return 0;
}

/* Composes a folder anew, with the analysis of its image. */
static void compose(const char *dir)
{
    struct mtks_cfg *cfg;
    mtks_dump_close(&image);
    mtks_analysis_free(analysis);
    analysis = made_analysis(&dump);
    assert_int_equal(mtks_kit_compose(analysis, dir, NULL, &image, &cfg, &error), MTKSCAN_DONE);
    source = (struct mtks_kit_source){analysis, &image, cfg, dir};
}

static int convert(const char *dir, const char *to)
{
    compose(dir);
    return mtks_kit_convert(&converted, &source, to, &options, &error);
}

static void expect_refused(const char *words)
{
    assert_int_equal(convert(kit, out), MTKSCAN_REFUSED);
    if (!strstr(error.what, words))
        fail_msg("\"%s\" lacks \"%s\"", error.what, words);
    assert_false(converted.written);
    assert_false(test_exists(base, "out"));
}

static void expect_same(const char *a, const char *a_name, const char *b, const char *b_name)
{
    size_t a_size, b_size;
    char *first = test_file_read(a, a_name, &a_size), *second = test_file_read(b, b_name, &b_size);
    assert_non_null(first);
    assert_non_null(second);
    assert_int_equal(a_size, b_size);
    assert_memory_equal(first, second, a_size);
    free(first);
    free(second);
}

static void test_words(void **state)
{
    (void)state;
    static const char *const words[] = {"vendor", "extractor", "fw_splitter"};
    enum mtks_naming naming;
    for (size_t i = 0; i < 3; i++) {
        assert_true(mtks_kit_naming(words[i], &naming));
        assert_int_equal(naming, i);
    }
    assert_false(mtks_kit_naming("Vendor", &naming));
    assert_false(mtks_kit_naming("", &naming));
}

static void test_names(void **state)
{
    (void)state;
    put_text("readme.txt", "hello");
    assert_int_equal(convert(kit, out), MTKSCAN_DONE);
    assert_true(converted.written);
    assert_int_equal(converted.files.count, 5);
    static const char *const names[][2] = {{"INT_BOOTLOADER", "INT_BOOTLOADER"},
                                           {"EXT_BOOTLOADER", "EXT_BOOTLOADER"},
                                           {"ROM", "FILE_01_mtk"},
                                           {"VIVA", "FILE_02_mtk"},
                                           {"gps.bin", "gps.bin"}};
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(converted.files.items[i].before, names[i][0]);
        assert_string_equal(converted.files.items[i].after, names[i][1]);
        assert_int_equal(converted.files.items[i].image, i < 4);
        expect_same(kit, names[i][0], out, names[i][1]);
    }
    assert_int_equal(converted.left_out.count, 1);
    assert_string_equal(converted.left_out.items[0], "readme.txt");
    assert_string_equal(converted.cfg_before, "x.cfg");
    assert_string_equal(converted.cfg_after, "config_mtk.cfg");
    size_t size;
    char *text = test_file_read(out, "config_mtk.cfg", &size);
    assert_non_null(text);
    assert_non_null(strstr(text, "    -   file:   FILE_01_mtk \r\n    - file: FILE_02_mtk\n"));
    assert_non_null(strstr(text, "    - file: INT_BOOTLOADER  # first\n    - file: "
                                 "\"EXT_BOOTLOADER\"\n"));
    assert_int_equal(size,
                     strlen(CFG) + 2 * strlen("FILE_01_mtk") - strlen("rom") - strlen("VIVA"));
    free(text);
}

/* Round and back: the same files and the same .cfg, but for the spelling of a name. */
static void test_round(void **state)
{
    (void)state;
    char first[4300], second[4300], third[4300];
    snprintf(first, sizeof first, "%s/1", base);
    snprintf(second, sizeof second, "%s/2", base);
    snprintf(third, sizeof third, "%s/3", base);
    options.naming = MTKS_NAMES_VENDOR;
    assert_int_equal(convert(kit, first), MTKSCAN_DONE);
    assert_true(test_exists(first, "WATCH_11B_BB.cfg"));
    options.naming = MTKS_NAMES_FW_SPLITTER;
    assert_int_equal(convert(first, second), MTKSCAN_DONE);
    assert_true(test_exists(second, "BOOTLOADER") && test_exists(second, "cat.cfg"));
    assert_true(test_exists(second, "ROM") && test_exists(second, "VIVA"));
    assert_false(test_exists(second, "INT_BOOTLOADER"));
    options.naming = MTKS_NAMES_VENDOR;
    assert_int_equal(convert(second, third), MTKSCAN_DONE);
    for (uint32_t i = 0; i < dump.truth.part_count; i++)
        expect_same(kit, dump.truth.parts[i].name, third, dump.truth.parts[i].name);
    expect_same(first, "WATCH_11B_BB.cfg", third, "WATCH_11B_BB.cfg");
}

static void test_refusals(void **state)
{
    (void)state;
    put_text("x.cfg", CFG "main_region:\n - file: lost\n");
    expect_refused("names lost, which is no file");
    put_text("x.cfg", CFG "main_region:\n - file: ../x.cfg\n");
    expect_refused("names ../x.cfg");
    /* Its own name is the one that an image gets. */
    put_text("file_02_MTK", "other");
    put_text("x.cfg", CFG "file_system_region:\n - file: file_02_MTK\n");
    expect_refused("would both be called file_02_MTK");
    remove_file("x.cfg");
    expect_refused("no .cfg");
    assert_non_null(strstr(error.advice, "mtkscan cfg"));
    put_text("x.cfg", CFG);
    compose(kit);
    analysis->status = MTKS_UNKNOWN;
    assert_int_equal(mtks_kit_convert(&converted, &source, out, &options, &error),
                     MTKSCAN_NOT_RECOGNISED);
    analysis->status = MTKS_AMBIGUOUS;
    assert_int_equal(mtks_kit_convert(&converted, &source, out, &options, &error),
                     MTKSCAN_AMBIGUOUS);
    assert_int_equal(convert(kit, kit), MTKSCAN_REFUSED);
    options.force = true;
    assert_int_equal(convert(kit, kit), MTKSCAN_REFUSED);
    assert_true(test_exists(kit, "ROM"));
    assert_int_equal(mkdir(out, 0700), 0);
    assert_int_equal(convert(kit, out), MTKSCAN_DONE);
}

/* A longer file is still that image, two lines for a file are one file, and what only the head
 * names goes along. */
static void test_odd_kits(void **state)
{
    (void)state;
    const mtkscan_fixture_part *viva = mtkscan_fixture_find(&dump.truth, "VIVA");
    put_text("x.cfg", "# Written by mtkscan 1 from a flash dump\n# NOT LISTED below, since its "
                      "region is not known, odd.bin\n" CFG "main_region:\n - file: ROM\n");
    put_text("odd.bin", "odd");
    char *long_one = calloc(1, viva->length + 4);
    assert_non_null(long_one);
    memcpy(long_one, dump.bytes + viva->offset, viva->length);
    free(test_file_write(kit, "VIVA", long_one, viva->length + 4));
    free(long_one);
    assert_int_equal(convert(kit, out), MTKSCAN_DONE);
    assert_int_equal(converted.files.count, 6);
    assert_string_equal(converted.files.items[3].after, "FILE_02_mtk");
    assert_string_equal(converted.files.items[5].after, "odd.bin");
    assert_int_equal(converted.left_out.count, 0);
    expect_same(kit, "VIVA", out, "FILE_02_mtk");
    char *text = test_file_read(out, "config_mtk.cfg", NULL);
    assert_non_null(strstr(text, "main_region:\n - file: FILE_01_mtk\n"));
    assert_non_null(strstr(text, "not known, odd.bin\n"));
    free(text);
}

static int remake(const char *memory_type)
{
    compose(kit);
    free(remade.text);
    return mtks_kit_remake_cfg(&remade, &source, memory_type, "1", &error);
}

static const struct mtks_cfg_change *change(const char *key)
{
    for (size_t i = 0; i < remade.changes.items.count; i++)
        if (strcmp(remade.changes.items.items[i].key, key) == 0)
            return &remade.changes.items.items[i];
    fail_msg("no change of %s", key);
    return NULL;
}

static void expect_change(const char *key, const char *before, const char *after)
{
    const struct mtks_cfg_change *found = change(key);
    assert_true((found->before != NULL) == (before != NULL));
    assert_true((found->after != NULL) == (after != NULL));
    if (before)
        assert_string_equal(found->before, before);
    if (after)
        assert_string_equal(found->after, after);
}

/* The new text as it reads: what was right stays. */
static void test_right_cfg_stays(void **state)
{
    (void)state;
    put_text("x.cfg", CFG);
    remove_file("ROM");
    put_part("ROM", "rom");
    assert_int_equal(remake(NULL), MTKSCAN_DONE);
    assert_int_equal(remade.changes.items.count, 0);
    assert_int_equal(remade.left_out.count, 0);
    assert_null(remade.lack);
    struct mtks_cfg again;
    assert_int_equal(mtks_cfg_read(&again, &analysis->arena, remade.text, remade.length, &error),
                     MTKSCAN_DONE);
    assert_int_equal(again.mistakes.count, 0);
    assert_int_equal(again.files.count, 5);
    assert_string_equal(again.config_version, "beta");
    assert_string_equal(again.parameters_version, "v2");
    assert_int_equal(again.memories.items[0].emi_settings.count, 1);
    assert_string_equal(again.memories.items[0].emi_settings.items[0], "EMI_CONI: 0x1");
    assert_string_equal(again.files.items[4].section, "gps_module_region");
}

static void test_wrong_cfg(void **state)
{
    (void)state;
    put_text("x.cfg", "general:\n platform:\nboot_region:\n rom:\n - file: EXT_BOOTLOADER\n"
                      " - file: INT_BOOTLOADER\nmain_region:\n rom:\n - file: lost\n"
                      "external_memory:\n parameters:\n - flash_info:\n flash_type: SF\n"
                      " id_length: 3\n flash_id: [0xC2, 0x25, 0x37]\n memory_type: PSRAM_166MHz\n");
    put_text("readme", "hello");
    assert_int_equal(mtks_finding_add(analysis, "MTK-K003", NULL, MTKSCAN_NO_PART, 0, 0), 0);
    compose(kit);
    assert_int_equal(made_count(analysis, "MTK-K001"), 1);
    analysis->findings.count = 0; /* the missing file is told in its own case below */
    assert_int_equal(mtks_finding_add(analysis, "MTK-K003", NULL, MTKSCAN_NO_PART, 0, 0), 0);
    assert_int_equal(mtks_kit_remake_cfg(&remade, &source, NULL, "1", &error), MTKSCAN_DONE);
    expect_change("general.platform", "", "MT6261");
    expect_change("boot_region.file (all)", "EXT_BOOTLOADER, INT_BOOTLOADER",
                  "INT_BOOTLOADER, EXT_BOOTLOADER");
    expect_change("external_memory[1].flash_id", "c22537", "c22536");
    expect_change("external_memory[1].memory_type", "PSRAM_166MHz", "PSRAM_130MHz");
    expect_change("external_memory[2]", NULL, "SF ef4016 PSRAM_130MHz");
    expect_change("main_region.file", "lost", NULL);
    assert_int_equal(change("main_region.file")->line, 9);
    assert_int_equal(remade.left_out.count, 2); /* gps.bin and readme */
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    mtks_cfg_changes_print(stream, &remade.changes, "x\n.cfg", "new");
    fclose(stream);
    assert_non_null(strstr(text, "--- x\\x0A.cfg\n+++ new\n"));
    assert_non_null(strstr(text, "- general.platform:\n+ general.platform: MT6261\n"));
    assert_non_null(strstr(text, "- main_region.file: lost\n+ main_region.file: ROM\n"));
    free(text);
}

static void test_no_cfg(void **state)
{
    (void)state;
    remove_file("x.cfg");
    put_part("ROM", "AAA"); /* the same bytes under another name */
    assert_int_equal(remake(NULL), MTKSCAN_DONE);
    assert_int_equal(made_count(analysis, "MTK-K010"), 1);
    assert_int_equal(remade.cfg.files.count, 4);
    assert_int_equal(remade.cfg.incomplete.count, 0);
    expect_change("general.platform", NULL, "MT6261");
    assert_int_equal(remade.left_out.count, 2); /* gps.bin, and one of the twins */
    /* The name that a .cfg gives decides between twins. */
    put_text("x.cfg", "main_region:\n rom:\n - file: ROM\n");
    assert_int_equal(remake(NULL), MTKSCAN_DONE);
    assert_string_equal(remade.left_out.items[0], "AAA");
}

static void test_memory_type(void **state)
{
    (void)state;
    assert_int_equal(remake("nonsense!"), MTKSCAN_USAGE);
    assert_null(remade.text);
    assert_int_equal(remake("DDR_1"), MTKSCAN_DONE);
    expect_change("external_memory[1].memory_type", "PSRAM_130MHz", "DDR_1");
    compose(kit);
    analysis->flash.memory_type = NULL;
    free(remade.text);
    assert_int_equal(mtks_kit_remake_cfg(&remade, &source, NULL, NULL, &error), MTKSCAN_DONE);
    assert_non_null(strstr(remade.text, "kept from the old .cfg"));
    remove_file("x.cfg");
    compose(kit);
    analysis->flash.memory_type = NULL;
    free(remade.text);
    assert_int_equal(mtks_kit_remake_cfg(&remade, &source, NULL, NULL, &error), MTKSCAN_DAMAGED);
    assert_string_equal(remade.lack, "memory type");
    assert_non_null(strstr(remade.text, "INCOMPLETE KIT, the memory type is not known"));
}

/* What is wrong with the files themselves goes into the head of the new .cfg. */
static void test_bad_files(void **state)
{
    (void)state;
    remove_file("VIVA");
    assert_int_equal(remake(NULL), MTKSCAN_DAMAGED);
    assert_non_null(remade.text);
    assert_non_null(strstr(remade.text, "# INCOMPLETE KIT, left out VIVA"));
    assert_non_null(strstr(remade.text, "# INCOMPLETE KIT, from a kit with MTK-K001"));
    expect_change("main_region.file", "rom", NULL);
}

static void test_limits(void **state)
{
    (void)state;
    compose(kit);
    analysis->limits.kit_files = 3;
    assert_int_equal(mtks_kit_convert(&converted, &source, out, &options, &error), MTKSCAN_REFUSED);
    analysis->limits.kit_files = 100;
    analysis->limits.input = 1000;
    assert_int_equal(mtks_kit_convert(&converted, &source, out, &options, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "--limit input"));
    assert_int_equal(mtks_kit_remake_cfg(&remade, &source, NULL, NULL, &error), MTKSCAN_REFUSED);
    source.dir = out;
    assert_int_equal(mtks_kit_convert(&converted, &source, out, &options, &error), MTKSCAN_SYSTEM);
    source.dir = kit;
    analysis->limits.input = UINT64_MAX;
    int outcome = MTKSCAN_SYSTEM;
    for (uint64_t more = 0; outcome != MTKSCAN_DONE; more += 256) {
        assert_true(more < 1u << 20);
        compose(kit);
        analysis->arena.limit = analysis->arena.used + more;
        free(remade.text);
        outcome = mtks_kit_remake_cfg(&remade, &source, NULL, NULL, &error);
        assert_true(outcome == MTKSCAN_DONE || (outcome == MTKSCAN_SYSTEM && !remade.text));
    }
    outcome = MTKSCAN_SYSTEM;
    for (uint64_t more = 0; outcome != MTKSCAN_DONE; more += 256) {
        assert_true(more < 1u << 20);
        compose(kit);
        analysis->arena.limit = analysis->arena.used + more;
        outcome = mtks_kit_convert(&converted, &source, out, &options, &error);
        assert_true(outcome == MTKSCAN_DONE || outcome == MTKSCAN_SYSTEM);
        assert_int_equal(test_exists(base, "out"), outcome == MTKSCAN_DONE);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_words),     CASE(test_names),    CASE(test_round),
        CASE(test_refusals),  CASE(test_odd_kits), CASE(test_right_cfg_stays),
        CASE(test_wrong_cfg), CASE(test_no_cfg),   CASE(test_memory_type),
        CASE(test_bad_files), CASE(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
