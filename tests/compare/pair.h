/* SPDX-License-Identifier: MIT */
/* A device and a firmware made from fixtures, scanned by the bundled modules, and compared. */
#ifndef TESTS_COMPARE_PAIR_H
#define TESTS_COMPARE_PAIR_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/session.h"
#include "compare/compare.h"
#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "support.h"

#define PAIR_FILLER 0xB800u /* of a fixture's ROM: nothing but filler from here on */

/* What one side is made from. The fixture comes first, then the edit of its bytes. */
struct pair_side {
    mtkscan_fixture fixture;
    void (*edit)(struct test_dump *dump);
    uint64_t cut; /* bytes that are read of it; 0: all */
};

static mtkscan_session *pair_session;
static char *pair_folder;
static mtkscan_result *pair_results[2]; /* device, firmware */
static struct mtks_arena pair_arena;
static struct mtks_comparison pair_comparison;

static inline int pair_open(void **state)
{
    (void)state;
    static const char *dirs[] = {TEST_BUILD_DIR "/plugins", NULL};
    const mtkscan_options options = {.plugin_dirs = dirs, .only_plugin_dirs = true, .decode = true};
    mtkscan_error error = {0};
    unsetenv("XDG_CONFIG_HOME");
    setenv("HOME", "/nonexistent", 1);
    pair_folder = test_folder_new();
    mtks_arena_init(&pair_arena, 1u << 20);
    return mtkscan_session_new(&pair_session, &options, &error);
}

static inline void pair_drop(void)
{
    for (size_t i = 0; i < 2; i++) {
        mtkscan_result_free(pair_results[i]);
        pair_results[i] = NULL;
    }
    mtks_arena_free(&pair_arena);
    mtks_arena_init(&pair_arena, 1u << 20);
}

static inline int pair_close(void **state)
{
    (void)state;
    pair_drop();
    mtks_arena_free(&pair_arena);
    mtkscan_session_free(pair_session);
    test_folder_remove(pair_folder);
    return 0;
}

static inline struct pair_side pair_preset(const char *chip)
{
    struct pair_side side = {.edit = NULL};
    mtkscan_fixture_preset(&side.fixture, chip);
    return side;
}

/* The filler of fixtures is noise, and a ROM of noise is taken for an encrypted one: puts values of
 * six bits where the filler of ROM stands. */
static inline void pair_plain(struct test_dump *dump)
{
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&dump->truth, "ROM");
    for (uint64_t i = PAIR_FILLER; rom && i < rom->length - 16; i++)
        dump->bytes[rom->offset + i] = (uint8_t)((dump->bytes[rom->offset + i] & 0x3F) * 37);
}

static inline mtkscan_result *pair_scan(const struct pair_side *side)
{
    struct test_dump dump = test_dump_build(&side->fixture);
    pair_plain(&dump);
    if (side->edit)
        side->edit(&dump);
    char *path =
        test_file_write(pair_folder, "side.bin", dump.bytes, side->cut ? side->cut : dump.size);
    mtkscan_result *result = NULL;
    mtkscan_error error = {0};
    mtkscan_scan(pair_session, path, &result, &error);
    if (!result || result->analysis->status != MTKS_IDENTIFIED)
        fail_msg("not identified: %s", error.what);
    free(path);
    test_dump_free(&dump);
    return result;
}

/* Compares what stands in pair_results. */
static inline void pair_judge(const struct mtks_compare_options *options)
{
    const struct mtks_side device = {pair_results[0]->analysis, &pair_results[0]->dump};
    const struct mtks_side firmware = {pair_results[1]->analysis, &pair_results[1]->dump};
    assert_int_equal(mtks_compare(&pair_comparison, &device, &firmware, options, &pair_arena), 0);
}

static inline void pair_compare(const struct pair_side *device, const struct pair_side *firmware,
                                const struct mtks_compare_options *options)
{
    pair_drop();
    pair_results[0] = pair_scan(device);
    pair_results[1] = pair_scan(firmware);
    pair_judge(options);
}

static inline void pair_print(void)
{
    for (size_t i = 0; i < pair_comparison.reasons.count; i++) {
        const struct mtks_reason *reason = &pair_comparison.reasons.items[i];
        print_message("%s %s %s [%s] %s (%s; %s)\n", mtks_reason_level_name(reason->level),
                      reason->code, reason->topic, reason->tool_error ? reason->tool_error : "-",
                      reason->what, reason->device ? reason->device : "-",
                      reason->firmware ? reason->firmware : "-");
    }
}

/* The numbers of the flashing tool that the comparison gives, each once: "5105 5077/4056". */
static inline void pair_numbers(char *to, size_t room)
{
    to[0] = '\0';
    for (size_t i = 0; i < pair_comparison.reasons.count; i++) {
        const char *number = pair_comparison.reasons.items[i].tool_error;
        const size_t used = strlen(to);
        if (number && !strstr(to, number))
            snprintf(to + used, room - used, "%s%s", used ? " " : "", number);
    }
}

/* The worst reason of a code, or NULL. */
static inline const struct mtks_reason *pair_reason(const char *code)
{
    for (size_t i = 0; i < pair_comparison.reasons.count; i++)
        if (strcmp(pair_comparison.reasons.items[i].code, code) == 0)
            return &pair_comparison.reasons.items[i];
    return NULL;
}

static inline void pair_expect(const char *code, enum mtks_reason_level level, const char *words)
{
    const struct mtks_reason *reason = pair_reason(code);
    if (reason && reason->level == level && (!words || strstr(reason->what, words)))
        return;
    pair_print();
    fail_msg("no reason %s of level %s with \"%s\"", code, mtks_reason_level_name(level),
             words ? words : "");
}

static inline void pair_expect_verdict(enum mtks_fit verdict)
{
    if (pair_comparison.verdict == verdict)
        return;
    pair_print();
    fail_msg("%s instead of %s", mtks_fit_name(pair_comparison.verdict), mtks_fit_name(verdict));
}

#endif
