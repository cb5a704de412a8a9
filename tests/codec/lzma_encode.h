/* SPDX-License-Identifier: MIT */
/*
 * A small LZMA-alone encoder that codes the symbols it is told to, with a preset by the rules of
 * FORMAT.md 5.5 at wish. Written from the LZMA specification and not from the decoder.
 */
#ifndef TESTS_CODEC_LZMA_ENCODE_H
#define TESTS_CODEC_LZMA_ENCODE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LZMA_ROOM 0x10000u

struct lzma_made {
    uint8_t bytes[LZMA_ROOM];
    uint64_t size;
    const uint8_t *preset;
    uint64_t preset_size;
    uint8_t output[LZMA_ROOM];
    uint64_t produced;
    uint32_t lc, lp, pb, state, reps[4];
    /* range coder */
    uint64_t low;
    uint32_t range;
    uint8_t cache;
    uint64_t pending;
    /* models, each its own array: places as in the specification */
    uint16_t is_match[12][16], is_rep[12], is_rep0[12], is_rep1[12], is_rep2[12], long0[12][16];
    uint16_t slot[4][64], special[115], align[16], literal[16 * 0x300];
    uint16_t choice[2][2], low_len[2][16][8], mid_len[2][16][8], high_len[2][256];
};

static inline void lzma_shift(struct lzma_made *made)
{
    if (made->low < 0xFF000000u || made->low >= UINT64_C(0x100000000)) {
        for (uint8_t byte = made->cache; made->pending; byte = 0xFF, made->pending--)
            made->bytes[made->size++] = (uint8_t)(byte + (made->low >> 32));
        made->cache = (uint8_t)(made->low >> 24);
    }
    made->pending++;
    made->low = (made->low & 0x00FFFFFF) << 8;
}

static inline void lzma_bit(struct lzma_made *made, uint16_t *model, uint32_t bit)
{
    const uint32_t bound = (made->range >> 11) * *model;
    if (!bit) {
        made->range = bound;
        *model = (uint16_t)(*model + ((2048 - *model) >> 5));
    } else {
        made->low += bound;
        made->range -= bound;
        *model = (uint16_t)(*model - (*model >> 5));
    }
    while (made->range < 1u << 24) {
        made->range <<= 8;
        lzma_shift(made);
    }
}

static inline void lzma_tree(struct lzma_made *made, uint16_t *models, uint32_t bits,
                             uint32_t value)
{
    uint32_t at = 1;
    for (uint32_t i = bits; i-- > 0;) {
        const uint32_t bit = value >> i & 1;
        lzma_bit(made, &models[at], bit);
        at = at * 2 + bit;
    }
}

static inline void lzma_reverse(struct lzma_made *made, uint16_t *models, uint32_t bits,
                                uint32_t value)
{
    uint32_t at = 1;
    for (uint32_t i = 0; i < bits; i++) {
        const uint32_t bit = value >> i & 1;
        lzma_bit(made, &models[at], bit);
        at = at * 2 + bit;
    }
}

static inline void lzma_direct(struct lzma_made *made, uint32_t value, uint32_t bits)
{
    for (uint32_t i = bits; i-- > 0;) {
        made->range >>= 1;
        if (value >> i & 1)
            made->low += made->range;
        while (made->range < 1u << 24) {
            made->range <<= 8;
            lzma_shift(made);
        }
    }
}

static inline void lzma_begin(struct lzma_made *made, uint32_t lc, uint32_t lp, uint32_t pb,
                              const uint8_t *preset, uint64_t preset_size)
{
    memset(made, 0, sizeof *made);
    made->lc = lc, made->lp = lp, made->pb = pb;
    made->preset = preset, made->preset_size = preset_size;
    made->range = 0xFFFFFFFF;
    made->pending = 1;
    made->size = 13;
    uint16_t *first = &made->is_match[0][0];
    uint16_t *last = (uint16_t *)(void *)(made + 1);
    while (first < last)
        *first++ = 1024;
    made->bytes[0] = (uint8_t)((pb * 5 + lp) * 9 + lc);
    made->bytes[3] = 1; /* a dictionary of 64 KB */
}

/* The byte `distance` (1 ...) before the next one. */
static inline uint8_t lzma_before(const struct lzma_made *made, uint64_t distance)
{
    return distance <= made->produced
               ? made->output[made->produced - distance]
               : made->preset[made->preset_size - (distance - made->produced)];
}

static inline void lzma_literal(struct lzma_made *made, uint8_t value)
{
    const uint32_t pos_state = (uint32_t)made->produced & ((1u << made->pb) - 1);
    lzma_bit(made, &made->is_match[made->state][pos_state], 0);
    const uint32_t last = made->produced ? made->output[made->produced - 1] : 0;
    const uint32_t of = (((uint32_t)made->produced & ((1u << made->lp) - 1)) << made->lc) +
                        (last >> (8 - made->lc));
    uint16_t *models = made->literal + 0x300u * (uint64_t)of;
    uint32_t at = 1;
    bool same = made->state >= 7;
    const uint32_t match = same ? lzma_before(made, made->reps[0] + UINT64_C(1)) : 0;
    for (uint32_t i = 8; i-- > 0;) {
        const uint32_t bit = (uint32_t)value >> i & 1, expected = match >> i & 1;
        lzma_bit(made, &models[same ? ((1 + expected) << 8) + at : at], bit);
        same = same && bit == expected;
        at = at * 2 + bit;
    }
    made->output[made->produced++] = value;
    made->state = made->state < 4 ? 0 : made->state < 10 ? made->state - 3 : made->state - 6;
}

static inline void lzma_length(struct lzma_made *made, uint32_t rep, uint32_t length)
{
    const uint32_t pos_state = (uint32_t)made->produced & ((1u << made->pb) - 1);
    length -= 2;
    lzma_bit(made, &made->choice[rep][0], length >= 8);
    if (length < 8) {
        lzma_tree(made, made->low_len[rep][pos_state], 3, length);
        return;
    }
    lzma_bit(made, &made->choice[rep][1], length >= 16);
    if (length < 16)
        lzma_tree(made, made->mid_len[rep][pos_state], 3, length - 8);
    else
        lzma_tree(made, made->high_len[rep], 8, length - 16);
}

static inline void lzma_copy(struct lzma_made *made, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        const uint8_t byte = lzma_before(made, made->reps[0] + UINT64_C(1));
        made->output[made->produced++] = byte;
    }
}

/* The coded form of a match; copies nothing, so that a test may lie about the distance. */
static inline void lzma_match_symbol(struct lzma_made *made, uint32_t distance, uint32_t length)
{
    const uint32_t pos_state = (uint32_t)made->produced & ((1u << made->pb) - 1);
    const uint32_t from = length - 2 < 3 ? length - 2 : 3;
    const uint32_t value = distance - 1;
    lzma_bit(made, &made->is_match[made->state][pos_state], 1);
    lzma_bit(made, &made->is_rep[made->state], 0);
    lzma_length(made, 0, length);
    uint32_t top = 31;
    while (top > 1 && !(value >> top & 1))
        top--;
    const uint32_t slot = value < 4 ? value : 2 * top + (value >> (top - 1) & 1);
    lzma_tree(made, made->slot[from], 6, slot);
    if (slot >= 4) {
        const uint32_t bits = slot / 2 - 1, base = (2 | (slot & 1)) << bits;
        if (slot < 14) {
            lzma_reverse(made, made->special + base - slot, bits, value - base);
        } else {
            lzma_direct(made, (value - base) >> 4, bits - 4);
            lzma_reverse(made, made->align, 4, value & 15);
        }
    }
    memmove(made->reps + 1, made->reps, 3 * sizeof *made->reps);
    made->reps[0] = value;
    made->state = made->state < 7 ? 7 : 10;
}

static inline void lzma_match(struct lzma_made *made, uint32_t distance, uint32_t length)
{
    lzma_match_symbol(made, distance, length);
    lzma_copy(made, length);
}

/* A match at one of the last four distances; length 1 is the single byte of the newest. */
static inline void lzma_rep(struct lzma_made *made, uint32_t index, uint32_t length)
{
    const uint32_t pos_state = (uint32_t)made->produced & ((1u << made->pb) - 1);
    const uint32_t state = made->state;
    lzma_bit(made, &made->is_match[state][pos_state], 1);
    lzma_bit(made, &made->is_rep[state], 1);
    lzma_bit(made, &made->is_rep0[state], index > 0);
    if (index == 0)
        lzma_bit(made, &made->long0[state][pos_state], length > 1);
    if (index > 0)
        lzma_bit(made, &made->is_rep1[state], index > 1);
    if (index > 1)
        lzma_bit(made, &made->is_rep2[state], index > 2);
    const uint32_t distance = made->reps[index];
    memmove(made->reps + 1, made->reps, index * sizeof *made->reps);
    made->reps[0] = distance;
    if (length > 1)
        lzma_length(made, 1, length);
    made->state = length == 1 ? (state < 7 ? 9 : 11) : (state < 7 ? 8 : 11);
    lzma_copy(made, length);
}

/* Writes out the range coder and the size. */
static inline void lzma_end(struct lzma_made *made)
{
    for (int i = 0; i < 5; i++)
        lzma_shift(made);
    for (uint32_t i = 0; i < 8; i++)
        made->bytes[5 + i] = (uint8_t)(made->produced >> 8 * i);
}

/* A mixture of every kind of symbol; `reach`: matches may begin in the preset. */
static inline void lzma_mixture(struct lzma_made *made, uint32_t symbols, bool reach)
{
    uint32_t random = 7;
    for (uint32_t i = 0; i < symbols && made->produced < LZMA_ROOM - 512; i++) {
        random = random * 1664525u + 1013904223u;
        const uint64_t window = made->produced + (reach ? made->preset_size : 0);
        const uint32_t kind = random >> 28, what = random >> 8;
        const uint32_t length = kind == 15 ? 18 + what % 256 : 2 + what % (kind & 1 ? 7 : 17);
        if (kind < 6 || window < 8 || (i < 8 && !reach))
            lzma_literal(made, (uint8_t)(what % 23 * 11));
        else if (kind < 10)
            lzma_match(made, 1 + (uint32_t)((what * UINT64_C(2654435761)) % window), length);
        else if (kind == 10)
            lzma_rep(made, 0, 1);
        else
            lzma_rep(made, (kind - 11) & 3, length);
    }
}

#endif
