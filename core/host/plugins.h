/* SPDX-License-Identifier: MIT */
/* Finds and loads chip modules. */
#ifndef MTKSCAN_HOST_PLUGINS_H
#define MTKSCAN_HOST_PLUGINS_H

#include <stdbool.h>

#include "../model/arena.h"
#include "../model/error.h"
#include "../model/limits.h"
#include "mtkscan/plugin.h"
#include "sandbox.h"

enum mtks_plugin_state { MTKS_PLUGIN_OK, MTKS_PLUGIN_SHADOWED, MTKS_PLUGIN_REFUSED };

struct mtks_plugin {
    /* Host's copy: members beyond the module's struct_size are zero. Its callbacks do nothing but
     * fail, unless the module runs in this process. */
    mtkscan_plugin entry;
    const char *path;   /* as found */
    const char *origin; /* "command line", "environment", "user", "system" */
    enum mtks_plugin_state state;
    const char *reason; /* why shadowed or refused; NULL when OK */
    int file;           /* checked descriptor for its processes [owner: the list]; 0: none */
};

struct mtks_plugins {
    enum mtks_isolation isolation; /* where their code runs */
    struct mtks_arena arena;
    MTKS_LIST(struct mtks_plugin) list; /* in search order; usable ones have state OK */
    MTKS_LIST(const char *) searched;   /* folders looked in, in order, whether they exist or not */
    MTKS_LIST(const char *) notes;      /* what of the search path was ignored, and why */
};

struct mtks_plugin_search {
    const char *const *dirs; /* from --plugin-dir, NULL-terminated; may be NULL */
    bool only_dirs;          /* look nowhere else */
    bool only_system;        /* safe mode: the installed folder, and nothing that the user chose */
    enum mtks_isolation isolation;
    const struct mtks_limits *limits; /* of their processes; NULL: the usual */
};

/*
 * Code is loaded from files and folders only that belong to root or the user and that nobody else
 * can change; with raised privileges only from the folder that was compiled in. A folder that is
 * not trusted is listed as refused under its own path. Each module tells who it is in a process of
 * its own, all side by side; this process never loads it. But for MTKS_ISOLATION_NONE: then the
 * code stays loaded until the process ends, as its threads and destructors may outlive any list.
 *
 * Looks in search->dirs, then $MTKSCAN_PLUGIN_PATH, the user's and the system's folder; *.so,
 * sorted by name, never the current directory. Of two with one id the first is used and the other
 * is shadowed. A bad module is listed as refused with the reason; only lack of memory
 * or processes fails the call.
 */
int mtks_plugins_load(struct mtks_plugins *plugins, const struct mtks_plugin_search *search,
                      mtkscan_error *error);
void mtks_plugins_free(struct mtks_plugins *plugins);

/* The usable module with this id, or NULL. */
const struct mtks_plugin *mtks_plugins_find(const struct mtks_plugins *plugins, const char *id);

#endif
