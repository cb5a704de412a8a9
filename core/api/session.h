/* SPDX-License-Identifier: MIT */
/* What hides behind the handles of mtkscan.h. */
#ifndef MTKSCAN_API_SESSION_H
#define MTKSCAN_API_SESSION_H

#include "../dump/dump.h"
#include "../host/plugins.h"
#include "../host/registry.h"
#include "../kit/build.h"
#include "../kit/convert.h"
#include "../kit/kit.h"
#include "../merge/merge.h"
#include "../model/analysis.h"
#include "../model/progress.h"
#include "../unpack/unpack.h"
#include "mtkscan.h"

struct mtkscan_session {
    struct mtks_arena arena;
    struct mtks_limits limits;
    struct mtks_plugins plugins;
    struct mtks_registry registry;
    struct mtks_progress progress;
    const char *forced; /* module id, or NULL */
    bool hash;          /* SHA-1s are made beside the work, not on demand */
    bool decode;        /* containers are opened */
    bool resources;     /* and searched */
    bool fix;           /* a read that went wrong is analysed through a corrected view */
    MTKS_LIST(const char *) warnings;
};

struct mtks_looked;

struct mtkscan_result {
    mtkscan_session *session;
    struct mtks_analysis *analysis;
    struct mtks_dump dump;  /* what is analysed: the input, or its corrected view */
    struct mtks_dump input; /* as it was given, when `dump` is a view of it; else empty */
    struct mtks_kit kit;    /* what mtkscan_extract() wrote; no files before */
    const char *kit_dir;
    struct mtks_unpacked unpacked; /* what mtkscan_unpack() wrote */
    const char *unpacked_dir;
    MTKS_LIST(const char *) paths; /* of all inputs, as the user gave them */
    struct mtks_merged *merged;    /* how several reads became one; NULL for one */
    struct mtks_built *built;      /* how a kit became an image; NULL: it is none of a kit */
    struct mtks_cfg *cfg;          /* of a kit folder; NULL: it has none */
    struct mtks_converted *converted;
    struct mtks_remade_cfg *remade; /* a .cfg made anew, and its text */
    const char *remade_text;
    bool image_written;         /* by mtkscan_image_write() */
    struct mtks_looked *looked; /* what mtkscan_files() found; NULL before */
};

/*
 * Runs a dump that is open through the house: claim, layout, checks, map, health. `cfg` is NULL but
 * for a kit, `hashing` when nobody hashes. Returns the outcome of the whole scan.
 */
int mtks_examine(mtkscan_result *result, const struct mtks_cfg *cfg, struct mtks_hashing *hashing,
                 mtkscan_error *error);

/* A result around a fresh analysis of `path`. [owner of *result: caller] */
int mtks_result_new(mtkscan_session *session, const char *path, mtkscan_result **result,
                    mtkscan_error *error);
/* Adds a path to those of the result; the copy, or NULL when memory is out. */
const char *mtks_result_path(mtkscan_result *result, const char *path);
/* Adds all entries of a kit folder, and the .cfg that was named (or NULL), whether the kit uses
 * them or not: what lies beside a kit is the user's, too. -1 when memory is out. */
int mtks_result_kit_paths(mtkscan_result *result, const char *dir, const char *cfg);

/* Outcomes after which there is no analysis to report. The others are read off the analysis. */
bool mtks_is_fatal(int outcome);

/* files.c; harmless for NULL. */
void mtks_looked_free(struct mtks_looked *looked);

/* Makes the SHA-1s of dump and parts, unless they are there already. */
void mtks_result_hash(const mtkscan_result *result);

#endif
