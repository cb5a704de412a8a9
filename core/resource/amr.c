/* SPDX-License-Identifier: MIT */
/*
 * AMR and AMR-WB, one channel (RFC 4867, 5): a line of text, then frames of 20 ms up to whatever is
 * no frame, because the format does not say where it ends.
 */
#include "walk.h"

#include <string.h>

#define NONE        0xFFu
#define QUALITY     0x04u /* of a frame's first byte: not damaged */
#define ZEROES      0x83u /* bits that are 0 in a file */
#define MS_OF_FRAME 20u

/* Bytes behind a frame's first one, by its type. */
static const uint8_t narrow[16] = {12, 13,   15,   17,   19,   20,   26,   31,
                                   5,  NONE, NONE, NONE, NONE, NONE, NONE, 0};
static const uint8_t wide[16] = {17, 23, 32,   36,   40,   46,   50, 58,
                                 60, 5,  NONE, NONE, NONE, NONE, 0,  0};

static const struct kind {
    const char *magic, *text;
    const uint8_t *sizes;
    uint8_t speech; /* types below are speech; the others are noise, or say that nothing came */
} kinds[] = {{"#!AMR\n", "narrow band", narrow, 8}, {"#!AMR-WB\n", "wide band", wide, 9}};

bool mtks_walk_amr(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    const struct kind *kind = NULL;
    uint64_t at = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        at = strlen(kinds[i].magic);
        kind = &kinds[i];
        if (length > at && memcmp(bytes, kind->magic, at) == 0)
            break;
        kind = NULL;
    }
    if (!kind)
        return false;
    /* The quality bit is asked for too: without it, the zero bytes behind a parser's constant
     * would be a frame (FORMAT.md 7.2). */
    uint32_t frames = 0, speech = 0;
    while (at < length && (bytes[at] & (ZEROES | QUALITY)) == QUALITY) {
        const uint8_t type = bytes[at] >> 3, size = kind->sizes[type];
        if (size == NONE || !mtkscan_inside(at + 1, size, length) || !mtks_walk_step(walk, 1))
            break;
        frames++;
        speech += type < kind->speech;
        at += 1 + (uint64_t)size;
    }
    walk->length = at;
    mtks_walk_detail(walk, "%s, %u frame%s, %u ms", kind->text, frames, mtks_plural(frames),
                     frames * MS_OF_FRAME);
    return speech > 0;
}
