/* SPDX-License-Identifier: MIT */
/* The file of an index, whole after any end of the run that wrote it. */
#include "support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "index/line.h"
#include "index/store.h"

struct room {
    char *folder, path[200];
    struct mtks_arena arena;
    struct mtks_store store;
    mtkscan_error error;
};

static int set(void **state)
{
    struct room *room = calloc(1, sizeof *room);
    assert_non_null(room);
    room->folder = test_folder_new();
    snprintf(room->path, sizeof room->path, "%s/index", room->folder);
    mtks_arena_init(&room->arena, 64u << 20);
    *state = room;
    return 0;
}

static int clear(void **state)
{
    struct room *room = *state;
    mtks_arena_free(&room->arena);
    test_folder_remove(room->folder);
    free(room);
    return 0;
}

static struct mtks_index_entry entry(const char *path, uint64_t size)
{
    return (struct mtks_index_entry){path, false, size, -5, 999999999};
}

static int reopen(struct room *room)
{
    return mtks_store_open(&room->store, room->path, false, &room->arena, &room->error);
}

static void append(struct room *room, const char *path, uint64_t size, const char *why)
{
    char *line = NULL;
    size_t length;
    struct mtks_index_entry one = entry(path, size);
    FILE *out = open_memstream(&line, &length);
    assert_non_null(out);
    mtks_index_line_error(out, &one, why);
    fclose(out);
    assert_int_equal(mtks_store_append(&room->store, &one, line, length, &room->error), 0);
    free(line);
}

static void finish(struct room *room)
{
    if (mtks_store_finish(&room->store, &room->error))
        fail_msg("%s", room->error.what);
    mtks_store_close(&room->store);
}

static bool has(struct room *room, const char *path, uint64_t size)
{
    struct mtks_index_entry one = entry(path, size);
    return mtks_store_has(&room->store, &one);
}

/* The index of three images, as text. */
static char *three(struct room *room, size_t *size)
{
    assert_int_equal(reopen(room), 0);
    append(room, "a", 1, "x");
    append(room, "b\xff\n", 2, "not UTF-8");
    append(room, "c", 3, "x");
    finish(room);
    char *text = test_file_read(room->folder, "index", size);
    assert_non_null(text);
    return text;
}

/* Cut at any byte: what was whole is kept, the rest is made again, and nothing differs. */
static void test_torn(void **state)
{
    struct room *room = *state;
    size_t size, again;
    char *text = three(room, &size);
    for (size_t cut = 0; cut <= size; cut++) {
        free(test_file_write(room->folder, "index", text, cut));
        if (reopen(room))
            fail_msg("cut at %zu: %s", cut, room->error.what);
        size_t whole = 0;
        for (size_t i = 0; i < cut; i++)
            whole += text[i] == '\n';
        assert_int_equal(has(room, "a", 1), whole > 0);
        assert_int_equal(has(room, "b\xff\n", 2), whole > 1);
        assert_int_equal(has(room, "c", 3), whole > 2);
        if (whole < 1)
            append(room, "a", 1, "x");
        if (whole < 2)
            append(room, "b\xff\n", 2, "not UTF-8");
        if (whole < 3)
            append(room, "c", 3, "x");
        finish(room);
        char *now = test_file_read(room->folder, "index", &again);
        assert_int_equal(again, size);
        assert_memory_equal(now, text, size);
        free(now);
    }
    free(text);
}

static void test_changed(void **state)
{
    struct room *room = *state;
    size_t size;
    free(three(room, &size));
    assert_int_equal(reopen(room), 0);
    assert_false(has(room, "a", 2));
    assert_false(has(room, "b", 2));
    struct mtks_index_entry kit = entry("a", 1), later = kit;
    kit.kit = true;
    later.mtime_ns--;
    assert_false(mtks_store_has(&room->store, &kit));
    assert_false(mtks_store_has(&room->store, &later));
    append(room, "a", 7, "newer");
    append(room, "B", 1, "x");
    finish(room);
    assert_int_equal(reopen(room), 0);
    /* Sorted, each once, the newest line of it. */
    assert_int_equal(room->store.rows.count, 4);
    assert_false(room->store.untidy);
    assert_true(has(room, "a", 7));
    assert_false(has(room, "a", 1));
    assert_string_equal(room->store.rows.items[0].entry.path, "B");
    mtks_store_close(&room->store);
}

static void test_damaged_lines(void **state)
{
    struct room *room = *state;
    size_t size;
    char *text = three(room, &size);
    char *second = strchr(text, '\n') + 1;
    memset(second, 0, 10); /* as a file system may leave it after a crash */
    free(test_file_write(room->folder, "index", text, size));
    free(text);
    assert_int_equal(reopen(room), 0);
    assert_int_equal(room->store.unreadable, 1);
    assert_true(has(room, "c", 3));
    finish(room);
    assert_int_equal(reopen(room), 0);
    assert_int_equal(room->store.unreadable, 0);
    assert_int_equal(room->store.rows.count, 2);
    mtks_store_close(&room->store);
}

/* What is somebody's other file is not touched. */
static void test_refused(void **state)
{
    static const char *const others[] = {"x", "{\"schema\":\"mtkscan/1\",", "\n",
                                         "{\"schema\":\"mtkscan-index/2\","};
    struct room *room = *state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        size_t size;
        free(test_file_write(room->folder, "index", others[i], strlen(others[i])));
        assert_int_equal(reopen(room), MTKSCAN_REFUSED);
        assert_int_equal(
            mtks_store_open(&room->store, room->path, true, &room->arena, &room->error),
            MTKSCAN_REFUSED);
        char *now = test_file_read(room->folder, "index", &size);
        assert_string_equal(now, others[i]);
        free(now);
    }
    unlink(room->path);
    assert_int_equal(symlink("elsewhere", room->path), 0);
    assert_int_equal(reopen(room), MTKSCAN_SYSTEM);
    unlink(room->path);
    assert_int_equal(mkfifo(room->path, 0600), 0);
    assert_int_equal(reopen(room), MTKSCAN_REFUSED);
}

static void test_locked(void **state)
{
    struct room *room = *state;
    int status = 0;
    assert_int_equal(reopen(room), 0);
    pid_t child = fork();
    if (child == 0) {
        struct room other = *room;
        _exit(reopen(&other));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), MTKSCAN_REFUSED);
    mtks_store_close(&room->store);
}

static void test_anew(void **state)
{
    struct room *room = *state;
    size_t size;
    free(three(room, &size));
    assert_int_equal(mtks_store_open(&room->store, room->path, true, &room->arena, &room->error),
                     0);
    assert_false(has(room, "a", 1));
    append(room, "z", 1, "x");
    finish(room);
    assert_int_equal(reopen(room), 0);
    assert_int_equal(room->store.rows.count, 1);
    mtks_store_close(&room->store);
}

/* A line without end must not take memory without end. */
static void test_long_line(void **state)
{
    struct room *room = *state;
    const size_t size = 3 * (size_t)MTKS_INDEX_LINE;
    size_t first;
    char *text = three(room, &first);
    char *long_text = malloc(first + size);
    assert_non_null(long_text);
    memset(long_text, 'x', first + size);
    memcpy(long_text, text, first);
    long_text[first + size - 1] = '\n';
    free(test_file_write(room->folder, "index", long_text, first + size));
    assert_int_equal(reopen(room), 0);
    assert_int_equal(room->store.unreadable, 1);
    assert_int_equal(room->store.rows.count, 3);
    assert_int_equal(room->store.size, first + size);
    finish(room);
    size_t now_size;
    char *now = test_file_read(room->folder, "index", &now_size);
    assert_int_equal(now_size, first);
    assert_memory_equal(now, text, first);
    free(now);
    free(text);
    free(long_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_torn, set, clear),
        cmocka_unit_test_setup_teardown(test_changed, set, clear),
        cmocka_unit_test_setup_teardown(test_damaged_lines, set, clear),
        cmocka_unit_test_setup_teardown(test_refused, set, clear),
        cmocka_unit_test_setup_teardown(test_locked, set, clear),
        cmocka_unit_test_setup_teardown(test_anew, set, clear),
        cmocka_unit_test_setup_teardown(test_long_line, set, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
