/* SPDX-License-Identifier: MIT */
#include "looks.h"

#include <string.h>

#include "mtkscan/bytes.h"

#define PERIOD         4u   /* of a bus that is stuck: bytes, halfwords, words */
#define PERIODIC_LEAST 16u  /* bytes that say something about a period */
#define REPEAT_LEAST   64u  /* and about a repeat */
#define NOISE_LEAST    48u  /* and about a distribution, ... */
#define CHI_LEAST      256u /* ... and enough to count it */
#define NEIGHBOUR      64u  /* agreed bytes on both sides that make a constant natural */
#define CELLS_BETWEEN  16u  /* that may lie between */
#define DISTANCE_LEAST 512u /* pieces that readers repeat */
#define DISTANCE_MOST  0x10000u

/* Chi-square of the byte counts, 255 degrees of freedom: random bytes stay below this but once in
 * millions; 4 KB of code have thousands. */
#define NOISE_CHI 400u

static bool touches(const struct mtks_dispute *dispute, uint64_t offset, uint64_t length)
{
    return offset < dispute->offset + dispute->length &&
           (offset >= dispute->offset || length > dispute->offset - offset);
}

enum mtks_merge_region mtks_merge_region_of(const struct mtks_merging *merging,
                                            const struct mtks_dispute *dispute)
{
    const struct mtks_analysis *layout = merging->layout;
    if (!layout)
        return MTKS_REGION_PLAIN;
    for (size_t i = 0; i < layout->containers.count; i++) {
        const struct mtks_container *container = &layout->containers.items[i];
        if (touches(dispute, container->offset, container->length))
            return MTKS_REGION_PACKED;
    }
    for (size_t i = 0; i < layout->ranges.count; i++)
        if (touches(dispute, layout->ranges.items[i].offset, layout->ranges.items[i].length))
            return MTKS_REGION_DATA;
    return MTKS_REGION_PLAIN;
}

static uint64_t unit_bytes(const struct mtks_merging *merging, size_t first, size_t end)
{
    uint64_t bytes = 0;
    for (size_t i = first; i < end; i++)
        bytes += merging->disputes.items[i].length;
    return bytes;
}

/* Whether the disputed bytes repeat the word in `word`, placed by their offsets. */
static bool is_periodic(const struct mtks_merging *merging, size_t first, size_t end,
                        uint32_t version, uint8_t word[PERIOD])
{
    bool seen[PERIOD] = {false};
    for (size_t i = first; i < end; i++) {
        const struct mtks_dispute *dispute = &merging->disputes.items[i];
        const uint8_t *bytes = mtks_dispute_bytes(merging, dispute, version);
        for (uint32_t j = 0; j < dispute->length; j++) {
            const uint64_t place = (dispute->offset + j) % PERIOD;
            if (seen[place] && word[place] != bytes[j])
                return false;
            seen[place] = true;
            word[place] = bytes[j];
        }
    }
    return true;
}

/* Whether all reads that have them agree that the bytes at `offset` are all `value`. */
static bool neighbour_is(const struct mtks_merging *merging, uint64_t offset, uint8_t value)
{
    for (size_t i = 0; i < merging->count; i++) {
        const struct mtks_dump *dump = merging->reads[i].dump;
        if (mtkscan_inside(offset, NEIGHBOUR, dump->size) &&
            !mtks_dump_all(dump, offset, NEIGHBOUR, value))
            return false;
    }
    return true;
}

/*
 * Whether the constant goes on before (or behind) `at` up to where all reads agree on it; cells
 * that this read has constant as well may lie between, as several in a row may be disputed.
 */
static bool goes_on(const struct mtks_merging *merging, const struct mtks_dump *read, uint64_t at,
                    bool behind, uint8_t value)
{
    for (uint32_t i = 0; i < CELLS_BETWEEN; i++) {
        const bool room = behind ? mtkscan_inside(at, NEIGHBOUR, read->size) : at >= NEIGHBOUR;
        if (!room)
            return false;
        if (neighbour_is(merging, behind ? at : at - NEIGHBOUR, value))
            return true;
        const uint64_t cell = (behind ? at : at - 1) / MTKS_MERGE_CELL * MTKS_MERGE_CELL;
        const uint64_t next = behind ? cell + MTKS_MERGE_CELL : cell;
        if (!mtks_dump_all(read, behind ? at : next, behind ? next - at : at - next, value))
            return false;
        at = next;
    }
    return false;
}

/* A constant that goes on on both sides, where nobody disputes it, belongs there. */
static bool is_natural(const struct mtks_merging *merging, size_t first, size_t end,
                       uint32_t version, const uint8_t word[PERIOD])
{
    const struct mtks_dispute *one = &merging->disputes.items[first];
    const struct mtks_dispute *last = &merging->disputes.items[end - 1];
    const struct mtks_dump *read = merging->reads[one->from[version]].dump;
    return memcmp(word, word + 1, PERIOD - 1) == 0 &&
           goes_on(merging, read, one->offset, false, word[0]) &&
           goes_on(merging, read, last->offset + last->length, true, word[0]);
}

/* Whether the bytes of a version stand `distance` before in a read. */
static bool is_repeat_of(const struct mtks_merging *merging, size_t first, size_t end,
                         uint32_t version, const struct mtks_dump *read, uint64_t distance)
{
    for (size_t i = first; i < end; i++) {
        const struct mtks_dispute *dispute = &merging->disputes.items[i];
        const uint8_t *bytes = mtks_dispute_bytes(merging, dispute, version);
        if (dispute->offset < distance)
            return false;
        const uint8_t *before = mtks_dump_span(read, dispute->offset - distance, dispute->length);
        if (!before || memcmp(bytes, before, dispute->length) != 0)
            return false;
    }
    return true;
}

/* In any read: the piece that was repeated may have gone wrong itself the first time. */
static bool is_repeat(const struct mtks_merging *merging, size_t first, size_t end,
                      uint32_t version)
{
    for (uint64_t distance = DISTANCE_LEAST; distance <= DISTANCE_MOST; distance *= 2)
        for (size_t i = 0; i < merging->count; i++)
            if (is_repeat_of(merging, first, end, version, merging->reads[i].dump, distance))
                return true;
    return false;
}

static bool is_noise(const struct mtks_merging *merging, size_t first, size_t end, uint32_t version,
                     uint64_t total)
{
    uint64_t counts[256] = {0}, squares = 0, distinct = 0;
    for (size_t i = first; i < end; i++) {
        const struct mtks_dispute *dispute = &merging->disputes.items[i];
        const uint8_t *bytes = mtks_dispute_bytes(merging, dispute, version);
        for (uint32_t j = 0; j < dispute->length; j++)
            counts[bytes[j]]++;
    }
    for (size_t i = 0; i < 256; i++) {
        squares += counts[i] * counts[i];
        distinct += counts[i] ? 1 : 0;
    }
    if (total < CHI_LEAST) {
        /* Too few to count; but random bytes hardly ever meet, and those of code do. */
        uint64_t absent = UINT64_C(1) << 32; /* the share of values not met, in 2^-32 */
        for (uint64_t i = 0; i < total; i++)
            absent -= absent / 256;
        const uint64_t expected = 256 * ((UINT64_C(1) << 32) - absent) >> 32;
        return distinct * 20 >= expected * 17;
    }
    /* chi-square = 256 / n * squares - n; a unit has at most MTKS_MERGE_CELL bytes */
    return 256 * squares < total * (NOISE_CHI + total);
}

static uint32_t stretch_faults(const struct mtks_merging *merging, size_t first, size_t end,
                               uint32_t version, uint64_t periodic_least)
{
    const uint64_t total = unit_bytes(merging, first, end);
    uint8_t word[PERIOD] = {0};
    if (total >= periodic_least && is_periodic(merging, first, end, version, word))
        return (is_natural(merging, first, end, version, word) ? 0 : MTKS_FAULT_PERIODIC);
    uint32_t faults = 0;
    if (total >= REPEAT_LEAST && is_repeat(merging, first, end, version))
        faults |= MTKS_FAULT_REPEAT;
    if (total >= NOISE_LEAST && is_noise(merging, first, end, version, total))
        faults |= MTKS_FAULT_NOISE;
    return faults;
}

uint8_t mtks_merge_faults(const struct mtks_merging *merging, size_t first, size_t end,
                          uint32_t version)
{
    uint32_t faults = stretch_faults(merging, first, end, version, PERIODIC_LEAST);
    /* A read may have failed in two ways in one cell. */
    for (size_t i = first; i < end && end - first > 1; i++)
        faults |= stretch_faults(merging, i, i + 1, version, REPEAT_LEAST);
    return (uint8_t)faults;
}

bool mtks_merge_is_blank_cell(const struct mtks_merging *merging,
                              const struct mtks_dispute *dispute, uint32_t version)
{
    const struct mtks_dump *read = merging->reads[dispute->from[version]].dump;
    const uint64_t begin = dispute->offset / MTKS_MERGE_CELL * MTKS_MERGE_CELL;
    const uint64_t length = mtks_dump_present(read, begin, MTKS_MERGE_CELL);
    return mtks_dump_all(read, begin, length, read->bytes[begin]) != 0;
}

bool mtks_merge_is_repeated_cell(const struct mtks_merging *merging,
                                 const struct mtks_dispute *dispute, uint32_t version)
{
    const struct mtks_dump *read = merging->reads[dispute->from[version]].dump;
    const uint64_t begin = dispute->offset / MTKS_MERGE_CELL * MTKS_MERGE_CELL;
    const uint64_t length = mtks_dump_present(read, begin, MTKS_MERGE_CELL);
    if (mtks_merge_is_blank_cell(merging, dispute, version))
        return false; /* blank after blank says nothing */
    for (size_t i = 0; i < merging->count && begin; i++) {
        const uint8_t *before =
            mtks_dump_span(merging->reads[i].dump, begin - MTKS_MERGE_CELL, length);
        if (before && memcmp(before, read->bytes + begin, (size_t)length) == 0)
            return true;
    }
    return false;
}

uint32_t mtks_merge_bits_apart(const struct mtks_merging *merging,
                               const struct mtks_dispute *dispute, uint32_t left, uint32_t right)
{
    const uint8_t *ours = mtks_dispute_bytes(merging, dispute, left);
    const uint8_t *theirs = mtks_dispute_bytes(merging, dispute, right);
    uint32_t bits = 0;
    for (uint32_t i = 0; i < dispute->length; i++)
        for (uint32_t apart = ours[i] ^ (uint32_t)theirs[i]; apart; apart &= apart - 1)
            bits++;
    return bits;
}
