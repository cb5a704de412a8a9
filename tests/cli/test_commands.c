/* SPDX-License-Identifier: MIT */
/* Every command but scan. */
#include "cli.h"

static char *below(const char *folder, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

static void extracts_a_kit_that_verifies(void **state)
{
    struct stage *stage = *state;
    char *kit = below(stage->folder, "kit");
    struct test_run run = test_mtkscan("extract", stage->healthy, "-o", kit, NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    assert_contains(run.out, "/ROM  ");
    assert_contains(run.out, ".cfg  scatter file");
    assert_int_equal(lines_in(run.out), stage->dump.truth.part_count + 1);
    test_run_free(&run);

    size_t size = 0;
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&stage->dump.truth, "ROM");
    char *bytes = test_file_read(kit, "ROM", &size);
    assert_non_null(bytes);
    assert_int_equal(size, rom->length);
    assert_memory_equal(bytes, stage->dump.bytes + rom->offset, size);
    free(bytes);

    run = test_mtkscan("verify", kit, NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, " once flashed, ");
    assert_contains(run.out, "\nchecks\n");
    assert_lacks(run.out, "next:");
    assert_narrow(run.out);
    test_run_free(&run);
    expect(test_mtkscan("verify", kit, "--cfg", "/nonexistent.cfg", NULL), 1, NULL, "mtkscan: ");

    /* A folder that is there is not touched unasked. */
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, NULL), 6, NULL, "mtkscan: ");
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "--json", NULL), 6,
           "\"status\":\"error\",\"errors\":[{\"code\":\"refused\"", "mtkscan: ");
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "--force", "-q", NULL), 0, NULL,
           NULL);
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "--force", "--json", NULL), 0,
           "\"status\":\"extracted\"", NULL);
    free(kit);
}

static void takes_other_names_and_memory_types(void **state)
{
    struct stage *stage = *state;
    char *kit = below(stage->folder, "names");
    expect(test_mtkscan("extract", stage->healthy, "--names", "extractor", "--output", kit,
                        "--memory-type", "PSRAM_999MHz", NULL),
           0, "/FILE_01_mtk  ", NULL);
    assert_true(test_exists(kit, "INT_BOOTLOADER"));
    char *cfg = test_file_read(kit, "config_mtk.cfg", NULL);
    assert_non_null(cfg);
    assert_contains(cfg, "PSRAM_999MHz");
    free(cfg);
    free(kit);
    expect(test_mtkscan("extract", stage->healthy, "-o", "x", "--names", "rbe", NULL), 2, NULL,
           "--names cannot be 'rbe'; it takes vendor");
}

static void refuses_to_extract_damage(void **state)
{
    struct stage *stage = *state;
    char *kit = below(stage->folder, "partial");
    expect(test_mtkscan("extract", stage->damaged, "-o", kit, NULL), 5, NULL, "mtkscan: ");
    assert_false(test_exists(stage->folder, "partial"));
    struct test_run run =
        test_mtkscan("extract", stage->damaged, "-o", kit, "--force-partial", NULL);
    assert_int_equal(run.status, 5);
    assert_contains(run.out, "left out: EXT_BOOTLOADER");
    assert_false(test_exists(kit, "EXT_BOOTLOADER"));
    assert_true(test_exists(kit, "ROM"));
    test_run_free(&run);
    free(kit);
}

static void extracts_nothing_unknown(void **state)
{
    struct stage *stage = *state;
    char *kit = below(stage->folder, "unknown");
    expect(test_mtkscan("extract", "/bin/true", "-o", kit, NULL), 3, NULL, "not recognised");
    expect(test_mtkscan("extract", "/bin/true", "-o", kit, "--json", NULL), 3,
           "\"status\":\"unknown\"", NULL);
    expect(test_mtkscan("extract", "./none", "-o", kit, NULL), 1, NULL, "mtkscan: cannot open");
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "--plugin", "none", "--json", NULL),
           2, "\"code\":\"usage\"", "mtkscan: no module of the name none");
    expect(test_mtkscan("extract", stage->healthy, NULL), 2, NULL,
           "mtkscan: extract needs a folder to write; add -o NAME");
    expect(test_mtkscan("extract", "-o", kit, NULL), 2, NULL, "usage: mtkscan extract DUMP -o DIR");
    assert_false(test_exists(stage->folder, "unknown"));
    free(kit);
}

static void verifies_dumps(void **state)
{
    struct stage *stage = *state;
    struct test_run run = test_mtkscan("verify", stage->healthy, NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, "\nchecks\n");
    assert_contains(run.out, "    pass     sha1-trailer");
    assert_lacks(run.out, "FAIL");
    assert_narrow(run.out);
    test_run_free(&run);
    expect(test_mtkscan("verify", stage->damaged, NULL), 5, "    FAIL     sha1-trailer", NULL);
    expect(test_mtkscan("verify", stage->damaged, "--json", NULL), 5, "\"result\":\"fail\"", NULL);
    expect(test_mtkscan("verify", "./none", NULL), 1, NULL, "mtkscan: ");
    expect(test_mtkscan("verify", stage->healthy, "--cfg", "x.cfg", NULL), 2, NULL,
           "mtkscan: --cfg belongs to a kit");
    expect(test_mtkscan("verify", stage->healthy, "--limit", "input=none", NULL), 2, NULL,
           "mtkscan: ");
    expect(test_mtkscan("verify", stage->healthy, stage->damaged, NULL), 2, NULL,
           "usage: mtkscan verify DUMP|KIT_DIR");
    char *empty = NULL;
    assert_true(asprintf(&empty, "%s/empty", stage->folder) > 0);
    expect(shell("mkdir \"$1\"", empty, ""), 0, NULL, NULL);
    expect(test_mtkscan("verify", empty, NULL), 3,
           "empty: not recognised; no image of a kit in it\n", NULL);
    free(empty);
}

static void lists_modules(void **state)
{
    (void)state;
    struct test_run list = test_mtkscan("plugins", "list", NULL);
    assert_int_equal(list.status, 0);
    assert_contains(list.out, "mt6261 ");
    struct test_run alike = test_mtkscan("--list-plugins", NULL);
    assert_string_equal(list.out, alike.out);
    test_run_free(&alike);
    alike = test_mtkscan("plugins", NULL);
    assert_string_equal(list.out, alike.out);
    test_run_free(&alike);
    test_run_free(&list);
    expect(test_mtkscan("plugins", "list", "--json", NULL), 0, "[{\"id\":\"mt", NULL);
    expect(test_mtkscan("plugins", "path", NULL), 0, TEST_BUILD_DIR "/plugins\n", NULL);
    expect(test_mtkscan("plugins", "path", "--json", NULL), 0, TEST_BUILD_DIR "/plugins\"", NULL);
    expect(test_mtkscan("plugins", "check", NULL), 0, "mt6260 ", NULL);
    expect(test_mtkscan("plugins", "eat", NULL), 2, NULL,
           "mtkscan: plugins does not know 'eat'; it takes list, check or path");
    expect(test_mtkscan("plugins", "--limit", "x=1", NULL), 2, NULL, "mtkscan: ");
}

static void checks_modules(void **state)
{
    struct stage *stage = *state;
    char *bad = test_file_write(stage->folder, "bad.so", "no ELF", 6);
    expect(test_mtkscan("plugins", "check", "--no-default-plugins", "--plugin-dir", stage->folder,
                        NULL),
           7, "is no ELF file", "bad.so: ");
    expect(test_mtkscan("plugins", "list", "--no-default-plugins", "--plugin-dir", stage->folder,
                        NULL),
           0, "    reason  ", "bad.so: cannot be loaded: ");
    free(bad);
}

static void checks_registries(void **state)
{
    struct stage *stage = *state;
    static const char good[] = "[board.x]\nplatform = X*\nplugin = mt6261\ndevice = X\n";
    static const char bad[] = "[board.x]\nplatform = X*\nnonsense = 1\n";
    char *path = test_file_write(stage->folder, "good.ini", good, sizeof good - 1);
    expect(test_mtkscan("registry", "check", path, NULL), 0, NULL, NULL);
    free(path);
    path = test_file_write(stage->folder, "bad.ini", bad, sizeof bad - 1);
    expect(test_mtkscan("registry", "check", path, NULL), 6, "bad.ini:", "mtkscan: ");
    expect(test_mtkscan("registry", "check", path, "--json", NULL), 6, "\"line\":", "mtkscan: ");
    /* A registry asked for that has mistakes is told, and left out. */
    expect(test_mtkscan("--registry", path, stage->healthy, NULL), 0, "MT6261", "bad.ini:");
    expect(test_mtkscan("-q", "--registry", path, stage->healthy, NULL), 0, NULL, NULL);
    free(path);
    expect(test_mtkscan("registry", "check", "./none.ini", NULL), 1, NULL, "mtkscan: ");
    expect(test_mtkscan("registry", "make", "x", NULL), 2, NULL, "it takes check FILE");
    expect(test_mtkscan("registry", "check", NULL), 2, NULL, "usage: mtkscan registry check FILE");
    expect(test_mtkscan("registry", "check", "x", "--limit", "x=1", NULL), 2, NULL, "mtkscan: ");
}

/* A registry names the device. */
static void names_devices_from_a_registry(void **state)
{
    struct stage *stage = *state;
    static const char text[] = "[board.x]\nplatform = EXAMPLE61_11C_PCB01_*_MT6261_*\n"
                               "plugin = mt6261\ndevice = A test watch\n";
    char *path = test_file_write(stage->folder, "boards.ini", text, sizeof text - 1);
    expect(test_mtkscan("--registry", path, stage->healthy, "--json", NULL), 0,
           stage->dump.truth.platform_id, NULL);
    expect(test_mtkscan("--registry", path, stage->healthy, NULL), 0, "device    A test watch",
           NULL);
    free(path);
}

static void explains_findings(void **state)
{
    (void)state;
    expect(test_mtkscan("explain", "mtk-d001", NULL), 0, "MTK-D001 (error): ", NULL);
    expect(test_mtkscan("explain", "MTK-D001", "--json", NULL), 0, "{\"code\":\"MTK-D001\"", NULL);
    expect(test_mtkscan("explain", NULL), 0, "MTK-P003", NULL);
    expect(test_mtkscan("explain", "MTK-X999", NULL), 2, NULL,
           "mtkscan: there is no finding 'MTK-X999'; ");
    expect(test_mtkscan("explain", "", NULL), 2, NULL, "mtkscan: there is no finding ''; ");
}

static void helps(void **state)
{
    (void)state;
    static const char *const commands[] = {
        "scan",    "extract",      "verify",  "unpack", "repair", "merge",   "build",
        "convert", "cfg",          "compare", "index",  "find",   "plugins", "registry",
        "explain", "restore-plan", "limits",  "doctor", "help"};
    struct test_run run = test_mtkscan("--help", NULL);
    assert_int_equal(run.status, 0);
    assert_true(lines_in(run.out) <= 40);
    assert_narrow(run.out);
    for (int code = 0; code <= 8; code++) {
        char text[8];
        snprintf(text, sizeof text, "%d ", code);
        assert_contains(strstr(run.out, "Exit codes"), text);
    }
    struct test_run same = test_mtkscan("help", NULL);
    assert_string_equal(run.out, same.out);
    test_run_free(&same);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char usage[64];
        snprintf(usage, sizeof usage, "usage: mtkscan %s", commands[i]);
        assert_contains(run.out, commands[i]);
        struct test_run one = test_mtkscan("help", commands[i], NULL);
        struct test_run two = test_mtkscan(commands[i], "--help", NULL);
        assert_int_equal(one.status, 0);
        assert_contains(one.out, usage);
        assert_narrow(one.out);
        assert_string_equal(one.out, two.out);
        test_run_free(&one);
        test_run_free(&two);
    }
    test_run_free(&run);
    expect(test_mtkscan("help", "extrat", NULL), 2, NULL,
           "no command 'extrat'; did you mean 'extract'?");
    expect(test_mtkscan("doctor", "now", NULL), 2, NULL,
           "mtkscan: usage: mtkscan doctor; see mtkscan help doctor");
    expect(test_mtkscan("help", "zzzzzzzz", NULL), 2, NULL, "mtkscan --help lists the commands");
}

static void lists_limits(void **state)
{
    (void)state;
    expect(test_mtkscan("limits", NULL), 0, "input ", NULL);
    expect(test_mtkscan("limits", "--json", NULL), 2, NULL, "limits has no JSON form");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extracts_a_kit_that_verifies),
        cmocka_unit_test(takes_other_names_and_memory_types),
        cmocka_unit_test(refuses_to_extract_damage),
        cmocka_unit_test(extracts_nothing_unknown),
        cmocka_unit_test(verifies_dumps),
        cmocka_unit_test(lists_modules),
        cmocka_unit_test(checks_modules),
        cmocka_unit_test(checks_registries),
        cmocka_unit_test(names_devices_from_a_registry),
        cmocka_unit_test(explains_findings),
        cmocka_unit_test(helps),
        cmocka_unit_test(lists_limits),
    };
    return cmocka_run_group_tests(tests, stage_set, stage_clear);
}
