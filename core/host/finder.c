/* SPDX-License-Identifier: MIT */
#include "finder.h"

#include <stdlib.h>
#include <string.h>

/* Where a pattern stands. Every match that begins before `scanned` is in hits[]. */
struct slot {
    uint8_t pattern[MTKS_PATTERN_MAX];
    uint64_t length;
    uint64_t scanned;
    uint64_t *hits; /* rising */
    size_t count, room;
};

struct mtks_finder {
    struct slot slots[MTKS_FINDER_SLOTS];
    size_t count;
};

struct mtks_finder *mtks_finder_new(void)
{
    return calloc(1, sizeof(struct mtks_finder));
}

void mtks_finder_free(struct mtks_finder *finder)
{
    for (size_t i = 0; finder && i < finder->count; i++)
        free(finder->slots[i].hits);
    free(finder);
}

/* The plain search, of [from, to) inside the dump. */
static bool look(const struct mtks_dump *dump, uint64_t from, uint64_t to, const void *pattern,
                 uint64_t length, uint64_t *at)
{
    if (from >= to || to - from < length)
        return false;
    const uint8_t *hit = memmem(dump->bytes + from, to - from, pattern, length);
    if (!hit)
        return false;
    *at = (uint64_t)(hit - dump->bytes);
    return true;
}

/* The slot of a pattern, a new one when `make`, or NULL. */
static struct slot *slot_of(struct mtks_finder *finder, const void *pattern, uint64_t length,
                            bool make)
{
    for (size_t i = 0; i < finder->count; i++) {
        struct slot *slot = &finder->slots[i];
        if (slot->length == length && memcmp(slot->pattern, pattern, length) == 0)
            return slot;
    }
    if (!make || finder->count == MTKS_FINDER_SLOTS)
        return NULL;
    struct slot *slot = &finder->slots[finder->count++];
    memcpy(slot->pattern, pattern, length);
    slot->length = length;
    return slot;
}

/* Remembers one more place; false when the slot is full. */
static bool remember(struct slot *slot, uint64_t at)
{
    if (slot->count == slot->room) {
        size_t room = slot->room ? slot->room * 2 : 16;
        if (room > MTKS_FINDER_HITS)
            return false;
        uint64_t *hits = realloc(slot->hits, room * sizeof *hits);
        if (!hits)
            return false;
        slot->hits = hits;
        slot->room = room;
    }
    slot->hits[slot->count++] = at;
    return true;
}

/* Index of the first remembered place at or after `from`. */
static size_t first_after(const struct slot *slot, uint64_t from)
{
    size_t low = 0, high = slot->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slot->hits[middle] < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Scans on until a match at or after `from` is known; false at `to` or a full slot. */
static bool scan_on(struct slot *slot, const struct mtks_dump *dump, uint64_t from, uint64_t to)
{
    uint64_t at;
    while (look(dump, slot->scanned, to, slot->pattern, slot->length, &at)) {
        if (!remember(slot, at)) {
            slot->scanned = at;
            return false;
        }
        slot->scanned = at + 1;
        if (at >= from)
            return true;
    }
    if (slot->scanned < to - slot->length + 1)
        slot->scanned = to - slot->length + 1;
    return false;
}

bool mtks_finder_find(struct mtks_finder *finder, const struct mtks_dump *dump, uint64_t from,
                      uint64_t to, const void *pattern, uint64_t length, uint64_t *at)
{
    if (to > dump->size)
        to = dump->size;
    if (from >= to || to - from < length)
        return false;
    bool near = to - from <= MTKS_FINDER_NEAR;
    struct slot *slot = finder ? slot_of(finder, pattern, length, !near) : NULL;
    if (!slot)
        return look(dump, from, to, pattern, length, at);
    size_t index = first_after(slot, from);
    if (index == slot->count && (slot->scanned >= to || !scan_on(slot, dump, from, to)))
        return look(dump, from > slot->scanned ? from : slot->scanned, to, pattern, length, at);
    index = first_after(slot, from);
    if (slot->hits[index] > to - length)
        return false;
    *at = slot->hits[index];
    return true;
}
