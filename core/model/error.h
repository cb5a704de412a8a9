/* SPDX-License-Identifier: MIT */
/* What went wrong: a code and a message in a struct that the caller owns. */
#ifndef MTKSCAN_MODEL_ERROR_H
#define MTKSCAN_MODEL_ERROR_H

#include <stdint.h>

/* The few outcomes that callers act on; the command line maps each to one exit code. */
enum mtkscan_outcome {
    MTKSCAN_DONE = 0,
    MTKSCAN_SYSTEM = 1,         /* internal or OS error */
    MTKSCAN_USAGE = 2,          /* the caller asked for something that makes no sense */
    MTKSCAN_NOT_RECOGNISED = 3, /* no module claims the dump */
    MTKSCAN_AMBIGUOUS = 4,      /* two modules claim it about equally */
    MTKSCAN_DAMAGED = 5,        /* recognised, but damaged or incomplete */
    MTKSCAN_REFUSED = 6,        /* refused for safety: limits, unsafe names, existing output */
    MTKSCAN_MISBEHAVED = 7,     /* a module misbehaved, and it matters */
    MTKSCAN_DO_NOT_FLASH = 8,   /* a comparison found a reason not to flash */
    MTKSCAN_INTERRUPTED = 130,
};

#define MTKSCAN_NO_PLACE UINT64_MAX

/* [owner: caller] Texts are printable as they are: untrusted bytes in them are already escaped. */
typedef struct mtkscan_error {
    int outcome;      /* enum mtkscan_outcome */
    uint64_t offset;  /* in the dump, or MTKSCAN_NO_PLACE */
    char what[512];   /* what happened, and why it matters */
    char advice[256]; /* what to do next; may be empty */
} mtkscan_error;

/* Fills `error` (which may be NULL) and returns `outcome`, so that callers can write `return
 * mtks_fail(...)`. */
int mtks_fail(mtkscan_error *error, int outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds what to do next to an error that mtks_fail() filled. */
void mtks_advise(mtkscan_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
