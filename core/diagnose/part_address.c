/* SPDX-License-Identifier: MIT */
/*
 * An address line that was stuck: the two halves of every block of 2^(k+1) bytes are equal, block
 * after block, while neighbouring blocks differ. Compressed data never does that; pictures and
 * sounds of two equal channels may (low lines, seen in one of six kits), so in plain parts it has
 * to be code: whole calls in the copies, or, for lines that tear calls apart, code around.
 */
#include <string.h>

#include "parts.h"

#define GRAIN        1024u /* bytes in which a low line shows in two blocks or more */
#define LINES        24u
#define BLOCKS_LEAST 2u /* with equal halves, in a row, that are no coincidence */
#define PERIOD_MOST  64u
#define WHOLE_CALLS  6u   /* from this line on code in a half is whole enough */
#define CALLS        3u   /* in the copies, to outside */
#define SIDE         512u /* bytes looked at beside a stretch */
#define SIDE_MARKS   8u

/* Whether all blocks of a grain have equal halves. */
static bool halves_equal(const uint8_t *bytes, uint64_t length, uint32_t line)
{
    const uint64_t half = UINT64_C(1) << line;
    for (uint64_t at = 0; at + 2 * half <= length; at += 2 * half)
        if (memcmp(bytes + at, bytes + at + half, half) != 0)
            return false;
    return true;
}

/* Whether the bytes only repeat themselves at some short distance, as runs and tables do. */
static bool is_periodic(const uint8_t *bytes, uint64_t length, uint64_t besides)
{
    for (uint64_t period = 1; period <= PERIOD_MOST; period++)
        if (period != besides && length > period &&
            memcmp(bytes, bytes + period, length - period) == 0)
            return true;
    const uint64_t block = 2 * besides; /* each block the same as the next */
    return length > block && memcmp(bytes, bytes + block, length - block) == 0;
}

/* A stretch of blocks with equal halves, and what makes it certain. */
struct stretch {
    uint64_t begin, end, blocks;
};

static const struct mtks_piece *piece_of(const struct mtks_look *look,
                                         const struct stretch *stretch)
{
    for (size_t i = 0; i < look->pieces.count; i++) {
        const struct mtks_piece *piece = &look->pieces.items[i];
        if (stretch->begin >= piece->offset && stretch->begin - piece->offset < piece->length)
            return piece;
    }
    return NULL;
}

static bool is_code(const struct mtks_piece *piece, uint64_t at)
{
    const struct mtks_code_marks marks = mtks_look_code(piece->bytes + at, SIDE, 0);
    return marks.calls + marks.edges >= SIDE_MARKS;
}

/* Whether it is code that the stretch tears or doubles. */
static bool hits_code(const struct mtks_piece *piece, const struct stretch *stretch, uint32_t line)
{
    const uint64_t begin = stretch->begin - piece->offset, half = UINT64_C(1) << line;
    const uint64_t left = piece->length - begin, length = stretch->end - stretch->begin;
    if (line < WHOLE_CALLS)
        return (begin >= SIDE && is_code(piece, (begin - SIDE) & ~UINT64_C(1))) ||
               (left > length && left - length >= SIDE && is_code(piece, begin + length));
    uint32_t calls = 0;
    for (uint64_t at = half; at < length && at + half <= left && calls < CALLS; at += 2 * half)
        calls += mtks_look_calls_out(piece, begin + at, begin + at + half);
    return calls >= CALLS;
}

static void tell(struct mtks_look *look, struct stretch *stretch, uint32_t line)
{
    const uint64_t length = stretch->end - stretch->begin;
    const uint8_t *bytes = mtks_dump_span(look->dump, stretch->begin, length);
    const struct mtks_piece *piece = piece_of(look, stretch);
    if (bytes && piece && stretch->blocks >= BLOCKS_LEAST &&
        !is_periodic(bytes, length, UINT64_C(1) << line) &&
        (piece->kind != MTKS_PIECE_PLAIN || hits_code(piece, stretch, line)))
        mtks_look_tell(look, "MTK-Q036", stretch->begin, length,
                       "address bit %u does not count: 0x%X bytes stand twice, block after block",
                       line, 1u << line);
    *stretch = (struct stretch){0};
}

/* One line over the part. Blocks lie where the flash's addresses put them. */
static void look_at_line(struct mtks_look *look, const struct mtks_part *part, uint32_t line)
{
    const uint64_t block = UINT64_C(2) << line;
    const uint64_t grain = block > GRAIN / 2 ? block : GRAIN;
    const uint64_t end = part->offset + part->length;
    struct stretch stretch = {0};
    for (uint64_t at = (part->offset + grain - 1) / grain * grain; at < end && end - at >= grain;
         at += grain) {
        const uint8_t *bytes = mtks_dump_span(look->dump, at, grain);
        if (bytes && halves_equal(bytes, grain, line)) {
            if (!stretch.blocks)
                stretch.begin = at;
            stretch.end = at + grain;
            stretch.blocks += grain / block;
        } else if (stretch.blocks) {
            tell(look, &stretch, line);
        }
    }
    if (stretch.blocks)
        tell(look, &stretch, line);
}

void mtks_part_address(struct mtks_look *look)
{
    const struct mtks_part *part = &look->analysis->parts.items[look->part];
    for (uint32_t line = 0; line < LINES && (UINT64_C(4) << line) <= part->length; line++)
        look_at_line(look, part, line);
}
