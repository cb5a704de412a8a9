/* SPDX-License-Identifier: MIT */
/* The registry: every mistake with its line, the order of matches, and the files we ship. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/registry.h"
#include "mtkscan/identity.h"
#include "support.h"

#define HEAD "[board.a]\nverno = A*\nplugin = mt6250\n"

static void open_registry(struct mtks_registry *registry)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    mtks_registry_init(registry, &limits);
}

static int add_bytes(struct mtks_registry *registry, const void *bytes, size_t size,
                     mtkscan_error *error)
{
    char *folder = test_folder_new();
    char *path = test_file_write(folder, "boards.ini", bytes, size);
    int outcome = mtks_registry_add(registry, path, true, error);
    free(path);
    test_folder_remove(folder);
    return outcome;
}

static int add_text(struct mtks_registry *registry, const char *text)
{
    mtkscan_error error;
    return add_bytes(registry, text, strlen(text), &error);
}

/* ---- mistakes */

#define X50  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X197 X50 X50 X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
    const char *text;
    unsigned line;
    const char *message; /* a piece of it */
} mistakes[] = {
    {HEAD "colour = red\n", 4, "unknown key \"colour\": keys are platform, project, board"},
    {HEAD "devise = DZ09\n", 4, "unknown key \"devise\": did you mean device?"},
    {HEAD "Plugin = mt6250\n", 4, "did you mean plugin?"},
    {HEAD "averyveryverylongkeyname = x\n", 4, "keys are platform"},
    {HEAD "verno = B*\n", 4, "key \"verno\" is there already in this section"},
    {"verno = A*\n" HEAD, 1, "key \"verno\" stands before the first [board.NAME]"},
    {HEAD HEAD, 4, "section [board.a] is there already, in line 1"},
    {"[board.b]\nverno = B\n" HEAD, 1, "[board.b] lacks a plugin"},
    {HEAD "\n[board.b]\nplugin = mt6250\ndevice = x\n", 5, "[board.b] has no pattern"},
    {"[watch.a]\nverno = A\nplugin = mt6250\n", 1, "section [watch.a] is not [board.NAME]"},
    {"[board.]\nverno = A\nplugin = mt6250\n", 1, "is not [board.NAME]"},
    {"[board.A]\n", 1, "is not [board.NAME]"},
    {"[board.a b]\n", 1, "is not [board.NAME]"},
    {"[]\n", 1, "section [] is not [board.NAME]"},
    {"[board." X50 "]\n", 1, "the section name has 56 characters, at most 49 are allowed"},
    {"[board.a\nverno = A\n", 1, "a section is [board.NAME], alone on its line"},
    {"[board.a] ; a watch\nverno = A\n", 1, "a section is [board.NAME], alone on its line"},
    {"[board.a]]\n", 1, "a section is [board.NAME], alone on its line"},
    {HEAD "device: DZ09\n", 4, "no `key = value`"},
    {HEAD "device: a = b\n", 4, "no `key = value`"},
    {HEAD "device\n", 4, "no `key = value`"},
    {HEAD "device name = DZ09\n", 4, "a key is one word"},
    {HEAD "= DZ09\n", 4, "unknown key \"\""},
    {HEAD "device =\n", 4, "the value is missing"},
    {HEAD "device = \t \n", 4, "the value is missing"},
    {HEAD "device = DZ09 ; a watch\n", 4, "a comment has to stand on a line of its own"},
    {HEAD "device =;DZ09\n", 4, "a comment has to stand on a line of its own"},
    {HEAD "notes = a;b\t;c\n", 4, "a value cannot hold \" ;\""},
    {HEAD "notes = one\n  two\n", 5, "the line begins with a blank"},
    {HEAD "\tdevice = DZ09\n", 4, "the line begins with a blank"},
    {HEAD "notes = " X197 "\n", 4, "the line has 205 bytes, at most 197 are allowed"},
    {HEAD "[" X197 "]\nverno = B\n", 4, "the line has 199 bytes, at most 197 are allowed"},
    {HEAD "device = caf\xE9\n", 4, "bytes that are not UTF-8"},
    {HEAD "device = a\rb\n", 4, "a control character"},
    {HEAD "device = \x1B[31m\n", 4, "a control character"},
    {"[board.a]\nverno = **?*\nplugin = mt6250\n", 2, "verno \"**?*\" matches anything"},
    {"[board.a]\nverno = A\nplugin = MT 6250\n", 3, "plugin \"MT 6250\" is no module id"},
    {"[board.a]\nverno = A\nplugin = ../evil\n", 3, "plugin \"../evil\" is no module id"},
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct mtks_registry registry;
        mtkscan_error error;
        open_registry(&registry);
        int outcome = add_bytes(&registry, mistakes[i].text, strlen(mistakes[i].text), &error);
        assert_int_equal(outcome, MTKSCAN_REFUSED);
        assert_int_equal(registry.boards.count, 0);
        if (registry.mistakes.count != 1)
            fail_msg("row %zu gives %zu mistakes", i, registry.mistakes.count);
        const struct mtks_registry_mistake *first = &registry.mistakes.items[0];
        if (first->line != mistakes[i].line || !strstr(first->message, mistakes[i].message))
            fail_msg("row %zu: line %u, \"%s\"", i, first->line, first->message);
        assert_non_null(strstr(error.what, "boards.ini, line "));
        assert_non_null(strstr(error.advice, "mtkscan registry check"));
        mtks_registry_free(&registry);
    }
}

static void test_nul(void **state)
{
    (void)state;
    static const char text[] = HEAD "device = a\0b\nchip = x\n";
    struct mtks_registry registry;
    mtkscan_error error;
    open_registry(&registry);
    assert_int_equal(add_bytes(&registry, text, sizeof text - 1, &error), MTKSCAN_REFUSED);
    assert_int_equal(registry.mistakes.count, 1);
    assert_int_equal(registry.mistakes.items[0].line, 4);
    assert_non_null(strstr(registry.mistakes.items[0].message, "a NUL byte"));
    mtks_registry_free(&registry);
}

/* All mistakes of a file are listed, each once, and the keys of a section that cannot be read raise
 * no more. */
static void test_many_mistakes(void **state)
{
    (void)state;
    struct mtks_registry registry;
    open_registry(&registry);
    assert_int_equal(add_text(&registry, HEAD), MTKSCAN_DONE);
    assert_int_equal(add_text(&registry, "[board.x\nverno = X\nplugin = mt6250\nverno = Y\n"
                                         "[nothing]\nfoo = bar\n"
                                         "[board.y]\nverno = Y\nplugin = mt6250\nfoo = bar\n"
                                         "[board.empty]\n"),
                     MTKSCAN_REFUSED);
    assert_int_equal(registry.mistakes.count, 5);
    static const unsigned lines[] = {1, 5, 10, 11, 11};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(registry.mistakes.items[i].line, lines[i]);
    assert_int_equal(registry.boards.count, 1); /* those of the good file */
    assert_string_equal(registry.boards.items[0].section, "board.a");
    mtks_registry_free(&registry);
}

/* ---- what is right */

static void test_forms(void **state)
{
    (void)state;
    static const char *const texts[] = {
        HEAD,
        "\xEF\xBB\xBF" HEAD,
        "[board.a]\r\nverno = A*\r\nplugin = mt6250\r\n",
        "# note\n; note\n   # note\n\n \t\n[board.a]  \nverno=A*\nplugin\t=\tmt6250  ",
        HEAD "notes = a=b, a:b, a;b, [c] # and \"quotes\"",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct mtks_registry registry;
        open_registry(&registry);
        assert_int_equal(add_text(&registry, texts[i]), MTKSCAN_DONE);
        assert_int_equal(registry.mistakes.count, 0);
        assert_int_equal(registry.boards.count, 1);
        const struct mtks_board *board = &registry.boards.items[0];
        assert_string_equal(board->section, "board.a");
        assert_string_equal(board->verno, "A*");
        assert_string_equal(board->plugin, "mt6250");
        assert_null(board->device);
        assert_non_null(strstr(board->source, "boards.ini"));
        assert_int_equal(board->line, i == 3 ? 6 : 1);
        if (i == 4)
            assert_string_equal(board->notes, "a=b, a:b, a;b, [c] # and \"quotes\"");
        mtks_registry_free(&registry);
    }
}

/* The longest line is kept whole. */
static void test_longest(void **state)
{
    (void)state;
    static const char notes[] = X50 X50 X50 "123456789012345678901234567890123456789";
    struct mtks_registry registry;
    open_registry(&registry);
    assert_int_equal(add_text(&registry, HEAD "notes = " X50 X50 X50
                                              "123456789012345678901234567890123456789\n"),
                     MTKSCAN_DONE);
    assert_string_equal(registry.boards.items[0].notes, notes);
    assert_int_equal(add_text(&registry, "[board.1234567890123456789012345678901234567890123]\n"
                                         "verno = B\nplugin = mt6250\n"),
                     MTKSCAN_DONE);
    assert_int_equal(strlen(registry.boards.items[1].section), 49);
    mtks_registry_free(&registry);
}

static void test_files(void **state)
{
    (void)state;
    struct mtks_registry registry;
    struct mtks_limits limits;
    mtkscan_error error;
    char *folder = test_folder_new();
    char *path = NULL;
    assert_true(asprintf(&path, "%s/none.ini", folder) > 0);
    mtks_limits_init(&limits);
    limits.registry = sizeof HEAD - 1;
    mtks_registry_init(&registry, &limits);
    assert_int_equal(mtks_registry_add(&registry, path, false, &error), MTKSCAN_DONE);
    assert_int_equal(mtks_registry_add(&registry, path, true, &error), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, "No such file"));
    assert_int_equal(mtks_registry_add(&registry, folder, false, &error), MTKSCAN_SYSTEM);
    assert_non_null(strstr(error.what, "not a regular file"));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(mtks_registry_add(&registry, path, false, &error), MTKSCAN_SYSTEM);
    assert_int_equal(add_text(&registry, HEAD), MTKSCAN_DONE); /* as large as allowed */
    assert_int_equal(add_text(&registry, HEAD "\n"), MTKSCAN_REFUSED);
    assert_int_equal(add_text(&registry, ""), MTKSCAN_DONE);
    assert_int_equal(registry.boards.count, 1);
    assert_int_equal(registry.mistakes.count, 0);
    mtks_registry_free(&registry);
    free(path);
    test_folder_remove(folder);
}

/* Whichever allocation fails: an outcome, and no half board. */
static void test_out_of_memory(void **state)
{
    (void)state;
    static const char *const texts[] = {HEAD "device = x\n", HEAD "foo = x\n"};
    for (size_t i = 0; i < 2; i++) {
        int outcome = MTKSCAN_SYSTEM;
        for (uint64_t limit = 0; outcome == MTKSCAN_SYSTEM; limit += 16) {
            struct mtks_registry registry;
            open_registry(&registry);
            registry.arena.limit = limit;
            outcome = add_text(&registry, texts[i]);
            assert_int_equal(registry.boards.count, outcome == MTKSCAN_DONE);
            mtks_registry_free(&registry);
            assert_true(limit < 8192);
        }
        assert_int_equal(outcome, i == 0 ? MTKSCAN_DONE : MTKSCAN_REFUSED);
    }
}

/* ---- matching */

static void test_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        bool match;
    } rows[] = {
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "anything", true},
        {"?", "", false},
        {"?", "a", true},
        {"abc", "ABC", true},
        {"ABC", "abc", true},
        {"abc", "abcd", false},
        {"abcd", "abc", false},
        {"a*c", "abbbc", true},
        {"a*c", "ac", true},
        {"a*c", "acb", false},
        {"*60A*_HW", "GPLUS60A_6464_11B_HW", true},
        {"*60A*_HW", "GPLUS60A_6464_11B_HW2", false},
        {"a**b", "ab", true},
        {"*a*b*c", "xxaxxbxxbxxc", true},
        {"*ab", "aaab", true},
        {"*aab", "aaaab", true},
        {"a?c*", "abc", true},
        {"a[b]c", "abc", false},
        {"a[b]c", "a[b]c", true},
        {"\xC3\xA9*", "\xC3\xA9t\xC3\xA9", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(mtks_pattern_match(rows[i].pattern, rows[i].text), rows[i].match);
    /* Stars that would make a recursive matcher take years. */
    char text[513];
    memset(text, 'a', 512);
    text[512] = 0;
    assert_false(mtks_pattern_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

static void test_match_order(void **state)
{
    (void)state;
    struct mtks_registry registry;
    open_registry(&registry);
    assert_int_equal(add_text(&registry, "[board.loose]\nverno = A*\nplugin = loose\n"
                                         "[board.tight]\nverno = AB*C\nplugin = tight\n"
                                         "[board.tie]\nverno = A?B?C\nplugin = tie\n"
                                         "[board.both]\nverno = A*\nboard = B\nplugin = both\n"
                                         "[board.more]\nverno = A*\nboard = BOARD*\n"
                                         "project = P*\nplatform = *X*\nplugin = more\n"),
                     MTKSCAN_DONE);
    assert_int_equal(add_text(&registry, "[board.tight]\nverno = ABC*\nplugin = later\n"),
                     MTKSCAN_DONE);
    static const struct {
        struct mtks_board_strings strings;
        const char *plugin;
    } rows[] = {
        {{.verno = "AX"}, "loose"},
        {{.verno = "ABxC"}, "tight"},
        {{.verno = "ABCxC"}, "later"}, /* a tie in the files: the later one */
        {{.verno = "AXBXC"}, "tie"},
        {{.verno = "AX", .hw_version = "B"}, "both"},
        {{.verno = "AX", .hw_version = "BOARD_HW"}, "loose"}, /* not all of `more` is there */
        {{.platform_id = "XX", .project = "PROJ", .hw_version = "BOARD_HW", .verno = "AX"}, "more"},
        {{.hw_version = "B"}, NULL},
        {{.verno = NULL}, NULL},
        {{.verno = ""}, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct mtks_board *board = mtks_registry_match(&registry, &rows[i].strings);
        if (rows[i].plugin)
            assert_string_equal(board->plugin, rows[i].plugin);
        else
            assert_null(board);
    }
    mtks_registry_free(&registry);
}

/* A board name that two chips share: the chip word of the platform id decides, where there is one.
 */
static void test_match_chip(void **state)
{
    (void)state;
    struct mtks_registry registry;
    open_registry(&registry);
    assert_int_equal(add_text(&registry, "[board.one]\nverno = A*\nplugin = one\nchip = MT1111\n"
                                         "[board.two]\nverno = A*\nplugin = two\nchip = MT2222\n"
                                         "[board.any]\nverno = ?*A*\nplugin = any\n"),
                     MTKSCAN_DONE);
    static const struct {
        struct mtks_board_strings strings;
        const char *plugin;
    } rows[] = {
        {{.verno = "AX", .chip = "mt1111"}, "one"},
        {{.verno = "AX", .chip = "MT2222"}, "two"},
        {{.verno = "AX"}, "two"},
        {{.verno = "AX", .chip = "MT3333"}, NULL},
        {{.verno = "XA", .chip = "MT3333"}, "any"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct mtks_board *board = mtks_registry_match(&registry, &rows[i].strings);
        assert_int_equal(board != NULL, rows[i].plugin != NULL);
        if (board)
            assert_string_equal(board->plugin, rows[i].plugin);
    }
    mtks_registry_free(&registry);
}

/* ---- the files we ship */

static const char *const shipped[] = {
    "core/host/registry.ini",
    "plugins/mt2502/boards.ini",
    "plugins/mt6260/boards.ini",
    "plugins/mt6261/boards.ini",
};

static void open_shipped(struct mtks_registry *registry)
{
    open_registry(registry);
    for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++) {
        char path[512];
        mtkscan_error error;
        snprintf(path, sizeof path, "%s/%s", TEST_SOURCE_DIR, shipped[i]);
        if (mtks_registry_add(registry, path, true, &error) != MTKSCAN_DONE)
            fail_msg("%s", error.what);
    }
}

static void test_shipped(void **state)
{
    (void)state;
    struct mtks_registry registry;
    open_shipped(&registry);
    assert_true(registry.boards.count > 60);
    for (size_t i = 0; i < registry.boards.count; i++) {
        const struct mtks_board *board = &registry.boards.items[i];
        assert_non_null(board->chip);
        assert_non_null(board->notes);
        if (strstr(board->source, "plugins/")) /* a module speaks for itself alone */
            assert_non_null(strstr(board->source, board->plugin));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(board->section, registry.boards.items[j].section);
    }
    mtks_registry_free(&registry);
}

/* Strings that firmware in the field carries, with the module each needs. "" is not there. */
static const struct {
    const char *platform_id, *hw_version, *verno, *plugin, *device;
} seen[] = {
#include "boards_seen.inc"
};

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static void test_boards_seen(void **state)
{
    (void)state;
    struct mtks_registry registry;
    open_shipped(&registry);
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        mtkscan_platform_words words;
        mtkscan_platform_parse(seen[i].platform_id, &words);
        const struct mtks_board_strings strings = {
            .platform_id = or_null(seen[i].platform_id),
            .project = or_null(words.project),
            .hw_version = or_null(seen[i].hw_version),
            .verno = or_null(seen[i].verno),
            .chip = or_null(words.chip),
        };
        const struct mtks_board *board = mtks_registry_match(&registry, &strings);
        if (!board)
            fail_msg("row %zu: no board", i);
        if (strcmp(board->plugin, seen[i].plugin) != 0)
            fail_msg("row %zu: %s says %s, not %s", i, board->section, board->plugin,
                     seen[i].plugin);
        if (seen[i].device[0])
            assert_string_equal(board->device, seen[i].device);
    }
    mtks_registry_free(&registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes),      cmocka_unit_test(test_nul),
        cmocka_unit_test(test_many_mistakes), cmocka_unit_test(test_forms),
        cmocka_unit_test(test_longest),       cmocka_unit_test(test_files),
        cmocka_unit_test(test_out_of_memory), cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_match_order),   cmocka_unit_test(test_match_chip),
        cmocka_unit_test(test_shipped),       cmocka_unit_test(test_boards_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
