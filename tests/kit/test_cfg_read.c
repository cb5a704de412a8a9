/* SPDX-License-Identifier: MIT */
/* The .cfg reader: all variants met in the field, and whatever else a file may hold. */
#include <stdlib.h>
#include <string.h>

#include "kit/cfg.h"
#include "mtkscan/plugin.h"
#include "support.h"

static struct mtks_arena arena;
static struct mtks_cfg cfg;

static void read_bytes(const char *text, size_t length)
{
    mtkscan_error error;
    mtks_arena_free(&arena);
    mtks_arena_init(&arena, 16u << 20);
    assert_int_equal(mtks_cfg_read(&cfg, &arena, text, length, &error), MTKSCAN_DONE);
}

static void read_text(const char *text)
{
    read_bytes(text, strlen(text));
}

static void expect_mistake(const char *text, unsigned line, const char *part)
{
    read_text(text);
    assert_int_equal(cfg.mistakes.count, 1);
    assert_int_equal(cfg.mistakes.items[0].line, line);
    if (!strstr(cfg.mistakes.items[0].message, part))
        fail_msg("\"%s\" lacks \"%s\"", cfg.mistakes.items[0].message, part);
}

static void expect_file(size_t index, const char *name, uint32_t region, unsigned line)
{
    assert_true(index < cfg.files.count);
    assert_string_equal(cfg.files.items[index].name, name);
    assert_int_equal(cfg.files.items[index].region, region);
    assert_int_equal(cfg.files.items[index].line, line);
}

static const char vendor_form[] = "####\n"
                                  "#  General\n"
                                  "general:\n"
                                  "    config_version : alpha # (\"alpha\", it's early)\n"
                                  "                           # platform: MT9999\n"
                                  "    platform: MT6261       # for the tool\n"
                                  "boot_region:\n"
                                  "  alignment: block         # block[default], page(NAND:2K)\n"
                                  "  rom:\n"
                                  "    - file: X_BOOTLOADER.bin\n"
                                  "    - file: EXT_BOOTLOADER\n"
                                  "control_block_region:\n"
                                  "  rom:\n"
                                  "main_region:\n"
                                  "  alignment: page\n"
                                  "  rom:\n"
                                  "    - file: ROM\n"
                                  "    - file: VIVA\n"
                                  "#gps_module_region:\n"
                                  "#  rom:\n"
                                  "#    - file: MT3333.bin\n"
                                  "file_system_region:\n"
                                  "  rom:\n"
                                  "external_memory:\n"
                                  "    parameters_version: v1\n"
                                  "    parameters:\n"
                                  "       # EMI 1\n"
                                  "      - flash_info:\n"
                                  "            flash_type: SF\n"
                                  "            id_length: 3\n"
                                  "            flash_id:  [0xC2, 0x25, 0x38, 0x00, 0, 0, 0, 0]\n"
                                  "        memory_type: PSRAM_130MHz\n"
                                  "        EMI_Setting:\n"
                                  "      - flash_info:\n"
                                  "            flash_type: SF\n"
                                  "            id_length: 3\n"
                                  "            flash_id:  [0xEF, 0x60, 0x18]\n"
                                  "        memory_type: PSRAM_130MHz\n"
                                  "        EMI_Setting:\n";

static void check_vendor_form(void)
{
    assert_int_equal(cfg.mistakes.count, 0);
    assert_string_equal(cfg.config_version, "alpha");
    assert_string_equal(cfg.platform, "MT6261");
    assert_string_equal(cfg.parameters_version, "v1");
    assert_int_equal(cfg.files.count, 4);
    expect_file(0, "X_BOOTLOADER.bin", MTKSCAN_REGION_BOOT, 10);
    expect_file(1, "EXT_BOOTLOADER", MTKSCAN_REGION_BOOT, 11);
    expect_file(2, "ROM", MTKSCAN_REGION_MAIN, 17);
    expect_file(3, "VIVA", MTKSCAN_REGION_MAIN, 18);
    assert_int_equal(cfg.memories.count, 2);
    const struct mtks_cfg_memory *first = &cfg.memories.items[0];
    assert_string_equal(first->flash_type, "SF");
    assert_int_equal(first->id_length, 3);
    assert_int_equal(first->id_count, 8);
    assert_memory_equal(first->id, "\xC2\x25\x38\0\0\0\0\0", 8);
    assert_string_equal(first->memory_type, "PSRAM_130MHz");
    assert_int_equal(first->line, 28);
    assert_int_equal(cfg.memories.items[1].id_count, 3);
    assert_memory_equal(cfg.memories.items[1].id, "\xEF\x60\x18\0\0\0\0\0", 8);
}

static void test_vendor_form(void **state)
{
    (void)state;
    read_text(vendor_form);
    check_vendor_form();
}

/* CR LF and a lone CR end lines as LF does; a byte order mark, tabs and no indentation change
 * nothing. */
static void test_line_ends_and_indentation(void **state)
{
    (void)state;
    char text[2 * sizeof vendor_form + 3];
    for (int variant = 0; variant < 4; variant++) {
        size_t used = 0;
        bool start = true;
        if (variant == 0) {
            memcpy(text, "\xEF\xBB\xBF", 3);
            used = 3;
        }
        for (const char *at = vendor_form; *at; at++) {
            if (variant == 2 && start && *at == ' ')
                continue; /* no indentation */
            start = *at == '\n';
            if (*at == '\n' && variant == 0)
                text[used++] = '\r';
            text[used] = *at;
            if (*at == '\n' && variant == 1)
                text[used] = '\r';
            if (*at == ' ' && variant == 3)
                text[used] = '\t';
            used++;
        }
        read_bytes(text, used);
        check_vendor_form();
    }
}

static void test_last_line_without_end(void **state)
{
    (void)state;
    read_text("general:\n  platform: MT6260");
    assert_string_equal(cfg.platform, "MT6260");
    assert_int_equal(cfg.mistakes.count, 0);
}

/* Third-party form: other columns, blank platform. */
static void test_blank_and_missing_lines(void **state)
{
    (void)state;
    read_text("general:\r\n    platform:              # It is used\r\n"
              "external_memory: \r\n    parameters: \r\n     - flash_info:\r\n"
              "           flash_type: SF\r\n           id_length: 3\r\n"
              "           flash_id:  [0xc2,0x25,56]\r\n       memory_type:\r\n");
    assert_int_equal(cfg.mistakes.count, 0);
    assert_string_equal(cfg.platform, "");
    assert_null(cfg.config_version);
    assert_null(cfg.parameters_version);
    assert_string_equal(cfg.memories.items[0].memory_type, "");
    assert_memory_equal(cfg.memories.items[0].id, "\xC2\x25\x38", 3);

    read_text("general:\n  config_version : 1\n  platform: MT6261\n"
              "boot_region:\n  rom:\n    - file: boot.bin\n");
    assert_int_equal(cfg.mistakes.count, 0);
    assert_int_equal(cfg.memories.count, 0);
    expect_file(0, "boot.bin", MTKSCAN_REGION_BOOT, 6);

    read_text("");
    assert_int_equal(cfg.mistakes.count, 0);
    assert_null(cfg.platform);
}

static void test_quotes_and_comments(void **state)
{
    (void)state;
    read_text("main_region:\n - file: \"A #1.bin\" # note\n - file: 'B: c'\n"
              " - file: D#E # not part of it\n -file: F\n--- \n...\n");
    assert_int_equal(cfg.mistakes.count, 0);
    assert_int_equal(cfg.files.count, 4);
    assert_string_equal(cfg.files.items[0].name, "A #1.bin");
    assert_string_equal(cfg.files.items[1].name, "B: c");
    assert_string_equal(cfg.files.items[2].name, "D#E");
    assert_string_equal(cfg.files.items[3].name, "F");
}

static void test_other_regions(void **state)
{
    (void)state;
    read_text("gps_module_region:\n rom:\n - file: MT3333.bin\nfile_system_region:\n rom:\n"
              " - file: disk\ncontrol_block_region:\n rom:\n - file: SECURE_RO_ME\n"
              "linux_region:\n partitions:\n - partition:\n   name: boot\n   file: boot.img\n"
              "   address: 0x0\n   type: raw\n - partition:\n   name: b\n   file: root.img\n");
    assert_int_equal(cfg.mistakes.count, 0);
    assert_int_equal(cfg.files.count, 5);
    expect_file(0, "MT3333.bin", MTKSCAN_REGION_NONE, 3);
    assert_string_equal(cfg.files.items[0].section, "gps_module_region");
    expect_file(1, "disk", MTKSCAN_REGION_FILES, 6);
    expect_file(2, "SECURE_RO_ME", MTKSCAN_REGION_CONTROL, 9);
    expect_file(4, "root.img", MTKSCAN_REGION_NONE, 19);
    assert_string_equal(cfg.files.items[4].section, "linux_region");
}

static void test_files_listed_twice_are_kept(void **state)
{
    (void)state;
    read_text("main_region:\n - file: VIVA\n - file: VIVA\n");
    assert_int_equal(cfg.mistakes.count, 0);
    assert_int_equal(cfg.files.count, 2);
}

static void test_memory_settings(void **state)
{
    (void)state;
    read_text("general:\n PMIC: MT6329\nexternal_memory:\n parameters_version: v3.1\n parameters:\n"
              " - flash_info:\n    flash_type: SPI_NAND\n    id_length: 2\n"
              "    flash_id: [0xC8, 0xF1]\n    flash_frequency: 26\n"
              "    SPI_NAND_FLASH_Setting:\n      DRIVING: 2\n      SNF_DLY_CTL1:\n"
              "   memory_type: DDR_166MHz\n   EMI_Setting:\n     EMI_CONI : 0x1\n"
              "     DRVA: 0x2 # note\n - flash_info:\n    flash_type: NAND\n    id_length: 1\n"
              "    flash_id: [1]\n   EMI_Setting:\n     CONN: 7\n");
    assert_int_equal(cfg.mistakes.count, 0);
    const struct mtks_cfg_memory *first = &cfg.memories.items[0];
    assert_string_equal(first->flash_frequency, "26");
    assert_int_equal(first->flash_settings.count, 2);
    assert_string_equal(first->flash_settings.items[0], "DRIVING: 2");
    assert_string_equal(first->flash_settings.items[1], "SNF_DLY_CTL1:");
    assert_int_equal(first->emi_settings.count, 2);
    assert_string_equal(first->emi_settings.items[0], "EMI_CONI: 0x1");
    assert_string_equal(first->emi_settings.items[1], "DRVA: 0x2");
    assert_int_equal(cfg.memories.items[1].emi_settings.count, 1);
    assert_null(cfg.memories.items[1].memory_type);
}

#define ENTRY                                                                                      \
    "external_memory:\n - flash_info:\n flash_type: SF\n id_length: 3\n flash_id: [1, 2, 3]\n"

static void test_mistakes(void **state)
{
    (void)state;
    expect_mistake("platform: MT6260\n", 1, "before any section");
    expect_mistake("general:\n colour: red\n", 2, "not known in section general");
    expect_mistake("general:\n file: ROM\n", 2, "not known");
    expect_mistake("general:\nhello\n", 2, "key: value");
    expect_mistake("general:\n : x\n", 2, "key: value");
    expect_mistake("general:\n platform:MT6260\n", 2, "blank behind the colon");
    assert_string_equal(cfg.platform, "MT6260");
    expect_mistake("general:\n platform: A\n platform: B\n", 3, "twice");
    assert_string_equal(cfg.platform, "A");
    expect_mistake("general:\ngeneral:\n", 2, "stands twice");
    expect_mistake("main_region:\n - file:\n", 2, "no value");
    expect_mistake("main_region:\n rom: x\n", 2, "takes no value");
    expect_mistake("main_region:\n alignment: sector\n", 2, "neither block nor page");
    expect_mistake("main_region:\n - file: \"ROM\n", 2, "quote is not closed");
    expect_mistake("main_region:\n - file: \"ROM\" x\n", 2, "behind the quoted value");
    assert_string_equal(cfg.files.items[0].name, "ROM");
    expect_mistake("main_region:\n - file: R\x01M\n", 2, "control bytes");
    expect_mistake("main_region: yes\n", 1, "before any section");
    expect_mistake("external_memory:\n memory_type: X\n", 2, "outside a flash_info");
    expect_mistake("\xFF\xFEg\0", 1, "UTF-16");
    expect_mistake("\xFE\xFF", 1, "UTF-16");
}

static void test_mistakes_in_entries(void **state)
{
    (void)state;
    expect_mistake("external_memory:\n - flash_info:\n", 2, "no usable flash_type");
    expect_mistake("external_memory:\n - flash_info:\n flash_type: SF\n", 2, "no usable id_length");
    expect_mistake(
        "external_memory:\n - flash_info:\n flash_type: SF\n id_length: 3\nmain_region:\n", 2,
        "no usable flash_id");
    expect_mistake("external_memory:\n - flash_info:\n flash_type: SF\n id_length: 3\n"
                   " flash_id: [1, 2]\n",
                   2, "id_length is 3, but flash_id has 2");
    expect_mistake(ENTRY " memory_type: A\n memory_type: B\n", 7, "twice");
    assert_string_equal(cfg.memories.items[0].memory_type, "A");
    expect_mistake(ENTRY " EMI_Setting: x\n", 6, "takes no value");
    expect_mistake(ENTRY " CONI: x\n", 6, "not known");
    read_text(ENTRY);
    assert_int_equal(cfg.mistakes.count, 0);
}

static void test_bad_numbers(void **state)
{
    (void)state;
    static const char *const lengths[] = {"0", "9", "three", "3x", "-1", "99999999999999999999"};
    static const char *const ids[] = {
        "1, 2, 3",
        "[]",
        "[1, 2, 3",
        "[1 2 3]",
        "[1, 2, 3] x",
        "[256]",
        "[1,2,3,4,5,6,7,8,9]",
        "[0x]",
        "[0x1, , 0x3]",
        "[1,2,3,]",
        "[-1]",
        "[0x100000000]",
        "[1,\\2]",
    };
    char text[300];
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        snprintf(text, sizeof text, "external_memory:\n - flash_info:\n id_length: %s\n",
                 lengths[i]);
        read_text(text);
        assert_int_equal(cfg.mistakes.count, 2);
        assert_non_null(strstr(cfg.mistakes.items[0].message, "id_length"));
        assert_int_equal(cfg.memories.items[0].id_length, 0);
    }
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        snprintf(
            text, sizeof text,
            "external_memory:\n - flash_info:\n flash_type: SF\n id_length: 1\n flash_id: %s\n",
            ids[i]);
        read_text(text);
        assert_int_equal(cfg.mistakes.count, 2);
        assert_non_null(strstr(cfg.mistakes.items[0].message, "flash_id"));
        assert_int_equal(cfg.memories.items[0].id_count, 0);
    }
}

static void test_nul_bytes(void **state)
{
    (void)state;
    static const char text[] = "general:\n plat\0form: X\n platform: MT6261\n";
    read_bytes(text, sizeof text - 1);
    assert_int_equal(cfg.mistakes.count, 1);
    assert_int_equal(cfg.mistakes.items[0].line, 2);
    assert_string_equal(cfg.platform, "MT6261");
}

/* Repeats `piece` until there are `count`; behind `head`. */
static char *repeat(const char *head, const char *piece, size_t count)
{
    size_t length = strlen(piece), used = strlen(head);
    char *text = malloc(used + count * length + 1);
    assert_non_null(text);
    memcpy(text, head, used);
    for (size_t i = 0; i < count; i++, used += length)
        memcpy(text + used, piece, length);
    text[used] = '\0';
    return text;
}

static void test_limits(void **state)
{
    (void)state;
    char *text = repeat("main_region:\n", " - file: X\n", 1000);
    read_text(text);
    assert_int_equal(cfg.files.count, MTKS_CFG_FILES_MAX);
    assert_int_equal(cfg.mistakes.count, MTKS_CFG_MISTAKES_MAX + 1);
    assert_non_null(strstr(cfg.mistakes.items[MTKS_CFG_MISTAKES_MAX].message, "more mistakes"));
    free(text);

    text = repeat("external_memory:\n",
                  " - flash_info:\n flash_type: SF\n id_length: 1\n flash_id: [1]\n", 300);
    read_text(text);
    assert_int_equal(cfg.memories.count, MTKS_CFG_MEMORIES_MAX);
    assert_true(cfg.mistakes.count > 0);
    free(text);

    text = repeat(ENTRY " EMI_Setting:\n", " CONI: 1\n", 200);
    read_text(text);
    assert_int_equal(cfg.memories.items[0].emi_settings.count, MTKS_CFG_SETTINGS_MAX);
    assert_int_equal(cfg.mistakes.count, 200 - MTKS_CFG_SETTINGS_MAX);
    free(text);

    text = repeat("general:\n platform: ", "M", MTKS_CFG_LINE_MAX - strlen(" platform: "));
    read_text(text);
    assert_int_equal(cfg.mistakes.count, 0);
    assert_int_equal(strlen(cfg.platform), MTKS_CFG_LINE_MAX - strlen(" platform: "));
    free(text);
    text = repeat("general:\n platform: ", "M", MTKS_CFG_LINE_MAX);
    expect_mistake(text, 2, "a line of more than");
    assert_null(cfg.platform);
    free(text);
}

/* Every place where memory can run out is met by raising the limit step by step. */
static void test_out_of_memory(void **state)
{
    (void)state;
    mtkscan_error error;
    static const char text[] =
        "general:\n config_version : a\n platform: b\nmain_region:\n - file: c\n hello\n"
        " - file: \"c\n alignment: x\n rom: y\n file:Z\n"
        "external_memory:\n parameters_version: v1\n - flash_info:\n memory_type: d\n"
        " flash_frequency: 1\n SPI_NAND_FLASH_Setting:\n E: 1\n EMI_Setting:\n F: 2\n"
        " flash_type: SF\n - flash_info:\n flash_type: SF\n";
    int failures = 0, outcome = MTKSCAN_SYSTEM;
    for (uint64_t limit = 0; outcome != MTKSCAN_DONE; limit += 16) {
        mtks_arena_free(&arena);
        mtks_arena_init(&arena, limit);
        outcome = mtks_cfg_read(&cfg, &arena, text, sizeof text - 1, &error);
        failures += outcome == MTKSCAN_SYSTEM;
        assert_true(outcome == MTKSCAN_DONE || outcome == MTKSCAN_SYSTEM);
    }
    assert_true(failures > 30);
    mtks_arena_free(&arena);
}

static void test_safe_names(void **state)
{
    (void)state;
    static const char *const safe[] = {"ROM", "a b.bin", "..a", "-x", "\xE4\xBD\xA0.bin", "A~2"};
    static const char *const unsafe[] = {"",     ".",    "..",    "../ROM", "/etc/passwd", "a/b",
                                         "a\\b", "C:\\", "C:ROM", "a\x01",  "a\x7F"};
    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++)
        assert_true(mtks_cfg_name_is_safe(safe[i]));
    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
        assert_false(mtks_cfg_name_is_safe(unsafe[i]));
    char *text = repeat("", "x", 256);
    assert_false(mtks_cfg_name_is_safe(text));
    text[255] = '\0';
    assert_true(mtks_cfg_name_is_safe(text));
    free(text);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Whatever the bytes are, the reader ends, and what it gives is whole. */
static void test_mutations(void **state)
{
    (void)state;
    static const char alphabet[] = "\n\r:-#\"'[],0xF \t\0\xFF\x80"
                                   "file";
    uint32_t seed = 0x6261;
    size_t size = sizeof vendor_form - 1;
    for (int round = 0; round < 10000; round++) {
        char *text = malloc(size); /* exact, so that reads past its end are seen */
        assert_non_null(text);
        memcpy(text, vendor_form, size);
        size_t length = size - next_random(&seed) % (size / 4);
        for (uint32_t n = next_random(&seed) % 12; n > 0; n--) {
            size_t at = next_random(&seed) % size;
            uint32_t kind = next_random(&seed) % 4;
            if (kind == 0)
                text[at] = (char)next_random(&seed);
            else if (kind == 1)
                text[at] = alphabet[next_random(&seed) % (sizeof alphabet - 1)];
            else if (kind == 2)
                memset(text + at, ':', next_random(&seed) % (size - at + 1) % 40);
            else
                memmove(text + at, text, (size - at) / 2);
        }
        char *exact = realloc(text, length ? length : 1);
        assert_non_null(exact);
        read_bytes(exact, length);
        for (size_t i = 0; i < cfg.files.count; i++)
            assert_true(strlen(cfg.files.items[i].name) > 0 && cfg.files.items[i].section);
        for (size_t i = 0; i < cfg.memories.count; i++)
            assert_true(cfg.memories.items[i].id_count <= 8 &&
                        cfg.memories.items[i].id_length <= 8);
        free(exact);
    }
    mtks_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vendor_form),
        cmocka_unit_test(test_line_ends_and_indentation),
        cmocka_unit_test(test_last_line_without_end),
        cmocka_unit_test(test_blank_and_missing_lines),
        cmocka_unit_test(test_quotes_and_comments),
        cmocka_unit_test(test_other_regions),
        cmocka_unit_test(test_files_listed_twice_are_kept),
        cmocka_unit_test(test_memory_settings),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_mistakes_in_entries),
        cmocka_unit_test(test_bad_numbers),
        cmocka_unit_test(test_nul_bytes),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_safe_names),
        cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
