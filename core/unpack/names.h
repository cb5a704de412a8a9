/* SPDX-License-Identifier: MIT */
/* Inside the unpack room: what each file is called. */
#ifndef MTKSCAN_UNPACK_NAMES_H
#define MTKSCAN_UNPACK_NAMES_H

#include "../model/analysis.h"

#define MTKS_UNPACK_FOLDER "resources"

/* [lifetime: the analysis' arena] NULL: no file. */
struct mtks_unpack_names {
    const char **layers;    /* "ALICE.bin", a layer */
    const char **resources; /* "resources/ALICE-0x01A2B4.gif", a resource */
};

/* Bytes of a layer that are written; 0 for a closed one. */
uint64_t mtks_unpack_size(const struct mtks_layer *layer);

/* The bytes of a resource in its layer or in the dump, or NULL where they are not there. */
const uint8_t *mtks_unpack_bytes(const struct mtks_analysis *analysis, const uint8_t *dump,
                                 uint64_t dump_size, const struct mtks_resource *resource);

/* Whether a resource is a block of UCS-2 strings, which is written as UTF-8. */
bool mtks_unpack_is_text(const struct mtks_resource *resource);

/*
 * Names for all layers with bytes and, when asked, for all resources with bytes: safe, and distinct
 * on systems that take no notice of letter case. 0, or -1 when memory is out.
 */
int mtks_unpack_name_all(struct mtks_analysis *analysis, const uint8_t *dump, uint64_t dump_size,
                         bool resources, struct mtks_unpack_names *names);

#endif
