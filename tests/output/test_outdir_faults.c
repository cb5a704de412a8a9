/* SPDX-License-Identifier: MIT */
/* The output folder when the system fails: every call that can fail does so once, at every place.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "output/outdir.h"
#include "support.h"

enum call { NO_CALL, FSYNC, FCHMOD, RENAME, RANDOM, MKDIR, WRITE, UNLINK, STAT, CALLS };

/* The next call of a kind that fails, counted from 0; below 0: none. */
static enum call failing;
static int countdown, failure;
static bool hit;

static bool fails(enum call call)
{
    if (call != failing || countdown-- != 0)
        return false;
    hit = true;
    errno = failure;
    return true;
}

/* These stand in for the C library's in this program. */
int fsync(int file)
{
    return fails(FSYNC) ? -1 : (int)syscall(SYS_fsync, file);
}

int fchmod(int file, mode_t mode)
{
    return fails(FCHMOD) ? -1 : (int)syscall(SYS_fchmod, file, mode);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    return fails(RENAME) ? -1
                         : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

ssize_t getrandom(void *to, size_t size, unsigned flags)
{
    return fails(RANDOM) ? -1 : (ssize_t)syscall(SYS_getrandom, to, size, flags);
}

int mkdirat(int folder, const char *name, mode_t mode)
{
    return fails(MKDIR) ? -1 : (int)syscall(SYS_mkdirat, folder, name, mode);
}

ssize_t write(int file, const void *bytes, size_t size)
{
    return fails(WRITE) ? -1 : (ssize_t)syscall(SYS_write, file, bytes, size);
}

int unlinkat(int folder, const char *name, int flags)
{
    return fails(UNLINK) ? -1 : (int)syscall(SYS_unlinkat, folder, name, flags);
}

int fstatat(int folder, const char *name, struct stat *info, int flags)
{
    /* The only flag in use is AT_SYMLINK_NOFOLLOW. */
    if (fails(STAT))
        return -1;
    int file = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0)
        return -1;
    int result = fstat(file, info);
    close(file);
    (void)flags;
    return result;
}

static char *base;
static mtkscan_error error;

static void begin(enum call call, int nth, int number)
{
    failing = call;
    countdown = nth;
    failure = number;
    hit = false;
}

static int write_kit(bool force, const char *text)
{
    static const char head[] = "# Written by mtkscan from a flash dump\n"
                               "main_region:\n  rom:\n    - file: ROM\n";
    struct mtks_outdir out;
    char path[4200];
    snprintf(path, sizeof path, "%s/kit", base);
    int outcome = mtks_outdir_open(&out, path, force ? MTKS_REPLACE_KIT : MTKS_REPLACE_NOTHING,
                                   NULL, NULL, &error);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call),
        cmocka_unit_test(test_plain_file_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
