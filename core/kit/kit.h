/* SPDX-License-Identifier: MIT */
/* Kits on disk: part files and the .cfg, written whole or not at all, and read back. */
#ifndef MTKSCAN_KIT_KIT_H
#define MTKSCAN_KIT_KIT_H

#include <stdbool.h>

#include "../dump/dump.h"
#include "../model/analysis.h"
#include "../model/error.h"
#include "cfg.h"

/* How the files of a kit are called (PEERS 4a). */
enum mtks_naming { MTKS_NAMES_VENDOR, MTKS_NAMES_EXTRACTOR, MTKS_NAMES_FW_SPLITTER };

/* The convention of a word: vendor, extractor, fw_splitter; false for any other. */
bool mtks_kit_naming(const char *word, enum mtks_naming *naming);

struct mtks_kit_options {
    enum mtks_naming naming;
    bool force;         /* replace a kit that mtkscan wrote; of a short dump an empty folder */
    bool force_partial; /* write the good parts of a damaged dump, and let `force` replace a kit
                           by one of a short dump */
    const char *memory_type;        /* overrides the derived one; NULL: do not */
    const char *memory_type_source; /* where that is from; NULL: the user gave it */
    const char *version;            /* of the program, for the .cfg's head; NULL: leave it out */
    const struct mtks_progress *progress; /* told and asked between blocks; may be NULL */
};

struct mtks_kit_file {
    const char *name; /* safe file name */
    uint32_t part;    /* index in analysis->parts */
    bool written;     /* false: left out, because the part is not good */
};

struct mtks_kit {
    MTKS_LIST(struct mtks_kit_file) files; /* in flash order; memory in the analysis' arena */
    const char *cfg_name;
    bool written;         /* it stands whole under its final name */
    bool complete;        /* nothing is left out, and the dump is healthy */
    const char *leftover; /* hidden folder of another run beside the kit, which may be dead; NULL */
};

/* The file name of each part and of the .cfg under a convention. All names are safe and distinct.
 */
int mtks_kit_names(struct mtks_analysis *analysis, enum mtks_naming naming, struct mtks_kit *kit);

/*
 * Writes every part and the .cfg into the new folder `dir`, which appears whole or not at all.
 * Outcomes: MTKSCAN_DAMAGED unless the verdict is healthy and every part good (nothing written
 * unless force_partial, in which case the good ones are; of a dump that is only shorter than its
 * flash the kit is written in any case, see kit->written); MTKSCAN_REFUSED when the folder exists,
 * is a link, ..., or when the module was forced against its own evidence and no memory type is
 * given, as platform and memory type may be another chip's; MTKSCAN_SYSTEM.
 */
int mtks_kit_write(struct mtks_analysis *analysis, const struct mtks_dump *dump, const char *dir,
                   const struct mtks_kit_options *options, struct mtks_kit *kit,
                   mtkscan_error *error);

/*
 * Lays the part files that `cfg` names, and other GFH files of the folder, into an erased image as
 * the flashing tool would. `cfg_path` may be NULL: the folder's only .cfg. What the folder itself
 * shows to be wrong is added to the analysis as findings.
 */
int mtks_kit_compose(struct mtks_analysis *analysis, const char *dir, const char *cfg_path,
                     struct mtks_dump *dump, struct mtks_cfg **cfg, mtkscan_error *error);

/* Compares the .cfg with what the analysis of the composed image found. Overlaps that compose told
 * of files and the map of parts are told once. Run it behind mtks_map_build(). */
int mtks_kit_crosscheck(struct mtks_analysis *analysis, const struct mtks_cfg *cfg);

#endif
