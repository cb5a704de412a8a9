/* SPDX-License-Identifier: MIT */
/*
 * A new folder that appears whole or not at all. Files are written into a hidden sibling, made
 * durable, and the sibling is renamed in one step that never overwrites. Whatever stops the program
 * in between, the final name is either untouched or complete. [thread: one at a time]
 */
#ifndef MTKSCAN_OUTPUT_OUTDIR_H
#define MTKSCAN_OUTPUT_OUTDIR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "../model/error.h"
#include "../model/progress.h"

/* What may be replaced at the final name. */
enum mtks_replace {
    MTKS_REPLACE_NOTHING,
    MTKS_REPLACE_EMPTY, /* a folder with nothing in it */
    MTKS_REPLACE_KIT,   /* that, and a kit that mtkscan wrote, with nothing besides (ours.h) */
};

struct mtks_outdir {
    int parent;   /* folder that holds both names; -1: closed */
    int folder;   /* the hidden one; -1: not made, or no longer ours */
    mode_t mode;  /* of the folder once it is shown */
    bool replace; /* swap it with what stands at `name` */
    enum mtks_replace allowed;
    const char *spared; /* why a kit of ours is not replaced; may be NULL. [lifetime: caller] */
    char name[256];     /* final name, one component */
    char temporary[256];
    char leftover[256]; /* the hidden folder of a run that was killed, or of one that runs; or "" */
    bool has_input;     /* whether `input` is the file that must stay */
    struct stat input;
};

/*
 * Makes the hidden folder beside `path`. MTKSCAN_REFUSED when `path` exists in any form, be it an
 * empty folder or a dangling link, unless `allowed` lets it be replaced. Where no kit may, `spared`
 * says why behind the kit's name; it may be NULL. `input` is the path of the dump, "-" for standard
 * input, which is never removed with an old kit; it may be NULL.
 * MTKSCAN_USAGE when `path` is empty, MTKSCAN_SYSTEM otherwise. After a failure nothing is left and
 * nothing has to be closed.
 */
int mtks_outdir_open(struct mtks_outdir *out, const char *path, enum mtks_replace allowed,
                     const char *spared, const char *input, mtkscan_error *error);

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
