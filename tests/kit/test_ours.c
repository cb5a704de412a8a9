/* SPDX-License-Identifier: MIT */
/* What --force may take: a kit that mtkscan wrote, and not one file more. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/ours.h"
#include "output/outdir.h"
#include "support.h"

static char *base, *kit;
static mtkscan_error error;

#define CFG                                                                                        \
    "# Written by mtkscan 1 from a flash dump\n"                                                   \
    "# NOT LISTED below, since its region is not known, strange\n"                                 \
    "boot_region:\n rom:\n - file: EXT\nmain_region:\n rom:\n - file: ROM\n"

static void put(const char *name, const char *text)
{
    free(test_file_write(kit, name, text, strlen(text)));
}

static void take_away(const char *name)
{
    char path[4300];
    snprintf(path, sizeof path, "%s/%s", kit, name);
    assert_int_equal(unlink(path), 0);
}

static int setup(void **state)
{
    (void)state;
    base = test_folder_new();
    assert_true(asprintf(&kit, "%s/kit", base) > 0);
    assert_int_equal(mkdir(kit, 0700), 0);
    put("x.cfg", CFG);
    put("EXT", "old");
    put("ROM", "old");
    put("strange", "old");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove(base);
    free(kit);
    return 0;
}

static int open_out(struct mtks_outdir *out, const char *input)
{
    const struct mtks_outdir_options options = {.allowed = MTKS_REPLACE_OURS,
                                                .recogniser = &mtks_kit_recogniser,
                                                .inputs = &input,
                                                .input_count = input ? 1 : 0};
    return mtks_outdir_open(out, kit, &options, &error);
}

/* Writes a kit of one file over the old one. */
static int replace(const char *input)
{
    struct mtks_outdir out;
    int outcome = open_out(&out, input);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    assert_int_equal(mtks_outdir_write(&out, "new", (const uint8_t *)"new", 3, NULL, &error),
                     MTKSCAN_DONE);
    return mtks_outdir_commit(&out, &error);
}

static void expect_kept(const char *input, const char *why)
{
    assert_int_equal(replace(input), MTKSCAN_REFUSED);
    if (!strstr(error.what, why))
        fail_msg("\"%s\" lacks \"%s\"", error.what, why);
    assert_true(error.advice[0] != '\0');
    assert_true(test_exists(kit, "ROM"));
    assert_false(test_exists(kit, "new"));
}

static void test_replaces_its_own(void **state)
{
    (void)state;
    assert_int_equal(replace(NULL), MTKSCAN_DONE);
    assert_true(test_exists(kit, "new"));
    assert_false(test_exists(kit, "ROM"));
    assert_false(test_exists(kit, "strange"));
}

/* A kit that lacks a file is as good a reason to replace it. */
static void test_replaces_a_part_of_it(void **state)
{
    (void)state;
    take_away("EXT");
    assert_int_equal(replace("/nonexistent"), MTKSCAN_DONE);
}

static void test_names_strangers(void **state)
{
    (void)state;
    put("notes\x1b.txt", "mine");
    expect_kept(NULL, "kit holds notes\\x1B.txt, which mtkscan did not write");
    put("dump.bin", "mine");
    expect_kept(NULL, "kit holds dump.bin, notes\\x1B.txt, which");
    put("rom", "mine"); /* names are taken as they stand */
    expect_kept(NULL, "kit holds dump.bin, notes\\x1B.txt, rom, which");
    put("y.cfg", CFG);
    expect_kept(NULL, ", y.cfg, which");
    char name[60];
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "holiday-%02d-with-quite-a-long-name.jpg", i);
        put(name, "mine");
    }
    expect_kept(NULL, " more, which mtkscan did not write");
}

static void test_other_cfgs(void **state)
{
    (void)state;
    static const char *const others[] = {
        "boot_region:\n rom:\n - file: EXT\n - file: ROM\n - file: strange\n",
        "# Written by mtkscan\n - file: EXT\n",
        "# a kit for mtkscan\nboot_region:\n rom:\n - file: EXT\n - file: ROM\n - file: strange\n",
        "",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        put("x.cfg", others[i]);
        expect_kept(NULL, "holds no .cfg that mtkscan wrote");
    }
    size_t size = (1u << 20) + 1;
    char *large = malloc(size + 1);
    memset(large, '#', size);
    large[size] = '\0';
    memcpy(large, CFG, strlen(CFG));
    put("x.cfg", large);
    expect_kept(NULL, "holds no .cfg that mtkscan wrote");
    large[size - 1] = '\0';
    put("x.cfg", large);
    assert_int_equal(replace(NULL), MTKSCAN_DONE);
    free(large);
}

/* The dump itself stays, also where its name is a part's, and also when it is standard input. */
static void test_keeps_the_dump(void **state)
{
    (void)state;
    char path[4300];
    snprintf(path, sizeof path, "%s/ROM", kit);
    expect_kept(path, "kit holds ROM, the dump itself");
    int file = open(path, O_RDONLY), saved = dup(STDIN_FILENO);
    assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
    expect_kept("-", "kit holds ROM, the dump itself");
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(file);
    assert_int_equal(replace("-"), MTKSCAN_DONE);
}

/* What is put into the old kit between the last look and its end is not removed. */
static void test_late_files(void **state)
{
    (void)state;
    struct mtks_outdir out;
    assert_int_equal(open_out(&out, NULL), MTKSCAN_DONE);
    put("late", "mine");
    assert_int_equal(mtks_outdir_commit(&out, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.what, "late, which mtkscan did not write"));
    assert_true(test_exists(kit, "late") && test_exists(kit, "ROM"));
}

static void test_leftovers(void **state)
{
    (void)state;
    static const char *const others[] = {".kit.partial-", ".kit.partial-12345",
                                         ".kit.partial-1234567", ".kit2.partial-123456",
                                         "kit.partial-123456"};
    struct mtks_outdir out;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        free(test_file_write(base, others[i], "", 0));
    assert_int_equal(open_out(&out, NULL), MTKSCAN_DONE);
    assert_string_equal(out.place.leftover, "");
    /* While one is at work, the next sees its folder and leaves it alone. */
    struct mtks_outdir next;
    assert_int_equal(open_out(&next, NULL), MTKSCAN_DONE);
    assert_string_equal(next.place.leftover, out.place.temporary);
    mtks_outdir_abandon(&next);
    assert_true(test_exists(base, out.place.temporary));
    mtks_outdir_abandon(&out);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_replaces_its_own), CASE(test_replaces_a_part_of_it), CASE(test_names_strangers),
        CASE(test_other_cfgs),       CASE(test_keeps_the_dump),        CASE(test_late_files),
        CASE(test_leftovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
