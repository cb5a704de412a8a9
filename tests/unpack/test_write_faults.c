/* SPDX-License-Identifier: MIT */
/* Unpacking when the system fails: every call that can fail does so once, at every place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../output/faults.h"
#include "made.h"
#include "unpack/unpack.h"

static struct mtks_analysis *analysis;
static struct mtks_dump dump;
static mtkscan_error error;
static char *base, *folder;

static int unpack(bool force, bool resources, uint8_t mark)
{
    struct mtks_unpacked unpacked;
    const struct mtks_unpack_options options = {.force = force, .resources = resources};
    for (size_t i = 0; i < analysis->layers.count; i++)
        analysis->layers.items[i].bytes[0] = mark;
    mtks_dump_edit(&dump)[0] = mark;
    int outcome = mtks_unpack_write(analysis, &dump, folder, &options, &unpacked, &error);
    assert_int_equal(unpacked.written, outcome == MTKSCAN_DONE);
    return outcome;
}

/* The mark that all files of the folder have, or 0 when there is no folder. */
static char mark_of(bool resources)
{
    static const char *const names[] = {"ALICE.bin", "ZIMAGE.bin", "resources/ALICE-0x000000.gif",
                                        "resources/dump-0x000000.mid"};
    char mark = 0;
    if (access(folder, F_OK) != 0)
        return 0;
    for (size_t i = 0; i < (resources ? 4 : 2); i++) {
        char *text = test_file_read(folder, names[i], NULL);
        assert_non_null(text);
        assert_true(i == 0 || text[0] == mark);
        mark = text[0];
        free(text);
    }
    assert_true(test_exists(folder, "index.json") && test_exists(folder, "SHA1SUMS") &&
                test_exists(folder, "LAYERS.txt"));
    return mark;
}

static bool round_of(enum call call, int nth, bool replace, bool resources)
{
    begin(NO_CALL, -1, 0);
    test_folder_remove(base);
    assert_int_equal(mkdir(folder, 0700) < 0, 1); /* its parent is gone */
    base = test_folder_new();
    free(folder);
    assert_true(asprintf(&folder, "%s/out", base) > 0);
    if (replace)
        assert_int_equal(unpack(false, resources, 'O'), MTKSCAN_DONE);
    begin(call, nth, EIO);
    int outcome = unpack(replace, resources, 'N');
    bool was_hit = hit;
    begin(NO_CALL, -1, 0);
    bool told = outcome == MTKSCAN_DONE || strstr(error.what, "the set of layers is written");
    assert_int_equal(mark_of(resources), told ? 'N' : replace ? 'O' : 0);
    if (was_hit && call != UNLINK && call != STAT)
        assert_int_not_equal(outcome, MTKSCAN_DONE);
    if (call != UNLINK) { /* nothing else stands there */
        char *copy = strdup(folder);
        test_folder_remove(copy);
        assert_int_equal(rmdir(base), 0);
        assert_int_equal(mkdir(base, 0700), 0);
    }
    return was_hit;
}

static void test_every_call(void **state)
{
    (void)state;
    int rounds = 0;
    for (int call = NO_CALL + 1; call < CALLS; call++)
        for (int variant = 0; variant < 4; variant++) {
            int nth = 0;
            while (round_of((enum call)call, nth, variant & 1, variant & 2))
                nth++;
            assert_true(nth > 0 || (call == UNLINK && !(variant & 1)));
            rounds += nth;
        }
    print_message("%d calls failed\n", rounds);
    assert_true(rounds > 100);
}

static int setup(void **state)
{
    (void)state;
    base = test_folder_new();
    assert_true(asprintf(&folder, "%s/out", base) > 0);
    analysis = made_analysis();
    assert_int_equal(mtks_dump_blank(&dump, 64, &error), MTKSCAN_DONE);
    made_layer(analysis, "ALICE", "abc", 0x1000);
    made_layer(analysis, "ZIMAGE", "abcdef", 0);
    made_resource(analysis, "midi", MTKS_NO_LAYER, 0, 8);
    made_resource(analysis, "gif", 0, 0, 3);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mtks_analysis_free(analysis);
    mtks_dump_close(&dump);
    test_folder_remove(base);
    free(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_call, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
