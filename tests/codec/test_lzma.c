/* SPDX-License-Identifier: MIT */
/* LZMA with and without a preset, against an encoder of the tests' own and against liblzma. */
#include "runs.h"

#include <stdlib.h>

#include "codec/lzma.h"
#include "lzma_encode.h"

static struct lzma_made made;
static uint8_t preset_bytes[5000], decoded[LZMA_ROOM];
static struct mtks_lzma_result result;

static int begin(void **state)
{
    for (size_t i = 0; i < sizeof preset_bytes; i++)
        preset_bytes[i] = (uint8_t)(i * i / 7 + 1);
    return run_begin(state);
}

/* Decodes with a preset of `preset` bytes from a copy that a sanitizer watches. */
static int decode(const uint8_t *bytes, uint64_t length, uint64_t preset, uint64_t size)
{
    uint8_t *copy = malloc(length + (length == 0)), *output = malloc(size + (size == 0));
    assert_true(copy && output);
    memcpy(copy, bytes, length);
    const struct mtks_lzma_preset window = {preset_bytes, preset};
    const int outcome =
        mtks_lzma_preset_decode(&run, copy, length, &window, output, size, &result, NULL);
    assert_true(result.produced <= size && result.consumed <= length);
    assert_int_equal(outcome == MTKSCAN_DONE, result.fault == MTKS_LZMA_SOUND);
    memcpy(decoded, output, size);
    free(copy);
    free(output);
    return outcome;
}

static void decode_same(uint64_t preset)
{
    assert_int_equal(decode(made.bytes, made.size, preset, made.produced), MTKSCAN_DONE);
    assert_memory_equal(decoded, made.output, made.produced);
    assert_int_equal(result.produced, made.produced);
    assert_int_equal(result.consumed, made.size);
    assert_int_equal(result.code, 0);
}

/* Where there is no preset, liblzma is the judge of the encoder, and so of our decoder. */
static void test_all_symbols_without_preset(void **state)
{
    (void)state;
    static const uint8_t models[][3] = {{2, 0, 2}, {3, 0, 2}, {0, 4, 4}, {4, 0, 0}, {1, 3, 1}};
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        lzma_begin(&made, models[i][0], models[i][1], models[i][2], NULL, 0);
        lzma_mixture(&made, 4000, false);
        lzma_end(&made);
        decode_same(0);
        assert_int_equal(mtks_lzma_plain_decode(&run, made.bytes, made.size, decoded, made.produced,
                                                &result, NULL),
                         MTKSCAN_DONE);
        assert_memory_equal(decoded, made.output, made.produced);
        assert_int_equal(result.consumed, made.size);
    }
}

static void test_all_symbols_with_preset(void **state)
{
    (void)state;
    for (uint64_t length = 100; length <= sizeof preset_bytes; length += 833) {
        lzma_begin(&made, 2, 0, 2, preset_bytes, length);
        lzma_mixture(&made, 3000, true);
        lzma_end(&made);
        decode_same(length);
        decode(made.bytes, made.size, length - 1, made.produced);
        assert_memory_not_equal(decoded, made.output, made.produced);
    }
}

/* The first symbol is a match that begins in the preset and goes on into its own output. */
static void test_match_across_the_border(void **state)
{
    (void)state;
    lzma_begin(&made, 2, 0, 2, preset_bytes, 100);
    lzma_match(&made, 3, 200);
    lzma_rep(&made, 0, 1);
    lzma_match(&made, 301, 5); /* the very first byte of the preset */
    lzma_end(&made);
    assert_memory_equal(made.output, preset_bytes + 97, 3);
    assert_memory_equal(made.output + 3, made.output, 3);
    assert_memory_equal(made.output + 201, preset_bytes, 5);
    decode_same(100);
}

/* The first literal's context is a byte 0, whatever the preset ends with (FORMAT.md 5.5). */
static void test_byte_before_the_first(void **state)
{
    (void)state;
    preset_bytes[99] = 0xFF;
    lzma_begin(&made, 3, 0, 0, preset_bytes, 100);
    for (uint32_t i = 0; i < 30; i++) { /* the context of 0 keeps what the first one taught it */
        lzma_literal(&made, 0x41);
        lzma_literal(&made, 0x00);
    }
    lzma_end(&made);
    decode_same(100);
}

static void test_no_header(void **state)
{
    (void)state;
    static const uint8_t bad[] = {225, 255, 9 * 5 * 4 + 9 * 4 + 1, 8};
    lzma_begin(&made, 2, 0, 2, NULL, 0);
    lzma_mixture(&made, 100, false);
    lzma_end(&made);
    for (uint64_t length = 0; length < 18; length++) {
        assert_int_equal(decode(made.bytes, length, 0, made.produced), MTKSCAN_DAMAGED);
        assert_int_equal(result.fault, MTKS_LZMA_NO_HEADER);
    }
    for (size_t i = 0; i < sizeof bad; i++) {
        made.bytes[0] = bad[i];
        assert_int_equal(decode(made.bytes, made.size, 0, made.produced), MTKSCAN_DAMAGED);
        assert_int_equal(result.fault, MTKS_LZMA_NO_HEADER);
        assert_int_equal(mtks_lzma_plain_decode(&run, made.bytes, made.size, decoded, made.produced,
                                                &result, NULL),
                         MTKSCAN_DAMAGED);
        assert_int_equal(result.fault, MTKS_LZMA_NO_HEADER);
    }
    made.bytes[0] = 92;
    made.bytes[13] = 1;
    decode(made.bytes, made.size, 0, made.produced);
    assert_int_equal(result.fault, MTKS_LZMA_NO_HEADER);
}

static void test_size(void **state)
{
    (void)state;
    lzma_begin(&made, 2, 0, 2, NULL, 0);
    lzma_mixture(&made, 100, false);
    lzma_end(&made);
    const uint64_t size = made.produced;
    for (uint64_t off = size - 1; off <= size + 1; off += 2) {
        decode(made.bytes, made.size, 0, off);
        assert_int_equal(result.fault, MTKS_LZMA_WRONG_SIZE);
        mtks_lzma_plain_decode(&run, made.bytes, made.size, decoded, off, &result, NULL);
        assert_int_equal(result.fault, MTKS_LZMA_WRONG_SIZE);
    }
    /* The output complete before the stream is. */
    lzma_begin(&made, 2, 0, 2, NULL, 0);
    for (uint32_t i = 0; i < 100; i++)
        lzma_literal(&made, (uint8_t)(i * 37));
    lzma_end(&made);
    made.bytes[5] = 50;
    decode(made.bytes, made.size, 0, 50);
    assert_int_equal(result.fault, MTKS_LZMA_BAD_END);
    assert_int_equal(result.produced, 50);
    assert_int_not_equal(result.code, 0);
    mtks_lzma_plain_decode(&run, made.bytes, made.size, decoded, 50, &result, NULL);
    assert_int_equal(result.fault, MTKS_LZMA_BAD_END);
    assert_int_equal(result.produced, 50);
}

static void test_empty_stream(void **state)
{
    (void)state;
    lzma_begin(&made, 2, 0, 2, NULL, 0);
    lzma_end(&made);
    decode_same(0);
    assert_int_equal(mtks_lzma_plain_decode(&run, made.bytes, made.size, decoded, 0, &result, NULL),
                     MTKSCAN_DONE);
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    lzma_begin(&made, 2, 0, 2, preset_bytes, 500);
    lzma_mixture(&made, 300, true);
    lzma_end(&made);
    for (uint64_t length = 18; length < made.size; length++) {
        assert_int_equal(decode(made.bytes, length, 500, made.produced), MTKSCAN_DAMAGED);
        assert_true(result.fault == MTKS_LZMA_CUT || length + 5 > made.size);
    }
    lzma_begin(&made, 2, 0, 2, NULL, 0);
    lzma_mixture(&made, 300, false);
    lzma_end(&made);
    mtks_lzma_plain_decode(&run, made.bytes, 100, decoded, made.produced, &result, NULL);
    assert_int_equal(result.fault, MTKS_LZMA_CUT);
}

/*
 * A flipped bit is noticed, unless it falls on another stream that is sound: while most models are
 * still even, two codes can differ in one bit. So that is possible at the very beginning alone.
 */
static void test_each_bit(void **state)
{
    (void)state;
    uint64_t noticed = 0;
    lzma_begin(&made, 2, 0, 2, preset_bytes, 500);
    lzma_mixture(&made, 600, true);
    lzma_end(&made);
    for (uint64_t bit = 8 * 13; bit < 8 * made.size; bit++) {
        made.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const int outcome = decode(made.bytes, made.size, 500, made.produced);
        assert_true(outcome == MTKSCAN_DAMAGED || bit < UINT64_C(8) * 32);
        noticed += outcome == MTKSCAN_DAMAGED;
        made.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(noticed + 4 > 8 * (made.size - 13));
    decode_same(500);
}

static void test_trailing(void **state)
{
    (void)state;
    for (uint32_t extra = 1; extra < 60; extra += 7) {
        lzma_begin(&made, 2, 0, 2, NULL, 0);
        lzma_mixture(&made, 50, false);
        lzma_end(&made);
        const uint64_t whole = made.size;
        memset(made.bytes + whole, 0xA5, extra);
        assert_int_equal(decode(made.bytes, whole + extra, 0, made.produced), MTKSCAN_DAMAGED);
        assert_int_equal(result.fault, MTKS_LZMA_TRAILING);
        assert_int_equal(result.consumed, whole);
        mtks_lzma_plain_decode(&run, made.bytes, whole + extra, decoded, made.produced, &result,
                               NULL);
        assert_int_equal(result.fault, MTKS_LZMA_TRAILING);
        assert_int_equal(mtks_lzma_blob_decode(&run, made.bytes, whole + extra, decoded,
                                               made.produced, &result, NULL),
                         MTKSCAN_DONE);
        assert_int_equal(result.consumed, whole);
    }
}

/* A stream of ten literals and one match that lies. */
static enum mtks_lzma_fault lie(uint64_t preset, uint32_t distance, uint32_t length, uint64_t size)
{
    lzma_begin(&made, 2, 0, 2, preset_bytes, preset);
    for (uint32_t i = 0; i < 10; i++)
        lzma_literal(&made, (uint8_t)i);
    lzma_match_symbol(&made, distance, length);
    made.produced = size;
    lzma_end(&made);
    decode(made.bytes, made.size, preset, size);
    return result.fault;
}

static void test_matches_that_lie(void **state)
{
    (void)state;
    assert_int_equal(lie(0, 10, 4, 14), MTKS_LZMA_SOUND);
    assert_int_equal(lie(0, 11, 4, 14), MTKS_LZMA_BAD_MATCH);
    assert_int_equal(lie(100, 110, 4, 14), MTKS_LZMA_SOUND);
    assert_int_equal(lie(100, 111, 4, 14), MTKS_LZMA_BAD_MATCH);
    assert_int_equal(lie(100, 0x80000000, 4, 14), MTKS_LZMA_BAD_MATCH);
    assert_int_equal(lie(100, UINT32_MAX, 4, 14), MTKS_LZMA_BAD_MATCH);
    assert_int_equal(lie(100, 10, 5, 14), MTKS_LZMA_BAD_MATCH);
    assert_int_equal(lie(100, 0, 2, 14), MTKS_LZMA_END_MARKER);
    assert_int_equal(result.produced, 10);

    /* Further back than the header's dictionary reaches, or than the least there is. */
    assert_int_equal(lie(5000, 5010, 4, 14), MTKS_LZMA_SOUND);
    made.bytes[3] = 0;
    decode(made.bytes, made.size, 5000, 14);
    assert_int_equal(result.fault, MTKS_LZMA_BAD_MATCH);
    assert_int_equal(lie(5000, 4096, 4, 14), MTKS_LZMA_SOUND);
    made.bytes[3] = 0;
    assert_int_equal(decode(made.bytes, made.size, 5000, 14), MTKSCAN_DONE);

    /* A single byte of a distance that nothing has set: there is none before the first. */
    lzma_begin(&made, 2, 0, 2, preset_bytes, 1);
    lzma_rep(&made, 0, 1);
    lzma_end(&made);
    decode_same(1);
    decode(made.bytes, made.size, 0, 1);
    assert_int_equal(result.fault, MTKS_LZMA_BAD_MATCH);
}

static void test_plain_corrupt(void **state)
{
    (void)state;
    unsigned corrupt = 0;
    lzma_begin(&made, 2, 0, 2, NULL, 0);
    lzma_mixture(&made, 600, false);
    lzma_end(&made);
    for (uint64_t at = 14; at < made.size; at++) {
        made.bytes[at] ^= 0x10;
        assert_int_equal(mtks_lzma_plain_decode(&run, made.bytes, made.size, decoded, made.produced,
                                                &result, NULL),
                         MTKSCAN_DAMAGED);
        corrupt += result.fault == MTKS_LZMA_BAD_CODE;
        made.bytes[at] ^= 0x10;
    }
    assert_true(corrupt > made.size / 2);
    /* A stream that does not say its size is none of these. */
    memset(made.bytes + 5, 0xFF, 8);
    assert_int_equal(
        mtks_lzma_plain_decode(&run, made.bytes, made.size, decoded, made.produced, &result, NULL),
        MTKSCAN_DAMAGED);
    assert_int_equal(result.fault, MTKS_LZMA_WRONG_SIZE);
}

/* liblzma takes an end marker before the size is reached for corrupt, and one behind it for part of
 * the stream. */
static void test_plain_end_marker(void **state)
{
    (void)state;
    for (uint32_t missing = 0; missing < 2; missing++) {
        lzma_begin(&made, 2, 0, 2, NULL, 0);
        for (uint32_t i = 0; i < 40; i++)
            lzma_literal(&made, (uint8_t)i);
        lzma_match_symbol(&made, 0, 2);
        made.produced += missing;
        lzma_end(&made);
        const int outcome = mtks_lzma_plain_decode(&run, made.bytes, made.size, decoded,
                                                   made.produced, &result, NULL);
        assert_int_equal(outcome, missing ? MTKSCAN_DAMAGED : MTKSCAN_DONE);
        assert_int_equal(result.produced, 40);
    }
}

static void test_limits(void **state)
{
    (void)state;
    mtkscan_error error = {0};
    const struct mtks_lzma_preset none = {0};
    lzma_begin(&made, 2, 0, 2, NULL, 0);
    lzma_mixture(&made, 100, false);
    lzma_end(&made);
#define PRESET                                                                                     \
    mtks_lzma_preset_decode(&run, made.bytes, made.size, &none, decoded, made.produced, &result,   \
                            &error)
#define PLAIN                                                                                      \
    mtks_lzma_plain_decode(&run, made.bytes, made.size, decoded, made.produced, &result, &error)
    run_limited(0, 0, made.produced - 1);
    assert_int_equal(PRESET, MTKSCAN_REFUSED);
    assert_int_equal(PLAIN, MTKSCAN_REFUSED);
    run_limited(0, 0, 2 * made.produced);
    assert_int_equal(PRESET, MTKSCAN_DONE);
    assert_int_equal(PLAIN, MTKSCAN_DONE);
    assert_int_equal(run.steps, 0);

    run_limited(1000, 0, 0);
    assert_int_equal(PRESET, MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "memory"));
    assert_int_equal(PLAIN, MTKSCAN_REFUSED);
    made.bytes[4] = 0x40; /* a dictionary of 1 GB */
    run_limited(0, 0, 0);
    assert_int_equal(PLAIN, MTKSCAN_REFUSED);

    run.progress = &stopping;
    assert_int_equal(PRESET, MTKSCAN_INTERRUPTED);
    assert_int_equal(PLAIN, MTKSCAN_INTERRUPTED);
    /* A stream that fails early costs what it made, not what it promised. */
    run_limited(0, 0, 1000);
    made.bytes[5] = 0xE8, made.bytes[6] = 3, made.bytes[7] = 0;
    made.produced = 1000;
    made.bytes[14] = 0xFF;
    for (int i = 0; i < 20; i++)
        assert_int_equal(PRESET, MTKSCAN_DAMAGED);
}

static void test_fault_texts(void **state)
{
    (void)state;
    for (int fault = MTKS_LZMA_SOUND; fault <= MTKS_LZMA_NO_TYPE; fault++)
        assert_true(strlen(mtks_lzma_fault_text((enum mtks_lzma_fault)fault)) > 3);
    assert_string_equal(mtks_lzma_fault_text((enum mtks_lzma_fault)99), "?");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, run_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_symbols_without_preset),
        TEST(test_all_symbols_with_preset),
        TEST(test_match_across_the_border),
        TEST(test_byte_before_the_first),
        TEST(test_no_header),
        TEST(test_size),
        TEST(test_empty_stream),
        TEST(test_cut_anywhere),
        TEST(test_each_bit),
        TEST(test_trailing),
        TEST(test_matches_that_lie),
        TEST(test_plain_corrupt),
        TEST(test_plain_end_marker),
        TEST(test_limits),
        TEST(test_fault_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
