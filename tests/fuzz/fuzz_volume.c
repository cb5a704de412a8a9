/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a disk: what is listed is inside, no path can leave a folder, and a volume without
 * faults that block takes a file, gives it back, and has no such fault after it or without it.
 */
#include "fuzz.h"

#include <string.h>

#include "disk/volume.h"

#define MEMORY  (UINT64_C(32) << 20)
#define ENTRIES 2000u
#define NAME    "NEW/a name of some length.bin"

struct seen {
    struct mtks_arena arena;
    struct mtks_disk disk;
    int outcome;
};

static struct seen look(const uint8_t *bytes, size_t size, bool deleted)
{
    struct seen seen = {0};
    struct mtks_limits limits;
    mtkscan_error error;
    mtks_limits_init(&limits);
    limits.disk_entries = ENTRIES;
    mtks_arena_init(&seen.arena, MEMORY);
    seen.outcome =
        mtks_disk_open(&seen.disk, bytes, size, deleted, &limits, &seen.arena, NULL, &error);
    PROMISE(seen.outcome == MTKSCAN_DONE || seen.outcome == MTKSCAN_REFUSED);
    PROMISE(seen.disk.entries.count <= ENTRIES && seen.disk.volume_count <= MTKS_VOLUMES);
    return seen;
}

static bool blocked(const struct mtks_disk *disk, uint32_t volume)
{
    for (size_t i = 0; i < disk->faults.count; i++)
        if (disk->faults.items[i].volume == volume && disk->faults.items[i].blocks)
            return true;
    return false;
}

static void check_entry(const struct mtks_disk *disk, uint32_t index)
{
    const struct mtks_entry *entry = &disk->entries.items[index];
    PROMISE(entry->volume < disk->volume_count && entry->at + 32 <= disk->size);
    PROMISE(entry->parent == MTKS_NO_ENTRY || entry->parent < index);
    PROMISE(entry->readable <= disk->size && (entry->folder || entry->readable <= entry->size));
    PROMISE(entry->name[0] && !strchr(entry->name, '/') && strlen(entry->path) < MTKS_ENTRY_PATH);
    PROMISE(strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0);
    for (const char *at = entry->path; *at; at++)
        PROMISE((uint8_t)*at >= 0x20);
    PROMISE(entry->modified.tm_mday >= 0 && entry->modified.tm_mday <= 31);
    uint8_t *content = malloc(entry->readable ? entry->readable : 1);
    PROMISE(content);
    mtks_disk_read(disk, entry, content);
    free(content);
}

static void check(const struct seen *seen)
{
    uint64_t owned = 0;
    for (uint32_t i = 0; i < seen->disk.entries.count; i++) {
        check_entry(&seen->disk, i);
        if (!seen->disk.entries.items[i].deleted)
            owned += seen->disk.entries.items[i].readable;
    }
    PROMISE(owned <= seen->disk.size * MTKS_VOLUMES);
    for (size_t i = 0; i < seen->disk.faults.count; i++)
        PROMISE(seen->disk.faults.items[i].entry == MTKS_NO_ENTRY ||
                seen->disk.faults.items[i].entry < seen->disk.entries.count);
    for (uint32_t i = 0; i < seen->disk.volume_count; i++) {
        const struct mtks_volume *volume = &seen->disk.volumes[i];
        PROMISE(seen->outcome != MTKSCAN_DONE ||
                (volume->label && volume->letter_why && volume->lost <= volume->used &&
                 volume->free + volume->used <= volume->clusters));
    }
}

/* The disk with the file has it, whole, and is as sound as before; without it too. */
static void change(const struct seen *seen, uint32_t volume, uint8_t *copy, const uint8_t *bytes,
                   size_t length)
{
    mtkscan_error error;
    const struct tm when = {.tm_year = 114, .tm_mday = 1};
    memcpy(copy, seen->disk.bytes, seen->disk.size);
    int outcome = mtks_disk_put(&seen->disk, copy, volume, NAME, bytes, length, &when, &error);
    if (outcome != MTKSCAN_DONE) {
        PROMISE(memcmp(copy, seen->disk.bytes, seen->disk.size) == 0);
        return;
    }
    struct seen with = look(copy, seen->disk.size, false);
    uint32_t found = MTKS_NO_ENTRY;
    for (uint32_t i = 0; i < with.disk.entries.count; i++)
        if (with.disk.entries.items[i].volume == volume &&
            strcmp(with.disk.entries.items[i].path, NAME) == 0)
            found = i;
    if (with.outcome == MTKSCAN_DONE) {
        PROMISE(!blocked(&with.disk, volume));
        if (found != MTKS_NO_ENTRY) { /* an older entry's spelling of the name may have stayed */
            PROMISE(with.disk.entries.items[found].readable == length);
            uint8_t *back = malloc(length + 1);
            PROMISE(back);
            mtks_disk_read(&with.disk, &with.disk.entries.items[found], back);
            PROMISE(memcmp(back, bytes, length) == 0);
            free(back);
            uint8_t *without = malloc(seen->disk.size);
            PROMISE(without);
            memcpy(without, copy, seen->disk.size);
            PROMISE(mtks_disk_remove(&with.disk, without, found, &error) == MTKSCAN_DONE);
            struct seen after = look(without, seen->disk.size, true);
            PROMISE(after.outcome != MTKSCAN_DONE || !blocked(&after.disk, volume));
            mtks_arena_free(&after.arena);
            free(without);
        }
    }
    mtks_arena_free(&with.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct seen plain = look(bytes, size, false), all = look(bytes, size, true);
    check(&plain);
    check(&all);
    uint8_t *copy = malloc(size ? size : 1);
    PROMISE(copy);
    for (uint32_t i = 0; plain.outcome == MTKSCAN_DONE && i < plain.disk.volume_count; i++)
        change(&plain, i, copy, bytes, size < 1500 ? size : 1500);
    free(copy);
    mtks_arena_free(&plain.arena);
    mtks_arena_free(&all.arena);
    return 0;
}
