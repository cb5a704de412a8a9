/* SPDX-License-Identifier: MIT */
/* Where the volumes of a disk are: by its partition table, bare, or by their boot sectors. */
#ifndef MTKSCAN_DISK_VOLUME_FIND_H
#define MTKSCAN_DISK_VOLUME_FIND_H

#include "volume.h"

/* Fills volumes[], volume_count, partitioned, why_none and the faults of the search. -1: memory. */
int mtks_volumes_find(struct mtks_disk *disk, struct mtks_arena *arena);

/* Names the volumes as the device does (FORMAT.md 6.3), once their entries are known. */
void mtks_volumes_name(struct mtks_disk *disk);

/* Adds a fault. -1: memory. */
int mtks_disk_fault(struct mtks_disk *disk, struct mtks_arena *arena, uint32_t volume,
                    uint32_t entry, bool blocks, const char *what);

#endif
