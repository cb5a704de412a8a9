/* SPDX-License-Identifier: MIT */
/* What the head of a .cfg says of the kit, and platform lines that contradict each other. */
#include <stdlib.h>
#include <string.h>

#include "kit/cfg.h"
#include "support.h"

static struct mtks_arena arena;
static struct mtks_cfg cfg;

static int setup(void **state)
{
    (void)state;
    mtks_arena_init(&arena, 16u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mtks_arena_free(&arena);
    return 0;
}

static void read_text(const char *text)
{
    assert_int_equal(mtks_cfg_read(&cfg, &arena, text, strlen(text), NULL), MTKSCAN_DONE);
}

static void add(const char **slot, const char *text)
{
    assert_non_null(slot);
    *slot = text;
}

/* What the writer puts into the head comes back from the reader. */
static void test_round_trip(void **state)
{
    (void)state;
    struct mtks_cfg from = {.writer = "mtkscan 1.2.3", .platform = "MT6261"};
    char *text = NULL;
    size_t size = 0;
    add(MTKS_PUSH(&arena, &from.incomplete), "left out ROM (damaged: all of it)");
    add(MTKS_PUSH(&arena, &from.incomplete), "two");
    add(MTKS_PUSH(&arena, &from.doubts), "SHORT DUMP, of 3 MB");
    add(MTKS_PUSH(&arena, &from.doubts), "FORCED MODULE a: b");
    add(MTKS_PUSH(&arena, &from.unlisted), "strange%20.bin");
    add(MTKS_PUSH(&arena, &from.comments), "something else");
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(mtks_cfg_write(&from, out), 0);
    fclose(out);
    static const char head[] = "# Written by mtkscan 1.2.3 from a flash dump\n"
                               "# INCOMPLETE KIT, left out ROM (damaged, all of it)\n"
                               "# INCOMPLETE KIT, two\n"
                               "# SHORT DUMP, of 3 MB\n"
                               "# FORCED MODULE a, b\n"
                               "# NOT LISTED below, since its region is not known, strange%20.bin\n"
                               "# something else\n\n#";
    assert_memory_equal(text, head, sizeof head - 1);
    read_text(text);
    assert_int_equal(cfg.mistakes.count, 0);
    assert_string_equal(cfg.writer, "mtkscan 1.2.3");
    assert_true(mtks_cfg_is_ours(&cfg));
    assert_int_equal(cfg.incomplete.count, 2);
    assert_string_equal(cfg.incomplete.items[0], "left out ROM (damaged, all of it)");
    assert_string_equal(cfg.incomplete.items[1], "two");
    assert_int_equal(cfg.doubts.count, 2);
    assert_string_equal(cfg.doubts.items[0], "SHORT DUMP, of 3 MB");
    assert_string_equal(cfg.doubts.items[1], "FORCED MODULE a, b");
    assert_int_equal(cfg.unlisted.count, 1);
    assert_string_equal(cfg.unlisted.items[0], "strange%20.bin");
    assert_int_equal(cfg.comments.count, 0);
    free(text);
}

static void test_whose_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ours;
    } cases[] = {
        {"# Written by mtkscan from a flash dump\n", true},
        {"# Written by mtkscan 9 from a flash dump", true},
        {"\xEF\xBB\xBF# Written by mtkscan 9 from a flash dump\r\n", true},
        {"# Written by mtkscanner from a flash dump\n", false},
        {"# Written by my mtkscan from a flash dump\n", false},
        {"# Written by mtkscan\n", false},
        {"# Written by \n", false},
        {"# mtkscan\n", false},
        {"general:\n# Written by mtkscan from a flash dump\n", false},
        {"\n# Written by mtkscan from a flash dump\n", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        read_text(cases[i].text);
        if ((mtks_cfg_is_ours(&cfg) != 0) != cases[i].ours)
            fail_msg("ours or not: %s", cases[i].text);
    }
}

/* Behind the first section a comment is a comment, and a flood of head lines ends somewhere. */
static void test_head_ends(void **state)
{
    (void)state;
    read_text("general:\n# INCOMPLETE KIT, x\n# NOT LISTED below, since its region is not known, "
              "y\n# SHORT DUMP, x\n# FORCED MODULE x\n");
    assert_int_equal(cfg.incomplete.count + cfg.unlisted.count + cfg.doubts.count, 0);
    read_text("# SHORT DUMPS, x\n# A SHORT DUMP, x\n# FORCED MODULES\n");
    assert_int_equal(cfg.doubts.count, 0);
    size_t room = 1000 * 80, used = 0;
    char *flood = malloc(room);
    for (int i = 0; i < 1000; i++)
        used += (size_t)snprintf(flood + used, room - used, "# %s\n",
                                 i & 1 ? "INCOMPLETE KIT, x"
                                       : "NOT LISTED below, since its region is not known, y");
    read_text(flood);
    assert_int_equal(cfg.incomplete.count, MTKS_CFG_HEADS_MAX);
    assert_int_equal(cfg.unlisted.count, MTKS_CFG_HEADS_MAX);
    used = 0;
    for (int i = 0; i < 1000; i++)
        used += (size_t)snprintf(flood + used, room - used, "# %s\n",
                                 i & 1 ? "SHORT DUMP, x" : "FORCED MODULE x");
    read_text(flood);
    assert_int_equal(cfg.doubts.count, MTKS_CFG_DOUBTS_MAX);
    free(flood);
}

/* The first platform line of the general section holds; any other that differs is kept beside. */
static void test_platforms(void **state)
{
    (void)state;
    static const struct {
        const char *text, *platform, *other;
    } cases[] = {
        {"general:\n platform: A\n", "A", NULL},
        {"general:\n platform: A\n platform: A\n", "A", "A"},
        {"general:\n platform: A\n platform: B\n", "A", "B"},
        {"general:\n platform: A\n platform: A\n platform: B\n platform: C\n", "A", "B"},
        {"general:\n platform: A\nmain_region:\n rom:\ngeneral:\n platform: B\n", "A", "B"},
        {"general:\n platform: A\nmain_region:\n platform: B\n", "A", "B"},
        {"platform: B\ngeneral:\n platform: A\n", "A", "B"},
        {"general:\n platform: A\nexternal_memory:\n - flash_info:\n flash_type: SF\n"
         " id_length: 1\n flash_id: [1]\n EMI_Setting:\n platform: B\n",
         "A", "B"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        read_text(cases[i].text);
        assert_string_equal(cfg.platform, cases[i].platform);
        if (cases[i].other)
            assert_string_equal(cfg.other_platform, cases[i].other);
        else
            assert_null(cfg.other_platform);
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    static const char text[] = "# Written by mtkscan from a flash dump\n# INCOMPLETE KIT, x\n"
                               "# NOT LISTED below, since its region is not known, y\n"
                               "# SHORT DUMP, x\n"
                               "platform: B\ngeneral:\n platform: A\n platform: C\n";
    int failures = 0, outcome = MTKSCAN_SYSTEM;
    for (uint64_t limit = 0; outcome != MTKSCAN_DONE; limit += 8) {
        mtks_arena_free(&arena);
        mtks_arena_init(&arena, limit);
        outcome = mtks_cfg_read(&cfg, &arena, text, sizeof text - 1, NULL);
        failures += outcome == MTKSCAN_SYSTEM;
    }
    assert_true(failures > 10);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_round_trip), CASE(test_whose_it_is),   CASE(test_head_ends),
        CASE(test_platforms),  CASE(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
