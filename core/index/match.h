/* SPDX-License-Identifier: MIT */
/* Which images of an index are asked for. [thread: any] */
#ifndef MTKSCAN_INDEX_MATCH_H
#define MTKSCAN_INDEX_MATCH_H

#include "../model/error.h"
#include "record.h"

/* What was asked for; NULL: anything. Letter case never counts. */
struct mtks_match {
    const char *flash_id;                      /* hex, as a reader shows it: "EF6018" */
    const char *chip, *project, *verno, *path; /* a piece of the text */
    const char *lcd, *touch, *camera;          /* a piece of a name: "7789" */
};

/* Says what of it makes no sense: MTKSCAN_DONE or MTKSCAN_USAGE. */
int mtks_match_check(const struct mtks_match *match, mtkscan_error *error);

/* Whether an image is wanted. *score grows by what speaks for it among others that are. */
bool mtks_match(const struct mtks_match *match, const struct mtks_record *record, int *score);

#endif
