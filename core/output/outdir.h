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
#include <time.h>

#include "../model/error.h"
#include "../model/progress.h"
#include "owned.h"
#include "place.h"

/* What may be replaced at the final name. */
enum mtks_replace {
    MTKS_REPLACE_NOTHING,
    MTKS_REPLACE_EMPTY, /* a folder with nothing in it */
    MTKS_REPLACE_OURS,  /* that, and one that the recogniser knows */
};

/* [lifetime: caller; `inputs` for the call, the others until commit or abandon] */
struct mtks_outdir_options {
    enum mtks_replace allowed;
    const struct mtks_recogniser *recogniser; /* NULL: no folder with something in it is ours */
    const char *spared;        /* why one of ours is not replaced, behind its name; may be NULL */
    const char *const *inputs; /* paths of what was read, "-" for standard input: they stay */
    size_t input_count;
    /*
     * Many small files. Each file is made durable by itself, which also tells of errors that the
     * disk reports late; but that costs a flush of the disk a file. With `many` the whole file
     * system is synced once, before the folder is shown: cheaper from some dozen files on, though
     * others' unwritten files are waited for, and before Linux 5.8 it hides the disk's late errors.
     */
    bool many;
};

struct mtks_outdir {
    struct mtks_place place;
    struct mtks_outdir_options options;
    int folder;     /* the hidden one; -1: not made, or no longer ours */
    mode_t mode;    /* of the folder once it is shown */
    bool replace;   /* swap it with what stands at the final name */
    uint64_t files; /* written */
};

/*
 * Makes the hidden folder beside `path`. MTKSCAN_REFUSED when `path` exists in any form, be it an
 * empty folder or a dangling link, unless the options let it be replaced. MTKSCAN_USAGE when `path`
 * is empty or "-", MTKSCAN_SYSTEM otherwise. After a failure nothing is left and nothing has to be
 * closed.
 */
int mtks_outdir_open(struct mtks_outdir *out, const char *path,
                     const struct mtks_outdir_options *options, mtkscan_error *error);

/*
 * Writes one new file. `name` is a safe name, or a path of such ("resources/a.gif"): folders are
 * made as needed. MTKSCAN_REFUSED when it is not, or there are too many files (tree.h),
 * MTKSCAN_SYSTEM with the reason, or MTKSCAN_INTERRUPTED when `progress` (may be NULL) says stop.
 * Abandon the folder after a failure.
 */
int mtks_outdir_write(struct mtks_outdir *out, const char *name, const uint8_t *bytes,
                      uint64_t length, const struct mtks_progress *progress, mtkscan_error *error);

/* The same for a file that was last changed then; NULL: now. */
int mtks_outdir_write_dated(struct mtks_outdir *out, const char *name, const uint8_t *bytes,
                            uint64_t length, const struct timespec *modified,
                            const struct mtks_progress *progress, mtkscan_error *error);

/*
 * Shows the folder under its final name. Afterwards, and after any failure, nothing has to be
 * closed. MTKSCAN_REFUSED when something has appeared there meanwhile, MTKSCAN_SYSTEM otherwise;
 * the final name is then as it was, unless the message says that the kit (or so) is written.
 */
int mtks_outdir_commit(struct mtks_outdir *out, mtkscan_error *error);

/* Removes the hidden folder with what was written. Harmless when there is none. */
void mtks_outdir_abandon(struct mtks_outdir *out);

#endif
