/* SPDX-License-Identifier: MIT */
/* Checks a module's entry and copies what this host knows of it. */
#ifndef MTKSCAN_HOST_ENTRY_H
#define MTKSCAN_HOST_ENTRY_H

#include <stdbool.h>

#include "../model/arena.h"
#include "mtkscan/plugin.h"

#define MTKS_ENTRY_TEXTS 64u /* chips, and limitations, of one module */

/*
 * Fills `entry` from what a module exports; texts are copied into the arena. False when the entry
 * is refused, with *reason in the arena, the end of a sentence with the value seen and the value
 * wanted; *reason is NULL when memory is out. An entry of a newer minor is taken, without its tail.
 */
bool mtks_entry_take(struct mtks_arena *arena, const void *exported, mtkscan_plugin *entry,
                     const char **reason);

#endif
