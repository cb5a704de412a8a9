/* SPDX-License-Identifier: MIT */
/*
 * A little LZMA encoder for fixtures: one match into the preset, then literals, by the rules of
 * FORMAT.md 5.5 (lc 2, lp 0, pb 2; no end marker).
 */
#ifndef MTKSCAN_LIB_FIXTURE_LZMA_H
#define MTKSCAN_LIB_FIXTURE_LZMA_H

#include <stdint.h>

#define MTKS_LZMA_HEAD  13u
#define MTKS_LZMA_MATCH 18u /* bytes that the match takes from the preset's end */
#define MTKS_LZMA_REACH 24u /* how far before the output it begins */

struct mtks_lzma_coder {
    uint8_t *at;      /* where the next coded byte goes; NULL: measure only */
    uint32_t written; /* bytes so far, header counted */
    uint32_t produced;
    uint64_t low;
    uint32_t range, pending, state;
    uint8_t cache, last, match;
    uint16_t is_match[12][4], is_rep[12], choice[2], high_len[256];
    uint16_t slot[4][64], special[115], literal[4][0x300];
};

/* Begins a stream at `at` with the match; `tail` is the preset's last MTKS_LZMA_REACH bytes. */
void mtks_lzma_begin(struct mtks_lzma_coder *coder, uint8_t *at,
                     const uint8_t tail[MTKS_LZMA_REACH]);
void mtks_lzma_literal(struct mtks_lzma_coder *coder, uint8_t value);
/* Bytes that the stream would have if it ended now. */
uint32_t mtks_lzma_size(const struct mtks_lzma_coder *coder);
/* Ends it and writes the header. */
void mtks_lzma_end(struct mtks_lzma_coder *coder, uint8_t *start);

#endif
