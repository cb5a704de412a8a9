/* SPDX-License-Identifier: MIT */
#include "volume_walk.h"

#include <string.h>

#include "fat_chain.h"
#include "fat_dir.h"
#include "fat_time.h"
#include "volume_find.h"

struct walk {
    struct mtks_disk *disk;
    struct mtks_volume *volume;
    uint32_t index; /* of the volume */
    bool labelled;
    const struct mtks_walk_want *want;
    struct mtks_arena *arena;
    struct mtks_fat fat;
    struct mtks_fat_owners owners;
    struct mtks_fat_item item; /* the one being looked at */
};

static int fault(struct walk *walk, uint32_t entry, bool blocks, const char *what)
{
    return mtks_disk_fault(walk->disk, walk->arena, walk->index, entry, blocks, what);
}

/* Folders above an entry; bounded because nothing is entered that lies deeper than allowed. */
static uint32_t depth(const struct mtks_disk *disk, uint32_t entry)
{
    uint32_t levels = 0;
    for (; entry != MTKS_NO_ENTRY; entry = disk->entries.items[entry].parent)
        levels++;
    return levels;
}

/* "parent/name" in the arena; *name points at its last part. NULL: memory. */
static const char *make_path(struct walk *walk, uint32_t parent, const char **name)
{
    const char *above = parent == MTKS_NO_ENTRY ? "" : walk->disk->entries.items[parent].path;
    size_t front = strlen(above), length = strlen(walk->item.name);
    char *path = mtks_arena_alloc(walk->arena, front + length + 2);
    if (!path)
        return NULL;
    memcpy(path, above, front);
    if (front)
        path[front++] = '/';
    memcpy(path + front, walk->item.name, length + 1);
    *name = path + front;
    return path;
}

static bool path_fits(const struct walk *walk, uint32_t parent)
{
    size_t front = parent == MTKS_NO_ENTRY ? 0 : strlen(walk->disk->entries.items[parent].path);
    return front + 1 + strlen(walk->item.name) < MTKS_ENTRY_PATH;
}

/* Claims a live entry's clusters, and says what is wrong with them. */
static int take_chain(struct walk *walk, uint32_t index)
{
    struct mtks_entry *entry = &walk->disk->entries.items[index];
    struct mtks_fat_chain chain = {.other = MTKS_NO_ENTRY};
    if (entry->cluster)
        chain = mtks_fat_claim(&walk->owners, entry->cluster, index);
    entry->readable = chain.bytes < entry->size ? chain.bytes : entry->size;
    if (entry->folder)
        entry->readable = chain.bytes;
    uint64_t need =
        entry->size / walk->volume->cluster + (entry->size % walk->volume->cluster != 0);
    if (chain.fault && fault(walk, index, true, chain.fault))
        return -1;
    if (chain.other != MTKS_NO_ENTRY && chain.other != index &&
        fault(walk, chain.other, true, "the clusters of another entry run into its own"))
        return -1;
    if (entry->folder && !entry->cluster)
        return fault(walk, index, true, "a folder without a cluster");
    if (entry->folder || chain.fault)
        return 0;
    if (chain.clusters < need)
        return fault(walk, index, true, "has fewer clusters than its size needs");
    if (entry->readable < entry->size)
        return fault(walk, index, false, "its end was never written: the disk ends before it");
    if (chain.clusters > need)
        return fault(walk, index, false, "has more clusters than its size needs");
    return 0;
}

static int take_deleted(struct walk *walk, uint32_t index)
{
    struct mtks_entry *entry = &walk->disk->entries.items[index];
    uint64_t there = mtks_fat_recoverable(&walk->owners, entry->cluster);
    entry->readable = there < entry->size ? there : entry->size;
    return 0;
}

static int add_entry(struct walk *walk, const struct mtks_fat_dir *dir, uint32_t parent,
                     bool deleted)
{
    const struct mtks_fat_item *item = &walk->item;
    struct mtks_disk *disk = walk->disk;
    const char *name = NULL;
    mtks_fat_dir_name(dir, &walk->item);
    if (!path_fits(walk, parent))
        return fault(walk, parent, false, "an entry whose path is too long is left out");
    uint32_t index = (uint32_t)disk->entries.count;
    if (index >= walk->want->limit || index >= MTKS_NO_ENTRY - 1)
        return 1;
    const char *path = make_path(walk, parent, &name);
    struct mtks_entry *entry = path ? MTKS_PUSH(walk->arena, &disk->entries) : NULL;
    if (!entry)
        return -1;
    uint8_t attributes = item->slot[11];
    *entry = (struct mtks_entry){
        .name = name,
        .path = path,
        .parent = parent,
        .volume = walk->index,
        .folder = attributes & MTKS_FAT_FOLDER,
        .deleted = deleted,
        .read_only = attributes & MTKS_FAT_READ_ONLY,
        .hidden = attributes & MTKS_FAT_HIDDEN,
        .system = attributes & MTKS_FAT_SYSTEM,
        .cluster = mtks_fat_slot_cluster(item->slot),
        .size = mtks_fat_slot_size(item->slot),
        .modified = mtks_fat_time(item->slot + MTKS_FAT_MODIFIED),
        .at = item->at,
    };
    if (deleted)
        return take_deleted(walk, index);
    if (!mtks_fat_sane(&walk->fat, item->slot) &&
        fault(walk, index, true, "its name, kind or first cluster is none that FAT allows"))
        return -1;
    if (item->stray &&
        fault(walk, index, false, "a long name stands before it that is not its own: not shown"))
        return -1;
    return take_chain(walk, index);
}

/* "." and ".." belong at the start of every folder but the root. True: `item` is one of them. */
static bool is_dots(const struct walk *walk, uint32_t folder)
{
    return folder != MTKS_NO_ENTRY && walk->item.index < 2 &&
           mtks_fat_dots(walk->item.slot) == walk->item.index + 1;
}

static bool dots_right(const struct walk *walk, uint32_t folder)
{
    const struct mtks_entry *items = walk->disk->entries.items;
    uint32_t above = items[folder].parent;
    uint32_t want = items[folder].cluster;
    if (walk->item.index == 1)
        want = above == MTKS_NO_ENTRY ? 0 : items[above].cluster;
    return mtks_fat_slot_cluster(walk->item.slot) == want;
}

/* The first one counts, before what the boot sector may have said when it was formatted. */
static int take_label(struct walk *walk, const struct mtks_fat_dir *dir)
{
    if (walk->labelled)
        return 0;
    walk->labelled = true;
    mtks_fat_dir_name(dir, &walk->item);
    walk->volume->label = mtks_arena_text(walk->arena, walk->item.short_name);
    return walk->volume->label ? 0 : -1;
}

/* The entries of a live folder, or of the root. */
static int read_folder(struct walk *walk, uint32_t folder, uint32_t cluster, uint32_t clusters)
{
    unsigned dots = 0;
    struct mtks_fat_dir dir = mtks_fat_dir(mtks_fat_slots(&walk->fat, cluster, clusters));
    while (mtks_fat_dir_next(&dir, &walk->item)) {
        int outcome = 0;
        bool deleted = walk->item.deleted;
        if (is_dots(walk, folder))
            dots += dots_right(walk, folder);
        else if (walk->item.label && folder == MTKS_NO_ENTRY)
            outcome = take_label(walk, &dir);
        else if (!walk->item.label &&
                 (!deleted || (walk->want->deleted && mtks_fat_sane(&walk->fat, walk->item.slot) &&
                               !(walk->item.slot[11] & MTKS_FAT_LABEL))))
            outcome = add_entry(walk, &dir, folder, deleted);
        if (outcome)
            return outcome;
    }
    if (dir.cut && fault(walk, folder, true, "a folder with more slots than FAT allows"))
        return -1;
    if (folder != MTKS_NO_ENTRY && dots != 2)
        return fault(walk, folder, false, "\".\" or \"..\" of the folder are missing or wrong");
    return 0;
}

/*
 * A deleted folder: the free clusters in a row from its first, as long as all in them are entries.
 * Each cluster is claimed, so none is read twice.
 */
static int read_deleted(struct walk *walk, uint32_t folder)
{
    uint32_t cluster = walk->disk->entries.items[folder].cluster, clusters = 0;
    if (!mtks_fat_is_cluster(walk->volume, cluster) ||
        mtks_fat_present(&walk->fat, cluster) < MTKS_FAT_SLOT)
        return 0;
    const uint8_t *first = walk->disk->bytes + mtks_fat_place(walk->volume, cluster);
    if (mtks_fat_dots(first) != 1 || mtks_fat_slot_cluster(first) != cluster)
        return 0;
    for (uint32_t i = 0; i < walk->owners.free_run[cluster]; i++, clusters++) {
        if (walk->owners.owner[cluster + i])
            break;
        walk->owners.owner[cluster + i] = folder + 1;
        if (mtks_fat_closes(&walk->fat, cluster + i)) {
            clusters++;
            break;
        }
    }
    if (!clusters)
        return 0;
    struct mtks_fat_slots slots = mtks_fat_slots(&walk->fat, cluster, clusters);
    slots.consecutive = true;
    struct mtks_fat_dir dir = mtks_fat_dir(slots);
    while (mtks_fat_dir_next(&dir, &walk->item)) {
        bool dots = walk->item.index < 2 && mtks_fat_dots(walk->item.slot);
        if (!dots && !mtks_fat_sane(&walk->fat, walk->item.slot))
            break;
        int outcome = dots || walk->item.label ? 0 : add_entry(walk, &dir, folder, true);
        if (outcome)
            return outcome;
    }
    return 0;
}

static int read_entry(struct walk *walk, uint32_t index)
{
    const struct mtks_entry *entry = &walk->disk->entries.items[index];
    if (!entry->folder || !entry->cluster)
        return 0;
    if (depth(walk->disk, index) >= MTKS_ENTRY_DEPTH)
        return fault(walk, index, true, "a folder too deep to be entered");
    if (entry->deleted)
        return read_deleted(walk, index);
    uint64_t unit = walk->volume->cluster;
    uint32_t clusters = (uint32_t)((entry->readable + unit - 1) / unit);
    return clusters ? read_folder(walk, index, entry->cluster, clusters) : 0;
}

/* What the tables say of all clusters, beside what the entries made of them. */
static int count(struct walk *walk)
{
    struct mtks_volume *volume = walk->volume;
    volume->fats_agree = true;
    for (uint32_t i = 0; i < volume->clusters + MTKS_FAT_FIRST; i++) {
        uint32_t next = mtks_fat_get(&walk->fat, 0, i);
        if (volume->fats > 1 && mtks_fat_get(&walk->fat, 1, i) != next)
            volume->fats_agree = false;
        if (i < MTKS_FAT_FIRST || next == MTKS_FAT_BAD)
            continue;
        if (next == MTKS_FAT_FREE)
            volume->free++;
        else
            volume->used++;
        volume->lost += next != MTKS_FAT_FREE && !walk->owners.owner[i];
    }
    if (!volume->fats_agree &&
        fault(walk, MTKS_NO_ENTRY, true, "the two copies of its table differ; the first is used"))
        return -1;
    if (volume->lost && fault(walk, MTKS_NO_ENTRY, false, "clusters are in use by no file"))
        return -1;
    return 0;
}

static int run(struct walk *walk)
{
    uint32_t first = (uint32_t)walk->disk->entries.count;
    if (mtks_fat_owners_init(&walk->owners, &walk->fat, walk->arena))
        return -1;
    int outcome = read_folder(walk, MTKS_NO_ENTRY, 0, 0);
    /* The list is its own queue: what a folder holds comes behind it. */
    for (uint32_t i = first; !outcome && i < walk->disk->entries.count; i++) {
        if (mtks_step(walk->want->progress, "disk", i, walk->disk->entries.count))
            return 2;
        outcome = read_entry(walk, i);
    }
    return outcome ? outcome : count(walk);
}

int mtks_volume_walk(struct mtks_disk *disk, uint32_t volume, const struct mtks_walk_want *want,
                     struct mtks_arena *arena, mtkscan_error *error)
{
    struct walk walk = {.disk = disk,
                        .volume = &disk->volumes[volume],
                        .index = volume,
                        .want = want,
                        .arena = arena,
                        .fat = {&disk->volumes[volume], disk->bytes, disk->size}};
    int outcome = run(&walk);
    if (outcome == 2)
        return mtks_fail(error, MTKSCAN_INTERRUPTED, "interrupted");
    if (outcome > 0) {
        mtks_fail(error, MTKSCAN_REFUSED, "the disk has more than %llu entries",
                  (unsigned long long)want->limit);
        mtks_advise(error, "raise it with --limit disk-entries=N if the disk is sound");
        return MTKSCAN_REFUSED;
    }
    if (outcome < 0) {
        mtks_fail(error, MTKSCAN_REFUSED, "no memory for the entries of the disk");
        mtks_advise(error, "raise it with --limit memory=N");
        return MTKSCAN_REFUSED;
    }
    return MTKSCAN_DONE;
}
