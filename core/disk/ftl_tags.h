/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a block's header (FORMAT.md 6.2): an erase count of 24 bits and the block's state,
 * then for each slot the number of its logical sector, 24 bits, and the slot's state. State bytes
 * only ever lose bits until the block is erased.
 */
#ifndef MTKSCAN_DISK_FTL_TAGS_H
#define MTKSCAN_DISK_FTL_TAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "ftl.h"
#include "mtkscan/bytes.h"

#define MTKS_FTL_NUMBER_NONE 0xFFFFFFu /* of an erase count as well */
#define MTKS_FTL_NORMAL_BYTE 0x39u
#define MTKS_FTL_VALID_BYTE  0xC0u
#define MTKS_FTL_BLOCK_LEAST 0x1000u
#define MTKS_FTL_BLOCK_MOST  0x100000u

/* In the order of trust in what a block holds. */
enum mtks_ftl_block_kind {
    MTKS_BLOCK_IMPOSSIBLE, /* a byte that the layer never writes */
    MTKS_BLOCK_ERASED,     /* 0xFF */
    MTKS_BLOCK_EMPTY,      /* 0x3D, 0x7D, 0xBD: made anew when the layer is mounted */
    MTKS_BLOCK_RECLAIMED,  /* 0x31, 0x29, 0x21 */
    MTKS_BLOCK_NORMAL,     /* 0x39 */
};

enum mtks_ftl_tag_kind {
    MTKS_TAG_IMPOSSIBLE,
    MTKS_TAG_FREE,
    MTKS_TAG_STARTED, /* 0xFE, 0xFD, 0xFC; a number beside 0xFF: the data may be half there */
    MTKS_TAG_RECORD,  /* 0xF8, 0xF0: the slot holds a record of an update of several sectors */
    MTKS_TAG_ODD,     /* 0xDF, 0xEF, 0xCF, 0xC3: between two states */
    MTKS_TAG_DROPPED, /* 0x3C, 0x38 */
    MTKS_TAG_DELETED, /* 0x00 */
    /* From here on the slot counts as the sector's copy, the later kind before the earlier. */
    MTKS_TAG_OPEN,   /* 0xE0 */
    MTKS_TAG_UPDATE, /* 0xC4, 0xC8, 0xCC */
    MTKS_TAG_VALID,  /* 0xC0 */
};

struct mtks_ftl_tag {
    uint32_t number; /* MTKS_FTL_NUMBER_NONE: none */
    enum mtks_ftl_tag_kind kind;
};

/* What one block looks like in one geometry. */
struct mtks_ftl_look {
    enum mtks_ftl_block_kind kind;
    uint32_t count; /* erases; MTKS_FTL_NUMBER_NONE: not stated */
    uint32_t used;  /* slots that are not free */
    uint32_t live;  /* of them: that count as a copy of their sector */
    uint32_t wrong; /* tags that cannot be */
    uint32_t dirty; /* free slots whose data is not erased */
    bool padded;    /* what lies between tags and data is erased */
    bool blank;     /* erased; a count may be there */
    bool sound;     /* formatted, and nothing speaks against this geometry */
};

/* Header and sectors of a block of `block` bytes: the least whole sectors that hold all tags.
 * false: no size that a layer could have. */
bool mtks_ftl_shape(struct mtks_ftl_geometry *geometry, uint64_t block);

enum mtks_ftl_block_kind mtks_ftl_block_kind(uint8_t state);

/* The tag of a slot; `header` has the geometry's header bytes. Numbers from `limit` on cannot be.
 */
struct mtks_ftl_tag mtks_ftl_tag(const uint8_t *header, uint32_t slot, uint64_t limit);

/*
 * Looks at a block of which `present` bytes are there, at least the header. Stops at the first
 * sign against the geometry when `strict`; then only blank and sound (and used, when sound) are
 * meant.
 */
struct mtks_ftl_look mtks_ftl_look(const uint8_t *block, uint64_t present,
                                   const struct mtks_ftl_geometry *geometry, uint64_t limit,
                                   bool strict);

/* Whether all `length` bytes are erased. */
bool mtks_ftl_erased(const uint8_t *bytes, uint64_t length);

#endif
