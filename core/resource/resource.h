/* SPDX-License-Identifier: MIT */
/*
 * Pictures, tones and texts in plain bytes (FORMAT.md 7). Each format is a row of one table and a
 * file of its own, which walks the structure to its end: a signature alone is never a find.
 */
#ifndef MTKSCAN_RESOURCE_RESOURCE_H
#define MTKSCAN_RESOURCE_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../model/analysis.h"
#include "../model/progress.h"

#define MTKS_RESOURCE_DETAIL 96u

/* What a walk found at its start. */
struct mtks_walk {
    uint64_t length;                   /* whole, from the first byte of the signature */
    uint32_t width, height;            /* pixels; 0: has none */
    char detail[MTKS_RESOURCE_DETAIL]; /* one line of printable ASCII, or "" */
    uint64_t steps; /* that the walk may still take, set by the caller; it refuses when they end */
};

#define MTKS_RESOURCE_MAGICS 8u

struct mtks_resource_format {
    const char *name;   /* "gif", as the report names it */
    const char *suffix; /* of an extracted file: "gif" */
    const char *text;   /* "GIF picture" */
    /* What it may begin with: texts of 2 bytes or more up to the first NULL. With none it is not
     * found by its start but by what stands around it, and has no walk. */
    const char *magics[MTKS_RESOURCE_MAGICS];
    /* Walks what begins at bytes[0]; false when it is not whole and valid within `length`.
     * Takes a step for each byte or item that it looks at. */
    bool (*walk)(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk);
};

extern const struct mtks_resource_format mtks_resource_formats[];
extern const size_t mtks_resource_format_count;
const struct mtks_resource_format *mtks_resource_format(const char *name); /* or NULL */

/* Bytes to search, and what is known of them. */
struct mtks_resource_span {
    const uint8_t *bytes; /* [lifetime: caller] */
    uint64_t length;
    uint32_t layer;     /* what finds are said to lie in */
    uint64_t offset;    /* of bytes[0] in that layer, or in the dump */
    uint64_t exec_addr; /* address of bytes[0] when it runs; 0: not known (audio table, 7.3) */
};

#define MTKS_RESOURCES_MOST 32768u /* finds of one analysis */

/*
 * Appends all finds of a span to analysis->resources in rising order; finds do not overlap (one
 * inside another, such as the thumbnail of a JPEG, belongs to the outer one). The work is linear in
 * the span's length: refused walks share an allowance of steps, and a span that uses it up, or an
 * analysis with MTKS_RESOURCES_MOST finds, says so in analysis->log. 0, -1 when memory is out, 1
 * when `progress` said stop.
 */
int mtks_resources_find(struct mtks_analysis *analysis, const struct mtks_resource_span *span,
                        const struct mtks_progress *progress);

/*
 * The same for everything that there is: the plain parts of the dump (containers left out), then
 * each layer that has bytes. Sets analysis->searched.
 */
int mtks_resources_find_all(struct mtks_analysis *analysis, const uint8_t *dump, uint64_t size,
                            const struct mtks_progress *progress);

#endif
