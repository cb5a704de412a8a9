/* SPDX-License-Identifier: MIT */
/*
 * A kit under other names, and a new .cfg for a kit: what a flashing tool or a person wants to have
 * else, while not a byte of the images changes.
 */
#ifndef MTKSCAN_KIT_CONVERT_H
#define MTKSCAN_KIT_CONVERT_H

#include "kit.h"

/* The kit that was composed from `dir` and analysed up to the verdict. `cfg` is what
 * mtks_kit_compose() gave, NULL when the folder has none. Lists and texts go into its arena. */
struct mtks_kit_source {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    const struct mtks_cfg *cfg;
    const char *dir;
};

struct mtks_convert_options {
    enum mtks_naming naming;
    bool force;                           /* replace a kit that mtkscan wrote, or an empty folder */
    const struct mtks_progress *progress; /* may be NULL */
};

/* Names are untrusted. */
struct mtks_converted_file {
    const char *before, *after;
    uint64_t size;
    bool image; /* a part of the firmware; else it keeps its name */
};

struct mtks_converted {
    MTKS_LIST(struct mtks_converted_file)
    files;                            /* as the .cfg lists them, then those of its head */
    MTKS_LIST(const char *) left_out; /* entries of the folder that no .cfg names */
    const char *cfg_before, *cfg_after;
    bool written; /* it stands whole under its final name */
};

/*
 * Writes the files that the kit's .cfg names into the new folder `out`, named by a convention, and
 * the .cfg with nothing changed but these names: line ends, comments and settings stay, so that
 * a kit that goes round comes back byte for byte. What the .cfg says wrong it goes on saying wrong.
 * MTKSCAN_REFUSED: no .cfg, a file that it names is missing, two files would get one
 * name, or `out` stands there already. MTKSCAN_NOT_RECOGNISED, MTKSCAN_AMBIGUOUS,
 * MTKSCAN_SYSTEM, MTKSCAN_INTERRUPTED.
 */
int mtks_kit_convert(struct mtks_converted *converted, const struct mtks_kit_source *source,
                     const char *out, const struct mtks_convert_options *options,
                     mtkscan_error *error);

/* One key on which two .cfg files differ. Values are untrusted. */
struct mtks_cfg_change {
    const char *key;            /* "general.platform", "external_memory[2].flash_id" */
    const char *before, *after; /* NULL: no such line; "": blank */
    unsigned line;              /* of the old one; 0: it has none */
};

struct mtks_cfg_changes {
    MTKS_LIST(struct mtks_cfg_change) items; /* in the order of the .cfg's sections */
};

/* Compares two .cfg files key by key; `before` NULL counts as an empty one. 0, or -1 when memory is
 * out. */
int mtks_cfg_compare(struct mtks_cfg_changes *changes, struct mtks_arena *arena,
                     const struct mtks_cfg *before, const struct mtks_cfg *after);

/* "- key: old" and "+ key: new" lines under the two names, escaped; nothing when they agree. */
void mtks_cfg_changes_print(FILE *out, const struct mtks_cfg_changes *changes, const char *before,
                            const char *after);

struct mtks_remade_cfg {
    struct mtks_cfg cfg;
    char *text; /* [owner: caller, free()] */
    size_t length;
    struct mtks_cfg_changes changes;  /* from the old one */
    MTKS_LIST(const char *) left_out; /* files of the folder that are none of its images */
    const char *lack; /* what a flashing tool needs and the firmware does not tell, or NULL */
};

/*
 * Makes the .cfg anew for the images that lie in the folder, under the names that they have there:
 * platform, regions, flash IDs and memory type from the firmware. What the firmware does not tell
 * (versions of the format, EMI settings of a flash ID, files that are no images) is kept from the
 * old .cfg; so is a memory type where `memory_type` is NULL and the firmware implies none.
 * MTKSCAN_DAMAGED when it lacks something: the text is made, and says so in its head.
 * MTKSCAN_USAGE: no memory type. MTKSCAN_NOT_RECOGNISED, MTKSCAN_AMBIGUOUS, MTKSCAN_SYSTEM,
 * MTKSCAN_REFUSED (a limit): there is no text.
 */
int mtks_kit_remake_cfg(struct mtks_remade_cfg *remade, const struct mtks_kit_source *source,
                        const char *memory_type, const char *version, mtkscan_error *error);

#endif
