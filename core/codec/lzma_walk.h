/* SPDX-License-Identifier: MIT */
/*
 * The preset decoder in steps: it stops before a given byte of input is looked at, and a walk that
 * stopped can be copied. So different bytes can be tried from there on, without what lies before.
 */
#ifndef MTKSCAN_CODEC_LZMA_WALK_H
#define MTKSCAN_CODEC_LZMA_WALK_H

#include "lzma.h"

/* One stream under way. [thread: one at a time] */
struct mtks_lzma_walk;

struct mtks_lzma_walk *mtks_lzma_walk_new(struct mtks_arena *arena); /* NULL: memory */

/* As mtks_lzma_preset_decode() begins: the header and the coder's first bytes are read here. All
 * spans stay the caller's until the walk ends. */
enum mtks_lzma_fault mtks_lzma_walk_begin(struct mtks_lzma_walk *walk, const uint8_t *bytes,
                                          uint64_t length, const struct mtks_lzma_preset *preset,
                                          uint8_t *output, uint64_t size);

/*
 * Goes on until looking at the input byte `input` cannot be ruled out, or `output` bytes are made;
 * with `input` at the stream's length or beyond it goes on to the end. A walk that is whole has
 * checked the end too. The last bytes of input (some 20) are looked at in one go.
 */
enum mtks_lzma_fault mtks_lzma_walk_to(struct mtks_lzma_walk *walk, uint64_t input,
                                       uint64_t output);

bool mtks_lzma_walk_is_whole(const struct mtks_lzma_walk *walk);
uint64_t mtks_lzma_walk_input(const struct mtks_lzma_walk *walk);  /* bytes looked at */
uint64_t mtks_lzma_walk_output(const struct mtks_lzma_walk *walk); /* bytes made */

/* `to` goes on from where `from` stands, in the same output buffer. */
void mtks_lzma_walk_copy(struct mtks_lzma_walk *to, const struct mtks_lzma_walk *from);

#endif
