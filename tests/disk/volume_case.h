/* SPDX-License-Identifier: MIT */
/* A made volume that was opened, and what tests ask of it. */
#ifndef TESTS_DISK_VOLUME_CASE_H
#define TESTS_DISK_VOLUME_CASE_H

#include "support.h"
#include "volume_make.h"

#include "disk/volume.h"

struct opened {
    struct mtks_arena arena;
    struct mtks_disk disk;
    mtkscan_error error;
    int outcome;
};

static inline struct opened open_limited(const uint8_t *bytes, uint64_t size, bool deleted,
                                         uint64_t entries, uint64_t memory)
{
    struct opened opened = {0};
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    limits.disk_entries = entries;
    mtks_arena_init(&opened.arena, memory);
    opened.outcome = mtks_disk_open(&opened.disk, bytes, size, deleted, &limits, &opened.arena,
                                    NULL, &opened.error);
    return opened;
}

static inline struct opened open_bytes(const uint8_t *bytes, uint64_t size, bool deleted)
{
    struct opened opened = open_limited(bytes, size, deleted, 100000, 64u << 20);
    assert_int_equal(opened.outcome, MTKSCAN_DONE);
    return opened;
}

static inline struct opened open_made(const struct made_volume *made, bool deleted)
{
    return open_bytes(made->disk, made->size, deleted);
}

static inline void close_opened(struct opened *opened)
{
    mtks_arena_free(&opened->arena);
}

/* Index of an entry by path; fails when there is none. */
static inline uint32_t entry_of(const struct opened *opened, const char *path)
{
    for (uint32_t i = 0; i < opened->disk.entries.count; i++)
        if (strcmp(opened->disk.entries.items[i].path, path) == 0)
            return i;
    fail_msg("no entry %s", path);
    return 0;
}

static inline bool has_entry(const struct opened *opened, const char *path)
{
    for (uint32_t i = 0; i < opened->disk.entries.count; i++)
        if (strcmp(opened->disk.entries.items[i].path, path) == 0)
            return true;
    return false;
}

/* Whether a fault with these words is told of the entry. */
static inline bool has_fault(const struct opened *opened, uint32_t entry, const char *words)
{
    for (size_t i = 0; i < opened->disk.faults.count; i++)
        if (opened->disk.faults.items[i].entry == entry &&
            strstr(opened->disk.faults.items[i].what, words))
            return true;
    return false;
}

static inline bool has_block(const struct opened *opened)
{
    for (size_t i = 0; i < opened->disk.faults.count; i++)
        if (opened->disk.faults.items[i].blocks)
            return true;
    return false;
}

/* Content of an entry. [owner: caller, free] */
static inline uint8_t *content_of(const struct opened *opened, uint32_t entry)
{
    const struct mtks_entry *item = &opened->disk.entries.items[entry];
    uint8_t *bytes = malloc(item->readable + 1);
    assert_non_null(bytes);
    mtks_disk_read(&opened->disk, item, bytes);
    return bytes;
}

#endif
