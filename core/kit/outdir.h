/* SPDX-License-Identifier: MIT */
/*
 * A new folder that appears whole or not at all. Files are written into a hidden sibling, made
 * durable, and the sibling is renamed in one step that never overwrites. Whatever stops the program
 * in between, the final name is either untouched or complete. [thread: one at a time]
 */
#ifndef MTKSCAN_KIT_OUTDIR_H
#define MTKSCAN_KIT_OUTDIR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../model/error.h"
#include "../model/progress.h"

struct mtks_outdir {
    int parent;     /* folder that holds both names; -1: closed */
    int folder;     /* the hidden one; -1: not made, or no longer ours */
    mode_t mode;    /* of the folder once it is shown */
    bool replace;   /* swap it with the kit that stands at `name` */
    char name[256]; /* final name, one component */
    char temporary[256];
};

/*
 * Makes the hidden folder beside `path`. MTKSCAN_REFUSED when `path` exists in any form, be it an
 * empty folder or a dangling link; with `force`, unless it is an empty folder or a kit that mtkscan
 * wrote: a real folder of regular files, with a .cfg whose first line names mtkscan.
 * MTKSCAN_USAGE when `path` is empty, MTKSCAN_SYSTEM otherwise. After a failure nothing is left and
 * nothing has to be closed.
 */
int mtks_outdir_open(struct mtks_outdir *out, const char *path, bool force, mtkscan_error *error);

/*
 * Writes one new file, durably. `name` is one safe component. MTKSCAN_SYSTEM with the reason, or
 * MTKSCAN_INTERRUPTED when `progress` (may be NULL) says stop. Abandon the folder after a failure.
 */
int mtks_outdir_write(struct mtks_outdir *out, const char *name, const uint8_t *bytes,
                      uint64_t length, const struct mtks_progress *progress, mtkscan_error *error);

/*
 * Shows the folder under its final name. Afterwards, and after any failure, nothing has to be
 * closed. MTKSCAN_REFUSED when something has appeared there meanwhile, MTKSCAN_SYSTEM otherwise;
 * the final name is then as it was, unless the message says that the kit is written.
 */
int mtks_outdir_commit(struct mtks_outdir *out, mtkscan_error *error);

/* Removes the hidden folder with what was written. Harmless when there is none. */
void mtks_outdir_abandon(struct mtks_outdir *out);

#endif
