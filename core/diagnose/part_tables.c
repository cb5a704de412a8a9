/* SPDX-License-Identifier: MIT */
/*
 * ALICE's two tables have an order that damage breaks (FORMAT.md 5.2, 5.3). The mapping table's
 * places rise, from the stream's first byte to its end, by what a group can take; so pieces of it
 * that were exchanged, lost or overwritten show themselves. The dictionary has no halfword twice
 * (six of six kits, 1264 to 14160 entries).
 */
#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "parts.h"

#define WORD         4u
#define PLACE_MASK   0x3FFFFFFu
#define HALF_MOST    76u   /* bytes of 32 halfwords: all literal */
#define HALF_BITS    32u   /* halfwords, each with a class of three bits and its payload */
#define SEGMENTS     4096u /* a table with more is bad all over */
#define SEGMENT_MOST 3u    /* entries that have to agree to be believed */
#define NEAR         1024u /* bytes between two bad places that make them one */
#define TWINS_LEAST  6u    /* entries that stand twice, in TWINS_SPAN bytes */
#define TWINS_SPAN   128u

/* Entries [first, last] of the table, each a possible step behind the one before. */
struct segment {
    uint64_t first, last;
    uint32_t first_place, last_place; /* from the stream's first byte */
};

struct table {
    const struct mtks_piece *piece;
    uint64_t bad_begin, bad_end;    /* in the dump, not yet told; 0, 0: none */
    uint32_t step_least, step_most; /* bytes a group can take */
    struct segment *segments;
    size_t count;
};

static uint32_t place_at(const struct mtks_piece *piece, uint64_t index)
{
    const uint32_t entry = mtkscan_le32(piece->bytes + WORD * index);
    return (entry - piece->alice->header.stream_address) & PLACE_MASK;
}

/* Whether an entry `count` entries behind one at `from` can be at `to`. */
static bool follows(const struct table *table, uint64_t from, uint64_t to, uint64_t count)
{
    return to > from && to - from >= count * table->step_least &&
           to - from <= count * table->step_most;
}

/* Cuts the table into segments. The first, empty one stands for the stream's begin. */
static bool cut(struct table *table)
{
    const uint64_t entries = table->piece->length / WORD;
    struct segment now = {0, 0, place_at(table->piece, 0), place_at(table->piece, 0)};
    for (uint64_t i = 1; i <= entries; i++) {
        const uint32_t place = i < entries ? place_at(table->piece, i) : 0;
        if (i < entries && follows(table, now.last_place, place, 1)) {
            now.last = i;
            now.last_place = place;
            continue;
        }
        if (now.last - now.first + 1 >= SEGMENT_MOST) {
            if (table->count == SEGMENTS)
                return false;
            table->segments[table->count++] = now;
        }
        now = (struct segment){i, i, place, place};
    }
    return true;
}

/* Whether `after` goes on where `before` ends, with `between` entries between them. */
static bool goes_on(const struct table *table, const struct segment *before,
                    const struct segment *after, uint64_t between)
{
    return follows(table, before->last_place, after->first_place, between + 1);
}

/* Whether `after` stands where it belongs if `before` does. */
static bool in_place(const struct table *table, const struct segment *before,
                     const struct segment *after)
{
    return goes_on(table, before, after, after->first - before->last - 1);
}

/* A, C, B, D: each pair but A, C goes on when B and C are exchanged. The cuts may fall into an
 * entry, so up to one is missing at each. */
static bool is_swap(const struct table *table, const struct segment *a, size_t left)
{
    if (left < 4 || !in_place(table, a, &a[3]))
        return false;
    const struct segment *order[] = {a, &a[2], &a[1], &a[3]};
    for (size_t i = 0; i < 3; i++)
        if (!goes_on(table, order[i], order[i + 1], 0) &&
            !goes_on(table, order[i], order[i + 1], 1))
            return false;
    return true;
}

static uint64_t dump_offset(const struct table *table, uint64_t index)
{
    return table->piece->offset + WORD * index;
}

/* The next segment that stands where it belongs; NULL: none, up to the table's end. */
static const struct segment *resumes(const struct table *table, size_t at)
{
    for (size_t i = at + 1; i < table->count; i++)
        if (in_place(table, &table->segments[at], &table->segments[i]))
            return &table->segments[i];
    return NULL;
}

/* A bit that is the same in all bytes, or 8. */
static unsigned stuck_bit(const uint8_t *bytes, uint64_t length)
{
    uint8_t any = 0, all = 0xFF;
    for (uint64_t i = 0; i < length; i++) {
        any |= bytes[i];
        all &= bytes[i];
    }
    const unsigned stuck = (unsigned)all | (0xFFu & ~(unsigned)any);
    return stuck ? (unsigned)__builtin_ctz(stuck) : 8;
}

#define STUCK_LEAST 48u /* bytes with the same bit that are no chance */

static void tell_wrong(struct mtks_look *look, const struct mtks_piece *piece, uint64_t begin,
                       uint64_t end, const char *why)
{
    const uint8_t *bytes = piece->bytes + (begin - piece->offset);
    const unsigned bit = end - begin >= STUCK_LEAST ? stuck_bit(bytes, end - begin) : 8;
    if (bit < 8)
        mtks_look_tell(look, "MTK-Q035", begin, end - begin, "bit %u of every byte is %u", bit,
                       (unsigned)(bytes[0] >> bit & 1));
    else
        mtks_look_tell(look, "MTK-Q038", begin, end - begin, "%s", why);
}

static void tell_pending(struct mtks_look *look, struct table *table)
{
    if (table->bad_end)
        tell_wrong(look, table->piece, table->bad_begin, table->bad_end,
                   "places do not rise as groups do");
    table->bad_begin = table->bad_end = 0;
}

/* Entries [first, end) are wrong. */
static void add_wrong(struct mtks_look *look, struct table *table, uint64_t first, uint64_t end)
{
    const uint64_t from = dump_offset(table, first);
    if (table->bad_end && from > table->bad_end + NEAR)
        tell_pending(look, table);
    if (!table->bad_end)
        table->bad_begin = from;
    table->bad_end = dump_offset(table, end);
}

/* What follows segment `at` does not go on from it. Returns the segment that does. */
static size_t pass_break(struct mtks_look *look, struct table *table, size_t at)
{
    const struct segment *before = &table->segments[at], *after = resumes(table, at);
    const uint64_t end = after ? after->first : table->piece->length / WORD;
    if (is_swap(table, before, table->count - at))
        mtks_look_tell(look, "MTK-Q034", dump_offset(table, before->last + 1),
                       WORD * (end - before->last - 1),
                       "the mapping table is in order once its two halves are exchanged");
    else
        add_wrong(look, table, before->last + 1, end);
    return after ? (size_t)(after - table->segments) : table->count;
}

/* The first segment that stands where it belongs, counted from the stream's begin. */
static size_t pass_begin(struct mtks_look *look, struct table *table)
{
    const struct segment origin = {0, 0, 0, 0};
    size_t at = 0;
    if (table->count && table->segments[0].first == 0 && table->segments[0].first_place == 0)
        return 0;
    while (at < table->count && !in_place(table, &origin, &table->segments[at]))
        at++;
    add_wrong(look, table, 0,
              at < table->count ? table->segments[at].first : table->piece->length / WORD);
    return at;
}

static void look_at_map(struct mtks_look *look, const struct mtks_piece *piece)
{
    const struct mtks_alice *alice = piece->alice;
    uint32_t bits_least = 16;
    for (size_t i = 0; i < MTKSCAN_ALICE_RANGES; i++)
        if (alice->header.payload_bits[i] < bits_least)
            bits_least = alice->header.payload_bits[i];
    const uint32_t halves = alice->header.group_size / HALF_BITS;
    struct table table = {
        .piece = piece,
        .step_least = halves * (HALF_BITS * (3 + bits_least) / 8),
        .step_most = halves * HALF_MOST,
        .segments = mtks_arena_alloc(&look->arena, SEGMENTS * sizeof *table.segments),
    };
    if (!table.segments || piece->length < WORD * SEGMENT_MOST)
        return;
    if (!cut(&table)) {
        mtks_look_tell(look, "MTK-Q038", piece->offset, piece->length, "bad all over");
        return;
    }
    for (size_t at = pass_begin(look, &table); at < table.count;) {
        const struct segment *now = &table.segments[at];
        if (at + 1 == table.count && now->last + 1 == piece->length / WORD)
            break;
        at = pass_break(look, &table, at);
    }
    tell_pending(look, &table);
}

/* Marks the entries of the dictionary that stand there twice. */
static bool *twins_of(struct mtks_look *look, const struct mtks_piece *piece, uint64_t entries)
{
    bool *twins = mtks_arena_alloc(&look->arena, entries * sizeof *twins + 1);
    uint32_t *first = mtks_arena_alloc(&look->arena, 0x10000 * sizeof *first);
    if (!twins || !first)
        return NULL;
    for (uint64_t i = 0; i < entries; i++) {
        const uint16_t half = mtkscan_le16(piece->bytes + 2 * i);
        if (half == 0 || half == 0xFFFF) /* unused entries may be filled */
            continue;
        if (first[half])
            twins[i] = twins[first[half] - 1] = true;
        else
            first[half] = (uint32_t)i + 1;
    }
    return twins;
}

static void tell_twins(struct mtks_look *look, const struct mtks_piece *piece, uint64_t begin,
                       uint64_t end)
{
    tell_wrong(look, piece, piece->offset + 2 * begin, piece->offset + 2 * end,
               "entries that stand there twice");
}

/* Where enough twins stand close together is the bad copy: the good ones are spread. */
static void look_at_dictionary(struct mtks_look *look, const struct mtks_piece *piece)
{
    const uint64_t entries = piece->length / 2, span = TWINS_SPAN / 2;
    const bool *twins = twins_of(look, piece, entries);
    uint64_t begin = 0, end = 0, inside = 0; /* of the place that is bad; twins of the last span */
    for (uint64_t i = 0; twins && i < entries; i++) {
        inside += twins[i];
        if (i >= span)
            inside -= twins[i - span];
        if (inside >= TWINS_LEAST && twins[i]) {
            if (end == 0 || i - end > span) {
                if (end)
                    tell_twins(look, piece, begin, end);
                for (begin = i > span ? i - span + 1 : 0; !twins[begin];)
                    begin++;
            }
            end = i + 1;
        }
    }
    if (end)
        tell_twins(look, piece, begin, end);
}

void mtks_part_tables(struct mtks_look *look)
{
    for (size_t i = 0; i < look->pieces.count; i++) {
        const struct mtks_piece *piece = &look->pieces.items[i];
        if (piece->kind == MTKS_PIECE_MAP)
            look_at_map(look, piece);
        else if (piece->kind == MTKS_PIECE_DICTIONARY)
            look_at_dictionary(look, piece);
    }
}
