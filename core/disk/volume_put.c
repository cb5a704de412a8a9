/* SPDX-License-Identifier: MIT */
#include "volume.h"

#include <stdlib.h>
#include <string.h>

#include "fat_edit.h"
#include "fat_make.h"
#include "fat_time.h"
#include "mtkscan/bytes.h"

#define ARCHIVE     0x20u
#define ACCESSED    18u /* in a slot: date alone */
#define FIRST_WORD  26u /* first cluster */
#define SIZE_WORD   28u
#define SIZE_MOST   UINT32_MAX
#define SLOTS_ENTRY (MTKS_FAT_PARTS + 1)

static const char no_room[] = "the volume has no room for it";

/* One put. Texts are static: why it cannot be done. */
struct put {
    struct mtks_fat_edit edit;
    const struct tm *modified;
    struct mtks_fat_item item;
};

/* The live entry of that name, or short name; false: none. */
static bool look(struct put *put, uint32_t folder, const char *name, size_t length)
{
    struct mtks_fat_item *item = &put->item;
    const struct mtks_fat *fat = &put->edit.fat;
    struct mtks_fat_dir dir = mtks_fat_dir(mtks_fat_slots(fat, folder, fat->volume->clusters));
    while (mtks_fat_dir_next(&dir, item)) {
        bool dots = folder && item->index < 2 && mtks_fat_dots(item->slot);
        if (item->deleted || item->label || dots)
            continue;
        mtks_fat_dir_name(&dir, item);
        if (mtks_fat_same(name, length, item->name) ||
            mtks_fat_same(name, length, item->short_name))
            return true;
    }
    return false;
}

static void set_content(struct put *put, uint8_t *slot, uint32_t cluster, uint64_t size)
{
    if (put->modified || mtkscan_le16(slot + MTKS_FAT_MODIFIED + 2) == 0) {
        mtks_fat_set_time(slot + MTKS_FAT_MODIFIED, put->modified);
        memcpy(slot + ACCESSED, slot + MTKS_FAT_MODIFIED + 2, 2);
    }
    mtkscan_put_le16(slot + FIRST_WORD, (uint16_t)cluster);
    mtkscan_put_le32(slot + SIZE_WORD, (uint32_t)size);
}

/* Adds an entry, whose place becomes `*at`. */
static const char *add(struct put *put, uint32_t folder, const char *name, size_t length,
                       uint8_t attributes, uint64_t *at)
{
    struct mtks_new_name made;
    uint64_t places[SLOTS_ENTRY];
    const char *wrong = mtks_new_name(&made, name, length);
    if (wrong)
        return wrong;
    if (!mtks_new_name_number(&made, &put->edit.fat, folder) ||
        !mtks_fat_take_slots(&put->edit, folder, made.parts + 1, places))
        return no_room;
    for (uint32_t i = 0; i < made.parts; i++)
        mtks_new_name_part(&made, i, put->edit.work + places[i]);
    uint8_t *slot = put->edit.work + places[made.parts];
    memset(slot, 0, MTKS_FAT_SLOT);
    memcpy(slot, made.short_name, MTKS_FAT_SHORT);
    slot[11] = attributes;
    *at = places[made.parts];
    return NULL;
}

static const char *make_folder(struct put *put, uint32_t parent, const char *name, size_t length,
                               uint32_t *folder)
{
    static const char dots[] = "..          ";
    uint64_t at = 0;
    const char *wrong = add(put, parent, name, length, MTKS_FAT_FOLDER, &at);
    if (wrong)
        return wrong;
    uint32_t cluster = mtks_fat_allocate(&put->edit, 1);
    if (!cluster)
        return no_room;
    uint8_t *inside = put->edit.work + mtks_fat_place(put->edit.fat.volume, cluster);
    set_content(put, put->edit.work + at, cluster, 0);
    for (uint32_t i = 0; i < 2; i++) {
        uint8_t *slot = inside + (size_t)i * MTKS_FAT_SLOT;
        memcpy(slot, dots + 1 - i, MTKS_FAT_SHORT);
        slot[11] = MTKS_FAT_FOLDER;
        set_content(put, slot, i ? parent : cluster, 0);
    }
    *folder = cluster;
    return NULL;
}

/* Goes along all parts of the path but the last, whose name and length it gives. */
static const char *enter(struct put *put, const char *path, uint32_t *folder, const char **name,
                         size_t *length)
{
    uint32_t depth = 0;
    *folder = 0;
    for (*name = path;; *name += *length + 1) {
        *length = strcspn(*name, "/");
        if ((*name)[*length] == 0)
            return NULL;
        if (depth++ == MTKS_ENTRY_DEPTH)
            return "lies too deep";
        const char *wrong = NULL;
        if (!look(put, *folder, *name, *length))
            wrong = make_folder(put, *folder, *name, *length, folder);
        else if (!(put->item.slot[11] & MTKS_FAT_FOLDER))
            wrong = "has a file where a folder should be";
        else
            *folder = mtks_fat_slot_cluster(put->item.slot);
        if (wrong || *folder == 0)
            return wrong ? wrong : "leads through a folder that has no cluster";
    }
}

static const char *put_file(struct put *put, const char *path, const uint8_t *content,
                            uint64_t length)
{
    const char *name;
    size_t name_length;
    uint32_t folder;
    uint64_t at = 0, unit = put->edit.fat.volume->cluster;
    const char *wrong = enter(put, path, &folder, &name, &name_length);
    if (wrong)
        return wrong;
    if (look(put, folder, name, name_length)) {
        if (put->item.slot[11] & MTKS_FAT_FOLDER)
            return "is a folder";
        at = put->item.at;
        mtks_fat_release(&put->edit, mtks_fat_slot_cluster(put->item.slot));
    } else {
        wrong = add(put, folder, name, name_length, ARCHIVE, &at);
        if (wrong)
            return wrong;
    }
    uint64_t clusters = length / unit + (length % unit != 0);
    if (length > SIZE_MOST || clusters > put->edit.fat.volume->clusters)
        return no_room;
    uint32_t first = clusters ? mtks_fat_allocate(&put->edit, (uint32_t)clusters) : 0;
    if (clusters && !first)
        return no_room;
    mtks_fat_fill(&put->edit, first, content, length);
    set_content(put, put->edit.work + at, first, length);
    return NULL;
}

/* Whether the volume is sound enough to be written to; else why not. */
static const char *blocked(const struct mtks_disk *disk, uint32_t volume)
{
    if (volume >= disk->volume_count)
        return "there is no such volume";
    for (size_t i = 0; i < disk->faults.count; i++)
        if (disk->faults.items[i].volume == volume && disk->faults.items[i].blocks)
            return disk->faults.items[i].what;
    return NULL;
}

int mtks_disk_put(const struct mtks_disk *disk, uint8_t *bytes, uint32_t volume, const char *path,
                  const uint8_t *content, uint64_t length, const struct tm *modified,
                  mtkscan_error *error)
{
    const char *wrong = blocked(disk, volume);
    if (wrong)
        return mtks_fail(error, MTKSCAN_REFUSED, "the volume is not written to: %s", wrong);
    /* On a copy: there are many ways to run out of room half-way, and none may leave a trace. */
    uint8_t *work = malloc((size_t)disk->size);
    if (!work)
        return mtks_fail(error, MTKSCAN_REFUSED, "no memory to change the disk");
    memcpy(work, bytes, (size_t)disk->size);
    struct put put = {.edit = {.fat = {&disk->volumes[volume], work, disk->size},
                               .work = work,
                               .next = MTKS_FAT_FIRST},
                      .modified = modified};
    wrong = put_file(&put, path, content, length);
    if (!wrong)
        memcpy(bytes, work, (size_t)disk->size);
    free(work);
    return wrong ? mtks_fail(error, MTKSCAN_REFUSED, "'%s' cannot be put on the volume: %s", path,
                             wrong)
                 : MTKSCAN_DONE;
}

/* The entry whose short slot is at that place, in a folder of `bytes`. */
static bool find_at(const struct mtks_fat *fat, uint32_t folder, uint64_t at,
                    struct mtks_fat_item *item)
{
    struct mtks_fat_dir dir = mtks_fat_dir(mtks_fat_slots(fat, folder, fat->volume->clusters));
    while (mtks_fat_dir_next(&dir, item))
        if (item->at == at) {
            mtks_fat_dir_name(&dir, item);
            return !item->deleted && !item->label && !(item->slot[11] & MTKS_FAT_FOLDER);
        }
    return false;
}

int mtks_disk_remove(const struct mtks_disk *disk, uint8_t *bytes, uint32_t entry,
                     mtkscan_error *error)
{
    if (entry >= disk->entries.count)
        return mtks_fail(error, MTKSCAN_REFUSED, "there is no such entry");
    const struct mtks_entry *gone = &disk->entries.items[entry];
    const char *wrong = blocked(disk, gone->volume);
    if (wrong)
        return mtks_fail(error, MTKSCAN_REFUSED, "the volume is not written to: %s", wrong);
    if (gone->folder || gone->deleted)
        return mtks_fail(error, MTKSCAN_REFUSED, "'%s' is no file that could be removed",
                         gone->path);
    struct mtks_fat_edit edit = {.fat = {&disk->volumes[gone->volume], bytes, disk->size},
                                 .work = bytes,
                                 .next = MTKS_FAT_FIRST};
    struct mtks_fat_item item;
    uint32_t folder = gone->parent == MTKS_NO_ENTRY ? 0 : disk->entries.items[gone->parent].cluster;
    if (!find_at(&edit.fat, folder, gone->at, &item) || strcmp(item.name, gone->name) != 0)
        return mtks_fail(error, MTKSCAN_REFUSED, "'%s' is no longer where it was", gone->path);
    uint32_t cluster = mtks_fat_slot_cluster(item.slot);
    mtks_fat_drop(&edit, &item);
    mtks_fat_release(&edit, cluster);
    return MTKSCAN_DONE;
}
