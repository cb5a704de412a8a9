/* SPDX-License-Identifier: MIT */
/* Inside the kit room: the boot header that no kit holds, as download agents write it. */
#ifndef MTKSCAN_KIT_BUILD_HEADER_H
#define MTKSCAN_KIT_BUILD_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A loader that the layout lists. */
struct mtks_boot_slot {
    uint32_t file_type;
    uint64_t offset, length;
};

/*
 * Writes device header and layout (BOOTHEADER.md 2) for the loaders in this order, into an image
 * that has bytes up to MTKSCAN_INT_BL_OFFSET. Files of other regions, more than eight, and what
 * lies beyond 4 GiB are left out. Bytes in between stay as they are. The ends of slots are the
 * vendor tool's choice and not known: here they are the files', rounded up.
 */
void mtks_boot_header_put(uint8_t *image, const struct mtks_boot_slot *slots, size_t count);

/* Whether a file type is one that the layout lists. */
bool mtks_boot_header_lists(uint32_t file_type);

#endif
