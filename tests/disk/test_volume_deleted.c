/* SPDX-License-Identifier: MIT */
/* Deleted entries: their names, and what is likely to be their content. */
#include "volume_case.h"

static const uint16_t units[] = {'l', 'o', 'n', 'g', ' ', 'a', 'n',
                                 'd', ' ', 'f', 'r', 'e', 'e', '.'};

/* A deleted file with a long name at the start of the root; its clusters are marked 2, 3, 4. */
static struct made_volume deleted_file(void)
{
    struct made_volume made = made_bare(40, 1, 2, 64);
    unsigned parts = made_long(made_root(&made, 0), units, 14, "LONGAN~1BIN");
    made_slot(made_root(&made, parts), "LONGAN~1BIN", 0x20, 2, 1300);
    for (unsigned i = 0; i <= parts; i++)
        made_root(&made, i)[0] = 0xE5;
    for (unsigned cluster = 2; cluster < 6; cluster++)
        memset(made_cluster(&made, cluster), 'a' + (int)cluster, 512);
    return made;
}

static void named_and_read(void **state)
{
    (void)state;
    struct made_volume made = deleted_file();
    struct opened opened = open_made(&made, false);
    assert_int_equal(opened.disk.entries.count, 0);
    close_opened(&opened);
    opened = open_made(&made, true);
    uint32_t file = entry_of(&opened, "long and free.");
    const struct mtks_entry *entry = &opened.disk.entries.items[file];
    assert_true(entry->deleted);
    assert_int_equal(entry->size, 1300);
    assert_int_equal(entry->readable, 1300);
    uint8_t *content = content_of(&opened, file);
    for (unsigned i = 0; i < 1300; i++)
        assert_int_equal(content[i], "cde"[i / 512]);
    free(content);
    assert_int_equal(opened.disk.faults.count, 0);
    mtkscan_error error;
    assert_int_equal(mtks_disk_remove(&opened.disk, made.disk, file, &error), MTKSCAN_REFUSED);
    close_opened(&opened);
    free(made.disk);
}

/* Its clusters up to the first that is in use again. */
static void overwritten(void **state)
{
    (void)state;
    for (unsigned taken = 2; taken < 6; taken++) {
        struct made_volume made = deleted_file();
        made_slot(made_root(&made, 3), "NEW        ", 0x20, taken, 512);
        made_link(&made, taken, MADE_END);
        struct opened opened = open_made(&made, true);
        uint64_t want = taken < 5 ? 512u * (taken - 2) : 1300;
        assert_int_equal(opened.disk.entries.items[0].readable, want);
        free(content_of(&opened, 0));
        close_opened(&opened);
        free(made.disk);
    }
}

/* Without a sum that proves the lost letter, the long slots are another file's. */
static void lost_first_letter(void **state)
{
    (void)state;
    static const struct {
        unsigned slot, at, value;
    } cases[] = {{0, 13, 0x11}, {1, 13, 0x11}, {2, 1, 0x01}, {2, 2, '/'}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_volume made = deleted_file();
        made_root(&made, cases[i].slot)[cases[i].at] = (uint8_t)cases[i].value;
        struct opened opened = open_made(&made, true);
        assert_false(has_entry(&opened, "long and free."));
        assert_int_equal(opened.disk.entries.count, cases[i].slot < 2);
        close_opened(&opened);
        free(made.disk);
    }
    struct made_volume made = made_bare(40, 1, 1, 16);
    made_slot(made_root(&made, 0), "\xE5ONE    BIN", 0x20, 2, 10);
    struct opened opened = open_made(&made, true);
    assert_string_equal(opened.disk.entries.items[0].path, "_ONE.BIN");
    close_opened(&opened);
    free(made.disk);
}

/* A folder that was deleted with all in it, over two clusters, the end of the second unused. */
static struct made_volume deleted_folder(void)
{
    struct made_volume made = made_bare(40, 1, 1, 16);
    made_slot(made_root(&made, 0), "\xE5OLD       ", 0x10, 2, 0);
    made_folder(&made, 2, 0);
    made_link(&made, 2, 0);
    for (unsigned i = 2; i < 20; i++) {
        made_slot(made_cluster(&made, 2) + 32ull * i, "\xE5NTRY00    ", 0x20, 10 + i, 100);
        made_cluster(&made, 2)[32 * i + 6] = (uint8_t)('A' + i);
    }
    return made;
}

static void folders(void **state)
{
    (void)state;
    struct made_volume made = deleted_folder();
    struct opened opened = open_made(&made, true);
    assert_int_equal(opened.disk.entries.count, 1 + 18);
    assert_true(has_entry(&opened, "_OLD/_NTRY0C"));
    assert_true(has_entry(&opened, "_OLD/_NTRY0T"));
    for (uint32_t i = 0; i < opened.disk.entries.count; i++)
        assert_true(opened.disk.entries.items[i].deleted);
    assert_int_equal(opened.disk.faults.count, 0);
    close_opened(&opened);
    memset(made_cluster(&made, 3) + 64, 0xFF, 32); /* from here on it is something else */
    opened = open_made(&made, true);
    assert_int_equal(opened.disk.entries.count, 1 + 16);
    close_opened(&opened);
    made_link(&made, 3, MADE_END); /* its second cluster is in use */
    opened = open_made(&made, true);
    assert_int_equal(opened.disk.entries.count, 1 + 14);
    close_opened(&opened);
    made_cluster(&made, 2)[26] = 9; /* it is not this folder that lies there */
    opened = open_made(&made, true);
    assert_int_equal(opened.disk.entries.count, 1);
    close_opened(&opened);
    free(made.disk);
}

/* A disk that ends in the middle of the folder's first slots. */
static void folder_at_the_end(void **state)
{
    (void)state;
    struct made_volume made = deleted_folder();
    for (uint64_t length = 0; length < 1024; length += 31) {
        uint8_t *cut = malloc(made.data + length); /* so that a sanitizer sees each byte beyond */
        assert_non_null(cut);
        memcpy(cut, made.disk, made.data + length);
        struct opened opened = open_bytes(cut, made.data + length, true);
        uint64_t slots = length / 32;
        uint64_t want = slots < 2 ? 0 : slots > 20 ? 18 : slots - 2;
        assert_int_equal(opened.disk.entries.count, 1 + want);
        close_opened(&opened);
        free(cut);
    }
    free(made.disk);
}

/* Deleted folders that hold each other and themselves: every cluster is read once. */
static void folders_in_a_circle(void **state)
{
    (void)state;
    struct made_volume made = made_bare(40, 1, 1, 64);
    for (unsigned i = 0; i < 30; i++)
        made_slot(made_root(&made, i), "\xE5OOP       ", 0x10, 2 + i, 0);
    for (unsigned cluster = 2; cluster < 42; cluster++) {
        made_folder(&made, cluster, 0);
        made_link(&made, cluster, 0);
        for (unsigned i = 2; i < 16; i++)
            made_slot(made_cluster(&made, cluster) + 32ull * i, "\xE5OOP       ", 0x10,
                      2 + (cluster + i) % 40, 0);
    }
    struct opened opened = open_made(&made, true);
    assert_in_range(opened.disk.entries.count, 30, 30 + 40 * 16);
    assert_int_equal(opened.disk.volumes[0].lost, 0);
    close_opened(&opened);
    free(made.disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_and_read),    cmocka_unit_test(overwritten),
        cmocka_unit_test(lost_first_letter), cmocka_unit_test(folders),
        cmocka_unit_test(folder_at_the_end), cmocka_unit_test(folders_in_a_circle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
