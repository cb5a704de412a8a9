/* SPDX-License-Identifier: MIT */
/* Layer, disk and files of a dump, one behind the other. */
#include <stdlib.h>
#include <string.h>

#include "../disk/fat.h"
#include "files.h"
#include "mtkscan/bytes.h"

#define FAT_RANGE "FAT" /* what modules call the data area */

/* A volume may well be larger than what the layer can hold; this much is shown of it. */
#define PLAUSIBLE_DISK 2u /* times the bytes of the layer */

static int out_of_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_REFUSED, "the user's disk needs more memory than its limit");
}

/* What the analysis knows of the data area. */
static struct mtks_ftl_hint hint_of(const struct mtks_analysis *analysis)
{
    struct mtks_ftl_hint hint = {0};
    uint64_t end;
    for (size_t i = 0; i < analysis->ranges.count && hint.length == 0; i++) {
        const struct mtks_range *range = &analysis->ranges.items[i];
        if (range->name && strcmp(range->name, FAT_RANGE) == 0 &&
            range->offset != MTKSCAN_NO_OFFSET) {
            hint.offset = range->offset;
            hint.length = range->length;
        }
    }
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        const bool there = !(part->flags & MTKSCAN_PART_ABSENT) && part->present;
        if (there && mtkscan_add(part->offset, part->length, &end) && end > hint.from &&
            (hint.length == 0 || end <= hint.offset))
            hint.from = end;
    }
    uint64_t zone = 0;
    for (size_t i = 0; i < analysis->flash.zones.count && hint.length; i++)
        if (analysis->flash.zones.items[i].offset <= hint.offset &&
            analysis->flash.zones.items[i].offset >= zone) {
            zone = analysis->flash.zones.items[i].offset;
            hint.block = analysis->flash.zones.items[i].block;
        }
    return hint;
}

/* Entries as a tree: '/' before any other letter, so that a folder is followed by what is in it. */
struct place {
    const struct mtks_entry *entry;
    uint32_t index;
};

static int by_path(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->entry->volume != b->entry->volume)
        return a->entry->volume < b->entry->volume ? -1 : 1;
    const unsigned char *x = (const unsigned char *)a->entry->path;
    const unsigned char *y = (const unsigned char *)b->entry->path;
    while (*x && *x == *y)
        x++, y++;
    const unsigned p = *x == '/' ? 1 : *x, q = *y == '/' ? 1 : *y;
    if (p != q)
        return p < q ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static int sort_entries(struct mtks_files *files, struct mtks_arena *arena)
{
    const size_t count = files->disk.entries.count;
    struct place *places = calloc(count + 1, sizeof *places);
    files->order = mtks_arena_alloc(arena, (count + 1) * sizeof *files->order);
    if (!places || !files->order) {
        free(places);
        return -1;
    }
    for (uint32_t i = 0; i < count; i++)
        places[i] = (struct place){&files->disk.entries.items[i], i};
    qsort(places, count, sizeof *places, by_path);
    for (size_t i = 0; i < count; i++)
        files->order[i] = places[i].index;
    free(places);
    return 0;
}

static bool has_copy(const struct mtks_ftl *ftl, uint64_t sector)
{
    return sector < ftl->logical && ftl->map[sector].place != MTKS_FTL_NOWHERE;
}

/* Each cluster belongs to one file, so all files together take as long as the disk. */
static uint64_t missing_of(const struct mtks_files *files, const struct mtks_entry *entry)
{
    const struct mtks_volume *volume = &files->disk.volumes[entry->volume];
    const struct mtks_fat fat = {volume, files->image, files->image_size};
    uint64_t missing = 0, left = entry->readable;
    uint32_t cluster = entry->cluster;
    while (left && mtks_fat_is_cluster(volume, cluster)) {
        const uint64_t length = left < volume->cluster ? left : volume->cluster;
        const uint64_t first = mtks_fat_place(volume, cluster) / MTKS_SECTOR;
        for (uint64_t i = 0; i * MTKS_SECTOR < length; i++)
            missing += !has_copy(&files->ftl, first + i);
        left -= length;
        cluster = mtks_fat_get(&fat, 0, cluster);
    }
    return missing;
}

static int note_entries(struct mtks_files *files, struct mtks_arena *arena)
{
    const size_t count = files->disk.entries.count;
    files->notes = mtks_arena_alloc(arena, (count + 1) * sizeof *files->notes);
    if (!files->notes)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const struct mtks_entry *entry = &files->disk.entries.items[i];
        struct mtks_file_note *note = &files->notes[i];
        if (entry->folder)
            continue;
        note->known = mtks_known_file(entry->path);
        note->personal = note->known && note->known->personal;
        if (!entry->deleted)
            note->missing = missing_of(files, entry);
    }
    return sort_entries(files, arena);
}

/* Where the last volume ends, if the layer could hold about as much. */
static uint64_t disk_end(const struct mtks_files *files)
{
    uint64_t end = files->image_size;
    for (uint32_t i = 0; i < files->disk.volume_count; i++) {
        const struct mtks_volume *volume = &files->disk.volumes[i];
        uint64_t to;
        if (volume->sectors < UINT64_MAX / MTKS_SECTOR &&
            mtkscan_add(volume->offset, volume->sectors * MTKS_SECTOR, &to) && to > end &&
            to / PLAUSIBLE_DISK <= files->ftl.geometry.length)
            end = to;
    }
    return end;
}

static int open_disk(struct mtks_files *files, const struct mtks_analysis *analysis,
                     struct mtks_arena *arena, const struct mtks_progress *progress,
                     mtkscan_error *error)
{
    int outcome = mtks_disk_open(&files->disk, files->image, files->image_size, files->deleted,
                                 &analysis->limits, arena, progress, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    const uint64_t end = disk_end(files);
    if (end > files->image_size) {
        /* Sectors behind the last one that was ever written are there, and zero. */
        files->image_size = end;
        outcome = mtks_disk_open(&files->disk, files->image, files->image_size, files->deleted,
                                 &analysis->limits, arena, progress, error);
    }
    return outcome;
}

static bool is_zero(const uint8_t *bytes, uint64_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, (size_t)length - 1) == 0);
}

/* Why there is no layer to read. */
static enum mtks_files_state state_without(const struct mtks_files *files,
                                           const struct mtks_ftl_hint *hint, uint64_t size)
{
    if (files->ftl.kind == MTKS_FTL_UNKNOWN)
        return MTKS_FILES_UNKNOWN;
    if (files->ftl.kind == MTKS_FTL_FDM4)
        return MTKS_FILES_BLANK;
    return hint->length == 0      ? MTKS_FILES_NO_LAYER
           : hint->offset >= size ? MTKS_FILES_CUT
                                  : MTKS_FILES_BLANK;
}

int mtks_files_look(struct mtks_files *files, const struct mtks_analysis *analysis,
                    const struct mtks_dump *dump, bool deleted, struct mtks_arena *arena,
                    const struct mtks_progress *progress, mtkscan_error *error)
{
    const struct mtks_ftl_hint hint = hint_of(analysis);
    uint64_t end, room;
    *files = (struct mtks_files){.deleted = deleted, .by_content = hint.length == 0};
    int outcome = mtks_ftl_open(&files->ftl, dump, &hint, arena, progress, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    struct mtks_ftl *ftl = &files->ftl;
    files->cut = hint.length && (!mtkscan_add(hint.offset, hint.length, &end) || end > dump->size);
    files->state = state_without(files, &hint, dump->size);
    if (ftl->kind != MTKS_FTL_FDM4 || ftl->logical == 0)
        return MTKSCAN_DONE;
    for (uint64_t i = 0; i < ftl->logical; i++)
        files->conflicts += ftl->map[i].conflict;
    files->image_size = ftl->logical * MTKS_SECTOR;
    room = ftl->geometry.length * PLAUSIBLE_DISK;
    files->image = calloc(1, (size_t)(room > files->image_size ? room : files->image_size) + 512);
    if (!files->image)
        return out_of_memory(error);
    mtks_ftl_read(ftl, dump, files->image);
    outcome = open_disk(files, analysis, arena, progress, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    files->state = files->disk.volume_count                   ? MTKS_FILES_LISTED
                   : is_zero(files->image, files->image_size) ? MTKS_FILES_BLANK
                                                              : MTKS_FILES_NO_VOLUME;
    return note_entries(files, arena) ? out_of_memory(error) : MTKSCAN_DONE;
}

void mtks_files_free(struct mtks_files *files)
{
    free(files->image);
    files->image = NULL;
}
