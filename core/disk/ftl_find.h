/* SPDX-License-Identifier: MIT */
/* Where the layer lies and how its blocks are cut (FORMAT.md 6.3, steps 1 and 2). */
#ifndef MTKSCAN_DISK_FTL_FIND_H
#define MTKSCAN_DISK_FTL_FIND_H

#include "ftl.h"

struct mtks_ftl_place {
    enum mtks_ftl_kind kind;
    struct mtks_ftl_geometry geometry; /* whole blocks */
    const char *why;
    uint64_t readable; /* bytes from geometry.offset on, with what is there of a cut block */
    uint64_t limit;    /* numbers from here on cannot be sectors of this layer */
    uint64_t stated_begin, stated_end; /* the firmware's range, as far as it is in the dump */
    bool cut;                          /* the dump ends inside the firmware's range */
    const char *doubt;                 /* about place or block size; NULL: none */
};

/* MTKSCAN_DONE or MTKSCAN_INTERRUPTED. Time is linear in the dump's size. */
int mtks_ftl_find(struct mtks_ftl_place *place, const struct mtks_dump *dump,
                  const struct mtks_ftl_hint *hint, const struct mtks_progress *progress);

#endif
