/* SPDX-License-Identifier: MIT */
/*
 * Anchors: places of a dump that say themselves where in the flash they belong. The boot header
 * belongs at 0, a file at its load address (FORMAT.md 1.1), the file system at the address that the
 * ROM states. Where found and stated differ, the read went wrong before that place. [thread: any]
 */
#ifndef MTKSCAN_DIAGNOSE_ANCHORS_H
#define MTKSCAN_DIAGNOSE_ANCHORS_H

#include <stdbool.h>
#include <stdint.h>

#include "../dump/dump.h"
#include "mtkscan/gfh.h"

enum mtks_anchor_kind {
    MTKS_ANCHOR_BOOT,     /* SF_BOOT */
    MTKS_ANCHOR_LAYOUT,   /* BRLYT */
    MTKS_ANCHOR_FILE,     /* a FILE_INFO with an address in flash, or the internal loader */
    MTKS_ANCHOR_ROM_END,  /* behind ROM's end mark */
    MTKS_ANCHOR_VIVA_END, /* behind VIVA's last byte, as the erased bytes behind it show */
    MTKS_ANCHOR_FAT,      /* the first block of the file system */
    MTKS_ANCHOR_END,      /* of the dump, which should be the end of the flash */
};

struct mtks_anchor {
    enum mtks_anchor_kind kind;
    uint32_t type;   /* of a FILE */
    uint64_t at;     /* where it was found */
    uint64_t place;  /* where it belongs; both below 2^62 */
    uint64_t length; /* of a FILE, as it states; else 0 */
    uint64_t known;  /* bytes from `at` that the anchor itself shows to be in place */
};

#define MTKS_ANCHORS     40u
#define MTKS_SHIFT_LIMIT 0x200000 /* the longest piece that a reader plausibly loses or repeats */

struct mtks_anchors {
    bool usual; /* all stands where it belongs: found without a search */
    size_t count;
    struct mtks_anchor items[MTKS_ANCHORS]; /* in the order of the flash and of the dump */
    /* What the ROM says; 0: there is none. */
    uint64_t capacity, fat_begin, fat_length, block;
    uint64_t late_boot; /* a boot header behind the first file; 0: there is none */
};

/* Looks where the anchors should be, and when one is missing there, searches the whole dump. */
void mtks_anchors_find(const struct mtks_dump *dump, struct mtks_anchors *anchors);

/* found - stated */
static inline int64_t mtks_anchor_shift(const struct mtks_anchor *anchor)
{
    return (int64_t)anchor->at - (int64_t)anchor->place;
}

/* The first anchor of a kind (and of a file type, unless 0), or NULL. */
const struct mtks_anchor *mtks_anchors_get(const struct mtks_anchors *anchors,
                                           enum mtks_anchor_kind kind, uint32_t type);

/* "ROM", "the boot header" */
const char *mtks_anchor_name(const struct mtks_anchor *anchor);

/* Whether the file ends where it says: by a boot loader's hash, the end mark of the ROM, or the
 * erased bytes behind any other. */
bool mtks_anchor_whole(const struct mtks_dump *dump, const struct mtks_anchor *file);

/* Whether a device header and the layout behind it stand at `at`. */
bool mtks_boot_stands(const struct mtks_dump *dump, uint64_t at);

/* What was found, what stands where it belongs, and which files are whole, a bit each. A remedy may
 * take none away but of what was found only: that may be of another dump. */
#define MTKS_STANDING_FOUND UINT64_C(0xFFFFFFFF00000000)
uint64_t mtks_anchors_standing(const struct mtks_dump *dump, const struct mtks_anchors *anchors);

/* Whether the file system's first block stands at `at`: it, or the one behind it, is a block of the
 * translation layer, and the one before is none (FORMAT.md 6.2). */
bool mtks_fat_begins(const struct mtks_dump *dump, uint64_t at, uint64_t block);

#endif
