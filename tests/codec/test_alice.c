/* SPDX-License-Identifier: MIT */
/* Sound ALICE streams of every form, and headers that lie. */
#include "runs.h"

#include <stdlib.h>

#include "alice_encode.h"
#include "codec/alice.h"

static struct alice_made made;
static uint8_t image[ALICE_IMAGE_MAX], decoded[ALICE_IMAGE_MAX];
static struct mtks_alice alice;
static struct mtks_alice_result result;

static int begin(void **state)
{
    alice_usual(&made);
    alice_image(image, sizeof image);
    return run_begin(state);
}

static int open_source(const uint8_t *bytes, uint64_t length, uint32_t address)
{
    const struct mtks_alice_source source = {
        .bytes = bytes, .length = length, .address = address, .exec_addr = 0x10400000};
    return mtks_alice_open(&alice, &source, &run, NULL);
}

/* Codes, decodes and compares `size` bytes; every group alone gives the same. */
static void round_trip(uint64_t size)
{
    alice_make(&made, image, size);
    uint8_t *copy = malloc(made.size); /* so that a sanitizer sees each byte read beyond it */
    assert_non_null(copy);
    memcpy(copy, made.bytes, made.size);
    for (uint32_t address = 0; address <= ALICE_ADDRESS; address += ALICE_ADDRESS) {
        assert_int_equal(open_source(copy, made.size, address), MTKSCAN_DONE);
        assert_int_equal(alice.output_size, size);
        assert_int_equal(alice.header.header_size, made.header_size);
        memset(decoded, 0x5A, sizeof decoded);
        assert_int_equal(mtks_alice_decode(&alice, &run, 0, decoded, &result, NULL), MTKSCAN_DONE);
        assert_memory_equal(decoded, image, size);
        assert_true(mtks_alice_clean(&alice, &result));
        assert_int_equal(result.matched, size / (2 * (uint64_t)made.group_words));
        assert_int_equal(result.runs.count, 0);
    }
    for (uint64_t group = 0; group < alice.groups; group++) {
        assert_int_equal(mtks_alice_group(&alice, group, decoded), 0);
        assert_memory_equal(decoded, image + group * alice.group_bytes, alice.group_bytes);
    }
    free(copy);
}

static void test_all_literal(void **state)
{
    (void)state;
    made.literals = true;
    for (made.header_size = 0x24; made.header_size <= 0x28; made.header_size += 4) {
        round_trip(0x400);
        /* 19 bits a halfword: 76 bytes, which is the largest hint there is. */
        assert_int_equal(made.sentinel, made.header_size + 8 * 2 * 76);
        assert_int_equal(made.bytes[made.map + 3] >> 2, 63);
    }
}

static void test_mixed_classes(void **state)
{
    (void)state;
    round_trip(sizeof image);
    assert_true(made.sentinel < made.header_size + sizeof image); /* not all literal */
    made.header_size = 0x24;
    round_trip(sizeof image);
}

static void test_sentinel_at_any_place(void **state)
{
    (void)state;
    unsigned seen = 0;
    for (uint64_t size = 128; size < 4096; size += 128) {
        round_trip(size);
        seen |= 1u << made.sentinel % 4;
    }
    assert_int_equal(seen, 15);
}

static void test_group_sizes(void **state)
{
    (void)state;
    for (made.group_words = 32; made.group_words <= 512; made.group_words *= 2)
        round_trip(8 * 1024);
}

static void test_widest_and_narrowest_codes(void **state)
{
    (void)state;
    static const uint16_t bits[7] = {1, 1, 1, 1, 1, 1, 13};
    memcpy(made.bits, bits, sizeof bits);
    round_trip(2048);
    memset(made.bits, 0, sizeof made.bits);
    made.literals = true; /* codes of 3 bits make half-blocks that no hint can state */
    round_trip(2048);
}

/* The dictionary may end two entries early, as long as no code names them (FORMAT.md 5.2). */
static void test_dictionary_short_by_two(void **state)
{
    (void)state;
    made.header_size = 0x24;
    made.dropped = 2;
    round_trip(4096);
    assert_int_equal(alice.dictionary_present, alice.header.dictionary_entries - 2);
}

static void test_code_without_entry(void **state)
{
    (void)state;
    /* The last entry is used in group 3 alone. */
    alice_put16(image + 3 * 128 + 10, made.entries[507]);
    for (uint64_t i = 0; i < 4096; i += 2)
        if (i != 3 * 128 + 10 && image[i] == 0xFB && image[i + 1] == 0x41)
            image[i] = 0;
    alice_make(&made, image, 4096);
    assert_int_equal(made.entry_count, 508);
    assert_int_equal(open_source(made.bytes, made.size - 2, ALICE_ADDRESS), MTKSCAN_DONE);
    assert_int_equal(mtks_alice_decode(&alice, &run, 0xEE, decoded, &result, NULL), MTKSCAN_DONE);
    assert_int_equal(result.runs.count, 1);
    assert_int_equal(result.runs.items[0].group, 3);
    assert_int_equal(result.runs.items[0].reason, MTKS_ALICE_BAD_DICTIONARY);
    assert_int_equal(result.matched, 32); /* lengths and places all agree */
    assert_false(mtks_alice_clean(&alice, &result));
    assert_memory_equal(decoded, image, 3 * 128);
    assert_memory_equal(decoded + 4 * 128, image + 4 * 128, 4096 - 4 * 128);
    for (size_t i = 3 * 128; i < 4 * 128; i++)
        assert_int_equal(decoded[i], 0xEE);
    assert_int_equal(mtks_alice_group(&alice, 3, decoded), MTKS_ALICE_BAD_DICTIONARY);
}

/* By hand: distance = target - index - 1, index in the whole image. */
static void test_branches_by_hand(void **state)
{
    (void)state;
    static const struct {
        uint32_t place;
        uint16_t coded[2], plain[2];
    } rows[] = {
        {0, {0xF000, 0xF801}, {0xF000, 0xF800}},  {0, {0xF000, 0xF800}, {0xF7FF, 0xFFFF}},
        {5, {0xF001, 0xE806}, {0xF001, 0xE800}}, /* BLX */
        {30, {0xF000, 0xF81F}, {0xF000, 0xF800}}, {31, {0xF000, 0xF81F}, {0xF000, 0xF81F}},
        {40, {0xF000, 0xF000}, {0xF000, 0xF000}}, {41, {0xE000, 0xF801}, {0xE000, 0xF801}},
        {62, {0xF7FF, 0xFFFF}, {0xF7FF, 0xFFC0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t words[128] = {0}, expected[128] = {0};
        for (uint32_t j = 0; j < 2; j++) {
            alice_put16(words + 2 * (uint64_t)(rows[i].place + j), rows[i].coded[j]);
            alice_put16(expected + 2 * (uint64_t)(rows[i].place + j), rows[i].plain[j]);
        }
        mtks_alice_branches_undo(words, 64, 0);
        assert_memory_equal(words, expected, sizeof words);
    }
    uint8_t later[64] = {0x00, 0xF0, 0x21, 0xF8};
    mtks_alice_branches_undo(later, 32, 32);
    assert_int_equal(later[2], 0x00);
}

static void test_branches_in_a_stream(void **state)
{
    (void)state;
    made.version = 2;
    for (uint64_t i = 0; i + 4 <= sizeof image; i += 2)
        if (i % 10 == 4 || i % 64 == 62)
            alice_put32(image + i, 0xF800F000u + (uint32_t)i * 3 % 0x700);
    assert_int_equal(image[63], 0xF0); /* one begins at the last halfword of a half-block */
    round_trip(sizeof image);
    assert_true(alice.branches);

    /* The caller's word goes before the name's. */
    const struct mtks_alice_source source = {
        .bytes = made.bytes, .length = made.size, .version = 1};
    assert_int_equal(mtks_alice_open(&alice, &source, &run, NULL), MTKSCAN_DONE);
    assert_int_equal(mtks_alice_decode(&alice, &run, 0, decoded, &result, NULL), MTKSCAN_DONE);
    assert_true(mtks_alice_clean(&alice, &result));
    assert_memory_not_equal(decoded, image, sizeof image);
}

static void test_size_rule(void **state)
{
    (void)state;
    memset(image + 1024 - 20, 0, 20);
    image[1024 - 21] = 1;
    round_trip(1024);
    assert_true(mtks_alice_size_fits(&alice, image, 1024));
    assert_true(mtks_alice_size_fits(&alice, image, 1024 - 20));
    assert_false(mtks_alice_size_fits(&alice, image, 1024 - 21));
    assert_false(mtks_alice_size_fits(&alice, image, 1025));
    memset(image, 0, 1024);
    assert_true(mtks_alice_size_fits(&alice, image, 1024 - 127));
    assert_false(mtks_alice_size_fits(&alice, image, 1024 - 128));
}

static void test_hostile_headers(void **state)
{
    (void)state;
    static const struct {
        uint32_t at, size, value;
    } lies[] = {
        {0, 1, 'B'},           {6, 1, '0'},           {6, 1, '3'},     {7, 1, ' '},
        {0x08, 4, 0},          {0x08, 4, ~0u},        {0x0C, 4, 0},    {0x0C, 4, ~0u},
        {0x10, 4, 0},          {0x10, 4, ~0u},        {0x14, 2, 17},   {0x20, 2, 0xFFFF},
        {0x24, 2, 33},         {0x24, 2, 48},         {0x24, 2, 1024}, {0x24, 2, 0xFFFF},
        {0x0C, 4, 0x10123451}, {0x10, 4, 0x10123452},
    };
    alice_make(&made, image, 2048);
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        uint8_t *copy = malloc(made.size);
        assert_non_null(copy);
        memcpy(copy, made.bytes, made.size);
        for (uint32_t j = 0; j < lies[i].size; j++)
            copy[lies[i].at + j] = (uint8_t)(lies[i].value >> 8 * j);
        assert_int_equal(open_source(copy, made.size, ALICE_ADDRESS), MTKSCAN_DAMAGED);
        free(copy);
    }
    /* A table of a sentinel alone, and one that is no whole number of words. */
    uint8_t *bytes = made.bytes;
    alice_put32(bytes + 0x10, ALICE_ADDRESS + (uint32_t)made.map + 4);
    assert_int_equal(open_source(bytes, made.size, ALICE_ADDRESS), MTKSCAN_DAMAGED);
    alice_put32(bytes + 0x10, ALICE_ADDRESS + (uint32_t)made.map + 9);
    assert_int_equal(open_source(bytes, made.size, ALICE_ADDRESS), MTKSCAN_DAMAGED);
}

/* Cut anywhere it opens only when all but the dictionary is there, and never reads on. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    alice_make(&made, image, 1024);
    for (uint64_t length = 0; length < made.size; length++) {
        uint8_t *copy = malloc(length + 1);
        assert_non_null(copy);
        memcpy(copy, made.bytes, length);
        uint8_t *exact = realloc(copy, length ? length : 1);
        const int outcome = open_source(exact, length, 0);
        assert_int_equal(outcome, length < made.dictionary ? MTKSCAN_DAMAGED : MTKSCAN_DONE);
        if (outcome == MTKSCAN_DONE)
            assert_int_equal(mtks_alice_decode(&alice, &run, 0, decoded, &result, NULL),
                             MTKSCAN_DONE);
        free(exact);
    }
}

static void test_stream_too_long(void **state)
{
    (void)state;
    const uint64_t length = 0x5000000;
    uint8_t *bytes = calloc(1, length);
    assert_non_null(bytes);
    alice_make(&made, image, 128);
    memcpy(bytes, made.bytes, 0x28);
    alice_put32(bytes + 0x0C, ALICE_ADDRESS + 0x4000000 + 0x2C);
    alice_put32(bytes + 0x10, ALICE_ADDRESS + 0x4000000 + 0x3C);
    assert_int_equal(open_source(bytes, length, ALICE_ADDRESS), MTKSCAN_DAMAGED);
    free(bytes);
}

static void test_limits(void **state)
{
    (void)state;
    mtkscan_error error = {0};
    alice_make(&made, image, 4096);
    run_limited(0, 4095, 0);
    assert_int_equal(open_source(made.bytes, made.size, 0), MTKSCAN_REFUSED);
    run_limited(64, 0, 0); /* no room for the dictionary */
    assert_int_equal(open_source(made.bytes, made.size, 0), MTKSCAN_REFUSED);
    run_limited(1100, 0, 0); /* none for notes of the groups */
    assert_int_equal(open_source(made.bytes, made.size, 0), MTKSCAN_DONE);
    assert_int_equal(mtks_alice_decode(&alice, &run, 0, decoded, &result, &error), MTKSCAN_REFUSED);
    assert_non_null(strstr(error.advice, "memory"));
    run_limited(1300, 0, 0); /* none for what it finds */
    made.bytes[made.map] ^= 0xFF;
    assert_int_equal(open_source(made.bytes, made.size, 0), MTKSCAN_DONE);
    assert_int_equal(mtks_alice_decode(&alice, &run, 0, decoded, &result, &error), MTKSCAN_REFUSED);
    run_limited(0, 0, 2048);
    assert_int_equal(open_source(made.bytes, made.size, 0), MTKSCAN_DONE);
    assert_int_equal(mtks_alice_decode(&alice, &run, 0, decoded, &result, &error), MTKSCAN_REFUSED);
    run_limited(0, 0, 0);
    run.progress = &stopping;
    assert_int_equal(open_source(made.bytes, made.size, 0), MTKSCAN_DONE);
    assert_int_equal(mtks_alice_decode(&alice, &run, 0, decoded, &result, &error),
                     MTKSCAN_INTERRUPTED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, run_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_literal),
        TEST(test_mixed_classes),
        TEST(test_sentinel_at_any_place),
        TEST(test_group_sizes),
        TEST(test_widest_and_narrowest_codes),
        TEST(test_dictionary_short_by_two),
        TEST(test_code_without_entry),
        TEST(test_branches_by_hand),
        TEST(test_branches_in_a_stream),
        TEST(test_size_rule),
        TEST(test_hostile_headers),
        TEST(test_cut_anywhere),
        TEST(test_stream_too_long),
        TEST(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
