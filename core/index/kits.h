/* SPDX-License-Identifier: MIT */
/* Inside the index room: whether a folder holds kits. */
#ifndef MTKSCAN_INDEX_KITS_H
#define MTKSCAN_INDEX_KITS_H

#include <fts.h>

#include "entry.h"

/* What marks a file as no image of its own, in its fts_number. */
enum { MTKS_INDEX_IMAGE = 0, MTKS_INDEX_PIECE = 1 };

/*
 * Looks at the files of a folder (fts_children() of it), marks the pieces of kits, and adds an
 * entry for each .cfg that names at least one of them. Returns 0, or -1 when memory is out.
 */
int mtks_index_kits(const FTSENT *folder, FTSENT *children, const struct mtks_limits *limits,
                    struct mtks_arena *arena, struct mtks_index_entries *entries);

#endif
