/* SPDX-License-Identifier: MIT */
/* PNG: chunks from IHDR to IEND, each with its CRC. */
#include "walk.h"

#include <ctype.h>
#include <lzma.h>
#include <string.h>

#define SIGNATURE 8u
#define OVERHEAD  12u /* of a chunk: length, type, CRC */
#define IHDR_SIZE 13u

/* Bits per sample that each colour type may have, as a set: bit n stands for n bits. */
static const uint32_t depths[7] = {1u << 1 | 1u << 2 | 1u << 4 | 1u << 8 | 1u << 16,
                                   0,
                                   1u << 8 | 1u << 16,
                                   1u << 1 | 1u << 2 | 1u << 4 | 1u << 8,
                                   1u << 8 | 1u << 16,
                                   0,
                                   1u << 8 | 1u << 16};
#define TYPE_PALETTE 3u

static bool header(const uint8_t *body, uint64_t size, struct mtks_walk *walk)
{
    if (size != IHDR_SIZE)
        return false;
    walk->width = mtks_be32(body);
    walk->height = mtks_be32(body + 4);
    const uint8_t depth = body[8], type = body[9];
    return walk->width > 0 && walk->height > 0 && walk->width <= INT32_MAX &&
           walk->height <= INT32_MAX && depth <= 16 && type < 7 && depths[type] >> depth & 1 &&
           body[10] == 0 && body[11] == 0 && body[12] <= 1;
}

/* One chunk at bytes[at]; its type and body, when it is whole and its CRC is right. */
static const uint8_t *chunk(const uint8_t *bytes, uint64_t length, uint64_t at, uint64_t *size,
                            struct mtks_walk *walk)
{
    if (!mtkscan_inside(at, OVERHEAD, length))
        return NULL;
    *size = mtks_be32(bytes + at);
    if (!mtkscan_inside(at, OVERHEAD + *size, length))
        return NULL;
    const uint8_t *type = bytes + at + 4;
    for (unsigned i = 0; i < 4; i++)
        if (!isalpha(type[i]))
            return NULL;
    if (!mtks_walk_step(walk, OVERHEAD + *size) ||
        lzma_crc32(type, 4 + *size, 0) != mtks_be32(type + 4 + *size))
        return NULL;
    return type;
}

bool mtks_walk_png(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    uint64_t at = SIGNATURE, size, data = 0;
    uint8_t colour = 0;
    bool palette = false;
    for (;;) {
        const uint8_t *type = chunk(bytes, length, at, &size, walk);
        if (!type)
            return false;
        if ((at == SIGNATURE) != (memcmp(type, "IHDR", 4) == 0))
            return false;
        if (at == SIGNATURE) {
            if (!header(type + 4, size, walk))
                return false;
            colour = type[4 + 9];
        }
        palette |= memcmp(type, "PLTE", 4) == 0 && size > 0 && size % 3 == 0;
        if (memcmp(type, "IDAT", 4) == 0)
            data += size;
        at += OVERHEAD + size;
        if (memcmp(type, "IEND", 4) == 0)
            break;
    }
    if (size != 0 || data == 0 || (colour == TYPE_PALETTE && !palette))
        return false;
    walk->length = at;
    mtks_walk_detail(walk, "%u bits a sample, checksums right", bytes[SIGNATURE + 8 + 8]);
    return true;
}
