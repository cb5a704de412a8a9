/* SPDX-License-Identifier: MIT */
/*
 * Code that stands elsewhere than it was linked for. A call (BL) counts from where it stands, and
 * of the calls of sound code 65 to 83 % lead to a PUSH or a veneer; where code was moved by m, its
 * calls to code that was not do so only when m is taken off. What chance gives is 2 %: a distance
 * at which most lost calls arrive is proof.
 */
#include "../model/finding.h"
#include "mtkscan/bytes.h"
#include "parts.h"

#define WINDOW       0x800u     /* bytes judged together */
#define LEAST_LENGTH 0x4000u    /* of a piece worth it */
#define FARTHEST     0x20000u   /* bytes that a chunk is moved by; transfers are not larger */
#define STEP         64u        /* transfers are multiples of it */
#define LOST_LEAST   12u        /* calls of a window that lead nowhere */
#define LOST_MOST    32u        /* looked at */
#define FOUND_LEAST  9u         /* of them that arrive at one distance: no chance */
#define TRIALS_MOST  32u        /* windows tried in one part; six sound kits have up to 9 to try */
#define END_MARKER   "MTK-D002" /* is not where the header says */
#define REGIONS_MOST 16u

/* The calls of a window whose targets are no function, as halfwords from the piece's begin. */
struct lost {
    uint32_t to[LOST_MOST];
    uint32_t count;         /* different ones */
    uint32_t missed, calls; /* all */
};

/* Windows in a row that were moved alike. */
struct region {
    uint64_t begin, end; /* in the piece, to a window */
    int64_t missing;     /* bytes to add to a target to arrive */
};

static bool is_function(const uint8_t *bytes, uint64_t halfword)
{
    const uint16_t first = mtkscan_le16(bytes + 2 * halfword);
    return (first & 0xFE00) == 0xB400 || first == 0x4778; /* PUSH; BX PC */
}

/* Each target once: a hundred calls of one leaf function prove no more than one. */
static void note(struct lost *lost, uint32_t to)
{
    lost->missed++;
    for (uint32_t i = 0; i < lost->count; i++)
        if (lost->to[i] == to)
            return;
    if (lost->count < LOST_MOST)
        lost->to[lost->count++] = to;
}

static void collect(const struct mtks_piece *piece, uint64_t begin, struct lost *lost)
{
    const uint8_t *bytes = piece->bytes;
    const uint64_t halves = piece->length / 2;
    lost->count = lost->missed = lost->calls = 0;
    for (uint64_t i = begin / 2; i + 1 < (begin + WINDOW) / 2; i++) {
        const uint32_t high = mtkscan_le16(bytes + 2 * i);
        if (high >> 11 != 0x1E)
            continue;
        const uint32_t low = mtkscan_le16(bytes + 2 * i + 2);
        if (low >> 11 != 0x1F)
            continue;
        const uint32_t raw = (high & 0x7FF) << 11 | (low & 0x7FF); /* 22 bits, signed */
        const uint64_t to = i + 2 + raw - ((raw & 0x200000u) << 1);
        if (to >= halves)
            continue;
        lost->calls++;
        if (!is_function(bytes, to))
            note(lost, (uint32_t)to);
    }
}

static uint32_t arrive(const struct mtks_piece *piece, const struct lost *lost, int64_t distance)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < lost->count; i++) {
        const int64_t to = (int64_t)lost->to[i] + distance / 2;
        count +=
            to >= 0 && (uint64_t)to < piece->length / 2 && is_function(piece->bytes, (uint64_t)to);
        if (i == 7 && count < 2) /* not this distance */
            return 0;
    }
    return count;
}

/* The distance at which most lost calls arrive; 0: there is none, or others do half as well, as
 * where functions stand on a grid. */
static int64_t distance_of(const struct mtks_piece *piece, const struct lost *lost)
{
    int64_t best = 0;
    uint32_t most = 0, second = 0;
    for (int64_t step = STEP; step <= (int64_t)FARTHEST; step += STEP)
        for (int64_t distance = -step; distance <= step; distance += 2 * step) {
            const uint32_t count = arrive(piece, lost, distance);
            if (count > most) {
                second = most;
                most = count;
                best = distance;
            } else if (count > second) {
                second = count;
            }
        }
    return 2 * most >= lost->count && most >= FOUND_LEAST && 2 * second <= most ? best : 0;
}

static bool near(const struct region *region, uint64_t at, int64_t missing)
{
    return region->missing == missing && at >= region->end && at - region->end <= 4 * WINDOW;
}

static size_t find_regions(const struct mtks_piece *piece, uint64_t step,
                           struct region regions[REGIONS_MOST])
{
    size_t count = 0;
    uint32_t trials = 0;
    for (uint64_t at = 0; at + WINDOW <= piece->length && trials < TRIALS_MOST; at += step) {
        struct lost lost;
        collect(piece, at, &lost);
        if (lost.count < LOST_LEAST || 2 * lost.missed < lost.calls)
            continue;
        int64_t missing = count ? regions[count - 1].missing : 0;
        /* Most likely it goes on as before, or is the other half of an exchange. */
        if (!missing || 2 * arrive(piece, &lost, missing) < lost.count) {
            missing = -missing;
            if (!missing || 2 * arrive(piece, &lost, missing) < lost.count) {
                missing = distance_of(piece, &lost);
                trials++;
            }
        }
        if (!missing)
            continue;
        if (count && near(&regions[count - 1], at, missing))
            regions[count - 1].end = at + WINDOW;
        else if (count < REGIONS_MOST)
            regions[count++] = (struct region){at, at + WINDOW, missing};
    }
    return count;
}

/* Two regions of one exchange: the first moved down as far as the second moved up. */
static bool is_exchange(const struct region *first, size_t left)
{
    const int64_t length = first->missing;
    return left > 1 && length > 0 && first[1].missing == -length &&
           first[1].end - first->begin <= 2 * (uint64_t)length + 2 * WINDOW;
}

/*
 * A lost chunk: what is behind stands too early, so calls from before it overshoot, and calls back
 * fall short. The part's end moved as well. Returns about where, or 0.
 */
static uint64_t shift_at(const struct mtks_look *look, const struct region *regions, size_t count)
{
    uint64_t behind = 0; /* the first region behind the loss */
    for (size_t i = 0; i < count; i++) {
        if (regions[i].missing != regions[0].missing && regions[i].missing != -regions[0].missing)
            return 0;
        if (regions[i].missing > 0 && !behind)
            behind = regions[i].begin;
        else if (regions[i].missing < 0 && behind)
            return 0;
    }
    if (count == 0 || !mtks_finding_has(look->analysis, END_MARKER, look->part))
        return 0;
    return behind ? behind : regions[count - 1].end;
}

static void tell_exchange(struct mtks_look *look, const struct mtks_piece *piece,
                          const struct region *first)
{
    const uint64_t length = (uint64_t)first->missing;
    /* Its middle lies between the two regions; windows say it to 2 KB. */
    const uint64_t middle = first->end + (first[1].begin - first->end) / 2;
    const uint64_t begin = middle > length ? middle - length : 0;
    const uint64_t end = middle + length < piece->length ? middle + length : piece->length;
    mtks_look_tell(
        look, "MTK-Q034", piece->offset + begin, end - begin,
        "calls lead 0x%llX bytes too far on one side, too short on the other, about here",
        (unsigned long long)length);
}

static void look_into(struct mtks_look *look, const struct mtks_piece *piece)
{
    struct region regions[REGIONS_MOST];
    /* One window of two is enough to see that something is wrong. */
    if (!find_regions(piece, 2 * WINDOW, regions))
        return;
    const size_t count = find_regions(piece, WINDOW, regions);
    const uint64_t shift = shift_at(look, regions, count);
    if (shift && shift < piece->length) {
        const int64_t lost = regions[0].missing;
        mtks_look_tell(look, "MTK-Q037", piece->offset + shift, piece->length - shift,
                       "0x%llX bytes are lost about here, as calls tell",
                       (unsigned long long)(lost < 0 ? -lost : lost));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct region *region = &regions[i];
        if (is_exchange(region, count - i)) {
            tell_exchange(look, piece, region);
            i++;
        } else {
            const bool early = region->missing > 0;
            mtks_look_tell(look, "MTK-Q034", piece->offset + region->begin,
                           region->end - region->begin,
                           "code that stands 0x%llX bytes too %s, as its calls tell",
                           (unsigned long long)(early ? region->missing : -region->missing),
                           early ? "early" : "late");
        }
    }
}

void mtks_part_moved(struct mtks_look *look)
{
    for (size_t i = 0; i < look->pieces.count; i++) {
        const struct mtks_piece *piece = &look->pieces.items[i];
        if (piece->kind == MTKS_PIECE_PLAIN && piece->length >= LEAST_LENGTH &&
            piece->length <= UINT32_MAX)
            look_into(look, piece);
    }
}
