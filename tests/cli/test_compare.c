/* SPDX-License-Identifier: MIT */
/* compare, as users see it: verdicts, exit codes, dumps and kits. */
#include "cli.h"

/* A dump of another project on the same chip. */
static char *other_project(struct stage *stage)
{
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT6261");
    fixture.project = "OTHER61";
    fixture.hw_version = "OTHER61M_HW";
    struct test_dump dump = test_dump_build(&fixture);
    char *path = test_file_write(stage->folder, "project.bin", dump.bytes, dump.size);
    test_dump_free(&dump);
    return path;
}

static void the_same_firmware_fits(void **state)
{
    struct stage *stage = *state;
    char *kit = NULL;
    assert_true(asprintf(&kit, "%s/kit", stage->folder) > 0);
    struct test_run run = test_mtkscan("extract", "-q", stage->healthy, "-o", kit, NULL);
    assert_int_equal(run.status, 0);
    test_run_free(&run);
    expect(test_mtkscan("compare", stage->healthy, stage->healthy, NULL), 0, "fits\n", NULL);
    expect(test_mtkscan("compare", "--strict", stage->healthy, kit, NULL), 0, "fits\n", NULL);
    expect(test_mtkscan("compare", "-q", stage->healthy, kit, NULL), 0, NULL, NULL);
    free(kit);
}

/* What agrees is told, too, and none of it is wider than a terminal. */
static void what_fits_is_narrow(void **state)
{
    struct stage *stage = *state;
    static const char *const lines[] = {
        "cd \"$1\" && \"$0\" compare healthy.bin healthy.bin",
        "cd \"$1\" && \"$0\" compare -v healthy.bin healthy.bin",
        ("cd \"$1\" && \"$0\" index -q healthy.bin damaged.bin -o ix && "
         "\"$0\" find ix --for healthy.bin"),
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct test_run run = shell(lines[i], stage->folder, "");
        assert_int_equal(run.status, 0);
        assert_contains(run.out, "fits");
        assert_contains(run.out, "agree");
        assert_narrow(run.out);
        test_run_free(&run);
    }
}

static void another_chip_does_not(void **state)
{
    struct stage *stage = *state;
    struct test_dump dump = test_dump_make("MT6260", 0);
    char *path = test_file_write(stage->folder, "chip.bin", dump.bytes, dump.size);
    struct test_run run = test_mtkscan("compare", stage->healthy, path, NULL);
    assert_int_equal(run.status, 8);
    assert_contains(run.out, "do not flash\n");
    assert_contains(run.out, "error 5107");
    assert_narrow(run.out);
    test_run_free(&run);
    expect(test_mtkscan("compare", "--json", stage->healthy, path, NULL), 8,
           "\"verdict\":\"do not flash\"", NULL);
    test_dump_free(&dump);
    free(path);
}

static void another_project_is_a_risk(void **state)
{
    struct stage *stage = *state;
    char *path = other_project(stage);
    expect(test_mtkscan("compare", stage->healthy, path, NULL), 0, "risky\n", NULL);
    expect(test_mtkscan("compare", "--strict", stage->healthy, path, NULL), 5, "risky\n", NULL);
    free(path);
}

/* The firmware's list is what counts, and the real part may be told. */
static void the_real_flash_chip_decides(void **state)
{
    struct stage *stage = *state;
    expect(test_mtkscan("compare", stage->healthy, stage->healthy, "--target-id", "EF4019", NULL),
           8, "5095", NULL);
    expect(test_mtkscan("compare", stage->healthy, stage->healthy, "--target-id", "xyz", NULL), 2,
           NULL, "'xyz' is no flash ID");
}

static void damaged_firmware_is_stopped(void **state)
{
    struct stage *stage = *state;
    expect(test_mtkscan("compare", stage->healthy, stage->damaged, NULL), 8, "do not flash\n",
           NULL);
}

static void both_sides_have_to_be_known(void **state)
{
    struct stage *stage = *state;
    expect(test_mtkscan("compare", stage->healthy, "/bin/true", NULL), 3, NULL, "not recognised");
    expect(test_mtkscan("compare", stage->healthy, NULL), 2, NULL, "usage: mtkscan compare ");
    expect(test_mtkscan("compare", stage->healthy, "./none", NULL), 1, NULL, "cannot open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_firmware_fits),
        cmocka_unit_test(what_fits_is_narrow),
        cmocka_unit_test(another_chip_does_not),
        cmocka_unit_test(another_project_is_a_risk),
        cmocka_unit_test(the_real_flash_chip_decides),
        cmocka_unit_test(damaged_firmware_is_stopped),
        cmocka_unit_test(both_sides_have_to_be_known),
    };
    return cmocka_run_group_tests(tests, stage_set, stage_clear);
}
