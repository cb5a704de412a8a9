/* SPDX-License-Identifier: MIT */
/* Names for new directory slots: what FAT allows, short names that are unique, long ones. */
#ifndef MTKSCAN_DISK_FAT_MAKE_H
#define MTKSCAN_DISK_FAT_MAKE_H

#include "fat_dir.h"

struct mtks_new_name {
    uint16_t units[MTKS_FAT_PARTS * MTKS_FAT_PART_UNITS];
    uint32_t length; /* units */
    uint8_t short_name[MTKS_FAT_SHORT];
    uint32_t base;  /* letters of its base that come from the name, at most 8 */
    uint32_t parts; /* slots of the long name; 0: the short one says it all */
    bool exact;     /* the short one is the name, letter case apart: it needs no number */
};

/* Reads a name of `length` bytes. NULL, or one line why FAT cannot have it. */
const char *mtks_new_name(struct mtks_new_name *made, const char *name, size_t length);

/* Makes the short name one that the folder has not. False: all numbers are taken. */
bool mtks_new_name_number(struct mtks_new_name *made, const struct mtks_fat *fat, uint32_t folder);

/* Writes the slot of part `index`, 0 the one that lies first, or the names of the short slot. */
void mtks_new_name_part(const struct mtks_new_name *made, uint32_t index,
                        uint8_t slot[MTKS_FAT_SLOT]);

#endif
