/* SPDX-License-Identifier: MIT */
/* Loads a module, checks its entry, and copies what this host knows of it. */
#ifndef MTKSCAN_HOST_ENTRY_H
#define MTKSCAN_HOST_ENTRY_H

#include <stdbool.h>

#include "../model/arena.h"
#include "mtkscan/plugin.h"

#define MTKS_ENTRY_TEXTS        64u /* chips, and limitations, of one module */
#define MTKS_ENTRY_TEXT_MEMBERS 6u  /* id, version, title, author, license, url */
#define MTKS_ENTRY_LIST_MEMBERS 2u  /* chips, limitations */

/* A text or a list of an entry, by its number in the order above. */
const char **mtks_entry_text(mtkscan_plugin *entry, size_t number);
const char *const **mtks_entry_list(mtkscan_plugin *entry, size_t number);

/*
 * Fills `entry` from what a module exports; texts are copied into the arena. False when the entry
 * is refused, with *reason in the arena, the end of a sentence with the value seen and the value
 * wanted; *reason is NULL when memory is out. An entry of a newer minor is taken, without its tail.
 */
bool mtks_entry_take(struct mtks_arena *arena, const void *exported, mtkscan_plugin *entry,
                     const char **reason);

/*
 * Loads the module behind a trusted descriptor into this process, which runs its constructors, and
 * takes its entry. It stays loaded; the descriptor stays the caller's.
 */
bool mtks_entry_load(struct mtks_arena *arena, int fd, mtkscan_plugin *entry, const char **reason);

#endif
