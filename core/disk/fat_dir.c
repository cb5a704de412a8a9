/* SPDX-License-Identifier: MIT */
#include "fat_dir.h"

#include <string.h>

#include "mtkscan/bytes.h"

struct mtks_fat_slots mtks_fat_slots(const struct mtks_fat *fat, uint32_t cluster,
                                     uint32_t clusters)
{
    return (struct mtks_fat_slots){
        .fat = fat, .cluster = cluster, .left = clusters ? clusters - 1 : 0};
}

static uint64_t slot_inside(const struct mtks_fat *fat, uint64_t at)
{
    return mtkscan_inside(at, MTKS_FAT_SLOT, fat->size) ? at : MTKS_FAT_NOWHERE;
}

uint64_t mtks_fat_slots_next(struct mtks_fat_slots *slots)
{
    const struct mtks_volume *volume = slots->fat->volume;
    if (slots->cluster == 0) {
        if (slots->in >= volume->root_entries)
            return MTKS_FAT_NOWHERE;
        return slot_inside(slots->fat, volume->root + (uint64_t)slots->in++ * MTKS_FAT_SLOT);
    }
    if (slots->in == volume->cluster / MTKS_FAT_SLOT) {
        uint32_t next =
            slots->consecutive ? slots->cluster + 1 : mtks_fat_get(slots->fat, 0, slots->cluster);
        if (slots->left == 0 || !mtks_fat_is_cluster(volume, next))
            return MTKS_FAT_NOWHERE;
        slots->left--;
        slots->cluster = next;
        slots->in = 0;
    }
    if (!mtks_fat_is_cluster(volume, slots->cluster))
        return MTKS_FAT_NOWHERE;
    return slot_inside(slots->fat, mtks_fat_place(volume, slots->cluster) +
                                       (uint64_t)slots->in++ * MTKS_FAT_SLOT);
}

void mtks_fat_dir_name(const struct mtks_fat_dir *dir, struct mtks_fat_item *item)
{
    uint8_t first = 0;
    item->stray = dir->stray;
    item->parts = 0;
    bool fits = !item->label && mtks_long_fits(&dir->long_name, item->slot, &first);
    if (item->label)
        mtks_label_text(item->slot, item->short_name);
    else
        mtks_short_text(item->slot, item->deleted && !first ? '_' : first, item->short_name);
    if (fits) {
        mtks_long_text(&dir->long_name, item->name);
        item->parts = dir->long_name.count;
        memcpy(item->part_places, dir->long_name.places, sizeof item->part_places);
    } else {
        memcpy(item->name, item->short_name, strlen(item->short_name) + 1);
        item->stray |= dir->long_name.count && !dir->long_name.deleted;
    }
}

static void forget(struct mtks_fat_dir *dir)
{
    dir->long_name.count = 0;
    dir->stray = false;
    dir->given = false;
}

bool mtks_fat_dir_next(struct mtks_fat_dir *dir, struct mtks_fat_item *item)
{
    if (dir->given)
        forget(dir);
    for (uint64_t at; (at = mtks_fat_slots_next(&dir->slots)) != MTKS_FAT_NOWHERE;) {
        const uint8_t *slot = dir->slots.fat->bytes + at;
        dir->cut = dir->index == MTKS_FAT_SLOTS && slot[0] != 0;
        if (slot[0] == 0 || dir->cut)
            return false;
        uint32_t index = dir->index++;
        if ((slot[11] & 0x3F) == MTKS_FAT_LONG) {
            dir->stray |= !mtks_long_take(&dir->long_name, slot, at);
            continue;
        }
        item->at = at;
        item->slot = slot;
        item->index = index;
        item->deleted = slot[0] == MTKS_FAT_DELETED;
        item->label =
            !item->deleted && (slot[11] & (MTKS_FAT_LABEL | MTKS_FAT_FOLDER)) == MTKS_FAT_LABEL;
        dir->given = true;
        return true;
    }
    return false;
}

unsigned mtks_fat_dots(const uint8_t *slot)
{
    static const char dots[] = "..          ";
    for (unsigned count = 1; count <= 2; count++)
        if (memcmp(slot, dots + 2 - count, count) == 0 &&
            memcmp(slot + count, dots + 2, MTKS_FAT_SHORT - count) == 0)
            return count;
    return 0;
}

bool mtks_fat_sane(const struct mtks_fat *fat, const uint8_t *slot)
{
    uint32_t cluster = mtks_fat_slot_cluster(slot);
    if (slot[11] & 0xC0 || (cluster && !mtks_fat_is_cluster(fat->volume, cluster)))
        return false;
    if (slot[0] == ' ')
        return false;
    for (unsigned i = 1; i < MTKS_FAT_SHORT; i++)
        if (slot[i] < 0x20 || slot[i] == 0x7F || strchr("\"*/:<>?\\|", slot[i]))
            return false;
    return true;
}

bool mtks_fat_closes(const struct mtks_fat *fat, uint32_t cluster)
{
    uint64_t at = mtks_fat_place(fat->volume, cluster), length = mtks_fat_present(fat, cluster);
    for (uint64_t in = 0; in + MTKS_FAT_SLOT <= length; in += MTKS_FAT_SLOT) {
        const uint8_t *slot = fat->bytes + at + in;
        bool dots = in < 2 * MTKS_FAT_SLOT && mtks_fat_dots(slot);
        bool part = (slot[11] & 0x3F) == MTKS_FAT_LONG;
        if (slot[0] == 0 || (!dots && !part && !mtks_fat_sane(fat, slot)))
            return true;
    }
    return length < fat->volume->cluster;
}
