/* SPDX-License-Identifier: MIT */
/* Reading dumps, looking into them, hashing them. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "dump/dump.h"
#include "dump/hashing.h"

#define LIMIT (64u << 20)

static uint8_t *noise(size_t size)
{
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    uint32_t seed = 1;
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(seed >> 24);
    }
    return bytes;
}

/* Sizes around pages and read steps come in whole and unchanged. */
static void files_are_read_whole(void **state)
{
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 0x3FFFFF, 0x400000, 0x400001, 0x900001};
    char *folder = *state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t *bytes = noise(sizes[i] + 1);
        char *path = test_file_write(folder, "dump.bin", bytes, sizes[i]);
        struct mtks_dump dump;
        mtkscan_error error;
        assert_int_equal(mtks_dump_read(&dump, path, LIMIT, NULL, NULL, &error), MTKSCAN_DONE);
        assert_int_equal(dump.size, sizes[i]);
        assert_memory_equal(dump.bytes, bytes, sizes[i]);
        mtks_dump_close(&dump);
        assert_int_equal(dump.size, 0);
        mtks_dump_close(&dump);
        free(path);
        free(bytes);
    }
}

static void what_was_read_stays(void **state)
{
    char *path = test_file_write(*state, "dump.bin", "before", 6);
    struct mtks_dump dump;
    assert_int_equal(mtks_dump_read(&dump, path, LIMIT, NULL, NULL, NULL), MTKSCAN_DONE);
    free(test_file_write(*state, "dump.bin", "AFTER", 5));
    assert_memory_equal(dump.bytes, "before", 6);
    mtks_dump_close(&dump);
    free(path);
}

static void a_link_is_followed(void **state)
{
    char *path = test_file_write(*state, "real.bin", "abc", 3);
    char *link = test_file_write(*state, "link.bin", "", 0);
    unlink(link);
    assert_int_equal(symlink(path, link), 0);
    struct mtks_dump dump;
    assert_int_equal(mtks_dump_read(&dump, link, LIMIT, NULL, NULL, NULL), MTKSCAN_DONE);
    assert_int_equal(dump.size, 3);
    mtks_dump_close(&dump);
    free(path);
    free(link);
}

static void the_limit_is_exact(void **state)
{
    char *path = test_file_write(*state, "dump.bin", "0123456789", 10);
    struct mtks_dump dump;
    mtkscan_error error;
    assert_int_equal(mtks_dump_read(&dump, path, 10, NULL, NULL, &error), MTKSCAN_DONE);
    mtks_dump_close(&dump);
    assert_int_equal(mtks_dump_read(&dump, path, 9, NULL, NULL, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "limit"));
    assert_non_null(strstr(error.advice, "--limit input="));
    assert_int_equal(dump.size, 0);
    assert_int_equal(dump.mapped, 0);
    free(path);
}

/* /proc files promise 0 bytes and hold some. */
static void a_file_longer_than_promised(void **state)
{
    (void)state;
    struct mtks_dump dump;
    assert_int_equal(mtks_dump_read(&dump, "/proc/self/status", LIMIT, NULL, NULL, NULL),
                     MTKSCAN_DONE);
    assert_true(dump.size > 100);
    mtks_dump_close(&dump);
    assert_int_equal(mtks_dump_read(&dump, "/proc/self/status", 100, NULL, NULL, NULL),
                     MTKSCAN_REFUSED);
}

static void refuse(const char *path, int outcome, const char *what)
{
    struct mtks_dump dump;
    mtkscan_error error;
    assert_int_equal(mtks_dump_read(&dump, path, LIMIT, NULL, NULL, &error), outcome);
    assert_int_equal(error.outcome, outcome);
    if (!strstr(error.what, what))
        fail_msg("'%s' lacks '%s'", error.what, what);
    assert_int_equal(dump.size, 0);
    mtks_dump_close(&dump);
}

static void what_is_no_file_is_refused(void **state)
{
    char *folder = *state;
    char *pipe_path = test_file_write(folder, "pipe", "", 0);
    char *socket_path = test_file_write(folder, "socket", "", 0);
    unlink(pipe_path);
    unlink(socket_path);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_true(strlen(socket_path) < sizeof address.sun_path);
    memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);

    refuse(folder, MTKSCAN_REFUSED, "folder");
    refuse(pipe_path, MTKSCAN_REFUSED, "pipe"); /* and does not wait for a writer */
    refuse("/dev/zero", MTKSCAN_REFUSED, "character device");
    refuse(socket_path, MTKSCAN_SYSTEM, "cannot open");
    refuse("/nonexistent/dump.bin", MTKSCAN_SYSTEM, "cannot open /nonexistent/dump.bin");
    close(fd);
    free(pipe_path);
    free(socket_path);
}

static void a_read_error_has_its_place(void **state)
{
    (void)state;
    struct mtks_dump dump;
    mtkscan_error error;
    /* Its first page is not mapped, so reading from 0 fails. */
    assert_int_equal(mtks_dump_read(&dump, "/proc/self/mem", LIMIT, NULL, NULL, &error),
                     MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, "at byte 0"));
    assert_int_equal(error.offset, 0);
    assert_int_equal(mtks_dump_read(&dump, "/proc/self/mem", LIMIT, NULL, NULL, NULL),
                     MTKSCAN_SYSTEM);
}

struct feed {
    int fd;
    const uint8_t *bytes;
    size_t size;
};

static void *feed_slowly(void *argument)
{
    struct feed *feed = argument;
    for (size_t at = 0; at < feed->size;) {
        size_t length = feed->size - at < 70000 ? feed->size - at : 70000;
        ssize_t put = write(feed->fd, feed->bytes + at, length);
        if (put <= 0)
            break;
        at += (size_t)put;
        if (at < 300000)
            usleep(2000); /* the reader has to wait, too */
    }
    close(feed->fd);
    return NULL;
}

/* Runs with standard input from `fd`, as "-" reads it. */
static int open_stdin(int fd, struct mtks_dump *dump, uint64_t limit, mtkscan_error *error)
{
    int saved = dup(STDIN_FILENO);
    assert_true(dup2(fd, STDIN_FILENO) == STDIN_FILENO);
    close(fd);
    int outcome = mtks_dump_read(dump, "-", limit, NULL, NULL, error);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* it is not ours to close */
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    } else {
        close(STDIN_FILENO);
    }
    return outcome;
}

static void standard_input_may_be_a_pipe(void **state)
{
    (void)state;
    size_t size = 0x800000 + 12345; /* more than the first guess */
    uint8_t *bytes = noise(size);
    for (int flags = 0; flags <= O_NONBLOCK; flags += O_NONBLOCK) {
        int fds[2];
        assert_int_equal(pipe(fds), 0);
        assert_int_equal(fcntl(fds[0], F_SETFL, flags), 0);
        struct feed feed = {fds[1], bytes, size};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, feed_slowly, &feed), 0);
        struct mtks_dump dump;
        assert_int_equal(open_stdin(fds[0], &dump, LIMIT, NULL), MTKSCAN_DONE);
        pthread_join(thread, NULL);
        assert_int_equal(dump.size, size);
        assert_memory_equal(dump.bytes, bytes, size);
        mtks_dump_close(&dump);
    }
    free(bytes);
}

static void standard_input_is_read_from_where_it_stands(void **state)
{
    char *path = test_file_write(*state, "dump.bin", "skipREST", 8);
    int fd = open(path, O_RDONLY);
    assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
    struct mtks_dump dump;
    assert_int_equal(open_stdin(fd, &dump, 4, NULL), MTKSCAN_DONE);
    assert_int_equal(dump.size, 4);
    assert_memory_equal(dump.bytes, "REST", 4);
    mtks_dump_close(&dump);
    free(path);
}

static void standard_input_that_is_no_dump(void **state)
{
    struct mtks_dump dump;
    mtkscan_error error;
    assert_int_equal(open_stdin(open(*state, O_RDONLY), &dump, LIMIT, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "standard input is a folder"));

    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0) {
        char name[64];
        assert_int_equal(ptsname_r(terminal, name, sizeof name), 0);
        int fd = open(name, O_RDWR | O_NOCTTY);
        assert_int_equal(open_stdin(fd, &dump, LIMIT, &error), MTKSCAN_REFUSED);
        assert_non_null(strstr(error.what, "terminal"));
        close(terminal);
    }
    assert_int_equal(open_stdin(open("/dev/zero", O_RDONLY), &dump, 100000, &error),
                     MTKSCAN_REFUSED);
    assert_int_equal(open_stdin(open("/dev/null", O_RDONLY), &dump, LIMIT, &error), MTKSCAN_DONE);
    assert_int_equal(dump.size, 0);
}

struct watch {
    int calls, stop_at;
    uint64_t last;
};

static int step(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    struct watch *watch = ctx;
    assert_non_null(stage);
    assert_true(total == 0 || done <= total);
    watch->last = done;
    return ++watch->calls == watch->stop_at;
}

static void reading_can_be_watched_and_stopped(void **state)
{
    uint8_t *bytes = noise(0x900000);
    char *path = test_file_write(*state, "dump.bin", bytes, 0x900000);
    struct watch watch = {0};
    struct mtks_progress progress = {step, &watch};
    struct mtks_dump dump;
    assert_int_equal(mtks_dump_read(&dump, path, LIMIT, &progress, NULL, NULL), MTKSCAN_DONE);
    assert_true(watch.calls >= 3);
    assert_int_equal(watch.last, 0x900000);
    mtks_dump_close(&dump);

    watch = (struct watch){.stop_at = 2};
    mtkscan_error error;
    assert_int_equal(mtks_dump_read(&dump, path, LIMIT, &progress, NULL, &error),
                     MTKSCAN_INTERRUPTED);
    assert_int_equal(watch.calls, 2);
    assert_int_equal(dump.mapped, 0);
    free(path);
    free(bytes);
}

static void blank_images_can_be_edited(void **state)
{
    (void)state;
    struct mtks_dump dump;
    assert_int_equal(mtks_dump_blank(&dump, 5000, NULL), MTKSCAN_DONE);
    assert_int_equal(dump.size, 5000);
    assert_true(mtks_dump_all(&dump, 0, 5000, 0xFF));
    mtks_dump_edit(&dump)[4999] = 1;
    assert_int_equal(dump.bytes[4999], 1);
    assert_false(mtks_dump_all(&dump, 0, 5000, 0xFF));
    assert_true(mtks_dump_all(&dump, 0, 4999, 0xFF));
    mtks_dump_close(&dump);

    assert_int_equal(mtks_dump_blank(&dump, 0, NULL), MTKSCAN_DONE);
    assert_int_equal(dump.size, 0);
    assert_non_null(dump.bytes);
    assert_null(mtks_dump_edit(&dump));
    mtkscan_error error;
    assert_int_equal(mtks_dump_blank(&dump, UINT64_MAX, &error), MTKSCAN_SYSTEM);
    assert_int_equal(mtks_dump_blank(&dump, UINT64_C(1) << 60, &error), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, "no memory"));
}

static void looking_never_leaves_the_dump(void **state)
{
    (void)state;
    struct mtks_dump dump;
    assert_int_equal(mtks_dump_blank(&dump, 100, NULL), MTKSCAN_DONE);
    assert_ptr_equal(mtks_dump_span(&dump, 0, 100), dump.bytes);
    assert_ptr_equal(mtks_dump_span(&dump, 99, 1), dump.bytes + 99);
    assert_non_null(mtks_dump_span(&dump, 100, 0));
    assert_null(mtks_dump_span(&dump, 0, 101));
    assert_null(mtks_dump_span(&dump, 100, 1));
    assert_null(mtks_dump_span(&dump, 101, 0));
    assert_null(mtks_dump_span(&dump, UINT64_MAX, 1));
    assert_null(mtks_dump_span(&dump, 1, UINT64_MAX));

    assert_int_equal(mtks_dump_present(&dump, 0, 100), 100);
    assert_int_equal(mtks_dump_present(&dump, 10, 500), 90);
    assert_int_equal(mtks_dump_present(&dump, 10, UINT64_MAX), 90);
    assert_int_equal(mtks_dump_present(&dump, 100, 1), 0);
    assert_int_equal(mtks_dump_present(&dump, UINT64_MAX, UINT64_MAX), 0);

    assert_true(mtks_dump_all(&dump, 100, 0, 1));
    assert_true(mtks_dump_all(&dump, 7, 1, 0xFF));
    assert_false(mtks_dump_all(&dump, 7, 1, 0xFE));
    assert_false(mtks_dump_all(&dump, 0, 101, 0xFF));
    for (size_t at = 0; at < 100; at++) { /* one wrong byte is seen wherever it is */
        mtks_dump_edit(&dump)[at] = 0;
        assert_false(mtks_dump_all(&dump, 0, 100, 0xFF));
        mtks_dump_edit(&dump)[at] = 0xFF;
    }
    mtks_dump_close(&dump);
}

/* FIPS 180: "abc" and the empty text. */
static void sha1_vectors(void **state)
{
    (void)state;
    char hex[41];
    mtks_sha1_hex((const uint8_t *)"abc", 3, hex);
    assert_string_equal(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
    mtks_sha1_hex((const uint8_t *)"", 0, hex);
    assert_string_equal(hex, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

static void hashing_beside_gives_the_same(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 0x40000, 0x100001, 0x500003};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t *bytes = noise(sizes[i] + 1);
        struct mtks_hashing hashing;
        char hex[41];
        mtks_sha1_hex(bytes, sizes[i], hex);
        mtks_hashing_begin(&hashing);
        /* The bytes come piece by piece and move once, as those of a pipe do. */
        mtks_hashing_feed(&hashing, bytes, sizes[i] / 3);
        mtks_hashing_hold(&hashing);
        uint8_t *moved = malloc(sizes[i] + 1);
        assert_non_null(moved);
        memcpy(moved, bytes, sizes[i]);
        memset(bytes, 0, sizes[i]);
        mtks_hashing_feed(&hashing, moved, sizes[i]);
        assert_int_equal(mtks_hashing_end(&hashing, NULL), 0);
        assert_string_equal(hashing.hex, hex);

        /* Without a thread the same is done at the end. */
        struct watch watch = {0};
        struct mtks_progress progress = {step, &watch};
        mtks_hashing_begin(&hashing);
        mtks_hashing_abandon(&hashing);
        assert_string_equal(hashing.hex, "");
        hashing.stop = false;
        mtks_hashing_feed(&hashing, moved, sizes[i]);
        assert_int_equal(mtks_hashing_end(&hashing, &progress), 0);
        assert_string_equal(hashing.hex, hex);
        free(moved);
        free(bytes);
    }
}

static void hashing_can_be_stopped(void **state)
{
    (void)state;
    struct mtks_dump dump;
    assert_int_equal(mtks_dump_blank(&dump, 256u << 20, NULL), MTKSCAN_DONE);
    struct watch watch = {.stop_at = 1};
    struct mtks_progress progress = {step, &watch};
    struct mtks_hashing hashing;
    mtks_hashing_begin(&hashing);
    mtks_hashing_feed(&hashing, dump.bytes, dump.size);
    assert_int_equal(mtks_hashing_end(&hashing, &progress), -1);
    assert_string_equal(hashing.hex, "");
    assert_false(hashing.threaded);

    watch = (struct watch){.stop_at = 3};
    hashing.stop = false;
    hashing.done = 0;
    assert_int_equal(mtks_hashing_end(&hashing, &progress), -1);
    assert_int_equal(watch.last, 2u << 18);
    mtks_dump_close(&dump);
}

static int folder_make(void **state)
{
    *state = test_folder_new();
    return 0;
}

static int folder_drop(void **state)
{
    test_folder_remove(*state);
    return 0;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(files_are_read_whole),
        IN_FOLDER(what_was_read_stays),
        IN_FOLDER(a_link_is_followed),
        IN_FOLDER(the_limit_is_exact),
        cmocka_unit_test(a_file_longer_than_promised),
        IN_FOLDER(what_is_no_file_is_refused),
        cmocka_unit_test(a_read_error_has_its_place),
        cmocka_unit_test(standard_input_may_be_a_pipe),
        IN_FOLDER(standard_input_is_read_from_where_it_stands),
        IN_FOLDER(standard_input_that_is_no_dump),
        IN_FOLDER(reading_can_be_watched_and_stopped),
        cmocka_unit_test(blank_images_can_be_edited),
        cmocka_unit_test(looking_never_leaves_the_dump),
        cmocka_unit_test(sha1_vectors),
        cmocka_unit_test(hashing_beside_gives_the_same),
        cmocka_unit_test(hashing_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
