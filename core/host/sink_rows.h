/* SPDX-License-Identifier: MIT */
/* The shape of each record, as rows that sink.c goes through; private to the sink. */
#ifndef MTKSCAN_HOST_SINK_ROWS_H
#define MTKSCAN_HOST_SINK_ROWS_H

#include "sink.h"

enum mtks_rule {
    MTKS_RULE_END,
    MTKS_RULE_TEXT,          /* text, not empty when low is 1 */
    MTKS_RULE_TEXT_OR_NULL,  /* text or NULL */
    MTKS_RULE_NAME,          /* text of a-z, 0-9, _ and - */
    MTKS_RULE_U32,           /* uint32_t or non-negative int32_t of low .. high */
    MTKS_RULE_U64,           /* uint64_t of low .. high */
    MTKS_RULE_PLACE,         /* offset, and the length at length_at: within MTKS_PLACE_MAX */
    MTKS_RULE_PLACE_OR_NONE, /* the same, or an offset of MTKSCAN_NO_OFFSET */
    MTKS_RULE_PART,          /* index of a part that was stated, or MTKSCAN_NO_PART */
};

struct mtks_member {
    enum mtks_rule rule;
    const char *name;
    size_t at, length_at;
    uint64_t low, high;
};

union mtks_any_record {
    mtkscan_evidence evidence;
    mtkscan_fact fact;
    mtkscan_part part;
    mtkscan_check check;
    mtkscan_container container;
    mtkscan_flash flash;
    mtkscan_flash_id flash_id;
    mtkscan_zone zone;
    mtkscan_range range;
    mtkscan_notice notice;
};

struct mtks_row {
    const char *name;
    size_t least;    /* struct_size of ABI 1.0 */
    size_t size;     /* of the struct as this host knows it */
    unsigned phases; /* bit 1 << enum mtks_phase: may be emitted then */
    const struct mtks_member *members;
    /* What no single member shows; blames the module and is false when it does not hold. May be
     * NULL. */
    bool (*holds)(struct mtks_sink *sink, const union mtks_any_record *record);
    /* Copies the record into the sink; false when memory is out. */
    bool (*store)(struct mtks_sink *sink, const union mtks_any_record *record);
};

extern const struct mtks_row mtks_rows[MTKS_RECORD_KINDS];

#endif
