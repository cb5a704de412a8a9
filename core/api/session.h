/* SPDX-License-Identifier: MIT */
/* What hides behind the handles of mtkscan.h. */
#ifndef MTKSCAN_API_SESSION_H
#define MTKSCAN_API_SESSION_H

#include "../dump/dump.h"
#include "../host/plugins.h"
#include "../host/registry.h"
#include "../kit/kit.h"
#include "../model/analysis.h"
#include "../model/progress.h"
#include "mtkscan.h"

struct mtkscan_session {
    struct mtks_arena arena;
    struct mtks_limits limits;
    struct mtks_plugins plugins;
    struct mtks_registry registry;
    struct mtks_progress progress;
    const char *forced; /* module id, or NULL */
    bool hash;          /* SHA-1s are made beside the work, not on demand */
    MTKS_LIST(const char *) warnings;
};

struct mtkscan_result {
    mtkscan_session *session;
    struct mtks_analysis *analysis;
    struct mtks_dump dump;
    struct mtks_kit kit; /* what mtkscan_extract() wrote; no files before */
    const char *kit_dir;
};

/*
 * Runs a dump that is open through the house: claim, layout, checks, map, health. `cfg` is NULL but
 * for a kit, `hashing` when nobody hashes. Returns the outcome of the whole scan.
 */
int mtks_examine(mtkscan_result *result, const struct mtks_cfg *cfg, struct mtks_hashing *hashing,
                 mtkscan_error *error);

/* Makes the SHA-1s of dump and parts, unless they are there already. */
void mtks_result_hash(const mtkscan_result *result);

#endif
