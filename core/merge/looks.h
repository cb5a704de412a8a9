/* SPDX-License-Identifier: MIT */
/* What a version looks like by itself, and where it stands. */
#ifndef MTKSCAN_MERGE_LOOKS_H
#define MTKSCAN_MERGE_LOOKS_H

#include "dispute.h"

enum mtks_merge_region {
    MTKS_REGION_DATA,   /* a file system or a record of the flash: blank is natural */
    MTKS_REGION_PLAIN,  /* code and tables of a part; or a gap, or a part whose header is bad */
    MTKS_REGION_PACKED, /* of a container: looks like noise when it is right */
};

enum mtks_merge_region mtks_merge_region_of(const struct mtks_merging *merging,
                                            const struct mtks_dispute *dispute);

/* MTKS_FAULT_* of a version of the unit [first, end) of disputes. */
uint8_t mtks_merge_faults(const struct mtks_merging *merging, size_t first, size_t end,
                          uint32_t version);

/* Whether a version comes from a read that has one byte all over the dispute's cell. */
bool mtks_merge_is_blank_cell(const struct mtks_merging *merging,
                              const struct mtks_dispute *dispute, uint32_t version);

/* Whether a version comes from a read that has the cell before once more in the dispute's cell. */
bool mtks_merge_is_repeated_cell(const struct mtks_merging *merging,
                                 const struct mtks_dispute *dispute, uint32_t version);

/* Bits in which two versions differ. */
uint32_t mtks_merge_bits_apart(const struct mtks_merging *merging,
                               const struct mtks_dispute *dispute, uint32_t left, uint32_t right);

#endif
