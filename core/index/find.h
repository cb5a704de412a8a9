/* SPDX-License-Identifier: MIT */
/* Looks through an index, front to back: which of its images are wanted, best first. */
#ifndef MTKSCAN_INDEX_FIND_H
#define MTKSCAN_INDEX_FIND_H

#include "../model/arena.h"
#include "../model/error.h"
#include "../model/progress.h"
#include "match.h"
#include "rank.h"

struct mtks_query {
    struct mtks_match match;
    const struct mtks_record *device; /* to rank for, or NULL */
};

struct mtks_hit {
    const char *path;
    uint64_t offset, length; /* of its line in the index, without the end */
    bool wanted;
    enum mtks_fit fit; /* with a device */
    int score;
};

struct mtks_hits {
    MTKS_LIST(struct mtks_hit) list; /* best first */
    size_t images;                   /* that the index has */
    size_t unreadable;               /* lines that are none of an index */
};

/* Reads the index that is open in `file`. Of several lines of one image the last counts.
 * MTKSCAN_SYSTEM, MTKSCAN_REFUSED (no index, or too large), MTKSCAN_INTERRUPTED. */
int mtks_find(struct mtks_hits *hits, int file, const char *name, const struct mtks_query *query,
              struct mtks_arena *arena, const struct mtks_progress *progress, mtkscan_error *error);

/* Reads the line of a hit again; 0, or -1 when it cannot be. Free the record. */
int mtks_hit_read(const struct mtks_hit *hit, int file, struct mtks_record *record);

#endif
