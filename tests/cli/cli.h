/* SPDX-License-Identifier: MIT */
/* Dumps on disk and what the program says of them. */
#ifndef TESTS_CLI_CLI_H
#define TESTS_CLI_CLI_H

#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODULE(id) TEST_BUILD_DIR "/tests/cli/" id

/* A folder with a healthy dump, and a damaged one: a bit of its external loader flipped. */
struct stage {
    char *folder, *healthy, *damaged;
    struct test_dump dump;
};

static inline int stage_set(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    stage->folder = test_folder_new();
    stage->dump = test_dump_make("MT6261", 0);
    stage->healthy =
        test_file_write(stage->folder, "healthy.bin", stage->dump.bytes, stage->dump.size);
    const mtkscan_fixture_part *loader = mtkscan_fixture_find(&stage->dump.truth, "EXT_BOOTLOADER");
    assert_non_null(loader);
    stage->dump.bytes[loader->offset + loader->length / 2] ^= 1;
    stage->damaged =
        test_file_write(stage->folder, "damaged.bin", stage->dump.bytes, stage->dump.size);
    stage->dump.bytes[loader->offset + loader->length / 2] ^= 1;
    *state = stage;
    return 0;
}

static inline int stage_clear(void **state)
{
    struct stage *stage = *state;
    test_dump_free(&stage->dump);
    free(stage->healthy);
    free(stage->damaged);
    test_folder_remove(stage->folder);
    free(stage);
    return 0;
}

static inline void assert_contains(const char *text, const char *piece)
{
    if (!strstr(text, piece))
        fail_msg("'%s' is not in:\n%s", piece, text);
}

static inline void assert_lacks(const char *text, const char *piece)
{
    if (strstr(text, piece))
        fail_msg("'%s' is in:\n%s", piece, text);
}

static inline size_t lines_in(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static inline void assert_narrow(const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (length > 80)
            fail_msg("%zu columns: %.*s", length, (int)length, text);
        text += length + (text[length] == '\n');
    }
}

/* Fails unless the program ended with `status`, wrote `out` somewhere on standard output and `err`
 * on standard error. NULL: nothing at all there. Frees the run. */
static inline void expect(struct test_run run, int status, const char *out, const char *err)
{
    if (run.status != status)
        fail_msg("exit %d, not %d\nout: %s\nerr: %s", run.status, status, run.out, run.err);
    if (out)
        assert_contains(run.out, out);
    else
        assert_string_equal(run.out, "");
    if (err)
        assert_contains(run.err, err);
    else
        assert_string_equal(run.err, "");
    test_run_free(&run);
}

/* Runs a shell line in which $M is the program, $1 and $2 are arguments. */
static inline struct test_run shell(const char *line, const char *first, const char *second)
{
    const char *argv[] = {"sh", "-c", line, TEST_BUILD_DIR "/mtkscan", first, second, NULL};
    return test_run(argv);
}

#endif
