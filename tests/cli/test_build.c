/* SPDX-License-Identifier: MIT */
/* build, convert, cfg and restore-plan as users see them; a scanned kit's files are never touched.
 */
#include "cli.h"

static char *below(const char *folder, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

/* A new kit of the healthy dump. [owner: caller] */
static char *kit_of(struct stage *stage, const char *name)
{
    char *kit = below(stage->folder, name);
    expect(test_mtkscan("extract", "-q", stage->healthy, "-o", kit, NULL), 0, NULL, NULL);
    return kit;
}

static char *built(struct stage *stage, size_t *size)
{
    char *bytes = test_file_read(stage->folder, "image", size);
    assert_non_null(bytes);
    return bytes;
}

/* The dump with bytes of nobody in its boot header's gap, behind the parts and in the user data. */
static char *used_dump(struct stage *stage, uint8_t *bytes)
{
    memcpy(bytes, stage->dump.bytes, stage->dump.size);
    memcpy(bytes + 0x100, "gap", 3);
    memcpy(bytes + stage->dump.size - 16, "tail", 4);
    return test_file_write(stage->folder, "used.bin", bytes, stage->dump.size);
}

static void a_base_gives_the_dump_back(void **state)
{
    struct stage *stage = *state;
    size_t size;
    uint8_t *bytes = malloc(stage->dump.size);
    assert_non_null(bytes);
    char *kit = kit_of(stage, "kit"), *image = below(stage->folder, "image");
    char *used = used_dump(stage, bytes);
    struct test_run run = test_mtkscan("build", kit, "--base", used, "-o", image, NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, "base, boot-header\n");
    assert_contains(run.out, "part, ROM\n");
    assert_contains(run.out, " bytes, healthy\n");
    test_run_free(&run);
    char *got = built(stage, &size);
    assert_int_equal(size, stage->dump.size);
    assert_memory_equal(got, bytes, size);
    free(got);
    expect(test_mtkscan("build", kit, "--base", used, "-o", image, NULL), 6, NULL, "exists");
    expect(test_mtkscan("build", kit, "--base", used, "-o", used, "--force", NULL), 6, NULL,
           "is the input itself");
    free(bytes);
    free(used);
    free(kit);
    free(image);
}

static void without_a_base_it_is_healthy_and_says_what_it_lacks(void **state)
{
    struct stage *stage = *state;
    size_t size;
    char *kit = kit_of(stage, "bare"), *image = below(stage->folder, "image");
    struct test_run run = test_mtkscan("build", kit, "-o", image, "--force", NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, "generated, boot-header\n");
    assert_contains(run.out, "MTK-K021 ");
    assert_contains(run.out, "MTK-K022 ");
    assert_contains(run.out, "MTK-K023 ");
    test_run_free(&run);
    char *got = built(stage, &size);
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&stage->dump.truth, "ROM");
    assert_int_equal(size, stage->dump.size);
    assert_memory_equal(got + rom->offset, stage->dump.bytes + rom->offset, rom->length);
    free(got);
    expect(test_mtkscan("verify", "-q", image, NULL), 0, NULL, NULL);
    /* Short names, so that nothing but the notes can be long. */
    run = shell("cd \"$1\" && \"$0\" build bare -o image --force", stage->folder, "");
    assert_int_equal(run.status, 0);
    assert_narrow(run.out);
    test_run_free(&run);
    free(kit);
    free(image);
}

static void refuses_what_would_brick(void **state)
{
    struct stage *stage = *state;
    struct test_dump other = test_dump_make("MT6260", 0);
    char *base = test_file_write(stage->folder, "other.bin", other.bytes, other.size);
    char *kit = kit_of(stage, "refused"), *image = below(stage->folder, "never");
    char *cut = test_file_write(stage->folder, "cut.bin", stage->dump.bytes, stage->dump.size - 1);
    static const struct {
        const char *option, *value, *why;
        int status;
    } rows[] = {
        {"--size", "0", "'0' is no size", 2},
        {"--size", "0x", "'0x' is no size", 2},
        {"--size", "16777216T", "is no size", 2},
        {"--size", "4096", "the kit does not fit 4096 bytes", 6},
        {"--size", "0xFFFFFFFFFFFFFFFF", "the kit is made for a flash of", 6},
        {"--base", "/bin/true", "the base is not identified", 3},
        {"--base", "./none", "cannot open", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(test_mtkscan("build", kit, "-o", image, rows[i].option, rows[i].value, NULL),
               rows[i].status, NULL, rows[i].why);
    expect(test_mtkscan("build", kit, "-o", image, "--base", base, NULL), 6, NULL,
           "the base is of another device");
    expect(test_mtkscan("build", kit, "-o", image, "--keep-user-data", NULL), 2, NULL,
           "no user data to keep");
    expect(test_mtkscan("build", kit, NULL), 2, NULL, "needs a file to write");
    expect(test_mtkscan("build", stage->healthy, "-o", image, NULL), 1, NULL, "Not a directory");
    expect(shell("mkdir \"$1.void\" && \"$0\" build \"$1.void\" -o \"$2\"", kit, image), 3, NULL,
           "the kit is not recognised");
    assert_false(test_exists(stage->folder, "never"));
    /* It is written, and the exit code tells that it is not sound. */
    expect(test_mtkscan("build", kit, "-o", image, "--base", cut, NULL), 5, "incomplete\n",
           "MTK-F001");
    expect(shell("rm \"$2\"; printf x >> \"$1/ROM\"; \"$0\" build \"$1\" -o \"$2\"", kit, image), 5,
           NULL, "the kit is damaged, MTK-K011 ");
    assert_false(test_exists(stage->folder, "never"));
    expect(test_mtkscan("build", kit, "-o", image, "--force", NULL), 0, "MTK-K025 ", NULL);
    test_dump_free(&other);
    free(cut);
    free(base);
    free(kit);
    free(image);
}

/* Neither listed files, nor others, nor the .cfg, under whatever name. */
static void never_writes_over_a_kit(void **state)
{
    struct stage *stage = *state;
    char *kit = kit_of(stage, "kept");
    static const char line[] =
        "cd \"$1\" && echo mine > notes.txt && ln -s ROM link && cat * | sha1sum > ../before && "
        "for f in * ./ROM ../kept/VIVA; do for c in build cfg; do "
        "\"$0\" $c . --force -q -o $f && exit 1; done; done 2>&1; "
        "cat * | sha1sum | cmp - ../before";
    expect(shell(line, kit, ""), 0, "is the input itself", NULL);
    expect(shell("cd \"$1\" && cp *.cfg ../named && \"$0\" build . --cfg ../named --force -q -o "
                 "../named",
                 kit, ""),
           6, NULL, "is the input itself");
    free(kit);
}

static void converts_there_and_back(void **state)
{
    struct stage *stage = *state;
    char *kit = kit_of(stage, "first"), *other = below(stage->folder, "second");
    expect(test_mtkscan("convert", kit, "-o", other, "--names", "extractor", NULL), 0,
           "config_mtk.cfg  scatter file", NULL);
    expect(test_mtkscan("verify", "-q", other, NULL), 0, NULL, NULL);
    expect(shell("\"$0\" convert \"$2\" --names vendor -q -o \"$1.back\" && diff -r \"$1\" "
                 "\"$1.back\"",
                 kit, other),
           0, NULL, NULL);
    expect(test_mtkscan("convert", kit, "-o", kit, "--names", "extractor", "--force", NULL), 6,
           NULL, "is the input itself");
    expect(test_mtkscan("convert", kit, "-o", other, "--names", "extractor", NULL), 6, NULL,
           "exists");
    expect(test_mtkscan("convert", kit, "-o", other, NULL), 2, NULL, "Add --names");
    /* A kit without its .cfg, and one whose .cfg does not name ROM, which then stays behind. */
    expect(shell("cp -r \"$1\" \"$1.lame\"; sed -i '/- file: ROM/d' \"$1.lame\"/*.cfg; "
                 "\"$0\" convert \"$1.lame\" -o \"$1.out\" --names extractor",
                 kit, ""),
           5, "left out: ROM  no .cfg names it\n", "MTK-K002 error");
    expect(shell("rm \"$1.lame\"/*.cfg; \"$0\" convert \"$1.lame\" -o \"$1.none\" --names vendor",
                 kit, ""),
           6, NULL, "no .cfg to convert");
    free(kit);
    free(other);
}

static void tells_what_a_new_cfg_changes(void **state)
{
    struct stage *stage = *state;
    char *kit = kit_of(stage, "scatter"), *out = below(stage->folder, "new.cfg");
    expect(shell("\"$0\" cfg \"$1\" 2>&1 >/dev/null | grep -c '^[-+] '", kit, ""), 1, "0\n", NULL);
    expect(shell("sed -i 's/platform: MT6261/platform: MT6260/' \"$1\"/*.cfg; \"$0\" cfg \"$1\" "
                 "-o \"$2\"",
                 kit, out),
           0, "- general.platform: MT6260\n+ general.platform: MT6261\n", NULL);
    expect(shell("mv \"$2\" \"$(ls \"$1\"/*.cfg)\"; \"$0\" verify -q \"$1\"", kit, out), 0, NULL,
           NULL);
    /* What goes to standard output is the .cfg alone. */
    expect(shell("\"$0\" cfg \"$1\" > \"$2\" 2>&-; \"$0\" cfg \"$1\" -o - 2>&- | cmp - \"$2\"", kit,
                 out),
           0, NULL, NULL);
    expect(test_mtkscan("cfg", kit, "--memory-type", "psram", NULL), 2, NULL, "no memory type");
    expect(shell("rm \"$1\"/*.cfg; \"$0\" cfg -q \"$1\" | grep -c 'file: '", kit, ""), 0, "4\n",
           NULL);
    expect(shell("rm \"$1\"/*; \"$0\" cfg \"$1\"", kit, ""), 3, NULL, "the kit is not recognised");
    free(kit);
    free(out);
}

static void plans_what_to_keep(void **state)
{
    struct stage *stage = *state;
    expect(test_mtkscan("restore-plan", stage->healthy, NULL), 0, "lost  0x000400+0x14", NULL);
    struct test_run run = shell("cd \"$1\" && \"$0\" restore-plan healthy.bin", stage->folder, "");
    assert_contains(run.out, "this dump is whole");
    assert_contains(run.out, "read back: start address 0x");
    assert_narrow(run.out);
    test_run_free(&run);
    expect(test_mtkscan("restore-plan", "/bin/true", NULL), 3, NULL, "is not recognised");
    expect(test_mtkscan("restore-plan", "--no-default-plugins", "--plugin-dir", MODULE("twin1"),
                        "--plugin-dir", MODULE("twin2"), stage->healthy, NULL),
           4, NULL, "is ambiguous");
    expect(test_mtkscan("restore-plan", stage->damaged, NULL), 5, "lost ", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_base_gives_the_dump_back),
        cmocka_unit_test(without_a_base_it_is_healthy_and_says_what_it_lacks),
        cmocka_unit_test(refuses_what_would_brick),
        cmocka_unit_test(never_writes_over_a_kit),
        cmocka_unit_test(converts_there_and_back),
        cmocka_unit_test(tells_what_a_new_cfg_changes),
        cmocka_unit_test(plans_what_to_keep),
    };
    return cmocka_run_group_tests(tests, stage_set, stage_clear);
}
