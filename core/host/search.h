/* SPDX-License-Identifier: MIT */
/* Where modules are looked for. */
#ifndef MTKSCAN_HOST_SEARCH_H
#define MTKSCAN_HOST_SEARCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "plugins.h"

#define MTKS_PLACES 64u /* folders of one search */

struct mtks_place {
    const char *path, *origin;
    bool expected; /* the user named it, so its absence is worth telling */
};

struct mtks_places {
    struct mtks_place items[MTKS_PLACES];
    size_t count;
};

/* The folders to look in, in order; paths are in plugins->arena, and what is ignored goes to
 * plugins->notes. False when memory is out. */
bool mtks_places_find(struct mtks_places *places, struct mtks_plugins *plugins,
                      const struct mtks_plugin_search *search);

/* Folders that were looked in, whatever their names. */
struct mtks_seen {
    struct {
        dev_t device;
        ino_t inode;
    } items[MTKS_PLACES];
    size_t count;
};

/* Whether the open folder was seen before; it is then. */
bool mtks_seen_before(struct mtks_seen *seen, int fd);

#endif
