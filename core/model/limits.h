/* SPDX-License-Identifier: MIT */
/* Every safety limit in one table. The user sets one with --limit NAME=VALUE. */
#ifndef MTKSCAN_MODEL_LIMITS_H
#define MTKSCAN_MODEL_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mtks_limits {
    uint64_t input;         /* bytes of one dump */
    uint64_t memory;        /* bytes of one analysis, the dump itself not counted */
    uint64_t records;       /* records one module may emit for one dump */
    uint64_t scratch;       /* bytes of scratch memory in one module call */
    uint64_t registry;      /* bytes of one registry file */
    uint64_t cfg;           /* bytes of one .cfg */
    uint64_t kit_files;     /* entries of one kit folder */
    uint64_t plugin_ms;     /* wall-clock time of one process of a module, ms */
    uint64_t plugin_memory; /* bytes of its own that it may take */
    uint64_t codec_output;  /* bytes that the compressed parts of one dump may decode to */
    uint64_t codec_steps;   /* halfwords and bytes decoded for it, all trials counted */
    uint64_t disk_entries;  /* files and folders of one disk */
    uint64_t files_output;  /* bytes of files that are taken out of one disk */
};

/* One row of the table behind --limit. */
struct mtks_limit_row {
    const char *name;
    size_t member; /* offsetof in struct mtks_limits */
    uint64_t initial;
    const char *text;
};

extern const struct mtks_limit_row mtks_limit_rows[];
extern const size_t mtks_limit_count;

void mtks_limits_init(struct mtks_limits *limits);

/* Digits, decimal or after 0x, and one suffix K, M or G. */
bool mtks_size_parse(const char *text, uint64_t *value);

/* Sets one limit from "NAME=VALUE"; VALUE takes 0x and the suffixes K, M, G, and is not 0. Returns
 * 0, or -1 when the name is unknown or the value makes no sense. */
int mtks_limits_set(struct mtks_limits *limits, const char *assignment);

#endif
