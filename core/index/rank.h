/* SPDX-License-Identifier: MIT */
/*
 * How well an image of an index goes with a device: compare (core/compare) cut down to what two
 * lines of an index say. It finds candidates; whether one may be flashed, compare decides. [thread:
 * any]
 */
#ifndef MTKSCAN_INDEX_RANK_H
#define MTKSCAN_INDEX_RANK_H

#include "../compare/compare.h"
#include "record.h"

#define MTKS_RANK_REASONS 20u
#define MTKS_RANK_TEXT    200u

struct mtks_rank_reason {
    const char *topic; /* "flash-ids" */
    enum mtks_reason_level level;
    char text[MTKS_RANK_TEXT]; /* one line, with both values; untrusted */
};

struct mtks_rank {
    enum mtks_fit fit;
    int score; /* more is better, among those of one fit */
    size_t count;
    struct mtks_rank_reason reasons[MTKS_RANK_REASONS]; /* in the table's order */
};

/* Judges; texts are left empty unless `texts`. */
void mtks_rank(struct mtks_rank *rank, const struct mtks_record *device,
               const struct mtks_record *firmware, bool texts);

#endif
