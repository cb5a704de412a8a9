/* SPDX-License-Identifier: MIT */
/* Which analyses may become a kit: part health alone does not decide, the whole verdict does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kit/kit.h"
#include "kit/kit_cfg.h"
#include "made.h"
#include "model/finding.h"

static struct test_dump dump;
static struct mtks_dump view;
static struct mtks_analysis *analysis;
static struct mtks_kit kit;
static mtkscan_error error;
static char *base, *dir;

static const struct mtks_kit_options usual = {.force = true};
static const struct mtks_kit_options partial = {.force = true, .force_partial = true};
static const struct mtks_kit_options typed = {.force = true, .memory_type = "PSRAM_130MHz"};

static int setup(void **state)
{
    (void)state;
    dump = test_dump_make("MT6261", 0);
    view = made_view(&dump);
    analysis = made_analysis(&dump);
    base = test_folder_new();
    assert_true(asprintf(&dir, "%s/kit", base) > 0);
    memset(&error, 0, sizeof error);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove(base);
    free(dir);
    mtks_analysis_free(analysis);
    test_dump_free(&dump);
    return 0;
}

static void expect_text(const char *text, const char *piece)
{
    if (!strstr(text, piece))
        fail_msg("\"%s\" lacks \"%s\"", text, piece);
}

static void expect_refused(const struct mtks_kit_options *options, int outcome, const char *what,
                           const char *advice)
{
    assert_int_equal(mtks_kit_write(analysis, &view, dir, options, &kit, &error), outcome);
    expect_text(error.what, what);
    expect_text(error.advice, advice);
    assert_false(test_exists(base, "kit"));
    assert_false(kit.complete);
}

/* Writes the kit and reads its .cfg. [owner of the text: caller] */
static char *expect_written(const struct mtks_kit_options *options, int outcome,
                            struct mtks_cfg *cfg)
{
    size_t size = 0;
    assert_int_equal(mtks_kit_write(analysis, &view, dir, options, &kit, &error), outcome);
    assert_int_equal(kit.complete, outcome == MTKSCAN_DONE);
    char *text = test_file_read(dir, kit.cfg_name, &size);
    assert_non_null(text);
    assert_int_equal(mtks_cfg_read(cfg, &analysis->arena, text, size, NULL), MTKSCAN_DONE);
    assert_int_equal(cfg->mistakes.count, 0);
    return text;
}

static void add_finding(const char *code, const char *detail, uint32_t part)
{
    assert_int_equal(mtks_finding_add(analysis, code, detail, part, 0x100, 4), 0);
}

/* All parts are good, and yet the dump is damaged. */
static void test_errors_alone(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    analysis->health.verdict = MTKS_DAMAGED;
    add_finding("MTK-G004", "ROM: at 0x\x1b", MTKSCAN_NO_PART);
    add_finding("MTK-D005", "ROM and VIVA", 2);
    expect_refused(&usual, MTKSCAN_DAMAGED,
                   "no kit written, the dump is damaged, MTK-G004 A file does not lie",
                   "--force-partial");
    assert_null(strchr(error.what, '\x1b'));
    char *text = expect_written(&partial, MTKSCAN_DAMAGED, &cfg);
    expect_text(error.what, "the kit is written, but the dump is damaged, MTK-G004");
    expect_text(error.advice, "do not flash");
    assert_int_equal(cfg.files.count, 4);
    assert_int_equal(cfg.incomplete.count, 2);
    expect_text(cfg.incomplete.items[0], "from a dump with MTK-G004, A file does not lie");
    expect_text(cfg.incomplete.items[1], "from a dump with MTK-D005");
    free(text);

    for (int i = 0; i < 30; i++)
        add_finding("MTK-G002", "somewhere", MTKSCAN_NO_PART);
    text = expect_written(&partial, MTKSCAN_DAMAGED, &cfg);
    assert_int_equal(cfg.incomplete.count, 21);
    expect_text(cfg.incomplete.items[20], "from a dump with 12 errors more");
    free(text);
}

/* An error of a part that is left out is not told twice; one of the rest is. */
static void test_errors_and_parts(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    analysis->health.verdict = MTKS_DAMAGED;
    analysis->parts.items[3].health = MTKS_HEALTH_DAMAGED;
    add_finding("MTK-D001", "VIVA", 3);
    add_finding("MTK-E002", "lists", 2);
    expect_refused(&usual, MTKSCAN_DAMAGED, "these parts are not good: VIVA (damaged)",
                   "the good parts alone");
    free(expect_written(&partial, MTKSCAN_DAMAGED, &cfg));
    expect_text(error.what, "left out: VIVA (damaged)");
    assert_int_equal(cfg.incomplete.count, 2);
    expect_text(cfg.incomplete.items[0], "left out VIVA (damaged)");
    expect_text(cfg.incomplete.items[1], "MTK-E002");
}

static void fresh_folder(void)
{
    test_folder_remove(base);
    base = test_folder_new();
    free(dir);
    assert_true(asprintf(&dir, "%s/kit", base) > 0);
}

/* No verdict but healthy will do, whatever its reason; only a dump that is short of nothing known
 * gives a kit that says so. */
static void test_verdicts(void **state)
{
    (void)state;
    static const enum mtks_verdict others[] = {MTKS_VERDICT_NONE, MTKS_DAMAGED};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        analysis->health.verdict = others[i];
        add_finding("MTK-S003", NULL, MTKSCAN_NO_PART);
        expect_refused(&usual, MTKSCAN_DAMAGED, "no kit written, the dump is ", "read the flash");
        assert_null(strstr(error.what, "MTK-"));
    }
    struct mtks_cfg cfg;
    analysis->health.verdict = MTKS_INCOMPLETE;
    char *text = expect_written(&usual, MTKSCAN_DAMAGED, &cfg);
    assert_non_null(strstr(text, "\n# SHORT DUMP, "));
    assert_non_null(strstr(error.what, "shorter than the flash"));
    assert_int_equal(cfg.incomplete.count, 0);
    free(text);
    analysis->parts.items[0].health = MTKS_HEALTH_UNCHECKED;
    fresh_folder();
    expect_refused(&usual, MTKSCAN_DAMAGED, "no kit written", "read the flash");
    analysis->parts.items[0].health = MTKS_HEALTH_VERIFIED;
    analysis->health.verdict = MTKS_HEALTHY;
    free(expect_written(&usual, MTKSCAN_DONE, &cfg));
    assert_int_equal(cfg.incomplete.count, 0);
}

/* A kit from a short dump may lack what the one before it has, so it never takes its place, unless
 * the user insists. */
static void test_short_replaces_none(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    made_part(analysis, "extra", 0x7000, 0x10000, 0x400)->flags = MTKSCAN_PART_EXTRA;
    char *text = expect_written(&usual, MTKSCAN_DONE, &cfg);
    assert_true(kit.written);
    assert_int_equal(cfg.doubts.count, 0);
    free(text);
    analysis->health.verdict = MTKS_INCOMPLETE;
    assert_int_equal(mtks_kit_write(analysis, &view, dir, &usual, &kit, &error), MTKSCAN_REFUSED);
    expect_text(error.what, "kit stays, as a kit from a short dump does not replace another");
    expect_text(error.what, "--force-partial");
    assert_false(kit.written);
    size_t size = 0;
    text = test_file_read(dir, kit.cfg_name, &size);
    assert_non_null(text);
    assert_null(strstr(text, "SHORT DUMP")); /* the old one */
    free(text);

    text = expect_written(&partial, MTKSCAN_DAMAGED, &cfg);
    assert_true(kit.written);
    assert_int_equal(cfg.doubts.count, 1);
    const char *head = strstr(text, "\n# SHORT DUMP, "), *extra = strstr(text, " is beyond the ");
    assert_true(head && extra && head < extra);
    free(text);
    /* Nor does it replace one of its own kind. */
    assert_int_equal(mtks_kit_write(analysis, &view, dir, &usual, &kit, &error), MTKSCAN_REFUSED);
    fresh_folder();
    assert_int_equal(mkdir(dir, 0700), 0);
    free(expect_written(&usual, MTKSCAN_DAMAGED, &cfg)); /* an empty folder is nothing to lose */
}

static struct mtks_claim *add_claim(const char *plugin, int score)
{
    struct mtks_claim *claim = MTKS_PUSH(&analysis->arena, &analysis->claims);
    assert_non_null(claim);
    claim->plugin = plugin;
    claim->score = score;
    return claim;
}

/* A module that says itself that the dump is not its own gives no platform to rely on. */
static void test_forced_module(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    add_claim("right", 200);
    analysis->plugin = "wrong";
    free(expect_written(&usual, MTKSCAN_DONE, &cfg)); /* it won by itself */
    fresh_folder();

    analysis->forced = true;
    expect_refused(&usual, MTKSCAN_REFUSED, "module wrong was forced", "--memory-type");
    struct mtks_claim *claim = add_claim("wrong", 0);
    expect_refused(&partial, MTKSCAN_REFUSED, "another chip", "--memory-type");
    claim->score = 10;
    claim->contradicted = true;
    expect_refused(&usual, MTKSCAN_REFUSED, "another chip", "--memory-type");
    char *text = expect_written(&typed, MTKSCAN_DONE, &cfg);
    expect_text(text, "\n# FORCED MODULE wrong, although the dump speaks against it\n");
    free(text);
    claim->contradicted = false;
    text = expect_written(&usual, MTKSCAN_DONE, &cfg); /* forced with good reason */
    assert_null(strstr(text, "FORCED MODULE"));
    free(text);
    analysis->plugin = NULL;
    assert_true(mtks_kit_is_against_evidence(analysis));
}

static void test_secured(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    char *text = expect_written(&usual, MTKSCAN_DONE, &cfg);
    assert_null(strstr(text, "SECURED"));
    free(text);
    add_finding("MTK-S001", "ROM", MTKSCAN_NO_PART);
    add_finding("MTK-S001", "EXT", MTKSCAN_NO_PART);
    add_finding("MTK-S002", "cert", MTKSCAN_NO_PART);
    text = expect_written(&usual, MTKSCAN_DONE, &cfg);
    const char *first = strstr(text, "\n# SECURED IMAGE, signed");
    assert_non_null(first);
    first += strlen("\n# SECURED IMAGE");
    expect_text(first, "\n# SECURED IMAGE, the root certificate");
    assert_null(strstr(first, "SECURED IMAGE, signed"));
    free(text);
}

/* Each thing that the .cfg lacks is told in its head. */
static void test_lacks_in_the_head(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    analysis->flash.memory_type = NULL;
    analysis->flash.ids.count = 0;
    analysis->facts.count = 0;
    free(expect_written(&partial, MTKSCAN_DAMAGED, &cfg));
    expect_text(error.what, "left out: in the .cfg the platform");
    assert_int_equal(cfg.incomplete.count, 3);
    assert_string_equal(cfg.incomplete.items[0], "the platform is not known");
    assert_string_equal(cfg.incomplete.items[1], "the list of flash IDs is not known");
    assert_string_equal(cfg.incomplete.items[2], "the memory type is not known");
}

static void test_leftover(void **state)
{
    (void)state;
    struct mtks_cfg cfg;
    free(test_file_write(base, ".kit.partial-00beef", "", 0));
    free(expect_written(&usual, MTKSCAN_DONE, &cfg));
    assert_string_equal(kit.leftover, ".kit.partial-00beef");
    assert_true(test_exists(base, ".kit.partial-00beef"));
}

static void test_out_of_memory(void **state)
{
    (void)state;
    int failures = 0, outcome = MTKSCAN_SYSTEM;
    const struct mtks_kit_options options = {
        .force = true, .force_partial = true, .memory_type = "X"};
    analysis->health.verdict = MTKS_DAMAGED;
    analysis->forced = true;
    analysis->facts.count = 0;
    for (int i = 0; i < 25; i++)
        add_finding("MTK-S001", NULL, MTKSCAN_NO_PART), add_finding("MTK-G004", NULL, 2);
    for (uint64_t room = 0; outcome == MTKSCAN_SYSTEM; room += 16) {
        analysis->arena.limit = analysis->arena.used + room;
        outcome = mtks_kit_write(analysis, &view, dir, &options, &kit, &error);
        failures += outcome == MTKSCAN_SYSTEM;
    }
    assert_int_equal(outcome, MTKSCAN_DAMAGED);
    assert_true(failures > 30);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_errors_alone),  CASE(test_errors_and_parts),
        CASE(test_verdicts),      CASE(test_forced_module),
        CASE(test_secured),       CASE(test_lacks_in_the_head),
        CASE(test_leftover),      CASE(test_short_replaces_none),
        CASE(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
