/* SPDX-License-Identifier: MIT */
/* Inside the kit room: what --force may replace, which is a kit of mtkscan's and nothing else. */
#ifndef MTKSCAN_KIT_OURS_H
#define MTKSCAN_KIT_OURS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "folder.h"

struct mtks_ours {
    struct mtks_arena arena;
    mtks_folder_names names; /* all entries of the folder: what may be removed with it */
};

/*
 * Whether an open folder is empty, or holds a .cfg whose head line says that mtkscan wrote it, and
 * besides it nothing but regular files which that .cfg names. `input` is the dump at hand, which
 * has to stay whatever its name; NULL: there is none. When the answer is no, `why` says it behind
 * the folder's name. Call mtks_ours_free() in any case.
 */
bool mtks_ours_look(struct mtks_ours *ours, int folder, const struct stat *input, char *why,
                    size_t room);
void mtks_ours_free(struct mtks_ours *ours);

#endif
