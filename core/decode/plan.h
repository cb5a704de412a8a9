/* SPDX-License-Identifier: MIT */
/* Which streams there are, in the order of the containers; opened, with the limits dealt out. */
#ifndef MTKSCAN_DECODE_PLAN_H
#define MTKSCAN_DECODE_PLAN_H

#include "stream.h"

/* The caller sets the first four, and arena's limit. */
struct mtks_plan {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    struct mtks_budget budget;
    struct mtks_arena arena; /* of the streams themselves */
    struct {
        struct mtks_stream *items[MTKS_STREAMS_MAX];
        size_t count;
    } streams;
    size_t left_out; /* containers beyond MTKS_STREAMS_MAX */
};

/* 0, or -1 when memory is out. */
int mtks_plan_make(struct mtks_plan *plan);

void mtks_plan_free(struct mtks_plan *plan);

#endif
