/* SPDX-License-Identifier: MIT */
/* The output file when the system fails: every call that can fail does so once, at every place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "output/outfile.h"
#include "support.h"

static char *base;
static mtkscan_error error;

static bool no_links; /* a file system without hard links */

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    if (no_links) {
        errno = EPERM;
        return -1;
    }
    return (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}

static int write_file(bool force, const char *text)
{
    struct mtks_outfile out;
    char path[4200];
    const struct mtks_outfile_options options = {.force = force};
    snprintf(path, sizeof path, "%s/out", base);
    int outcome = mtks_outfile_open(&out, path, &options, &error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    outcome = mtks_outfile_append(&out, (const uint8_t *)text, strlen(text), NULL, &error);
    if (outcome == MTKSCAN_DONE)
        return mtks_outfile_commit(&out, &error);
    mtks_outfile_abandon(&out);
    return outcome;
}

static void expect_text(const char *expected)
{
    char *text = test_file_read(base, "out", NULL);
    assert_string_equal(text ? text : "", expected);
    free(text);
}

/* Nothing but the file stands in the folder. */
static void expect_clean(void)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/out", base);
    unlink(path);
    assert_int_equal(rmdir(base), 0);
    assert_int_equal(mkdir(base, 0700), 0);
}

/* One round: a call fails, the name holds the old file or the new, and nothing lies about. */
static bool round_of(enum call call, int nth, bool replace)
{
    begin(NO_CALL, -1, 0);
    test_folder_remove(base);
    base = test_folder_new();
    if (replace)
        assert_int_equal(write_file(false, "old"), MTKSCAN_DONE);
    begin(call, nth, EIO);
    int outcome = write_file(replace, "new");
    bool was_hit = hit;
    begin(NO_CALL, -1, 0);
    bool told = outcome == MTKSCAN_DONE || strstr(error.what, "the file is written");
    expect_text(told ? "new" : replace ? "old" : "");
    if (was_hit)
        assert_int_not_equal(outcome, MTKSCAN_DONE);
    if (call != UNLINK)
        expect_clean();
    return was_hit;
}

static void test_every_call(void **state)
{
    (void)state;
    static const enum call calls[] = {FSYNC, RENAME, RANDOM, WRITE, UNLINK, STAT};
    int rounds = 0;
    base = test_folder_new();
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        for (int replace = 0; replace < 2; replace++) {
            int nth = 0;
            while (round_of(calls[i], nth, replace))
                nth++;
            assert_true(nth > 0 || (calls[i] == UNLINK && !replace));
            rounds += nth;
        }
    assert_true(rounds >= 14);
    test_folder_remove(base);
}

/* A file system that knows neither way of renaming at once, with and without hard links. */
static void test_plain_file_system(void **state)
{
    (void)state;
    char path[4200];
    base = test_folder_new();
    snprintf(path, sizeof path, "%s/out", base);
    for (int links = 0; links < 2; links++) {
        no_links = !links;
        begin(RENAME, 0, EINVAL);
        assert_int_equal(write_file(false, "first"), MTKSCAN_DONE);
        assert_true(hit);
        expect_text("first");
        begin(RENAME, 0, EINVAL);
        assert_int_equal(write_file(true, "second"), MTKSCAN_DONE);
        assert_true(hit);
        expect_text("second");
        expect_clean();

        /* What appears meanwhile is not written over. */
        struct mtks_outfile out;
        assert_int_equal(mtks_outfile_open(&out, path, &(struct mtks_outfile_options){0}, &error),
                         MTKSCAN_DONE);
        free(test_file_write(base, "out", "mine", 4));
        begin(RENAME, 0, EINVAL);
        assert_int_equal(mtks_outfile_commit(&out, &error), MTKSCAN_REFUSED);
        assert_true(hit);
        expect_text("mine");
        expect_clean();
    }
    begin(WRITE, 0, EINTR);
    assert_int_equal(write_file(false, "first"), MTKSCAN_DONE);
    assert_true(hit);
    expect_text("first");
    test_folder_remove(base);
}

static void put_link(void)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/out", base);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("mine", path), 0);
}

/* A link that takes the old file's place between the last look and the swap gets its name back; if
 * even that fails, it stays under the hidden one. */
static void test_swapped_too_late(void **state)
{
    (void)state;
    char path[4200], target[16] = "";
    base = test_folder_new();
    snprintf(path, sizeof path, "%s/out", base);
    assert_int_equal(write_file(false, "old"), MTKSCAN_DONE);
    before_rename = put_link;
    assert_int_equal(write_file(true, "new"), MTKSCAN_REFUSED);
    assert_int_equal(readlink(path, target, sizeof target), 4);
    expect_clean();

    assert_int_equal(write_file(false, "old"), MTKSCAN_DONE);
    before_rename = put_link;
    begin(RENAME, 1, EIO);
    assert_int_equal(write_file(true, "new"), MTKSCAN_SYSTEM);
    assert_true(hit);
    assert_non_null(strstr(error.what, "is written, but what stood there is now called .out."));
    expect_text("new");
    assert_int_equal(unlink(path), 0);
    assert_int_not_equal(rmdir(base), 0); /* the link is still there */
    test_folder_remove(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call),
        cmocka_unit_test(test_plain_file_system),
        cmocka_unit_test(test_swapped_too_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
