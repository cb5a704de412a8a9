/* SPDX-License-Identifier: MIT */
/* The slots of a folder, and the entries that they make. */
#ifndef MTKSCAN_DISK_FAT_DIR_H
#define MTKSCAN_DISK_FAT_DIR_H

#include "fat.h"
#include "fat_name.h"

#define MTKS_FAT_DELETED 0xE5u
#define MTKS_FAT_SLOTS   65536u /* in one folder, by FAT's rules */

enum mtks_fat_attribute {
    MTKS_FAT_READ_ONLY = 0x01,
    MTKS_FAT_HIDDEN = 0x02,
    MTKS_FAT_SYSTEM = 0x04,
    MTKS_FAT_LABEL = 0x08,
    MTKS_FAT_FOLDER = 0x10,
    MTKS_FAT_LONG = 0x0F,
};

/* Walks the slots of a folder, one after the other. */
struct mtks_fat_slots {
    const struct mtks_fat *fat;
    uint32_t cluster; /* now; 0: the root, which is no chain */
    uint32_t left;    /* clusters that may still follow this one: what ends a loop */
    uint32_t in;      /* slots of it (of the root: of all) that were given */
    bool consecutive; /* cluster after cluster, not by the table: a deleted folder */
};

/* `cluster` 0: the root. At most `clusters` of them are walked. */
struct mtks_fat_slots mtks_fat_slots(const struct mtks_fat *fat, uint32_t cluster,
                                     uint32_t clusters);

/* Place of the next slot, or NOWHERE behind the last. */
uint64_t mtks_fat_slots_next(struct mtks_fat_slots *slots);

struct mtks_fat_item {
    uint64_t at;         /* place of the short slot */
    const uint8_t *slot; /* its bytes */
    uint32_t index;      /* of the slot in its folder */
    bool deleted, label;

    /* From here on by mtks_fat_dir_name(). */
    bool stray;     /* slots of a long name stood before it that are not its own */
    uint32_t parts; /* slots of its long name */
    uint64_t part_places[MTKS_FAT_PARTS];
    char name[MTKS_FAT_NAME];
    char short_name[MTKS_FAT_NAME];
};

struct mtks_fat_dir {
    struct mtks_fat_slots slots;
    struct mtks_long_name long_name;
    uint32_t index;
    bool stray;
    bool given; /* what was gathered belongs to the item given last */
    bool cut;   /* more slots than FAT allows: the rest is not read */
};

static inline struct mtks_fat_dir mtks_fat_dir(struct mtks_fat_slots slots)
{
    return (struct mtks_fat_dir){.slots = slots};
}

/* The next entry, deleted ones and labels too, without its names; false behind the last. */
bool mtks_fat_dir_next(struct mtks_fat_dir *dir, struct mtks_fat_item *item);

/* The names of the item that was given last: apart, because most bytes of a disk need none. */
void mtks_fat_dir_name(const struct mtks_fat_dir *dir, struct mtks_fat_item *item);

static inline uint32_t mtks_fat_slot_cluster(const uint8_t *slot)
{
    return (uint32_t)(slot[26] | slot[27] << 8);
}

static inline uint64_t mtks_fat_slot_size(const uint8_t *slot)
{
    return (uint32_t)(slot[28] | slot[29] << 8 | slot[30] << 16) | (uint32_t)slot[31] << 24;
}

/* "." and ".." of a folder: 1 or 2; 0: neither. */
unsigned mtks_fat_dots(const uint8_t *slot);

/* Whether a slot could have been written by a FAT driver: what tells an entry from other bytes. */
bool mtks_fat_sane(const struct mtks_fat *fat, const uint8_t *slot);

/* Whether a folder ends in this cluster: its end mark is there, or bytes that are no entry. */
bool mtks_fat_closes(const struct mtks_fat *fat, uint32_t cluster);

#endif
