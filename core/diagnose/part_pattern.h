/* SPDX-License-Identifier: MIT */
/* Runs of one byte, and of patterns of a few bytes. */
#ifndef MTKSCAN_DIAGNOSE_PART_PATTERN_H
#define MTKSCAN_DIAGNOSE_PART_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#define MTKS_PATTERN_MOST 16u /* bytes of the longest pattern */

struct mtks_pattern {
    uint64_t begin, end; /* the run, as long as it is */
    uint32_t period;     /* 1 .. MTKS_PATTERN_MOST, the shortest */
};

/*
 * Finds the first run at or behind `from` in `length` bytes. Every run of MTKS_PATTERN_MOST + 8 +
 * `step` bytes is seen, shorter ones by chance. Runs do not overlap. Takes time linear in `length`
 * over all calls, when the next one goes on at run->end.
 */
bool mtks_pattern_next(const uint8_t *bytes, uint64_t length, uint64_t from, uint64_t step,
                       struct mtks_pattern *run);

#endif
