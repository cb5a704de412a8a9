/* SPDX-License-Identifier: MIT */
#include "fat_edit.h"

#include <string.h>

static uint32_t next_free(struct mtks_fat_edit *edit)
{
    const struct mtks_volume *volume = edit->fat.volume;
    for (; mtks_fat_is_cluster(volume, edit->next); edit->next++)
        if (mtks_fat_get(&edit->fat, 0, edit->next) == MTKS_FAT_FREE &&
            mtks_fat_present(&edit->fat, edit->next) == volume->cluster)
            return edit->next++;
    return 0;
}

uint32_t mtks_fat_allocate(struct mtks_fat_edit *edit, uint32_t count)
{
    uint32_t first = 0, last = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t cluster = next_free(edit);
        if (cluster == 0)
            return 0;
        memset(edit->work + mtks_fat_place(edit->fat.volume, cluster), 0,
               edit->fat.volume->cluster);
        mtks_fat_set(&edit->fat, edit->work, cluster, 0xFFFF);
        if (last)
            mtks_fat_set(&edit->fat, edit->work, last, cluster);
        else
            first = cluster;
        last = cluster;
    }
    return first;
}

void mtks_fat_release(struct mtks_fat_edit *edit, uint32_t first)
{
    /* Ends in a circle too: what was given back leads nowhere. */
    for (uint32_t cluster = first; mtks_fat_is_cluster(edit->fat.volume, cluster);) {
        uint32_t next = mtks_fat_get(&edit->fat, 0, cluster);
        mtks_fat_set(&edit->fat, edit->work, cluster, MTKS_FAT_FREE);
        if (cluster < edit->next)
            edit->next = cluster;
        cluster = next;
    }
}

void mtks_fat_fill(struct mtks_fat_edit *edit, uint32_t first, const uint8_t *from, uint64_t length)
{
    uint64_t unit = edit->fat.volume->cluster;
    for (uint32_t cluster = first; length && mtks_fat_is_cluster(edit->fat.volume, cluster);
         cluster = mtks_fat_get(&edit->fat, 0, cluster)) {
        uint64_t part = length < unit ? length : unit;
        memcpy(edit->work + mtks_fat_place(edit->fat.volume, cluster), from, (size_t)part);
        from += part;
        length -= part;
    }
}

/* One more cluster behind the folder's last, `last`. */
static bool grow(struct mtks_fat_edit *edit, uint32_t last)
{
    uint32_t added = last ? mtks_fat_allocate(edit, 1) : 0;
    if (added)
        mtks_fat_set(&edit->fat, edit->work, last, added);
    return added != 0;
}

/* What stands behind an end mark has no meaning, so the mark moves on with its first slot. */
static void move_end(struct mtks_fat_edit *edit, struct mtks_fat_slots slots)
{
    uint64_t at = mtks_fat_slots_next(&slots);
    if (at != MTKS_FAT_NOWHERE)
        memset(edit->work + at, 0, MTKS_FAT_SLOT);
}

bool mtks_fat_take_slots(struct mtks_fat_edit *edit, uint32_t folder, uint32_t count,
                         uint64_t *places)
{
    uint32_t run = 0;
    bool ended = false;
    struct mtks_fat_slots slots = mtks_fat_slots(&edit->fat, folder, edit->fat.volume->clusters);
    for (uint32_t seen = 0; seen < MTKS_FAT_SLOTS; seen++) {
        uint64_t at = mtks_fat_slots_next(&slots);
        if (at == MTKS_FAT_NOWHERE) {
            if (!grow(edit, slots.cluster))
                return false;
            at = mtks_fat_slots_next(&slots);
            if (at == MTKS_FAT_NOWHERE)
                return false;
        }
        ended |= edit->work[at] == 0;
        run = ended || edit->work[at] == MTKS_FAT_DELETED ? run + 1 : 0;
        if (run)
            places[run - 1] = at;
        if (run == count) {
            if (ended)
                move_end(edit, slots);
            return true;
        }
    }
    return false;
}

void mtks_fat_drop(struct mtks_fat_edit *edit, const struct mtks_fat_item *item)
{
    for (uint32_t i = 0; i < item->parts; i++)
        edit->work[item->part_places[i]] = MTKS_FAT_DELETED;
    edit->work[item->at] = MTKS_FAT_DELETED;
}
