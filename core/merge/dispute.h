/* SPDX-License-Identifier: MIT */
/*
 * A dispute: a stretch on which the reads differ, with its distinct versions, and what is known of
 * them. The image under work always holds one version of each.
 */
#ifndef MTKSCAN_MERGE_DISPUTE_H
#define MTKSCAN_MERGE_DISPUTE_H

#include "../codec/codec.h"
#include "merge.h"

#define MTKS_MERGE_CELL 4096u /* no dispute crosses a multiple: readers fetch pieces of this */
#define MTKS_MERGE_LACK 0xFFu /* the version of a read that ended before */

/* Why a version may be a fault of reading. */
#define MTKS_FAULT_PERIODIC 1u /* one byte, or one word, over and over */
#define MTKS_FAULT_REPEAT   2u /* the same bytes stand a piece before, in the same read */
#define MTKS_FAULT_NOISE    4u /* bytes as even as random ones; packed data are so by nature */

struct mtks_dispute {
    uint64_t offset;
    uint32_t length; /* at most MTKS_MERGE_CELL */
    uint8_t versions, chosen;
    bool settled;
    enum mtks_merge_reason reason;
    uint16_t out;                         /* bit n: version n was shown to be wrong */
    uint8_t version_of[MTKS_MERGE_READS]; /* of each read, or MTKS_MERGE_LACK */
    uint8_t from[MTKS_MERGE_READS];       /* the first read that has version n */
    uint8_t votes[MTKS_MERGE_READS];      /* reads that have version n */
    uint8_t faults[MTKS_MERGE_READS];     /* MTKS_FAULT_* of version n */
    uint8_t order[MTKS_MERGE_READS];      /* versions, the likeliest first */
};

/* A stretch that only one read has. */
struct mtks_merge_only {
    uint64_t offset, length;
    uint32_t read;
};

struct mtks_merging {
    const struct mtks_merge_read *reads;
    size_t count;
    const struct mtks_analysis *layout; /* the best one; NULL: none is recognised */
    uint8_t *image;
    uint64_t size;
    MTKS_LIST(struct mtks_dispute) disputes; /* rising, none overlap */
    MTKS_LIST(struct mtks_merge_only) only;
    struct mtks_arena work;    /* of this merge alone */
    struct mtks_codec_run run; /* its steps bound all trials */
    const struct mtks_progress *progress;
    mtkscan_error *error;
};

/* [first, end) of the disputes that touch a stretch. */
struct mtks_disputes_span {
    size_t first, end;
};

/* Finds them, and makes the image of the first read that has each byte. An outcome. */
int mtks_disputes_find(struct mtks_merging *merging);

struct mtks_disputes_span mtks_disputes_in(const struct mtks_merging *merging, uint64_t offset,
                                           uint64_t length);

/* Neighbours of one cell on which the same reads side with each other: most likely one fault made
 * all of them. The end of the one that begins with dispute `first`. */
size_t mtks_disputes_unit(const struct mtks_merging *merging, size_t first);

/* The bytes of a version. */
const uint8_t *mtks_dispute_bytes(const struct mtks_merging *merging,
                                  const struct mtks_dispute *dispute, uint32_t version);

/* Puts a version into the image; settling also says that it stays. */
void mtks_dispute_put(struct mtks_merging *merging, struct mtks_dispute *dispute, uint32_t version);
void mtks_dispute_settle(struct mtks_merging *merging, struct mtks_dispute *dispute,
                         uint32_t version, enum mtks_merge_reason reason);

static inline bool mtks_dispute_is_out(const struct mtks_dispute *dispute, uint32_t version)
{
    return dispute->out >> version & 1;
}

/* The evaluators. Each looks at what is not settled and settles what it can prove. An outcome. */
int mtks_merge_by_votes(struct mtks_merging *merging); /* also orders the versions */
int mtks_merge_by_hash(struct mtks_merging *merging);
int mtks_merge_by_alice(struct mtks_merging *merging);
int mtks_merge_by_zimage(struct mtks_merging *merging);
int mtks_merge_by_checks(struct mtks_merging *merging);
int mtks_merge_by_looks(struct mtks_merging *merging); /* the last: settles all that is left */

/* The containers of all analyses with a codec of this kind, each once. `next` begins at 0. NULL
 * after the last. */
const struct mtks_container *mtks_merge_container(const struct mtks_merging *merging,
                                                  enum mtks_codec_kind kind, size_t *next);

#endif
