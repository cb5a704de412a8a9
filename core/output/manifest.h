/* SPDX-License-Identifier: MIT */
/*
 * A folder that lists itself: SHA1SUMS, in the format of `sha1sum -c`, names every other file. By
 * that list --force knows such a folder again, and whether the user has changed a file of it.
 */
#ifndef MTKSCAN_OUTPUT_MANIFEST_H
#define MTKSCAN_OUTPUT_MANIFEST_H

#include <stdio.h>
#include <time.h>

#include "outdir.h"

#define MTKS_MANIFEST_NAME "SHA1SUMS"

/* How the files of one kind of command are known: this one begins so. */
struct mtks_manifest_mark {
    const char *file;  /* "index.json" */
    const char *start; /* "{\"schema\":\"mtkscan-unpack/1\"" */
};

/*
 * The `look` of a recogniser whose `ctx` is a struct mtks_manifest_mark. A folder is ours when it
 * has a SHA1SUMS, and the marked file in it; when SHA1SUMS names every other file and no folder is
 * there for none of them; and when each file has the SHA-1 that it had: a changed one is the user's
 * work. A file that is missing is no reason to keep the rest.
 */
bool mtks_manifest_look(const void *mark, int folder, const struct mtks_inputs *inputs,
                        struct mtks_owned *owned, char *why, size_t room);

/* Writes the list while the files are written. [thread: one at a time] */
struct mtks_manifest {
    struct mtks_outdir *out;
    FILE *list;
    char *text;
    size_t length;
};

/* Returns an outcome. Call mtks_manifest_free() in any case. */
int mtks_manifest_begin(struct mtks_manifest *manifest, struct mtks_outdir *out,
                        mtkscan_error *error);

/* One file, `modified` as of mtks_outdir_write_dated(). Its SHA-1 goes to `sha1`, which may be
 * NULL. MTKSCAN_REFUSED also for a name that the list cannot hold as it is: line breaks,
 * backslashes. */
int mtks_manifest_write(struct mtks_manifest *manifest, const char *name, const uint8_t *bytes,
                        uint64_t length, const struct timespec *modified,
                        const struct mtks_progress *progress, char sha1[41], mtkscan_error *error);

/* Writes SHA1SUMS. The folder is still to be committed. */
int mtks_manifest_end(struct mtks_manifest *manifest, const struct mtks_progress *progress,
                      mtkscan_error *error);
void mtks_manifest_free(struct mtks_manifest *manifest);

#endif
