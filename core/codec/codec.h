/* SPDX-License-Identifier: MIT */
/*
 * What all decoders of one run share: limits, memory, and the wish to stop. A decoder reads a span
 * that the caller owns and writes a buffer that the caller owns; what it notes down besides lies in
 * the run's arena. Streams that are decoded at the same time have a run each.
 */
#ifndef MTKSCAN_CODEC_CODEC_H
#define MTKSCAN_CODEC_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "../model/arena.h"
#include "../model/error.h"
#include "../model/limits.h"
#include "../model/progress.h"

struct mtks_lzma_work;

/* [thread: one at a time] */
struct mtks_codec_run {
    struct mtks_arena *arena;             /* [owner: caller] */
    const struct mtks_progress *progress; /* may be NULL */
    uint64_t output;                      /* bytes that may still be opened for decoding */
    uint64_t steps;                       /* halfwords of ALICE and bytes of LZMA still allowed */
    struct mtks_lzma_work *lzma;          /* made at the first need */
};

void mtks_codec_run_init(struct mtks_codec_run *run, struct mtks_arena *arena,
                         const struct mtks_limits *limits, const struct mtks_progress *progress);

/*
 * Takes `amount` from run->output or run->steps. MTKSCAN_DONE, or MTKSCAN_REFUSED with nothing
 * taken.
 */
int mtks_codec_take_output(struct mtks_codec_run *run, uint64_t amount, mtkscan_error *error);
int mtks_codec_take_steps(struct mtks_codec_run *run, uint64_t amount, mtkscan_error *error);

/* MTKSCAN_REFUSED, with an error that tells of the memory limit. */
int mtks_codec_no_memory(mtkscan_error *error);

/* The codec of a container as modules name it (mtkscan_container.codec). */
enum mtks_codec_kind {
    MTKS_CODEC_UNKNOWN,
    MTKS_CODEC_ALICE,
    MTKS_CODEC_ZIMAGE,
    MTKS_CODEC_DCM,
    MTKS_CODEC_LZMA, /* one plain LZMA-alone stream */
};

struct mtks_codec {
    const char *name; /* "alice-2" */
    enum mtks_codec_kind kind;
    uint32_t version; /* of ALICE: 2 has translated branches; else 0 */
};

/* The row of a name; the kind is MTKS_CODEC_UNKNOWN for any other name, and for NULL. */
const struct mtks_codec *mtks_codec_find(const char *name);

#endif
