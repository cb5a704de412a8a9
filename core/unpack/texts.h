/* SPDX-License-Identifier: MIT */
/* Inside the unpack room: what the folder says of itself, to programs and to people. */
#ifndef MTKSCAN_UNPACK_TEXTS_H
#define MTKSCAN_UNPACK_TEXTS_H

#include <stdio.h>

#include "names.h"

#define MTKS_UNPACK_SCHEMA "mtkscan-unpack/1"
#define MTKS_UNPACK_INDEX  "index.json"
#define MTKS_UNPACK_LAYERS "LAYERS.txt"

/* Errors of `out` stay in it (ferror). `version` may be NULL. */
void mtks_unpack_put_index(FILE *out, const struct mtks_analysis *analysis,
                           const struct mtks_unpack_names *names, const char *version);
void mtks_unpack_put_layers(FILE *out, const struct mtks_analysis *analysis,
                            const struct mtks_unpack_names *names, const char *version);

/* A command line that disassembles a layer's file as Thumb code, at its address where it is known.
 */
#define MTKS_UNPACK_COMMAND 320u
void mtks_unpack_objdump(char command[MTKS_UNPACK_COMMAND], const char *file, uint64_t exec_addr);

#endif
