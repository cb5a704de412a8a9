/* SPDX-License-Identifier: MIT */
/* The .cfg writer: the vendor's form, and that the reader gets back what was written. */
#include <stdlib.h>
#include <string.h>

#include "kit/cfg.h"
#include "mtkscan/plugin.h"
#include "support.h"

static struct mtks_arena arena;

static int setup(void **state)
{
    (void)state;
    mtks_arena_init(&arena, 16u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mtks_arena_free(&arena);
    return 0;
}

/* The text of a .cfg. [owner: caller] NULL when the writer refuses. */
static char *text_of(const struct mtks_cfg *cfg)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    int result = mtks_cfg_write(cfg, out);
    assert_int_equal(fclose(out), 0);
    if (result == 0)
        return text;
    free(text);
    return NULL;
}

static void add_file(struct mtks_cfg *cfg, const char *name, uint32_t region, const char *section)
{
    struct mtks_cfg_file *file = MTKS_PUSH(&arena, &cfg->files);
    assert_non_null(file);
    file->name = name;
    file->region = region;
    file->section = section;
}

static struct mtks_cfg_memory *add_memory(struct mtks_cfg *cfg, const char *type, const char *id,
                                          uint32_t length)
{
    struct mtks_cfg_memory *memory = MTKS_PUSH(&arena, &cfg->memories);
    assert_non_null(memory);
    memory->flash_type = type;
    memory->id_length = length;
    memory->id_count = 8;
    memcpy(memory->id, id, length);
    return memory;
}

static void add_comment(struct mtks_cfg *cfg, const char *text)
{
    const char **slot = MTKS_PUSH(&arena, &cfg->comments);
    assert_non_null(slot);
    *slot = text;
}

static struct mtks_cfg usual_cfg(void)
{
    struct mtks_cfg cfg = {.writer = "mtkscan 1.2.3",
                           .config_version = "alpha",
                           .platform = "MT2502",
                           .parameters_version = "v1"};
    add_file(&cfg, "X_BOOTLOADER.bin", MTKSCAN_REGION_BOOT, "boot_region");
    add_file(&cfg, "EXT_BOOTLOADER", MTKSCAN_REGION_BOOT, "boot_region");
    add_file(&cfg, "ROM", MTKSCAN_REGION_MAIN, "main_region");
    add_memory(&cfg, "SF", "\xC2\x25\x38", 3)->memory_type = "PSRAM_130MHz";
    add_memory(&cfg, "SF", "\xEF\x60\x18", 3)->memory_type = "PSRAM_130MHz";
    return cfg;
}

/* Lines that a flashing tool looks for, with the vendor's columns, in the vendor's order. */
static void test_vendor_form(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "\n#  General Setting\n",
        "\ngeneral:\n    config_version : alpha\n    platform: MT2502\n",
        "\n#  Boot Region Setting\n",
        "\nboot_region:\n  alignment: block\n  rom:\n    - file: X_BOOTLOADER.bin\n"
        "    - file: EXT_BOOTLOADER\n",
        "\ncontrol_block_region:\n  rom:\n\n",
        "\nmain_region:\n  alignment: block\n  rom:\n    - file: ROM\n",
        "\nfile_system_region:\n  rom:\n\n",
        "\nexternal_memory:\n    parameters_version: v1\n    parameters:\n"
        "       # EMI 1\n"
        "      - flash_info:\n"
        "            flash_type: SF\n"
        "            id_length: 3\n"
        "            flash_id: [0xC2, 0x25, 0x38, 0x00, 0x00, 0x00, 0x00, 0x00]\n"
        "        memory_type: PSRAM_130MHz\n"
        "        EMI_Setting:\n",
        "\n       # EMI 2\n      - flash_info:\n",
        "flash_id: [0xEF, 0x60, 0x18, 0x00, 0x00, 0x00, 0x00, 0x00]\n",
    };
    struct mtks_cfg cfg = usual_cfg();
    char *text = text_of(&cfg), *at = text;
    assert_non_null(text);
    assert_int_equal(strncmp(text, "# Written by mtkscan 1.2.3 from a flash dump\n", 45), 0);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        at = strstr(at, lines[i]);
        if (!at)
            fail_msg("missing or out of order: %s", lines[i]);
    }
    assert_null(strstr(text, "gps_module_region"));
    free(text);
}

/* No comment of ours may look like a line to a tool that searches for "key: " anywhere. */
static void test_comments(void **state)
{
    (void)state;
    struct mtks_cfg cfg = usual_cfg();
    cfg.writer = NULL;
    add_comment(&cfg, "platform: MT6260");
    add_comment(&cfg, "two\nlines\rfile: X\x1b[31m");
    add_comment(&cfg, "at 12:30, ends with:");
    char *text = text_of(&cfg);
    assert_non_null(text);
    static const char head[] = "# Written by mtkscan from a flash dump\n"
                               "# platform, MT6260\n"
                               "# two\\x0Alines\\x0Dfile, X\\x1B[31m\n"
                               "# at 12:30, ends with,\n\n#";
    assert_memory_equal(text, head, sizeof head - 1);
    struct mtks_cfg back;
    assert_int_equal(mtks_cfg_read(&back, &arena, text, strlen(text), NULL), MTKSCAN_DONE);
    assert_int_equal(back.mistakes.count, 0);
    assert_string_equal(back.platform, "MT2502");
    assert_int_equal(back.files.count, 3);
    free(text);
}

static void same_text(const char *a, const char *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a && b)
        assert_string_equal(a, b);
}

static void expect_same(const struct mtks_cfg *a, const struct mtks_cfg *b)
{
    same_text(a->config_version, b->config_version);
    same_text(a->platform, b->platform);
    same_text(a->parameters_version, b->parameters_version);
    assert_int_equal(a->files.count, b->files.count);
    for (size_t i = 0; i < a->files.count; i++) {
        assert_string_equal(a->files.items[i].name, b->files.items[i].name);
        assert_string_equal(a->files.items[i].section, b->files.items[i].section);
        assert_int_equal(a->files.items[i].region, b->files.items[i].region);
    }
    assert_int_equal(a->memories.count, b->memories.count);
    for (size_t i = 0; i < a->memories.count; i++) {
        const struct mtks_cfg_memory *x = &a->memories.items[i], *y = &b->memories.items[i];
        same_text(x->flash_type, y->flash_type);
        same_text(x->flash_frequency, y->flash_frequency);
        same_text(x->memory_type, y->memory_type);
        assert_int_equal(x->id_length, y->id_length);
        assert_int_equal(x->id_count, y->id_count);
        assert_memory_equal(x->id, y->id, sizeof x->id);
        assert_int_equal(x->emi_settings.count, y->emi_settings.count);
        for (size_t j = 0; j < x->emi_settings.count; j++)
            assert_string_equal(x->emi_settings.items[j], y->emi_settings.items[j]);
        assert_int_equal(x->flash_settings.count, y->flash_settings.count);
        for (size_t j = 0; j < x->flash_settings.count; j++)
            assert_string_equal(x->flash_settings.items[j], y->flash_settings.items[j]);
    }
}

static void expect_round_trip(const struct mtks_cfg *cfg)
{
    struct mtks_cfg back;
    char *text = text_of(cfg);
    assert_non_null(text);
    assert_int_equal(mtks_cfg_read(&back, &arena, text, strlen(text), NULL), MTKSCAN_DONE);
    if (back.mistakes.count)
        fail_msg("line %u: %s", back.mistakes.items[0].line, back.mistakes.items[0].message);
    expect_same(cfg, &back);
    free(text);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct mtks_cfg cfg = usual_cfg();
    expect_round_trip(&cfg);

    struct mtks_cfg rich = {.platform = ""};
    add_file(&rich, "it's #1", MTKSCAN_REGION_BOOT, "boot_region");
    add_file(&rich, "#2", MTKSCAN_REGION_CONTROL, "control_block_region");
    add_file(&rich, " 3 ", MTKSCAN_REGION_MAIN, "main_region");
    add_file(&rich, "MT3333.bin", MTKSCAN_REGION_NONE, "gps_module_region");
    add_file(&rich, "second", MTKSCAN_REGION_NONE, "gps_module_region");
    add_file(&rich, "root.img", MTKSCAN_REGION_NONE, "linux_region");
    add_file(&rich, "say \"x\"\t# y", MTKSCAN_REGION_FILES, "file_system_region");
    struct mtks_cfg_memory *memory =
        add_memory(&rich, "SPI_NAND", "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
    memory->flash_frequency = "26";
    memory->memory_type = "";
    const char **slot = MTKS_PUSH(&arena, &memory->flash_settings);
    *slot = "DRIVING: 3";
    slot = MTKS_PUSH(&arena, &memory->emi_settings);
    *slot = "EMI_CONI: 0x12345678";
    slot = MTKS_PUSH(&arena, &memory->emi_settings);
    *slot = "EMI_CONJ:";
    add_memory(&rich, "NAND", "\xAA", 1);
    expect_same(&rich, &rich);
    /* A tab inside a value is a control byte to the writer. */
    assert_null(text_of(&rich));
    rich.files.items[6].name = "say \"x\" # y";
    expect_round_trip(&rich);

    struct mtks_cfg empty = {.platform = NULL};
    expect_round_trip(&empty);
}

/* Values that would become other lines, or be read as others, are refused. */
static void test_refuses_values(void **state)
{
    (void)state;
    static const char *const bad[] = {"a\nplatform: b", "a\rb", "a\x7F", "'a\" #b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mtks_cfg cfg = usual_cfg();
        cfg.platform = bad[i];
        assert_null(text_of(&cfg));
        cfg = usual_cfg();
        cfg.config_version = bad[i];
        assert_null(text_of(&cfg));
        cfg = usual_cfg();
        cfg.parameters_version = bad[i];
        assert_null(text_of(&cfg));
        cfg = usual_cfg();
        cfg.files.items[2].name = bad[i];
        assert_null(text_of(&cfg));
        add_file(&cfg, bad[i], MTKSCAN_REGION_NONE, "gps_module_region");
        cfg.files.items[2].name = "ROM";
        assert_null(text_of(&cfg));
        cfg = usual_cfg();
        cfg.memories.items[1].memory_type = bad[i];
        assert_null(text_of(&cfg));
        cfg = usual_cfg();
        cfg.memories.items[1].flash_type = bad[i];
        assert_null(text_of(&cfg));
        cfg = usual_cfg();
        cfg.memories.items[1].flash_frequency = bad[i];
        assert_null(text_of(&cfg));
    }
}

static void test_stream_failure(void **state)
{
    (void)state;
    struct mtks_cfg cfg = usual_cfg();
    FILE *full = fopen("/dev/full", "w");
    if (!full)
        skip();
    assert_int_equal(mtks_cfg_write(&cfg, full), -1);
    fclose(full);
}

/* What each vendor .cfg of the corpus holds. */
struct truth {
    const char *path, *platform, *memory_type, *ids, *boot, *main;
};

#define SIX_IDS "C22536 EF4016 C22016 EF7016 C86016 C22538 "

static const struct truth truths[] = {
    {"extractor_rephone/config_mtk.cfg", "", "PSRAM_166MHz", "C22538 EF6018 ",
     "INT_BOOTLOADER EXT_BOOTLOADER ", "FILE_01_mtk FILE_02_mtk "},
    {"linkit_one_1.0.29/SEEED02A_DEMO_BB.cfg", "MT2502", "PSRAM_130MHz", "C22538 EF6018 ",
     "SEEED02A_DEMO_BOOTLOADER_V005_MT2502_MAUI_LINKIT_ONE_DEV_W14_35.bin EXT_BOOTLOADER ",
     "ROM VIVA "},
    {"rephone/SEEED02A_DEMO_BB.cfg", "MT2502", "PSRAM_130MHz", "C22538 EF6018 ",
     "SEEED02A_DEMO_BOOTLOADER_V005_MT2502_MAUI_11CW1418SP5_W15_19.bin EXT_BOOTLOADER ",
     "ROM VIVA "},
    {"sim800c24_1418B04/1418B04SIM800C24.cfg", "MT6261", "PSRAM_130MHz", SIX_IDS,
     "SIM800C24_BOOTLOADER_V005_MT6261_1418B04SIM800C24.bin EXT_BOOTLOADER ", "ROM VIVA "},
    {"sim800c32_1418B04/SIM800C32_BT_EAT.cfg", "MT6261", "PSRAM_130MHz", SIX_IDS,
     "SIM800C32_BT_EAT_BOOTLOADER.bin EXT_BOOTLOADER ", "ROM COREAPI VIVA app "},
    {"sim800c32_1418B04/SIM800C32_BT_EAT_only_core.cfg", "MT6261", "PSRAM_130MHz", SIX_IDS,
     "SIM800C32_BT_EAT_BOOTLOADER.bin EXT_BOOTLOADER ", "ROM COREAPI VIVA appnull "},
    {"sim808m32_mt6260_1308B01/SIM808M32_EAT.cfg", "MT6260", "PSRAM_166MHz",
     "C22536 EF4016 EF4019 ", "SIM808M32_EAT_BOOTLOADER.bin EXT_BOOTLOADER ",
     "ROM COREAPI VIVA app "},
    {"sim808m32_mt6260_1308B01/SIM808M32_EAT_only_core.cfg", "MT6260", "PSRAM_166MHz",
     "C22536 EF4016 EF4019 ", "SIM808M32_EAT_BOOTLOADER.bin EXT_BOOTLOADER ",
     "ROM COREAPI VIVA appnull "},
    {"sim868m32_1418B05/1418B05SIM868M32.cfg", "MT6261", "PSRAM_130MHz", SIX_IDS,
     "SIM868M32_BOOTLOADER_V005_MT6261_1418B05SIM868M32.bin EXT_BOOTLOADER ", "ROM VIVA "},
};

static void check_truth(const struct truth *truth, const struct mtks_cfg *cfg)
{
    char ids[200] = "", boot[200] = "", in_main[200] = "";
    for (size_t i = 0; i < cfg->memories.count; i++) {
        const struct mtks_cfg_memory *memory = &cfg->memories.items[i];
        assert_string_equal(memory->flash_type, "SF");
        assert_string_equal(memory->memory_type, truth->memory_type);
        assert_int_equal(memory->id_count, 8);
        for (uint32_t j = 0; j < memory->id_length; j++)
            snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%02X", memory->id[j]);
        snprintf(ids + strlen(ids), sizeof ids - strlen(ids), " ");
    }
    for (size_t i = 0; i < cfg->files.count; i++) {
        const struct mtks_cfg_file *file = &cfg->files.items[i];
        char *list = file->region == MTKSCAN_REGION_BOOT ? boot : in_main;
        assert_true(file->region == MTKSCAN_REGION_BOOT || file->region == MTKSCAN_REGION_MAIN);
        snprintf(list + strlen(list), sizeof boot - strlen(list), "%s ", file->name);
    }
    assert_int_equal(cfg->mistakes.count, 0);
    assert_string_equal(cfg->config_version, "alpha");
    assert_string_equal(cfg->platform, truth->platform);
    assert_string_equal(cfg->parameters_version, "v1");
    assert_string_equal(ids, truth->ids);
    assert_string_equal(boot, truth->boot);
    assert_string_equal(in_main, truth->main);
}

static void test_corpus(void **state)
{
    (void)state;
    size_t seen = 0;
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
        size_t size = 0;
        struct mtks_cfg cfg;
        char *text = test_file_read(TEST_SOURCE_DIR "/../shared/corpus", truths[i].path, &size);
        if (!text)
            continue;
        seen++;
        assert_int_equal(mtks_cfg_read(&cfg, &arena, text, size, NULL), MTKSCAN_DONE);
        check_truth(&truths[i], &cfg);
        expect_round_trip(&cfg);
        free(text);
    }
    if (seen == 0)
        skip();
    assert_int_equal(seen, sizeof truths / sizeof *truths);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_vendor_form, setup, teardown),
        cmocka_unit_test_setup_teardown(test_comments, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refuses_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stream_failure, setup, teardown),
        cmocka_unit_test_setup_teardown(test_corpus, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
