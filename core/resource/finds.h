/* SPDX-License-Identifier: MIT */
/* The finds of one span, while it is searched. Offsets count from the span's start. */
#ifndef MTKSCAN_RESOURCE_FINDS_H
#define MTKSCAN_RESOURCE_FINDS_H

#include "resource.h"

struct mtks_finds {
    MTKS_LIST(struct mtks_resource) list;
    struct mtks_arena *scratch; /* of the list */
    struct mtks_arena *texts;   /* of the details */
    uint64_t room;              /* finds that the analysis may still take */
    uint64_t steps;             /* that refused walks may still take */
};

/* Adds a find: its format, layer-less place, size in pixels and detail. 0, or -1 when memory is
 * out; without room nothing is added. */
int mtks_finds_add(struct mtks_finds *finds, const char *format, uint64_t offset,
                   const struct mtks_walk *walk, bool opaque);

/* Sorts by offset; of two that overlap the first stays, the longer one where both begin. */
void mtks_finds_settle(struct mtks_finds *finds);

/* Of a settled list: the find that begins at `offset`, or NULL. */
const struct mtks_resource *mtks_finds_at(const struct mtks_finds *finds, uint64_t offset);

/* Of a settled list: whether no find shares a byte with the range. */
bool mtks_finds_free(const struct mtks_finds *finds, uint64_t offset, uint64_t length);

/* More finds, from the memory and the room of others; these stay settled until the two are joined.
 * mtks_finds_join() returns 0, or -1 when memory is out. */
void mtks_finds_begin(struct mtks_finds *more, struct mtks_finds *finds);
int mtks_finds_join(struct mtks_finds *finds, const struct mtks_finds *more);

/*
 * The searches: by signature, by an audio table (FORMAT.md 7.3), for texts (7.5). Each leaves
 * the list settled, and the last two need it so. 0, -1 when memory is out, 1 when `progress` said
 * stop.
 */
int mtks_signatures_find(struct mtks_finds *finds, const struct mtks_resource_span *span,
                         const struct mtks_progress *progress);
int mtks_audio_tables_find(struct mtks_finds *finds, const struct mtks_resource_span *span);
int mtks_texts_find(struct mtks_finds *finds, const struct mtks_resource_span *span);

#endif
