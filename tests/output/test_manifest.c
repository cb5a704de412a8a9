/* SPDX-License-Identifier: MIT */
/* A folder that lists itself: written, checked by sha1sum, and known again by --force. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/manifest.h"
#include "support.h"

#define MARK "{\"schema\":\"test/1\""

static char *base, *folder;
static mtkscan_error error;

static const struct mtks_manifest_mark mark = {.file = "index.json", .start = MARK};
static const struct mtks_recogniser recogniser = {
    .noun = "made folder", .look = mtks_manifest_look, .ctx = &mark};

static int write_folder(bool force, const char *text, const char *input)
{
    static const char *const names[] = {"ALICE.bin", "resources/a.gif", "resources/deep/b.gif"};
    const struct mtks_outdir_options options = {.allowed = force ? MTKS_REPLACE_OURS
                                                                 : MTKS_REPLACE_NOTHING,
                                                .recogniser = &recogniser,
                                                .inputs = &input,
                                                .input_count = input ? 1 : 0};
    struct mtks_outdir out;
    struct mtks_manifest manifest;
    char sha1[41] = "";
    int outcome = mtks_outdir_open(&out, folder, &options, &error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    assert_int_equal(mtks_manifest_begin(&manifest, &out, &error), MTKSCAN_DONE);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(mtks_manifest_write(&manifest, names[i], (const uint8_t *)text,
                                             strlen(text), NULL, NULL, sha1, &error),
                         MTKSCAN_DONE);
    if (strcmp(text, "abc") == 0)
        assert_string_equal(sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_int_equal(
        mtks_manifest_write(&manifest, "line\nbreak", NULL, 0, NULL, NULL, NULL, &error),
        MTKSCAN_REFUSED);
    assert_int_equal(mtks_manifest_write(&manifest, "index.json", (const uint8_t *)MARK "}\n",
                                         strlen(MARK) + 2, NULL, NULL, NULL, &error),
                     MTKSCAN_DONE);
    assert_int_equal(mtks_manifest_end(&manifest, NULL, &error), MTKSCAN_DONE);
    mtks_manifest_free(&manifest);
    return mtks_outdir_commit(&out, &error);
}

static int setup(void **state)
{
    (void)state;
    base = test_folder_new();
    assert_true(asprintf(&folder, "%s/out", base) > 0);
    assert_int_equal(write_folder(false, "abc", NULL), MTKSCAN_DONE);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove(base);
    free(folder);
    return 0;
}

static const char *path(const char *name)
{
    static char text[4400];
    snprintf(text, sizeof text, "%s/%s", folder, name);
    return text;
}

static void put(const char *name, const char *text)
{
    free(test_file_write(folder, name, text, strlen(text)));
}

static void expect_kept(const char *why)
{
    assert_int_equal(write_folder(true, "new", NULL), MTKSCAN_REFUSED);
    if (!strstr(error.what, why))
        fail_msg("\"%s\" lacks \"%s\"", error.what, why);
    char *text = test_file_read(folder, "resources/deep/b.gif", NULL);
    assert_string_equal(text, "abc");
    free(text);
}

static void expect_replaced(void)
{
    assert_int_equal(write_folder(true, "new", NULL), MTKSCAN_DONE);
    char *text = test_file_read(folder, "resources/deep/b.gif", NULL);
    assert_string_equal(text, "new");
    free(text);
    /* Nothing of the old one is left. */
    test_folder_remove(strdup(folder));
    assert_int_equal(rmdir(base), 0);
    assert_int_equal(mkdir(base, 0700), 0);
}

static void test_is_checked_by_sha1sum(void **state)
{
    (void)state;
    const char *const argv[] = {"/bin/sh", "-c", "cd \"$0\" && sha1sum --strict -c SHA1SUMS",
                                folder, NULL};
    struct test_run run = test_run(argv);
    assert_int_equal(run.status, 0);
    assert_string_equal(run.out, "ALICE.bin: OK\nresources/a.gif: OK\nresources/deep/b.gif: OK\n"
                                 "index.json: OK\n");
    test_run_free(&run);
}

static void test_replaces_its_own(void **state)
{
    (void)state;
    assert_int_equal(write_folder(false, "new", NULL), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "--force replaces a made folder that mtkscan wrote"));
    expect_replaced();
}

/* A file that is gone is no reason to keep the rest. */
static void test_replaces_a_part(void **state)
{
    (void)state;
    assert_int_equal(unlink(path("ALICE.bin")), 0);
    assert_int_equal(unlink(path("resources/a.gif")), 0);
    expect_replaced();
}

static void test_keeps_strangers(void **state)
{
    (void)state;
    put("notes.txt", "mine");
    expect_kept("out holds notes.txt, which mtkscan did not write");
    put("resources/deep/idea", "mine");
    expect_kept("holds notes.txt, resources/deep/idea, which mtkscan");
    assert_int_equal(unlink(path("notes.txt")), 0);
    assert_int_equal(unlink(path("resources/deep/idea")), 0);
    assert_int_equal(mkdir(path("empty"), 0700), 0);
    expect_kept("holds empty, which mtkscan did not write");
    assert_int_equal(rmdir(path("empty")), 0);
    assert_int_equal(mkdir(path("resources/dee"), 0700), 0); /* the start of another's name */
    expect_kept("holds resources/dee, which");
    assert_int_equal(rmdir(path("resources/dee")), 0);
    assert_int_equal(symlink("/etc/passwd", path("resources/link")), 0);
    expect_kept("holds resources/link, which is no plain file");
    assert_int_equal(unlink(path("resources/link")), 0);
    assert_int_equal(mkfifo(path("pipe"), 0600), 0);
    expect_kept("holds pipe, which is no plain file");
    assert_int_equal(unlink(path("pipe")), 0);
    expect_replaced();
}

/* What the user changed is his work, though it has a name of ours. */
static void test_keeps_changes(void **state)
{
    (void)state;
    put("ALICE.bin", "abd");
    expect_kept("out holds ALICE.bin, changed since mtkscan wrote it");
    put("resources/a.gif", "abcd");
    expect_kept("holds ALICE.bin, resources/a.gif, changed since");
    put("ALICE.bin", "abc");
    put("resources/a.gif", "abc");
    put("index.json", MARK ",\"mine\":1}\n");
    expect_kept("holds index.json, changed since");
}

/* A listed file that is a link, or a listed folder that is one, is never followed or removed. */
static void test_keeps_links(void **state)
{
    (void)state;
    char target[4200];
    free(test_file_write(base, "same", "abc", 3));
    snprintf(target, sizeof target, "%s/same", base);
    assert_int_equal(unlink(path("ALICE.bin")), 0);
    assert_int_equal(symlink(target, path("ALICE.bin")), 0);
    expect_kept("holds ALICE.bin, which is no plain file");
    assert_int_equal(unlink(path("ALICE.bin")), 0);
    snprintf(target, sizeof target, "%s/elsewhere", base);
    assert_int_equal(rename(path("resources"), target), 0);
    assert_int_equal(symlink(target, path("resources")), 0);
    expect_kept("holds resources, which is no plain file");
    assert_true(test_exists(target, "a.gif"));
}

static void test_needs_list_and_mark(void **state)
{
    (void)state;
    char *list = test_file_read(folder, "SHA1SUMS", NULL);
    static const char *const bad[] = {
        "",
        "\n",
        "# a comment\n",
        "a9993e364706816aba3e25717850c26c9cd0d89d  ALICE.bin", /* no end of line */
        "a9993e364706816aba3e25717850c26c9cd0d89d  \n",
        "A9993E364706816ABA3E25717850C26C9CD0D89D  ALICE.bin\n",
        "a9993e364706816aba3e25717850c26c9cd0d89 ALICE.bin\n",
        "a9993e364706816aba3e25717850c26c9cd0d89d0  ALICE.bin\n",
        "a9993e364706816aba3e25717850c26c9cd0d89d *ALICE.bin\n", /* binary, not ours */
        "\\a9993e364706816aba3e25717850c26c9cd0d89d  ALICE\\nbin\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        put("SHA1SUMS", bad[i]);
        expect_kept("holds no SHA1SUMS that mtkscan wrote");
    }
    assert_int_equal(unlink(path("SHA1SUMS")), 0);
    expect_kept("holds no SHA1SUMS that mtkscan wrote");
    /* Another command's folder, or anybody's with a list. */
    put("SHA1SUMS", "a9993e364706816aba3e25717850c26c9cd0d89d  ALICE.bin\n");
    expect_kept("holds no index.json that mtkscan wrote");
    put("SHA1SUMS", list);
    put("index.json", "{\"schema\":\"test/2\"}\n");
    expect_kept("holds no index.json that mtkscan wrote");
    put("index.json", "{");
    expect_kept("holds no index.json that mtkscan wrote");
    put("index.json", MARK "}\n");
    expect_replaced();
    free(list);
}

static void test_keeps_the_input(void **state)
{
    (void)state;
    char *input = strdup(path("resources/a.gif"));
    assert_int_equal(write_folder(true, "new", input), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "holds resources/a.gif, the dump itself"));
    assert_true(test_exists(folder, "resources/a.gif"));
    free(input);
}

/* What is put there between the last look and the end stays, and so does the folder around it. */
static void test_late_changes(void **state)
{
    (void)state;
    const struct mtks_outdir_options options = {.allowed = MTKS_REPLACE_OURS,
                                                .recogniser = &recogniser};
    struct mtks_outdir out;
    assert_int_equal(mtks_outdir_open(&out, folder, &options, &error), MTKSCAN_DONE);
    put("ALICE.bin", "mine");
    assert_int_equal(mtks_outdir_commit(&out, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "ALICE.bin, changed since"));
    char *text = test_file_read(folder, "ALICE.bin", NULL);
    assert_string_equal(text, "mine");
    free(text);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_is_checked_by_sha1sum), CASE(test_replaces_its_own), CASE(test_replaces_a_part),
        CASE(test_keeps_strangers),       CASE(test_keeps_changes),    CASE(test_keeps_links),
        CASE(test_needs_list_and_mark),   CASE(test_keeps_the_input),  CASE(test_late_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
