/* SPDX-License-Identifier: MIT */
#include "thumb.h"

#include "mtkscan/bytes.h"

#define PAIR       4u        /* bytes of a call */
#define AHEAD      4u        /* what the processor adds to its own place */
#define FIELD_MASK 0x3FFFFFu /* halfwords, signed */
#define FIELD_SIGN 0x200000u
#define PUSH_MASK  0xFF00u
#define PUSH       0xB500u /* PUSH {.., LR}: how functions begin */

/* Fewer calls than that say nothing; a filter makes them rise by a hundred times. */
#define CALLS_LEAST 32u
#define RISE        4u

static bool is_call(const uint8_t *at)
{
    return (at[1] & 0xF8) == 0xF0 && (at[3] & 0xF8) == 0xF8;
}

static uint32_t field(const uint8_t *at)
{
    return (mtkscan_le16(at) & 0x7FFu) << 11 | (mtkscan_le16(at + 2) & 0x7FFu);
}

/* What the field holds once the filter is undone at `place`. */
static uint32_t unfiltered(uint32_t value, uint64_t place)
{
    return (value - (uint32_t)((place + AHEAD) / 2)) & FIELD_MASK;
}

static bool leads_to_push(const uint8_t *image, uint64_t size, uint64_t place, uint32_t value)
{
    const int64_t distance = (int64_t)((value ^ FIELD_SIGN) - (uint64_t)FIELD_SIGN) * 2;
    const int64_t target = (int64_t)(place + AHEAD) + distance;
    return target >= 0 && mtkscan_inside((uint64_t)target, 2, size) &&
           (mtkscan_le16(image + target) & PUSH_MASK) == PUSH;
}

bool mtks_thumb_is_filtered(const uint8_t *image, uint64_t size)
{
    uint64_t as_is = 0, undone = 0;
    for (uint64_t at = 0; mtkscan_inside(at, PAIR, size); at += 2) {
        if (!is_call(image + at))
            continue;
        const uint32_t value = field(image + at);
        as_is += leads_to_push(image, size, at, value) ? 1 : 0;
        undone += leads_to_push(image, size, at, unfiltered(value, at)) ? 1 : 0;
        at += 2;
    }
    return undone >= CALLS_LEAST && undone / RISE > as_is;
}

void mtks_thumb_unfilter(uint8_t *image, uint64_t size)
{
    for (uint64_t at = 0; mtkscan_inside(at, PAIR, size); at += 2) {
        if (!is_call(image + at))
            continue;
        const uint32_t value = unfiltered(field(image + at), at);
        mtkscan_put_le16(image + at, (uint16_t)(0xF000u | value >> 11));
        mtkscan_put_le16(image + at + 2, (uint16_t)(0xF800u | (value & 0x7FFu)));
        at += 2;
    }
}
