/* SPDX-License-Identifier: MIT */
/* Decisions that need no decoder: the majority at first, and in the end what does not look bad. */
#include <string.h>

#include "looks.h"

#define SCORE_LOOKS  (2 * MTKS_MERGE_READS) /* a version that looks right counts more than votes */
#define UNIT_LEAST   16u                    /* disputed bytes: below this, looks say nothing */
#define FLIPPED_BITS 2u                     /* of one place, that a bad read may have */
#define FAULT_STRONG (MTKS_FAULT_PERIODIC | MTKS_FAULT_REPEAT)

/* The likeliest versions first. */
static void order_make(struct mtks_dispute *dispute, const uint32_t *bad)
{
    uint32_t scores[MTKS_MERGE_READS];
    for (uint32_t i = 0; i < dispute->versions; i++)
        scores[i] = dispute->votes[i] + (bad[i] ? 0 : SCORE_LOOKS);
    for (uint32_t i = 0; i < dispute->versions; i++) {
        uint32_t at = i;
        for (; at > 0 && scores[dispute->order[at - 1]] < scores[i]; at--)
            dispute->order[at] = dispute->order[at - 1];
        dispute->order[at] = (uint8_t)i;
    }
}

/* The version that more reads have than any other, two at least; or -1. */
static int majority(const struct mtks_dispute *dispute)
{
    uint32_t best = 0, second = 0;
    int of = -1;
    for (uint32_t i = 0; i < dispute->versions; i++) {
        if (dispute->votes[i] > best) {
            second = best;
            best = dispute->votes[i];
            of = (int)i;
        } else if (dispute->votes[i] > second) {
            second = dispute->votes[i];
        }
    }
    return best >= 2 && best > second ? of : -1;
}

/*
 * Reads that failed agree as well: on a blank cell, which another version contradicts with more
 * than a flipped bit or two, or on the cell before once more. So they do not outvote a version that
 * does not look like a fault.
 */
static bool is_contradicted(const struct mtks_merging *merging, const struct mtks_dispute *dispute,
                            uint32_t version)
{
    const bool blank = mtks_merge_is_blank_cell(merging, dispute, version);
    if (!blank && !mtks_merge_is_repeated_cell(merging, dispute, version))
        return false;
    for (uint32_t i = 0; i < dispute->versions; i++)
        if (i != version && !dispute->faults[i] &&
            (!blank || mtks_merge_bits_apart(merging, dispute, version, i) > FLIPPED_BITS))
            return true;
    return false;
}

/* Whether a majority counts. Erased flash is natural in a file system, so it counts there unless
 * another version looks right. */
static bool is_trusted(const struct mtks_merging *merging, const struct mtks_dispute *dispute,
                       uint32_t version, enum mtks_merge_region region, const uint32_t *bad)
{
    const uint8_t *bytes = mtks_dispute_bytes(merging, dispute, version);
    const bool erased = region == MTKS_REGION_DATA && bytes[0] == 0xFF &&
                        (bad[version] & FAULT_STRONG) == MTKS_FAULT_PERIODIC;
    return (erased || !(bad[version] & FAULT_STRONG)) &&
           !is_contradicted(merging, dispute, version);
}

/*
 * Two reads that agree on random bytes did not do so by chance; on 0xFF they may well, as that is
 * what a reader gives when it failed. So a majority that looks like a fault waits for evidence.
 */
int mtks_merge_by_votes(struct mtks_merging *merging)
{
    struct mtks_dispute *items = merging->disputes.items;
    for (size_t first = 0, end; first < merging->disputes.count; first = end) {
        end = mtks_disputes_unit(merging, first);
        for (size_t i = first; i < end; i++) {
            struct mtks_dispute *dispute = &items[i];
            const enum mtks_merge_region region = mtks_merge_region_of(merging, dispute);
            uint32_t bad[MTKS_MERGE_READS] = {0};
            for (uint32_t v = 0; v < dispute->versions; v++) {
                dispute->faults[v] =
                    i == first ? mtks_merge_faults(merging, first, end, v) : items[first].faults[v];
                bad[v] = dispute->faults[v] & (region == MTKS_REGION_PACKED ? FAULT_STRONG : ~0u);
            }
            order_make(dispute, bad);
            mtks_dispute_put(merging, dispute, dispute->order[0]);
            const int most = majority(dispute);
            if (most >= 0 && is_trusted(merging, dispute, (uint32_t)most, region, bad))
                mtks_dispute_settle(merging, dispute, (uint32_t)most, MTKS_MERGE_MAJORITY);
        }
    }
    return MTKSCAN_DONE;
}

/* Whether the cell of a dispute begins an erase block. */
static bool begins_block(const struct mtks_merging *merging, const struct mtks_dispute *dispute)
{
    const uint64_t cell = dispute->offset / MTKS_MERGE_CELL * MTKS_MERGE_CELL;
    const struct mtks_analysis *layout = merging->layout;
    uint64_t begin = 0, block = MTKS_MERGE_CELL;
    for (size_t i = 0; layout && i < layout->flash.zones.count; i++) {
        const struct mtks_zone *zone = &layout->flash.zones.items[i];
        if (zone->offset <= cell && zone->offset >= begin && zone->block) {
            begin = zone->offset;
            block = zone->block;
        }
    }
    return (cell - begin) % block == 0;
}

/* What speaks against a version over its whole unit, wherever its disputes stand. */
static uint32_t unit_against(const struct mtks_merging *merging, size_t first, size_t end,
                             uint32_t version)
{
    const struct mtks_dispute *items = merging->disputes.items;
    uint32_t bad = 0;
    for (size_t i = first; i < end; i++) {
        const enum mtks_merge_region region = mtks_merge_region_of(merging, &items[i]);
        /* Packed data cannot be told from noise by their looks, so noise is not chosen there. */
        bad |= items[i].faults[version];
        /* A block of a file system begins with its tags, even when it holds nothing else
         * (FORMAT.md 6.2). */
        if (mtks_dispute_is_out(&items[i], version) ||
            (region == MTKS_REGION_DATA && begins_block(merging, &items[i]) &&
             mtks_merge_is_blank_cell(merging, &items[i], version)))
            bad |= FAULT_STRONG;
    }
    return bad;
}

/*
 * A blank cell against a version with content, both of which may be: content does not come from
 * nothing, unless it is a flipped bit, or came from the cell before. -1: nothing tells.
 */
static int content_of(const struct mtks_merging *merging, size_t first, uint32_t left,
                      uint32_t right)
{
    const struct mtks_dispute *dispute = &merging->disputes.items[first];
    const bool blank[2] = {mtks_merge_is_blank_cell(merging, dispute, left),
                           mtks_merge_is_blank_cell(merging, dispute, right)};
    const uint32_t content = blank[0] ? right : left;
    if (blank[0] == blank[1] || mtks_merge_is_repeated_cell(merging, dispute, content) ||
        mtks_merge_bits_apart(merging, dispute, left, right) <= FLIPPED_BITS)
        return -1;
    return (int)content;
}

/* The one version of a unit that nothing speaks against, or -1. */
static int alone(const struct mtks_merging *merging, size_t first, size_t end)
{
    const struct mtks_dispute *one = &merging->disputes.items[first];
    uint32_t found[MTKS_MERGE_READS], count = 0;
    uint64_t bytes = 0;
    for (size_t i = first; i < end; i++)
        bytes += merging->disputes.items[i].length;
    for (uint32_t v = 0; v < one->versions; v++)
        if (!unit_against(merging, first, end, v))
            found[count++] = v;
    if (count == 2)
        return content_of(merging, first, found[0], found[1]);
    /* A few bytes may come from the cell before and not look so by themselves. */
    return count == 1 && bytes >= UNIT_LEAST && !mtks_merge_is_repeated_cell(merging, one, found[0])
               ? (int)found[0]
               : -1;
}

static bool is_settled(const struct mtks_merging *merging, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (!merging->disputes.items[i].settled)
            return false;
    return true;
}

/*
 * A unit is one fault, so what evidence said of a piece of it holds for the rest. -1: no evidence,
 * or it contradicts itself.
 */
static int proven(const struct mtks_merging *merging, size_t first, size_t end)
{
    int found = -1;
    for (size_t i = first; i < end; i++) {
        const struct mtks_dispute *dispute = &merging->disputes.items[i];
        if (!dispute->settled)
            continue;
        if (found >= 0 && dispute->chosen != found)
            return -1;
        found = dispute->chosen;
    }
    return found;
}

int mtks_merge_by_looks(struct mtks_merging *merging)
{
    for (size_t first = 0, end; first < merging->disputes.count; first = end) {
        end = mtks_disputes_unit(merging, first);
        if (is_settled(merging, first, end))
            continue;
        const int sided = proven(merging, first, end), looks = alone(merging, first, end);
        /* The rest of a unit is believed only if it does not look bad itself. */
        const bool agree = sided >= 0 && looks == sided;
        const int chosen = sided >= 0 && !agree ? -1 : looks;
        for (size_t i = first; i < end; i++) {
            struct mtks_dispute *dispute = &merging->disputes.items[i];
            if (dispute->settled)
                continue;
            if (chosen >= 0)
                mtks_dispute_settle(merging, dispute, (uint32_t)chosen, MTKS_MERGE_PLAUSIBLE);
            else
                mtks_dispute_settle(merging, dispute, dispute->chosen, MTKS_MERGE_UNKNOWN);
        }
    }
    return MTKSCAN_DONE;
}
