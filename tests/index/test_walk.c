/* SPDX-License-Identifier: MIT */
/* Which files of a folder are images, and in what order. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/entry.h"

static const char cfg[] = "general:\n    config_version: alpha\n    platform: MT6261\n"
                          "boot_region:\n    rom:\n      - file: BOOT\n"
                          "main_region:\n    rom:\n      - file: ROM\n      - file: VIVA\n";

struct room {
    char *folder;
    struct mtks_arena arena;
    struct mtks_limits limits;
    struct mtks_index_entries entries;
    struct mtks_index_leave leave;
    mtkscan_error error;
};

static int set(void **state)
{
    struct room *room = calloc(1, sizeof *room);
    assert_non_null(room);
    room->folder = test_folder_new();
    mtks_arena_init(&room->arena, 16u << 20);
    mtks_limits_init(&room->limits);
    *state = room;
    return chdir(room->folder);
}

static int clear(void **state)
{
    struct room *room = *state;
    mtks_arena_free(&room->arena);
    assert_int_equal(chdir("/"), 0);
    test_folder_remove(room->folder);
    free(room);
    return 0;
}

static void put(const char *path, const char *text)
{
    free(test_file_write(".", path, text, strlen(text)));
}

static int walk(struct room *room, const char *first, const char *second)
{
    const char *paths[] = {first, second};
    room->entries = (struct mtks_index_entries){.unreadable = 0};
    return mtks_index_walk(&room->entries, paths, second ? 2 : 1, &room->leave, &room->limits,
                           &room->arena, NULL, &room->error);
}

/* The paths found, one behind the other; a kit has a '*'. */
static void assert_found(struct room *room, const char *want)
{
    char got[1000] = "";
    for (size_t i = 0; i < room->entries.list.count; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s ",
                 room->entries.list.items[i].path, room->entries.list.items[i].kit ? "*" : "");
    assert_string_equal(got, want);
}

static void test_order(void **state)
{
    struct room *room = *state;
    mkdir("d", 0700);
    mkdir("d/a", 0700);
    mkdir("d/.hidden", 0700);
    put("d/a.bin", "12345");
    put("d/a/z", "x");
    put("d/.x", "x");
    put("d/.hidden/x", "x");
    put("d/index", "x");
    put("outside", "x");
    assert_int_equal(symlink("../outside", "d/link"), 0);
    assert_int_equal(symlink("..", "d/loop"), 0);
    assert_int_equal(mkfifo("d/fifo", 0600), 0);
    assert_int_equal(walk(room, "d", NULL), MTKSCAN_DONE);
    assert_found(room, "d/a.bin d/a/z d/index ");
    assert_int_equal(room->entries.list.items[0].size, 5);
    assert_true(room->entries.list.items[0].mtime > 0);

    struct stat info;
    assert_int_equal(stat("d/index", &info), 0);
    room->leave = (struct mtks_index_leave){info.st_dev, info.st_ino};
    assert_int_equal(walk(room, "d//", "d/a"), MTKSCAN_DONE); /* twice, and spelt otherwise */
    assert_found(room, "d/a.bin d/a/z ");
    assert_int_equal(walk(room, ".", NULL), MTKSCAN_DONE);
    assert_found(room, "./d/a.bin ./d/a/z ./outside ");
    assert_int_equal(walk(room, "d/loop/d/link", NULL), MTKSCAN_DONE); /* named: followed */
    assert_found(room, "d/loop/d/link ");
    assert_int_equal(walk(room, "nowhere", NULL), MTKSCAN_SYSTEM);
    assert_non_null(strstr(room->error.what, "nowhere"));
}

static void test_kits(void **state)
{
    struct room *room = *state;
    mkdir("kit", 0700);
    mkdir("kit/sub", 0700);
    put("kit/one.cfg", cfg);
    put("kit/TWO.CFG", cfg);
    put("kit/note.cfg", "nothing of a kit");
    put("kit/BOOT", "1234");
    put("kit/ROM", "1234");
    put("kit/backup.bin", "a dump beside a kit");
    put("kit/sub/VIVA", "a name of the kit, elsewhere");
    mkdir("empty", 0700);
    put("empty/lost.cfg", cfg); /* none of its files is there */
    assert_int_equal(walk(room, "kit", "empty"), MTKSCAN_DONE);
    assert_found(room, "empty/lost.cfg kit/TWO.CFG* kit/backup.bin kit/note.cfg kit/one.cfg* "
                       "kit/sub/VIVA ");
    uint64_t size = room->entries.list.items[1].size;
    put("kit/ROM", "12345");
    assert_int_equal(walk(room, "kit/", NULL), MTKSCAN_DONE);
    assert_int_equal(room->entries.list.items[0].size, size + 1);
    assert_int_equal(chdir("kit"), 0);
    assert_int_equal(walk(room, ".", NULL), MTKSCAN_DONE);
    assert_found(room, "./TWO.CFG* ./backup.bin ./note.cfg ./one.cfg* ./sub/VIVA ");
}

static void test_no_memory(void **state)
{
    struct room *room = *state;
    put("file", "x");
    room->arena.limit = 16;
    assert_int_equal(walk(room, ".", NULL), MTKSCAN_REFUSED);
}

static int stop(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)ctx;
    (void)stage;
    (void)done;
    (void)total;
    return 1;
}

static void test_interrupted(void **state)
{
    struct room *room = *state;
    const struct mtks_progress progress = {.step = stop};
    const char *paths[] = {"."};
    assert_int_equal(mtks_index_walk(&room->entries, paths, 1, &room->leave, &room->limits,
                                     &room->arena, &progress, &room->error),
                     MTKSCAN_INTERRUPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order, set, clear),
        cmocka_unit_test_setup_teardown(test_kits, set, clear),
        cmocka_unit_test_setup_teardown(test_no_memory, set, clear),
        cmocka_unit_test_setup_teardown(test_interrupted, set, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
