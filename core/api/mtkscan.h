/* SPDX-License-Identifier: MIT */
/*
 * The library's face: dump -> claim -> layout -> check -> report. The command line uses nothing
 * else.
 *
 * Functions return an outcome (core/model/error.h) and fill the caller's error when it is not
 * MTKSCAN_DONE. Objects are used by one thread at a time; several sessions may run side by side.
 */
#ifndef MTKSCAN_API_MTKSCAN_H
#define MTKSCAN_API_MTKSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../model/error.h"
#include "../model/word.h"

#define MTKSCAN_VERSION "0.1.0"

/* Where the code of modules runs; the strongest that the system has is the default. */
typedef enum mtkscan_isolation {
    MTKSCAN_ISOLATION_USUAL,
    MTKSCAN_ISOLATION_NONE,    /* in this process: a bad module takes it down. For debuggers */
    MTKSCAN_ISOLATION_FORK,    /* each in a child with limits of time, memory and descriptors */
    MTKSCAN_ISOLATION_SANDBOX, /* and without files, network and most system calls */
} mtkscan_isolation;

/* Modules, registry and limits: what stays the same from dump to dump. */
typedef struct mtkscan_session mtkscan_session;

/* One dump or kit and all that is known of it. */
typedef struct mtkscan_result mtkscan_result;

typedef struct mtkscan_options {
    const char *const
        *plugin_dirs;      /* searched first; NULL-terminated, may be NULL [lifetime: session] */
    bool only_plugin_dirs; /* look nowhere else for modules */
    bool safe_mode;        /* modules of the installation alone: no option, environment or user
                              adds one */
    mtkscan_isolation isolation;
    bool hash;            /* a JSON report will follow: make its SHA-1s while reading, beside all
                             else; without this they are made when it is printed */
    bool decode;          /* open what is compressed, as the strongest check that there is */
    bool resources;       /* and look for pictures, tones and texts in it */
    bool no_fix;          /* take the bytes as they are, even where the remedy is certain */
    const char *plugin;   /* force this module; NULL: the best claim */
    const char *registry; /* one more registry file, read last; NULL: none */
    const char *const *limits; /* "NAME=VALUE", NULL-terminated; may be NULL */
    /* Called now and then from the calling thread; non-zero stops with MTKSCAN_INTERRUPTED. May be
     * NULL. */
    int (*progress)(void *ctx, const char *stage, uint64_t done, uint64_t total);
    void *progress_ctx;
} mtkscan_options;

typedef struct mtkscan_style {
    bool colour, verbose;
    unsigned columns; /* 0: 80 */
    bool checks;      /* every check with its result, as `verify` shows */
} mtkscan_style;

typedef struct mtkscan_extract_options {
    const char *names;       /* vendor, extractor or fw_splitter; NULL: vendor */
    bool force;              /* replace a kit that mtkscan wrote */
    bool force_partial;      /* of a damaged dump write the parts that are good */
    const char *memory_type; /* instead of the derived one; may be NULL */
} mtkscan_extract_options;

/* Loads modules and registry. [owner: caller, frees with mtkscan_session_free] */
int mtkscan_session_new(mtkscan_session **session, const mtkscan_options *options,
                        mtkscan_error *error);
void mtkscan_session_free(mtkscan_session *session);

/*
 * Prints what the user should know about registry files that were left out, a line each, escaped.
 * `out` may be NULL. Returns the number of lines.
 */
size_t mtkscan_session_warnings(const mtkscan_session *session, FILE *out);

/*
 * Analyses a dump file, or "-" for standard input. MTKSCAN_DONE, MTKSCAN_DAMAGED,
 * MTKSCAN_NOT_RECOGNISED, MTKSCAN_AMBIGUOUS and MTKSCAN_MISBEHAVED leave a result that can be
 * reported; others leave NULL. [owner of *result: caller; lifetime: within the session's]
 */
int mtkscan_scan(mtkscan_session *session, const char *path, mtkscan_result **result,
                 mtkscan_error *error);

/* The same for a kit folder, its files against its own .cfg (`cfg` may be NULL: the folder's only
 * one). */
int mtkscan_scan_kit(mtkscan_session *session, const char *dir, const char *cfg,
                     mtkscan_result **result, mtkscan_error *error);
/* Whether a path is a folder, and so a kit; "-" is standard input, whatever has that name. */
bool mtkscan_is_kit(const char *path);
void mtkscan_result_free(mtkscan_result *result);

/*
 * Writes the kit of a scanned dump into the new folder `dir`, which appears whole or not at all.
 * Of a dump that is not healthy in every way nothing is written (MTKSCAN_DAMAGED), unless
 * force_partial asks for its good parts; the outcome is MTKSCAN_DAMAGED then as well. So it is for
 * a dump whose parts are all good and that is only shorter than its flash: its kit is written, but
 * replaces no other one unless force_partial is set beside force (MTKSCAN_REFUSED).
 */
int mtkscan_extract(mtkscan_result *result, const char *dir, const mtkscan_extract_options *options,
                    mtkscan_error *error);
/* Whether the last mtkscan_extract() of this result wrote a kit, complete or not. */
bool mtkscan_kit_is_written(const mtkscan_result *result);

typedef struct mtkscan_unpack_options {
    bool force;     /* replace a folder that mtkscan unpacked into */
    bool resources; /* write a file for each resource, too */
} mtkscan_unpack_options;

/*
 * Writes the decoded images of a result into the new folder `dir`, which appears whole or not at
 * all, with an index and command lines for a disassembler. Needs mtkscan_options.decode. Damage
 * does not keep it from writing: bad places are filled and listed.
 */
int mtkscan_unpack(mtkscan_result *result, const char *dir, const mtkscan_unpack_options *options,
                   mtkscan_error *error);
bool mtkscan_is_unpacked(const mtkscan_result *result);

/*
 * Merges `count` reads of one flash (2 to 16) into one image and analyses it; outcomes as
 * mtkscan_scan(). Needs mtkscan_options.decode for all that it can do. MTKSCAN_REFUSED when the
 * reads are of different devices, unless `mix`; MTKSCAN_DAMAGED, too, when bytes of images differ
 * and nobody can decide them.
 */
int mtkscan_merge(mtkscan_session *session, const char *const *paths, size_t count, bool mix,
                  mtkscan_result **result, mtkscan_error *error);

/*
 * Writes the image that was analysed, a corrected view or a merge, to `path` ("-": standard
 * output); it appears whole or not at all. `force` replaces a regular file, but never an input.
 */
int mtkscan_image_write(mtkscan_result *result, const char *path, bool force, mtkscan_error *error);

typedef struct mtkscan_build_options {
    const char *base; /* dump that has what no kit holds: header, gaps, user data; may be NULL */
    const char *size; /* bytes of the image, "0x400000", "4M"; NULL: the base's, or the flash's */
    const char *cfg;  /* the kit's, when it has several; may be NULL */
    bool keep_user_data, blank_user_data; /* neither: kept where there is a base */
    bool force;                           /* what is refused for safety is done, and noted */
} mtkscan_build_options;

/*
 * Builds the image of a whole flash from a kit folder, and analyses it; mtkscan_image_write() puts
 * it into a file, never over a file of the kit. Outcomes as mtkscan_scan(), of the image: a result
 * with MTKSCAN_DAMAGED is an image that is not sound. No result: the reason why not.
 * [owner of *result: caller]
 */
int mtkscan_build(mtkscan_session *session, const char *dir, const mtkscan_build_options *options,
                  mtkscan_result **result, mtkscan_error *error);

typedef struct mtkscan_convert_options {
    const char *names; /* vendor, extractor or fw_splitter */
    bool force;        /* replace a kit that mtkscan wrote */
} mtkscan_convert_options;

/* Writes a scanned kit under other names into the new folder `out`; its .cfg says the same. */
int mtkscan_convert(mtkscan_result *kit, const char *out, const mtkscan_convert_options *options,
                    mtkscan_error *error);
void mtkscan_print_converted(const mtkscan_result *kit, const char *dir, FILE *out, bool json);

/*
 * Makes the .cfg of a scanned kit anew. MTKSCAN_DAMAGED when the firmware does not tell all that a
 * flashing tool needs: there is a text, and it says so. `memory_type` may be NULL.
 */
int mtkscan_cfg_make(mtkscan_result *kit, const char *memory_type, mtkscan_error *error);
/* The text, or NULL. [lifetime: the result] */
const char *mtkscan_cfg_text(const mtkscan_result *kit);
int mtkscan_cfg_write(mtkscan_result *kit, const char *path, bool force, mtkscan_error *error);
/* Key by key, what differs from the kit's own .cfg. */
void mtkscan_print_cfg_changes(const mtkscan_result *kit, FILE *out, bool json);

/* Prints what a kit of four files would lose of a scanned dump, and how to keep it. */
int mtkscan_print_restore_plan(const mtkscan_result *result, FILE *out, bool json,
                               mtkscan_error *error);

typedef struct mtkscan_compare_options {
    const char *target_id; /* flash ID of the device's real part, "C22536"; NULL: not known */
    bool strict;           /* a risk is MTKSCAN_DAMAGED, not MTKSCAN_DONE */
} mtkscan_compare_options;

/* A device and a firmware side by side. */
typedef struct mtkscan_comparison mtkscan_comparison;

/*
 * Compares a device with a firmware, each a dump or a kit folder. MTKSCAN_DONE (it fits, or is
 * risky and not `strict`), MTKSCAN_DAMAGED (risky and `strict`) and MTKSCAN_DO_NOT_FLASH leave a
 * comparison; others, as mtkscan_scan() of either side, leave NULL. Needs mtkscan_options.decode
 * for names of drivers in packed code. [owner of *comparison: caller; lifetime: within the
 * session's]
 */
int mtkscan_compare(mtkscan_session *session, const char *device, const char *firmware,
                    const mtkscan_compare_options *options, mtkscan_comparison **comparison,
                    mtkscan_error *error);
void mtkscan_comparison_free(mtkscan_comparison *comparison);
void mtkscan_print_comparison(const mtkscan_comparison *comparison, FILE *out, bool json,
                              const mtkscan_style *style);

typedef struct mtkscan_index_options {
    unsigned jobs; /* worker processes; 0: one a processor */
    bool force;    /* begin anew: what the file has counts for nothing */
} mtkscan_index_options;

/* What a run did, in images, and folders that could not be read. */
typedef struct mtkscan_indexed {
    size_t images, made, kept, unreadable;
} mtkscan_indexed;

/*
 * Keeps a line of facts in the file `index` for each dump and kit at and below `paths`
 * (docs/collections.md). Lines are only added, so a run that was interrupted or killed is continued
 * by the next one; images that did not change are left as they are. An input that cannot be
 * analysed gives a line that says so. Makes processes: the caller has no other thread then.
 * MTKSCAN_REFUSED when the file is no index, or another run writes to it.
 */
int mtkscan_index(mtkscan_session *session, const char *const *paths, size_t count,
                  const char *index, const mtkscan_index_options *options, mtkscan_indexed *told,
                  mtkscan_error *error);

/* What to look for in an index; NULL: anything. Letter case never counts. */
typedef struct mtkscan_find_options {
    const char *flash_id;                      /* hex, as a reader shows it */
    const char *chip, *project, *verno, *path; /* a piece of the text */
    const char *lcd, *touch, *camera;          /* a piece of a part's name: "7789" */
    const char *device;                        /* dump or kit to find firmware for */
} mtkscan_find_options;

/*
 * Prints the images of an index that are wanted, best first; with a device, how well each goes with
 * it and why, as far as the index tells: mtkscan_compare() decides. Cut for people unless `all`;
 * `out` may be NULL, and `session` when there is no device. MTKSCAN_NOT_RECOGNISED when there is
 * none, or the device's dump is not recognised.
 */
int mtkscan_find(mtkscan_session *session, const char *index, const mtkscan_find_options *options,
                 FILE *out, bool json, bool all, mtkscan_error *error);

/*
 * Looks for the user's data of a scanned dump: layer, volumes, files (FORMAT.md 6), deleted ones
 * too when asked. A dump that is not recognised may have them all the same. MTKSCAN_DONE, also when
 * the data area is blank; MTKSCAN_DAMAGED when something is lost or doubtful;
 * MTKSCAN_NOT_RECOGNISED when there is no layer that is known. These leave what can be printed, and
 * what mtkscan_print_text() and mtkscan_print_json() tell of the layer; others (MTKSCAN_REFUSED at
 * a limit) do not.
 */
int mtkscan_files(mtkscan_result *result, bool deleted, mtkscan_error *error);
/* Whether there are files; what follows needs them, and mtkscan_files() before. */
bool mtkscan_files_listed(const mtkscan_result *result);

/*
 * Writes the files into the new folder `dir`, which appears whole or not at all; personal ones only
 * when asked. `force` replaces a folder that this wrote and nobody changed.
 */
int mtkscan_files_take(mtkscan_result *result, const char *dir, bool force, bool personal,
                       mtkscan_error *error);
/* Writes the linear disk behind the layer, as mtkscan_image_write() writes. */
int mtkscan_files_image(mtkscan_result *result, const char *path, bool force, mtkscan_error *error);

/*
 * Writes a copy of the dump with other user data to `path`: those of `from` (may be NULL; after
 * mtkscan_files() of it), and files "NAME=FILE" (NULL-terminated, may be NULL). MTKSCAN_REFUSED
 * when anything about a layer is uncertain, and for a dump of another project unless `force`.
 */
int mtkscan_files_rebuild(mtkscan_result *result, mtkscan_result *from, const char *const *puts,
                          const char *path, bool force, mtkscan_error *error);

/* Prints what mtkscan_files() found, and what was written of it since. */
void mtkscan_print_files(const mtkscan_result *result, FILE *out, bool json,
                         const mtkscan_style *style);

/* Reports. */
void mtkscan_print_text(const mtkscan_result *result, FILE *out, const mtkscan_style *style);
void mtkscan_print_json(const mtkscan_result *result, FILE *out);
/* What mtkscan_extract() wrote, a line a file; as JSON one object. */
void mtkscan_print_kit(const mtkscan_result *result, FILE *out, bool json);
/* The same for mtkscan_unpack(). */
void mtkscan_print_unpacked(const mtkscan_result *result, FILE *out, bool json, bool verbose);
/* What mtkscan_image_write() wrote to `path`: how the input was corrected, or which read each
 * disputed piece comes from. */
void mtkscan_print_image(const mtkscan_result *result, const char *path, FILE *out, bool json,
                         bool verbose);
/* The warnings and errors of the dump, for whoever got its kit: a line each, escaped. */
void mtkscan_print_warnings(const mtkscan_result *result, FILE *out);
/* An input that could not be analysed, as one JSON object of the same schema. */
void mtkscan_print_json_failure(const char *path, const mtkscan_error *error, FILE *out);

/* The modules found; *refused counts those that were. */
void mtkscan_print_plugins(const mtkscan_session *session, FILE *out, bool json, bool verbose,
                           unsigned *refused);
/* The path of a module found, usable or not, in the order of the list; NULL past the last.
 * [lifetime: session] */
const char *mtkscan_module_path(const mtkscan_session *session, size_t number);

/*
 * Holds the module in a file, found or not, against the contract of modules (sdk/ABI.md) and prints
 * what was seen; `out` and `style` may be NULL. It runs in processes of its own, whatever the
 * session's isolation. MTKSCAN_DONE: sound; MTKSCAN_MISBEHAVED: unsound; MTKSCAN_SYSTEM: the file
 * cannot be read, or the system has no process or memory, and nothing is printed.
 */
int mtkscan_module_check(const mtkscan_session *session, const char *path, FILE *out, bool json,
                         const mtkscan_style *style, mtkscan_error *error);
/* The folders searched, a line each. */
void mtkscan_print_plugin_path(const mtkscan_session *session, FILE *out, bool json);

/* Versions, where modules are looked for, what was ignored of it, and how far they are kept apart
 * from this process: the level asked for, and what this system has of it. */
void mtkscan_print_doctor(const mtkscan_session *session, FILE *out, bool json);

/* Checks one registry file and prints each mistake with its line. MTKSCAN_DONE or MTKSCAN_REFUSED.
 */
int mtkscan_registry_check(const mtkscan_session *session, const char *path, FILE *out, bool json,
                           mtkscan_error *error);

/* Prints what a finding code means; NULL prints the list of all codes. MTKSCAN_USAGE when unknown.
 */
int mtkscan_explain(const char *code, FILE *out, bool json, mtkscan_error *error);

/* Prints every --limit with its value. */
void mtkscan_print_limits(FILE *out);

#endif
