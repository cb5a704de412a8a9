/* SPDX-License-Identifier: MIT */
/* Prints an analysis. Untrusted text leaves escaped. [thread: one per FILE] */
#ifndef MTKSCAN_REPORT_REPORT_H
#define MTKSCAN_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "../compare/compare.h"
#include "../files/files.h"
#include "../host/module_check.h"
#include "../host/plugins.h"
#include "../kit/build.h"
#include "../kit/convert.h"
#include "../kit/kit.h"
#include "../kit/restore.h"
#include "../merge/merge.h"
#include "../model/analysis.h"
#include "../model/error.h"
#include "../unpack/unpack.h"

#define MTKS_SCHEMA "mtkscan/1" /* core/report/schema/1.json */

struct mtks_text_style {
    bool colour;      /* a second signal only */
    bool verbose;     /* evidence, passed checks, map; nothing cut */
    unsigned columns; /* 0: 80 */
    bool checks;      /* every check with its result, as `verify` shows */
};

/* One screen of text. */
void mtks_report_text(FILE *out, const struct mtks_analysis *analysis,
                      const struct mtks_text_style *style);

/* One JSON object on one line, the same bytes from run to run (schema mtkscan/1). */
void mtks_report_json(FILE *out, const struct mtks_analysis *analysis);

/* An input that could not be analysed, as one JSON object on one line of the same schema. */
void mtks_report_json_failure(FILE *out, const char *path, const mtkscan_error *error);

/* The table and the JSON array behind `plugins list`. */
void mtks_report_plugins_text(FILE *out, const struct mtks_plugins *plugins, bool verbose);
void mtks_report_plugins_json(FILE *out, const struct mtks_plugins *plugins);

/* What a check of a module saw: a table of at most 80 columns and a verdict, or one JSON object on
 * one line. */
void mtks_report_check_text(FILE *out, const struct mtks_module_check *check, bool colour);
void mtks_report_check_json(FILE *out, const struct mtks_module_check *check);

/* What mtks_kit_write() wrote into `dir`: a line a file, or one JSON object on one line. */
void mtks_report_kit_text(FILE *out, const struct mtks_analysis *analysis,
                          const struct mtks_kit *kit, const char *dir);
void mtks_report_kit_json(FILE *out, const struct mtks_analysis *analysis,
                          const struct mtks_kit *kit, const char *dir);

/* What mtks_unpack_write() wrote into `dir`, the same way. */
void mtks_report_unpacked_text(FILE *out, const struct mtks_analysis *analysis,
                               const struct mtks_unpacked *unpacked, const char *dir, bool verbose);
void mtks_report_unpacked_json(FILE *out, const struct mtks_analysis *analysis,
                               const struct mtks_unpacked *unpacked, const char *dir);

/* An image that was written: a corrected view, or a merge. */
struct mtks_image_report {
    const char *path;
    uint64_t size;
    bool written, verbose;
    const struct mtks_merged *merged; /* NULL: not merged */
    const struct mtks_built *built;   /* NULL: not built; neither: a corrected view */
    const char *const *reads;         /* paths of the reads that were merged */
};
void mtks_report_image_text(FILE *out, const struct mtks_analysis *analysis,
                            const struct mtks_image_report *report);
void mtks_report_image_json(FILE *out, const struct mtks_analysis *analysis,
                            const struct mtks_image_report *report);

/* A kit under other names. */
void mtks_report_convert_text(FILE *out, const struct mtks_converted *converted, const char *dir);
void mtks_report_convert_json(FILE *out, const struct mtks_analysis *analysis,
                              const struct mtks_converted *converted, const char *dir);
/* A .cfg made anew; `before` is the name of the old one or NULL. */
void mtks_report_cfg_json(FILE *out, const struct mtks_analysis *analysis,
                          const struct mtks_remade_cfg *remade, const char *before,
                          const char *text);
/* What a kit loses of a device. */
void mtks_report_restore_text(FILE *out, const struct mtks_analysis *analysis,
                              const struct mtks_restore_plan *plan);
void mtks_report_restore_json(FILE *out, const struct mtks_analysis *analysis,
                              const struct mtks_restore_plan *plan);

/* A comparison: the verdict, then each reason. */
struct mtks_compare_report {
    const struct mtks_comparison *seen;
    const struct mtks_analysis *device, *firmware;
    bool colour, verbose;
    unsigned columns; /* 0: 80 */
};
void mtks_report_compare_text(FILE *out, const struct mtks_compare_report *report);
void mtks_report_compare_json(FILE *out, const struct mtks_compare_report *report);

/* The user's data: layer, volumes, files, and what was written of them. */
#define MTKS_FILES_SCHEMA "mtkscan-files/1" /* of the index.json in a folder of files */

struct mtks_files_report {
    const char *schema;  /* MTKS_SCHEMA, or MTKS_FILES_SCHEMA */
    const char *version; /* of mtkscan; NULL: not told */
    const struct mtks_analysis *analysis;
    const struct mtks_files *files;
    const struct mtks_taken *taken;     /* NULL: nothing was taken out */
    const struct mtks_rebuilt *rebuilt; /* NULL: no new dump */
    const char *output;                 /* the new dump, or NULL */
    const char *image;                  /* the linear disk that was written, or NULL */
    bool colour, verbose;
    unsigned columns; /* 0: 80 */
};
void mtks_report_files_text(FILE *out, const struct mtks_files_report *report);
void mtks_report_files_json(FILE *out, const struct mtks_files_report *report);

/* What whoever holds the kit has to know: each warning and error of the dump, and the hidden folder
 * of another run; a line each, "mtkscan: MTK-S001 warning: MESSAGE; ADVICE". */
void mtks_report_kit_warnings(FILE *out, const struct mtks_analysis *analysis,
                              const struct mtks_kit *kit);

#endif
