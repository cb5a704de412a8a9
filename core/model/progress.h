/* SPDX-License-Identifier: MIT */
/* How long work tells where it stands, and hears that it should stop. */
#ifndef MTKSCAN_MODEL_PROGRESS_H
#define MTKSCAN_MODEL_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

/* `step` may be NULL. `total` is 0 when it is not known. Non-zero asks to stop. */
struct mtks_progress {
    int (*step)(void *ctx, const char *stage, uint64_t done, uint64_t total);
    void *ctx;
};

/* Reports; non-zero: stop now. `progress` may be NULL. */
static inline int mtks_step(const struct mtks_progress *progress, const char *stage, uint64_t done,
                            uint64_t total)
{
    return progress && progress->step ? progress->step(progress->ctx, stage, done, total) : 0;
}

#endif
