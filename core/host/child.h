/* SPDX-License-Identifier: MIT */
/* The inside of a module's process. */
#ifndef MTKSCAN_HOST_CHILD_H
#define MTKSCAN_HOST_CHILD_H

#include <sys/types.h>

#include "runner.h"

/* Gives up what the process inherited, enters the sandbox, does the job, and ends. `pipe` takes the
 * frames; the process dies with `parent`. Call it in a fresh fork. */
_Noreturn void mtks_child_run(const struct mtks_runner *runner, const struct mtks_job *job,
                              int pipe, pid_t parent);

#endif
