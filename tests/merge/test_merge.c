/* SPDX-License-Identifier: MIT */
#include "flash.h"

static void test_reads_that_agree(void **state)
{
    (void)state;
    struct reads *reads = reads_new(2);
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_restored(reads);
    assert_int_equal(reads->merged.pieces.count, 1);
    assert_int_equal(reads_piece(reads, 5).reason, MTKS_MERGE_AGREED);
    assert_int_equal(reads->merged.disputed, 0);
    reads_free(reads);
}

static void test_the_longer_has_the_tail(void **state)
{
    (void)state;
    struct reads *reads = reads_new(3);
    reads->dumps[0].size = 0x21234;
    reads->dumps[1].size = 0;
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_restored(reads);
    assert_int_equal(reads_piece(reads, 0x21233).reason, MTKS_MERGE_AGREED);
    assert_int_equal(reads_piece(reads, 0x21234).reason, MTKS_MERGE_ONLY);
    assert_int_equal(reads_piece(reads, 0x21234).read, 2);
    reads_free(reads);
}

/* No layout is needed for it; each of three reads is bad in one place of one piece. */
static void test_majority(void **state)
{
    (void)state;
    struct reads *reads = reads_new(3);
    for (size_t i = 0; i < 3; i++) {
        reads->reads[i].analysis = NULL;
        flash_noise(reads->bytes[i] + CODE + 0x300 * i, 0x300, (uint32_t)i);
    }
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_restored(reads);
    for (size_t i = 0; i < 3; i++) {
        const struct mtks_merge_piece piece = reads_piece(reads, CODE + 0x300 * i + 0x100);
        assert_int_equal(piece.reason, MTKS_MERGE_MAJORITY);
        assert_int_not_equal(piece.read, i);
    }
    reads_free(reads);
}

/* Two reads that failed alike do not outvote one that did not. */
static void test_majority_of_failures(void **state)
{
    (void)state;
    struct reads *reads = reads_new(3);
    memset(reads->bytes[0] + CODE + 0x1000, 0xFF, 0x1000);
    memset(reads->bytes[2] + CODE + 0x1000, 0xFF, 0x1000);
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_restored(reads);
    assert_int_equal(reads_piece(reads, CODE + 0x1800).reason, MTKS_MERGE_PLAUSIBLE);
    reads_free(reads);
}

/* Single bits in code: nothing but the hash can tell which are right. */
static void test_hash(void **state)
{
    (void)state;
    struct reads *reads = reads_new(2);
    for (uint32_t i = 0; i < 6; i++)
        reads->bytes[i % 2][LOADER + 0x700 * i + 77] ^= 0x10;
    reads->bytes[1][LOADER + LOADER_LENGTH - 30] ^= 1; /* the hash itself */
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_restored(reads);
    assert_int_equal(reads_piece(reads, LOADER + 77).reason, MTKS_MERGE_HASH);
    assert_int_equal(reads_piece(reads, LOADER + 77).read, 1);
    reads_free(reads);
}

/* The same bit bad in one read, where no hash is: nobody knows, and that is said. */
static void test_unknown(void **state)
{
    (void)state;
    struct reads *reads = reads_new(2);
    reads->bytes[1][CODE + 0x123] ^= 0x10;
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_int_equal(reads->merged.disputed, 1);
    assert_int_equal(reads->merged.unknown, 1);
    assert_int_equal(reads_piece(reads, CODE + 0x123).reason, MTKS_MERGE_UNKNOWN);
    reads_free(reads);
}

/* A part whose hash no combination gives: one place is wrong in both reads. */
static void test_hash_of_nothing(void **state)
{
    (void)state;
    struct reads *reads = reads_new(2);
    flash_noise(reads->bytes[0] + LOADER + 0x1000, 0x1000, 3);
    memset(reads->bytes[1] + LOADER + 0x1000, 0, 0x1000);
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_int_equal(reads_piece(reads, LOADER + 0x1800).reason, MTKS_MERGE_UNKNOWN);
    reads_free(reads);
}

static void alice_case(uint64_t offset, uint64_t length, uint32_t read)
{
    struct reads *reads = reads_new(2);
    uint8_t *at = reads->bytes[read] + ALICE + offset;
    if (offset < reads->flash->alice_dictionary)
        flash_noise(at, length, (uint32_t)offset);
    else /* in a dictionary nothing stands twice */
        memmove(at, at + 0x180, length);
    /* and something that only its neighbours disprove, as it decodes by itself */
    memcpy(reads->bytes[!read] + ALICE + 0x800, reads->bytes[!read] + ALICE + 0x600, 0x180);
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_restored(reads);
    assert_int_equal(reads_piece(reads, ALICE + offset + length / 2).reason, MTKS_MERGE_DECODES);
    assert_int_equal(reads_piece(reads, ALICE + offset + length / 2).read, !read);
    assert_int_equal(reads_piece(reads, ALICE + 0x900).reason, MTKS_MERGE_DECODES);
    reads_free(reads);
}

static void test_alice(void **state)
{
    (void)state;
    struct flash *flash = flash_new();
    for (uint32_t read = 0; read < 2; read++) {
        alice_case(0x1200, 0x200, read);
        alice_case(flash->alice_map + 0x10, 0x80, read);
        alice_case(flash->alice_dictionary + 0x20, 0x100, read);
        alice_case(0, 0x100, read); /* its header */
    }
    free(flash);
}

/* In packed data noise looks like the truth, so only the decoder tells it. */
static void test_zimage(void **state)
{
    (void)state;
    struct reads *reads = reads_new(2);
    assert_true(reads->flash->zimage_length > 0x1700);
    flash_noise(reads->bytes[0] + ZIMAGE, 0x40, 1); /* table and header */
    flash_noise(reads->bytes[1] + ZIMAGE + 0x400, 0x200, 2);
    reads->bytes[0][ZIMAGE + 0xA00] ^= 4;
    memset(reads->bytes[0] + ZIMAGE + 0xC00, 0, 0x300);
    flash_noise(reads->bytes[1] + ZIMAGE + 0x1200, 0x400, 3);
    reads->bytes[1][ZIMAGE + reads->flash->zimage_length - 6] ^= 1;
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_restored(reads);
    assert_int_equal(reads_piece(reads, ZIMAGE + 0xA00).reason, MTKS_MERGE_DECODES);
    assert_int_equal(reads_piece(reads, ZIMAGE + 0xA00).read, 1);
    reads_free(reads);
}

/* A place that is bad in both: what lies behind it cannot be decoded, so it is not known. */
static void test_zimage_cut_off(void **state)
{
    (void)state;
    struct reads *reads = reads_new(2);
    flash_noise(reads->bytes[0] + ZIMAGE + 0x400, 0x200, 1);
    flash_noise(reads->bytes[1] + ZIMAGE + 0x400, 0x200, 2);
    flash_noise(reads->bytes[1] + ZIMAGE + 0x1000, 0x400, 3);
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_int_equal(reads_piece(reads, ZIMAGE + 0x500).reason, MTKS_MERGE_UNKNOWN);
    assert_int_equal(reads_piece(reads, ZIMAGE + 0x1200).reason, MTKS_MERGE_UNKNOWN);
    reads_free(reads);
}

static void test_looks(void **state)
{
    (void)state;
    struct reads *reads = reads_new(2);
    memset(reads->bytes[0] + CODE, 0, 0x800);
    flash_noise(reads->bytes[1] + CODE + 0x1000, 0x1000, 5);
    memcpy(reads->bytes[0] + CODE + 0x3000, reads->bytes[0] + CODE + 0x2000, 0x1000);
    memset(reads->bytes[1] + FAT + 0x1000, 0xFF, 0x1000);
    flash_noise(reads->bytes[1] + TAIL + 0x1000, 0x1000, 6);
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_restored(reads);
    assert_int_equal(reads_piece(reads, CODE + 0x400).reason, MTKS_MERGE_PLAUSIBLE);
    assert_int_equal(reads_piece(reads, TAIL + 0x1400).reason, MTKS_MERGE_PLAUSIBLE);
    reads_free(reads);
}

/* Two failures of different kinds in one place: neither is taken for the truth. */
static void test_two_failures(void **state)
{
    (void)state;
    static const uint32_t places[] = {CODE + 0x1000, FAT + 0x1000, ALICE + 0x1000, ZIMAGE + 0x1000};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct reads *reads = reads_new(2);
        memset(reads->bytes[0] + places[i], 0xFF, 0x800);
        flash_noise(reads->bytes[1] + places[i], 0x800, 5);
        assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
        assert_int_equal(reads_piece(reads, places[i] + 0x400).reason, MTKS_MERGE_UNKNOWN);
        reads_free(reads);
    }
}

/* A read that failed in two ways in one cell; together they look like neither. */
static void test_two_ways_in_a_cell(void **state)
{
    (void)state;
    struct reads *reads = reads_new(2);
    memset(reads->bytes[1] + TAIL + 0x1200, 0, 0x200);
    flash_noise(reads->bytes[1] + TAIL + 0x1600, 0x200, 3);
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_restored(reads);
    reads_free(reads);
}

/* Files that the device wrote between two reads: both are right. */
static void test_files_that_changed(void **state)
{
    (void)state;
    struct reads *reads = reads_new(2);
    flash_code(reads->bytes[1] + FAT + 0x1200, 0x200, 77);
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_int_equal(reads_piece(reads, FAT + 0x1300).reason, MTKS_MERGE_UNKNOWN);
    assert_memory_equal(reads->merged.image.bytes, reads->bytes[0], FLASH_SIZE);
    reads_free(reads);
}

/* Reads that have nothing in common, as many as can be: bounded, and all of it unknown. */
static void test_nothing_in_common(void **state)
{
    (void)state;
    struct reads *reads = reads_new(MTKS_MERGE_READS);
    for (size_t i = 0; i < reads->count; i++)
        flash_noise(reads->bytes[i], FLASH_SIZE, (uint32_t)i * 7919);
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_true(reads->merged.unknown > FLASH_SIZE - FLASH_SIZE / 16);
    assert_true(reads->merged.pieces.count < 64 * (FLASH_SIZE / 0x1000));
    reads_free(reads);
}

static void test_limits(void **state)
{
    (void)state;
    struct reads *reads = reads_new(2);
    reads->limits.codec_steps = 1;
    flash_noise(reads->bytes[0] + ZIMAGE + 0x400, 0x200, 1);
    flash_noise(reads->bytes[1] + ALICE + 0x400, 0x200, 2);
    reads->bytes[0][LOADER + 9] ^= 1;
    assert_int_equal(reads_merge(reads), MTKSCAN_DONE);
    assert_int_equal(reads_piece(reads, ZIMAGE + 0x500).reason, MTKS_MERGE_UNKNOWN);
    assert_int_equal(reads_piece(reads, LOADER + 9).reason, MTKS_MERGE_UNKNOWN);
    reads_free(reads);
    reads = reads_new(2);
    reads->limits.memory = 64;
    flash_noise(reads->bytes[0] + CODE, 0x4000, 1);
    assert_int_equal(reads_merge(reads), MTKSCAN_REFUSED);
    reads_free(reads);
}

static int stop_at_once(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)stage, (void)done, (void)total;
    return --*(int *)ctx < 0;
}

/* Wherever it is stopped, it stops; and without a stop it ends. */
static void test_interrupted(void **state)
{
    (void)state;
    int outcome = MTKSCAN_INTERRUPTED;
    for (int steps = 0; outcome != MTKSCAN_DONE; steps++) {
        int left = steps;
        struct reads *reads = reads_new(2);
        reads->progress = (struct mtks_progress){.step = stop_at_once, .ctx = &left};
        flash_noise(reads->bytes[0] + ZIMAGE + 0x400, 0x200, 1);
        flash_noise(reads->bytes[1] + ALICE + 0x400, 0x200, 2);
        outcome = reads_merge(reads);
        assert_true(outcome == MTKSCAN_DONE || outcome == MTKSCAN_INTERRUPTED);
        assert_true(steps < 1000);
        reads_free(reads);
    }
}

static void test_same_device(void **state)
{
    (void)state;
    char why[256] = "?";
    struct reads *reads = reads_new(2);
    struct mtks_analysis *other = flash_analysis(reads->flash);
    reads->reads[1].analysis = other;
    flash_noise(reads->bytes[1] + CODE, 0x4000, 1); /* damage alone says nothing */
    assert_true(mtks_merge_same_device(reads->reads, 2, why, sizeof why));
    assert_string_equal(why, "");
    other->flash.capacity = 2 * FLASH_SIZE;
    assert_false(mtks_merge_same_device(reads->reads, 2, why, sizeof why));
    assert_non_null(strstr(why, "configured"));
    other->flash.capacity = FLASH_SIZE;
    reads->analysis->checks.items[0].result = other->checks.items[0].result = MTKS_CHECK_PASS;
    assert_true(mtks_merge_same_device(reads->reads, 2, why, sizeof why));
    reads->bytes[1][LOADER + LOADER_LENGTH - 32] ^= 1;
    assert_false(mtks_merge_same_device(reads->reads, 2, why, sizeof why));
    assert_non_null(strstr(why, "LOADER"));
    other->checks.items[0].result = MTKS_CHECK_FAIL;
    assert_true(mtks_merge_same_device(reads->reads, 2, why, sizeof why));
    for (size_t i = 0; i < 2; i++)
        flash_code(reads->bytes[i] + FAT, FAT_LENGTH, 40 + (uint32_t)i);
    assert_false(mtks_merge_same_device(reads->reads, 2, why, sizeof why));
    mtks_analysis_free(other);
    reads_free(reads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_that_agree),
        cmocka_unit_test(test_the_longer_has_the_tail),
        cmocka_unit_test(test_majority),
        cmocka_unit_test(test_majority_of_failures),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_hash_of_nothing),
        cmocka_unit_test(test_alice),
        cmocka_unit_test(test_zimage),
        cmocka_unit_test(test_zimage_cut_off),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_two_failures),
        cmocka_unit_test(test_files_that_changed),
        cmocka_unit_test(test_two_ways_in_a_cell),
        cmocka_unit_test(test_nothing_in_common),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_same_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
