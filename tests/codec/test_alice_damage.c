/* SPDX-License-Identifier: MIT */
/* Damaged ALICE streams: what is hit is told of, and everything else is decoded as ever. */
#include "runs.h"

#include <stdlib.h>

#include "alice_encode.h"
#include "codec/alice.h"

#define SIZE   8192u
#define GROUPS (SIZE / 128)
#define EXEC   0x10400000u

static struct alice_made made;
static uint8_t image[SIZE], decoded[SIZE];
static struct mtks_alice alice;
static struct mtks_alice_result result;

static int begin(void **state)
{
    alice_usual(&made);
    alice_image(image, sizeof image);
    alice_make(&made, image, sizeof image);
    return run_begin(state);
}

static void decode(void)
{
    const struct mtks_alice_source source = {
        .bytes = made.bytes, .length = made.size, .address = ALICE_ADDRESS, .exec_addr = EXEC};
    run_limited(0, 0, 0);
    assert_int_equal(mtks_alice_open(&alice, &source, &run, NULL), MTKSCAN_DONE);
    assert_int_equal(mtks_alice_decode(&alice, &run, 0xEE, decoded, &result, NULL), MTKSCAN_DONE);
}

static uint32_t word(uint64_t group)
{
    const uint8_t *at = made.bytes + made.map + 4 * group;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The place of a group's coded bytes in the sound container. */
static uint64_t place(uint64_t group)
{
    return (word(group) - ALICE_ADDRESS) & 0x3FFFFFF;
}

/* The group that a coded byte belongs to. */
static uint64_t group_of(uint64_t offset)
{
    uint64_t group = 0;
    while (group + 1 < GROUPS && place(group + 1) <= offset)
        group++;
    return group;
}

/* Whether a run that was filled holds the group. */
static bool filled(uint64_t group)
{
    for (size_t i = 0; i < result.runs.count; i++) {
        const struct mtks_alice_bad *bad = &result.runs.items[i];
        if (bad->filled && group >= bad->group && group < bad->group + bad->count)
            return true;
    }
    return false;
}

/* Each group is filled and told of, or as it was; but `silent` may be wrong in silence. */
static void check_groups(uint64_t silent)
{
    uint64_t bad = 0;
    for (uint64_t group = 0; group < GROUPS; group++) {
        const uint8_t *at = decoded + 128 * group;
        if (filled(group)) {
            for (size_t i = 0; i < 128; i++)
                assert_int_equal(at[i], 0xEE);
            bad++;
        } else if (group != silent) {
            assert_memory_equal(at, image + 128 * group, 128);
        }
    }
    assert_int_equal(bad, result.bad);
    for (size_t i = 0; i < result.runs.count; i++) {
        const struct mtks_alice_bad *run_of = &result.runs.items[i];
        assert_int_equal(run_of->image_offset, 128 * run_of->group);
        assert_int_equal(run_of->image_length, 128 * run_of->count);
        assert_int_equal(run_of->address, EXEC + run_of->image_offset);
        assert_true(run_of->offset + run_of->length <= made.map);
    }
}

/* One flipped bit never spoils more than its own group and the one beside it. */
static void test_each_bit_of_the_stream(void **state)
{
    (void)state;
    unsigned noticed = 0;
    for (uint64_t bit = 8 * (uint64_t)made.header_size; bit < 8 * made.sentinel; bit++) {
        made.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        decode();
        const uint64_t hit = group_of(bit / 8);
        check_groups(hit);
        for (uint64_t group = 0; group < GROUPS; group++)
            if (filled(group))
                assert_true(group == hit || group == hit + 1 || group + 1 == hit);
        noticed += result.bad ? 1 : 0;
        made.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    print_message("%u of %u single bits noticed\n", noticed,
                  (unsigned)(8 * (made.sentinel - made.header_size)));
    assert_true(noticed > 0);
}

static void test_hole_in_the_stream(void **state)
{
    (void)state;
    const uint64_t from = place(10) + 3, to = place(20);
    memset(made.bytes + from, 0, to - from);
    decode();
    check_groups(GROUPS);
    assert_int_equal(result.runs.count, 1);
    const struct mtks_alice_bad *bad = result.runs.items;
    assert_int_equal(bad->reason, MTKS_ALICE_BAD_STREAM);
    assert_int_equal(bad->group, 10);
    assert_int_equal(bad->count, 10);
    assert_int_equal(bad->offset, place(10));
    assert_int_equal(bad->length, place(20) - place(10));
    assert_true(result.sentinel);
    for (uint64_t group = 0; group < GROUPS; group++) {
        uint8_t alone[128];
        const uint32_t reason = mtks_alice_group(&alice, group, alone);
        assert_int_equal(reason != 0, group >= 10 && group < 20);
        if (!reason)
            assert_memory_equal(alone, image + 128 * group, 128);
    }
}

/* All literals, so that the stream runs past its own end. */
static void test_last_groups(void **state)
{
    (void)state;
    memset(made.bytes + place(GROUPS - 2), 0xFF, made.sentinel - place(GROUPS - 2));
    decode();
    check_groups(GROUPS);
    assert_int_equal(result.bad, 2);
    assert_false(result.sentinel);
    assert_true(filled(GROUPS - 1) && filled(GROUPS - 2));
    uint8_t alone[128];
    assert_int_equal(mtks_alice_group(&alice, GROUPS - 1, alone), MTKS_ALICE_BAD_STREAM);
}

/* The stream tells where a group begins, even when its entry does not. */
static void test_each_bit_of_each_place(void **state)
{
    (void)state;
    unsigned kept = 0, tried = 0;
    for (uint64_t group = 0; group < GROUPS; group++) {
        for (uint32_t bit = 0; bit < 26; bit++) {
            uint8_t *at = made.bytes + made.map + 4 * group + bit / 8;
            *at ^= (uint8_t)(1u << bit % 8);
            decode();
            check_groups(GROUPS);
            assert_int_equal(result.matched, GROUPS - 1);
            assert_true(result.runs.count >= 1);
            assert_false(mtks_alice_clean(&alice, &result));
            kept += result.bad == 0;
            tried++;
            *at ^= (uint8_t)(1u << bit % 8);
        }
    }
    print_message("%u of %u damaged entries cost no group\n", kept, tried);
    assert_true(kept * 100 > tried * 95);
}

static void test_erased_entries(void **state)
{
    (void)state;
    memset(made.bytes + made.map + 4 * 5, 0xFF, 4 * 30);
    decode();
    check_groups(GROUPS);
    assert_int_equal(result.bad, 0);
    assert_int_equal(result.matched, GROUPS - 30);
    assert_int_equal(result.runs.count, 1);
    assert_int_equal(result.runs.items[0].group, 5);
    assert_int_equal(result.runs.items[0].count, 30);
    assert_int_equal(result.runs.items[0].reason, MTKS_ALICE_BAD_ENTRY);
    assert_false(result.runs.items[0].filled);
    uint8_t alone[128];
    assert_int_equal(mtks_alice_group(&alice, 7, alone), MTKS_ALICE_BAD_ENTRY);
}

/* Without entries, and with a hole in the stream, the groups from there on cannot be found: up to
 * the next entry, or to the end when the stream as it reads is over before. */
static void test_erased_entries_and_a_hole(void **state)
{
    (void)state;
    const uint64_t erased[] = {30, GROUPS - 5};
    for (size_t i = 0; i < sizeof erased / sizeof *erased; i++) {
        alice_make(&made, image, sizeof image);
        memset(made.bytes + place(12), 0xFF, made.sentinel - place(12));
        memset(made.bytes + made.map + 4 * 5, 0xFF, 4 * erased[i]);
        decode();
        check_groups(GROUPS);
        assert_false(filled(3)); /* group 4 ends where no entry confirms it */
        assert_true(filled(12) && filled(34) && filled(GROUPS - 1));
        assert_false(result.sentinel);
        assert_true(result.matched <= GROUPS - erased[i]);
    }
}

static void test_hint(void **state)
{
    (void)state;
    made.bytes[made.map + 4 * 9 + 3] ^= 0x10;
    decode();
    check_groups(GROUPS);
    assert_int_equal(result.bad, 1);
    assert_true(filled(9));
}

static void test_sentinel(void **state)
{
    (void)state;
    for (uint32_t bit = 0; bit < 32; bit++) {
        made.bytes[made.map + 4 * GROUPS + bit / 8] ^= (uint8_t)(1u << bit % 8);
        decode();
        check_groups(GROUPS);
        assert_false(result.sentinel);
        assert_int_equal(result.bad, 0);
        assert_int_equal(result.matched, GROUPS);
        made.bytes[made.map + 4 * GROUPS + bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void test_first_entry(void **state)
{
    (void)state;
    memset(made.bytes + made.map, 0, 4);
    decode();
    check_groups(GROUPS);
    assert_int_equal(result.bad, 0);
    assert_int_equal(result.runs.items[0].group, 0);
    assert_int_equal(result.runs.items[0].reason, MTKS_ALICE_BAD_ENTRY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, run_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_bit_of_the_stream),
        TEST(test_hole_in_the_stream),
        TEST(test_last_groups),
        TEST(test_each_bit_of_each_place),
        TEST(test_erased_entries),
        TEST(test_erased_entries_and_a_hole),
        TEST(test_hint),
        TEST(test_sentinel),
        TEST(test_first_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
