/* SPDX-License-Identifier: MIT */
/*
 * Many images, a few processes. Each worker is a fork of the caller, so it knows the list and has
 * all that the caller loaded; the caller hands out numbers and alone gets what comes back, in the
 * list's order. The caller has no other thread. [thread: one]
 */
#ifndef MTKSCAN_INDEX_WORKERS_H
#define MTKSCAN_INDEX_WORKERS_H

#include <stdio.h>

#include "entry.h"

#define MTKS_WORKERS_MAX 256u

struct mtks_workers {
    const struct mtks_index_entry *const *entries; /* [lifetime: the call] */
    size_t count;
    unsigned processes; /* at least 1; more than there is work for, or MTKS_WORKERS_MAX, are not
                           made */
    /* In a worker: writes the line of an image, with its end. */
    void (*make)(void *ctx, const struct mtks_index_entry *entry, FILE *out);
    /* In the caller: takes the line of an image. Anything but MTKSCAN_DONE stops. */
    int (*take)(void *ctx, const struct mtks_index_entry *entry, const char *line, size_t length,
                mtkscan_error *error);
    void *ctx;
    const struct mtks_progress *progress; /* in the caller alone */
};

/*
 * Runs make() and take() for all entries. An image that its worker dies of is tried once more, and
 * then has an error line. Returns take()'s outcome, MTKSCAN_INTERRUPTED, or MTKSCAN_SYSTEM; no
 * worker is left. Images taken before are done in any case.
 */
int mtks_workers_run(const struct mtks_workers *workers, mtkscan_error *error);

#endif
