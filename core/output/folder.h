/* SPDX-License-Identifier: MIT */
/* Folders and files reached through descriptors, never through links. */
#ifndef MTKSCAN_OUTPUT_FOLDER_H
#define MTKSCAN_OUTPUT_FOLDER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../model/arena.h"

typedef MTKS_LIST(const char *) mtks_folder_names;

/*
 * The entries of an open folder but "." and "..", sorted by bytes, so that runs agree. Returns 0,
 * -1 with errno set, or 1 when there are more than `limit`. Memory comes from the arena; -1 with
 * ENOMEM when it is out.
 */
int mtks_folder_list(int folder, struct mtks_arena *arena, uint64_t limit,
                     mtks_folder_names *names);

/*
 * Opens a regular file of a folder for reading and gives its size. A link, a folder, a device or a
 * pipe is not opened. Returns the descriptor, or -1 with errno (EINVAL: no regular file).
 */
int mtks_folder_open_file(int folder, const char *name, uint64_t *size);

/* Reads up to `size` bytes from where the descriptor stands. Returns the bytes read, or -1. */
int64_t mtks_folder_read(int file, void *to, uint64_t size);

#endif
