/* SPDX-License-Identifier: MIT */
/* Each kind of check, passing, failing, and with its bytes outside the dump. */
#include "support.h"

#include <string.h>

#include "check/check.h"
#include "model/finding.h"
#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"

#define SIZE 0x1000u

struct bench {
    struct mtks_analysis *analysis;
    struct mtks_dump dump;
    uint8_t *bytes;
};

static struct bench bench_new(void)
{
    struct bench bench = {.analysis = mtks_analysis_new(NULL)};
    assert_int_equal(mtks_dump_blank(&bench.dump, SIZE, NULL), 0);
    bench.bytes = mtks_dump_edit(&bench.dump);
    return bench;
}

static void bench_free(struct bench *bench)
{
    mtks_dump_close(&bench->dump);
    mtks_analysis_free(bench->analysis);
}

/* Runs one check alone and gives its result; the finding has to be there exactly when it failed. */
static enum mtks_check_result run(struct bench *bench, struct mtks_check check)
{
    struct mtks_analysis *analysis = bench->analysis;
    analysis->checks.count = 0;
    analysis->findings.count = 0;
    check.text = "what must hold";
    check.finding = "MTK-D007";
    check.result = (enum mtks_check_result)77;
    struct mtks_check *slot = MTKS_PUSH(&analysis->arena, &analysis->checks);
    *slot = check;
    assert_int_equal(mtks_checks_run(analysis, &bench->dump), 0);
    enum mtks_check_result result = analysis->checks.items[0].result;
    assert_int_equal(analysis->findings.count, result == MTKS_CHECK_FAIL);
    if (result == MTKS_CHECK_FAIL) {
        assert_string_equal(analysis->findings.items[0].code, "MTK-D007");
        assert_non_null(strstr(analysis->findings.items[0].message, "what must hold"));
        assert_true(analysis->findings.items[0].offset == check.offset);
    }
    return result;
}

static void assert_seen(const struct bench *bench, const char *text)
{
    const char *message = bench->analysis->findings.items[0].message;
    if (!strstr(message, text))
        fail_msg("'%s' lacks '%s'", message, text);
}

static void sha1(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    memcpy(bench.bytes + 0x100, "abc", 3);
    static const uint8_t digest[20] = {0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
                                       0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d};
    memcpy(bench.bytes + SIZE - 20, digest, 20);
    struct mtks_check check = {
        .kind = MTKSCAN_CHECK_SHA1, .offset = 0x100, .length = 3, .other = SIZE - 20};
    assert_int_equal(run(&bench, check), MTKS_CHECK_PASS);
    bench.bytes[0x101] ^= 1;
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    assert_seen(&bench, "stated is a9993e364706816aba3e25717850c26c9cd0d89d");
    bench.bytes[0x101] ^= 1;
    bench.bytes[SIZE - 1] ^= 0x80;
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    check.other++;
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    check.other = 0;
    check.length = SIZE;
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    check.offset = UINT64_MAX;
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    check.offset = 0;
    check.length = 0; /* nothing hashed proves nothing */
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    bench_free(&bench);
}

static void bytes(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    uint8_t marker[24];
    for (size_t i = 0; i < sizeof marker; i++)
        marker[i] = (uint8_t)i;
    memcpy(bench.bytes + SIZE - 24, marker, 24);
    struct mtks_check check = {
        .kind = MTKSCAN_CHECK_BYTES, .offset = SIZE - 24, .bytes = marker, .bytes_length = 24};
    assert_int_equal(run(&bench, check), MTKS_CHECK_PASS);
    bench.bytes[SIZE - 1] = 0xAB; /* the last byte counts */
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    assert_seen(&bench, "found 000102030405060708090a0b0c0d0e0f...");
    check.bytes_length = 2;
    bench.bytes[SIZE - 23] = 0xEE;
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    assert_seen(&bench, "found 00ee");
    check.offset = SIZE - 1;
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    check.offset = 0;
    check.bytes_length = 0;
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    check.bytes_length = 4;
    check.bytes = NULL;
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    bench_free(&bench);
}

static void same(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    struct mtks_check check = {
        .kind = MTKSCAN_CHECK_SAME, .offset = 0, .length = 0x800, .other = 0x800};
    assert_int_equal(run(&bench, check), MTKS_CHECK_PASS);
    bench.bytes[SIZE - 1] = 0;
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    assert_seen(&bench, "0x800");
    check.other = 0x801;
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    check = (struct mtks_check){.kind = MTKSCAN_CHECK_SAME, .offset = 0x801, .length = 0x800};
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    bench_free(&bench);
}

static void u32(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    mtkscan_put_le32(bench.bytes + SIZE - 4, 0x12345678);
    struct mtks_check check = {.kind = MTKSCAN_CHECK_U32, .offset = SIZE - 4, .right = 0x12345678};
    assert_int_equal(run(&bench, check), MTKS_CHECK_PASS);
    check.right = 0x112345678; /* more than a word can hold is never equal */
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    assert_seen(&bench, "found 0x12345678, not 0x112345678");
    check.offset++;
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    bench_free(&bench);
}

static void relations(void **state)
{
    (void)state;
    static const struct {
        uint32_t relation;
        uint64_t left, right;
        enum mtks_check_result result;
    } cases[] = {
        {MTKSCAN_EQUAL, 5, 5, MTKS_CHECK_PASS},
        {MTKSCAN_EQUAL, 5, 6, MTKS_CHECK_FAIL},
        {MTKSCAN_AT_MOST, 5, 5, MTKS_CHECK_PASS},
        {MTKSCAN_AT_MOST, 4, 5, MTKS_CHECK_PASS},
        {MTKSCAN_AT_MOST, UINT64_MAX, 5, MTKS_CHECK_FAIL},
        {MTKSCAN_AT_LEAST, 5, 5, MTKS_CHECK_PASS},
        {MTKSCAN_AT_LEAST, UINT64_MAX, 5, MTKS_CHECK_PASS},
        {MTKSCAN_AT_LEAST, 4, 5, MTKS_CHECK_FAIL},
        {0, 5, 5, MTKS_CHECK_NOT_RUN},
        {9, 5, 5, MTKS_CHECK_NOT_RUN},
    };
    struct bench bench = bench_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mtks_check check = {.kind = MTKSCAN_CHECK_RELATION,
                                   .relation = cases[i].relation,
                                   .left = cases[i].left,
                                   .right = cases[i].right,
                                   .offset = SIZE - 4,
                                   .length = 4};
        assert_int_equal(run(&bench, check), cases[i].result);
        check.offset = MTKSCAN_NO_OFFSET; /* derived from elsewhere */
        assert_int_equal(run(&bench, check), cases[i].result);
        check.offset = SIZE - 3;
        assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    }
    bench_free(&bench);
}

static void texts(void **state)
{
    (void)state;
    static const struct {
        const char *left, *right; /* 8 bytes each */
        enum mtks_check_result result;
    } cases[] = {
        {"ABc1_.\0x", "abC1_.\0y", MTKS_CHECK_PASS}, /* what follows the NUL does not count */
        {"ABc1_.\0x", "abC1_.z\0", MTKS_CHECK_FAIL},
        {"abc\0\0\0\0\0", "abd\0\0\0\0\0", MTKS_CHECK_FAIL},
        {"abcdefgh", "ABCDEFGH", MTKS_CHECK_PASS}, /* a full field has no NUL */
        {"abcdefgh", "abcdefg\0", MTKS_CHECK_FAIL},
        {"@[\0\0\0\0\0\0", "`{\0\0\0\0\0\0", MTKS_CHECK_FAIL}, /* only letters have a case */
        {"\xC4\0\0\0\0\0\0\0", "\xE4\0\0\0\0\0\0\0", MTKS_CHECK_FAIL},
    };
    struct bench bench = bench_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memcpy(bench.bytes + 0x10, cases[i].left, 8);
        memcpy(bench.bytes + SIZE - 8, cases[i].right, 8);
        struct mtks_check check = {
            .kind = MTKSCAN_CHECK_TEXT, .offset = 0x10, .length = 8, .other = SIZE - 8};
        assert_int_equal(run(&bench, check), cases[i].result);
        check.length = 9;
        assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
        check.offset = SIZE;
        assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    }
    bench_free(&bench);
}

static void put_record(uint8_t *at, uint16_t type, uint16_t size)
{
    memcpy(at, "MMM\x01", 4);
    mtkscan_put_le16(at + 4, size);
    mtkscan_put_le16(at + 6, type);
}

static void chains(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    put_record(bench.bytes + 0x40, 0, 0x38);
    put_record(bench.bytes + 0x78, 1, 0x0C);
    struct mtks_check check = {.kind = MTKSCAN_CHECK_CHAIN, .offset = 0x40, .length = 0x44};
    assert_int_equal(run(&bench, check), MTKS_CHECK_PASS);
    check.length = 0x45;
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    check.length = 0x43;
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    check.length = 0x44;
    bench.bytes[0x78] = 'X';
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    assert_seen(&bench, "breaks at 0x78");
    check.offset = SIZE - 8;
    check.length = 9;
    assert_int_equal(run(&bench, check), MTKS_CHECK_NOT_RUN);
    bench_free(&bench);
}

static void unknown_kinds_are_not_run(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    static const uint32_t kinds[] = {0, 8, UINT32_MAX};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        assert_int_equal(run(&bench, (struct mtks_check){.kind = kinds[i], .length = 4}),
                         MTKS_CHECK_NOT_RUN);
    bench_free(&bench);
}

static void findings_name_the_part(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    struct mtks_part *part = MTKS_PUSH(&bench.analysis->arena, &bench.analysis->parts);
    *part = (struct mtks_part){.name = "VIVA", .offset = 0, .length = 16};
    struct mtks_check check = {.kind = MTKSCAN_CHECK_U32, .part = 0, .right = 1};
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    assert_seen(&bench, "VIVA: ");
    assert_int_equal(bench.analysis->findings.items[0].part, 0);
    check.part = MTKSCAN_NO_PART;
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    assert_int_equal(bench.analysis->findings.items[0].part, MTKSCAN_NO_PART);
    assert_null(strstr(bench.analysis->findings.items[0].message, "VIVA"));
    check.part = 1; /* no such part */
    assert_int_equal(run(&bench, check), MTKS_CHECK_FAIL);
    assert_int_equal(bench.analysis->findings.items[0].part, MTKSCAN_NO_PART);
    bench_free(&bench);
}

static void parts_are_measured(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    memcpy(bench.bytes + SIZE - 3, "abc", 3);
    static const struct {
        uint64_t offset, length, present;
        uint32_t flags;
        const char *sha1;
    } cases[] = {
        {SIZE - 3, 3, 3, 0, "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {SIZE - 3, 4, 3, 0, ""},
        {SIZE, 4, 0, 0, ""},
        {UINT64_MAX, UINT64_MAX, 0, 0, ""},
        {SIZE - 3, 3, 0, MTKSCAN_PART_ABSENT, ""},
        {0, 0, 0, 0, ""},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    for (size_t i = 0; i < COUNT; i++) {
        struct mtks_part *part = MTKS_PUSH(&bench.analysis->arena, &bench.analysis->parts);
        *part = (struct mtks_part){.name = "p",
                                   .offset = cases[i].offset,
                                   .length = cases[i].length,
                                   .flags = cases[i].flags,
                                   .present = 99};
    }
    assert_int_equal(mtks_checks_run(bench.analysis, &bench.dump), 0);
    mtks_parts_hash(bench.analysis, &bench.dump);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(bench.analysis->parts.items[i].present, cases[i].present);
        assert_string_equal(bench.analysis->parts.items[i].sha1, cases[i].sha1);
    }
    bench_free(&bench);
}

/* Thousands of checks of the whole dump, as a hostile dump may bring about, come to an end. */
static void work_is_bounded(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    for (size_t i = 0; i < 1000; i++) {
        struct mtks_check *check = MTKS_PUSH(&bench.analysis->arena, &bench.analysis->checks);
        *check = (struct mtks_check){.kind = MTKSCAN_CHECK_SHA1,
                                     .finding = "MTK-D001",
                                     .text = "t",
                                     .part = 0,
                                     .on_fail = MTKSCAN_FAIL_DAMAGE,
                                     .length = SIZE};
        struct mtks_part *part = MTKS_PUSH(&bench.analysis->arena, &bench.analysis->parts);
        *part = (struct mtks_part){.name = "p", .length = SIZE};
    }
    assert_int_equal(mtks_checks_run(bench.analysis, &bench.dump), 0);
    size_t ran = 0;
    for (size_t i = 0; i < 1000; i++)
        ran += bench.analysis->checks.items[i].result != MTKS_CHECK_NOT_RUN;
    assert_int_equal(ran, 15); /* 16 dumps' worth, less the digests */
    assert_true(mtks_finding_has(bench.analysis, "MTK-P001", MTKSCAN_NO_PART));
    mtks_parts_hash(bench.analysis, &bench.dump);
    assert_string_not_equal(bench.analysis->parts.items[15].sha1, "");
    assert_string_equal(bench.analysis->parts.items[999].sha1, "");
    bench_free(&bench);
}

/* A copy in a part whose own hash failed is no witness against this one. */
static void damaged_witnesses_do_not_count(void **state)
{
    (void)state;
    for (int damaged = 0; damaged < 2; damaged++) {
        struct bench bench = bench_new();
        struct mtks_arena *arena = &bench.analysis->arena;
        const struct mtks_part parts[] = {{.name = "a", .offset = 0, .length = 0x100},
                                          {.name = "b", .offset = 0x100, .length = 0x100}};
        for (size_t i = 0; i < 2; i++)
            *(struct mtks_part *)MTKS_PUSH(arena, &bench.analysis->parts) =
                parts[i]; /* cannot fail yet */
        const struct mtks_check checks[] = {
            {.kind = MTKSCAN_CHECK_SAME, .offset = 0x10, .length = 8, .other = 0x110},
            {.kind = MTKSCAN_CHECK_SHA1,
             .part = 1,
             .offset = 0x100,
             .length = 0x80,
             .other = 0x180},
        };
        for (size_t i = 0; i < 2; i++) {
            struct mtks_check *check = MTKS_PUSH(arena, &bench.analysis->checks);
            *check = checks[i];
            check->text = "t";
            check->finding = "MTK-D007";
            check->on_fail = MTKSCAN_FAIL_DAMAGE;
        }
        uint8_t *bytes = bench.bytes;
        bytes[0x10] ^= 0xFF; /* the copies differ */
        mtks_sha1_raw(bytes + 0x100, 0x80, bytes + 0x180);
        bytes[0x180] ^= (uint8_t)damaged;
        assert_int_equal(mtks_checks_run(bench.analysis, &bench.dump), 0);
        assert_int_equal(bench.analysis->checks.items[0].result,
                         damaged ? MTKS_CHECK_NOT_RUN : MTKS_CHECK_FAIL);
        bench_free(&bench);
    }
}

static void memory_runs_out_cleanly(void **state)
{
    (void)state;
    int failed = 0, passed = 0;
    for (uint64_t more = 0; more < 2048; more += 16) {
        struct bench bench = bench_new();
        struct mtks_check *check = MTKS_PUSH(&bench.analysis->arena, &bench.analysis->checks);
        assert_non_null(check);
        *check = (struct mtks_check){
            .kind = MTKSCAN_CHECK_U32, .text = "t", .finding = "MTK-D007", .right = 1};
        bench.analysis->arena.limit = bench.analysis->arena.used + more;
        if (mtks_checks_run(bench.analysis, &bench.dump) == 0)
            passed++;
        else
            failed++;
        assert_int_equal(bench.analysis->findings.count, passed > 0);
        bench_free(&bench);
    }
    assert_true(failed > 0 && passed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha1),
        cmocka_unit_test(bytes),
        cmocka_unit_test(same),
        cmocka_unit_test(u32),
        cmocka_unit_test(relations),
        cmocka_unit_test(texts),
        cmocka_unit_test(chains),
        cmocka_unit_test(unknown_kinds_are_not_run),
        cmocka_unit_test(findings_name_the_part),
        cmocka_unit_test(parts_are_measured),
        cmocka_unit_test(work_is_bounded),
        cmocka_unit_test(damaged_witnesses_do_not_count),
        cmocka_unit_test(memory_runs_out_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
