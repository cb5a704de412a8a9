/* SPDX-License-Identifier: MIT */
/* How often an ALICE stream uses each entry of its dictionary, and each literal. */
#ifndef MTKSCAN_CODEC_ALICE_EVIDENCE_COUNT_H
#define MTKSCAN_CODEC_ALICE_EVIDENCE_COUNT_H

#include "alice.h"

#define MTKS_ALICE_VALUES 0x10000u /* that a halfword can have */

struct mtks_alice_use {
    uint32_t count;
    uint32_t group; /* of the last one, where `count` is not 0 */
};

/* [lifetime: the run's arena] */
struct mtks_alice_counts {
    struct mtks_alice_use *entries;  /* from index 1 on, as alice->dictionary */
    struct mtks_alice_use *literals; /* MTKS_ALICE_VALUES of them */
    uint64_t pads;                   /* half-blocks with a bit set behind their last code */
    uint64_t pad_group;              /* of the first one */
    bool whole; /* each group ends where the next one begins by the mapping table; else the counts
                   mean nothing */
};

/* Where a group's coded bytes begin, in the container, once counts->whole is known. */
uint64_t mtks_alice_group_place(const struct mtks_alice *alice, uint64_t group);

/* MTKSCAN_DONE, MTKSCAN_REFUSED at a limit, MTKSCAN_INTERRUPTED. */
int mtks_alice_counts_take(const struct mtks_alice *alice, struct mtks_codec_run *run,
                           struct mtks_alice_counts *counts, mtkscan_error *error);

#endif
