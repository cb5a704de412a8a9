/* SPDX-License-Identifier: MIT */
/* `plugins check` on good modules, odd ones and bad ones: each fails the row that it should. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/runner.h"
#include "support.h"

#define PLUGINS TEST_BUILD_DIR "/plugins/"
#define ODD     TEST_BUILD_DIR "/tests/modcheck/"
#define HOSTILE TEST_BUILD_DIR "/tests/hostile/"

static struct test_run check(const char *file, const char *option)
{
    return test_mtkscan("plugins", "check", "--limit=plugin-ms=1000", option, file, NULL);
}

/* The object of one row. [owner: caller] */
static char *row_of(const char *json, const char *id)
{
    char key[64];
    snprintf(key, sizeof key, "{\"id\":\"%s\",\"wanted\":", id);
    const char *from = strstr(json, key);
    const char *to = from ? strchr(from, '}') : NULL;
    assert_non_null(to);
    return strndup(from, (size_t)(to - from) + 1);
}

static bool row_says(const char *json, const char *id, const char *result, const char *seen)
{
    char word[40];
    char *row = row_of(json, id);
    snprintf(word, sizeof word, "\"result\":\"%s\"", result);
    /* What fails, or could be better, comes with advice. */
    bool advised = !strstr(row, "\"advice\":null");
    bool good = strstr(row, word) && strstr(row, seen) &&
                (advised || (strcmp(result, "fail") != 0 && strcmp(result, "note") != 0));
    if (!good)
        print_error("wanted %s \"%s\", not %s\n", result, seen, row);
    free(row);
    return good;
}

/* ---- sound ones */

static void assert_sound(const char *file)
{
    struct test_run run = check(file, "--json");
    if (run.status != 0 || strstr(run.out, "\"result\":\"fail\"") ||
        !strstr(run.out, "\"verdict\":\"sound\"}\n"))
        fail_msg("exit %d: %s%s", run.status, run.out, run.err);
    assert_true(row_says(run.out, "exports", "pass", "one symbol"));
    assert_true(row_says(run.out, "behaviour", "pass", " dumps: empty, "));
    assert_true(row_says(run.out, "fixture", "pass", " bits, 4 parts, 2 flash IDs"));
    assert_true(row_says(run.out, "determinism", "pass", "the same"));
    assert_true(row_says(run.out, "cost", "pass", "limit 1000 ms"));
    test_run_free(&run);
}

static void test_sound(void **state)
{
    (void)state;
    assert_sound(PLUGINS "mt6260.so");
    assert_sound(PLUGINS "mt6261.so");
    assert_sound(PLUGINS "mt2502.so");
    assert_sound(ODD "none.so");
}

/* A new module passes as it is, and is told what is left to write. */
static void test_fresh(void **state)
{
    (void)state;
    assert_sound(ODD "fresh.so");
    struct test_run run = check(ODD "fresh.so", "--json");
    assert_true(row_says(run.out, "globals", "pass", "none that can be written"));
    assert_true(row_says(run.out, "metadata", "note", "lacks an author; a url"));
    assert_non_null(strstr(run.out, "\"module\":{\"path\":\"" ODD "fresh.so\",\"id\":\"mt6250\","
                                    "\"version\":\"0.1.0\",\"title\":\"MT6250 watches and phones\","
                                    "\"chips\":[\"MT6250\"]}"));
    test_run_free(&run);
}

/* ---- odd and bad ones */

enum { ANYWHERE, SANDBOX };

struct wanted {
    const char *file, *row, *result, *seen;
    int where;
};

/* Rows of one file stand together: it is checked once for all of them. */
static void check_all(const struct wanted *rows, size_t count, const char *folder)
{
    bool good = true, strict = mtks_isolation_usual() == MTKS_ISOLATION_SANDBOX;
    struct test_run run = {0};
    for (size_t i = 0; i < count; i++) {
        char path[512];
        if (rows[i].where == SANDBOX && !strict)
            continue;
        snprintf(path, sizeof path, "%s%s.so", folder, rows[i].file);
        if (i == 0 || strcmp(rows[i].file, rows[i - 1].file) != 0) {
            test_run_free(&run);
            run = check(path, "--json");
        }
        bool held = row_says(run.out, rows[i].row, rows[i].result, rows[i].seen);
        bool failed = strstr(run.out, "\"result\":\"fail\"") != NULL;
        printf("  %-18s %-12s %s\n", rows[i].file, rows[i].row, held ? "found" : "MISSED");
        good = good && held && run.status == (failed ? 7 : 0) &&
               !strstr(run.out, "\"verdict\":\"unsound\"") == !failed;
    }
    test_run_free(&run);
    assert_true(good);
}

#define CHECK_ALL(rows, folder) check_all((rows), sizeof(rows) / sizeof *(rows), (folder))

static void test_odd(void **state)
{
    (void)state;
    static const struct wanted rows[] = {
        {"exports_more", "exports", "fail", "also exports 2: odd_", ANYWHERE},
        {"no_entry", "exports", "fail", "exports no mtkscan_plugin_entry_v1", ANYWHERE},
        {"no_entry", "describe", "fail", "exports no mtkscan_plugin_entry_v1", ANYWHERE},
        {"entry_is_code", "exports", "fail", "is no data object", ANYWHERE},
        {"constructs", "constructors", "note", "1 beyond the compiler's own", ANYWHERE},
        {"counts", "globals", "fail", "2 that can be written: ", ANYWHERE},
        {"counts", "determinism", "fail", "called in turn in one process, gives other records",
         ANYWHERE},
        {"stripped", "globals", "pass", "stripped, and too small", ANYWHERE},
        {"stripped_counts", "globals", "skipped", "bytes of .bss", ANYWHERE},
        {"stripped_counts", "determinism", "fail", "gives other records", ANYWHERE},
        {"asks_clock", "determinism", "fail", "a second time in a new process", ANYWHERE},
        {"clock_in_layout", "determinism", "fail", "layout, called a second time in a new process",
         ANYWHERE},
        {"lacks_symbol", "describe", "fail", "cannot be loaded: ", ANYWHERE},
        {"lacks_symbol", "references", "fail", "odd_symbol_of_nobody", ANYWHERE},
        {"lacks_symbol", "behaviour", "skipped", "it could not be loaded", ANYWHERE},
        {"plain_metadata", "metadata", "note",
         "lacks an author; an SPDX license word, e.g. MIT; a url (https://...) for its users; "
         "limitations",
         ANYWHERE},
        {"no_flash", "fixture", "fail", "states no flash (emit_flash", ANYWHERE},
        {"unsorted", "fixture", "fail", "part PART begins at 0x1000, before", ANYWHERE},
        {"far_part", "fixture", "fail", "part PART ends at 0x400800, the dump at 0x400000",
         ANYWHERE},
        {"no_parts", "fixture", "fail", "states no part of it", ANYWHERE},
        {"common_only", "foreign", "pass", "claims no empty", ANYWHERE},
        {"common_only", "fixture", "skipped", "it claims no dump that the SDK makes", ANYWHERE},
        {"boasts", "foreign", "fail", "claims a dump of one byte, with 64 bits", ANYWHERE},
        {"long_chip", "fixture", "pass", "the SDK's MT9999 dump", ANYWHERE},
        {"none", "decode", "pass", "it brings no codec", ANYWHERE},
        {"decodes", "decode", "pass", " containers, sound or not, of which ", ANYWHERE},
        {"decodes_oddly", "decode", "fail", "decode gives other bytes the second time", ANYWHERE},
        {"decodes_far", "decode", "fail", "lies outside its room", ANYWHERE},
        {"decodes_wildly", "decode", "fail", "crashed (signal 11) in decode", ANYWHERE},
        {"slow", "cost", "note", "limit 1000 ms", ANYWHERE},
        {"endless", "cost", "fail", "KB: took longer than 1 s", ANYWHERE},
        {"hungry", "cost", "note", " KB, limit 131072 KB", ANYWHERE},
    };
    CHECK_ALL(rows, ODD);
}

static void test_hostile(void **state)
{
    (void)state;
    static const struct wanted rows[] = {
        {"null_write", "behaviour", "fail", "on an empty dump, claim: crashed (signal 11)",
         ANYWHERE},
        {"endless_loop", "behaviour", "fail", "took longer than 1 s", ANYWHERE},
        {"exits_0", "behaviour", "fail", "ended in claim without a result", ANYWHERE},
        {"giant_string", "behaviour", "fail", "evidence.text is longer than 512 bytes", ANYWHERE},
        {"giant_string", "determinism", "skipped", "it misbehaves", ANYWHERE},
        {"bad_utf8", "behaviour", "fail", "is not valid UTF-8", ANYWHERE},
        {"floods", "behaviour", "fail", "more than 20000 records", ANYWHERE},
        {"fails", "behaviour", "fail", "claim returned -6", ANYWHERE},
        {"forges_frame", "behaviour", "fail", "garbage", ANYWHERE},
        {"floods_pipe", "globals", "fail", "1 that can be written: ", ANYWHERE},
        {"wrong_phase", "behaviour", "fail", "range in claim", ANYWHERE},
        {"layout_crash", "behaviour", "fail", "layout: crashed (signal 11)", ANYWHERE},
        {"flash_ids_exit", "behaviour", "fail", "flash_ids: ended in flash_ids", ANYWHERE},
        {"overlapping_parts", "foreign", "fail", "claims an empty dump, with 512 bits", ANYWHERE},
        {"overlapping_parts", "fixture", "fail", "part PART ends at 0x400010", ANYWHERE},
        {"wrong_major", "describe", "fail", "is built for ABI 2.0", ANYWHERE},
        {"size_0", "describe", "fail", "states an entry of 0 bytes", ANYWHERE},
        {"null_callback", "describe", "fail", "claim is NULL", ANYWHERE},
        {"load_call_abort", "describe", "fail", "crashed (signal 6) when it was loaded", ANYWHERE},
        {"load_call_abort", "constructors", "note", "1 beyond", ANYWHERE},
        {"load_exits_0", "describe", "fail", "ended without a result", ANYWHERE},
        {"forks", "behaviour", "fail", "called clone, which modules may not", SANDBOX},
        {"reads_passwd", "behaviour", "fail", "called openat", SANDBOX},
        {"writes_stdout", "behaviour", "fail", "called write", SANDBOX},
        {"load_writes_file", "describe", "fail", "called openat", SANDBOX},
    };
    CHECK_ALL(rows, HOSTILE);
    assert_int_not_equal(access(HOSTILE "mark", F_OK), 0);
}

/* ---- files that are no modules */

static void test_files(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    size_t size = 0;
    char *bytes = test_file_read(ODD, "none.so", &size);
    assert_non_null(bytes);
    char *path = test_file_write(folder, "open.so", bytes, size);
    assert_int_equal(chmod(path, 0666), 0);
    struct test_run run = check(path, "--json");
    assert_int_equal(run.status, 7);
    assert_true(row_says(run.out, "file", "fail", "can be changed by anyone (mode 0666)"));
    assert_true(row_says(run.out, "exports", "skipped", "the file is not one to load"));
    assert_true(row_says(run.out, "describe", "skipped", "the file is not one to load"));
    assert_non_null(strstr(run.out, "\"id\":null"));
    test_run_free(&run);
    free(path);

    path = test_file_write(folder, "text.so", "no ELF", 6);
    run = check(path, "--json");
    assert_true(row_says(run.out, "file", "fail", "is no ELF file"));
    test_run_free(&run);
    free(path);

    bytes[18] ^= 0x55; /* e_machine */
    path = test_file_write(folder, "other.so", bytes, size);
    run = check(path, "--json");
    assert_true(row_says(run.out, "file", "fail", "is built for another machine"));
    test_run_free(&run);
    free(path);
    free(bytes);

    path = test_file_write(folder, "huge.so", "", 0);
    assert_int_equal(truncate(path, (65 << 20)), 0);
    run = check(path, "--json");
    assert_true(row_says(run.out, "file", "fail", "more than any module needs"));
    test_run_free(&run);
    free(path);

    run = check("/bin/true", "--json"); /* a program; as a PIE it lacks the entry */
    assert_int_equal(run.status, 7);
    test_run_free(&run);
    test_folder_remove(folder);
}

/* What no chmod mends is not told to be. */
static void test_not_regular(void **state)
{
    (void)state;
    char *folder = test_folder_new(), *pipe = NULL;
    assert_true(asprintf(&pipe, "%s/pipe.so", folder) > 0);
    assert_int_equal(mkfifo(pipe, 0666), 0);
    const char *const paths[] = {folder, pipe};
    for (size_t i = 0; i < 2; i++) {
        struct test_run run = check(paths[i], "--json");
        assert_int_equal(run.status, 7);
        assert_true(row_says(run.out, "file", "fail", "is not a regular file"));
        assert_non_null(strstr(run.out, "Name the module's own file, NAME.so."));
        assert_null(strstr(run.out, "chmod"));
        test_run_free(&run);
    }
    free(pipe);
    test_folder_remove(folder);
}

/* A folder that a scan refuses makes the file in it no better. */
static void test_folder(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    size_t size = 0;
    char *bytes = test_file_read(ODD, "none.so", &size);
    assert_non_null(bytes);
    char *path = test_file_write(folder, "good.so", bytes, size);
    free(bytes);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(chmod(folder, 0777), 0);
    struct test_run run = check(path, "--json");
    assert_int_equal(run.status, 7);
    assert_true(row_says(run.out, "file", "fail", folder));
    assert_true(row_says(run.out, "file", "fail", " can be changed by anyone (mode 0777)"));
    assert_true(row_says(run.out, "describe", "skipped", "the file is not one to load"));
    assert_non_null(strstr(run.out, "Keep it in a folder of your own"));
    test_run_free(&run);
    assert_int_equal(chmod(folder, 0700), 0);
    run = check(path, "--json");
    assert_int_equal(run.status, 0);
    test_run_free(&run);

    /* A name without a folder is one of the current folder. */
    char *before = getcwd(NULL, 0);
    assert_non_null(before);
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(chmod(folder, 01777), 0);
    run = check("good.so", "--json");
    assert_int_equal(chdir(before), 0);
    assert_true(
        row_says(run.out, "file", "fail", "its folder . can be changed by anyone (mode 1777)"));
    test_run_free(&run);
    free(before);
    free(path);
    test_folder_remove(folder);
}

static void test_unreadable(void **state)
{
    (void)state;
    struct test_run run = check("/nowhere/none.so", "--json");
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.out, "\"input\":{\"path\":\"/nowhere/none.so\"}"));
    assert_non_null(strstr(run.out, "\"status\":\"error\""));
    assert_non_null(strstr(run.err, "mtkscan: /nowhere/none.so cannot be opened: No such file"));
    test_run_free(&run);
    /* One that cannot be read does not keep the others from being checked. */
    run = test_mtkscan("plugins", "check", "--json", "/nowhere/none.so", ODD "none.so", NULL);
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.out, "\"verdict\":\"sound\"}\n"));
    test_run_free(&run);
}

/* ---- the command */

static void test_text(void **state)
{
    (void)state;
    struct test_run run =
        test_mtkscan("plugins", "check", "--color=always", ODD "counts.so", ODD "none.so", NULL);
    assert_int_equal(run.status, 7);
    assert_non_null(strstr(run.out, "\x1b["));
    test_run_free(&run);
    run = test_mtkscan("plugins", "check", ODD "counts.so", ODD "none.so", NULL);
    assert_int_equal(run.status, 7);
    assert_non_null(strstr(run.out, ODD "counts.so\n  ok      file "));
    assert_non_null(strstr(run.out, "\n  FAIL    globals       2 that can be written: "));
    assert_non_null(strstr(run.out, "\n                        wanted: no variable outlives a call"
                                    "\n                        advice: Make each const, "));
    assert_non_null(strstr(run.out, "unsound: 2 of 13 failed\n\n" ODD "none.so\n"));
    const char *last = strstr(run.out, "\nsound: 0 of 13 failed\n");
    assert_non_null(last);
    assert_string_equal(last, "\nsound: 0 of 13 failed\n");
    for (char *line = strtok(run.out, "\n"); line; line = strtok(NULL, "\n"))
        if (line[0] == ' ' && strlen(line) > 80)
            fail_msg("longer than 80: %s", line);
    test_run_free(&run);
    run = test_mtkscan("plugins", "check", "-q", ODD "counts.so", NULL);
    assert_int_equal(run.status, 7);
    assert_string_equal(run.out, "");
    test_run_free(&run);
}

static void test_found(void **state)
{
    (void)state;
    struct test_run run = test_mtkscan("plugins", "check", "--json", "--no-default-plugins",
                                       "--plugin-dir", TEST_BUILD_DIR "/plugins", NULL);
    const char *first = strstr(run.out, "mt2502.so"), *last = strstr(run.out, "mt6261.so");
    assert_int_equal(run.status, 0);
    assert_true(first && last && first < last);
    assert_true(row_says(run.out, "determinism", "pass", "beside 3 other modules"));
    test_run_free(&run);
    run = test_mtkscan("plugins", "check", "--no-default-plugins", "--plugin-dir", "/nowhere/none",
                       NULL);
    assert_true(run.status != 0);
    test_run_free(&run);
    run = test_mtkscan("plugins", "check", "--no-default-plugins", NULL);
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.err, "mtkscan: no module was found to check; "));
    test_run_free(&run);
}

static void test_schema(void **state)
{
    (void)state;
    char *folder = test_folder_new();
    struct test_run run = test_mtkscan("plugins", "check", "--json", ODD "none.so", ODD "counts.so",
                                       HOSTILE "size_0.so", "/nowhere/none.so", NULL);
    char *path = test_file_write(folder, "lines.json", run.out, strlen(run.out));
    const char *argv[] = {"/usr/bin/python3", TEST_SOURCE_DIR "/tests/cli/validate.py",
                          TEST_SOURCE_DIR "/core/report/schema/1.json", path, NULL};
    test_run_free(&run);
    run = test_run(argv);
    if (run.status != 0 && run.status != 77 && run.status != 127)
        fail_msg("exit %d: %s", run.status, run.err);
    bool checked = run.status == 0;
    test_run_free(&run);
    free(path);
    test_folder_remove(folder);
    if (!checked)
        skip(); /* no python3 with jsonschema here */
}

/* What is checked stays out of the program's own process, whatever level was asked for. */
static void test_isolation(void **state)
{
    (void)state;
    struct test_run run =
        test_mtkscan("plugins", "check", "--json", "--isolation=none", "--no-default-plugins",
                     "--plugin-dir", ODD, HOSTILE "load_call_abort.so", NULL);
    assert_int_equal(run.status, 7);
    assert_true(row_says(run.out, "describe", "fail", "crashed (signal 6)"));
    test_run_free(&run);
}

static void test_usage(void **state)
{
    (void)state;
    struct test_run run = test_mtkscan("plugins", "path", "more", NULL);
    assert_int_equal(run.status, 2);
    assert_non_null(strstr(run.err, "mtkscan: plugins path takes no 'more'"));
    test_run_free(&run);
    run = test_mtkscan("help", "plugins", NULL);
    assert_non_null(strstr(run.out, "check [FILE...]"));
    test_run_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),     cmocka_unit_test(test_fresh),
        cmocka_unit_test(test_odd),       cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_files),     cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_text),      cmocka_unit_test(test_found),
        cmocka_unit_test(test_isolation), cmocka_unit_test(test_usage),
        cmocka_unit_test(test_schema),    cmocka_unit_test(test_not_regular),
        cmocka_unit_test(test_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
