/* SPDX-License-Identifier: MIT */
/* The .cfg scatter file (FORMAT.md 8): one model, a writer in the vendor's form, a reader for all
 * forms. */
#ifndef MTKSCAN_KIT_CFG_H
#define MTKSCAN_KIT_CFG_H

#include <stdint.h>
#include <stdio.h>

#include "../model/arena.h"
#include "../model/error.h"

struct mtks_cfg_file {
    const char *name;
    uint32_t region; /* MTKSCAN_REGION_*; NONE for gps_module_region and the like */
    const char *section;
    unsigned line;
};

struct mtks_cfg_memory {
    const char *flash_type; /* "SF" */
    uint32_t id_length;
    uint8_t id[8];
    uint32_t id_count;                    /* numbers that stood in flash_id: [...] */
    const char *memory_type;              /* may be NULL */
    MTKS_LIST(const char *) emi_settings; /* "KEY: VALUE" lines, as they stand */
    unsigned line;
};

struct mtks_cfg_mistake {
    unsigned line;
    const char *message;
};

struct mtks_cfg {
    const char *config_version;     /* NULL: line missing */
    const char *platform;           /* NULL: line missing; "": blank */
    const char *parameters_version; /* NULL: missing */
    MTKS_LIST(struct mtks_cfg_file) files;
    MTKS_LIST(struct mtks_cfg_memory) memories;
    MTKS_LIST(const char *) comments; /* written as # lines under the head; the reader fills none */
    MTKS_LIST(struct mtks_cfg_mistake) mistakes; /* lines that make no sense; the reader goes on */
};

/*
 * Reads a .cfg text of `length` bytes (any line ends, any indentation, BOM allowed). Everything it
 * cannot place is a mistake with its line. Only lack of memory fails. Memory comes from the arena.
 */
int mtks_cfg_read(struct mtks_cfg *cfg, struct mtks_arena *arena, const char *text, uint64_t length,
                  mtkscan_error *error);

/* Writes the vendor's form: one blank after each colon, one item a line, the vendor's indentation.
 */
int mtks_cfg_write(const struct mtks_cfg *cfg, FILE *out);

/* Whether a file name of a .cfg may be opened: one component, no "..", no control bytes. */
int mtks_cfg_name_is_safe(const char *name);

#endif
