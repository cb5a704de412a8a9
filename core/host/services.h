/* SPDX-License-Identifier: MIT */
/* The host table that a module is given, over a dump in memory. [thread: one at a time] */
#ifndef MTKSCAN_HOST_SERVICES_H
#define MTKSCAN_HOST_SERVICES_H

#include "../dump/dump.h"
#include "../model/arena.h"
#include "../model/limits.h"
#include "decode_work.h"
#include "finder.h"
#include "mtkscan/plugin.h"
#include "sink.h"

struct mtks_wire;

struct mtks_services {
    mtkscan_host host; /* hand out this one; its ctx is the whole struct */
    const struct mtks_dump *dump;
    struct mtks_finder *finder;
    struct mtks_sink *sink;
    struct mtks_wire *wire; /* in a module's process: where to pass on what it states; else NULL */
    const struct mtks_decode_work *work; /* in decode; else NULL */
    struct mtks_arena scratch;
};

/*
 * Services for one call. `sink` may be NULL for a caller that only reads: then each emit_* call
 * returns MTKSCAN_E_INVALID. The struct must not move until mtks_services_free().
 */
void mtks_services_init(struct mtks_services *services, const struct mtks_dump *dump,
                        struct mtks_finder *finder, struct mtks_sink *sink, uint64_t scratch_limit);
void mtks_services_free(struct mtks_services *services);

/* Runs one callback of a module and blames the module for what it does wrong. */
void mtks_services_call(struct mtks_services *services,
                        int32_t (*callback)(const mtkscan_host *host), const char *name);

/* Calls `decode` with services->work; blames nobody for what it returns. */
int32_t mtks_services_decode(struct mtks_services *services,
                             int32_t (*decode)(const mtkscan_host *host,
                                               const mtkscan_decode_task *task));

/* The same for a callback that ran elsewhere and returned `code`. sink->ended keeps the code; a
 * decode may return more than MTKSCAN_OK. */
void mtks_services_ended(struct mtks_sink *sink, const char *name, int32_t code);

/* Fills `error` for an analysis that needs more memory than its limit; returns MTKSCAN_REFUSED. */
int mtks_services_no_memory(const struct mtks_limits *limits, mtkscan_error *error);

#endif
