/* SPDX-License-Identifier: MIT */
/* The images of a collection: what an index has one line of. */
#ifndef MTKSCAN_INDEX_ENTRY_H
#define MTKSCAN_INDEX_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../model/arena.h"
#include "../model/error.h"
#include "../model/limits.h"
#include "../model/progress.h"

/* A dump, or a kit. One that has not changed has the same path, size and time. */
struct mtks_index_entry {
    const char *path;  /* of the dump; of a kit its .cfg. Raw bytes */
    bool kit;          /* the folder of `path` is a kit */
    uint64_t size;     /* bytes; of a kit all files of its folder */
    int64_t mtime;     /* seconds since 1970; of a kit its newest file's */
    uint32_t mtime_ns; /* and nanoseconds */
};

struct mtks_index_entries {
    MTKS_LIST(struct mtks_index_entry) list; /* by path, each once */
    size_t unreadable;                       /* folders that could not be read */
};

/* What a walk leaves out: the index itself. */
struct mtks_index_leave {
    dev_t device;
    ino_t number;
};

/*
 * Finds the images at and below `paths`: every regular file, and each .cfg that names files beside
 * it as one kit, whose files are no images of their own. Hidden names are left out, and no link is
 * followed but one of `paths` itself. MTKSCAN_SYSTEM (one of `paths` is not there), MTKSCAN_REFUSED
 * (too many for the arena), MTKSCAN_INTERRUPTED.
 */
int mtks_index_walk(struct mtks_index_entries *entries, const char *const *paths, size_t count,
                    const struct mtks_index_leave *leave, const struct mtks_limits *limits,
                    struct mtks_arena *arena, const struct mtks_progress *progress,
                    mtkscan_error *error);

#endif
