/* SPDX-License-Identifier: MIT */
/* Inside the index room: one worker, and what it says. */
#ifndef MTKSCAN_INDEX_WORKER_H
#define MTKSCAN_INDEX_WORKER_H

#include <sys/types.h>

#include "workers.h"

/* What a worker is sent: the number of an image. */
typedef uint32_t mtks_worker_task;

/* What it answers with; `length` bytes of the line follow. */
struct mtks_worker_head {
    uint32_t number, length;
};

/* The life of a worker, in a fresh fork: until `pipe` ends, or the parent does. */
_Noreturn void mtks_worker_live(const struct mtks_workers *workers, int pipe, pid_t parent);

/* The error line of an image, with its end, on the heap; NULL when memory is out. */
char *mtks_worker_failure(const struct mtks_index_entry *entry, const char *why, size_t *length);

#endif
