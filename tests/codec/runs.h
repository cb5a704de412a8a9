/* SPDX-License-Identifier: MIT */
/* A run with limits of the test's own. */
#ifndef TESTS_CODEC_RUNS_H
#define TESTS_CODEC_RUNS_H

#include "support.h"

#include "codec/codec.h"

static struct mtks_arena arena;
static struct mtks_codec_run run;

static inline void run_limited(uint64_t memory, uint64_t output, uint64_t steps)
{
    struct mtks_limits limits;
    mtks_limits_init(&limits);
    if (output)
        limits.codec_output = output;
    if (steps)
        limits.codec_steps = steps;
    mtks_arena_free(&arena);
    mtks_arena_init(&arena, memory ? memory : limits.memory);
    mtks_codec_run_init(&run, &arena, &limits, NULL);
}

static inline int run_begin(void **state)
{
    (void)state;
    run_limited(0, 0, 0);
    return 0;
}

static inline int run_end(void **state)
{
    (void)state;
    mtks_arena_free(&arena);
    return 0;
}

static inline int say_stop(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)ctx, (void)stage, (void)done, (void)total;
    return 1;
}

static const struct mtks_progress stopping = {.step = say_stop};

#endif
