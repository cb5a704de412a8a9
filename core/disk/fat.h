/* SPDX-License-Identifier: MIT */
/* A volume's boot sector and its allocation tables of 12 or 16 bits (FORMAT.md 6.3). */
#ifndef MTKSCAN_DISK_FAT_H
#define MTKSCAN_DISK_FAT_H

#include "volume.h"

#define MTKS_FAT_SECTOR  512u
#define MTKS_FAT_SLOT    32u /* bytes of a directory slot */
#define MTKS_FAT_FIRST   2u  /* number of the first data cluster */
#define MTKS_FAT_NOWHERE UINT64_MAX

/* Entries of a table; those of 12 bits are widened, so that 0xFF7 is 0xFFF7. */
#define MTKS_FAT_FREE 0u
#define MTKS_FAT_BAD  0xFFF7u
#define MTKS_FAT_END  0xFFF8u /* and above */

enum mtks_fat_boot {
    MTKS_FAT_NONE,    /* no boot sector of a FAT volume */
    MTKS_FAT_SIMPLE,  /* FAT12 or FAT16 */
    MTKS_FAT_32,      /* FAT32 */
    MTKS_FAT_SECTORS, /* its sectors have not 512 bytes */
};

/* A volume on a disk; the tables are within the disk, the data area need not be. */
struct mtks_fat {
    const struct mtks_volume *volume;
    const uint8_t *bytes; /* of the disk */
    uint64_t size;
};

/*
 * Reads the boot sector at `offset`. MTKS_FAT_SIMPLE fills the places and sizes of `volume`; then
 * the first table is within the disk and has an entry for every cluster. `*doubt` becomes one line
 * when fields contradict each other, else NULL.
 */
enum mtks_fat_boot mtks_fat_boot(const uint8_t *bytes, uint64_t size, uint64_t offset,
                                 struct mtks_volume *volume, const char **doubt);

static inline bool mtks_fat_is_cluster(const struct mtks_volume *volume, uint32_t cluster)
{
    return cluster >= MTKS_FAT_FIRST && cluster - MTKS_FAT_FIRST < volume->clusters;
}

/* The entry of a cluster number below clusters + 2 in one copy of the table; 0 where that copy lies
 * beyond the disk. */
uint32_t mtks_fat_get(const struct mtks_fat *fat, uint32_t copy, uint32_t cluster);

/* Sets it in every copy that is on the disk `bytes`. */
void mtks_fat_set(const struct mtks_fat *fat, uint8_t *bytes, uint32_t cluster, uint32_t value);

/* Place on the disk of a data cluster, and how much of it the disk has. */
uint64_t mtks_fat_place(const struct mtks_volume *volume, uint32_t cluster);
uint64_t mtks_fat_present(const struct mtks_fat *fat, uint32_t cluster);

#endif
