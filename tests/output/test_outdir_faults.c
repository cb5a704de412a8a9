/* SPDX-License-Identifier: MIT */
/* The output folder when the system fails: every call that can fail does so once, at every place.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faults.h"
#include "kit/ours.h"
#include "output/outdir.h"
#include "support.h"

static char *base;
static mtkscan_error error;

static int write_kit(bool force, const char *text)
{
    static const char head[] = "# Written by mtkscan from a flash dump\n"
                               "main_region:\n  rom:\n    - file: ROM\n";
    struct mtks_outdir out;
    char path[4200];
    snprintf(path, sizeof path, "%s/kit", base);
    const struct mtks_outdir_options options = {.allowed = force ? MTKS_REPLACE_OURS
                                                                 : MTKS_REPLACE_NOTHING,
                                                .recogniser = &mtks_kit_recogniser};
    int outcome = mtks_outdir_open(&out, path, &options, &error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    outcome = mtks_outdir_write(&out, "ROM", (const uint8_t *)text, strlen(text), NULL, &error);
    if (outcome == MTKSCAN_DONE)
        outcome =
            mtks_outdir_write(&out, "x.cfg", (const uint8_t *)head, strlen(head), NULL, &error);
    if (outcome == MTKSCAN_DONE)
        return mtks_outdir_commit(&out, &error);
    mtks_outdir_abandon(&out);
    return outcome;
}

/* The content of the kit's ROM, or NULL. A kit without its .cfg is not whole. [owner: caller] */
static char *kit_text(void)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/kit", base);
    char *text = test_file_read(path, "ROM", NULL);
    if (text)
        assert_true(test_exists(path, "x.cfg"));
    return text;
}

/* Nothing but the kit stands in the folder. */
static bool is_clean(void)
{
    char *kit = kit_text(), path[4200];
    snprintf(path, sizeof path, "%s/kit", base);
    if (kit) {
        char file[4300];
        snprintf(file, sizeof file, "%s/ROM", path);
        unlink(file);
        snprintf(file, sizeof file, "%s/x.cfg", path);
        unlink(file);
        rmdir(path);
    }
    free(kit);
    bool clean = rmdir(base) == 0;
    if (clean)
        assert_int_equal(mkdir(base, 0700), 0);
    return clean;
}

static void renew(void)
{
    begin(NO_CALL, -1, 0);
    test_folder_remove(base);
    base = test_folder_new();
}

/* One round: a call fails, the name holds a whole kit or none, and nothing lies about. */
static bool round_of(enum call call, int nth, bool replace)
{
    renew();
    if (replace)
        assert_int_equal(write_kit(false, "old"), MTKSCAN_DONE);
    begin(call, nth, EIO);
    int outcome = write_kit(replace, "new");
    bool was_hit = hit;
    begin(NO_CALL, -1, 0);
    char *text = kit_text();
    bool told = outcome == MTKSCAN_DONE || strstr(error.what, "the kit is written");
    const char *expected = told ? "new" : replace ? "old" : "";
    assert_string_equal(text ? text : "", expected);
    free(text);
    if (call != UNLINK) /* what cannot be removed stays, under its hidden name */
        assert_true(is_clean());
    if (was_hit && call != UNLINK && call != STAT)
        assert_int_not_equal(outcome, MTKSCAN_DONE);
    return was_hit;
}

static void test_every_call(void **state)
{
    (void)state;
    int rounds = 0;
    base = test_folder_new();
    for (int call = NO_CALL + 1; call < CALLS; call++)
        for (int replace = 0; replace < 2; replace++) {
            int nth = 0;
            while (round_of((enum call)call, nth, replace))
                nth++;
            assert_true(nth > 0 || (call == UNLINK && !replace));
            rounds += nth;
        }
    assert_true(rounds > 30);
    test_folder_remove(base);
}

/* A file system that knows neither way of renaming at once. */
static void test_plain_file_system(void **state)
{
    (void)state;
    base = test_folder_new();
    begin(RENAME, 0, EINVAL);
    assert_int_equal(write_kit(false, "first"), MTKSCAN_DONE);
    assert_true(hit);
    begin(RENAME, 0, EINVAL);
    assert_int_equal(write_kit(true, "second"), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "on this file system"));
    begin(NO_CALL, -1, 0);
    char *text = kit_text();
    assert_string_equal(text, "first");
    free(text);
    assert_true(is_clean());

    /* A name that is taken is tried again under another. */
    renew();
    begin(MKDIR, 0, EEXIST);
    assert_int_equal(write_kit(false, "first"), MTKSCAN_DONE);
    assert_true(hit);
    /* Interrupted writes go on. */
    renew();
    begin(WRITE, 0, EINTR);
    assert_int_equal(write_kit(false, "first"), MTKSCAN_DONE);
    assert_true(hit);
    begin(NO_CALL, -1, 0);
    assert_true(is_clean());
    test_folder_remove(base);
}

static void put_other_folder(void)
{
    char path[4200], moved[4200];
    snprintf(path, sizeof path, "%s/kit", base);
    snprintf(moved, sizeof moved, "%s/moved", base);
    assert_int_equal(rename(path, moved), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    free(test_file_write(path, "ROM", "mine", 4));
    free(test_file_write(path, "x.cfg", "mine", 4));
}

/* Another folder that takes the old kit's place between the last look and the swap stays. */
static void test_swapped_too_late(void **state)
{
    (void)state;
    base = test_folder_new();
    assert_int_equal(write_kit(false, "old"), MTKSCAN_DONE);
    before_rename = put_other_folder;
    assert_int_equal(write_kit(true, "new"), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "changed meanwhile"));
    char *text = kit_text();
    assert_string_equal(text, "mine");
    free(text);
    char *moved = test_file_read(base, "moved/ROM", NULL);
    assert_string_equal(moved, "old");
    free(moved);

    /* It stays as well where it cannot get its name back. */
    renew();
    assert_int_equal(write_kit(false, "old"), MTKSCAN_DONE);
    before_rename = put_other_folder;
    begin(RENAME, 1, EIO);
    assert_int_equal(write_kit(true, "new"), MTKSCAN_SYSTEM);
    assert_true(hit);
    text = kit_text();
    assert_string_equal(text, "new");
    free(text);
    char *other = strstr(error.what, ".kit.partial-");
    assert_non_null(other);
    other[strcspn(other, ":")] = '\0';
    assert_true(test_exists(base, other));
    test_folder_remove(base);
}

/* How often the disk is asked to keep what was written, for three files in two folders. */
static int syncs_of(bool many)
{
    static const char *const names[] = {"top", "a/one", "a/b/two"};
    struct mtks_outdir out;
    char path[4200];
    const struct mtks_outdir_options options = {.many = many};
    base = test_folder_new();
    snprintf(path, sizeof path, "%s/kit", base);
    begin(FSYNC, 1000, EIO);
    assert_int_equal(mtks_outdir_open(&out, path, &options, &error), MTKSCAN_DONE);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(mtks_outdir_write(&out, names[i], NULL, 0, NULL, &error), MTKSCAN_DONE);
    assert_int_equal(mtks_outdir_commit(&out, &error), MTKSCAN_DONE);
    int calls = 1000 - countdown;
    begin(NO_CALL, -1, 0);
    test_folder_remove(base);
    return calls;
}

static void test_syncs(void **state)
{
    (void)state;
    assert_int_equal(syncs_of(false), 3 + 2 + 1 + 1); /* files, folders, the whole, its parent */
    assert_int_equal(syncs_of(true), 1 + 1);          /* the file system, the parent */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call),
        cmocka_unit_test(test_plain_file_system),
        cmocka_unit_test(test_swapped_too_late),
        cmocka_unit_test(test_syncs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
