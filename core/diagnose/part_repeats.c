/* SPDX-License-Identifier: MIT */
/*
 * A chunk that stands twice in a row: the transfer gave the old buffer again. The second copy is
 * the wrong one, as a chunk that is sent twice takes the place of its follower. Longest such pair
 * of six sound kits and three decoded images: 368 bytes of data; in code 264, without a call.
 * Exact copies of code hold no calls to elsewhere, for BL counts from where it stands.
 */
#include <string.h>

#include "parts.h"

#define WINDOW       16u      /* bytes compared at the sampled places */
#define SLOTS        0x2000u  /* of the table of places */
#define STEP         64u      /* between samples: chunks are multiples of it */
#define PLAIN_LEAST  0x1000u  /* bytes of a chunk of plain data */
#define CODE_LEAST   64u      /* bytes of a chunk of code */
#define CODE_CALLS   3u       /* in its copy, to outside */
#define DENSE_LEAST  56u      /* bytes in compressed data; damage from 64 bytes on is seen */
#define FARTHEST     0x40000u /* bytes from a chunk to its copy: transfers are not larger */
#define DIVERSE      24u      /* different bytes in a chunk that is no table */
#define EXTEND_TIMES 4u       /* bytes compared at most, in lengths of the piece */

/* Places of earlier samples, by the hash of their windows. */
struct places {
    uint32_t slots[SLOTS]; /* place + 1; 0: none */
};

static uint64_t word_at(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static uint32_t slot_of(const uint8_t *window)
{
    const uint64_t mixed = (word_at(window) * UINT64_C(0x9E3779B97F4A7C15)) ^
                           (word_at(window + 8) * UINT64_C(0xC2B2AE3D27D4EB4F));
    return (uint32_t)((mixed * UINT64_C(0x9E3779B97F4A7C15)) >> 51);
}

/* [begin, end) equals the bytes `distance` before it. */
struct copy {
    uint64_t begin, end, distance;
};

static struct copy extend(const struct mtks_piece *piece, uint64_t at, uint64_t distance,
                          uint64_t floor)
{
    const uint8_t *bytes = piece->bytes;
    struct copy copy = {at, at, distance};
    while (copy.begin > floor && copy.begin > distance &&
           bytes[copy.begin - 1] == bytes[copy.begin - 1 - distance])
        copy.begin--;
    while (copy.end < piece->length && bytes[copy.end] == bytes[copy.end - distance])
        copy.end++;
    return copy;
}

static bool is_diverse(const uint8_t *bytes, uint64_t length)
{
    uint8_t seen[256] = {0};
    uint32_t count = 0;
    for (uint64_t i = 0; i < length && count < DIVERSE; i++) {
        count += !seen[bytes[i]];
        seen[bytes[i]] = 1;
    }
    return count == DIVERSE;
}

/* A chunk that came twice fills the distance to its first copy. */
static bool is_bad(const struct mtks_look *look, const struct mtks_piece *piece,
                   const struct copy *copy)
{
    const uint64_t length = copy->end - copy->begin;
    switch (piece->kind) {
    case MTKS_PIECE_PLAIN:
        if (length < copy->distance || length < CODE_LEAST ||
            !is_diverse(piece->bytes + copy->begin, copy->distance))
            return false;
        return length >= PLAIN_LEAST || (look->known_bad && length >= PLAIN_LEAST / 8) ||
               mtks_look_calls_out(piece, copy->begin, copy->end) >= CODE_CALLS;
    case MTKS_PIECE_STREAM: /* equal code is coded alike */
        return length >= DENSE_LEAST && length >= copy->distance &&
               mtks_look_groups_bad(piece, piece->offset + copy->begin, length);
    default:
        return length >= DENSE_LEAST;
    }
}

static void look_into(struct mtks_look *look, const struct mtks_piece *piece)
{
    struct places places = {{0}};
    const uint64_t room = piece->length < UINT32_MAX ? piece->length : UINT32_MAX - 1;
    uint64_t budget = EXTEND_TIMES * piece->length, floor = 0;
    for (uint64_t at = 0; at + WINDOW <= room; at += STEP) {
        const uint8_t *window = piece->bytes + at;
        uint32_t *slot = &places.slots[slot_of(window)];
        const uint64_t before = *slot;
        *slot = (uint32_t)at + 1;
        if (before == 0 || at + 1 - before > FARTHEST || at < floor ||
            memcmp(window, piece->bytes + before - 1, WINDOW) != 0)
            continue;
        const struct copy copy = extend(piece, at, at + 1 - before, floor);
        const uint64_t cost = copy.end - copy.begin;
        if (cost > budget)
            return;
        budget -= cost;
        if (cost < copy.distance && piece->kind == MTKS_PIECE_PLAIN)
            continue;
        if (is_bad(look, piece, &copy))
            mtks_look_tell(look, "MTK-Q033", piece->offset + copy.begin, copy.end - copy.begin,
                           "the same as the bytes 0x%llX before",
                           (unsigned long long)copy.distance);
        if (copy.end > floor)
            floor = copy.end;
    }
}

void mtks_part_repeats(struct mtks_look *look)
{
    for (size_t i = 0; i < look->pieces.count; i++)
        look_into(look, &look->pieces.items[i]);
}
