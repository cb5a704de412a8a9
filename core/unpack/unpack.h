/* SPDX-License-Identifier: MIT */
/*
 * Writes what was decoded: a file a layer, index.json with address and length of each, a command
 * line for a disassembler, and, when asked, a file a resource. The folder appears whole or not at
 * all (output/outdir.h).
 */
#ifndef MTKSCAN_UNPACK_UNPACK_H
#define MTKSCAN_UNPACK_UNPACK_H

#include "../dump/dump.h"
#include "../model/analysis.h"
#include "../model/error.h"
#include "../model/progress.h"

struct mtks_unpack_options {
    bool force;     /* replace a folder that mtkscan unpacked into */
    bool resources; /* write each resource, too */
    const char *version;
    const struct mtks_progress *progress; /* may be NULL */
};

struct mtks_unpack_file {
    const char *name; /* in the folder: "ALICE.bin", "resources/ALICE-0x01A2B4.gif" */
    uint64_t length;
    uint32_t layer;    /* index, or MTKS_NO_LAYER */
    uint32_t resource; /* index, or MTKS_NO_LAYER for a layer's own file and the index */
};

/* What was written. [lifetime: the analysis' arena] */
struct mtks_unpacked {
    bool written;
    const char *leftover; /* hidden folder of another run beside it, which may be dead; or NULL */
    MTKS_LIST(struct mtks_unpack_file) files;
};

/*
 * Layers that are closed give no file and are told in the index; damaged ones are written with
 * their filler. Names from the dump are made safe. Errors as mtks_outdir_open() and the others.
 */
int mtks_unpack_write(struct mtks_analysis *analysis, const struct mtks_dump *dump, const char *dir,
                      const struct mtks_unpack_options *options, struct mtks_unpacked *unpacked,
                      mtkscan_error *error);

#endif
