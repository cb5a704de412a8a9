/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct test_dump test_dump_build(const mtkscan_fixture *fixture)
{
    struct test_dump dump = {.size = fixture->capacity};
    dump.bytes = malloc(dump.size);
    assert_non_null(dump.bytes);
    assert_true(mtkscan_fixture_build(fixture, dump.bytes, dump.size, &dump.truth));
    return dump;
}

struct test_dump test_dump_make(const char *chip, uint32_t flags)
{
    mtkscan_fixture fixture;
    mtkscan_fixture_preset(&fixture, chip);
    fixture.flags |= flags;
    return test_dump_build(&fixture);
}

void test_dump_free(struct test_dump *dump)
{
    free(dump->bytes);
    dump->bytes = NULL;
}

char *test_folder_new(void)
{
    const char *base = getenv("TMPDIR");
    char *path = NULL;
    assert_true(asprintf(&path, "%s/mtkscan-test-XXXXXX", base ? base : "/tmp") > 0);
    assert_non_null(mkdtemp(path));
    return path;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info, (void)where;
    return kind == FTW_DP ? rmdir(path) : unlink(path);
}

void test_folder_remove(char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(path);
}

static char *join(const char *folder, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

char *test_file_write(const char *folder, const char *name, const void *bytes, size_t size)
{
    char *path = join(folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

char *test_file_read(const char *folder, const char *name, size_t *size)
{
    char *path = join(folder, name);
    FILE *file = fopen(path, "rb");
    free(path);
    if (!file)
        return NULL;
    struct stat info;
    assert_int_equal(fstat(fileno(file), &info), 0);
    size_t length = (size_t)info.st_size;
    char *bytes = malloc(length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, length, file), length);
    bytes[length] = 0;
    fclose(file);
    if (size)
        *size = length;
    return bytes;
}

int test_exists(const char *folder, const char *name)
{
    struct stat info;
    char *path = join(folder, name);
    int found = lstat(path, &info) == 0;
    free(path);
    return found;
}

/* Drains two pipes at once, so that neither can block the program. */
static void drain(int out_fd, int err_fd, struct test_run *run)
{
    struct pollfd fds[2] = {{.fd = out_fd, .events = POLLIN}, {.fd = err_fd, .events = POLLIN}};
    char **texts[2] = {&run->out, &run->err};
    size_t used[2] = {0, 0};
    time_t end = time(NULL) + 120;
    run->out = calloc(1, 1);
    run->err = calloc(1, 1);
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        if (time(NULL) > end)
            fail_msg("the program took over 120 s");
        if (poll(fds, 2, 1000) < 0 && errno != EINTR)
            fail_msg("poll: %s", strerror(errno));
        for (int i = 0; i < 2; i++) {
            if (fds[i].fd < 0 || !fds[i].revents)
                continue;
            *texts[i] = realloc(*texts[i], used[i] + 65537);
            assert_non_null(*texts[i]);
            ssize_t got = read(fds[i].fd, *texts[i] + used[i], 65536);
            if (got <= 0) {
                close(fds[i].fd);
                fds[i].fd = -1;
                continue;
            }
            used[i] += (size_t)got;
            (*texts[i])[used[i]] = 0;
        }
    }
}

struct test_run test_run(const char *const *argv)
{
    struct test_run run = {0};
    int out[2], err[2];
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int null = open("/dev/null", O_RDONLY);
        dup2(null, 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    drain(out[0], err[0], &run);
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return run;
}

struct test_run test_mtkscan(const char *first, ...)
{
    const char *argv[40] = {TEST_BUILD_DIR "/mtkscan", first};
    size_t count = 2;
    va_list list;
    va_start(list, first);
    while (count < 39 && (argv[count] = va_arg(list, const char *)) != NULL)
        count++;
    va_end(list);
    assert_true(count < 39);
    return test_run(argv);
}

void test_run_free(struct test_run *run)
{
    free(run->out);
    free(run->err);
}
