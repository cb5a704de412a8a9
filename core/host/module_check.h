/* SPDX-License-Identifier: MIT */
/*
 * What `mtkscan plugins check` holds a module against: the contract of sdk/ABI.md, as rows of one
 * table. The module runs in processes of its own only, under the limits of a scan.
 */
#ifndef MTKSCAN_HOST_MODULE_CHECK_H
#define MTKSCAN_HOST_MODULE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "../model/arena.h"
#include "../model/error.h"
#include "../model/limits.h"
#include "plugins.h"

#define MTKS_MODULE_ROWS 13u

enum mtks_module_result {
    MTKS_MODULE_PASS,
    MTKS_MODULE_NOTE, /* it passes, and there is something to better */
    MTKS_MODULE_FAIL,
    MTKS_MODULE_SKIPPED, /* could not be checked */
};

/* One thing checked. Texts may hold what the module said: escape them. */
struct mtks_module_row {
    const char *id;   /* "exports" */
    const char *what; /* what has to hold, one line */
    enum mtks_module_result result;
    const char *seen;   /* or why it was skipped */
    const char *advice; /* what to change in the module; NULL: nothing */
};

struct mtks_module_check {
    struct mtks_arena arena;
    const char *path;
    bool described;       /* it told who it is: `entry` is filled, without its callbacks */
    mtkscan_plugin entry; /* its texts are in the arena */
    struct mtks_module_row rows[MTKS_MODULE_ROWS];
    bool sound; /* no row failed */
};

/*
 * Checks one module file. `plugins` gives the level of isolation, where none counts as fork, and
 * the modules that run beside this one. MTKSCAN_DONE when all that can be checked was, sound or
 * not; MTKSCAN_SYSTEM when the file cannot be read, or memory or processes are out. Free *check in
 * any case.
 */
int mtks_module_check_run(struct mtks_module_check *check, const char *path,
                          const struct mtks_plugins *plugins, const struct mtks_limits *limits,
                          mtkscan_error *error);
void mtks_module_check_free(struct mtks_module_check *check);

/* "pass", "note", "fail", "skipped". */
const char *mtks_module_result_name(enum mtks_module_result result);

#endif
