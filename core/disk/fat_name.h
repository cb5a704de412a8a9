/* SPDX-License-Identifier: MIT */
/*
 * Names of directory slots, as UTF-8. What could be taken for something else is written as %XX (a
 * byte) or %uXXXX (half a surrogate pair): control characters, '/', and bytes from 0x80 on in short
 * names, whose code page nobody states, so no letter is guessed. A name of nothing but one or two
 * dots has them as %2E, an empty one is %20. So a name is never a path.
 */
#ifndef MTKSCAN_DISK_FAT_NAME_H
#define MTKSCAN_DISK_FAT_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MTKS_FAT_SHORT      11u
#define MTKS_FAT_PARTS      20u /* slots of a long name */
#define MTKS_FAT_PART_UNITS 13u
#define MTKS_FAT_NAME       1600u /* bytes of any name: 260 units of "%uXXXX", and NUL */

/* Where the units of a name are in a slot. */
extern const uint8_t mtks_fat_unit_places[MTKS_FAT_PART_UNITS];

/* A long name that is being gathered, slot by slot as they lie. */
struct mtks_long_name {
    uint16_t units[MTKS_FAT_PARTS][MTKS_FAT_PART_UNITS];
    uint64_t places[MTKS_FAT_PARTS];
    uint32_t count;
    uint8_t sum, next; /* of the short name; number that must follow, 0: whole */
    bool deleted;
};

uint8_t mtks_fat_sum(const uint8_t short_name[MTKS_FAT_SHORT]);

/* Takes a slot of a long name at `place`. False: what had been gathered before belongs to nothing.
 */
bool mtks_long_take(struct mtks_long_name *name, const uint8_t *slot, uint64_t place);

/*
 * Whether what was gathered is the long name of this short slot. For a deleted slot, whose first
 * letter is gone, `*first` becomes the letter that the check sum proves.
 */
bool mtks_long_fits(const struct mtks_long_name *name, const uint8_t *slot, uint8_t *first);

void mtks_long_text(const struct mtks_long_name *name, char to[MTKS_FAT_NAME]);

/* `first`: the letter in place of a deleted slot's mark; 0: as it is. */
void mtks_short_text(const uint8_t *slot, uint8_t first, char to[MTKS_FAT_NAME]);

/* A label is a short name without a dot. */
void mtks_label_text(const uint8_t *label, char to[MTKS_FAT_NAME]);

/* Whether two names are one to FAT: letter case of Latin, Greek and Cyrillic does not count. */
bool mtks_fat_same(const char *a, size_t length, const char *b);

#endif
