/* SPDX-License-Identifier: MIT */
#include "part_pattern.h"

#include <stddef.h>
#include <string.h>

#define WORD 8u

static uint64_t word_at(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Distances at which a pattern of any period up to 16 repeats: one of them is a multiple of each
 * period. Those of a bus come first. */
static const uint8_t distances[] = {8, 16, 12, 10, 14, 9, 11, 13, 15};
#define DISTANCES (sizeof distances / sizeof *distances)

/* The distance at which the word at `at` repeats, or 0. All are compared, as branches would cost
 * more. */
static uint32_t repeats_at(const uint8_t *at)
{
    const uint64_t word = word_at(at);
    unsigned seen = 0;
    for (size_t i = 0; i < DISTANCES; i++)
        seen |= (unsigned)(word == word_at(at + distances[i])) << i;
    for (size_t i = 0; seen && i < DISTANCES; i++)
        if (seen >> i & 1)
            return distances[i];
    return 0;
}

static uint64_t run_end(const uint8_t *bytes, uint64_t length, uint64_t at, uint32_t distance)
{
    uint64_t end = at + distance; /* all before it is known to be of the run */
    while (end + WORD <= length && word_at(bytes + end) == word_at(bytes + end - distance))
        end += WORD;
    while (end < length && bytes[end] == bytes[end - distance])
        end++;
    return end;
}

static uint32_t shortest_period(const uint8_t *run, uint32_t distance)
{
    for (uint32_t period = 1; period < distance; period++)
        if (distance % period == 0 && memcmp(run, run + period, distance - period) == 0)
            return period;
    return distance;
}

bool mtks_pattern_next(const uint8_t *bytes, uint64_t length, uint64_t from, uint64_t step,
                       struct mtks_pattern *run)
{
    for (uint64_t at = from; at + WORD + MTKS_PATTERN_MOST <= length; at += step) {
        const uint32_t distance = repeats_at(bytes + at);
        if (distance == 0)
            continue;
        uint64_t begin = at;
        while (begin > from && bytes[begin - 1] == bytes[begin - 1 + distance])
            begin--;
        *run = (struct mtks_pattern){begin, run_end(bytes, length, at, distance),
                                     shortest_period(bytes + begin, distance)};
        return true;
    }
    return false;
}
