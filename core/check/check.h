/* SPDX-License-Identifier: MIT */
/* Runs the checks that the module stated, and turns their results into verdicts. */
#ifndef MTKSCAN_CHECK_CHECK_H
#define MTKSCAN_CHECK_CHECK_H

#include "../dump/dump.h"
#include "../model/analysis.h"

/* Decides each check of the analysis, and raises the finding of each that failed. Also fills part
 * SHA-1s. */
int mtks_checks_run(struct mtks_analysis *analysis, const struct mtks_dump *dump);

/*
 * The verdict of each part and of the whole (DESIGN: verified needs a hash; percent counts the
 * bytes of all expected parts that are verified or consistent, rounded down, and is 100 only when
 * all are).
 */
int mtks_health_judge(struct mtks_analysis *analysis);

#endif
