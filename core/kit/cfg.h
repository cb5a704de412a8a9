/* SPDX-License-Identifier: MIT */
/* The .cfg scatter file (FORMAT.md 8): one model, a writer in the vendor's form, a reader for all
 * forms. */
#ifndef MTKSCAN_KIT_CFG_H
#define MTKSCAN_KIT_CFG_H

#include <stdint.h>
#include <stdio.h>

#include "../model/arena.h"
#include "../model/error.h"

#define MTKS_CFG_LINE_MAX     4096u /* bytes of one line; a longer one is a mistake */
#define MTKS_CFG_FILES_MAX    256u
#define MTKS_CFG_MEMORIES_MAX 256u
#define MTKS_CFG_SETTINGS_MAX 128u /* settings of one memory entry, of each kind */
#define MTKS_CFG_MISTAKES_MAX 100u /* what follows is counted as one more */
#define MTKS_CFG_HEADS_MAX    256u /* head lines of each kind that are kept */
#define MTKS_CFG_DOUBTS_MAX   8u   /* the same of doubts; mtkscan writes two at most */

struct mtks_cfg_file {
    const char *name;
    uint32_t region; /* MTKSCAN_REGION_*; NONE for gps_module_region and the like */
    const char *section;
    unsigned line;
    /* Where mtks_kit_compose() laid it; length 0: it did not. Reader and writer leave these alone.
     */
    uint64_t offset, length;
    uint32_t file_type; /* GFH file type of what was laid */
};

struct mtks_cfg_memory {
    const char *flash_type; /* "SF" */
    uint32_t id_length;
    uint8_t id[8];
    uint32_t id_count;                      /* numbers that stood in flash_id: [...] */
    const char *flash_frequency;            /* SPI_NAND only; may be NULL */
    MTKS_LIST(const char *) flash_settings; /* SPI_NAND_FLASH_Setting: "KEY: VALUE" lines */
    const char *memory_type;                /* NULL: line missing; "": blank */
    MTKS_LIST(const char *) emi_settings;   /* "KEY: VALUE" lines, as they stand */
    unsigned line;
};

struct mtks_cfg_mistake {
    unsigned line;
    const char *message;
};

struct mtks_cfg {
    const char *writer;             /* "mtkscan 1.2.3" of the head line. Writer: NULL is "mtkscan";
                                       reader: NULL when the first line is none of ours */
    const char *config_version;     /* NULL: line missing */
    const char *platform;           /* NULL: line missing; "": blank */
    const char *other_platform;     /* of another platform line anywhere, if it differs */
    const char *parameters_version; /* NULL: missing */
    MTKS_LIST(struct mtks_cfg_file) files;
    MTKS_LIST(struct mtks_cfg_memory) memories;
    /* Lines of the head, which writer and reader both know. */
    MTKS_LIST(const char *) incomplete; /* why the kit says itself that it must not be flashed */
    MTKS_LIST(const char *) doubts;   /* "SHORT DUMP, ...", "FORCED MODULE ...": how it was made */
    MTKS_LIST(const char *) unlisted; /* files of the kit that no section below lists */
    MTKS_LIST(const char *) comments; /* written as # lines behind them; the reader fills none */
    MTKS_LIST(struct mtks_cfg_mistake) mistakes; /* lines that make no sense; the reader goes on */
    /* The file that mtks_kit_compose() read it from. Reader and writer leave these alone. */
    const char *file_name; /* as the folder or the user spells it */
    const char *text;
    uint64_t text_length;
};

/*
 * Reads a .cfg text of `length` bytes (any line ends, any indentation, BOM allowed). Everything it
 * cannot place is a mistake with its line. Only lack of memory fails. Memory comes from the arena.
 */
int mtks_cfg_read(struct mtks_cfg *cfg, struct mtks_arena *arena, const char *text, uint64_t length,
                  mtkscan_error *error);

/* Whether the head line says that mtkscan wrote it. */
int mtks_cfg_is_ours(const struct mtks_cfg *cfg);

/*
 * Writes the vendor's form: one blank after each colon, one item a line, the vendor's indentation.
 * The head line names mtkscan, which is how --force knows a kit of ours. Comments lose colons
 * before blanks, because vendor tools look for "key: " anywhere in a line (FORMAT.md 8.2). Returns
 * 0, or -1 when the stream fails or a value cannot stand in a .cfg (control bytes).
 */
int mtks_cfg_write(const struct mtks_cfg *cfg, FILE *out);

/* Whether a file name of a .cfg may be opened: one component, no "..", no control bytes. */
int mtks_cfg_name_is_safe(const char *name);

#endif
