/* SPDX-License-Identifier: MIT */
/*
 * Rules of a chip family as tables, and the three callbacks that follow from them. A module for a
 * chip of the MAUI platform with serial NOR (FORMAT.md 1) is one `mtkscan_family`; the bundled ones
 * are.
 */
#ifndef MTKSCAN_FAMILY_H
#define MTKSCAN_FAMILY_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is measured in a dump. Each has one value, or none when the dump does not show it. */
enum mtkscan_trait_kind {
    MTKSCAN_TRAIT_END,
    MTKSCAN_TRAIT_EMI_SIZE,  /* bytes of GFH 0x0101 in the internal loader */
    MTKSCAN_TRAIT_INT_LOAD,  /* load address of the internal loader */
    MTKSCAN_TRAIT_SRAM_TOP,  /* word at +0x88 of EXT_BOOTLOADER */
    MTKSCAN_TRAIT_ALICE,     /* version << 8 | header size, of the ALICE container */
    MTKSCAN_TRAIT_MINOR_VER, /* sw_minor_ver of GFH 0x0200 */
    MTKSCAN_TRAIT_ROM_TEXT,  /* `text` stands in the ROM */
};

enum mtkscan_trait_meaning { MTKSCAN_SUPPORTS, MTKSCAN_CONTRADICTS };

/* One rule: when the measured value is `value` (or `text` is there), it speaks for or against this
 * family. */
typedef struct mtkscan_trait {
    enum mtkscan_trait_kind kind;
    enum mtkscan_trait_meaning meaning;
    uint32_t value;
    const char *text;
    int32_t bits;       /* for MTKSCAN_SUPPORTS */
    const char *source; /* FORMAT.md section */
} mtkscan_trait;

typedef struct mtkscan_family {
    /* Chip words this family claims, NULL-terminated. Another MTnnnn word in the platform id
     * contradicts. */
    const char *const *chips;
    const mtkscan_trait *traits; /* ended by MTKSCAN_TRAIT_END */
    const char *memory_type;     /* of single-rate PSRAM, e.g. "PSRAM_130MHz" (FORMAT.md 3.3) */
} mtkscan_family;

int32_t mtkscan_family_claim(const mtkscan_host *host, const mtkscan_family *family);
int32_t mtkscan_family_layout(const mtkscan_host *host, const mtkscan_family *family);
int32_t mtkscan_family_flash_ids(const mtkscan_host *host, const mtkscan_family *family);

#ifdef __cplusplus
}
#endif
#endif
