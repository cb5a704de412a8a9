/* SPDX-License-Identifier: MIT */
/* Lines come in order, each once, whatever happens to the processes that make them. */
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "index/line.h"
#include "index/record.h"
#include "index/workers.h"

#define MANY 3000u /* more than lines may wait */

struct desk {
    struct mtks_index_entry entries[MANY];
    const struct mtks_index_entry *wanted[MANY];
    char names[MANY][16];
    size_t taken, errors, stop_at;
    char mark[64]; /* file that a worker leaves when it dies for the first time */
};

static struct desk desk;

static void set(size_t count)
{
    memset(&desk, 0, sizeof desk);
    for (size_t i = 0; i < count; i++) {
        snprintf(desk.names[i], sizeof desk.names[i], "%05zu", i);
        desk.entries[i].path = desk.names[i];
        desk.wanted[i] = &desk.entries[i];
    }
    desk.stop_at = SIZE_MAX;
}

/* The first image takes its time, so that many lines wait for it. */
static void make_slow_first(void *ctx, const struct mtks_index_entry *entry, FILE *out)
{
    (void)ctx;
    if (strcmp(entry->path, "00000") == 0)
        usleep(50000);
    mtks_index_line_error(out, entry, "made");
}

static int take(void *ctx, const struct mtks_index_entry *entry, const char *line, size_t length,
                mtkscan_error *error)
{
    struct mtks_record record;
    (void)ctx;
    assert_ptr_equal(entry, desk.wanted[desk.taken]);
    assert_int_equal(line[length - 1], '\n');
    assert_int_equal(mtks_record_read(&record, line, length - 1), 0);
    assert_string_equal(record.path, entry->path);
    desk.errors += !memmem(line, length, "\"made\"", 6);
    mtks_record_free(&record);
    return ++desk.taken == desk.stop_at ? mtks_fail(error, MTKSCAN_REFUSED, "as the test wants")
                                        : MTKSCAN_DONE;
}

static int run(size_t count, unsigned processes,
               void (*make)(void *, const struct mtks_index_entry *, FILE *),
               const struct mtks_progress *progress)
{
    mtkscan_error error;
    const struct mtks_workers workers = {desk.wanted, count, processes, make, take, NULL, progress};
    int outcome = mtks_workers_run(&workers, &error);
    /* No process is left, not even a dead one. */
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    return outcome;
}

static void test_order(void **state)
{
    (void)state;
    for (unsigned processes = 1; processes <= 3; processes++) {
        set(MANY);
        assert_int_equal(run(MANY, processes, make_slow_first, NULL), MTKSCAN_DONE);
        assert_int_equal(desk.taken, MANY);
        assert_int_equal(desk.errors, 0);
    }
    set(1);
    assert_int_equal(run(1, 200, make_slow_first, NULL), MTKSCAN_DONE);
    assert_int_equal(desk.taken, 1);
    assert_int_equal(run(0, 2, make_slow_first, NULL), MTKSCAN_DONE);
}

/* Dies of one image each time, of another one once. */
static void make_dying(void *ctx, const struct mtks_index_entry *entry, FILE *out)
{
    (void)ctx;
    if (strcmp(entry->path, "00003") == 0)
        raise(SIGKILL);
    if (strcmp(entry->path, "00005") == 0 && access(desk.mark, F_OK) != 0) {
        FILE *mark = fopen(desk.mark, "w");
        if (mark)
            fclose(mark);
        _exit(9);
    }
    mtks_index_line_error(out, entry, "made");
}

static void test_deaths(void **state)
{
    (void)state;
    for (unsigned processes = 1; processes <= 2; processes++) {
        char *folder = test_folder_new();
        set(20);
        snprintf(desk.mark, sizeof desk.mark, "%s/mark", folder);
        assert_int_equal(run(20, processes, make_dying, NULL), MTKSCAN_DONE);
        assert_int_equal(desk.taken, 20);
        assert_int_equal(desk.errors, 1);
        assert_true(test_exists(folder, "mark"));
        test_folder_remove(folder);
    }
}

/* A line that no index takes, and none at all. */
static void make_bad(void *ctx, const struct mtks_index_entry *entry, FILE *out)
{
    (void)ctx;
    if (strcmp(entry->path, "00001") == 0)
        for (size_t i = 0; i <= MTKS_INDEX_LINE; i++)
            fputc('x', out);
    else if (strcmp(entry->path, "00002") != 0)
        mtks_index_line_error(out, entry, "made");
}

static void test_bad_lines(void **state)
{
    (void)state;
    set(4);
    assert_int_equal(run(4, 2, make_bad, NULL), MTKSCAN_DONE);
    assert_int_equal(desk.taken, 4);
    assert_int_equal(desk.errors, 2);
}

static void test_stop_by_taker(void **state)
{
    (void)state;
    set(100);
    desk.stop_at = 10;
    assert_int_equal(run(100, 2, make_slow_first, NULL), MTKSCAN_REFUSED);
    assert_int_equal(desk.taken, 10);
}

static void make_plain(void *ctx, const struct mtks_index_entry *entry, FILE *out)
{
    (void)ctx;
    mtks_index_line_error(out, entry, "made");
}

static int stop_after_some(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)ctx;
    (void)stage;
    assert_int_equal(total, 100);
    return done >= 5;
}

static void test_interrupted(void **state)
{
    const struct mtks_progress progress = {.step = stop_after_some};
    (void)state;
    set(100);
    assert_int_equal(run(100, 2, make_plain, &progress), MTKSCAN_INTERRUPTED);
    assert_in_range(desk.taken, 5, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),       cmocka_unit_test(test_deaths),
        cmocka_unit_test(test_bad_lines),   cmocka_unit_test(test_stop_by_taker),
        cmocka_unit_test(test_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
