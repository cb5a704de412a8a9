/* SPDX-License-Identifier: MIT */
/* What a module that is checked says of one dump, taken by the host as in a scan. */
#ifndef MTKSCAN_HOST_MODULE_CHECK_SAID_H
#define MTKSCAN_HOST_MODULE_CHECK_SAID_H

#include "module_check_rows.h"
#include "sink.h"

struct mtks_said {
    struct mtks_job claim, layout;
    struct mtks_arena arena;
    struct mtks_sink evidence, parts, flash; /* what each callback stated */
    const char *misbehaved;                  /* "claim: ...", in the arena; NULL: it did not */
    int score;
};

/* Calls the module in two processes, side by side. False when the system is to blame. Free *said
 * in either case. */
bool mtks_said_ask(struct mtks_said *said, struct mtks_module_case *under,
                   const struct mtks_dump *dump);
void mtks_said_free(struct mtks_said *said);

/*
 * Blanks what says nothing in the frames of a job: addresses of the module's process, and bytes
 * between the members of records. What is left is the same when the module said the same.
 */
void mtks_said_blank(struct mtks_job *job);

#endif
