/* SPDX-License-Identifier: MIT */
/* How the command line is read. */
#include "cli.h"

static void says_how_to_use_it(void **state)
{
    (void)state;
    expect(test_mtkscan(NULL, NULL), 2, NULL, "usage: mtkscan DUMP...");
    expect(test_mtkscan("scan", NULL), 2, NULL,
           "usage: mtkscan scan DUMP...; see mtkscan help scan");
    expect(test_mtkscan("--json", NULL), 2, NULL, "usage: mtkscan");
}

static void tells_its_version(void **state)
{
    (void)state;
    struct test_run run = test_mtkscan("--version", NULL);
    assert_int_equal(run.status, 0);
    assert_int_equal(strncmp(run.out, "mtkscan ", 8), 0);
    assert_int_equal(lines_in(run.out), 1);
    struct test_run later = test_mtkscan("scan", "--version", NULL);
    assert_string_equal(run.out, later.out);
    test_run_free(&run);
    test_run_free(&later);
}

static void takes_global_options_on_both_sides(void **state)
{
    struct stage *stage = *state;
    expect(test_mtkscan("--json", "scan", stage->healthy, NULL), 0, "{\"schema\"", NULL);
    expect(test_mtkscan("scan", "--json", stage->healthy, NULL), 0, "{\"schema\"", NULL);
    expect(test_mtkscan("scan", stage->healthy, "--json", NULL), 0, "{\"schema\"", NULL);
    expect(test_mtkscan(stage->healthy, "--json", "-v", "--no-progress", NULL), 0, "{\"schema\"",
           NULL);
    expect(test_mtkscan("-q", stage->healthy, NULL), 0, NULL, NULL);
    expect(test_mtkscan("--plugin-dir", "/nonexistent", "scan", stage->healthy, "--plugin-dir",
                        "/nonexistent2", NULL),
           0, "module mt6261", "mtkscan: /nonexistent2: cannot be opened: ");
    expect(test_mtkscan("scan", "--list-plugins", NULL), 0, "mt6261 ", NULL);
}

static void refuses_what_makes_no_sense(void **state)
{
    (void)state;
    static const struct {
        const char *one, *two, *three, *says;
    } rows[] = {
        {"--nonsense", NULL, NULL, "unknown option '--nonsense'"},
        {"scan", "-z", NULL, "unknown option '-z'"},
        {"scan", "-vz", NULL, "unknown option '-z'"},
        {"scan", "--plugin", NULL, "option '--plugin' needs a value"},
        {"extract", "x", "-o", "option '-o' needs a value"},
        {"scan", "--json=1", "x", "option '--json=1' takes no value"},
        {"-o", "x", "extract", "--output does not belong here; an option of a command follows"},
        {"scan", "-o", "x", "--output does not belong here; mtkscan help COMMAND lists"},
        {"--color", "pink", "x", "--color cannot be 'pink'; it takes auto"},
        {"scna", NULL, NULL, "'scna' is neither a command nor a file; did you mean 'scan'?"},
        {"watermelon", NULL, NULL, "neither a command nor a file; mtkscan --help lists"},
        {"averyveryverylongwordindeed", NULL, NULL, "neither a command nor a file"},
        {"\x1b[31m", NULL, NULL, "'\\x1B[31m' is neither"},
        {"scan", "x", "--limit=nonsense", "mtkscan: "},
        {"scan", "x", "--plugin=none", "mtkscan: no module of the name none"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(test_mtkscan(rows[i].one, rows[i].two, rows[i].three, NULL), 2, NULL, rows[i].says);
}

static void forces_a_module(void **state)
{
    struct stage *stage = *state;
    struct test_run run = test_mtkscan("--plugin", "mt6260", stage->healthy, NULL);
    assert_contains(run.out, "module forced by --plugin: mt6260");
    test_run_free(&run);
}

/* A dump may have any name. */
static void takes_dumps_of_any_name(void **state)
{
    struct stage *stage = *state;
    static const char *const names[] = {"-v", "scan", "--json", "plain"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        free(test_file_write(stage->folder, names[i], stage->dump.bytes, stage->dump.size));
        expect(shell("cd \"$1\" && \"$0\" -- \"$2\"", stage->folder, names[i]), 0, "MT6261; module",
               NULL);
        expect(shell("cd \"$1\" && \"$0\" scan -- \"$2\"", stage->folder, names[i]), 0,
               "MT6261; module", NULL);
    }
    expect(shell("cd \"$1\" && \"$0\" plain", stage->folder, ""), 0, "MT6261; module", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_how_to_use_it),
        cmocka_unit_test(tells_its_version),
        cmocka_unit_test(takes_global_options_on_both_sides),
        cmocka_unit_test(refuses_what_makes_no_sense),
        cmocka_unit_test(forces_a_module),
        cmocka_unit_test(takes_dumps_of_any_name),
    };
    return cmocka_run_group_tests(tests, stage_set, stage_clear);
}
