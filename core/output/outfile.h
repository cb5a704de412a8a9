/* SPDX-License-Identifier: MIT */
/*
 * A new file that appears whole or not at all: written piece by piece under a hidden name beside
 * the final one, made durable, and renamed in one step. [thread: one at a time]
 */
#ifndef MTKSCAN_OUTPUT_OUTFILE_H
#define MTKSCAN_OUTPUT_OUTFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "../model/error.h"
#include "../model/progress.h"
#include "place.h"

struct mtks_outfile_options {
    bool force;                /* replace a regular file; never a folder, a device or a link */
    const char *const *inputs; /* paths of what was read: never replaced. [lifetime: the call] */
    size_t input_count;
};

struct mtks_outfile {
    struct mtks_place place;
    int file;         /* the hidden one, or standard output; -1: closed */
    bool plain;       /* standard output: no name, nothing to take back */
    bool force;       /* as in the options */
    bool replace;     /* a regular file stood at the final name */
    uint64_t written; /* bytes */
};

/*
 * Makes the hidden file beside `path`. "-" is standard output, which gets the bytes as they come.
 * MTKSCAN_REFUSED when something stands there that may not be replaced, or an input does;
 * MTKSCAN_USAGE when the path is empty or a folder's, MTKSCAN_SYSTEM. After a failure nothing is
 * left and nothing has to be closed.
 */
int mtks_outfile_open(struct mtks_outfile *out, const char *path,
                      const struct mtks_outfile_options *options, mtkscan_error *error);

/* Adds bytes. MTKSCAN_SYSTEM (a closed pipe, too, unless SIGPIPE ends the program), or
 * MTKSCAN_INTERRUPTED when `progress` (may be NULL) says stop. Abandon the file after a failure. */
int mtks_outfile_append(struct mtks_outfile *out, const uint8_t *bytes, uint64_t length,
                        const struct mtks_progress *progress, mtkscan_error *error);

/*
 * Shows the file under its final name. Afterwards, and after any failure, nothing has to be closed.
 * The final name is then as it was, unless the message says that the file is written.
 */
int mtks_outfile_commit(struct mtks_outfile *out, mtkscan_error *error);

/* Removes the hidden file. Harmless when there is none; what went to standard output stays there.
 */
void mtks_outfile_abandon(struct mtks_outfile *out);

#endif
