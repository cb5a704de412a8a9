/* SPDX-License-Identifier: MIT */
/* Inside the kit room: the files of a kit's folder, and which part of the firmware each is. */
#ifndef MTKSCAN_KIT_CONVERT_FILES_H
#define MTKSCAN_KIT_CONVERT_FILES_H

#include "convert.h"

struct mtks_kit_entry {
    const char *name; /* as the folder spells it */
    uint32_t part;    /* whose bytes it has, exactly; MTKSCAN_NO_PART: of none */
    bool listed;      /* in a section of the .cfg */
    bool mentioned;   /* in its head, as a file that no section can list */
    bool is_cfg;      /* by its name */
    bool image;       /* begins with a GFH header */
    uint8_t *bytes;   /* NULL unless listed, mentioned or an image */
    uint64_t size;
};

struct mtks_kit_entries {
    MTKS_LIST(struct mtks_kit_entry) items; /* sorted by name */
};

/* Reads the folder of a kit. An outcome; mtks_kit_entries_free() in any case. */
int mtks_kit_entries_read(struct mtks_kit_entries *entries, const struct mtks_kit_source *source,
                          mtkscan_error *error);
void mtks_kit_entries_free(struct mtks_kit_entries *entries);

/* The entry that a .cfg means by a name: exact, else letter case apart; NULL: none. */
struct mtks_kit_entry *mtks_kit_entries_find(const struct mtks_kit_entries *entries,
                                             const char *name);

/* MTKSCAN_DONE when the firmware of a kit is identified, else the outcome that says so. */
int mtks_kit_source_check(const struct mtks_kit_source *source, mtkscan_error *error);

#endif
