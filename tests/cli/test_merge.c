/* SPDX-License-Identifier: MIT */
/* merge, as users see it. */
#include "cli.h"

#include <unistd.h>

#define CHUNK 4096u

/* The healthy dump with one chunk of a part filled; returns the path of the read. */
static char *bad_read(struct stage *stage, const char *name, const char *part, uint64_t chunk,
                      int value)
{
    const mtkscan_fixture_part *where = mtkscan_fixture_find(&stage->dump.truth, part);
    uint8_t *bytes = malloc(stage->dump.size);
    assert_non_null(where);
    assert_non_null(bytes);
    memcpy(bytes, stage->dump.bytes, stage->dump.size);
    memset(bytes + where->offset + chunk * CHUNK, value, CHUNK);
    char *path = test_file_write(stage->folder, name, bytes, stage->dump.size);
    free(bytes);
    return path;
}

static void assert_healthy(struct stage *stage, const char *name)
{
    size_t size = 0;
    char *bytes = test_file_read(stage->folder, name, &size);
    assert_non_null(bytes);
    assert_int_equal(size, stage->dump.size);
    assert_memory_equal(bytes, stage->dump.bytes, size);
    free(bytes);
}

static char *below(struct stage *stage, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", stage->folder, name) > 0);
    return path;
}

static void takes_what_makes_a_hash_agree(void **state)
{
    struct stage *stage = *state;
    char *a = bad_read(stage, "a", "EXT_BOOTLOADER", 1, 0xFF);
    char *b = bad_read(stage, "b", "EXT_BOOTLOADER", 3, 0x00);
    char *out = below(stage, "good");
    expect(test_mtkscan("merge", a, b, "-o", out, NULL), 0, "hash, from ", NULL);
    assert_healthy(stage, "good");
    free(a);
    free(b);
    free(out);
}

static void takes_what_the_majority_has(void **state)
{
    struct stage *stage = *state;
    char *a = bad_read(stage, "a", "ROM", 4, 0x11);
    char *b = bad_read(stage, "b", "ROM", 9, 0x22);
    char *c = bad_read(stage, "c", "VIVA", 2, 0x33);
    char *out = below(stage, "voted");
    expect(test_mtkscan("merge", a, b, c, "-o", out, NULL), 0, "majority, from ", NULL);
    assert_healthy(stage, "voted");
    struct test_run run = test_mtkscan("merge", "--json", a, b, c, "-o", out, "--force", NULL);
    assert_int_equal(run.status, 0);
    assert_contains(run.out, "\"status\":\"merged\"");
    assert_contains(run.out, "\"verdict\":\"healthy\"");
    assert_contains(run.out, "\"unknown\":0,");
    test_run_free(&run);
    free(a);
    free(b);
    free(c);
    free(out);
}

static void says_what_nobody_can_decide(void **state)
{
    struct stage *stage = *state;
    char *a = bad_read(stage, "a", "ROM", 4, 0xFF);
    char *b = bad_read(stage, "b", "ROM", 4, 0x00);
    char *out = below(stage, "doubtful");
    struct test_run run = test_mtkscan("merge", a, b, "-o", out, NULL);
    assert_int_equal(run.status, 5);
    assert_contains(run.out, " bytes differed between the reads, 4096 of them undecided\n");
    assert_contains(run.out, "unknown, from ");
    assert_contains(run.out, " but for what is undecided\n");
    test_run_free(&run);
    free(a);
    free(b);
    free(out);
}

/* Where no hash stands, both reads look healthy, and one of them is not. */
static void is_not_sure_where_healthy_reads_differ(void **state)
{
    struct stage *stage = *state;
    const mtkscan_fixture_part *rom = mtkscan_fixture_find(&stage->dump.truth, "ROM");
    uint8_t *at = stage->dump.bytes + rom->offset + rom->length / 2;
    uint8_t kept[4];
    memcpy(kept, at, sizeof kept);
    memcpy(at, "XXXX", sizeof kept);
    mtkscan_fixture_seal(stage->dump.bytes, rom);
    char *b = test_file_write(stage->folder, "other-rom", stage->dump.bytes, stage->dump.size);
    memcpy(at, kept, sizeof kept);
    mtkscan_fixture_seal(stage->dump.bytes, rom);
    char *out = below(stage, "unsure");
    expect(test_mtkscan("merge", stage->healthy, b, "-o", out, NULL), 5,
           "healthy but for what is undecided\n", "mtkscan: nobody can decide ");
    expect(test_mtkscan("merge", "-q", stage->healthy, b, "-o", out, "--force", NULL), 5, NULL,
           NULL);
    free(b);
    free(out);
}

static void refuses_two_devices(void **state)
{
    struct stage *stage = *state;
    struct test_dump other = test_dump_make("MT2502", 0);
    char *b = test_file_write(stage->folder, "other", other.bytes, other.size);
    char *out = below(stage, "mix");
    expect(test_mtkscan("merge", stage->healthy, b, "-o", out, NULL), 6, NULL,
           "these are not reads of one device: ");
    assert_false(test_exists(stage->folder, "mix"));
    test_dump_free(&other);
    free(b);
    free(out);
}

static void never_replaces_a_read(void **state)
{
    struct stage *stage = *state;
    char *a = bad_read(stage, "a", "ROM", 4, 0x11);
    expect(test_mtkscan("merge", stage->healthy, a, "-o", a, NULL), 6, NULL, "mtkscan: ");
    expect(test_mtkscan("merge", stage->healthy, a, "-o", a, "--force", NULL), 6, NULL,
           "mtkscan: ");
    expect(test_mtkscan("merge", stage->healthy, "-o", a, NULL), 2, NULL, "usage: mtkscan merge ");
    expect(test_mtkscan("merge", stage->healthy, a, NULL), 2, NULL, "merge needs a file to write");
    free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_makes_a_hash_agree),
        cmocka_unit_test(takes_what_the_majority_has),
        cmocka_unit_test(says_what_nobody_can_decide),
        cmocka_unit_test(is_not_sure_where_healthy_reads_differ),
        cmocka_unit_test(refuses_two_devices),
        cmocka_unit_test(never_replaces_a_read),
    };
    return cmocka_run_group_tests(tests, stage_set, stage_clear);
}
