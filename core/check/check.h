/* SPDX-License-Identifier: MIT */
/* Runs the checks that the module stated, and turns their results into verdicts. */
#ifndef MTKSCAN_CHECK_CHECK_H
#define MTKSCAN_CHECK_CHECK_H

#include "../dump/dump.h"
#include "../model/analysis.h"

/*
 * Decides each check of the analysis, and raises the finding of each that failed. Also fills
 * `present` of each part. A check whose bytes lie outside the dump, or that tests no
 * byte, is not run. The work is bounded by a multiple of the dump's size: beyond it, checks are not
 * run and MTK-P001 is raised. Returns 0, or -1 when memory is out.
 */
int mtks_checks_run(struct mtks_analysis *analysis, const struct mtks_dump *dump);

/* Fills `sha1` of each part that is there whole, within the same bound: those beyond it stay "". */
void mtks_parts_hash(struct mtks_analysis *analysis, const struct mtks_dump *dump);

/*
 * The verdict of each part and of the whole, from checks that ran.
 *
 * A part is absent or truncated as its bytes are; damaged when a check failed that means damage, or
 * a finding says that a piece of it is bad; verified when a hash agreed; consistent when another
 * check passed; else it stays unchecked. A failed check that only warns leaves the verdict alone.
 * `percent` counts the bytes of all expected parts that are verified or consistent, rounded
 * down, and is 100 only when every part is.
 *
 * The whole is damaged when a part is, or when a finding raised so far is an error; healthy when
 * every part is verified or consistent; else incomplete (parts missing, cut, unchecked, or none).
 * Raises MTK-D003, MTK-D004 and, unless the module did, MTK-S005. Returns 0, or -1 when memory is
 * out.
 */
int mtks_health_judge(struct mtks_analysis *analysis);

#endif
