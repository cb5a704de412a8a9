/* SPDX-License-Identifier: MIT */
/* All entries of one volume, and what its tables say beside them. */
#ifndef MTKSCAN_DISK_VOLUME_WALK_H
#define MTKSCAN_DISK_VOLUME_WALK_H

#include "volume.h"

struct mtks_walk_want {
    bool deleted;
    uint64_t limit; /* entries of the disk */
    const struct mtks_progress *progress;
};

/* Adds entries and faults of the volume to `disk`, and fills its label and counts. */
int mtks_volume_walk(struct mtks_disk *disk, uint32_t volume, const struct mtks_walk_want *want,
                     struct mtks_arena *arena, mtkscan_error *error);

#endif
