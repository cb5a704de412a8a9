/* SPDX-License-Identifier: MIT */
/* What the walks share, and the walks themselves: one format a file, rows of formats.c. */
#ifndef MTKSCAN_RESOURCE_WALK_H
#define MTKSCAN_RESOURCE_WALK_H

#include "resource.h"

#include "mtkscan/bytes.h"

/* Takes steps off an allowance; false, with nothing left of it, when there are not as many. */
static inline bool mtks_steps_take(uint64_t *allowance, uint64_t steps)
{
    const bool enough = steps <= *allowance;
    *allowance = enough ? *allowance - steps : 0;
    return enough;
}

static inline bool mtks_walk_step(struct mtks_walk *walk, uint64_t steps)
{
    return mtks_steps_take(&walk->steps, steps);
}

static inline uint16_t mtks_be16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t mtks_be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The ending of a word that `count` of something stand behind. */
static inline const char *mtks_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* Writes walk->detail. */
void mtks_walk_detail(struct mtks_walk *walk, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

bool mtks_walk_gif(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
bool mtks_walk_jpeg(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
bool mtks_walk_png(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
bool mtks_walk_bmp(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
bool mtks_walk_wav(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
bool mtks_walk_midi(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
bool mtks_walk_imelody(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
bool mtks_walk_mp3(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
bool mtks_walk_amr(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
bool mtks_walk_smaf(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
bool mtks_walk_elf(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);

#endif
