/* SPDX-License-Identifier: MIT */
/* Inside the kit room: the .cfg that belongs to an analysis (FORMAT.md 8.3). */
#ifndef MTKSCAN_KIT_KIT_CFG_H
#define MTKSCAN_KIT_KIT_CFG_H

#include <stdbool.h>

#include "kit.h"

/* Whether a memory type may stand in a .cfg: [A-Z0-9_]+, perhaps with "MHz" behind it. */
bool mtks_kit_memory_type_is_sane(const char *text);

/* The name of a flash device type in the .cfg ("SF"), or NULL when it has none. */
const char *mtks_kit_flash_type(uint32_t device_type);

/* The section of the .cfg that lists a region's files, or NULL when it has none. */
const char *mtks_kit_section(uint32_t region);

/* Whether the user chose the module although the dump speaks against it. */
bool mtks_kit_is_against_evidence(const struct mtks_analysis *analysis);

/* Why a part is not good, in a few words. Memory comes from the analysis; NULL when it is out. */
const char *mtks_kit_part_trouble(struct mtks_analysis *analysis, uint32_t part);

/*
 * Fills `cfg` for the files of `kit` that are written. What has no line, and why the kit must not
 * be flashed, is told in its head. *lack says what a flashing tool needs and the dump does not
 * show, or is NULL. Returns 0, or -1 when memory is out.
 */
int mtks_kit_make_cfg(struct mtks_analysis *analysis, const struct mtks_kit *kit,
                      const struct mtks_kit_options *options, struct mtks_cfg *cfg,
                      const char **lack);

/* Whether all that is wrong with a kit is what its .cfg says, and not what is to be flashed. */
bool mtks_kit_files_are_good(const struct mtks_analysis *analysis);

/* Whether all parts are good and the dump is only shorter than its flash. Some watches have less
 * flash than their firmware was built for: their owners can never read more. */
bool mtks_kit_is_short(const struct mtks_analysis *analysis);

#endif
