/* SPDX-License-Identifier: MIT */
/*
 * Searches a dump for byte patterns and remembers where they stand: modules look for the same few
 * magics over and over, and a dump has up to 16 MB. [thread: one at a time]
 */
#ifndef MTKSCAN_HOST_FINDER_H
#define MTKSCAN_HOST_FINDER_H

#include <stdbool.h>
#include <stdint.h>

#include "../dump/dump.h"

#define MTKS_PATTERN_MAX  64u      /* bytes of one pattern */
#define MTKS_FINDER_SLOTS 128u     /* patterns remembered */
#define MTKS_FINDER_HITS  4096u    /* places remembered of each: 4 MB in all at most */
#define MTKS_FINDER_NEAR  0x10000u /* a window this small is not worth remembering */

struct mtks_finder;

/* Never fails: without memory it is NULL, which searches without remembering. */
struct mtks_finder *mtks_finder_new(void);
void mtks_finder_free(struct mtks_finder *finder);

/*
 * The first match of `pattern` that lies whole inside [from, to) of the dump, whatever `to` exceeds
 * of it. `length` is 1 .. MTKS_PATTERN_MAX. One finder serves one dump.
 */
bool mtks_finder_find(struct mtks_finder *finder, const struct mtks_dump *dump, uint64_t from,
                      uint64_t to, const void *pattern, uint64_t length, uint64_t *at);

#endif
