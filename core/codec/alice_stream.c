/* SPDX-License-Identifier: MIT */
#include "alice_stream.h"

#include <string.h>

#include "mtkscan/bytes.h"

#define CLASS_BITS 3u
#define HALF_READ  80u /* bytes that reading one half-block may touch: 32 * 19 bits and a word */

static inline uint64_t be64(const uint8_t *at)
{
    return (uint64_t)at[0] << 56 | (uint64_t)at[1] << 48 | (uint64_t)at[2] << 40 |
           (uint64_t)at[3] << 32 | (uint64_t)at[4] << 24 | (uint64_t)at[5] << 16 |
           (uint64_t)at[6] << 8 | (uint64_t)at[7];
}

/*
 * 32 halfwords from `from`, HALF_READ bytes of which can be read; returns the bytes they take.
 * Nothing here depends on what was read but the next place to read: each class has a row, and
 * literals take the way of the others.
 */
static inline uint32_t half_decode(const struct mtks_alice *alice, const uint8_t *from, uint8_t *to,
                                   uint32_t *highest)
{
    const struct mtks_alice_class *classes = alice->classes;
    const uint16_t *dictionary = alice->dictionary;
    uint32_t bit = 0, most = *highest;
    for (unsigned i = 0; i < MTKS_ALICE_HALF_WORDS; i += 2) {
        /* At least 57 bits, enough for two halfwords of 19. */
        uint64_t window = be64(from + (bit >> 3)) << (bit & 7);
        for (unsigned j = i; j < i + 2; j++) {
            const struct mtks_alice_class *row = &classes[window >> (64 - CLASS_BITS)];
            const uint32_t coded = (uint32_t)(window >> (64 - row->bits));
            const uint32_t index = row->base + (coded & row->index_mask);
            most = index > most ? index : most;
            mtkscan_put_le16(
                to + 2 * (uint64_t)j,
                (uint16_t)((dictionary[index] & ~row->take_coded) | (coded & row->take_coded)));
            window <<= row->bits;
            bit += row->bits;
        }
    }
    *highest = most;
    return (bit + 7) >> 3;
}

struct mtks_alice_span mtks_alice_span_decode(const struct mtks_alice *alice, uint64_t from,
                                              uint8_t *to)
{
    const uint64_t end = alice->header.map_offset;
    const uint32_t halves = alice->header.group_size / MTKS_ALICE_HALF_WORDS;
    struct mtks_alice_span span = {.end = from};
    uint32_t highest = 0;
    for (uint32_t i = 0; i < halves; i++, to += 2 * (uint64_t)MTKS_ALICE_HALF_WORDS) {
        uint8_t last[HALF_READ];
        const uint8_t *at = alice->bytes + span.end;
        const uint64_t left = alice->length - span.end;
        if (left < HALF_READ) {
            memset(last, 0, sizeof last);
            memcpy(last, at, left);
            at = last;
        }
        const uint32_t taken = half_decode(alice, at, to, &highest);
        if (i == 0)
            span.first = taken;
        span.end += taken;
        if (span.end > end) {
            memset(to, 0, 2 * (uint64_t)MTKS_ALICE_HALF_WORDS * (halves - i));
            span.end = MTKS_ALICE_NOWHERE;
            break;
        }
    }
    span.entries_bad = highest > alice->dictionary_present;
    return span;
}

/* Thumb BL and BLX are two halfwords that share a 22-bit distance; the coder replaced it with the
 * target, which many branches share (FORMAT.md 5.3, step 7). */
#define BRANCH_KIND   0xF800u
#define BRANCH_FIRST  0xF000u
#define BRANCH_BL     0xF800u
#define BRANCH_BLX    0xE800u
#define BRANCH_BITS   0x7FFu
#define BRANCH_MODULO 0x3FFFFFu

static void half_branches_undo(uint8_t *at, uint32_t first)
{
    /* The last halfword of a half-block begins no branch. */
    for (uint32_t i = 0; i + 1 < MTKS_ALICE_HALF_WORDS; i++) {
        const uint32_t high = mtkscan_le16(at + 2 * (uint64_t)i);
        if ((high & BRANCH_KIND) != BRANCH_FIRST)
            continue;
        const uint32_t low = mtkscan_le16(at + 2 * (uint64_t)i + 2);
        if ((low & BRANCH_KIND) != BRANCH_BL && (low & BRANCH_KIND) != BRANCH_BLX)
            continue;
        const uint32_t target = (high & BRANCH_BITS) << 11 | (low & BRANCH_BITS);
        const uint32_t distance = (target - (first + i) - 1) & BRANCH_MODULO;
        mtkscan_put_le16(at + 2 * (uint64_t)i, (uint16_t)(BRANCH_FIRST | distance >> 11));
        mtkscan_put_le16(at + 2 * (uint64_t)i + 2,
                         (uint16_t)((low & BRANCH_KIND) | (distance & BRANCH_BITS)));
        i++;
    }
}

void mtks_alice_branches_undo(uint8_t *halfwords, uint64_t count, uint64_t first)
{
    for (uint64_t i = 0; i + MTKS_ALICE_HALF_WORDS <= count; i += MTKS_ALICE_HALF_WORDS)
        half_branches_undo(halfwords + 2 * i, (uint32_t)(first + i));
}
