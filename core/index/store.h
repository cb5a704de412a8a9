/* SPDX-License-Identifier: MIT */
/*
 * The file of an index: whole lines, only ever added at its end, so that a run that is killed has
 * lost nothing but the line that it was writing. One writer at a time. [thread: one]
 */
#ifndef MTKSCAN_INDEX_STORE_H
#define MTKSCAN_INDEX_STORE_H

#include <sys/stat.h>

#include "entry.h"

/* A line of the file. */
struct mtks_store_row {
    struct mtks_index_entry entry;
    uint64_t offset, length; /* of the line with its end */
};

struct mtks_store {
    const char *path; /* [lifetime: caller] */
    int file;
    struct stat info;                      /* of the file, when it was opened */
    uint64_t size;                         /* bytes of whole lines */
    uint64_t synced;                       /* of these, bytes that are known to be on the disk */
    MTKS_LIST(struct mtks_store_row) rows; /* in the file's order */
    size_t known;                          /* rows that mtks_store_has() looks through: by path */
    bool untidy;       /* it holds a line that should not be there, or not there */
    size_t unreadable; /* lines that are none of an index */
    struct mtks_arena *arena;
};

/*
 * Opens or makes the file, locks it against other runs, cuts a torn last line and reads what is
 * there; with `anew` it is emptied. MTKSCAN_REFUSED when it is no index, or another run writes to
 * it; MTKSCAN_SYSTEM.
 */
int mtks_store_open(struct mtks_store *store, const char *path, bool anew, struct mtks_arena *arena,
                    mtkscan_error *error);

/* Whether the file held a line of this image, unchanged since. */
bool mtks_store_has(const struct mtks_store *store, const struct mtks_index_entry *entry);

/* Adds the line of an image, with its end, in one write. `entry` lives as long as the store. */
int mtks_store_append(struct mtks_store *store, const struct mtks_index_entry *entry,
                      const char *line, size_t length, mtkscan_error *error);

/*
 * Makes the lines durable. If they are not in the order of their paths, or one image has several,
 * the file is replaced in one step by one that is tidy: the newest line of each image, sorted.
 */
int mtks_store_finish(struct mtks_store *store, mtkscan_error *error);

void mtks_store_close(struct mtks_store *store);

#endif
