/* SPDX-License-Identifier: MIT */
/* BMP: two letters say little, so each field of both headers has to make sense. */
#include "walk.h"

#define FILE_HEADER 14u
#define SIDE_MOST   16384u
#define SLACK       64u /* bytes that writers leave before or behind the pixels */

#define RGB   0u
#define MASKS 3u

/* Sizes of the second header, and whether more may follow the pixels (a colour profile). */
static const struct dib {
    uint32_t size;
    bool tail;
} dibs[] = {{40, false}, {52, false}, {56, false}, {108, false}, {124, true}};

/* What may be combined: bits a pixel, and compression. */
static const struct coding {
    uint16_t bits;
    uint32_t compression;
    const char *text;
} codings[] = {
    {1, RGB, "1 bit a pixel"},
    {4, RGB, "4 bits a pixel"},
    {8, RGB, "8 bits a pixel"},
    {16, RGB, "16 bits a pixel"},
    {24, RGB, "24 bits a pixel"},
    {32, RGB, "32 bits a pixel"},
    {8, 1, "8 bits a pixel, RLE"},
    {4, 2, "4 bits a pixel, RLE"},
    {16, MASKS, "16 bits a pixel, masks"},
    {32, MASKS, "32 bits a pixel, masks"},
};

static const struct dib *dib_find(uint32_t size)
{
    for (size_t i = 0; i < sizeof dibs / sizeof *dibs; i++)
        if (dibs[i].size == size)
            return &dibs[i];
    return NULL;
}

static const struct coding *coding_find(uint16_t bits, uint32_t compression)
{
    for (size_t i = 0; i < sizeof codings / sizeof *codings; i++)
        if (codings[i].bits == bits && codings[i].compression == compression)
            return &codings[i];
    return NULL;
}

/* Where the pixels may begin at the earliest: behind the headers, masks and palette. */
static uint64_t pixels_from(const uint8_t *bytes, const struct dib *dib,
                            const struct coding *coding)
{
    uint64_t from = FILE_HEADER + dib->size;
    const uint32_t colours = mtkscan_le32(bytes + 46);
    if (coding->compression == MASKS && dib->size == 40)
        from += 12;
    if (coding->bits <= 8)
        from += 4 * (uint64_t)(colours ? colours : 1u << coding->bits);
    return from;
}

bool mtks_walk_bmp(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    if (length < FILE_HEADER + 40)
        return false;
    const uint64_t size = mtkscan_le32(bytes + 2), offset = mtkscan_le32(bytes + 10);
    const struct dib *dib = dib_find(mtkscan_le32(bytes + FILE_HEADER));
    const uint16_t bits = mtkscan_le16(bytes + 28);
    const struct coding *coding = coding_find(bits, mtkscan_le32(bytes + 30));
    if (!dib || !coding || size > length || mtkscan_le32(bytes + 6) != 0 ||
        mtkscan_le16(bytes + 26) != 1)
        return false;
    const uint32_t height = mtkscan_le32(bytes + 22);
    walk->width = mtkscan_le32(bytes + 18);
    /* Rows from the top down are told by a negative height. */
    walk->height = height > INT32_MAX ? 0u - height : height;
    if (walk->width == 0 || walk->width > SIDE_MOST || walk->height == 0 ||
        walk->height > SIDE_MOST || (bits <= 8 && mtkscan_le32(bytes + 46) > 1u << bits))
        return false;
    const uint64_t from = pixels_from(bytes, dib, coding);
    const uint64_t stated = mtkscan_le32(bytes + 34);
    const uint64_t row = mtkscan_round_up((uint64_t)walk->width * bits, 32) / 8;
    const bool plain = coding->compression == RGB || coding->compression == MASKS;
    const uint64_t pixels = plain ? row * walk->height : stated;
    if (pixels == 0 || offset < from || offset > from + SLACK ||
        !mtkscan_inside(offset, pixels, size) || (plain && stated > pixels + SLACK))
        return false;
    if (!dib->tail && size > offset + pixels + SLACK)
        return false;
    walk->length = size;
    mtks_walk_detail(walk, "%s", coding->text);
    return true;
}
