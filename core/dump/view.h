/* SPDX-License-Identifier: MIT */
/*
 * A corrected view of a read that went wrong in a way that can be undone: the bytes as the flash
 * holds them, and the way back from each to where the input has it.
 */
#ifndef MTKSCAN_DUMP_VIEW_H
#define MTKSCAN_DUMP_VIEW_H

#include "../model/error.h"
#include "dump.h"

/* One step; the offsets are in what the step before gave. */
enum mtks_view_kind {
    MTKS_VIEW_KEEP,     /* keep [offset, offset + length), drop the rest */
    MTKS_VIEW_DROP,     /* drop [offset, offset + length), close the gap */
    MTKS_VIEW_INSERT,   /* put `length` bytes of 0xFF, which were lost, before `offset` */
    MTKS_VIEW_SWAP,     /* reverse the bytes of each unit of `unit` bytes (2, 4, 8) */
    MTKS_VIEW_HALVES,   /* swap the two halves of each unit of `unit` bytes: 4 (the 16-bit halves
                           of a word), or a power of two up to the whole (an address bit inverted) */
    MTKS_VIEW_EXCHANGE, /* swap [offset, offset + length) with the `length` bytes at `other` */
};

#define MTKS_VIEW_STEPS 16u /* of one view */

struct mtks_view_step {
    enum mtks_view_kind kind;
    uint64_t offset, length, unit, other;
    const char *code; /* of the finding that explains it [lifetime: static] */
    const char *text; /* one line: "cut the repeats behind 0x400000" [lifetime: the analysis] */
};

/*
 * The bytes of `from` after `count` steps, in memory of its own: `to` is closed by the caller.
 * MTKSCAN_REFUSED when it grows past `limit`, or a step leads outside; MTKSCAN_SYSTEM without
 * memory. With no steps it is a copy.
 */
int mtks_view_apply(struct mtks_dump *to, const struct mtks_dump *from,
                    const struct mtks_view_step *steps, size_t count, uint64_t limit,
                    mtkscan_error *error);

#define MTKS_VIEW_NOWHERE UINT64_MAX

/* Where the byte at `offset` of a view stands in the input of `size` bytes; NOWHERE for one that
 * was inserted, or lies outside. */
uint64_t mtks_view_origin(const struct mtks_view_step *steps, size_t count, uint64_t size,
                          uint64_t offset);

#endif
