/* SPDX-License-Identifier: MIT */
/* What the topics need to know of one side, read once from its bytes. */
#ifndef MTKSCAN_COMPARE_SEEN_H
#define MTKSCAN_COMPARE_SEEN_H

#include <stdbool.h>

#include "codes.h"
#include "compare.h"
#include "mtkscan/gfh.h"
#include "mtkscan/memory_host.h"
#include "mtkscan/records.h"

/* A value for a reason: its text, and where it stands. */
struct mtks_value {
    const char *text; /* NULL: not known */
    uint64_t offset;
};

/* A part that is there. */
struct mtks_seen_part {
    const struct mtks_part *part; /* NULL: it is not there */
    bool has_info;
    mtkscan_file_info info;
};

#define MTKS_FLAVOUR_MAX 64u

struct mtks_seen {
    const struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    mtkscan_memory_host memory; /* a view of the dump for the SDK's readers */
    struct mtks_seen_part bl, ext, rom, cert;
    bool has_maui, has_bl_info, has_ext_info, has_emi;
    mtkscan_maui_info maui;
    mtkscan_arm_bl_info bl_info, ext_info;
    uint64_t bl_info_offset, ext_info_offset, maui_offset;
    mtkscan_gfh_record emi; /* the list of RAM settings, in the internal loader */
    /* The variant of a project, `FLAVOUR` of the text `PROJECT(FLAVOUR)_net` (FORMAT.md 4.3);
     * "": none */
    char flavour[MTKS_FLAVOUR_MAX + 1];
    uint64_t flavour_offset;
    struct mtks_codes codes;
};

void mtks_seen_read(struct mtks_seen *seen, const struct mtks_side *side);

/* A fact with its place. */
struct mtks_value mtks_seen_fact(const struct mtks_seen *seen, const char *key);

/* The first part of a file type that is there, or NULL. */
const struct mtks_part *mtks_seen_part_of(const struct mtks_seen *seen, uint32_t file_type);

/* How many entries of the flash list count: what firmware can have, MTKSCAN_IDS_MAX. */
size_t mtks_seen_id_count(const struct mtks_seen *seen);

/* FILE_INFO of a part; false when its bytes hold none. */
bool mtks_seen_info(const struct mtks_seen *seen, const struct mtks_part *part,
                    mtkscan_file_info *info);

/* The first record of a type in the header of a part; false when there is none. */
bool mtks_seen_record(const struct mtks_seen *seen, const struct mtks_seen_part *part,
                      uint32_t type, mtkscan_gfh_record *record);

/* The range of a name that has bytes, or NULL. */
const struct mtks_range *mtks_seen_range(const struct mtks_seen *seen, const char *name);

bool mtks_seen_finding(const struct mtks_seen *seen, const char *code);

/* Whether both have a record with the same bytes. */
bool mtks_seen_same(const struct mtks_seen *a, const mtkscan_gfh_record *left,
                    const struct mtks_seen *b, const mtkscan_gfh_record *right);

#endif
