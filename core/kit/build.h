/* SPDX-License-Identifier: MIT */
/*
 * From a kit to the image of a whole flash, as an SPI programmer takes it: boot header, every part
 * in its place, and what no kit holds, from a base dump of the same device where there is one.
 */
#ifndef MTKSCAN_KIT_BUILD_H
#define MTKSCAN_KIT_BUILD_H

#include <stdbool.h>

#include "../dump/dump.h"
#include "../model/analysis.h"
#include "../model/error.h"
#include "../model/progress.h"

/* Where bytes of the image come from. */
enum mtks_built_source {
    MTKS_BUILT_PART,      /* a file of the kit */
    MTKS_BUILT_BASE,      /* the base dump */
    MTKS_BUILT_GENERATED, /* made, since no kit holds them (BOOTHEADER.md 2) */
    MTKS_BUILT_BLANK,     /* erased */
};

struct mtks_built_piece {
    uint64_t offset, length;
    enum mtks_built_source source;
    const char *name; /* the part, range or gap that these bytes are; untrusted */
};

/* What whoever writes the image has to know. */
struct mtks_built_note {
    const char *code; /* of the finding table, MTK-K021 to K027 and F001 */
    const char *text; /* this case, one line, escaped */
};

struct mtks_built {
    struct mtks_dump image;
    MTKS_LIST(struct mtks_built_piece) pieces; /* rising, and together the whole image */
    MTKS_LIST(struct mtks_built_note) notes;
};

/* A kit that mtks_kit_compose() laid out, or a base dump; both analysed up to the verdict. */
struct mtks_build_side {
    const struct mtks_analysis *analysis;
    const struct mtks_dump *dump; /* the bytes that were analysed: of a bad read, its corrected
                                     view */
};

enum mtks_user_data {
    MTKS_USER_DATA_USUAL, /* kept where there is a base, else blank */
    MTKS_USER_DATA_KEEP,
    MTKS_USER_DATA_BLANK,
};

struct mtks_build_options {
    uint64_t size; /* bytes of the image; 0: the base's, else the flash that the kit is made for */
    enum mtks_user_data user_data;
    bool force; /* a kit that is not healthy, a base of another device, a flash larger than the
                   firmware's; a note tells each */
    const struct mtks_progress *progress; /* may be NULL */
};

/*
 * Builds the image. `base` may be NULL. Where a base is given, all that the kit does not hold is
 * the base's: header (as long as its layout fits the kit's loaders), device record, gaps, images
 * that the kit lacks, user data, tail; but what an image of the base leaves behind that the kit
 * replaces is erased. So the kit of a dump, built on that dump, is that dump again.
 *
 * MTKSCAN_USAGE: user data to be kept without a base, or no size. MTKSCAN_NOT_RECOGNISED,
 * MTKSCAN_AMBIGUOUS: a side is not identified. MTKSCAN_DAMAGED: the kit is not healthy.
 * MTKSCAN_REFUSED: the base is of another device, its user data lie elsewhere, the sizes do not
 * fit, or a place of an image is only guessed. MTKSCAN_SYSTEM, MTKSCAN_INTERRUPTED. Lists are in
 * `arena`; the image is closed on failure, else [owner: caller, mtks_dump_close()].
 */
int mtks_build(struct mtks_built *built, const struct mtks_build_side *kit,
               const struct mtks_build_side *base, const struct mtks_build_options *options,
               struct mtks_arena *arena, mtkscan_error *error);

const char *mtks_built_source_name(enum mtks_built_source source); /* "generated" */

#endif
