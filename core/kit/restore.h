/* SPDX-License-Identifier: MIT */
/* What a kit loses of a device, and how to keep it. */
#ifndef MTKSCAN_KIT_RESTORE_H
#define MTKSCAN_KIT_RESTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../dump/dump.h"
#include "../model/analysis.h"

/* The ranges that hold what the owner of a device put there, by the names that modules give them
 * (FORMAT.md 6.1), and what is in them. */
struct mtks_user_range {
    const char *name, *what;
};
extern const struct mtks_user_range mtks_user_ranges[];
extern const size_t mtks_user_range_count;

bool mtks_restore_is_user_data(const char *range);

/* Ways to keep bytes, as bits. */
#define MTKS_KEEP_KIT       1u /* `extract` writes them as a file that its .cfg lists */
#define MTKS_KEEP_BASE      2u /* `build --base DUMP` puts them into the image */
#define MTKS_KEEP_READ_BACK 4u /* the flashing tool reads this range back, and writes it again */
#define MTKS_KEEP_TOOL      8u /* the flashing tool makes or keeps them by itself */

struct mtks_restore_item {
    const char *name; /* of the part or range, or what kind of bytes it is; untrusted */
    uint64_t offset, length;
    uint64_t used;    /* bytes that are not erased, of those in the dump */
    const char *what; /* one line */
    bool lost_by_kit; /* a kit of the usual four files does not bring them back */
    bool personal;    /* not to be handed on with the firmware */
    unsigned keep;    /* MTKS_KEEP_* */
    const char *how;  /* to keep it, one line */
    /* The range rounded to erase blocks, as a flashing tool reads and writes it; length 0: there
     * is nothing to read back. */
    uint64_t read_offset, read_length;
};

struct mtks_restore_plan {
    MTKS_LIST(struct mtks_restore_item) items; /* what is lost first, then by offset */
    uint64_t lost;                             /* bytes of the lost items that are not erased */
    bool whole;          /* the dump is a healthy and whole read: writing it back with a
                            programmer brings all of it back */
    const char *why_not; /* when not whole: one line; else NULL */
};

/*
 * Makes the plan of an identified dump. Writes nothing, and changes neither dump nor analysis but
 * for memory of its arena. 0, or -1 when memory is out.
 */
int mtks_restore_plan(struct mtks_restore_plan *plan, struct mtks_analysis *analysis,
                      const struct mtks_dump *dump);

#endif
