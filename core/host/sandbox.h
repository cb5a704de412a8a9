/* SPDX-License-Identifier: MIT */
/* What a process may do that runs a module. All of it acts on the calling process, for good. */
#ifndef MTKSCAN_HOST_SANDBOX_H
#define MTKSCAN_HOST_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

enum mtks_isolation {
    MTKS_ISOLATION_NONE,    /* modules run in the host's process: for debuggers */
    MTKS_ISOLATION_FORK,    /* in a child with limits of time, memory and descriptors */
    MTKS_ISOLATION_SANDBOX, /* and without files, network and all but a few system calls */
};

/*
 * The level that is used unless the user chooses. Sanitizers need address space without end and
 * report over standard error; coverage writes files: they get the middle one.
 */
enum mtks_isolation mtks_isolation_usual(void);
const char *mtks_isolation_name(enum mtks_isolation isolation);

/* The descriptors of a module's process; 0, 1 and 2 are /dev/null. */
enum { MTKS_CHILD_PIPE = 3, MTKS_CHILD_MODULE = 4, MTKS_CHILD_DESCRIPTORS };

/* Exit status of a process that a forbidden system call ended. */
#define MTKS_CHILD_CALLED 70

/* What a process achieved of the sandbox; what the kernel lacks is left out. */
struct mtks_reached {
    uint32_t limits;   /* 1: every resource limit */
    uint32_t landlock; /* version of the kernel's Landlock ABI, 0: none */
    uint32_t calls;    /* filters of system calls: 2 of 2 */
};

/* Limits of memory (bytes beyond what the process has now), time, files and processes; no new
 * privileges. True when every limit stands. */
bool mtks_sandbox_limits(uint64_t memory, uint64_t milliseconds);

/* Landlock: files are out of reach but for the module and the folders of libraries; so is the
 * network. `module` may be -1. Returns the version of the ABI, 0 when the kernel lacks it. */
uint32_t mtks_sandbox_files(int module);

/*
 * seccomp: system calls beyond the short list of the stage end the process, which tells the call in
 * a last frame. Stages add up. False when the kernel, or this port, lacks it.
 */
enum mtks_stage {
    MTKS_STAGE_LOAD, /* may map libraries; its constructors may do nothing more */
    MTKS_STAGE_RUN,  /* may compute, and write to the pipe */
};
bool mtks_sandbox_calls(enum mtks_stage stage);

/* The name of a system call, or NULL. */
const char *mtks_call_name(int32_t number);

#endif
