/* SPDX-License-Identifier: MIT */
/* `mtkscan scan`: reports, exit codes, several inputs, and inputs of every kind. */
#include "cli.h"

static void reports_a_healthy_dump(void **state)
{
    struct stage *stage = *state;
    struct test_run run = test_mtkscan(stage->healthy, NULL);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    assert_contains(run.out, "MT6261; module mt6261, ");
    assert_contains(run.out, "\n  health    healthy: 100 % of the bytes of all expected parts");
    for (uint32_t i = 0; i < stage->dump.truth.part_count; i++)
        assert_contains(run.out, stage->dump.truth.parts[i].name);
    assert_narrow(run.out);
    assert_true(lines_in(run.out) <= 24);
    assert_lacks(run.out, "\x1b");
    struct test_run same = test_mtkscan("scan", stage->healthy, NULL);
    assert_string_equal(run.out, same.out);
    test_run_free(&run);
    test_run_free(&same);
}

static void json_is_the_same_from_run_to_run(void **state)
{
    struct stage *stage = *state;
    struct test_run one = test_mtkscan("--json", stage->healthy, NULL);
    struct test_run two = test_mtkscan("scan", stage->healthy, "--json", NULL);
    assert_int_equal(one.status, 0);
    assert_string_equal(one.out, two.out);
    assert_int_equal(lines_in(one.out), 1);
    assert_contains(one.out, "{\"schema\":\"mtkscan/1\",\"input\":{\"path\":");
    assert_contains(one.out, "\"status\":\"identified\",\"plugin\":\"mt6261\"");
    test_run_free(&one);
    test_run_free(&two);
}

static void tells_damage(void **state)
{
    struct stage *stage = *state;
    struct test_run run = test_mtkscan(stage->damaged, NULL);
    assert_int_equal(run.status, 5);
    assert_contains(run.out, "damaged\n");
    assert_contains(run.out, "error in EXT_BOOTLOADER");
    assert_contains(run.out, "  do: ");
    assert_contains(run.out, "--force-partial");
    assert_narrow(run.out);
    test_run_free(&run);
}

static void reads_standard_input(void **state)
{
    struct stage *stage = *state;
    expect(shell("\"$0\" - < \"$1\"", stage->healthy, ""), 0, "bytes (4 MB), standard input", NULL);
    expect(shell("cat \"$1\" | \"$0\" scan -", stage->healthy, ""), 0, "MT6261; module", NULL);
    expect(shell("\"$0\" - < /dev/null", "", ""), 3, ": not recognised;", NULL);
}

/* What no module knows gives exit 3 and one line. */
static void does_not_recognise_other_files(void **state)
{
    struct stage *stage = *state;
    static uint8_t bytes[65537];
    static const struct {
        const char *name;
        size_t size;
        int fill; /* -1: random, -2: text */
    } rows[] = {{"empty", 0, 0},   {"one", 1, 'x'},       {"ff", sizeof bytes, 0xFF},
                {"zero", 4096, 0}, {"random", 65537, -1}, {"text", 3001, -2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        srand(7);
        for (size_t at = 0; at < rows[i].size; at++)
            bytes[at] = rows[i].fill == -1   ? (uint8_t)(rand() >> 7)
                        : rows[i].fill == -2 ? (uint8_t)("plain text\n"[at % 11])
                                             : (uint8_t)rows[i].fill;
        char *path = test_file_write(stage->folder, rows[i].name, bytes, rows[i].size);
        struct test_run run = test_mtkscan(path, NULL);
        if (run.status != 3 || lines_in(run.out) != 1)
            fail_msg("%s: exit %d\n%s%s", rows[i].name, run.status, run.out, run.err);
        assert_contains(run.out, rows[i].fill < 0
                                     ? ": not recognised; has no SF_BOOT, BRLYT, GFH, MTK_ROMINFO\n"
                                     : ": not recognised; empty, or one pattern all over\n");
        assert_string_equal(run.err, "");
        assert_narrow(run.out);
        test_run_free(&run);
        free(path);
    }
    expect(test_mtkscan("/bin/true", NULL), 3, ": not recognised;", NULL);
}

/* Peers refuse reads that are no power of two; devices with 3 MB exist. */
static void takes_any_size(void **state)
{
    struct stage *stage = *state;
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, "MT6261");
    uint8_t *longer = calloc(1, stage->dump.size + 777);
    assert_non_null(longer);
    memcpy(longer, stage->dump.bytes, stage->dump.size);
    char *path = test_file_write(stage->folder, "longer.bin", longer, stage->dump.size + 777);
    expect(test_mtkscan(path, NULL), 0, "healthy: 100 %", NULL);
    free(path);
    free(longer);
    /* All that the known parts need, and less than the flash has: who knows what is missing. */
    uint64_t end = 0;
    for (uint32_t i = 0; i < stage->dump.truth.part_count; i++)
        if (stage->dump.truth.parts[i].offset + stage->dump.truth.parts[i].length > end)
            end = stage->dump.truth.parts[i].offset + stage->dump.truth.parts[i].length;
    assert_true(end < 3 * 1048576);
    path = test_file_write(stage->folder, "3mb.bin", stage->dump.bytes, 3 * 1048576);
    expect(test_mtkscan(path, NULL), 5, "incomplete: 100 %", NULL);
    free(path);
    path = test_file_write(stage->folder, "odd.bin", stage->dump.bytes, (size_t)end + 13);
    expect(test_mtkscan(path, NULL), 5, "incomplete: 100 %", NULL);
    free(path);
    path = test_file_write(stage->folder, "cut.bin", stage->dump.bytes, (size_t)end - 13);
    expect(test_mtkscan(path, NULL), 5, "truncated", NULL);
    free(path);
}

static void tells_ambiguous_dumps(void **state)
{
    struct stage *stage = *state;
    struct test_run run = test_mtkscan("--no-default-plugins", "--plugin-dir", MODULE("twin1"),
                                       "--plugin-dir", MODULE("twin2"), stage->healthy, NULL);
    assert_int_equal(run.status, 4);
    assert_contains(run.out, "ambiguous; these modules claim it about equally:\n  twin1  100 bits\n"
                             "    +100  anything will do\n  twin2  100 bits\n");
    assert_contains(run.out, "--plugin ID");
    assert_narrow(run.out);
    test_run_free(&run);
}

static void tells_modules_that_misbehave(void **state)
{
    struct stage *stage = *state;
    expect(
        test_mtkscan("--no-default-plugins", "--plugin-dir", MODULE("boor"), stage->healthy, NULL),
        7, "not recognised", "mtkscan: module boor misbehaved");
    /* Beside the right module it costs nothing but itself. */
    expect(test_mtkscan("--plugin-dir", MODULE("boor"), stage->healthy, NULL), 0,
           "MT6261; module mt6261", NULL);
}

static void tells_what_cannot_be_read(void **state)
{
    struct stage *stage = *state;
    expect(test_mtkscan("./no-such-file.bin", NULL), 1, NULL,
           "mtkscan: cannot open ./no-such-file.bin: No such file");
    expect(test_mtkscan("--json", "./no-such-file.bin", NULL), 1,
           "{\"schema\":\"mtkscan/1\",\"input\":{\"path\":\"./"
           "no-such-file.bin\"},\"status\":\"error\","
           "\"errors\":[{\"code\":\"system\",",
           "mtkscan: ");
    struct test_run run = test_mtkscan("scan", stage->folder, NULL);
    assert_int_equal(run.status, 6);
    assert_string_equal(run.out, "");
    test_run_free(&run);
    expect(test_mtkscan(stage->healthy, "--limit", "input=1M", NULL), 6, NULL, "mtkscan: ");
}

/* Several inputs: a line each, and the worst exit code in the documented order. */
static void scans_several_inputs(void **state)
{
    struct stage *stage = *state;
    struct test_run run =
        test_mtkscan("scan", stage->healthy, "./none", "/bin/true", stage->damaged, "--json", NULL);
    assert_int_equal(run.status, 1);
    assert_int_equal(lines_in(run.out), 4);
    assert_contains(run.out, "\"status\":\"error\"");
    assert_contains(run.out, "\"status\":\"unknown\"");
    test_run_free(&run);
    expect(test_mtkscan("-q", stage->healthy, "/bin/true", stage->damaged, NULL), 3, NULL, NULL);
    expect(test_mtkscan("-q", stage->damaged, stage->healthy, NULL), 5, NULL, NULL);
    expect(test_mtkscan("-q", stage->healthy, stage->healthy, NULL), 0, NULL, NULL);
    expect(test_mtkscan("-q", "/bin/true", stage->folder, NULL), 6, NULL, "mtkscan: ");
    expect(test_mtkscan(stage->healthy, stage->damaged, NULL), 5, "-o DIR\n\nMT6261; module", NULL);
}

static void shows_everything_with_v(void **state)
{
    struct stage *stage = *state;
    struct test_run run = test_mtkscan("-v", stage->healthy, NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, "\nevidence\n  mt6261  ");
    assert_contains(run.out, "\nmap\n  0x000000 ");
    assert_contains(run.out, "\nchecks\n");
    assert_lacks(run.out, "...");
    test_run_free(&run);
}

static void keeps_hostile_names_harmless(void **state)
{
    struct stage *stage = *state;
    char *path = test_file_write(stage->folder, "a\x1b[31m\xe2\x80\xae\n\xff", stage->dump.bytes,
                                 stage->dump.size);
    struct test_run run = test_mtkscan("-v", path, NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, "a\\x1B[31m\\u{202E}\\x0A\\xFF");
    assert_lacks(run.out, "\x1b");
    test_run_free(&run);
    run = test_mtkscan("--json", path, NULL);
    assert_contains(run.out, "a\\u001b[31m\\u202e\\u000a\\ufffd\"");
    assert_int_equal(lines_in(run.out), 1);
    test_run_free(&run);
    run = test_mtkscan("./\x1b[31m", NULL);
    assert_int_equal(run.status, 1);
    assert_lacks(run.err, "\x1b");
    assert_contains(run.err, "\\x1B[31m");
    test_run_free(&run);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_a_healthy_dump),
        cmocka_unit_test(json_is_the_same_from_run_to_run),
        cmocka_unit_test(tells_damage),
        cmocka_unit_test(reads_standard_input),
        cmocka_unit_test(does_not_recognise_other_files),
        cmocka_unit_test(takes_any_size),
        cmocka_unit_test(tells_ambiguous_dumps),
        cmocka_unit_test(tells_modules_that_misbehave),
        cmocka_unit_test(tells_what_cannot_be_read),
        cmocka_unit_test(scans_several_inputs),
        cmocka_unit_test(shows_everything_with_v),
        cmocka_unit_test(keeps_hostile_names_harmless),
    };
    return cmocka_run_group_tests(tests, stage_set, stage_clear);
}
