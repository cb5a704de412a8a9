/* SPDX-License-Identifier: MIT */
#include "fat.h"

#include <string.h>

#include "mtkscan/bytes.h"

#define CLUSTERS_12 4085u  /* from here on the tables have 16 bits */
#define CLUSTERS_16 65525u /* from here on 32 */
#define FATS_MOST   2u
#define TYPE_TEXT   54u /* "FAT12   ", only a remark of the one who formatted */

struct boot {
    uint32_t sector, per_cluster, reserved, fats, root_entries, sectors, fat_sectors;
};

static bool power_of_two(uint32_t value)
{
    return value && (value & (value - 1)) == 0;
}

/* Fields that no FAT volume has otherwise; false: this is no boot sector. */
static bool plausible(const uint8_t *at, struct boot *boot)
{
    bool jump = (at[0] == 0xEB && at[2] == 0x90) || at[0] == 0xE9;
    if (!jump || at[510] != 0x55 || at[511] != 0xAA || at[21] < 0xF0)
        return false;
    boot->sector = mtkscan_le16(at + 11);
    boot->per_cluster = at[13];
    boot->reserved = mtkscan_le16(at + 14);
    boot->fats = at[16];
    boot->root_entries = mtkscan_le16(at + 17);
    boot->sectors = mtkscan_le16(at + 19);
    if (boot->sectors == 0)
        boot->sectors = mtkscan_le32(at + 32);
    boot->fat_sectors = mtkscan_le16(at + 22);
    return power_of_two(boot->sector) && power_of_two(boot->per_cluster) && boot->reserved &&
           boot->fats && boot->fats <= FATS_MOST && boot->sectors;
}

static bool says(const uint8_t *at, const char *text)
{
    return memcmp(at + TYPE_TEXT, text, strlen(text)) == 0;
}

/* Only the number of clusters decides between 12 and 16 bits. */
static const char *doubts(const uint8_t *at, const struct mtks_volume *volume, uint64_t covered)
{
    if (covered < volume->clusters)
        return "the volume's tables are too short for its clusters: the rest is left out";
    if (says(at, volume->bits == 12 ? "FAT16" : "FAT12"))
        return "the boot sector's text names another FAT than its number of clusters means";
    return NULL;
}

static enum mtks_fat_boot measure(const uint8_t *at, const struct boot *boot, uint64_t size,
                                  struct mtks_volume *volume, const char **doubt)
{
    uint64_t root_sectors =
        ((uint64_t)boot->root_entries * MTKS_FAT_SLOT + MTKS_FAT_SECTOR - 1) / MTKS_FAT_SECTOR;
    uint64_t front = boot->reserved + (uint64_t)boot->fats * boot->fat_sectors + root_sectors;
    if (front >= boot->sectors)
        return MTKS_FAT_NONE;
    uint64_t clusters = (boot->sectors - front) / boot->per_cluster;
    if (clusters == 0)
        return MTKS_FAT_NONE;
    if (clusters >= CLUSTERS_16)
        return MTKS_FAT_32;
    volume->bits = clusters < CLUSTERS_12 ? 12 : 16;
    volume->sectors = boot->sectors;
    volume->cluster = boot->per_cluster * MTKS_FAT_SECTOR;
    volume->fats = boot->fats;
    volume->fat_sectors = boot->fat_sectors;
    volume->root_entries = boot->root_entries;
    volume->fat = volume->offset + (uint64_t)boot->reserved * MTKS_FAT_SECTOR;
    uint64_t table = (uint64_t)boot->fat_sectors * MTKS_FAT_SECTOR;
    volume->root = volume->fat + boot->fats * table;
    volume->data = volume->root + root_sectors * MTKS_FAT_SECTOR;
    volume->clusters = (uint32_t)clusters;
    uint64_t covered = table * 8 / volume->bits;
    covered = covered > MTKS_FAT_FIRST ? covered - MTKS_FAT_FIRST : 0;
    if (!mtkscan_inside(volume->fat, table, size) || covered == 0)
        return MTKS_FAT_NONE;
    *doubt = doubts(at, volume, covered);
    if (covered < clusters)
        volume->clusters = (uint32_t)covered;
    return MTKS_FAT_SIMPLE;
}

enum mtks_fat_boot mtks_fat_boot(const uint8_t *bytes, uint64_t size, uint64_t offset,
                                 struct mtks_volume *volume, const char **doubt)
{
    struct boot boot;
    *doubt = NULL;
    if (!mtkscan_inside(offset, MTKS_FAT_SECTOR, size) || !plausible(bytes + offset, &boot))
        return MTKS_FAT_NONE;
    if (boot.fat_sectors == 0 || boot.root_entries == 0)
        return memcmp(bytes + offset + 82, "FAT32", 5) == 0 ? MTKS_FAT_32 : MTKS_FAT_NONE;
    if (boot.sector != MTKS_FAT_SECTOR)
        return MTKS_FAT_SECTORS;
    volume->offset = offset;
    return measure(bytes + offset, &boot, size, volume, doubt);
}
