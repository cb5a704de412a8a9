/* SPDX-License-Identifier: MIT */
/* The order in which ALICE's coder puts halfwords that are equally frequent. */
#ifndef MTKSCAN_CODEC_ALICE_EVIDENCE_SORT_H
#define MTKSCAN_CODEC_ALICE_EVIDENCE_SORT_H

#include <stdbool.h>
#include <stdint.h>

struct mtks_alice_ranked {
    uint32_t count; /* how often it is used */
    uint16_t value;
};

/*
 * Sorts by falling count, equal counts in the coder's order, which depends on how `items` stand:
 * they come by rising value. False, with `items` in any order, when the coder's way of sorting
 * would degenerate, which real counts do not make it do; time is O(count * log(count)) in any case.
 */
bool mtks_alice_rank(struct mtks_alice_ranked *items, uint32_t count);

#endif
