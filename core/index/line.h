/* SPDX-License-Identifier: MIT */
/* The line of an image: docs/collections.md lists its keys. Within a schema keys are only added. */
#ifndef MTKSCAN_INDEX_LINE_H
#define MTKSCAN_INDEX_LINE_H

#include <stdio.h>

#include "../dump/dump.h"
#include "../model/analysis.h"
#include "entry.h"

#define MTKS_INDEX_SCHEMA "mtkscan-index/1"
#define MTKS_INDEX_LINE   (1u << 20) /* bytes of one line; a longer one is none of ours */

/* Kinds of components that firmware names: "lcd", ...; NULL-terminated. */
extern const char *const mtks_index_kinds[];

/* What was found of an image; SHA-1s are made already. `dump` holds the bytes analysed. */
void mtks_index_line(FILE *out, const struct mtks_index_entry *entry,
                     const struct mtks_analysis *analysis, const struct mtks_dump *dump);

/* An image that could not be analysed, and why. */
void mtks_index_line_error(FILE *out, const struct mtks_index_entry *entry, const char *why);

#endif
