/* SPDX-License-Identifier: MIT */
/* The output file: whole or not at all, and never over what is not a plain file. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "output/outfile.h"
#include "support.h"

static char *base;
static mtkscan_error error;
static const char *input; /* a file that was read, or NULL */

static int setup(void **state)
{
    (void)state;
    base = test_folder_new();
    input = NULL;
    memset(&error, 0, sizeof error);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove(base);
    return 0;
}

/* One of two buffers in turn. */
static const char *path(const char *name)
{
    static char paths[2][4400];
    static int turn;
    turn = !turn;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", base, name);
    return paths[turn];
}

static int entries(void)
{
    int count = -2; /* "." and ".." */
    DIR *stream = opendir(base);
    assert_non_null(stream);
    while (readdir(stream))
        count++;
    closedir(stream);
    return count;
}

static int open_out(struct mtks_outfile *out, const char *at, bool force)
{
    const struct mtks_outfile_options options = {
        .force = force, .inputs = &input, .input_count = input ? 1 : 0};
    return mtks_outfile_open(out, at, &options, &error);
}

/* A file of `size` bytes `mark`, in two pieces. */
static int write_file(const char *at, bool force, char mark, size_t size,
                      const struct mtks_progress *progress)
{
    struct mtks_outfile out;
    uint8_t *bytes = malloc(size + 1);
    memset(bytes, mark, size + 1);
    int outcome = open_out(&out, at, force);
    if (outcome == MTKSCAN_DONE) {
        outcome = mtks_outfile_append(&out, bytes, size / 2, progress, &error);
        if (outcome == MTKSCAN_DONE)
            outcome = mtks_outfile_append(&out, bytes, size - size / 2, progress, &error);
        if (outcome == MTKSCAN_DONE) {
            assert_int_equal(out.written, size);
            outcome = mtks_outfile_commit(&out, &error);
        } else {
            mtks_outfile_abandon(&out);
        }
    }
    free(bytes);
    return outcome;
}

/* Whether the file is whole, and of which mark; '\0' when there is none. */
static char file_mark(const char *name, size_t size)
{
    size_t length = 0;
    char *text = test_file_read(base, name, &length);
    if (!text)
        return '\0';
    assert_int_equal(length, size);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(text[i], text[0]);
    char mark = text[0];
    free(text);
    return mark;
}

static void test_new_file(void **state)
{
    (void)state;
    struct stat info;
    mode_t old = umask(027);
    assert_int_equal(write_file(path("out"), false, 'A', 3000001, NULL), MTKSCAN_DONE);
    umask(old);
    assert_int_equal(file_mark("out", 3000001), 'A');
    assert_int_equal(stat(path("out"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    assert_int_equal(entries(), 1);
    assert_int_equal(write_file(path("empty"), false, 'A', 0, NULL), MTKSCAN_DONE);
    assert_int_equal(stat(path("empty"), &info), 0);
    assert_int_equal(info.st_size, 0);
}

static void test_names(void **state)
{
    (void)state;
    assert_int_equal(write_file("", true, 'A', 1, NULL), MTKSCAN_USAGE);
    assert_int_equal(write_file(path("out/"), true, 'A', 1, NULL), MTKSCAN_USAGE);
    assert_int_equal(write_file(path("."), true, 'A', 1, NULL), MTKSCAN_REFUSED);
    assert_int_equal(write_file(path(".."), true, 'A', 1, NULL), MTKSCAN_REFUSED);
    assert_int_equal(write_file(path("missing/out"), true, 'A', 1, NULL), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, strerror(ENOENT)));
    assert_int_equal(entries(), 0);
    char longest[300];
    memset(longest, 'n', sizeof longest);
    longest[256] = '\0';
    assert_int_equal(write_file(path(longest), false, 'A', 1, NULL), MTKSCAN_USAGE);
    longest[255] = '\0';
    assert_int_equal(write_file(path(longest), false, 'A', 1, NULL), MTKSCAN_DONE);
}

static void expect_refused(const char *name, bool force, const char *why)
{
    int before = entries();
    assert_int_equal(write_file(path(name), force, 'B', 10, NULL), MTKSCAN_REFUSED);
    if (!strstr(error.what, why))
        fail_msg("\"%s\" lacks \"%s\"", error.what, why);
    assert_true(error.advice[0] != '\0');
    assert_int_equal(entries(), before);
}

/* --force replaces a plain file, and nothing else. */
static void test_force(void **state)
{
    (void)state;
    assert_int_equal(write_file(path("out"), false, 'A', 10, NULL), MTKSCAN_DONE);
    expect_refused("out", false, "exists");
    assert_non_null(strstr(error.advice, "--force"));
    assert_int_equal(file_mark("out", 10), 'A');
    assert_int_equal(write_file(path("out"), true, 'B', 20, NULL), MTKSCAN_DONE);
    assert_int_equal(file_mark("out", 20), 'B');
    assert_int_equal(entries(), 1);

    assert_int_equal(mkdir(path("folder"), 0700), 0);
    assert_int_equal(symlink("out", path("link")), 0);
    assert_int_equal(symlink("nowhere", path("dangling")), 0);
    assert_int_equal(mkfifo(path("pipe"), 0600), 0);
    static const char *const names[] = {"folder", "link", "dangling", "pipe"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        expect_refused(names[i], false, "exists");
        expect_refused(names[i], true, "is no plain file");
    }
    assert_int_equal(file_mark("out", 20), 'B');
    struct mtks_outfile out;
    assert_int_equal(open_out(&out, "/dev/null", true), MTKSCAN_REFUSED);
}

static void test_keeps_inputs(void **state)
{
    (void)state;
    char *dump = test_file_write(base, "dump", "AAAA", 4);
    input = dump;
    assert_int_equal(link(dump, path("other")), 0); /* the same file under another name */
    expect_refused("dump", true, "is the input itself");
    expect_refused("other", true, "is the input itself");
    expect_refused("dump", false, "is the input itself");
    assert_int_equal(file_mark("dump", 4), 'A');

    /* Read from standard input, or one of several. */
    int file = open(dump, O_RDONLY), saved = dup(STDIN_FILENO);
    dup2(file, STDIN_FILENO);
    input = "-";
    expect_refused("dump", true, "is the input itself");
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(file);
    const char *const several[] = {"/nonexistent", "/dev/null", dump};
    struct mtks_outfile out;
    assert_int_equal(mtks_outfile_open(&out, dump,
                                       &(struct mtks_outfile_options){
                                           .force = true, .inputs = several, .input_count = 3},
                                       &error),
                     MTKSCAN_REFUSED);
    input = "/nonexistent";
    assert_int_equal(write_file(dump, true, 'B', 4, NULL), MTKSCAN_DONE);
    assert_int_equal(file_mark("other", 4), 'A'); /* its other name keeps it */
    free(dump);
}

static int stop_at(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    int *countdown = ctx;
    (void)stage;
    assert_true(done < total);
    return (*countdown)-- == 0;
}

static void test_cancelled(void **state)
{
    (void)state;
    for (int block = 0; block <= 4; block++) {
        int countdown = block;
        struct mtks_progress progress = {.step = stop_at, .ctx = &countdown};
        int outcome = write_file(path("out"), false, 'A', 4000000, &progress);
        assert_int_equal(outcome, block < 4 ? MTKSCAN_INTERRUPTED : MTKSCAN_DONE);
        assert_int_equal(entries(), block < 4 ? 0 : 1);
    }
}

/* What appears at the final name meanwhile wins, unless --force may take it. */
static void test_races(void **state)
{
    (void)state;
    struct mtks_outfile out;
    assert_int_equal(open_out(&out, path("out"), true), MTKSCAN_DONE);
    free(test_file_write(base, "out", "mine", 4));
    assert_int_equal(mtks_outfile_commit(&out, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "appeared meanwhile"));
    assert_int_equal(entries(), 1);

    assert_int_equal(open_out(&out, path("out"), true), MTKSCAN_DONE);
    assert_int_equal(unlink(path("out")), 0);
    assert_int_equal(symlink("elsewhere", path("out")), 0);
    assert_int_equal(mtks_outfile_commit(&out, &error), MTKSCAN_REFUSED);
    assert_int_equal(entries(), 1);
    assert_int_equal(unlink(path("out")), 0);

    free(test_file_write(base, "out", "mine", 4));
    assert_int_equal(open_out(&out, path("out"), true), MTKSCAN_DONE);
    assert_int_equal(unlink(path("out")), 0);
    assert_int_equal(mtks_outfile_commit(&out, &error), MTKSCAN_DONE);
    mtks_outfile_abandon(&out);
    assert_int_equal(entries(), 1);
}

/* A run that was killed leaves a hidden file, which the next one tells of. */
static void test_leftover(void **state)
{
    (void)state;
    struct mtks_outfile first, second;
    assert_int_equal(open_out(&first, path("out"), false), MTKSCAN_DONE);
    assert_string_equal(first.place.leftover, "");
    assert_int_equal(open_out(&second, path("out"), false), MTKSCAN_DONE);
    assert_string_equal(second.place.leftover, first.place.temporary);
    mtks_outfile_abandon(&second);
    mtks_outfile_abandon(&first);
    mtks_outfile_abandon(&first);
    assert_int_equal(entries(), 0);
}

/* Runs a write to standard output in a child, whose output is `file`. */
static int to_stdout(int file, size_t size)
{
    int status = -1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGPIPE, SIG_IGN);
        dup2(file, STDOUT_FILENO);
        _exit(write_file("-", false, 'A', size, NULL));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_standard_output(void **state)
{
    (void)state;
    int ends[2];
    char text[16];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(to_stdout(ends[1], 10), MTKSCAN_DONE);
    assert_int_equal(read(ends[0], text, sizeof text), 10);
    assert_memory_equal(text, "AAAAAAAAAA", 10);
    close(ends[0]);
    assert_int_equal(to_stdout(ends[1], 10), MTKSCAN_SYSTEM); /* nobody reads */
    close(ends[1]);

    int file = open("/dev/full", O_WRONLY);
    if (file >= 0) {
        assert_int_equal(to_stdout(file, 10), MTKSCAN_SYSTEM);
        close(file);
    }
    char *dump = test_file_write(base, "dump", "AAAA", 4);
    input = dump;
    file = open(dump, O_WRONLY | O_APPEND);
    assert_int_equal(to_stdout(file, 10), MTKSCAN_REFUSED);
    assert_int_equal(file_mark("dump", 4), 'A');
    close(file);
    free(dump);
    assert_int_equal(entries(), 1);
}

#define KILL_SIZE 300000u

/* Killed at any moment, the final name holds one whole file, old or new. */
static void test_killed(void **state)
{
    (void)state;
    unsigned seed = 6261, whole = 0, killed = 0;
    assert_int_equal(write_file(path("out"), false, 'A', KILL_SIZE, NULL), MTKSCAN_DONE);
    for (int round = 0; round < 40; round++) {
        char before = file_mark("out", KILL_SIZE), next = before == 'A' ? 'B' : 'A';
        int status = 0;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(write_file(path("out"), true, next, KILL_SIZE, NULL));
        seed = seed * 1103515245u + 12345u;
        struct timespec pause = {.tv_nsec = (long)(seed >> 8) % 4000000};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        char after = file_mark("out", KILL_SIZE);
        assert_true(after == before || after == next);
        killed += WIFSIGNALED(status);
        whole += after == next;
    }
    print_message("killed %u times, %u new files\n", killed, whole);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_new_file),     CASE(test_names),           CASE(test_force),
        CASE(test_keeps_inputs), CASE(test_cancelled),       CASE(test_races),
        CASE(test_leftover),     CASE(test_standard_output), CASE(test_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
