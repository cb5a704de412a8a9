/* SPDX-License-Identifier: MIT */
#include "fat.h"

#include "mtkscan/bytes.h"

/* Where an entry begins: 12 bits share bytes with a neighbour. NOWHERE: not on the disk. */
static uint64_t entry_place(const struct mtks_fat *fat, uint32_t copy, uint32_t cluster)
{
    const struct mtks_volume *volume = fat->volume;
    uint64_t table = volume->fat + (uint64_t)copy * volume->fat_sectors * MTKS_FAT_SECTOR;
    uint64_t at = table + (uint64_t)cluster * volume->bits / 8;
    return mtkscan_inside(at, 2, fat->size) ? at : MTKS_FAT_NOWHERE;
}

uint32_t mtks_fat_get(const struct mtks_fat *fat, uint32_t copy, uint32_t cluster)
{
    uint64_t at = entry_place(fat, copy, cluster);
    if (at == MTKS_FAT_NOWHERE)
        return MTKS_FAT_FREE;
    uint32_t raw = mtkscan_le16(fat->bytes + at);
    if (fat->volume->bits == 16)
        return raw;
    raw = cluster & 1 ? raw >> 4 : raw & 0xFFF;
    return raw >= 0xFF0 ? raw | 0xF000 : raw;
}

void mtks_fat_set(const struct mtks_fat *fat, uint8_t *bytes, uint32_t cluster, uint32_t value)
{
    for (uint32_t copy = 0; copy < fat->volume->fats; copy++) {
        uint64_t at = entry_place(fat, copy, cluster);
        if (at == MTKS_FAT_NOWHERE)
            continue;
        uint32_t word = value;
        if (fat->volume->bits == 12) {
            uint32_t kept = mtkscan_le16(bytes + at);
            word = cluster & 1 ? (kept & 0xF) | (value & 0xFFF) << 4
                               : (kept & 0xF000) | (value & 0xFFF);
        }
        mtkscan_put_le16(bytes + at, (uint16_t)word);
    }
}

uint64_t mtks_fat_place(const struct mtks_volume *volume, uint32_t cluster)
{
    return volume->data + (uint64_t)(cluster - MTKS_FAT_FIRST) * volume->cluster;
}

uint64_t mtks_fat_present(const struct mtks_fat *fat, uint32_t cluster)
{
    uint64_t at = mtks_fat_place(fat->volume, cluster);
    uint64_t there = at < fat->size ? fat->size - at : 0;
    return there < fat->volume->cluster ? there : fat->volume->cluster;
}
