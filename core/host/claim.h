/* SPDX-License-Identifier: MIT */
/* Runs modules against a dump and takes their records into the analysis, each member checked. */
#ifndef MTKSCAN_HOST_CLAIM_H
#define MTKSCAN_HOST_CLAIM_H

#include "../dump/dump.h"
#include "../model/analysis.h"
#include "plugins.h"
#include "registry.h"

#define MTKS_CLAIM_THRESHOLD 48 /* bits: below this a dump is not recognised */
#define MTKS_CLAIM_MARGIN    16 /* bits: the best must lead by this much, else ambiguous */

/*
 * Asks every usable module (order does not matter), adds the registry's evidence, ranks, and sets
 * status, plugin, claims, device and hint. `forced` (may be NULL) names the module to take whatever
 * it claims. A dump that nobody claims, or two, is MTKSCAN_DONE too: see status. Others: no usable
 * module (MTKSCAN_NOT_RECOGNISED), an unknown `forced` (MTKSCAN_USAGE), memory (MTKSCAN_REFUSED),
 * no process to run modules in (MTKSCAN_SYSTEM).
 */
int mtks_claim_run(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                   const struct mtks_plugins *plugins, const struct mtks_registry *registry,
                   const char *forced, mtkscan_error *error);

/*
 * Lets the winner state layout and flash facts. Only for an identified dump. What a callback states
 * counts when it ends well, and its process does; else all of it is dropped, its claim says how it
 * misbehaved, MTK-P001 is raised, and the outcome is still MTKSCAN_DONE. MTKSCAN_REFUSED: memory.
 * MTKSCAN_SYSTEM: no process.
 */
int mtks_layout_run(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                    const struct mtks_plugins *plugins, mtkscan_error *error);

#endif
