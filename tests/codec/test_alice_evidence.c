/* SPDX-License-Identifier: MIT */
/* What no coder can have written is told of, and what one wrote is not. */
#include "runs.h"

#include <stdlib.h>

#include "alice_encode.h"
#include "codec/alice_evidence.h"
#include "codec/alice_evidence_sort.h"

#define SIZE    16384u
#define WORDS   (SIZE / 2)
#define VALUES  0x10000u
#define ENTRIES 508u

static struct alice_made made;
static uint8_t image[SIZE], decoded[SIZE];
static struct mtks_alice alice;
static struct mtks_alice_result result;
static struct mtks_alice_evidence evidence;
static uint32_t counts[VALUES];
static struct mtks_alice_ranked ranked[VALUES];

/* Some values often, many seldom, as in code. */
static void image_make(void)
{
    uint32_t random = 4711;
    for (uint64_t i = 0; i < SIZE; i += 2) {
        random = random * 1664525u + 1013904223u;
        const uint32_t most = (random >> 16) % 1500;
        random = random * 1664525u + 1013904223u;
        alice_put16(image + i, ((random >> 16) % (most + 1) * 40503u + 77u) & 0xFFFF);
    }
}

/* The dictionary that the coder makes. */
static void dictionary_make(void)
{
    static uint16_t words[WORDS];
    uint32_t used = 0;
    memset(counts, 0, sizeof counts);
    for (uint64_t i = 0; i < WORDS; i++)
        words[i] = (uint16_t)(image[2 * i] | image[2 * i + 1] << 8);
    if (made.version == 2)
        alice_translate(words, WORDS);
    for (uint64_t i = 0; i < WORDS; i++)
        counts[words[i]]++;
    for (uint32_t i = 0; i < VALUES; i++)
        if (counts[i])
            ranked[used++] = (struct mtks_alice_ranked){counts[i], (uint16_t)i};
    assert_true(used > 2 * ENTRIES);
    assert_true(mtks_alice_rank(ranked, used));
    for (uint32_t i = 0; i < ENTRIES; i++)
        made.entries[i] = ranked[i].value;
}

static void make(uint32_t version)
{
    alice_usual(&made);
    made.version = version;
    image_make();
    dictionary_make();
    alice_make(&made, image, sizeof image);
}

static int begin(void **state)
{
    make(1);
    return run_begin(state);
}

static void open_and_decode(void)
{
    const struct mtks_alice_source source = {
        .bytes = made.bytes, .length = made.size, .address = ALICE_ADDRESS};
    run_begin(NULL);
    assert_int_equal(mtks_alice_open(&alice, &source, &run, NULL), MTKSCAN_DONE);
    assert_int_equal(mtks_alice_decode(&alice, &run, 0, decoded, &result, NULL), MTKSCAN_DONE);
}

static void look(uint64_t size)
{
    open_and_decode();
    assert_int_equal(mtks_alice_evidence_look(&alice, decoded, size, &run, &evidence, NULL),
                     MTKSCAN_DONE);
}

static const struct mtks_alice_doubt *find(const char *text)
{
    for (size_t i = 0; i < evidence.doubts.count; i++)
        if (strstr(evidence.doubts.items[i].what, text))
            return &evidence.doubts.items[i];
    return NULL;
}

static uint64_t place(uint64_t group)
{
    const uint8_t *at = made.bytes + made.map + 4 * group;
    const uint32_t entry = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)(at[2]) << 16 |
                           (uint32_t)(at[3] & 3) << 24;
    return entry - (ALICE_ADDRESS & 0x3FFFFFF);
}

static uint32_t stream_bits(uint64_t at, uint32_t count)
{
    uint32_t value = 0;
    for (uint32_t i = 0; i < count; i++, at++)
        value = value << 1 | ((uint32_t)made.bytes[at / 8] >> (7 - at % 8) & 1u);
    return value;
}

static void stream_put(uint64_t at, uint32_t count, uint32_t value)
{
    for (uint32_t i = 0; i < count; i++, at++) {
        const uint8_t mask = (uint8_t)(0x80u >> at % 8);
        made.bytes[at / 8] &= (uint8_t)~mask;
        if (value >> (count - 1 - i) & 1)
            made.bytes[at / 8] |= mask;
    }
}

/* The bit at which the first code of a class from half-block `half` of a group 0 ... on begins, and
 * the end of its half-block. */
static uint64_t code_find(uint32_t wanted, uint64_t group, uint64_t *end)
{
    uint64_t at = 8 * place(group), found = 0;
    for (uint32_t i = 0; i < 32; i++) {
        const uint32_t kind = stream_bits(at, 3);
        if (kind == wanted && !found)
            found = at;
        at += 3 + (kind == 7 ? 16u : made.bits[kind]);
    }
    *end = at;
    return found;
}

static void test_sound(void **state)
{
    (void)state;
    for (uint32_t version = 1; version <= 2; version++) {
        make(version);
        look(0);
        assert_true(mtks_alice_clean(&alice, &result));
        assert_memory_equal(decoded, image, SIZE);
        assert_int_equal(evidence.doubts.count, 0);
        assert_true(evidence.noticed >= 600);
    }
}

/* What another coder wrote: any order, any choice. */
static void test_other_coder(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < ENTRIES / 2; i++) {
        const uint16_t kept = made.entries[i];
        made.entries[i] = made.entries[ENTRIES - 1 - i];
        made.entries[ENTRIES - 1 - i] = kept;
    }
    alice_make(&made, image, sizeof image);
    look(0);
    assert_true(mtks_alice_clean(&alice, &result));
    assert_int_equal(evidence.doubts.count, 0);
    const uint32_t unordered = evidence.noticed;

    /* By frequency, but equals by value: less is known than of the coder's own order. */
    dictionary_make();
    for (uint32_t i = 1; i < ENTRIES; i++) {
        const uint16_t kept = made.entries[i];
        uint32_t at = i;
        for (;
             at > 0 && counts[made.entries[at - 1]] == counts[kept] && made.entries[at - 1] > kept;
             at--)
            made.entries[at] = made.entries[at - 1];
        made.entries[at] = kept;
    }
    alice_make(&made, image, sizeof image);
    look(0);
    assert_int_equal(evidence.doubts.count, 0);
    assert_true(evidence.noticed > unordered);
}

static void test_all_literals(void **state)
{
    (void)state;
    made.literals = true;
    alice_make(&made, image, sizeof image);
    look(0);
    assert_true(mtks_alice_clean(&alice, &result));
    assert_int_equal(evidence.doubts.count, 0);
}

static void test_pad(void **state)
{
    (void)state;
    uint64_t end = 0, group = 3;
    code_find(0, group, &end);
    while (end % 8 == 0)
        code_find(0, ++group, &end);
    made.bytes[end / 8] |= 1;
    look(0);
    assert_true(mtks_alice_clean(&alice, &result));
    assert_int_equal(evidence.doubts.count, 1);
    const struct mtks_alice_doubt *told = find("behind a half-block");
    assert_non_null(told);
    assert_int_equal(told->image_offset, 128 * group);
    assert_int_equal(told->offset, place(group));
}

static void test_entries_same(void **state)
{
    (void)state;
    memcpy(made.bytes + made.dictionary + 200, made.bytes + made.dictionary + 100, 2);
    look(0);
    assert_true(mtks_alice_clean(&alice, &result));
    const struct mtks_alice_doubt *told = find("the same");
    assert_non_null(told);
    assert_int_equal(told->offset, made.dictionary + 200);
    assert_int_equal(told->image_offset, MTKS_ALICE_NOWHERE);

    memset(made.bytes + made.dictionary, 0xFF, 2 * (uint64_t)ENTRIES);
    look(0);
    assert_non_null(find("the same"));
    assert_true(evidence.doubts.count <= 7 * MTKS_ALICE_DOUBTS);
}

static void test_literal_has_entry(void **state)
{
    (void)state;
    uint64_t end = 0, group = 5, at = 0;
    while (!(at = code_find(7, group, &end)))
        group++;
    stream_put(at + 3, 16, made.entries[3]);
    look(0);
    assert_true(mtks_alice_clean(&alice, &result));
    const struct mtks_alice_doubt *told = find("coded as a literal");
    assert_non_null(told);
    assert_int_equal(told->image_offset, 128 * group);
    assert_int_equal(told->offset, place(group));
}

/* Codes of rare entries that become one and the same: it is too frequent then, they are too rare.
 */
static void test_order(void **state)
{
    (void)state;
    uint64_t end = 0, at = 0;
    uint32_t changed = 0;
    for (uint64_t group = 0; group < 20 && changed < 2; group++) {
        at = code_find(6, group, &end);
        if (!at)
            continue;
        stream_put(at + 3, made.bits[6], 200);
        changed++;
    }
    look(0);
    assert_true(mtks_alice_clean(&alice, &result));
    assert_non_null(find("how often"));
}

static void test_literal_too_frequent(void **state)
{
    (void)state;
    uint64_t end = 0, at = 0;
    for (uint64_t group = 0; group < WORDS / 64; group++)
        if ((at = code_find(7, group, &end)) != 0 && group < 40)
            stream_put(at + 3, 16, 0x0001);
    look(0);
    assert_true(mtks_alice_clean(&alice, &result));
    assert_non_null(find("more frequent than an entry"));
}

/* Two entries with as many uses change places, and their codes with them: the image is the same. */
static void test_coder(void **state)
{
    (void)state;
    uint32_t i = 300;
    while (counts[made.entries[i]] != counts[made.entries[i + 1]])
        i++;
    const uint16_t kept = made.entries[i];
    made.entries[i] = made.entries[i + 1];
    made.entries[i + 1] = kept;
    alice_make(&made, image, sizeof image);
    look(0);
    assert_true(mtks_alice_clean(&alice, &result));
    assert_memory_equal(decoded, image, SIZE);
    assert_int_equal(evidence.doubts.count, 1);
    assert_non_null(find("that a coder makes"));
}

static void test_end(void **state)
{
    (void)state;
    memset(image + SIZE - 20, 0, 20);
    alice_make(&made, image, sizeof image);
    open_and_decode();
    const struct {
        uint64_t size;
        bool told;
    } cases[] = {{SIZE - 20, false}, {SIZE, false},       {SIZE - 22, true}, {SIZE - 127, true},
                 {SIZE + 1, false},  {SIZE - 128, false}, {0, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        look(cases[i].size);
        assert_int_equal(find("behind the image's end") != NULL, cases[i].told);
    }
}

/* A stream that the table contradicts: its uses are not counted, however it reads. */
static void test_damaged(void **state)
{
    (void)state;
    memset(made.bytes + place(10) + 3, 0xFF, 300);
    memset(made.bytes + made.dictionary, 0xFF, 100);
    look(0);
    assert_false(mtks_alice_clean(&alice, &result));
    assert_int_equal(evidence.doubts.count, 0);
    memset(made.bytes + place(10), 0xFF, made.map - place(10)); /* runs past its end */
    look(0);
    assert_int_equal(evidence.doubts.count, 0);
}

static void test_short_dictionary(void **state)
{
    (void)state;
    made.dropped = 2;
    alice_make(&made, image, sizeof image);
    look(0);
    assert_true(mtks_alice_clean(&alice, &result));
    assert_int_equal(alice.dictionary_present, ENTRIES - 2);
    assert_null(find("the same"));
    assert_null(find("coded as a literal"));
    assert_null(find("how often"));
}

static void test_each_bit(void **state)
{
    (void)state;
    unsigned table = 0, noticed = 0, tried = 0;
    for (uint64_t bit = 8 * (uint64_t)made.header_size; bit < 8 * made.size; bit += 61) {
        made.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        look(0);
        const bool clean = mtks_alice_clean(&alice, &result);
        table += !clean;
        noticed += !clean || evidence.doubts.count;
        tried++;
        made.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    print_message("%u single bits: %u by the table, %u with evidence\n", tried, table, noticed);
    assert_true(10 * noticed >= 6 * tried);
    assert_true(noticed >= 2 * table);
}

static void test_limits(void **state)
{
    (void)state;
    struct mtks_codec_run limited;
    struct mtks_limits limits;
    open_and_decode();
    mtks_limits_init(&limits);
    limits.codec_steps = WORDS - 1;
    mtks_codec_run_init(&limited, &arena, &limits, NULL);
    assert_int_equal(mtks_alice_evidence_look(&alice, decoded, 0, &limited, &evidence, NULL),
                     MTKSCAN_REFUSED);
    limits.codec_steps = WORDS;
    mtks_codec_run_init(&limited, &arena, &limits, &stopping);
    assert_int_equal(mtks_alice_evidence_look(&alice, decoded, 0, &limited, &evidence, NULL),
                     MTKSCAN_INTERRUPTED);
    uint64_t memory = arena.used; /* grow until it is enough */
    int outcome = MTKSCAN_REFUSED;
    for (; outcome == MTKSCAN_REFUSED && memory < arena.used + (4u << 20); memory += 64 << 10) {
        struct mtks_arena small;
        mtks_arena_init(&small, memory - arena.used);
        mtks_codec_run_init(&limited, &small, &limits, NULL);
        outcome = mtks_alice_evidence_look(&alice, decoded, 0, &limited, &evidence, NULL);
        mtks_arena_free(&small);
    }
    assert_int_equal(outcome, MTKSCAN_DONE);
    assert_true(memory > arena.used + (128u << 10));
}

/* Sorted, complete, and in time, however the counts stand. */
static void test_rank(void **state)
{
    (void)state;
    static uint8_t seen[VALUES];
    for (uint32_t shape = 0; shape < 7; shape++) {
        uint32_t random = 1;
        for (uint32_t i = 0; i < VALUES; i++) {
            random = random * 1664525u + 1013904223u;
            const uint32_t shapes[] = {
                random >> 8, random >> 28, i, VALUES - i, i < VALUES / 2 ? i : VALUES - i,
                5,           i % 1000};
            ranked[i] = (struct mtks_alice_ranked){shapes[shape], (uint16_t)i};
        }
        assert_true(mtks_alice_rank(ranked, VALUES));
        memset(seen, 0, sizeof seen);
        for (uint32_t i = 0; i < VALUES; i++) {
            assert_true(i == 0 || ranked[i - 1].count >= ranked[i].count);
            assert_int_equal(seen[ranked[i].value]++, 0);
        }
    }
    assert_true(mtks_alice_rank(ranked, 0));
    assert_true(mtks_alice_rank(ranked, 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, run_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sound),        TEST(test_other_coder),
        TEST(test_all_literals), TEST(test_pad),
        TEST(test_entries_same), TEST(test_literal_has_entry),
        TEST(test_order),        TEST(test_literal_too_frequent),
        TEST(test_coder),        TEST(test_end),
        TEST(test_damaged),      TEST(test_short_dictionary),
        TEST(test_each_bit),     TEST(test_limits),
        TEST(test_rank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
