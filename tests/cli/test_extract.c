/* SPDX-License-Identifier: MIT */
/* extract and what verify says of its kits: dumps that must not become one, and what is told. */
#include "cli.h"

#include <sys/stat.h>
#include <unistd.h>

static char *below(const char *folder, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

/* The .cfg of a kit. [owner: caller] */
static char *cfg_of(const char *kit)
{
    struct test_run run = shell("ls \"$1\" | grep '\\.cfg$'", kit, "");
    assert_int_equal(lines_in(run.out), 1);
    run.out[strcspn(run.out, "\n")] = '\0';
    char *found = test_file_read(kit, run.out, NULL);
    assert_non_null(found);
    test_run_free(&run);
    return found;
}

/* A read that went on behind the end of the flash. */
static void writes_the_kit_of_a_mirror(void **state)
{
    struct stage *stage = *state;
    size_t size = stage->dump.size;
    uint8_t *bytes = malloc(2 * size);
    assert_non_null(bytes);
    memcpy(bytes, stage->dump.bytes, size);
    memcpy(bytes + size, stage->dump.bytes, size);
    char *path = test_file_write(stage->folder, "mirror.bin", bytes, 2 * size);
    char *kit = below(stage->folder, "of-mirror");
    expect(test_mtkscan("scan", "--json", path, NULL), 0, "cut the repetitions", NULL);
    expect(test_mtkscan("extract", path, "-o", kit, NULL), 0, "EXT_BOOTLOADER", NULL);
    expect(test_mtkscan("verify", "-q", kit, NULL), 0, NULL, NULL);
    free(kit);
    free(path);
    free(bytes);
}

/* Each part is good, and only the findings say that something is wrong. */
static void writes_no_kit_with_a_stray(void **state)
{
    struct stage *stage = *state;
    size_t size = stage->dump.size;
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    memcpy(bytes, stage->dump.bytes, size);
    memcpy(bytes + 0x300000, bytes + stage->dump.truth.parts[1].offset, 0x100);
    char *path = test_file_write(stage->folder, "stray.bin", bytes, size);
    char *kit = below(stage->folder, "stray");
    expect(test_mtkscan("extract", path, "-o", kit, NULL), 5, NULL,
           "mtkscan: no kit written, the dump is damaged, MTK-G004 ");
    expect(test_mtkscan("extract", path, "-o", kit, "--json", NULL), 5, "\"code\":\"damaged\"",
           "mtkscan: no kit written");
    assert_false(test_exists(stage->folder, "stray"));

    struct test_run run = test_mtkscan("extract", path, "-o", kit, "--force-partial", NULL);
    assert_int_equal(run.status, 5);
    assert_lacks(run.out, "left out");
    assert_contains(run.err, "mtkscan: MTK-G004 error: A file does not lie where");
    assert_contains(run.err, "mtkscan: the kit is written, but the dump is damaged, MTK-G004 ");
    test_run_free(&run);
    char *cfg = cfg_of(kit);
    assert_contains(cfg, "\n# INCOMPLETE KIT, from a dump with MTK-G004, ");
    free(cfg);
    expect(test_mtkscan("verify", kit, "--json", NULL), 5, "\"MTK-K015\"", NULL);
    expect(test_mtkscan("extract", path, "-o", kit, "--force-partial", "--force", "--json", "-q",
                        NULL),
           5, "\"complete\":false", "mtkscan: the kit is written, but");
    free(path);
    free(kit);
    free(bytes);
}

/* What --force-partial wrote is not taken for a kit by verify. */
static void knows_its_incomplete_kits(void **state)
{
    struct stage *stage = *state;
    char *kit = below(stage->folder, "incomplete");
    expect(test_mtkscan("extract", stage->damaged, "-o", kit, "--force-partial", NULL), 5,
           "left out: EXT_BOOTLOADER  ", "\nmtkscan: the kit is not complete, left out: EXT_BOOT");
    char *cfg = cfg_of(kit);
    assert_contains(cfg, "\n# INCOMPLETE KIT, left out EXT_BOOTLOADER (damaged");
    free(cfg);
    expect(test_mtkscan("verify", kit, "--json", NULL), 5, "\"MTK-K015\",\"severity\":\"error\"",
           NULL);
    free(kit);
}

/* The boot loaders in the wrong order, and two platforms: each makes a kit that verify refuses. */
static void finds_edited_cfgs(void **state)
{
    struct stage *stage = *state;
    static const char *const edits[][2] = {
        {"awk '/- file: EXT_BOOTLOADER/ {next} /- file:/ && !seen {seen = 1; "
         "print \"    - file: EXT_BOOTLOADER\"} {print}'",
         "\"MTK-K008\""},
        {"sed 's/^    platform: MT6261/&\\n    platform: MT6260/'", "\"MTK-K003\""},
    };
    for (size_t i = 0; i < 2; i++) {
        char name[20], line[600];
        snprintf(name, sizeof name, "edited%zu", i);
        char *kit = below(stage->folder, name);
        expect(test_mtkscan("extract", stage->healthy, "-o", kit, "-q", NULL), 0, NULL, NULL);
        expect(test_mtkscan("verify", kit, "-q", NULL), 0, NULL, NULL);
        snprintf(line, sizeof line,
                 "cd \"$1\" && %s *.cfg > new && mv new *.cfg && \"$0\" verify --json .",
                 edits[i][0]);
        expect(shell(line, kit, ""), 5, edits[i][1], NULL);
        free(kit);
    }
}

/* Two parts that share bytes are one fault. */
static void tells_an_overlap_once(void **state)
{
    struct stage *stage = *state;
    struct test_dump dump = test_dump_make("MT6261", MTKSCAN_FIXTURE_APP);
    char *path = test_file_write(stage->folder, "app.bin", dump.bytes, dump.size);
    char *kit = below(stage->folder, "overlap");
    const mtkscan_fixture_part *viva = mtkscan_fixture_find(&dump.truth, "VIVA");
    const mtkscan_fixture_part *app = &dump.truth.parts[dump.truth.part_count - 1];
    expect(test_mtkscan("extract", path, "-o", kit, "-q", NULL), 0, NULL, NULL);
    /* The last part now loads 0x100 bytes before the end of the one before it. */
    struct test_run run =
        shell("cd \"$1\" && ls | grep -vE 'ROM|VIVA|LOADER|cfg' | tr -d '\\n'", kit, "");
    size_t size = 0;
    char *bytes = test_file_read(kit, run.out, &size);
    assert_non_null(bytes);
    assert_int_equal(size, app->length);
    uint32_t load;
    memcpy(&load, bytes + 0x1C, sizeof load);
    load = (load & 0xF0000000u) + (uint32_t)(viva->offset + viva->length - 0x100);
    memcpy(bytes + 0x1C, &load, sizeof load);
    free(test_file_write(kit, run.out, bytes, size));
    test_run_free(&run);
    run = test_mtkscan("verify", kit, "--json", NULL);
    assert_int_equal(run.status, 5);
    const char *first = strstr(run.out, "\"MTK-D005\"");
    assert_non_null(first);
    assert_null(strstr(first + 1, "\"MTK-D005\""));
    test_run_free(&run);
    free(bytes);
    free(kit);
    free(path);
    test_dump_free(&dump);
}

static void refuses_a_module_forced_in_vain(void **state)
{
    struct stage *stage = *state;
    char *kit = below(stage->folder, "forced");
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "--plugin", "mt6260", NULL), 6, NULL,
           "module mt6260 was forced although the dump speaks against it");
    assert_false(test_exists(stage->folder, "forced"));
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "--plugin", "mt6260", "--memory-type",
                        "PSRAM_130MHz", NULL),
           0, "/ROM  ", "mtkscan: MTK-P002 warning: ");
    char *cfg = cfg_of(kit);
    assert_contains(cfg, "\n# FORCED MODULE mt6260, ");
    free(cfg);
    struct test_run run = test_mtkscan("verify", kit, "--json", NULL);
    assert_contains(run.out, "\"MTK-K016\",\"severity\":\"warning\"");
    assert_contains(run.out, ": FORCED MODULE mt6260, ");
    test_run_free(&run);
    free(kit);
    kit = below(stage->folder, "chosen");
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "--plugin", "mt6261", NULL), 0,
           "/ROM  ", NULL);
    free(kit);
}

/* A dump whose parts are all there and that ends before the flash does gives a kit that says so. */
static void tells_of_a_short_dump(void **state)
{
    struct stage *stage = *state;
    char *path =
        test_file_write(stage->folder, "short.bin", stage->dump.bytes, stage->dump.size - 0x100000);
    char *kit = below(stage->folder, "of-short");
    struct test_run run = test_mtkscan("extract", path, "-o", kit, NULL);
    assert_int_equal(run.status, 5);
    assert_contains(run.out, "/ROM  ");
    assert_contains(run.out, ".cfg  scatter file");
    assert_contains(run.err, "the kit has all known parts, but the dump is shorter");
    test_run_free(&run);
    char *cfg = cfg_of(kit);
    assert_contains(cfg, "\n# SHORT DUMP, ");
    free(cfg);
    expect(test_mtkscan("verify", kit, "--json", NULL), 0, "\"MTK-K016\",\"severity\":\"warning\"",
           NULL);

    expect(test_mtkscan("extract", path, "-o", kit, "--force", "--json", NULL), 6,
           "\"status\":\"error\"", "a kit from a short dump does not replace another");
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "--force", "-q", NULL), 0, NULL,
           NULL);
    expect(test_mtkscan("extract", path, "-o", kit, "--force", NULL), 6, NULL,
           "of-short stays, as a kit from a short dump does not replace another");
    expect(test_mtkscan("verify", kit, "-q", NULL), 0, NULL, NULL);
    cfg = cfg_of(kit);
    assert_lacks(cfg, "SHORT DUMP");
    free(cfg);
    run = test_mtkscan("extract", path, "-o", kit, "--force", "--force-partial", "--json", NULL);
    assert_int_equal(run.status, 5);
    assert_contains(run.out, "\"status\":\"extracted\",\"complete\":false,");
    assert_lacks(run.out, "\"error\"");
    assert_int_equal(lines_in(run.out), 1);
    test_run_free(&run);
    free(kit);
    kit = below(stage->folder, "of-short2");
    expect(test_mtkscan("extract", path, "-o", kit, "--json", "-q", NULL), 5,
           "\"status\":\"extracted\",\"complete\":false,", "shorter than the flash");
    free(kit);
    free(path);
}

/* The dump in the kit's folder, other files there, and a kit with nothing but its own. */
static void replaces_nothing_else(void **state)
{
    struct stage *stage = *state;
    char *kit = below(stage->folder, "mine");
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "-q", NULL), 0, NULL, NULL);
    char *dump = test_file_write(kit, "dump.bin", stage->dump.bytes, stage->dump.size);
    expect(test_mtkscan("extract", dump, "-o", kit, "--force", NULL), 6, NULL,
           "holds dump.bin, the dump itself, so it is not replaced");
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "--force", NULL), 6, NULL,
           "holds dump.bin, which mtkscan did not write, so it is not replaced");
    assert_true(test_exists(kit, "dump.bin"));
    assert_int_equal(remove(dump), 0);
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, "--force", NULL), 0, "/ROM  ", NULL);
    free(dump);
    free(kit);
}

static void warns_of_secured_firmware(void **state)
{
    struct stage *stage = *state;
    struct test_dump dump =
        test_dump_make("MT6261", MTKSCAN_FIXTURE_SECURED | MTKSCAN_FIXTURE_ROOT_CERT);
    char *path = test_file_write(stage->folder, "secured.bin", dump.bytes, dump.size);
    char *kit = below(stage->folder, "secured");
    struct test_run run = test_mtkscan("extract", path, "-o", kit, NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.err, "mtkscan: MTK-S001 warning: The firmware is secured");
    assert_contains(run.err, "; Flash it on the same device only.");
    assert_contains(run.err, "mtkscan: MTK-S002 warning: ");
    assert_lacks(run.err, " info: ");
    test_run_free(&run);
    char *cfg = cfg_of(kit);
    assert_contains(cfg, "\n# SECURED IMAGE, signed by its maker; it runs only");
    assert_contains(cfg, "\n# SECURED IMAGE, the root certificate");
    free(cfg);
    expect(test_mtkscan("extract", path, "-o", kit, "--force", "-q", NULL), 0, NULL, NULL);
    test_dump_free(&dump);
    free(path);
    free(kit);
}

static void tells_of_another_run(void **state)
{
    struct stage *stage = *state;
    char *kit = below(stage->folder, "twice"),
         *left = below(stage->folder, ".twice.partial-0a1b2c");
    assert_int_equal(mkdir(left, 0700), 0);
    expect(test_mtkscan("extract", stage->healthy, "-o", kit, NULL), 0, "/ROM  ",
           "mtkscan: .twice.partial-0a1b2c beside the kit is of another run");
    assert_int_equal(rmdir(left), 0);
    free(left);
    free(kit);
}

/* A module that lies costs the kit, and the user hears why. */
static void tells_of_misbehaviour(void **state)
{
    struct stage *stage = *state;
    char *kit = below(stage->folder, "lied");
    expect(test_mtkscan("--no-default-plugins", "--plugin-dir", MODULE("boor"), "extract",
                        stage->healthy, "-o", kit, NULL),
           7, NULL, "mtkscan: module boor misbehaved: ");
    assert_false(test_exists(stage->folder, "lied"));
    free(kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_kit_of_a_mirror),
        cmocka_unit_test(writes_no_kit_with_a_stray),
        cmocka_unit_test(knows_its_incomplete_kits),
        cmocka_unit_test(finds_edited_cfgs),
        cmocka_unit_test(tells_an_overlap_once),
        cmocka_unit_test(refuses_a_module_forced_in_vain),
        cmocka_unit_test(tells_of_a_short_dump),
        cmocka_unit_test(replaces_nothing_else),
        cmocka_unit_test(warns_of_secured_firmware),
        cmocka_unit_test(tells_of_another_run),
        cmocka_unit_test(tells_of_misbehaviour),
    };
    return cmocka_run_group_tests(tests, stage_set, stage_clear);
}
