/* SPDX-License-Identifier: MIT */
/* Files put and removed: they are there, the rest is as before, and what cannot be is refused. */
#include "volume_case.h"

static uint8_t pattern[70000];

static int put(const struct opened *opened, uint8_t *bytes, const char *path, uint64_t length,
               const struct tm *when)
{
    mtkscan_error error = {0};
    int outcome = mtks_disk_put(&opened->disk, bytes, 0, path, pattern, length, when, &error);
    assert_true(outcome == MTKSCAN_DONE || error.what[0]);
    return outcome;
}

/* The volume as it is now: no fault at all, both tables alike, and this file is whole. */
static void expect_file(const struct made_volume *made, const char *path, uint64_t length)
{
    struct opened opened = open_made(made, false);
    assert_int_equal(opened.disk.faults.count, 0);
    const struct mtks_entry *entry = &opened.disk.entries.items[entry_of(&opened, path)];
    assert_int_equal(entry->size, length);
    assert_int_equal(entry->readable, length);
    uint8_t *content = content_of(&opened, entry_of(&opened, path));
    assert_memory_equal(content, pattern, length);
    free(content);
    close_opened(&opened);
}

static uint64_t free_clusters(const struct made_volume *made)
{
    struct opened opened = open_made(made, false);
    uint64_t count = opened.disk.volumes[0].free;
    close_opened(&opened);
    return count;
}

static void names_and_sizes(void **state)
{
    (void)state;
    static const char *const names[] = {
        "README.TXT",    "readme2.txt",   "A",         "a long name.bin",
        "фото.gif",      "漢字",          "😀.jpg",     ".hidden",
        "two.dots.here", "NAME WITH.EXT", "plus+.a=b", "In/Folders/three deep/x.y"};
    for (unsigned bits = 12; bits <= 16; bits += 4) {
        struct made_volume made = made_bare(bits == 12 ? 300 : 4500, 2, 2, 64);
        struct opened opened = open_made(&made, false);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            assert_int_equal(put(&opened, made.disk, names[i], i * 1023, NULL), MTKSCAN_DONE);
            expect_file(&made, names[i], i * 1023);
        }
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            expect_file(&made, names[i], i * 1023);
        close_opened(&opened);
        free(made.disk);
    }
}

/* A name in capitals of 8.3 needs no long one; any other has a unique short one. */
static void short_names(void **state)
{
    (void)state;
    struct made_volume made = made_bare(300, 1, 1, 512);
    struct opened opened = open_made(&made, false);
    assert_int_equal(put(&opened, made.disk, "UPPER.TXT", 1, NULL), MTKSCAN_DONE);
    assert_memory_equal(made_root(&made, 0), "UPPER   TXT", 11);
    assert_int_equal(put(&opened, made.disk, "lower.txt", 1, NULL), MTKSCAN_DONE);
    assert_memory_equal(made_root(&made, 2), "LOWER   TXT", 11);
    char name[64];
    for (unsigned i = 1; i <= 12; i++) {
        snprintf(name, sizeof name, "long name number %u.dat", i);
        assert_int_equal(put(&opened, made.disk, name, 1, NULL), MTKSCAN_DONE);
        const uint8_t *slot = made_root(&made, 3 * i + 2);
        snprintf(name, sizeof name, "LONGNA~%uDAT", i);
        if (i > 9)
            snprintf(name, sizeof name, "LONGN~%uDAT", i);
        assert_memory_equal(slot, name, 11);
    }
    assert_int_equal(put(&opened, made.disk, "фото", 1, NULL), MTKSCAN_DONE);
    assert_memory_equal(made_root(&made, 40), "____~1     ", 11);
    close_opened(&opened);
    free(made.disk);
}

static void replaced(void **state)
{
    (void)state;
    const struct tm when = {.tm_year = 120, .tm_mon = 1, .tm_mday = 29, .tm_hour = 1, .tm_sec = 3};
    struct made_volume made = made_bare(60, 1, 2, 32);
    made_slot(made_root(&made, 0), "FILE    TXT", 0x21, 5, 1000);
    made_link(&made, 5, 9);
    made_link(&made, 9, MADE_END);
    uint64_t before = free_clusters(&made);
    struct opened opened = open_made(&made, false);
    assert_int_equal(put(&opened, made.disk, "file.TXT", 25000, NULL), MTKSCAN_DONE);
    expect_file(&made, "FILE.TXT", 25000);
    assert_int_equal(made_root(&made, 0)[11], 0x21);
    assert_int_equal(made_root(&made, 0)[24], (34 << 9 | 5 << 5 | 23) & 0xFF);
    assert_int_equal(put(&opened, made.disk, "FILE.TXT", 0, &when), MTKSCAN_DONE);
    expect_file(&made, "FILE.TXT", 0);
    assert_int_equal(free_clusters(&made), before + 2);
    struct opened after = open_made(&made, false);
    assert_int_equal(after.disk.entries.count, 1);
    assert_int_equal(after.disk.entries.items[0].modified.tm_year, 120);
    assert_int_equal(after.disk.entries.items[0].modified.tm_mday, 29);
    assert_int_equal(after.disk.entries.items[0].modified.tm_sec, 2);
    close_opened(&after);
    close_opened(&opened);
    free(made.disk);
}

static void refused(void **state)
{
    (void)state;
    char too_long[300], deep[200] = "";
    memset(too_long, 'x', 256);
    too_long[256] = 0;
    for (unsigned i = 0; i < MTKS_ENTRY_DEPTH + 1; i++)
        memcpy(deep + 2ull * i, "d/f", 4);
    const struct {
        const char *path;
        uint64_t length;
        const char *why;
    } cases[] = {
        {"", 1, "empty"},          {"/a", 1, "empty"},         {"a//b", 1, "empty"},
        {"a/", 1, "empty"},        {"..", 1, "dot"},           {"a/../b", 1, "dot"},
        {"a ", 1, "blank"},        {" a", 1, "blank"},         {"a.", 1, "dot"},
        {"a:b", 1, "character"},   {"a\nb", 1, "character"},   {"a\\b", 1, "character"},
        {"a*", 1, "character"},    {"\xFF", 1, "UTF-8"},       {too_long, 1, "255"},
        {"FOLDER", 1, "a folder"}, {"FILE/x", 1, "a file"},    {"big", 60 * 512, "room"},
        {deep, 1, "too deep"},     {"FILE", 61 * 512, "room"}, {"n/m/big", 59 * 512, "room"},
    };
    struct made_volume made = made_bare(60, 1, 2, 16);
    made_slot(made_root(&made, 0), "FOLDER     ", 0x10, 2, 0);
    made_folder(&made, 2, 0);
    made_slot(made_root(&made, 1), "FILE       ", 0x20, 0, 0);
    struct opened opened = open_made(&made, false);
    uint8_t *copy = malloc(made.size);
    assert_non_null(copy);
    memcpy(copy, made.disk, made.size);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mtkscan_error error;
        assert_int_equal(mtks_disk_put(&opened.disk, copy, 0, cases[i].path, pattern,
                                       cases[i].length, NULL, &error),
                         MTKSCAN_REFUSED);
        assert_non_null(strstr(error.what, cases[i].why));
        assert_memory_equal(copy, made.disk, made.size);
    }
    mtkscan_error error;
    assert_int_equal(mtks_disk_put(&opened.disk, copy, 1, "a", pattern, 1, NULL, &error),
                     MTKSCAN_REFUSED);
    assert_int_equal(put(&opened, copy, "FILE", 59 * 512, NULL), MTKSCAN_DONE);
    close_opened(&opened);
    free(copy);
    free(made.disk);
}

/* The root cannot grow, a folder can; holes are used again; what is behind an end mark is not read.
 */
static void folders_grow(void **state)
{
    (void)state;
    char path[64];
    struct made_volume made = made_bare(200, 1, 2, 16);
    memset(made_root(&made, 1), 'J', 15 * 32); /* junk behind the end mark */
    struct opened opened = open_made(&made, false);
    assert_int_equal(opened.disk.entries.count, 0);
    for (unsigned i = 0; i < 40; i++) {
        snprintf(path, sizeof path, "F/entry with number %u", i);
        assert_int_equal(put(&opened, made.disk, path, 100 + i, NULL), MTKSCAN_DONE);
    }
    for (unsigned i = 0; i < 40; i++) {
        snprintf(path, sizeof path, "F/entry with number %u", i);
        expect_file(&made, path, 100 + i);
    }
    for (unsigned i = 1; i < 16; i++) {
        snprintf(path, sizeof path, "R%u", i);
        assert_int_equal(put(&opened, made.disk, path, 1, NULL), MTKSCAN_DONE);
    }
    assert_int_equal(put(&opened, made.disk, "ONEMORE", 1, NULL), MTKSCAN_REFUSED);
    struct opened full = open_made(&made, false);
    assert_int_equal(full.disk.entries.count, 1 + 40 + 15);
    assert_int_equal(full.disk.faults.count, 0);
    mtkscan_error error;
    uint32_t gone = entry_of(&full, "R7");
    assert_int_equal(mtks_disk_remove(&full.disk, made.disk, gone, &error), MTKSCAN_DONE);
    assert_int_equal(mtks_disk_remove(&full.disk, made.disk, gone, &error), MTKSCAN_REFUSED);
    assert_int_equal(put(&opened, made.disk, "ONEMORE", 1, NULL), MTKSCAN_DONE);
    assert_int_equal(mtks_disk_remove(&full.disk, made.disk, gone, &error), MTKSCAN_REFUSED);
    expect_file(&made, "ONEMORE", 1);
    close_opened(&full);
    close_opened(&opened);
    free(made.disk);
}

/* Removing gives back what putting took, and leaves all else as it was. */
static void removed(void **state)
{
    (void)state;
    struct made_volume made = made_bare(200, 1, 2, 32);
    struct opened empty = open_made(&made, false);
    assert_int_equal(put(&empty, made.disk, "keep/this one.txt", 5000, NULL), MTKSCAN_DONE);
    uint64_t before = free_clusters(&made);
    assert_int_equal(put(&empty, made.disk, "keep/not this one.txt", 7000, NULL), MTKSCAN_DONE);
    assert_int_equal(free_clusters(&made), before - 14);
    struct opened opened = open_made(&made, false);
    mtkscan_error error;
    assert_int_equal(mtks_disk_remove(&opened.disk, made.disk,
                                      entry_of(&opened, "keep/not this one.txt"), &error),
                     MTKSCAN_DONE);
    assert_int_equal(mtks_disk_remove(&opened.disk, made.disk, entry_of(&opened, "keep"), &error),
                     MTKSCAN_REFUSED);
    assert_int_equal(mtks_disk_remove(&opened.disk, made.disk, 99, &error), MTKSCAN_REFUSED);
    assert_int_equal(free_clusters(&made), before);
    expect_file(&made, "keep/this one.txt", 5000);
    struct opened after = open_made(&made, true);
    assert_true(after.disk.entries.items[entry_of(&after, "keep/not this one.txt")].deleted);
    close_opened(&after);
    close_opened(&opened);
    close_opened(&empty);
    free(made.disk);
}

/* Only what the disk really has is room. */
static void shorter_than_its_volume(void **state)
{
    (void)state;
    struct made_volume made = made_bare(200, 2, 2, 32);
    made.size = made.data + 10 * 1024 + 512;
    struct opened opened = open_made(&made, false);
    assert_int_equal(put(&opened, made.disk, "A", 10 * 1024 + 1, NULL), MTKSCAN_REFUSED);
    assert_int_equal(put(&opened, made.disk, "A", 10 * 1024, NULL), MTKSCAN_DONE);
    expect_file(&made, "A", 10 * 1024);
    close_opened(&opened);
    free(made.disk);
}

int main(void)
{
    uint32_t random = 1;
    for (size_t i = 0; i < sizeof pattern; i++) {
        random = random * 1664525u + 1013904223u;
        pattern[i] = (uint8_t)(random >> 24);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_sizes),
        cmocka_unit_test(short_names),
        cmocka_unit_test(replaced),
        cmocka_unit_test(refused),
        cmocka_unit_test(folders_grow),
        cmocka_unit_test(removed),
        cmocka_unit_test(shorter_than_its_volume),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
