/* SPDX-License-Identifier: MIT */
/*
 * May this firmware go on that device? One file a topic, one row each in a table; every topic gives
 * reasons with both values. "Unknown" is an answer, and counts as risk.
 */
#ifndef MTKSCAN_COMPARE_COMPARE_H
#define MTKSCAN_COMPARE_COMPARE_H

#include "../dump/dump.h"
#include "../model/analysis.h"
#include "../model/error.h"

enum mtks_fit { MTKS_FITS, MTKS_RISKY, MTKS_DO_NOT_FLASH };

enum mtks_reason_level {
    MTKS_REASON_AGREES,
    MTKS_REASON_NOTE,    /* differs, and does not matter */
    MTKS_REASON_UNKNOWN, /* one side does not tell: a risk */
    MTKS_REASON_RISK,
    MTKS_REASON_STOP,
};

/* [lifetime: the arena] */
struct mtks_reason {
    const char *code; /* of the finding table, MTK-M...; its row says why it matters, what to do */
    enum mtks_reason_level level;
    const char *topic;                       /* "flash-ids" */
    const char *what;                        /* one line, this case */
    const char *device, *firmware;           /* both values as text; NULL: not known */
    uint64_t device_offset, firmware_offset; /* where they stand; MTKSCAN_NO_OFFSET */
    const char *tool_error; /* number of the flashing tool's error that this gives: "5107"; NULL */
};

/* One side: a dump, or a kit composed into an image; analysed, its containers open. */
struct mtks_side {
    const struct mtks_analysis *analysis; /* status is MTKS_IDENTIFIED */
    const struct mtks_dump *dump;         /* the bytes that were analysed */
};

struct mtks_compare_options {
    const uint8_t *target_id; /* flash ID of the real part, as a reader tells it; NULL: not known */
    uint32_t target_id_length;
};

struct mtks_comparison {
    enum mtks_fit verdict;
    MTKS_LIST(struct mtks_reason) reasons; /* worst first, then in the table's order */
};

/* Compares. 0, or -1 when memory is out. [thread: any number on one analysis] */
int mtks_compare(struct mtks_comparison *comparison, const struct mtks_side *device,
                 const struct mtks_side *firmware, const struct mtks_compare_options *options,
                 struct mtks_arena *arena);

const char *mtks_fit_name(enum mtks_fit fit);                     /* "do not flash" */
const char *mtks_reason_level_name(enum mtks_reason_level level); /* "stop" */

#endif
