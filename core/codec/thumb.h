/* SPDX-License-Identifier: MIT */
/*
 * The ARM-Thumb branch filter, as LZMA coders know it: calls (BL pairs) hold absolute places
 * instead of distances, which packs better. Firmware does not say whether it was used, but the code
 * does. [verified: on all four kits with a ZIMAGE, 96 .. 246 calls lead to a PUSH as decoded, and
 * 14285 .. 30704 once the filter is undone] [thread: any]
 */
#ifndef MTKSCAN_CODEC_THUMB_H
#define MTKSCAN_CODEC_THUMB_H

#include <stdbool.h>
#include <stdint.h>

/* Whether far more calls of the image lead to the beginning of a function (PUSH {.., LR}) once the
 * filter is undone. False for data, and for code that was not filtered. */
bool mtks_thumb_is_filtered(const uint8_t *image, uint64_t size);

/* Undoes the filter from the image's first byte on. */
void mtks_thumb_unfilter(uint8_t *image, uint64_t size);

#endif
