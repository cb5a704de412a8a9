/* SPDX-License-Identifier: MIT */
/* Kits on disk before they are flashed: the names that kits come with, and kits that are wrong. */
#include "pair.h"

static struct pair_side source;
static struct test_dump dump;
static mtkscan_result *result;

static int setup(void **state)
{
    source = pair_preset("MT6261");
    return pair_open(state);
}

static int teardown(void **state)
{
    mtkscan_result_free(result);
    result = NULL;
    test_dump_free(&dump);
    return pair_close(state);
}

static void make(void)
{
    test_dump_free(&dump);
    dump = test_dump_build(&source.fixture);
    pair_plain(&dump);
}

static void put(const char *part_name, const char *file)
{
    const mtkscan_fixture_part *part = mtkscan_fixture_find(&dump.truth, part_name);
    assert_non_null(part);
    free(test_file_write(pair_folder, file, dump.bytes + part->offset, part->length));
}

#define ID(bytes, type)                                                                            \
    "      - flash_info:\n            flash_type: SF\n            id_length: 3\n"                  \
    "            flash_id: [" bytes ", 0x00, 0x00, 0x00, 0x00, 0x00]\n"                            \
    "        memory_type: " type "\n        EMI_Setting:\n"
#define FIRST  "0xC2, 0x25, 0x36"
#define SECOND "0xEF, 0x60, 0x16"
#define RAM    "PSRAM_130MHz"
#define IDS    ID(FIRST, RAM) ID(SECOND, RAM)

static void put_cfg(const char *name, const char *boot, const char *control, const char *main_files,
                    const char *ids)
{
    char text[3000];
    const int length = snprintf(text, sizeof text,
                                "general:\n    config_version : alpha\n    platform: MT6261\n"
                                "boot_region:\n    alignment: block\n    rom:\n%s"
                                "control_block_region:\n    rom:\n%s"
                                "main_region:\n    alignment: block\n    rom:\n%s"
                                "file_system_region:\n    rom:\n"
                                "external_memory:\n    parameters_version: v1\n    parameters:\n%s",
                                boot, control, main_files, ids);
    assert_true(length > 0 && (size_t)length < sizeof text);
    free(test_file_write(pair_folder, name, text, (size_t)length));
}

#define FILE_LINE(name) "      - file: " name "\n"
#define USUAL_BOOT      FILE_LINE("INT_BOOTLOADER") FILE_LINE("EXT_BOOTLOADER")
#define USUAL_MAIN      FILE_LINE("ROM") FILE_LINE("VIVA")

static void fresh_folder(void)
{
    mtkscan_result_free(result);
    result = NULL;
    test_folder_remove(pair_folder);
    pair_folder = test_folder_new();
}

/* The whole kit under its usual names, without a .cfg. */
static void put_all(void)
{
    fresh_folder();
    for (uint32_t i = 0; i < dump.truth.part_count; i++)
        put(dump.truth.parts[i].name, dump.truth.parts[i].name);
}

static int scan(void)
{
    mtkscan_error error = {0};
    mtkscan_result_free(result);
    result = NULL;
    const int outcome = mtkscan_scan_kit(pair_session, pair_folder, NULL, &result, &error);
    if (!result)
        fail_msg("%s", error.what);
    return outcome;
}

static const char *message_of(const char *code)
{
    for (size_t i = 0; i < result->analysis->findings.count; i++)
        if (strcmp(result->analysis->findings.items[i].code, code) == 0)
            return result->analysis->findings.items[i].message;
    return NULL;
}

static void expect_refused(const char *code, const char *words)
{
    assert_int_equal(scan(), MTKSCAN_DAMAGED);
    const char *message = message_of(code);
    if (message && strstr(message, words))
        return;
    for (size_t i = 0; i < result->analysis->findings.count; i++)
        print_message("%s %s\n", result->analysis->findings.items[i].code,
                      result->analysis->findings.items[i].message);
    fail_msg("no %s with \"%s\"", code, words);
}

/* The names of PEERS.md 4a, each with its .cfg. */
static void all_names_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *boot, *ext, *rom, *viva, *cfg;
    } names[] = {
        {"SEEED02A_DEMO_BOOTLOADER_V005_MT2502_MAUI_11CW1418SP5_W15_19.bin", "EXT_BOOTLOADER",
         "ROM", "VIVA", "SEEED02A_DEMO_BB.cfg"},
        {"INT_BOOTLOADER", "EXT_BOOTLOADER", "FILE_01_mtk", "FILE_02_mtk", "config_mtk.cfg"},
        {"INT_BOOTLOADER", "EXT_BOOTLOADER", "ROM", "VIVA", "config_rephone.cfg"},
        {"INT_BOOTLOADER", "EXT_BOOTLOADER", "MAUI", "VIVA", "mtk_config.cfg"},
        {"BOOTLOADER", "EXT_BOOTLOADER", "ROM", "VIVA", "cat.cfg"},
        {"X9_BOOTLOADER_V005_MT6260_HX_106KA_S1_LANGA.bin", "EXT_BOOTLOADER", "ROM", "VIVA",
         "GPLUS60A_6464_11B_BB.cfg"},
        {"INT_BOOTLOADER", "EXT_BOOTLOADER", "ROM", "VIVA", "config_mtk6261_dfgigger.cfg"},
        /* A dumped kit whose names lost their letter case on the way. */
        {"int_bootloader", "ext_bootloader", "rom", "viva", "CONFIG.CFG"},
    };
    make();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char boot[300], rest[300];
        fresh_folder();
        put("INT_BOOTLOADER", names[i].boot);
        put("EXT_BOOTLOADER", names[i].ext);
        put("ROM", names[i].rom);
        put("VIVA", names[i].viva);
        snprintf(boot, sizeof boot, FILE_LINE("%s") FILE_LINE("%s"), names[i].boot, names[i].ext);
        snprintf(rest, sizeof rest, FILE_LINE("%s") FILE_LINE("%s"), names[i].rom, names[i].viva);
        put_cfg(names[i].cfg, boot, "", rest, IDS);
        if (scan() != MTKSCAN_DONE || result->analysis->findings.count != 0)
            fail_msg("%s: %s", names[i].cfg,
                     result->analysis->findings.count ? result->analysis->findings.items[0].message
                                                      : "");
        assert_int_equal(result->analysis->parts.count, 4);
    }
}

/* Some phones have SECURE_RO_ME in the control block region; a kids' phone lists VIVA twice. */
static void odd_lists_are_read(void **state)
{
    (void)state;
    source.fixture.flags = MTKSCAN_FIXTURE_ROOT_CERT;
    make();
    const mtkscan_fixture_part *cert = mtkscan_fixture_find(&dump.truth, "ROOT_CERT");
    mtkscan_put_le16(dump.bytes + cert->offset + 0x18, 0x0301);
    mtkscan_fixture_seal(dump.bytes, cert);
    fresh_folder();
    put("INT_BOOTLOADER", "INT_BOOTLOADER");
    put("EXT_BOOTLOADER", "EXT_BOOTLOADER");
    put("ROOT_CERT", "SECURE_RO_ME");
    put("ROM", "ROM");
    put("VIVA", "VIVA");
    put_cfg("x.cfg", USUAL_BOOT, FILE_LINE("SECURE_RO_ME"), USUAL_MAIN FILE_LINE("VIVA"), IDS);
    scan();
    assert_non_null(message_of("MTK-K007"));
    assert_null(message_of("MTK-K008"));
    assert_null(message_of("MTK-K002"));
    bool found = false;
    for (size_t i = 0; i < result->analysis->parts.count; i++)
        found = found || (result->analysis->parts.items[i].file_type == 0x0301 &&
                          result->analysis->parts.items[i].region == MTKSCAN_REGION_CONTROL);
    assert_true(found);
}

/* Wrong kit 1: a second loader that starts ROM elsewhere, sound by itself. */
static void loader_of_another_unit(void **state)
{
    (void)state;
    struct pair_side other = source;
    other.fixture.rom_offset = 0x14000;
    make();
    put_all();
    struct test_dump theirs = test_dump_build(&other.fixture);
    const mtkscan_fixture_part *ext = mtkscan_fixture_find(&theirs.truth, "EXT_BOOTLOADER");
    free(test_file_write(pair_folder, "EXT_BOOTLOADER", theirs.bytes + ext->offset, ext->length));
    test_dump_free(&theirs);
    put_cfg("x.cfg", USUAL_BOOT, "", USUAL_MAIN, IDS);
    expect_refused("MTK-E001", "points to another ROM");
}

/* Wrong kits 2 and 3: a .cfg that says otherwise than the firmware. */
static void wrong_cfgs(void **state)
{
    (void)state;
    make();
    put_all();
    put_cfg("x.cfg", USUAL_BOOT, "", USUAL_MAIN, ID(SECOND, RAM) ID(FIRST, RAM));
    expect_refused("MTK-K004", "another order; the .cfg has EF6016 C22536, the firmware C22536 "
                               "EF6016 (flashing tool: 5096)");
    put_cfg("x.cfg", USUAL_BOOT, "", USUAL_MAIN,
            ID(FIRST, "PSRAM_166MHz") ID(SECOND, "PSRAM_166MHz"));
    expect_refused("MTK-K005", "PSRAM_166MHz, the firmware PSRAM_130MHz (flashing tool: 5097)");
    put_cfg("x.cfg", "", "", "", IDS);
    expect_refused("MTK-K017", "flashing tool: 5011");
    /* What the tool refuses by itself comes again when the kit is compared with a device. */
    pair_results[0] = pair_scan(&source);
    for (size_t i = 0; i < 3; i++) {
        static const char *const numbers[] = {"5096", "5097", "5011"};
        const char *ids[] = {ID(SECOND, RAM) ID(FIRST, RAM),
                             ID(FIRST, "PSRAM_166MHz") ID(SECOND, "PSRAM_166MHz"), IDS};
        char found[60];
        put_cfg("x.cfg", i < 2 ? USUAL_BOOT : "", "", i < 2 ? USUAL_MAIN : "", ids[i]);
        scan();
        pair_results[1] = result;
        pair_judge(NULL);
        pair_results[1] = NULL;
        pair_numbers(found, sizeof found);
        assert_string_equal(found, numbers[i]);
        pair_expect_verdict(MTKS_DO_NOT_FLASH);
        pair_expect("MTK-M011", MTKS_REASON_STOP, NULL);
    }
}

/* Wrong kit 4: each part in turn is not there. */
static void a_part_is_missing(void **state)
{
    (void)state;
    static const char *const parts[] = {"INT_BOOTLOADER", "EXT_BOOTLOADER", "VIVA"};
    make();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char path[400];
        put_all();
        snprintf(path, sizeof path, "%s/%s", pair_folder, parts[i]);
        assert_int_equal(unlink(path), 0);
        put_cfg("x.cfg", USUAL_BOOT, "", USUAL_MAIN, IDS);
        expect_refused("MTK-K001", parts[i]);
    }
    assert_null(message_of("MTK-K020"));
    put_all();
    put_cfg("x.cfg", USUAL_BOOT, "", FILE_LINE("ROM"), IDS);
    expect_refused("MTK-K002", "VIVA"); /* there, and forgotten in the .cfg */
}

/* Wrong kit 5: a root certificate that is not the device's own. A kit alone cannot tell whose it
 * is, only that it does not go with images that are not secured. */
static void foreign_root_certificate(void **state)
{
    (void)state;
    source.fixture.flags = MTKSCAN_FIXTURE_ROOT_CERT;
    make();
    mtkscan_fixture_part cert = *mtkscan_fixture_find(&dump.truth, "ROOT_CERT");
    dump.bytes[cert.offset + cert.length / 2] ^= 0x55;
    mtkscan_fixture_seal(dump.bytes, &cert);
    put_all();
    put_cfg("x.cfg", USUAL_BOOT FILE_LINE("ROOT_CERT"), "", USUAL_MAIN, IDS);
    scan();
    assert_non_null(message_of("MTK-K019"));
    assert_non_null(strstr(message_of("MTK-K019"), "flashing tool: 5094"));
    pair_results[0] = pair_scan(&source);
    pair_results[1] = result;
    result = NULL;
    pair_judge(NULL);
    pair_expect_verdict(MTKS_DO_NOT_FLASH);
    pair_expect("MTK-M020", MTKS_REASON_STOP, "another than the device's");
    assert_string_equal(pair_reason("MTK-M020")->tool_error, "5094");
    /* And left out, as it bricked a tracker. */
    fresh_folder();
    put("INT_BOOTLOADER", "INT_BOOTLOADER");
    put("EXT_BOOTLOADER", "EXT_BOOTLOADER");
    put("ROM", "ROM");
    put("VIVA", "VIVA");
    put_cfg("x.cfg", USUAL_BOOT, "", USUAL_MAIN, IDS);
    assert_int_equal(scan(), MTKSCAN_DONE);
    mtkscan_result_free(pair_results[1]);
    pair_results[1] = result;
    result = NULL;
    pair_judge(NULL);
    pair_expect_verdict(MTKS_DO_NOT_FLASH);
    pair_expect("MTK-M020", MTKS_REASON_STOP, "the firmware brings none");
}

/* A kit stands for its device where no dump is left: what it does not tell is a risk, no more. */
static void a_kit_as_device(void **state)
{
    (void)state;
    make();
    put_all();
    put_cfg("x.cfg", USUAL_BOOT, "", USUAL_MAIN, IDS);
    assert_int_equal(scan(), MTKSCAN_DONE);
    pair_results[0] = result;
    result = NULL;
    pair_results[1] = pair_scan(&source);
    pair_judge(NULL);
    pair_expect_verdict(MTKS_FITS);
    source.fixture.capacity = 0x800000;
    source.fixture.fat_begin = 0x600000;
    mtkscan_result_free(pair_results[1]);
    pair_results[1] = pair_scan(&source);
    pair_judge(NULL);
    /* Both listed flash chips have 4 MB. */
    pair_expect("MTK-M007", MTKS_REASON_STOP, "lists no larger flash chip");
    const struct mtks_compare_options larger = {(const uint8_t *)"\xC2\x25\x36", 3};
    pair_judge(&larger);
    pair_expect("MTK-M007", MTKS_REASON_STOP, "by its flash ID");
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(all_names_are_read), CASE(odd_lists_are_read), CASE(loader_of_another_unit),
        CASE(wrong_cfgs),         CASE(a_part_is_missing),  CASE(foreign_root_certificate),
        CASE(a_kit_as_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
