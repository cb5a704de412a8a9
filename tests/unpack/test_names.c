/* SPDX-License-Identifier: MIT */
/* What the files are called: safe, distinct, and soon found even for very many. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "made.h"
#include "output/tree.h"
#include "unpack/names.h"

static struct mtks_analysis *analysis;
static struct mtks_unpack_names names;
static const uint8_t dump[256];

static int setup(void **state)
{
    (void)state;
    analysis = made_analysis();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mtks_analysis_free(analysis);
    return 0;
}

static void name_all(bool resources)
{
    assert_int_equal(mtks_unpack_name_all(analysis, dump, sizeof dump, resources, &names), 0);
}

static void test_usual(void **state)
{
    (void)state;
    made_layer(analysis, "ALICE", "abcdefghij", 0);
    made_layer(analysis, "ZIMAGE", NULL, 0);
    made_resource(analysis, "gif", MTKS_NO_LAYER, 0x10, 16);
    made_resource(analysis, "midi", 0, 1, 4);
    made_resource(analysis, MADE_TEXT, 0, 8, 2);
    made_resource(analysis, "none such", 0, 5, 2);
    name_all(true);
    assert_string_equal(names.layers[0], "ALICE.bin");
    assert_null(names.layers[1]);
    assert_string_equal(names.resources[0], "resources/dump-0x000010.gif");
    assert_string_equal(names.resources[1], "resources/ALICE-0x000001.mid");
    assert_string_equal(names.resources[2], "resources/ALICE-0x000008.txt");
    assert_string_equal(names.resources[3], "resources/ALICE-0x000005.bin");
    name_all(false);
    assert_null(names.resources[0]);
}

/* Resources that do not lie where they should have no file. */
static void test_outside(void **state)
{
    (void)state;
    struct mtks_layer *layer = made_layer(analysis, "ALICE", "abcdefghij", 0);
    made_layer(analysis, "ZIMAGE", NULL, 0);
    layer->decoded = 8; /* less than was hoped for */
    static const struct {
        uint32_t layer;
        uint64_t offset, length;
        bool inside;
    } rows[] = {
        {0, 0, 8, true},
        {0, 8, 0, true},
        {0, 0, 9, false},
        {0, UINT64_MAX, 2, false},
        {0, 4, UINT64_MAX, false},
        {1, 0, 1, false},
        {1, 0, 0, false},
        {2, 0, 1, false},
        {MTKS_NO_LAYER, 0, sizeof dump, true},
        {MTKS_NO_LAYER, 1, sizeof dump, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        made_resource(analysis, "gif", rows[i].layer, rows[i].offset, rows[i].length);
    name_all(true);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(names.resources[i] != NULL, rows[i].inside);
    assert_int_equal(mtks_unpack_size(layer), 8);
}

static void test_hostile(void **state)
{
    (void)state;
    static const char *const raw[] = {
        "",
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        "CON",
        "con",
        "a\nb",
        "a/b",
        "-rf",
        "$(reboot)",
        "A",
        "a",
        "a~2",
        "A",
        "dump",
        "DUMP",
        "index.json",
        "; ",
        "x.cfg",
        "\xC3\xBC",
        "resources",
    };
    const size_t count = sizeof raw / sizeof *raw;
    for (uint32_t i = 0; i < count; i++) {
        made_layer(analysis, raw[i], "0123456789", 0);
        made_resource(analysis, "gif", i, 0, 1);
        made_resource(analysis, "gif", i, 0, 1); /* told twice */
    }
    made_resource(analysis, "gif", MTKS_NO_LAYER, 0, 1);
    name_all(true);
    for (size_t i = 0; i < count; i++) {
        assert_null(strchr(names.layers[i], '/'));
        assert_int_equal(strspn(names.layers[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ%~._-0123456789"
                                                 "abcdefghijklmnopqrstuvwxyz"),
                         strlen(names.layers[i]));
        assert_true(names.layers[i][0] != '.' && names.layers[i][0] != '-');
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(strcasecmp(names.layers[i], names.layers[j]), 0);
    }
    for (size_t i = 0; i < analysis->resources.count; i++) {
        assert_true(mtks_tree_path_ok(names.resources[i]));
        assert_ptr_equal(strrchr(names.resources[i], '/'), strchr(names.resources[i], '/'));
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(strcasecmp(names.resources[i], names.resources[j]), 0);
    }
    assert_string_equal(names.layers[10], "A.bin");
    assert_string_equal(names.layers[11], "a~2.bin");
    assert_string_equal(names.layers[12], "a%7E2.bin");
    assert_string_equal(names.layers[13], "A~3.bin");
}

static void test_long(void **state)
{
    (void)state;
    char raw[2][5000];
    for (size_t i = 0; i < 2; i++) {
        memset(raw[i], i ? '/' : 'n', sizeof raw[i]);
        raw[i][sizeof raw[i] - 1] = '\0';
        made_layer(analysis, raw[i], "x", 0);
        made_layer(analysis, raw[i], "x", 0);
        made_resource(analysis, "gif", (uint32_t)(2 * i + 1), 0, 1);
        made_resource(analysis, "gif", (uint32_t)(2 * i + 1), 0, 1);
    }
    name_all(true);
    for (size_t i = 0; i < 4; i++) {
        assert_true(mtks_tree_path_ok(names.layers[i]));
        assert_true(mtks_tree_path_ok(names.resources[i]));
    }
}

/* Very many of one name: no comparison of all with all. */
static void test_many(void **state)
{
    (void)state;
    for (int i = 0; i < 60000; i++)
        made_resource(analysis, "gif", MTKS_NO_LAYER, (uint64_t)(i % 2), 1);
    struct timespec start, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    name_all(true);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    assert_true(end.tv_sec - start.tv_sec < 10);
    assert_string_equal(names.resources[0], "resources/dump-0x000000.gif");
    assert_string_equal(names.resources[59998], "resources/dump-0x000000~30000.gif");
}

static void test_memory_out(void **state)
{
    (void)state;
    made_layer(analysis, "ALICE", "abc", 0);
    made_resource(analysis, "gif", 0, 0, 1);
    uint64_t limit = analysis->arena.limit;
    int failures = 0;
    for (uint64_t room = 0;; room += 64) {
        analysis->arena.limit = analysis->arena.used + room;
        if (mtks_unpack_name_all(analysis, dump, sizeof dump, true, &names) == 0)
            break;
        failures++;
    }
    assert_true(failures > 0);
    analysis->arena.limit = limit;
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_usual), CASE(test_outside), CASE(test_hostile),
        CASE(test_long),  CASE(test_many),    CASE(test_memory_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
