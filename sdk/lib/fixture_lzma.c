/* SPDX-License-Identifier: MIT */
#include "fixture_lzma.h"

#include <string.h>

#include "mtkscan/bytes.h"

#define HALF       1024u /* a bit of which nothing is known */
#define TOP        (1u << 24)
#define FLUSH      5u
#define POS_MASK   3u /* pb 2 */
#define LC         2u
#define PROPERTIES 0x5Cu
#define DICTIONARY 0x400000u

static void shift(struct mtks_lzma_coder *coder)
{
    if (coder->low < 0xFF000000u || coder->low > UINT32_MAX) {
        const uint8_t carry = (uint8_t)(coder->low >> 32);
        for (uint8_t byte = coder->cache; coder->pending; byte = 0xFF, coder->pending--) {
            if (coder->at)
                *coder->at++ = (uint8_t)(byte + carry);
            coder->written++;
        }
        coder->cache = (uint8_t)(coder->low >> 24);
    }
    coder->pending++;
    coder->low = (coder->low & 0x00FFFFFFu) << 8;
}

static void bit_put(struct mtks_lzma_coder *coder, uint16_t *model, uint32_t bit)
{
    const uint32_t bound = (coder->range >> 11) * *model;
    if (!bit) {
        coder->range = bound;
        *model = (uint16_t)(*model + ((2048u - *model) >> 5));
    } else {
        coder->low += bound;
        coder->range -= bound;
        *model = (uint16_t)(*model - (*model >> 5));
    }
    while (coder->range < TOP) {
        coder->range <<= 8;
        shift(coder);
    }
}

static void tree_put(struct mtks_lzma_coder *coder, uint16_t *models, uint32_t bits, uint32_t value)
{
    uint32_t node = 1;
    for (uint32_t i = bits; i-- > 0;) {
        const uint32_t bit = value >> i & 1;
        bit_put(coder, &models[node], bit);
        node = node << 1 | bit;
    }
}

/* Low bits first, as the rest of a distance is coded. */
static void reverse_put(struct mtks_lzma_coder *coder, uint16_t *models, uint32_t bits,
                        uint32_t value)
{
    uint32_t node = 1;
    for (uint32_t i = 0; i < bits; i++) {
        const uint32_t bit = value >> i & 1;
        bit_put(coder, &models[node], bit);
        node = node << 1 | bit;
    }
}

static void models_clear(uint16_t *models, size_t bytes)
{
    for (size_t i = 0; i < bytes / sizeof *models; i++)
        models[i] = HALF;
}

#define CLEAR(models) models_clear((uint16_t *)(models), sizeof(models))

/* MTKS_LZMA_MATCH bytes from MTKS_LZMA_REACH before: length code 0 of the third kind, slot 8. */
static void match_put(struct mtks_lzma_coder *coder)
{
    const uint32_t length = MTKS_LZMA_MATCH - 2, distance = MTKS_LZMA_REACH - 1;
    const uint32_t slot = 8, bits = 3, base = 2u << bits;
    bit_put(coder, &coder->is_match[0][0], 1);
    bit_put(coder, &coder->is_rep[0], 0);
    bit_put(coder, &coder->choice[0], 1);
    bit_put(coder, &coder->choice[1], 1);
    tree_put(coder, coder->high_len, 8, length - 16);
    tree_put(coder, coder->slot[3], 6, slot);
    reverse_put(coder, coder->special + base - slot, bits, distance - base);
}

void mtks_lzma_begin(struct mtks_lzma_coder *coder, uint8_t *at,
                     const uint8_t tail[MTKS_LZMA_REACH])
{
    memset(coder, 0, sizeof *coder);
    CLEAR(coder->is_match);
    CLEAR(coder->is_rep);
    CLEAR(coder->choice);
    CLEAR(coder->high_len);
    CLEAR(coder->slot);
    CLEAR(coder->special);
    CLEAR(coder->literal);
    coder->at = at ? at + MTKS_LZMA_HEAD : NULL;
    coder->written = MTKS_LZMA_HEAD;
    coder->range = UINT32_MAX;
    coder->pending = 1;
    match_put(coder);
    coder->produced = MTKS_LZMA_MATCH;
    coder->last = tail[MTKS_LZMA_MATCH - 1];
    coder->match = tail[MTKS_LZMA_MATCH];
    coder->state = 7;
}

void mtks_lzma_literal(struct mtks_lzma_coder *coder, uint8_t value)
{
    const bool matched = coder->state >= 7; /* right behind the match, and never again */
    uint16_t *models = coder->literal[coder->last >> (8 - LC)];
    uint32_t node = 1;
    bool same = matched;
    bit_put(coder, &coder->is_match[coder->state][coder->produced & POS_MASK], 0);
    for (uint32_t i = 8; i-- > 0;) {
        const uint32_t bit = (uint32_t)value >> i & 1, expected = (uint32_t)coder->match >> i & 1;
        bit_put(coder, &models[same ? ((1 + expected) << 8) + node : node], bit);
        same = same && bit == expected;
        node = node << 1 | bit;
    }
    coder->last = value;
    coder->produced++;
    coder->state = coder->state < 4 ? 0 : coder->state - 3;
}

uint32_t mtks_lzma_size(const struct mtks_lzma_coder *coder)
{
    return coder->written + coder->pending - 1 + FLUSH;
}

void mtks_lzma_end(struct mtks_lzma_coder *coder, uint8_t *start)
{
    for (unsigned i = 0; i < FLUSH; i++)
        shift(coder);
    start[0] = PROPERTIES;
    mtkscan_put_le32(start + 1, DICTIONARY);
    mtkscan_put_le32(start + 5, coder->produced);
    mtkscan_put_le32(start + 9, 0);
}
