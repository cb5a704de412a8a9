/* SPDX-License-Identifier: MIT */
/* What a piece of the dump hits: firmware, the user's files, or bytes that nobody needs. */
#ifndef MTKSCAN_DIAGNOSE_PART_EXTENT_H
#define MTKSCAN_DIAGNOSE_PART_EXTENT_H

#include <stdbool.h>

#include "../dump/dump.h"
#include "../model/analysis.h"

struct mtks_extent {
    uint64_t parts;   /* bytes of the piece inside parts: the firmware is hit */
    uint64_t ranges;  /* inside named areas, as the file system: the firmware is not */
    uint64_t blank;   /* between them and 0xFF */
    uint64_t gaps;    /* between them and not 0xFF */
    uint64_t outside; /* past the end of the dump */
    bool harmless;    /* for the firmware */
    char text[160];   /* "hits ROM (0x200 bytes) and blank space (0x10 bytes)"; not escaped */
};

/*
 * Looks up [offset, offset + length) among parts and ranges; bytes of both count as parts. Does not
 * need the map. Never fails.
 */
void mtks_extent_of(const struct mtks_analysis *analysis, const struct mtks_dump *dump,
                    uint64_t offset, uint64_t length, struct mtks_extent *extent);

#endif
