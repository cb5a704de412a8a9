/* SPDX-License-Identifier: MIT */
/*
 * Runs modules in processes of their own, side by side, and collects what they say. Whatever a
 * module does there, the worst it gets is a job that failed. [thread: one at a time a run]
 */
#ifndef MTKSCAN_HOST_RUNNER_H
#define MTKSCAN_HOST_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../dump/dump.h"
#include "../model/error.h"
#include "../model/limits.h"
#include "finder.h"
#include "sandbox.h"

struct mtks_decode_work;
struct mtks_sink;

#define MTKS_SIDE_BY_SIDE 8u /* processes at a time */
#define MTKS_FAULT_ROOM   96u

enum mtks_job_kind {
    MTKS_JOB_PROBE,    /* no module: what the sandbox achieves here. mtks_wire_take_reached() */
    MTKS_JOB_DESCRIBE, /* who the module is. mtks_wire_take_entry() */
    MTKS_JOB_CLAIM,    /* claim: one mtks_wire_replay() */
    MTKS_JOB_LAYOUT,   /* layout and flash_ids, which is not called when layout failed: two */
    MTKS_JOB_REPEAT,   /* layout, flash_ids and claim, twice: what state would change */
    MTKS_JOB_DECODE,   /* decode of `work`, whose output goes to `sink` as it arrives; then
                          mtks_decode_work_end() */
};

/* One process of one module. */
struct mtks_job {
    enum mtks_job_kind kind;
    int module; /* its checked descriptor [owner: caller]; -1 for a probe */
    const struct mtks_decode_work *work; /* of a decode; the process inherits it */
    struct mtks_sink *sink;              /* takes what arrives at once; NULL: it is gathered */

    uint8_t *bytes; /* frames, as they arrived [owner: the job, mtks_job_free] */
    size_t length;
    /* "", or how the process failed, as what the module did: "crashed (signal 11)". Then nothing
     * that it said counts. */
    char fault[MTKS_FAULT_ROOM];
    uint64_t elapsed; /* us from its start to its end, the host's work for it included */
    uint64_t peak;    /* bytes of memory that it held at most, those it was born with included */
};

/* What all jobs of a run share; processes inherit it as it stands when the run begins. */
struct mtks_runner {
    enum mtks_isolation isolation; /* not MTKS_ISOLATION_NONE */
    const struct mtks_limits *limits;
    const struct mtks_dump *dump; /* for jobs that call back */
    struct mtks_finder *finder;   /* what it remembers the processes need not look for */
    struct mtks_hashing *hashing; /* held while a process is made; may be NULL */
    uint64_t room;                /* bytes that one job may say at most */
};

/* Runs all jobs to their end. False only when the system gives no process or pipe, or no memory:
 * error says why. Free every job in either case. */
bool mtks_runner_run(const struct mtks_runner *runner, struct mtks_job *jobs, size_t count,
                     mtkscan_error *error);
void mtks_job_free(struct mtks_job *job);

/* What a sandbox of this level achieves on this system; zeroes when not even a process can be had.
 */
struct mtks_reached mtks_runner_probe(enum mtks_isolation isolation,
                                      const struct mtks_limits *limits);

#endif
