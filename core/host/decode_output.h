/* SPDX-License-Identifier: MIT */
/*
 * The output of a decode, put together from pieces in any order. Each piece is checked before it
 * counts, in the module's process and in the host's alike. [thread: one at a time]
 */
#ifndef MTKSCAN_HOST_DECODE_OUTPUT_H
#define MTKSCAN_HOST_DECODE_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

struct mtks_decode_output {
    uint64_t room;  /* no byte may lie at or beyond this */
    uint64_t end;   /* behind the last byte so far */
    uint64_t count; /* pieces so far */
    uint64_t limit; /* of them at most */
    bool keep;      /* the bytes are wanted, not only their places */

    uint8_t *bytes; /* [owner: the struct] `end` of them, when they are kept */
    uint64_t capacity;
    uint8_t *taken; /* [owner: the struct] one bit a byte */
};

enum mtks_piece_result {
    MTKS_PIECE_TAKEN,
    MTKS_PIECE_NULL,    /* there are no bytes behind the pointer */
    MTKS_PIECE_OUTSIDE, /* some of it lies beyond the room */
    MTKS_PIECE_OVERLAP,
    MTKS_PIECE_TOO_MANY,
    MTKS_PIECE_NO_MEMORY, /* to keep it */
};

/* Reserves what a room needs: an eighth of it, touched as far as it is used. False when memory is
 * out. */
bool mtks_decode_output_init(struct mtks_decode_output *output, uint64_t room);
void mtks_decode_output_free(struct mtks_decode_output *output);

/* Takes a piece, or nothing of it. */
enum mtks_piece_result mtks_decode_output_take(struct mtks_decode_output *output, uint64_t offset,
                                               const void *bytes, uint64_t length);

/* Hands out the bytes, `end` of them, no more than that in memory; NULL when there are none.
 * [owner: caller, free()] */
uint8_t *mtks_decode_output_release(struct mtks_decode_output *output);

#endif
