/* SPDX-License-Identifier: MIT */
#include "ftl_tags.h"

#include <string.h>

#define GLANCE 8u /* first bytes of a free slot that are looked at */

static const uint8_t block_kinds[256] = {
    [0xFF] = MTKS_BLOCK_ERASED,    [0x3D] = MTKS_BLOCK_EMPTY,     [0x7D] = MTKS_BLOCK_EMPTY,
    [0xBD] = MTKS_BLOCK_EMPTY,     [0x39] = MTKS_BLOCK_NORMAL,    [0x31] = MTKS_BLOCK_RECLAIMED,
    [0x29] = MTKS_BLOCK_RECLAIMED, [0x21] = MTKS_BLOCK_RECLAIMED,
};

static const uint8_t tag_kinds[256] = {
    [0xFF] = MTKS_TAG_FREE,    [0xFE] = MTKS_TAG_STARTED, [0xFD] = MTKS_TAG_STARTED,
    [0xFC] = MTKS_TAG_STARTED, [0xF8] = MTKS_TAG_RECORD,  [0xF0] = MTKS_TAG_RECORD,
    [0xE0] = MTKS_TAG_OPEN,    [0xC0] = MTKS_TAG_VALID,   [0xC4] = MTKS_TAG_UPDATE,
    [0xC8] = MTKS_TAG_UPDATE,  [0xCC] = MTKS_TAG_UPDATE,  [0xDF] = MTKS_TAG_ODD,
    [0xEF] = MTKS_TAG_ODD,     [0xCF] = MTKS_TAG_ODD,     [0xC3] = MTKS_TAG_ODD,
    [0x3C] = MTKS_TAG_DROPPED, [0x38] = MTKS_TAG_DROPPED, [0x00] = MTKS_TAG_DELETED,
};

bool mtks_ftl_shape(struct mtks_ftl_geometry *geometry, uint64_t block)
{
    if (block < MTKS_FTL_BLOCK_LEAST || block > MTKS_FTL_BLOCK_MOST || (block & (block - 1)))
        return false;
    uint32_t sectors = (uint32_t)block / MTKS_SECTOR, header = 1;
    while (4 + 4 * (sectors - header) > header * MTKS_SECTOR)
        header++;
    geometry->block = (uint32_t)block;
    geometry->header = header * MTKS_SECTOR;
    geometry->sectors = sectors - header;
    return true;
}

enum mtks_ftl_block_kind mtks_ftl_block_kind(uint8_t state)
{
    return (enum mtks_ftl_block_kind)block_kinds[state];
}

struct mtks_ftl_tag mtks_ftl_tag(const uint8_t *header, uint32_t slot, uint64_t limit)
{
    uint32_t word = mtkscan_le32(header + 4 + 4 * (uint64_t)slot);
    struct mtks_ftl_tag tag = {word & 0xFFFFFFu, (enum mtks_ftl_tag_kind)tag_kinds[word >> 24]};
    if (tag.number == MTKS_FTL_NUMBER_NONE) {
        if (tag.kind >= MTKS_TAG_ODD && tag.kind != MTKS_TAG_DROPPED &&
            tag.kind != MTKS_TAG_DELETED)
            tag.kind = MTKS_TAG_IMPOSSIBLE; /* data of no sector */
        return tag;
    }
    if (tag.kind == MTKS_TAG_FREE)
        tag.kind = MTKS_TAG_STARTED;
    if (tag.number >= limit && tag.kind != MTKS_TAG_RECORD)
        tag.kind = MTKS_TAG_IMPOSSIBLE;
    return tag;
}

bool mtks_ftl_erased(const uint8_t *bytes, uint64_t length)
{
    /* Bytes that equal their neighbours equal the first one. */
    return length == 0 || (bytes[0] == 0xFF && memcmp(bytes, bytes + 1, (size_t)length - 1) == 0);
}

/* Counts the tags; false at the first sign against the geometry, when `strict`. */
static bool count_tags(struct mtks_ftl_look *look, const uint8_t *block, uint64_t present,
                       const struct mtks_ftl_geometry *geometry, uint64_t limit, bool strict)
{
    for (uint32_t slot = 0; slot < geometry->sectors; slot++) {
        uint64_t data = geometry->header + (uint64_t)slot * MTKS_SECTOR;
        enum mtks_ftl_tag_kind kind = mtks_ftl_tag(block, slot, limit).kind;
        look->used += kind != MTKS_TAG_FREE;
        look->live += kind >= MTKS_TAG_OPEN;
        look->wrong += kind == MTKS_TAG_IMPOSSIBLE;
        look->dirty += kind == MTKS_TAG_FREE && mtkscan_inside(data, GLANCE, present) &&
                       !mtks_ftl_erased(block + data, GLANCE);
        if (strict && (look->wrong || look->dirty))
            return false;
    }
    return true;
}

struct mtks_ftl_look mtks_ftl_look(const uint8_t *block, uint64_t present,
                                   const struct mtks_ftl_geometry *geometry, uint64_t limit,
                                   bool strict)
{
    struct mtks_ftl_look look = {.kind = mtks_ftl_block_kind(block[3]),
                                 .count = mtkscan_le32(block) & 0xFFFFFFu};
    if (strict && look.kind == MTKS_BLOCK_IMPOSSIBLE)
        return look;
    uint64_t tags = 4 + 4 * (uint64_t)geometry->sectors;
    look.padded = mtks_ftl_erased(block + tags, geometry->header - tags);
    if (strict && !look.padded)
        return look;
    if (!count_tags(&look, block, present, geometry, limit, strict))
        return look;
    bool fits = look.padded && look.wrong == 0 && look.dirty == 0;
    look.blank = fits && look.used == 0 && look.kind == MTKS_BLOCK_ERASED;
    look.sound = fits && look.kind > MTKS_BLOCK_ERASED;
    return look;
}
