/* SPDX-License-Identifier: MIT */
/*
 * Bytes that were lost or came in on the way: from some place on, all stands off by a constant. One
 * such place at a time, the first one; the others are looked for when that one is mended.
 */
#include "raw.h"

#define PACKET     0x40u   /* readers transfer multiples of it */
#define LONG_PIECE 0x1000u /* that repeats by nature nowhere */

/* Between two anchors with different shifts. */
struct jump {
    const struct mtks_dump *dump;
    const struct mtks_anchors *anchors;
    const struct mtks_anchor *before, *after;
    int64_t shift;        /* of `after`; that of `before` is 0 */
    uint64_t begin, end;  /* the break lies in [begin, end] */
    uint64_t place;       /* where it is mended */
    uint64_t from, to;    /* as near as it is known */
    bool narrowed;        /* by what stands around it, which is hardly ever mistaken */
    bool exact, repeated; /* the remedy gives the flash's own bytes; a chunk stood twice */
};

/* Anchors that say less: they count when another one agrees. */
static bool is_soft(const struct mtks_anchor *anchor)
{
    return anchor->kind >= MTKS_ANCHOR_VIVA_END;
}

static unsigned agreeing(const struct mtks_anchors *anchors, const struct mtks_anchor *from)
{
    unsigned count = 0;
    for (const struct mtks_anchor *each = from; each < anchors->items + anchors->count; each++)
        count += mtks_anchor_shift(each) == mtks_anchor_shift(from);
    return count;
}

/* Whether an end of the dump and a file system that agree mean more than a cut by whole blocks. */
static bool is_believed(const struct mtks_anchors *anchors, const struct mtks_anchor *after)
{
    if (!is_soft(after))
        return true;
    if (after->kind == MTKS_ANCHOR_FAT)
        return agreeing(anchors, after) >= 2 && anchors->block &&
               (mtks_anchor_shift(after) % (int64_t)anchors->block != 0 ||
                mtks_anchor_shift(after) < 0);
    return after->kind == MTKS_ANCHOR_VIVA_END && agreeing(anchors, after) >= 2;
}

/* The file that the break is in, or NULL: it lies in the erased bytes between two. */
static const struct mtks_anchor *broken_file(const struct jump *jump)
{
    const struct mtks_anchor *file = jump->before;
    return file->kind == MTKS_ANCHOR_FILE && jump->begin < file->at + file->length ? file : NULL;
}

/* Whether a chunk of just the length that came in stands twice, near where the break is. */
static bool is_repeat(struct jump *jump)
{
    if (jump->shift <= 0)
        return false;
    const uint64_t length = (uint64_t)jump->shift;
    uint64_t place = mtks_place_by_repeat(
        jump->dump, jump->from > jump->begin + length ? jump->from - length : jump->begin,
        jump->to + 2 * length < jump->end ? jump->to + 2 * length : jump->end, length);
    if (place == MTKSCAN_NO_OFFSET)
        return false;
    /* Code has short pieces that repeat by nature: another thing has to speak for this one. */
    const struct mtks_anchor *file = broken_file(jump);
    const bool is_round = length % PACKET == 0 && place % (length & (~length + 1)) == 0;
    if (file && file->type != MTKSCAN_FILE_VIVA && !jump->narrowed && length < LONG_PIECE &&
        !is_round)
        return false;
    jump->place = jump->from = jump->to = place;
    jump->exact = jump->repeated = true;
    return true;
}

static bool make_jump(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                      const struct mtks_anchor *before, const struct mtks_anchor *after,
                      struct jump *jump)
{
    *jump = (struct jump){.dump = dump,
                          .anchors = anchors,
                          .before = before,
                          .after = after,
                          .shift = mtks_anchor_shift(after)};
    bool whole = mtks_anchor_whole(dump, before);
    jump->begin = before->at + (whole ? before->length : before->known);
    jump->end = after->at;
    jump->from = jump->begin;
    jump->to = jump->end;
    if (jump->shift > MTKS_SHIFT_LIMIT || jump->shift < -MTKS_SHIFT_LIMIT ||
        jump->begin > jump->end || jump->end > dump->size ||
        (int64_t)(jump->end - jump->begin) < jump->shift)
        return false;
    if (is_believed(anchors, after))
        return true;
    return after->kind == MTKS_ANCHOR_VIVA_END && is_repeat(jump);
}

/* The first place where the shift changes; false when there is none that can be believed. */
static bool find_jump(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                      struct jump *jump)
{
    const struct mtks_anchor *before = &anchors->items[0];
    if (!anchors->count || mtks_anchor_shift(before) != 0)
        return false;
    for (size_t i = 1; i < anchors->count; i++) {
        const struct mtks_anchor *after = &anchors->items[i];
        if (mtks_anchor_shift(after) == 0) {
            before = after;
            continue;
        }
        if (make_jump(dump, anchors, before, after, jump))
            return true;
        if (!is_soft(after))
            return false;
    }
    return false;
}

/* Erased bytes between two parts, and what does not belong there. */
static bool place_in_gap(struct jump *jump)
{
    const struct mtks_dump *dump = jump->dump;
    uint64_t first = jump->begin, last = jump->end;
    while (first < last && dump->bytes[first] == 0xFF)
        first++;
    while (last > first && dump->bytes[last - 1] == 0xFF)
        last--;
    if (jump->shift < 0) {
        jump->place = jump->begin;
        jump->exact = first == last;
    } else {
        uint64_t length = (uint64_t)jump->shift;
        jump->exact = last - first <= length && length <= jump->end - jump->begin;
        jump->place = jump->end - length < first ? jump->end - length : first;
    }
    jump->from = jump->exact ? jump->place : jump->begin;
    jump->to = jump->exact ? jump->place : jump->end;
    return jump->exact;
}

/* The roundest number in [from, to]: readers lose and repeat whole chunks. */
static uint64_t roundest(uint64_t from, uint64_t to)
{
    uint64_t mask = 0;
    while (to > from && ((to & ~(mask << 1 | 1)) >= from) && mask < 0xFFFFF)
        mask = mask << 1 | 1;
    return to & ~mask;
}

static bool is_hashed(const struct mtks_anchor *file)
{
    return file->type == MTKSCAN_FILE_BL || file->type == MTKSCAN_FILE_EXT_BL;
}

static void place_jump(struct jump *jump)
{
    const struct mtks_anchor *file = broken_file(jump);
    if (!file && place_in_gap(jump))
        return;
    jump->narrowed =
        file && (file->type == MTKSCAN_FILE_VIVA
                     ? mtks_place_by_groups(jump->dump, file, jump->shift, &jump->from, &jump->to)
                     : mtks_place_by_code(jump->dump, file, jump->end, jump->shift, &jump->from,
                                          &jump->to));
    if (!jump->narrowed) {
        jump->from = jump->begin;
        jump->to = jump->end;
    }
    if (is_repeat(jump))
        return;
    uint64_t most = jump->end - (jump->shift > 0 ? (uint64_t)jump->shift : 0);
    jump->to = jump->to > most ? most : jump->to;
    jump->from = jump->from < jump->begin ? jump->begin : jump->from;
    jump->from = jump->from > jump->to ? jump->to : jump->from;
    if (file && is_hashed(file) && jump->shift > 0 &&
        mtks_place_by_hash(jump->dump, file, jump->from, jump->to, (uint64_t)jump->shift,
                           &jump->place)) {
        jump->from = jump->to = jump->place;
        jump->exact = true;
        return;
    }
    /* With nothing to go by, the middle is wrong by the least. */
    jump->place =
        jump->narrowed ? roundest(jump->from, jump->to) : jump->from + (jump->to - jump->from) / 2;
}

static void tell(const struct jump *jump, struct mtks_suspicion *found)
{
    const uint64_t length = (uint64_t)(jump->shift < 0 ? -jump->shift : jump->shift);
    const char *code = jump->shift < 0  ? jump->exact ? "MTK-Q019" : "MTK-Q012"
                       : jump->repeated ? "MTK-Q014"
                       : jump->exact    ? "MTK-Q018"
                                        : "MTK-Q013";
    unsigned bits = 32 + 8 * agreeing(jump->anchors, jump->after);
    const char *before = mtks_anchor_name(jump->before), *after = mtks_anchor_name(jump->after);
    const struct mtks_anchor *file = broken_file(jump);
    if (jump->exact)
        mtks_suspect(found, code, bits, jump->place, length,
                     "0x%llX bytes %s at 0x%llX, between %s and %s", (mtks_wide)length,
                     jump->shift < 0 ? "are missing" : "too many", (mtks_wide)jump->place, before,
                     after);
    else
        mtks_suspect(found, code, bits, jump->from, jump->to - jump->from + length,
                     "0x%llX bytes %s %s %s, %s from 0x%llX to 0x%llX: %s stands 0x%llX off",
                     (mtks_wide)length, jump->shift < 0 ? "are missing" : "too many",
                     file ? "in" : "behind", before, jump->narrowed ? "most likely" : "somewhere",
                     (mtks_wide)jump->from, (mtks_wide)jump->to, after, (mtks_wide)length);
}

void mtks_raw_middle(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                     struct mtks_suspicion *found)
{
    struct jump jump;
    if (anchors->usual || !find_jump(dump, anchors, &jump))
        return;
    place_jump(&jump);
    tell(&jump, found);
    uint64_t length = (uint64_t)(jump.shift < 0 ? -jump.shift : jump.shift);
    mtks_remedy(found,
                (struct mtks_view_step){.kind = jump.shift < 0 ? MTKS_VIEW_INSERT : MTKS_VIEW_DROP,
                                        .offset = jump.place,
                                        .length = length},
                jump.shift < 0  ? "leave room for the bytes that are missing"
                : jump.repeated ? "drop the chunk that stands twice"
                                : "drop as many bytes");
    found->certain = true;
}
