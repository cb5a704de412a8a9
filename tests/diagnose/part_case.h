/* SPDX-License-Identifier: MIT */
/* One part made by code, damage done to it, and what the detectors say. */
#ifndef TESTS_DIAGNOSE_PART_CASE_H
#define TESTS_DIAGNOSE_PART_CASE_H

#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "diagnose/diagnose.h"
#include "model/finding.h"

#define CASE_SIZE  0x60000u
#define CASE_PART  0x10000u /* where the part begins, behind blank space */
#define CASE_BYTES 0x40000u /* of it */

static uint8_t case_bytes[CASE_SIZE];
static struct mtks_analysis *case_analysis;
static uint32_t case_random;

static inline uint32_t case_next(void)
{
    case_random = case_random * 1664525u + 1013904223u;
    return case_random >> 8;
}

static inline void case_put(uint64_t at, uint32_t half)
{
    case_bytes[at] = (uint8_t)half;
    case_bytes[at + 1] = (uint8_t)(half >> 8);
}

/* Thumb functions of 44 to 106 bytes: PUSH, four calls of other functions, arithmetic, POP. */
static inline void case_code(uint64_t begin, uint64_t length)
{
    static uint32_t starts[CASE_BYTES / 44 + 2];
    uint32_t count = 0;
    for (uint64_t at = 0; at < length; at += 2)
        case_put(begin + at, 0x1800 + case_next() % 0x2C00);
    for (uint64_t at = 0; at + 110 < length; at += 44 + case_next() % 32 * 2)
        starts[count++] = (uint32_t)at;
    for (uint32_t i = 0; i < count; i++) {
        case_put(begin + starts[i], 0xB510);
        if (i)
            case_put(begin + starts[i] - 2, 0xBD10);
        for (uint64_t call = 4; call < 40; call += 10) {
            const uint64_t from = starts[i] + call, to = starts[case_next() % count];
            const uint32_t halves = (uint32_t)((to - from - 4) / 2);
            case_put(begin + from, 0xF000 | (halves >> 11 & 0x7FF));
            case_put(begin + from + 2, 0xF800 | (halves & 0x7FF));
        }
    }
}

static inline void case_begin(void)
{
    case_random = 7;
    memset(case_bytes, 0xFF, sizeof case_bytes);
    case_analysis = mtks_analysis_new(NULL);
    assert_non_null(case_analysis);
    struct mtks_part *part = MTKS_PUSH(&case_analysis->arena, &case_analysis->parts);
    *part = (struct mtks_part){
        .name = "ROM", .offset = CASE_PART, .length = CASE_BYTES, .present = CASE_BYTES};
    case_code(CASE_PART, CASE_BYTES);
}

static inline void case_end(void)
{
    mtks_analysis_free(case_analysis);
}

static inline void case_look(void)
{
    const struct mtks_dump dump = {.bytes = case_bytes, .size = sizeof case_bytes};
    case_analysis->findings.count = 0;
    assert_int_equal(mtks_diagnose_parts(case_analysis, &dump), 0);
}

/* Nothing is said; or just one finding, of `code`, whose ends are no more than `slack` off. */
static inline void case_expect(const char *code, uint64_t offset, uint64_t length, uint64_t slack)
{
    case_look();
    for (size_t i = 0; i < case_analysis->findings.count; i++)
        if (!code || strcmp(case_analysis->findings.items[i].code, code) != 0)
            fail_msg("%s", case_analysis->findings.items[i].message);
    assert_int_equal(case_analysis->findings.count, code ? 1 : 0);
    if (!code)
        return;
    const struct mtks_finding *finding = case_analysis->findings.items;
    assert_int_equal(finding->part, 0);
    assert_int_equal(finding->severity, MTKS_ERROR);
    assert_in_range(finding->offset + slack, offset, offset + 2 * slack);
    assert_in_range(finding->offset + finding->length + slack, offset + length,
                    offset + length + 2 * slack);
}

#endif
