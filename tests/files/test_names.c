/* SPDX-License-Identifier: MIT */
/* Names of the host: safe, distinct, and as the phone has them wherever that is possible. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "files/names.h"
#include "output/tree.h"

static void names_are_made_safe(void **state)
{
    (void)state;
    static const struct {
        const char *name, *safe;
    } cases[] = {
        {"readme.txt", "readme.txt"},
        {"фото и музыка.bin", "фото и музыка.bin"},
        {"100%.txt", "100%.txt"},
        {"a%2Fb", "a%2Fb"},
        {"a%~2.gif", "a%25~2.gif"},
        {"..", ".%2E"},
        {".", "%2E"},
        {"", "_"},
        {"-rf", "%2Drf"},
        {" x ", "%20x%20"},
        {"a:b\\c*?\"<>|", "a%3Ab%5Cc%2A%3F%22%3C%3E%7C"},
        {"con", "%63on"},
        {"LPT1.txt", "%4CPT1.txt"},
        {"console", "console"},
        {"a\nb", "a%0Ab"},
        {"a\xE2\x80\xAE"
         "b",
         "a%E2%80%AEb"},
        {"bad\xFF", "bad%FF"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char safe[MTKS_HOST_NAME];
        mtks_host_name(safe, cases[i].name);
        assert_string_equal(safe, cases[i].safe);
        assert_true(mtks_tree_path_ok(safe));
    }
}

/* A name of 255 letters of three bytes, or of one that has to be encoded, is cut at a letter. */
static void long_names_are_cut(void **state)
{
    (void)state;
    static const char *const letters[] = {"\xE3\x81\x82", "\x01", "x", " "};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        const size_t length = strlen(letters[i]);
        char name[800] = "a", safe[MTKS_HOST_NAME];
        for (size_t j = 0; j < 255; j++)
            memcpy(name + 1 + j * length, letters[i], length);
        mtks_host_name(safe, name);
        assert_true(strlen(safe) <= 201 && strlen(safe) > 190);
        assert_true(mtks_tree_path_ok(safe));
        assert_int_not_equal(safe[strlen(safe) - 1], ' ');
    }
}

struct made {
    struct mtks_arena arena;
    struct mtks_files files;
};

static void add(struct made *made, uint32_t volume, uint32_t parent, const char *name, bool deleted)
{
    struct mtks_entry *entry = MTKS_PUSH(&made->arena, &made->files.disk.entries);
    assert_non_null(entry);
    *entry = (struct mtks_entry){
        .name = name, .path = name, .volume = volume, .parent = parent, .deleted = deleted};
}

static void paths_are_distinct(void **state)
{
    (void)state;
    static const char *const wanted[] = {"C/a.gif", "C/A%~2.gif",    "C/a%25~2.gif",
                                         "C/a",     "volume2/a.gif", "deleted/C/a%~3.GIF",
                                         "Z/a.gif", "C/a/x"};
    struct made made = {.files.disk.volume_count = 3};
    mtks_arena_init(&made.arena, 1 << 20);
    made.files.disk.volumes[0].letter = 'C';
    made.files.disk.volumes[1].letter = 'C';
    made.files.disk.volumes[2].letter = 'Z';
    add(&made, 0, MTKS_NO_ENTRY, "a.gif", false);
    add(&made, 0, MTKS_NO_ENTRY, "A.gif", false);
    add(&made, 0, MTKS_NO_ENTRY, "a%~2.gif", false);
    add(&made, 0, MTKS_NO_ENTRY, "a", false);
    add(&made, 1, MTKS_NO_ENTRY, "a.gif", false);
    add(&made, 0, MTKS_NO_ENTRY, "a.GIF", true);
    add(&made, 2, MTKS_NO_ENTRY, "a.gif", false);
    add(&made, 0, 3, "x", false);
    const char **paths = mtks_host_paths(&made.files, &made.arena);
    assert_non_null(paths);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_string_equal(paths[i], wanted[i]);
    mtks_arena_free(&made.arena);
}

/* FAT lets folders lie deeper than an output folder may; nothing of them is lost. */
static void deep_paths_come_up(void **state)
{
    (void)state;
    enum { DEPTH = MTKS_ENTRY_DEPTH };
    struct made made = {.files.disk.volume_count = 1};
    mtks_arena_init(&made.arena, 1 << 20);
    for (uint32_t i = 0; i < DEPTH; i++)
        add(&made, 0, i ? i - 1 : MTKS_NO_ENTRY, "same", true);
    const char **paths = mtks_host_paths(&made.files, &made.arena);
    assert_non_null(paths);
    for (uint32_t i = 0; i < DEPTH; i++) {
        assert_true(mtks_tree_path_ok(paths[i]));
        for (uint32_t j = 0; j < i; j++)
            assert_int_not_equal(strcasecmp(paths[i], paths[j]), 0);
    }
    assert_string_equal(paths[DEPTH - 1], "deleted/volume1/%~deep/31-same");
    mtks_arena_free(&made.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_made_safe),
        cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(paths_are_distinct),
        cmocka_unit_test(deep_paths_come_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
