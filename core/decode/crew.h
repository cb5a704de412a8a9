/* SPDX-License-Identifier: MIT */
/* Tasks side by side on a few threads, which are all gone when the call returns. */
#ifndef MTKSCAN_DECODE_CREW_H
#define MTKSCAN_DECODE_CREW_H

#include <stdbool.h>
#include <stddef.h>

#include "../model/progress.h"

#define MTKS_CREW_MAX 4u /* threads; the longest stream alone decides beyond that */

struct mtks_crew {
    unsigned threads;                     /* the caller's counted; 0: as many as the machine has */
    const struct mtks_progress *progress; /* called from the caller's thread alone; may be NULL */
};

/* One task. It hands `progress` to what it calls, or asks it itself in long loops. */
typedef void mtks_crew_work(void *ctx, size_t index, const struct mtks_progress *progress);

/* Does the tasks 0 .. count - 1, begun in that order. False when `crew->progress` said stop; then
 * some were not begun. */
bool mtks_crew_run(const struct mtks_crew *crew, const char *stage, size_t count,
                   mtks_crew_work *work, void *ctx);

#endif
