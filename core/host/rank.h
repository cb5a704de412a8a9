/* SPDX-License-Identifier: MIT */
/* Turns evidence into scores and scores into a verdict. */
#ifndef MTKSCAN_HOST_RANK_H
#define MTKSCAN_HOST_RANK_H

#include "../model/analysis.h"

/* Sets claim->score and claim->contradicted from its evidence; 0 for a module that misbehaved. */
void mtks_rank_score(struct mtks_claim *claim);

/* Sorts the claims, best first and equal ones by id, so that the order of loading does not matter,
 * and sets status and plugin by threshold and margin. */
void mtks_rank_decide(struct mtks_analysis *analysis);

#endif
