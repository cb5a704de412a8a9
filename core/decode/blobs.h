/* SPDX-License-Identifier: MIT */
/* LZMA-alone streams that no table names, found by their content (FORMAT.md 5.7). */
#ifndef MTKSCAN_DECODE_BLOBS_H
#define MTKSCAN_DECODE_BLOBS_H

#include "../codec/lzma.h"
#include "../dump/dump.h"
#include "../model/analysis.h"

#define MTKS_BLOBS_MAX  128u        /* found in one dump; a watch has a few */
#define MTKS_BLOB_TRIES 4096u       /* candidates decoded; sound dumps have some dozens */
#define MTKS_BLOB_STEPS (64u << 20) /* bytes decoded by all of them */

struct mtks_blob {
    uint64_t offset, length; /* in the dump, header counted */
    uint8_t *bytes;          /* [owner: caller, free()] */
    uint64_t size;
    struct mtks_lzma_result result;
};

struct mtks_gap {
    uint64_t offset, end;
};

/* A search. `gaps` and `run` are the caller's. */
struct mtks_blobs {
    const struct mtks_dump *dump;
    MTKS_LIST(struct mtks_gap) gaps; /* rising, apart from each other */
    struct mtks_codec_run run;
    struct mtks_arena arena;
    /* results */
    struct mtks_blob found[MTKS_BLOBS_MAX];
    size_t count, tries;
    bool gave_up; /* at a limit, so the dump behind `reached` was not searched */
    uint64_t reached;
};

/* What lies outside containers and the file system. 0, or -1 when memory is out. */
int mtks_blobs_gaps(struct mtks_blobs *blobs, const struct mtks_analysis *analysis);

/*
 * Searches the gaps. A candidate counts when it decodes to exactly the size that it states, with
 * the coder ending cleanly, and not to one and the same byte: the header alone proves nothing.
 * [thread: any, for blobs of its own]
 */
void mtks_blobs_find(struct mtks_blobs *blobs);

#endif
