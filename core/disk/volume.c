/* SPDX-License-Identifier: MIT */
#include "volume.h"

#include <string.h>

#include "fat.h"
#include "volume_find.h"
#include "volume_walk.h"

int mtks_disk_open(struct mtks_disk *disk, const uint8_t *bytes, uint64_t size, bool deleted,
                   const struct mtks_limits *limits, struct mtks_arena *arena,
                   const struct mtks_progress *progress, mtkscan_error *error)
{
    *disk = (struct mtks_disk){.bytes = bytes, .size = size};
    const struct mtks_walk_want want = {
        .deleted = deleted, .limit = limits->disk_entries, .progress = progress};
    if (mtks_volumes_find(disk, arena))
        return mtks_fail(error, MTKSCAN_REFUSED, "no memory for the volumes of the disk");
    for (uint32_t i = 0; i < disk->volume_count; i++) {
        int outcome = mtks_volume_walk(disk, i, &want, arena, error);
        if (outcome != MTKSCAN_DONE)
            return outcome;
    }
    mtks_volumes_name(disk);
    return MTKSCAN_DONE;
}

void mtks_disk_read(const struct mtks_disk *disk, const struct mtks_entry *entry, uint8_t *to)
{
    const struct mtks_volume *volume = &disk->volumes[entry->volume];
    const struct mtks_fat fat = {volume, disk->bytes, disk->size};
    uint32_t cluster = entry->cluster;
    /* mtks_disk_open() saw these clusters; the tests stand for bytes that changed since. */
    for (uint64_t done = 0; done < entry->readable;) {
        uint64_t length = entry->readable - done;
        uint64_t there = mtks_fat_is_cluster(volume, cluster) ? mtks_fat_present(&fat, cluster) : 0;
        if (length > there)
            length = there;
        if (length == 0) {
            memset(to + done, 0, (size_t)(entry->readable - done));
            return;
        }
        memcpy(to + done, disk->bytes + mtks_fat_place(volume, cluster), (size_t)length);
        done += length;
        cluster = entry->deleted ? cluster + 1 : mtks_fat_get(&fat, 0, cluster);
    }
}
