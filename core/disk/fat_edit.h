/* SPDX-License-Identifier: MIT */
/*
 * Changes to a volume: clusters and slots taken and given back. `work` is the disk that fat->bytes
 * shows, so that what was just written is what is read next.
 */
#ifndef MTKSCAN_DISK_FAT_EDIT_H
#define MTKSCAN_DISK_FAT_EDIT_H

#include "fat_dir.h"

struct mtks_fat_edit {
    struct mtks_fat fat;
    uint8_t *work;
    uint32_t next; /* below it no cluster is free */
};

/* A chain of `count` clusters, zeroed, the lowest that are free; 0 when there are too few. */
uint32_t mtks_fat_allocate(struct mtks_fat_edit *edit, uint32_t count);

void mtks_fat_release(struct mtks_fat_edit *edit, uint32_t first);

/* Writes `length` bytes along a chain, which has room for them. */
void mtks_fat_fill(struct mtks_fat_edit *edit, uint32_t first, const uint8_t *from,
                   uint64_t length);

/*
 * `count` slots in a row of the folder (0: the root), which grows when it has none. Their places go
 * to `places`. False: no room.
 */
bool mtks_fat_take_slots(struct mtks_fat_edit *edit, uint32_t folder, uint32_t count,
                         uint64_t *places);

/* Marks an entry's slots deleted. */
void mtks_fat_drop(struct mtks_fat_edit *edit, const struct mtks_fat_item *item);

#endif
