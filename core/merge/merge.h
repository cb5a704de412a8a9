/* SPDX-License-Identifier: MIT */
/*
 * Several bad reads of one flash into one good image: where reads differ, the majority, else
 * whichever version makes a hash or a decoder agree, else whichever does not look like a fault of
 * reading; and where nothing tells, it says so.
 */
#ifndef MTKSCAN_MERGE_MERGE_H
#define MTKSCAN_MERGE_MERGE_H

#include "../dump/dump.h"
#include "../model/analysis.h"
#include "../model/error.h"
#include "../model/progress.h"

#define MTKS_MERGE_READS 16u

/* One read of the flash, analysed; its damage is known. */
struct mtks_merge_read {
    const struct mtks_dump *dump;         /* aligned: offset 0 is the flash's (a corrected view) */
    const struct mtks_analysis *analysis; /* of it, containers open; NULL when not recognised */
};

enum mtks_merge_reason {
    MTKS_MERGE_AGREED,    /* all reads that have these bytes agree */
    MTKS_MERGE_MAJORITY,  /* at least two agree, and no other version has as many */
    MTKS_MERGE_HASH,      /* with this version the part's hash agrees */
    MTKS_MERGE_DECODES,   /* with this version the container decodes, with another it does not */
    MTKS_MERGE_PLAUSIBLE, /* the others are a fault of reading: constant, or a repeated chunk */
    MTKS_MERGE_ONLY,      /* only this read has it */
    MTKS_MERGE_UNKNOWN,   /* nothing tells: taken from the first read that has it */
};

/* A stretch of the result and where it comes from. They are in order and cover the whole. */
struct mtks_merge_piece {
    uint64_t offset, length;
    uint32_t read; /* index */
    enum mtks_merge_reason reason;
};

struct mtks_merged {
    struct mtks_dump image;                    /* [owner: caller, mtks_dump_close()] */
    MTKS_LIST(struct mtks_merge_piece) pieces; /* [lifetime: the arena given] */
    uint64_t disputed;                         /* bytes on which reads differ */
    uint64_t unknown;                          /* bytes of them that nothing decides */
};

/*
 * Why reads cannot be of one device: another project, loaders, capacity, NVRAM. Fills `why` (one
 * line) and returns false; true when nothing speaks against it.
 */
bool mtks_merge_same_device(const struct mtks_merge_read *reads, size_t count, char *why,
                            size_t room);

/*
 * Merges. The layout (parts, containers, hashes) is taken from the read whose analysis is best.
 * MTKSCAN_DONE even if something stays unknown; MTKSCAN_REFUSED at a limit, MTKSCAN_INTERRUPTED,
 * MTKSCAN_SYSTEM.
 */
int mtks_merge(struct mtks_merged *merged, const struct mtks_merge_read *reads, size_t count,
               struct mtks_arena *arena, const struct mtks_limits *limits,
               const struct mtks_progress *progress, mtkscan_error *error);

const char *mtks_merge_reason_name(enum mtks_merge_reason reason); /* "majority" */

#endif
