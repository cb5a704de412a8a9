/* SPDX-License-Identifier: MIT */
#include "fat_chain.h"

int mtks_fat_owners_init(struct mtks_fat_owners *owners, const struct mtks_fat *fat,
                         struct mtks_arena *arena)
{
    uint64_t count = (uint64_t)fat->volume->clusters + MTKS_FAT_FIRST;
    owners->fat = fat;
    owners->owner = mtks_arena_alloc(arena, count * sizeof *owners->owner);
    owners->free_run = mtks_arena_alloc(arena, (count + 1) * sizeof *owners->free_run);
    if (!owners->owner || !owners->free_run)
        return -1;
    for (uint32_t cluster = (uint32_t)count; cluster-- > MTKS_FAT_FIRST;)
        if (mtks_fat_get(fat, 0, cluster) == MTKS_FAT_FREE)
            owners->free_run[cluster] = owners->free_run[cluster + 1] + 1;
    return 0;
}

/* Why a chain cannot go on at this cluster, or NULL. */
static const char *stops_at(const struct mtks_fat_owners *owners, uint32_t cluster, uint32_t me,
                            uint32_t *other)
{
    const struct mtks_fat *fat = owners->fat;
    if (!mtks_fat_is_cluster(fat->volume, cluster))
        return "its clusters lead out of the volume";
    if (owners->owner[cluster] == me)
        return "its clusters run in a circle";
    if (owners->owner[cluster]) {
        *other = owners->owner[cluster] - 1;
        return "its clusters run into those of another entry";
    }
    uint32_t next = mtks_fat_get(fat, 0, cluster);
    if (next == MTKS_FAT_FREE)
        return "its clusters run into one that is marked free";
    if (next == MTKS_FAT_BAD)
        return "its clusters end at one that is marked bad";
    if (mtks_fat_present(fat, cluster) == 0)
        return "its clusters lie beyond the end of the disk";
    return NULL;
}

struct mtks_fat_chain mtks_fat_claim(struct mtks_fat_owners *owners, uint32_t first, uint32_t entry)
{
    struct mtks_fat_chain chain = {.other = MTKS_NO_ENTRY};
    uint32_t cluster = first;
    do {
        chain.fault = stops_at(owners, cluster, entry + 1, &chain.other);
        if (chain.fault)
            break;
        owners->owner[cluster] = entry + 1;
        chain.clusters++;
        chain.bytes += mtks_fat_present(owners->fat, cluster);
        cluster = mtks_fat_get(owners->fat, 0, cluster);
    } while (cluster < MTKS_FAT_END);
    return chain;
}

uint64_t mtks_fat_recoverable(const struct mtks_fat_owners *owners, uint32_t first)
{
    const struct mtks_volume *volume = owners->fat->volume;
    if (!mtks_fat_is_cluster(volume, first) || owners->free_run[first] == 0)
        return 0;
    uint64_t at = mtks_fat_place(volume, first), size = owners->fat->size;
    uint64_t run = (uint64_t)owners->free_run[first] * volume->cluster;
    uint64_t there = at < size ? size - at : 0;
    return run < there ? run : there;
}
