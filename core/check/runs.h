/* SPDX-License-Identifier: MIT */
/* Long runs of one byte inside parts that no hash covers: pieces that were never read. */
#ifndef MTKSCAN_CHECK_RUNS_H
#define MTKSCAN_CHECK_RUNS_H

#include <stdbool.h>

#include "../dump/dump.h"
#include "../model/analysis.h"

#define MTKS_RUN_LEAST 0x10000u /* bytes: shorter runs may be padding (FORMAT.md 6.6) */

/*
 * The longest run of one byte in [offset, offset + length) of the dump, if it has MTKS_RUN_LEAST
 * bytes or more. A sound part costs next to nothing: the first bytes of each half of that length
 * differ.
 */
bool mtks_run_find(const struct mtks_dump *dump, uint64_t offset, uint64_t length, uint64_t *at,
                   uint64_t *run);

/* Raises MTK-D008 for a part that has such a run. 1 when it has, 0 when not, -1 when memory is out.
 */
int mtks_run_report(struct mtks_analysis *analysis, const struct mtks_dump *dump, uint32_t part);

#endif
