/* SPDX-License-Identifier: MIT */
/* What find found, printed. */
#ifndef MTKSCAN_INDEX_FOUND_H
#define MTKSCAN_INDEX_FOUND_H

#include <stdio.h>

#include "find.h"

struct mtks_found {
    const struct mtks_hits *hits;
    const struct mtks_query *query;
    int file;             /* the index */
    const char *for_whom; /* the device's dump; NULL without one */
    bool all;             /* cut nothing */
};

/* Lines for people, of 20 images at most. */
void mtks_found_text(FILE *out, const struct mtks_found *found);

/* A JSON line an image. */
void mtks_found_json(FILE *out, const struct mtks_found *found);

#endif
