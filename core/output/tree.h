/* SPDX-License-Identifier: MIT */
/*
 * Folders inside a folder. Paths are relative, "resources/ALICE-0x000001.gif", and every component
 * is opened on its own, so that no link leads out of the folder. [thread: any]
 */
#ifndef MTKSCAN_OUTPUT_TREE_H
#define MTKSCAN_OUTPUT_TREE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "folder.h"

#define MTKS_TREE_DEPTH 16u    /* components of a path */
#define MTKS_TREE_FILES 65536u /* of one folder that mtkscan writes */

struct mtks_tree {
    mtks_folder_names files;   /* whatever is no folder: links and devices, too */
    mtks_folder_names folders; /* each behind the one that holds it */
};

/* Whether every component is a name of its own (neither empty, ".", "..", nor too long), and there
 * are no more than MTKS_TREE_DEPTH. */
bool mtks_tree_path_ok(const char *path);

/*
 * Opens the folder that holds the last component of a path, and points *last to that. `make` makes
 * the folders that are missing. -1 with errno; EINVAL when the path is not ok.
 */
int mtks_tree_enter(int folder, const char *path, bool make, const char **last);

/* As mtks_folder_open_file(). */
int mtks_tree_open_file(int folder, const char *path, uint64_t *size);

/* What stands at a path, a link taken for itself. 0, or -1 with errno. */
int mtks_tree_stat(int folder, const char *path, struct stat *info);

/*
 * Lists all that a folder holds. 0; -1 with errno; 1 when there are more than `limit` entries or
 * they lie too deep, and then `tree` holds a part of them.
 */
int mtks_tree_list(int folder, struct mtks_arena *arena, uint64_t limit, struct mtks_tree *tree);

/* Removes files, then the folders that this left empty. Returns how many entries went. */
size_t mtks_tree_remove(int folder, const struct mtks_tree *tree);

/* Makes the entries of all folders durable, but not of `folder` itself. 0, or -1 with errno. */
int mtks_tree_sync(int folder, const struct mtks_tree *tree);

#endif
