/* SPDX-License-Identifier: MIT */
/* The output folder: whole or not at all, and never over something that is not ours. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kit/ours.h"
#include "output/outdir.h"
#include "support.h"

static char *base;
static mtkscan_error error;

static int setup(void **state)
{
    (void)state;
    base = test_folder_new();
    memset(&error, 0, sizeof error);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove(base);
    return 0;
}

/* A path below the test's folder. One of two buffers in turn. */
static const char *path(const char *name)
{
    static char paths[2][4200];
    static int turn;
    turn = !turn;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", base, name);
    return paths[turn];
}

/* The number of entries of a folder below the test's. */
static int entries(const char *name)
{
    int count = 0;
    DIR *stream = opendir(path(name));
    assert_non_null(stream);
    for (struct dirent *item = readdir(stream); item; item = readdir(stream))
        count += strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0;
    closedir(stream);
    return count;
}

#define HEAD                                                                                       \
    "# Written by mtkscan 0 from a flash dump\n"                                                   \
    "# NOT LISTED below, since its region is not known, VIVA\n"
#define LIST "main_region:\n  rom:\n    - file: ROM\n"

static int open_out(struct mtks_outdir *out, const char *at, enum mtks_replace allowed)
{
    const struct mtks_outdir_options options = {.allowed = allowed,
                                                .recogniser = &mtks_kit_recogniser};
    return mtks_outdir_open(out, at, &options, &error);
}

/* A kit of three files; the .cfg holds `mark`. */
static int write_kit(const char *at, bool force, const char *mark, size_t size,
                     const struct mtks_progress *progress)
{
    struct mtks_outdir out;
    char cfg[200];
    uint8_t *bytes = malloc(size + 1);
    memset(bytes, *mark, size + 1);
    int outcome = open_out(&out, at, force ? MTKS_REPLACE_OURS : MTKS_REPLACE_NOTHING);
    if (outcome == MTKSCAN_DONE) {
        outcome = mtks_outdir_write(&out, "ROM", bytes, size, progress, &error);
        if (outcome == MTKSCAN_DONE)
            outcome = mtks_outdir_write(&out, "VIVA", bytes, size, progress, &error);
        snprintf(cfg, sizeof cfg, HEAD "%s: \n" LIST, mark);
        if (outcome == MTKSCAN_DONE)
            outcome =
                mtks_outdir_write(&out, "x.cfg", (uint8_t *)cfg, strlen(cfg), progress, &error);
        if (outcome == MTKSCAN_DONE)
            outcome = mtks_outdir_commit(&out, &error);
        else
            mtks_outdir_abandon(&out);
    }
    free(bytes);
    return outcome;
}

/* Whether the kit at a name is whole, and of which mark; '\0' when it is not there. */
static char kit_mark(const char *name, size_t size)
{
    size_t length = 0;
    if (access(path(name), F_OK) != 0)
        return '\0';
    assert_int_equal(entries(name), 3);
    char *cfg = test_file_read(path(name), "x.cfg", NULL);
    assert_non_null(cfg);
    assert_int_equal(strncmp(cfg, HEAD, strlen(HEAD)), 0);
    char mark = cfg[strlen(HEAD)];
    free(cfg);
    static const char *const names[] = {"ROM", "VIVA"};
    for (size_t i = 0; i < 2; i++) {
        char *bytes = test_file_read(path(name), names[i], &length);
        assert_non_null(bytes);
        assert_int_equal(length, size);
        for (size_t j = 0; j < size; j++)
            assert_int_equal(bytes[j], mark);
        free(bytes);
    }
    return mark;
}

static void test_new_folder(void **state)
{
    (void)state;
    struct stat info;
    mode_t old = umask(027);
    assert_int_equal(write_kit(path("kit"), false, "A", 3000000, NULL), MTKSCAN_DONE);
    umask(old);
    assert_int_equal(kit_mark("kit", 3000000), 'A');
    assert_int_equal(entries(""), 1);
    assert_int_equal(stat(path("kit"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0750);
    assert_int_equal(stat(path("kit/ROM"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

static void test_names(void **state)
{
    (void)state;
    char here[4096], longest[300];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(base), 0);
    assert_int_equal(write_kit("plain", false, "A", 10, NULL), MTKSCAN_DONE);
    assert_int_equal(write_kit("slashes///", false, "A", 10, NULL), MTKSCAN_DONE);
    assert_int_equal(write_kit("./plain/../dotted", false, "A", 10, NULL), MTKSCAN_DONE);
    assert_int_equal(write_kit("-dash", false, "A", 10, NULL), MTKSCAN_DONE);
    assert_int_equal(kit_mark("slashes", 10), 'A');
    assert_int_equal(kit_mark("dotted", 10), 'A');

    static const char *const used[] = {".", "..", "/", "//", "plain/.", "plain/..", "plain/../"};
    for (size_t i = 0; i < sizeof used / sizeof *used; i++) {
        assert_int_equal(write_kit(used[i], true, "B", 10, NULL), MTKSCAN_REFUSED);
        assert_true(error.advice[0] != '\0');
    }
    assert_int_equal(write_kit("", false, "B", 10, NULL), MTKSCAN_USAGE);
    assert_int_equal(write_kit("-", false, "B", 10, NULL), MTKSCAN_USAGE);

    memset(longest, 'n', sizeof longest);
    longest[256] = '\0';
    assert_int_equal(write_kit(longest, false, "B", 10, NULL), MTKSCAN_USAGE);
    longest[255] = '\0';
    assert_int_equal(write_kit(longest, false, "A", 10, NULL), MTKSCAN_DONE);
    assert_int_equal(kit_mark(longest, 10), 'A');
    assert_int_equal(chdir(here), 0);

    char *endless = malloc(5001);
    memset(endless, '/', 5000);
    endless[5000] = '\0';
    assert_int_equal(write_kit(endless, false, "B", 10, NULL), MTKSCAN_USAGE);
    free(endless);
    assert_int_equal(entries(""), 5);
}

/* Without --force nothing that exists is touched, whatever it is. */
static void test_existing_names(void **state)
{
    (void)state;
    char *file = test_file_write(base, "file", "x", 1);
    free(file);
    assert_int_equal(mkdir(path("empty"), 0700), 0);
    assert_int_equal(symlink("nowhere", path("dangling")), 0);
    assert_int_equal(symlink("empty", path("link")), 0);
    assert_int_equal(write_kit(path("kit"), false, "A", 10, NULL), MTKSCAN_DONE);
    static const char *const names[] = {"file", "empty", "empty/", "dangling",
                                        "link", "link/", "kit"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(write_kit(path(names[i]), false, "B", 10, NULL), MTKSCAN_REFUSED);
        assert_non_null(strstr(error.what, "exists"));
        assert_non_null(strstr(error.advice, "--force"));
    }
    assert_int_equal(entries(""), 5);
    assert_int_equal(entries("empty"), 0);
    assert_int_equal(kit_mark("kit", 10), 'A');
}

static void test_force_replaces_ours(void **state)
{
    (void)state;
    assert_int_equal(write_kit(path("kit"), true, "A", 10, NULL), MTKSCAN_DONE);
    assert_int_equal(write_kit(path("kit/"), true, "B", 20, NULL), MTKSCAN_DONE);
    assert_int_equal(kit_mark("kit", 20), 'B');
    assert_int_equal(mkdir(path("empty"), 0700), 0);
    assert_int_equal(write_kit(path("empty"), true, "C", 10, NULL), MTKSCAN_DONE);
    assert_int_equal(kit_mark("empty", 10), 'C');
    assert_int_equal(entries(""), 2);
}

static void expect_kept(const char *name, const char *why)
{
    int before = entries("");
    assert_int_equal(write_kit(path(name), true, "B", 10, NULL), MTKSCAN_REFUSED);
    if (!strstr(error.what, why))
        fail_msg("\"%s\" lacks \"%s\"", error.what, why);
    assert_true(error.advice[0] != '\0');
    assert_int_equal(entries(""), before);
}

/* --force takes nothing that mtkscan did not write. */
static void test_force_keeps_others(void **state)
{
    (void)state;
    free(test_file_write(base, "file", "x", 1));
    expect_kept("file", "is no folder");
    assert_int_equal(symlink("nowhere", path("dangling")), 0);
    expect_kept("dangling", "is no folder");
    assert_int_equal(write_kit(path("kit"), false, "A", 10, NULL), MTKSCAN_DONE);
    assert_int_equal(symlink("kit", path("link")), 0);
    expect_kept("link", "is no folder");
    expect_kept("link/", "is no folder");

    assert_int_equal(mkdir(path("photos"), 0700), 0);
    free(test_file_write(path("photos"), "a.jpg", "x", 1));
    expect_kept("photos", "no .cfg that mtkscan wrote");
    free(test_file_write(path("photos"), "vendor.cfg", "general:\n# mtkscan\n", 19));
    expect_kept("photos", "no .cfg that mtkscan wrote");
    free(test_file_write(path("photos"), "empty.CFG", "", 0));
    expect_kept("photos", "no .cfg that mtkscan wrote");
    assert_int_equal(entries("photos"), 3);

    assert_int_equal(mkdir(path("kit/sub"), 0700), 0);
    expect_kept("kit", "no plain file");
    assert_int_equal(rmdir(path("kit/sub")), 0);
    assert_int_equal(symlink("/etc", path("kit/sub")), 0);
    expect_kept("kit", "no plain file");
    assert_int_equal(unlink(path("kit/sub")), 0);
    assert_int_equal(mkfifo(path("kit/x2.cfg"), 0600), 0);
    expect_kept("kit", "no plain file");
    assert_int_equal(unlink(path("kit/x2.cfg")), 0);
    assert_int_equal(kit_mark("kit", 10), 'A');
}

static void test_too_many_entries(void **state)
{
    (void)state;
    assert_int_equal(mkdir(path("many"), 0700), 0);
    free(test_file_write(path("many"), "x.cfg", HEAD, strlen(HEAD)));
    for (int i = 0; i < 4100; i++) {
        char name[32];
        snprintf(name, sizeof name, "%d", i);
        free(test_file_write(path("many"), name, "", 0));
    }
    expect_kept("many", "cannot be listed");
}

static void test_no_parent(void **state)
{
    (void)state;
    free(test_file_write(base, "file", "x", 1));
    assert_int_equal(write_kit(path("missing/kit"), false, "A", 10, NULL), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, strerror(ENOENT)));
    assert_int_equal(write_kit(path("file/kit"), true, "A", 10, NULL), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, strerror(ENOTDIR)));
    assert_int_equal(entries(""), 1);
    int outcome = write_kit("/proc/kit", false, "A", 10, NULL);
    assert_int_equal(outcome, MTKSCAN_SYSTEM);
}

static int stop_at(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    int *countdown = ctx;
    assert_string_equal(stage, "writing");
    assert_true(done < total);
    return (*countdown)-- == 0;
}

/* Stopped at any block, nothing is left. */
static void test_cancelled(void **state)
{
    (void)state;
    const size_t size = 3000000; /* three blocks a file */
    for (int block = 0; block < 7; block++) {
        int countdown = block;
        struct mtks_progress progress = {.step = stop_at, .ctx = &countdown};
        assert_int_equal(write_kit(path("kit"), false, "A", size, &progress), MTKSCAN_INTERRUPTED);
        assert_int_equal(entries(""), 0);
    }
    int countdown = 7;
    struct mtks_progress progress = {.step = stop_at, .ctx = &countdown};
    assert_int_equal(write_kit(path("kit"), false, "A", size, &progress), MTKSCAN_DONE);
    countdown = 2;
    assert_int_equal(write_kit(path("kit"), true, "B", size, &progress), MTKSCAN_INTERRUPTED);
    assert_int_equal(kit_mark("kit", size), 'A');
    assert_int_equal(entries(""), 1);
}

static void test_file_names_must_be_new(void **state)
{
    (void)state;
    struct mtks_outdir out;
    assert_int_equal(open_out(&out, path("kit"), MTKS_REPLACE_NOTHING), MTKSCAN_DONE);
    assert_int_equal(mtks_outdir_write(&out, "ROM", NULL, 0, NULL, &error), MTKSCAN_DONE);
    assert_int_equal(mtks_outdir_write(&out, "ROM", NULL, 0, NULL, &error), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, strerror(EEXIST)));
    mtks_outdir_abandon(&out);
    mtks_outdir_abandon(&out);
    assert_int_equal(entries(""), 0);
}

/* Something that appears at the final name while the kit is written wins. */
static void test_races(void **state)
{
    (void)state;
    struct mtks_outdir out;
    assert_int_equal(open_out(&out, path("kit"), MTKS_REPLACE_OURS), MTKSCAN_DONE);
    assert_int_equal(mkdir(path("kit"), 0700), 0);
    assert_int_equal(mtks_outdir_commit(&out, &error), MTKSCAN_REFUSED);
    assert_int_equal(entries(""), 1);
    assert_int_equal(rmdir(path("kit")), 0);

    assert_int_equal(write_kit(path("kit"), false, "A", 10, NULL), MTKSCAN_DONE);
    assert_int_equal(open_out(&out, path("kit"), MTKS_REPLACE_OURS), MTKSCAN_DONE);
    free(test_file_write(path("kit"), "extra", "x", 1));
    assert_int_equal(mkdir(path("kit/sub"), 0700), 0);
    assert_int_equal(mtks_outdir_commit(&out, &error), MTKSCAN_REFUSED);
    assert_int_equal(entries(""), 1);
    assert_int_equal(entries("kit"), 5);
    assert_int_equal(rmdir(path("kit/sub")), 0);

    /* So does a file that mtkscan did not write. */
    assert_int_equal(open_out(&out, path("kit"), MTKS_REPLACE_OURS), MTKSCAN_REFUSED);
    assert_int_equal(unlink(path("kit/extra")), 0);

    /* An old kit that went away is no reason to fail. */
    assert_int_equal(open_out(&out, path("kit"), MTKS_REPLACE_OURS), MTKSCAN_DONE);
    assert_int_equal(rename(path("kit"), path("moved")), 0);
    assert_int_equal(mtks_outdir_commit(&out, &error), MTKSCAN_DONE);
    assert_int_equal(entries("kit"), 0);
    assert_int_equal(entries("moved"), 3);
}

/* Runs `work` in a child; what it returns becomes the exit code. */
static int in_child(int (*work)(void))
{
    int status = -1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(work());
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

#define CANNOT 77

static int write_onto_full_disk(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", base, "tmpfs", 0, "size=64k") != 0)
        return CANNOT;
    if (write_kit(path("kit"), false, "A", 200000, NULL) != MTKSCAN_SYSTEM)
        return 1;
    return entries("") == 0 && strstr(error.what, strerror(ENOSPC)) ? 0 : 2;
}

static int write_beyond_limit(void)
{
    const struct rlimit limit = {100000, 100000};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return CANNOT;
    if (write_kit(path("kit"), false, "A", 200000, NULL) != MTKSCAN_SYSTEM)
        return 1;
    return entries("") == 0 && strstr(error.what, strerror(EFBIG)) ? 0 : 2;
}

static int write_into_read_only(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", base, "tmpfs", MS_RDONLY, "size=64k") != 0)
        return CANNOT;
    if (write_kit(path("kit"), false, "A", 10, NULL) != MTKSCAN_SYSTEM)
        return 1;
    return strstr(error.what, strerror(EROFS)) ? 0 : 2;
}

/* Modes do not bind root, so it becomes someone else first. */
static int write_into_closed(void)
{
    if (geteuid() == 0 && setuid(65534) != 0)
        return CANNOT;
    if (write_kit(path("closed/kit"), false, "A", 10, NULL) != MTKSCAN_SYSTEM)
        return 1;
    return strstr(error.what, strerror(EACCES)) ? 0 : 2;
}

static void test_unwritable_parent(void **state)
{
    (void)state;
    assert_int_equal(chmod(base, 0755), 0);
    assert_int_equal(mkdir(path("closed"), 0555), 0);
    int result = in_child(write_into_closed);
    if (result == CANNOT)
        skip();
    assert_int_equal(result, 0);
    assert_int_equal(entries("closed"), 0);
}

static void test_full_disk(void **state)
{
    (void)state;
    int result = in_child(write_onto_full_disk);
    if (result == CANNOT)
        print_message("no rights to mount: only the file size limit is tested\n");
    else
        assert_int_equal(result, 0);
    assert_int_equal(in_child(write_beyond_limit), 0);
    assert_int_equal(entries(""), 0);
}

static void test_read_only(void **state)
{
    (void)state;
    int result = in_child(write_into_read_only);
    if (result == CANNOT)
        skip();
    assert_int_equal(result, 0);
}

#define KILL_SIZE 300000u

static const char *kill_mark;

static int write_killed(void)
{
    return write_kit(path("kit"), true, kill_mark, KILL_SIZE, NULL);
}

/* Killed at any moment, the final name is absent or holds one whole kit, old or new. */
static void test_killed(void **state)
{
    (void)state;
    unsigned seed = 6261, whole = 0, killed = 0;
    for (int round = 0; round < 50; round++) {
        static const char *const marks[] = {"A", "B"};
        char before = kit_mark("kit", KILL_SIZE);
        kill_mark = marks[round & 1];
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(write_killed());
        seed = seed * 1103515245u + 12345u;
        struct timespec pause = {.tv_nsec = (long)(seed >> 8) % 6000000};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        char after = kit_mark("kit", KILL_SIZE);
        assert_true(after == before || after == *kill_mark);
        if (WIFEXITED(status))
            assert_int_equal(WEXITSTATUS(status), MTKSCAN_DONE);
        killed += WIFSIGNALED(status);
        whole += after == *kill_mark;
        if (round % 3 == 2) { /* begin anew, so that the absent case is met as well */
            test_folder_remove(base);
            base = test_folder_new();
        }
    }
    print_message("killed %u times, %u new kits\n", killed, whole);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_new_folder),
        CASE(test_names),
        CASE(test_existing_names),
        CASE(test_force_replaces_ours),
        CASE(test_force_keeps_others),
        CASE(test_too_many_entries),
        CASE(test_no_parent),
        CASE(test_unwritable_parent),
        CASE(test_cancelled),
        CASE(test_file_names_must_be_new),
        CASE(test_races),
        CASE(test_full_disk),
        CASE(test_read_only),
        CASE(test_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
