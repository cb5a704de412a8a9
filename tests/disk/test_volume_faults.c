/* SPDX-License-Identifier: MIT */
/* Tables and folders that lie: told, bounded, and never written to. */
#include "volume_case.h"

#include <time.h>

static void chains_that_end_wrong(void **state)
{
    (void)state;
    static const struct {
        unsigned link_3; /* what follows the second of three clusters */
        const char *fault;
        unsigned readable;
        bool blocks;
    } cases[] = {
        {2, "in a circle", 1024, true},           {3, "in a circle", 1024, true},
        {1, "out of the volume", 1024, true},     {42, "out of the volume", 1024, true},
        {0xFF0, "out of the volume", 1024, true}, {0, "marked free", 512, true},
        {0xFF7, "marked bad", 512, true},         {10, "marked free", 1024, true},
        {0xFFF, "fewer clusters", 1024, true},    {4, NULL, 1300, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_volume made = made_bare(40, 1, 2, 16);
        made_slot(made_root(&made, 0), "FILE       ", 0x20, 2, 1300);
        made_link(&made, 2, 3);
        made_link(&made, 3, cases[i].link_3);
        made_link(&made, 4, MADE_END);
        struct opened opened = open_made(&made, false);
        assert_int_equal(opened.disk.entries.items[0].readable, cases[i].readable);
        assert_int_equal(has_block(&opened), cases[i].blocks);
        if (cases[i].fault)
            assert_true(has_fault(&opened, 0, cases[i].fault));
        free(content_of(&opened, 0));
        mtkscan_error error;
        assert_int_equal(mtks_disk_remove(&opened.disk, made.disk, 0, &error),
                         cases[i].blocks ? MTKSCAN_REFUSED : MTKSCAN_DONE);
        close_opened(&opened);
        free(made.disk);
    }
}

static void first_clusters(void **state)
{
    (void)state;
    static const struct {
        unsigned attributes, cluster;
        uint64_t size;
        const char *fault;
    } cases[] = {
        {0x20, 1, 5, "out of the volume"},  {0x20, 42, 5, "out of the volume"},
        {0x20, 0xFFFF, 5, "out of the"},    {0x20, 0, 5, "fewer clusters"},
        {0x20, 2, 5, "marked free"},        {0x20, 3, 0xFFFFFFFF, "fewer clusters"},
        {0x20, 3, 0, "more clusters"},      {0x10, 0, 0, "without a cluster"},
        {0x10, 0xFFFF, 0, "none that FAT"}, {0x10, 3, 0, "\".\" or \"..\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made_volume made = made_bare(40, 1, 1, 16);
        made_slot(made_root(&made, 0), "A          ", cases[i].attributes, cases[i].cluster,
                  cases[i].size);
        made_link(&made, 3, MADE_END);
        struct opened opened = open_made(&made, false);
        assert_true(has_fault(&opened, 0, cases[i].fault));
        assert_true(opened.disk.entries.items[0].readable <= 512);
        close_opened(&opened);
        free(made.disk);
    }
}

static void cross_links(void **state)
{
    (void)state;
    struct made_volume made = made_bare(40, 1, 1, 16);
    made_slot(made_root(&made, 0), "FIRST      ", 0x20, 2, 1500);
    made_slot(made_root(&made, 1), "SECOND     ", 0x20, 10, 1500);
    made_link(&made, 2, 3);
    made_link(&made, 3, 4);
    made_link(&made, 4, MADE_END);
    made_link(&made, 10, 3);
    struct opened opened = open_made(&made, false);
    assert_int_equal(opened.disk.entries.items[0].readable, 1500);
    assert_int_equal(opened.disk.entries.items[1].readable, 512);
    assert_true(has_fault(&opened, 0, "another entry"));
    assert_true(has_fault(&opened, 1, "another entry"));
    assert_true(has_block(&opened));
    close_opened(&opened);
    free(made.disk);
}

/* A folder that holds itself, its parent, or its neighbour's content is entered once. */
static void folders_in_a_circle(void **state)
{
    (void)state;
    struct made_volume made = made_bare(40, 1, 1, 16);
    made_slot(made_root(&made, 0), "A          ", 0x10, 2, 0);
    made_slot(made_root(&made, 1), "TWIN       ", 0x10, 2, 0);
    made_folder(&made, 2, 0);
    made_slot(made_cluster(&made, 2) + 64, "B          ", 0x10, 3, 0);
    made_slot(made_cluster(&made, 2) + 96, "SELF       ", 0x10, 2, 0);
    made_folder(&made, 3, 2);
    made_slot(made_cluster(&made, 3) + 64, "UP         ", 0x10, 2, 0);
    struct opened opened = open_made(&made, true);
    assert_int_equal(opened.disk.entries.count, 5);
    assert_true(has_fault(&opened, entry_of(&opened, "TWIN"), "another entry"));
    assert_true(has_fault(&opened, entry_of(&opened, "A/SELF"), ""));
    assert_true(has_fault(&opened, entry_of(&opened, "A/B/UP"), "another entry"));
    close_opened(&opened);
    made_link(&made, 2, 2); /* and one whose own chain is a circle */
    opened = open_made(&made, true);
    assert_int_equal(opened.disk.entries.count, 5);
    assert_true(has_fault(&opened, 0, "in a circle"));
    close_opened(&opened);
    free(made.disk);
}

static void dots(void **state)
{
    (void)state;
    for (unsigned wrong = 0; wrong < 2; wrong++) {
        struct made_volume made = made_bare(40, 1, 1, 16);
        made_slot(made_root(&made, 0), "A          ", 0x10, 2, 0);
        made_folder(&made, 2, 0);
        made_le(made_cluster(&made, 2) + 32ull * wrong + 26, 7, 2);
        struct opened opened = open_made(&made, false);
        assert_true(has_fault(&opened, 0, "missing or wrong"));
        assert_int_equal(opened.disk.entries.count, 1);
        close_opened(&opened);
        free(made.disk);
    }
}

static void tables_and_lost_clusters(void **state)
{
    (void)state;
    struct made_volume made = made_bare(40, 1, 2, 16);
    made_link(&made, 20, 21);
    made_link(&made, 21, MADE_END);
    made_link(&made, 30, 0xFFF7);
    struct opened opened = open_made(&made, false);
    assert_int_equal(opened.disk.volumes[0].lost, 2);
    assert_int_equal(opened.disk.volumes[0].used, 2);
    assert_int_equal(opened.disk.volumes[0].free, 37);
    assert_true(opened.disk.volumes[0].fats_agree);
    assert_true(has_fault(&opened, MTKS_NO_ENTRY, "no file"));
    assert_false(has_block(&opened));
    close_opened(&opened);
    made_set(&made, 1, 41, 1);
    opened = open_made(&made, false);
    assert_false(opened.disk.volumes[0].fats_agree);
    assert_true(has_block(&opened));
    close_opened(&opened);
    free(made.disk);
}

static void too_deep(void **state)
{
    (void)state;
    struct made_volume made = made_bare(60, 1, 1, 16);
    made_slot(made_root(&made, 0), "D          ", 0x10, 2, 0);
    for (unsigned level = 0; level < 40; level++) {
        made_folder(&made, 2 + level, level ? 1 + level : 0);
        made_slot(made_cluster(&made, 2 + level) + 64, "D          ", 0x10, 3 + level, 0);
    }
    struct opened opened = open_made(&made, false);
    assert_int_equal(opened.disk.entries.count, MTKS_ENTRY_DEPTH);
    assert_true(has_fault(&opened, MTKS_ENTRY_DEPTH - 1, "too deep"));
    close_opened(&opened);
    free(made.disk);
}

/* The whole data area is folders full of folders; all of them share their clusters. */
static struct made_volume crowd(unsigned clusters)
{
    struct made_volume made = made_bare(clusters, 1, 1, 512);
    for (unsigned i = 0; i < 512; i++)
        made_slot(made_root(&made, i), "LOOP       ", 0x10, 2 + i % 7, 0);
    for (unsigned cluster = 2; cluster < clusters + 2; cluster++) {
        made_link(&made, cluster, cluster < clusters + 1 ? cluster + 1 : 2);
        for (unsigned i = 0; i < 16; i++)
            made_slot(made_cluster(&made, cluster) + 32ull * i, "LOOP       ", i % 3 ? 0x10 : 0x20,
                      2 + (cluster * 16 + i) % clusters, 0xFFFFFFFF);
    }
    return made;
}

static void crowds_are_bounded(void **state)
{
    (void)state;
    struct made_volume made = crowd(4000);
    clock_t start = clock();
    struct opened opened = open_made(&made, true);
    assert_in_range(opened.disk.entries.count, 64000, 65000);
    close_opened(&opened);
    assert_true(clock() - start < 5 * CLOCKS_PER_SEC); /* really some tenths, with a sanitizer */
    opened = open_limited(made.disk, made.size, true, 1000, 64u << 20);
    assert_int_equal(opened.outcome, MTKSCAN_REFUSED);
    assert_non_null(strstr(opened.error.what, "more than 1000 entries"));
    assert_non_null(strstr(opened.error.advice, "disk-entries"));
    close_opened(&opened);
    for (uint64_t memory = 0; memory < 400000; memory += 30011) {
        opened = open_limited(made.disk, made.size, true, 100000, memory);
        assert_int_equal(opened.outcome, MTKSCAN_REFUSED);
        assert_non_null(strstr(opened.error.what, "memory"));
        close_opened(&opened);
    }
    free(made.disk);
}

/* A folder longer than any can be is read as far as FAT goes. */
static void endless_folder(void **state)
{
    (void)state;
    struct made_volume made = made_bare(5000, 1, 1, 16);
    made_slot(made_root(&made, 0), "ENDLESS    ", 0x10, 2, 0);
    for (unsigned cluster = 2; cluster < 4200; cluster++) {
        made_link(&made, cluster, cluster + 1 < 4200 ? cluster + 1 : MADE_END);
        memset(made_cluster(&made, cluster), 0xE5, 512);
    }
    made_folder(&made, 2, 0);
    made_link(&made, 2, 3);
    made_slot(made_cluster(&made, 2 + 65536 / 16) - 32, "LAST       ", 0x20, 0, 0);
    made_slot(made_cluster(&made, 2 + 65536 / 16), "BEYOND     ", 0x20, 0, 0);
    struct opened opened = open_made(&made, false);
    assert_int_equal(opened.disk.entries.count, 2);
    assert_string_equal(opened.disk.entries.items[1].path, "ENDLESS/LAST");
    assert_true(has_fault(&opened, 0, "more slots"));
    close_opened(&opened);
    free(made.disk);
}

static int stop(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)stage;
    (void)total;
    return done >= *(uint64_t *)ctx;
}

static void interrupted(void **state)
{
    (void)state;
    struct made_volume made = crowd(100);
    uint64_t last = 20;
    const struct mtks_progress progress = {stop, &last};
    struct mtks_limits limits;
    struct opened opened = {0};
    mtks_limits_init(&limits);
    mtks_arena_init(&opened.arena, 64u << 20);
    assert_int_equal(mtks_disk_open(&opened.disk, made.disk, made.size, false, &limits,
                                    &opened.arena, &progress, &opened.error),
                     MTKSCAN_INTERRUPTED);
    close_opened(&opened);
    free(made.disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_that_end_wrong),
        cmocka_unit_test(first_clusters),
        cmocka_unit_test(cross_links),
        cmocka_unit_test(folders_in_a_circle),
        cmocka_unit_test(dots),
        cmocka_unit_test(tables_and_lost_clusters),
        cmocka_unit_test(too_deep),
        cmocka_unit_test(crowds_are_bounded),
        cmocka_unit_test(endless_folder),
        cmocka_unit_test(interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
