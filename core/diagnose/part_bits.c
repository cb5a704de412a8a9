/* SPDX-License-Identifier: MIT */
/*
 * A data line that was stuck: the same bit of every byte, or of every 16-bit unit, always 0 or
 * always 1. Text and tables have such bits for as long as 57 KB (bit 7), so in plain parts only
 * code counts, where no bit keeps still for more than 1.1 KB; in compressed data none does for more
 * than 100 bytes.
 */
#include <string.h>

#include "mtkscan/bytes.h"
#include "parts.h"

#define GRAIN      512u /* bytes that are folded into one mask */
#define GRAINS     4u   /* of code, that together decide */
#define CALLS      12u  /* BL pairs in them that make it code; random bytes have 1 */
#define EDGES      8u   /* and of functions' begins and ends; a text has some that look so */
#define STUCK_MOST 2u   /* bits of a byte: more is a run or a table */

/* Which bits of a 16-bit unit were seen as 1, and which as 0. */
struct seen {
    uint16_t ones, zeros;
};

static struct seen fold(const uint8_t *bytes, uint64_t length)
{
    uint64_t any = 0, all = UINT64_MAX, word;
    for (uint64_t i = 0; i + sizeof word <= length; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        any |= word;
        all &= word;
    }
    any |= any >> 32;
    all &= all >> 32;
    any |= any >> 16;
    all &= all >> 16;
    return (struct seen){(uint16_t)any, (uint16_t)~all};
}

static uint16_t stuck_of(struct seen seen)
{
    return (uint16_t) ~(seen.ones & seen.zeros);
}

/* Whether so few bits are stuck that a line, and not the content, does it: at most two lines of an
 * 8-bit or a 16-bit bus. */
static bool is_line(uint16_t stuck)
{
    const uint8_t low = (uint8_t)stuck, high = (uint8_t)(stuck >> 8);
    return stuck && __builtin_popcount(low | high) <= (int)STUCK_MOST;
}

/* The whole stretch of grains with the same bits stuck. */
struct stretch {
    uint64_t begin, end; /* in the piece */
    uint16_t stuck;
    bool certain;
};

/* Grows the stretch byte by byte to its true ends, as far as the stuck bits tell. */
static void sharpen(const struct mtks_piece *piece, struct stretch *stretch, uint16_t ones)
{
    const uint16_t stuck = stretch->stuck;
    while (stretch->begin >= 2 &&
           (mtkscan_le16(piece->bytes + stretch->begin - 2) & stuck) == (ones & stuck))
        stretch->begin -= 2;
    while (stretch->end + 2 <= piece->length &&
           (mtkscan_le16(piece->bytes + stretch->end) & stuck) == (ones & stuck))
        stretch->end += 2;
}

static void tell(struct mtks_look *look, const struct mtks_piece *piece, struct stretch *stretch)
{
    if (!stretch->certain)
        return;
    const uint16_t stuck = stretch->stuck, value = mtkscan_le16(piece->bytes + stretch->begin);
    sharpen(piece, stretch, value);
    const bool bytes = (stuck & 0xFF) == stuck >> 8; /* the same bits of both bytes */
    const unsigned bit = (unsigned)__builtin_ctz(stuck);
    mtks_look_tell(look, "MTK-Q035", piece->offset + stretch->begin, stretch->end - stretch->begin,
                   "bit %u of every %s is %u%s", bit, bytes ? "byte" : "16-bit unit",
                   (unsigned)(value >> bit & 1),
                   __builtin_popcount(stuck) > (bytes ? 2 : 1) ? ", and others keep still too"
                                                               : "");
}

/* The masks of `count` grains from `at` on, together. */
static struct seen gather(const struct mtks_piece *piece, uint64_t at, uint32_t count)
{
    struct seen seen = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        const struct seen more = fold(piece->bytes + at + i * (uint64_t)GRAIN, GRAIN);
        seen.ones |= more.ones;
        seen.zeros |= more.zeros;
    }
    return seen;
}

static bool is_certain(const struct mtks_piece *piece, uint64_t at, uint64_t length, uint16_t stuck)
{
    if (piece->kind == MTKS_PIECE_PLAIN) {
        const struct mtks_code_marks marks = mtks_look_code(piece->bytes + at, length, stuck);
        return marks.calls >= CALLS && marks.edges >= EDGES && marks.text < length - length / 4;
    }
    if (piece->kind == MTKS_PIECE_STREAM)
        return mtks_look_groups_bad(piece, piece->offset + at, length);
    return true;
}

/* Tables have an order of their own, and detectors for it; theirs may keep a bit still. */
static uint32_t grains_of(enum mtks_piece_kind kind)
{
    static const uint32_t grains[MTKS_PIECE_KINDS] = {
        [MTKS_PIECE_PLAIN] = GRAINS, [MTKS_PIECE_LZMA] = 1, [MTKS_PIECE_STREAM] = 1};
    return grains[kind];
}

static void look_into(struct mtks_look *look, const struct mtks_piece *piece)
{
    const uint64_t span = grains_of(piece->kind) * (uint64_t)GRAIN;
    const uint64_t step = piece->kind == MTKS_PIECE_PLAIN ? span / 2 : span;
    struct stretch stretch = {0};
    for (uint64_t at = 0; span && span <= piece->length && at <= piece->length - span; at += step) {
        const uint16_t stuck = stuck_of(gather(piece, at, grains_of(piece->kind)));
        const bool line = is_line(stuck) && !mtks_look_touches(look, piece->offset + at, span);
        if (stretch.stuck && (!line || (stuck & stretch.stuck) == 0)) {
            tell(look, piece, &stretch);
            stretch = (struct stretch){0};
        }
        if (!line)
            continue;
        if (!stretch.stuck)
            stretch = (struct stretch){.begin = at, .stuck = stuck};
        stretch.stuck &= stuck;
        stretch.end = at + span;
        stretch.certain = stretch.certain || is_certain(piece, at, span, stretch.stuck);
    }
    tell(look, piece, &stretch);
}

void mtks_part_bits(struct mtks_look *look)
{
    for (size_t i = 0; i < look->pieces.count; i++)
        look_into(look, &look->pieces.items[i]);
}
