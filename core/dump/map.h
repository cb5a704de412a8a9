/* SPDX-License-Identifier: MIT */
/* The coverage map: every byte of the dump exactly once. */
#ifndef MTKSCAN_DUMP_MAP_H
#define MTKSCAN_DUMP_MAP_H

#include "../model/analysis.h"
#include "dump.h"

/*
 * Fills analysis->map from its parts and ranges. Where two overlap, the one that starts first keeps
 * the bytes, and an overlap of two parts, or of a part and a range, is a finding. Bytes that
 * nothing claims are "blank" (0xFF), "zero" (0x00) or "unclaimed". Returns 0, or -1 when memory is
 * out.
 */
int mtks_map_build(struct mtks_analysis *analysis, const struct mtks_dump *dump);

#endif
