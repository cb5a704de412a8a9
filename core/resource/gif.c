/* SPDX-License-Identifier: MIT */
/* GIF 87a and 89a: header, colour tables, then blocks to the trailer. */
#include "walk.h"

#define HEADER      13u /* with the screen descriptor */
#define DESCRIPTOR  10u /* of an image, introducer counted */
#define EXTENSION   0x21u
#define IMAGE       0x2Cu
#define TRAILER     0x3Bu
#define HAS_COLOURS 0x80u

/* Bytes of the colour table that a flags byte announces. */
static uint64_t colours(uint8_t flags)
{
    return flags & HAS_COLOURS ? UINT64_C(3) << ((flags & 7) + 1) : 0;
}

/* Skips sub-blocks up to the empty one that ends them; *data tells how many bytes they hold. */
static bool sub_blocks(const uint8_t *bytes, uint64_t length, uint64_t *at, uint64_t *data,
                       struct mtks_walk *walk)
{
    *data = 0;
    while (*at < length && mtks_walk_step(walk, 1)) {
        const uint8_t size = bytes[*at];
        *at += 1 + (uint64_t)size;
        *data += size;
        if (size == 0)
            return true;
    }
    return false;
}

static bool image(const uint8_t *bytes, uint64_t length, uint64_t *at, struct mtks_walk *walk)
{
    uint64_t data;
    if (!mtkscan_inside(*at, DESCRIPTOR, length))
        return false;
    const uint8_t *found = bytes + *at;
    if (mtkscan_le16(found + 5) == 0 || mtkscan_le16(found + 7) == 0)
        return false;
    *at += DESCRIPTOR + colours(found[9]);
    /* The byte before the sub-blocks is the first code size of LZW. */
    if (*at >= length || bytes[*at] < 2 || bytes[*at] > 8)
        return false;
    *at += 1;
    return sub_blocks(bytes, length, at, &data, walk) && data > 0;
}

bool mtks_walk_gif(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    if (length < HEADER)
        return false;
    walk->width = mtkscan_le16(bytes + 6);
    walk->height = mtkscan_le16(bytes + 8);
    if (walk->width == 0 || walk->height == 0)
        return false;
    uint32_t frames = 0;
    uint64_t at = HEADER + colours(bytes[10]), data;
    while (at < length && bytes[at] != TRAILER) {
        if (bytes[at] == IMAGE) {
            if (!image(bytes, length, &at, walk))
                return false;
            frames++;
            continue;
        }
        if (bytes[at] != EXTENSION)
            return false;
        at += 2;
        if (!sub_blocks(bytes, length, &at, &data, walk))
            return false;
    }
    if (at >= length || frames == 0)
        return false;
    walk->length = at + 1;
    mtks_walk_detail(walk, "%u frame%s", frames, mtks_plural(frames));
    return true;
}
