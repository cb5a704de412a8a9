/* SPDX-License-Identifier: MIT */
/* Damage inside code: its kind and its place, at any alignment; and what is no damage. */
#include "check/check.h"
#include "part_case.h"

#define IN_CODE (CASE_PART + 0x12346u) /* not aligned to any chunk */

static int set_up(void **state)
{
    (void)state;
    case_begin();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    case_end();
    return 0;
}

static void fill(uint64_t at, uint64_t length, const char *unit, size_t unit_length)
{
    for (uint64_t i = 0; i < length; i++)
        case_bytes[at + i] = (uint8_t)unit[i % unit_length];
}

static void sound_code_is_silent(void **state)
{
    (void)state;
    case_expect(NULL, 0, 0, 0);
}

static void runs_between_code(void **state)
{
    (void)state;
    static const struct {
        const char *unit, *code;
        size_t unit_length;
        uint64_t least; /* bytes from which on it is told */
    } rows[] = {
        {"\xFF", "MTK-Q030", 1, 0x100},
        {"\0", "MTK-Q031", 1, 0x100},
        {"\xA5", "MTK-Q031", 1, 0x100},
        {"\x55\xAA", "MTK-Q032", 2, 0x200},
        {"abcdefg", "MTK-Q032", 7, 0x200},
        {"ABC", "MTK-Q032", 3, 0x200},
        {"0123456789abcdef", "MTK-Q032", 16, 0x200},
        {"0123456789a", "MTK-Q032", 11, 0x200},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (uint64_t length = rows[i].least / 2; length <= 0x4000; length *= 2) {
            case_end();
            case_begin();
            fill(IN_CODE, length, rows[i].unit, rows[i].unit_length);
            case_expect(length < rows[i].least ? NULL : rows[i].code, IN_CODE, length, 20);
        }
}

/* Data may hold what code may not. */
static void runs_beside_data(void **state)
{
    (void)state;
    const uint64_t data = CASE_PART + 0x20000;
    for (uint64_t at = data; at < CASE_PART + CASE_BYTES; at++)
        case_bytes[at] = (uint8_t)(case_next() % 13 * 17);
    fill(data + 0x1235, 0x3000, "\xFF", 1);
    fill(data + 0x8765, 0x4000, "\0", 1);
    case_expect(NULL, 0, 0, 0);
    fill(data + 0x5000, 0x400, "\xFF", 1); /* whole chunks at a chunk's place */
    case_expect("MTK-Q030", data + 0x5000, 0x400, 4);
    fill(data + 0x5000, 0x400, "\x11\x22\x33", 3);
    fill(data + 0x10000, 0x10000, "\0", 1); /* too long for anything */
    case_expect("MTK-Q031", data + 0x10000, 0x10000, 4);
}

static void repeated_chunks(void **state)
{
    (void)state;
    for (uint64_t length = 128; length <= 0x10000; length *= 2) {
        case_end();
        case_begin();
        memcpy(case_bytes + IN_CODE, case_bytes + IN_CODE - length, length);
        case_expect("MTK-Q033", IN_CODE, length, 8);
    }
}

/* The same function twice, one behind the other, as compilers do; without calls it is no copy. */
static void equal_functions_are_no_copies(void **state)
{
    (void)state;
    for (uint64_t at = 0; at < 0x200; at += 2)
        case_put(IN_CODE + at, 0x1800 + case_next() % 0x2000);
    memcpy(case_bytes + IN_CODE + 0x200, case_bytes + IN_CODE, 0x200);
    case_expect(NULL, 0, 0, 0);
}

static void stuck_data_bits(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 8; bit++)
        for (unsigned one = 0; one < 2; one++) {
            case_end();
            case_begin();
            for (uint64_t at = IN_CODE; at < IN_CODE + 0x2000; at++)
                case_bytes[at] =
                    (uint8_t)(one ? case_bytes[at] | 1u << bit : case_bytes[at] & ~(1u << bit));
            case_expect("MTK-Q035", IN_CODE, 0x2000, 0x40);
        }
}

static void text_has_a_bit_that_never_changes(void **state)
{
    (void)state;
    for (uint64_t at = CASE_PART + 0x10000; at < CASE_PART + 0x38000; at++)
        case_bytes[at] = (uint8_t)(0x20 + case_next() % 0x5F);
    case_expect(NULL, 0, 0, 0);
}

static void stuck_address_bits(void **state)
{
    (void)state;
    for (unsigned line = 2; line <= 12; line++) {
        case_end();
        case_begin();
        const uint64_t half = UINT64_C(1) << line, begin = CASE_PART + 0x8000;
        const uint64_t length = line < 10 ? 0x1000 : 4 * half;
        for (uint64_t at = begin; at < begin + length; at += 2 * half)
            memcpy(case_bytes + at + half, case_bytes + at, half);
        case_expect("MTK-Q036", begin, length, 0x20);
    }
}

static void exchanged_chunks(void **state)
{
    (void)state;
    static uint8_t kept[0x8000];
    for (uint64_t length = 0x1000; length <= sizeof kept; length *= 2) {
        case_end();
        case_begin();
        uint8_t *at = case_bytes + IN_CODE;
        memcpy(kept, at, length);
        memcpy(at, at + length, length);
        memcpy(at + length, kept, length);
        case_expect("MTK-Q034", IN_CODE, 2 * length, 0x1000);
    }
}

static void a_lost_chunk(void **state)
{
    (void)state;
    const uint64_t end = CASE_PART + CASE_BYTES, lost = 0x1000;
    memmove(case_bytes + IN_CODE, case_bytes + IN_CODE + lost, end - IN_CODE - lost);
    memset(case_bytes + end - lost, 0xFF, lost);
    case_bytes[end - 1] = 0; /* so that the blank end is no chunk */
    const struct mtks_dump dump = {.bytes = case_bytes, .size = sizeof case_bytes};
    assert_int_equal(mtks_finding_add(case_analysis, "MTK-D002", NULL, 0, end - 8, 8), 0);
    assert_int_equal(mtks_diagnose_parts(case_analysis, &dump), 0);
    assert_true(mtks_finding_has(case_analysis, "MTK-Q037", 0));
    assert_false(mtks_finding_has(case_analysis, "MTK-Q034", 0));
}

/* What a hash covers and confirms is as the maker wrote it; one that failed lowers the limits. */
static void hashes_decide(void **state)
{
    (void)state;
    struct mtks_check *check = MTKS_PUSH(&case_analysis->arena, &case_analysis->checks);
    *check = (struct mtks_check){.kind = MTKSCAN_CHECK_SHA1,
                                 .offset = CASE_PART,
                                 .length = CASE_BYTES - 0x20,
                                 .result = MTKS_CHECK_PASS};
    fill(IN_CODE, 0x4000, "\xFF", 1);
    case_expect(NULL, 0, 0, 0);
    case_end();
    case_begin();
    check = MTKS_PUSH(&case_analysis->arena, &case_analysis->checks);
    *check = (struct mtks_check){.kind = MTKSCAN_CHECK_SHA1,
                                 .offset = CASE_PART,
                                 .length = CASE_BYTES - 0x20,
                                 .result = MTKS_CHECK_FAIL};
    fill(IN_CODE, 0x80, "\xFF", 1);
    case_expect("MTK-Q030", IN_CODE, 0x80, 4);
}

/* A finding makes its part damaged, and no other one. */
static void only_its_part_is_damaged(void **state)
{
    (void)state;
    struct mtks_part *parts = case_analysis->parts.items;
    parts[0].length = parts[0].present = CASE_BYTES / 2;
    struct mtks_part *second = MTKS_PUSH(&case_analysis->arena, &case_analysis->parts);
    *second = (struct mtks_part){.name = "VIVA",
                                 .offset = CASE_PART + CASE_BYTES / 2,
                                 .length = CASE_BYTES / 2,
                                 .present = CASE_BYTES / 2};
    for (uint32_t i = 0; i < 2; i++) {
        struct mtks_check *check = MTKS_PUSH(&case_analysis->arena, &case_analysis->checks);
        *check =
            (struct mtks_check){.part = i, .kind = MTKSCAN_CHECK_BYTES, .result = MTKS_CHECK_PASS};
    }
    fill(IN_CODE, 0x400, "\xFF", 1);
    case_expect("MTK-Q030", IN_CODE, 0x400, 4);
    assert_int_equal(mtks_health_judge(case_analysis), 0);
    assert_int_equal(case_analysis->parts.items[0].health, MTKS_HEALTH_DAMAGED);
    assert_int_equal(case_analysis->parts.items[1].health, MTKS_HEALTH_CONSISTENT);
    assert_int_equal(case_analysis->health.verdict, MTKS_DAMAGED);
}

#define CASED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASED(sound_code_is_silent),
        CASED(runs_between_code),
        CASED(runs_beside_data),
        CASED(repeated_chunks),
        CASED(equal_functions_are_no_copies),
        CASED(stuck_data_bits),
        CASED(text_has_a_bit_that_never_changes),
        CASED(stuck_address_bits),
        CASED(exchanged_chunks),
        CASED(a_lost_chunk),
        CASED(hashes_decide),
        CASED(only_its_part_is_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
