/* SPDX-License-Identifier: MIT */
/*
 * The NOR translation layer "FDM4" (FORMAT.md 6): erase blocks with a header of sector tags, behind
 * which a linear disk of 512-byte sectors hides. Found by content, read with every conflict told,
 * and written back only where nothing about it is doubtful.
 */
#ifndef MTKSCAN_DISK_FTL_H
#define MTKSCAN_DISK_FTL_H

#include <stdbool.h>
#include <stdint.h>

#include "../dump/dump.h"
#include "../model/arena.h"
#include "../model/error.h"
#include "../model/progress.h"

#define MTKS_SECTOR      512u
#define MTKS_FTL_NOWHERE UINT64_MAX

/* Where the layer lies and how its blocks are cut. */
struct mtks_ftl_geometry {
    uint64_t offset, length; /* in the dump; whole blocks */
    uint32_t block;          /* bytes of an erase block */
    uint32_t header;         /* bytes of its header */
    uint32_t sectors;        /* data sectors of a block */
};

/* What is known beforehand; all of it may be wrong, so content decides. */
struct mtks_ftl_hint {
    uint64_t offset, length; /* the FAT range that the firmware states; 0: none */
    uint64_t from;           /* first byte behind the last part: where a search begins */
    uint64_t block;          /* erase block by the firmware's geometry; 0: not known */
};

enum mtks_ftl_kind {
    MTKS_FTL_NONE, /* nothing there: blank, or not in the dump */
    MTKS_FTL_FDM4,
    MTKS_FTL_UNKNOWN, /* something is there that is no FDM4 (FORMAT.md 6.4) */
};

/* State of one logical sector's copy. */
enum mtks_ftl_copy {
    MTKS_FTL_VALID,   /* 0xC0 */
    MTKS_FTL_UPDATE,  /* 0xC4, 0xC8, 0xCC: valid, in an update sequence */
    MTKS_FTL_OPEN,    /* 0xE0: written, its transaction not closed */
    MTKS_FTL_DELETED, /* 0x00 */
};

struct mtks_ftl_sector {
    uint64_t place;           /* of its data in the dump; NOWHERE: none */
    enum mtks_ftl_copy state; /* of the copy taken */
    bool conflict;            /* there was another copy of equal rank with other bytes */
};

/* A logical sector with more than one copy that could be meant; those with the same bytes, too. */
struct mtks_ftl_conflict {
    uint32_t logical;
    uint64_t taken, other; /* places in the dump */
    const char *why;       /* the rule that decided, one line [lifetime: static] */
};

struct mtks_ftl_wear {
    uint32_t least, median, most;                      /* erase counts of formatted blocks */
    uint64_t blocks, formatted, blank, reclaimed, bad; /* bad: a state that cannot be */
    uint64_t live, stale, free; /* slots: taken; deleted, superseded or begun; never written */
};

struct mtks_ftl {
    enum mtks_ftl_kind kind;
    struct mtks_ftl_geometry geometry;
    const char *why;             /* how region and geometry were found, or why there is none */
    bool certain;                /* nothing about it is doubtful: it may be written back */
    const char *doubt;           /* when not certain: one line */
    uint64_t logical;            /* sectors of the linear disk: highest number + 1 */
    struct mtks_ftl_sector *map; /* [logical] */
    uint64_t unmapped;           /* sectors of them without any copy: zeros in the image */
    MTKS_LIST(struct mtks_ftl_conflict) conflicts;
    /* Copies that were deleted or given up, by logical number, of one the newest first as far as
     * that can be known; `conflict` is false. Their numbers are beside them. */
    MTKS_LIST(struct mtks_ftl_sector) deleted;
    MTKS_LIST(uint32_t) deleted_logical;
    struct mtks_ftl_wear wear;
};

/*
 * Looks for the layer. All lists and texts are in `arena` and bounded by the dump's size: a logical
 * number counts when it is below twice the slots in sight (or, of a cut range, below those of its
 * stated length), never from twice the dump's size on; so much can `logical` sectors take.
 * Certain is only what the firmware's range and block size and the content agree on.
 * MTKSCAN_DONE whatever it finds, MTKSCAN_REFUSED when memory is out, MTKSCAN_INTERRUPTED.
 */
int mtks_ftl_open(struct mtks_ftl *ftl, const struct mtks_dump *dump,
                  const struct mtks_ftl_hint *hint, struct mtks_arena *arena,
                  const struct mtks_progress *progress, mtkscan_error *error);

/* The linear disk: `logical` sectors at `to`; sectors without a copy are 0. */
void mtks_ftl_read(const struct mtks_ftl *ftl, const struct mtks_dump *dump, uint8_t *to);

/*
 * Writes a linear disk of `logical` sectors back into `region` (geometry.length bytes, as the dump
 * has them): sectors that changed get a new copy the way the layer does it (a free slot, the old
 * copy deleted; when there is none, a block is erased, its count raised, and what lives in it put
 * back to its slots), all others stay where they are; what a NOR flash cannot do without an erase
 * is only done with a whole erased block. Zeros for a sector without a copy need none. `logical`
 * may be larger than ftl->logical, not smaller. MTKSCAN_REFUSED, with `region` as it was, when the
 * layer is not certain or has no room; a block's worth of slots is never filled.
 */
int mtks_ftl_write(const struct mtks_ftl *ftl, uint8_t *region, const uint8_t *disk,
                   uint64_t logical, mtkscan_error *error);

#endif
