/* SPDX-License-Identifier: MIT */
/*
 * The analysis: the one thing that flows. The host fills it from module records, checks annotate
 * it, kit and reports read it. All memory is in its arena; texts are valid UTF-8 but untrusted, so
 * whoever prints them escapes them.
 */
#ifndef MTKSCAN_MODEL_ANALYSIS_H
#define MTKSCAN_MODEL_ANALYSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "../dump/view.h"
#include "arena.h"
#include "limits.h"
#include "mtkscan/plugin.h"

struct mtks_evidence {
    const char *id, *text;
    uint64_t offset, length;
    int bits;
    bool contradiction, common;
};

struct mtks_claim {
    const char *plugin; /* module id */
    int score;          /* 0: not mine */
    bool contradicted;
    const char *misbehaved; /* NULL, or what the module did wrong */
    MTKS_LIST(struct mtks_evidence) evidence;
};

struct mtks_fact {
    const char *key, *value;
    uint64_t offset, length;
};

enum mtks_part_health {
    MTKS_HEALTH_UNCHECKED, /* before the checks ran */
    MTKS_HEALTH_VERIFIED,
    MTKS_HEALTH_CONSISTENT,
    MTKS_HEALTH_DAMAGED,
    MTKS_HEALTH_TRUNCATED,
    MTKS_HEALTH_ABSENT,
};

struct mtks_part {
    const char *name;                  /* role: "EXT_BOOTLOADER" */
    const char *file;                  /* the vendor's file name, raw; the kit room makes it safe */
    uint32_t file_type, region, flags; /* MTKSCAN_REGION_*, MTKSCAN_PART_* */
    uint64_t offset, length, load_addr;
    uint64_t present; /* bytes of it that lie inside the dump */
    char sha1[41];    /* hex of the bytes present when present == length, else "" */
    enum mtks_part_health health;
};

enum mtks_check_result { MTKS_CHECK_NOT_RUN, MTKS_CHECK_PASS, MTKS_CHECK_FAIL };

struct mtks_check {
    const char *id, *text, *finding;
    uint32_t part, kind, on_fail, relation;
    uint64_t offset, length, other, left, right;
    const uint8_t *bytes;
    uint64_t bytes_length;
    enum mtks_check_result result; /* NOT_RUN: the bytes are not in the dump */
};

struct mtks_container {
    const char *name, *codec;
    uint32_t part, order;
    uint64_t offset, length, exec_addr, output_size;
};

/* How far a decoded image can be believed. */
enum mtks_layer_state {
    MTKS_LAYER_CLOSED,     /* not decoded: `why` says for what reason */
    MTKS_LAYER_DAMAGED,    /* decoded, but with bad places: `why`, and `faults` */
    MTKS_LAYER_CONSISTENT, /* nothing disagrees, yet a bad bit could hide: `noticed` */
    MTKS_LAYER_VERIFIED,   /* a decode that notices any bad bit came to its exact end */
};

/* A bad place of a decoded image. */
struct mtks_layer_fault {
    uint64_t offset, length;             /* of the coded bytes, in the dump */
    uint64_t image_offset, image_length; /* of the decoded ones */
    const char *what;                    /* one line */
    bool filled;                         /* the decoded bytes are filler */
};

/*
 * An image that was decoded: of a container that a module stated, a module of a DCM container, or a
 * blob that was found by its content. Its bytes are outside the arena
 * [owner: the analysis, mtks_analysis_free()].
 */
struct mtks_layer {
    const char *name;  /* unique among the layers: "ALICE", "ZIMAGE", "DCM-0", "LZMA-0x01A2B4" */
    const char *codec; /* "alice-2" */
    uint32_t part;     /* that holds it, or MTKSCAN_NO_PART */
    uint64_t offset, length; /* of the coded bytes, in the dump */
    uint64_t exec_addr;      /* where it runs; 0: not known */
    uint8_t *bytes;          /* NULL when closed */
    uint64_t size;           /* its true length where that is known, else all that was decoded */
    uint64_t decoded;        /* bytes that were decoded, filler and padding counted */
    const char *size_source; /* how the true length is known, one line; NULL: it is not */
    enum mtks_layer_state state;
    const char *why;             /* closed or damaged: one line; else NULL */
    uint32_t groups, groups_bad; /* of ALICE; else 0 */
    /* Of 1000 single flipped bits in the coded bytes, how many would have been seen, as measured on
     * real firmware (not on this image); 1000 when any would. */
    uint32_t noticed;
    bool filtered; /* calls are as the packer left them: the layer NAME-code is what runs */
    char sha1[41]; /* hex, of `size` bytes; "" until asked for */
    MTKS_LIST(struct mtks_layer_fault) faults;
};

/* A picture, tone or text inside a layer, or in the dump where it stands plain. */
struct mtks_resource {
    const char *format;      /* row of the table of formats: "gif" */
    uint32_t layer;          /* index, or MTKS_NO_LAYER: in the dump itself */
    uint64_t offset, length; /* in the layer, or in the dump */
    uint32_t width, height;  /* pixels; 0: has none */
    const char *detail;      /* one line: "2 frames"; may be NULL */
    bool opaque;             /* known to be there, but nobody knows how to decode it */
};

#define MTKS_NO_LAYER 0xFFFFFFFFu

/* How much of the firmware stands plain (PEERS.md 1b row 14). */
enum mtks_packing {
    MTKS_PACKING_UNKNOWN,
    MTKS_PACKING_PLAIN,   /* nothing is compressed */
    MTKS_PACKING_PARTLY,  /* the ROM is plain code, more is in containers */
    MTKS_PACKING_FULLY,   /* the ROM only starts the rest */
    MTKS_PACKING_CRYPTED, /* no structure where code should be */
};

struct mtks_flash_id {
    uint32_t device_type, id_length;
    uint8_t id[8];
    uint64_t offset;
};

struct mtks_zone {
    uint64_t offset, block;
};

struct mtks_range {
    const char *name;
    uint64_t offset, length;
};

/* A line of text that a module logged. */
struct mtks_log {
    int level; /* MTKSCAN_LOG_* */
    const char *plugin, *text;
};

/* One segment of the coverage map; segments are sorted, never overlap, and add up to the dump's
 * size. */
struct mtks_segment {
    uint64_t offset, length;
    const char *kind; /* a part's or range's name, or "blank", "zero", "unclaimed" */
    bool part;
};

enum mtks_severity { MTKS_INFO, MTKS_WARNING, MTKS_ERROR };

struct mtks_finding {
    const char *code; /* row of the finding table */
    enum mtks_severity severity;
    const char *message; /* the row's title, with what was seen here */
    const char *advice;  /* the row's */
    uint32_t part;       /* index or MTKSCAN_NO_PART */
    uint64_t offset, length;
};

enum mtks_status { MTKS_UNKNOWN, MTKS_AMBIGUOUS, MTKS_IDENTIFIED };
enum mtks_verdict { MTKS_VERDICT_NONE, MTKS_HEALTHY, MTKS_DAMAGED, MTKS_INCOMPLETE };

struct mtks_finder;
struct mtks_files;
struct mtks_hashing;

struct mtks_analysis {
    struct mtks_arena arena;
    struct mtks_limits limits;
    /* What the host remembers of its searches from one stage to the next; may be NULL
     * [owner: who runs the stages] */
    struct mtks_finder *finder;
    /* The thread that hashes the dump meanwhile; may be NULL [owner: who runs the stages] */
    struct mtks_hashing *hashing;

    struct {
        const char *path; /* as the user gave it */
        uint64_t size;    /* of what was analysed: the input, or its corrected view */
        char sha1[41];    /* of the input as it was given */
        bool kit;         /* composed from a kit folder, not read from a flash */
        bool merged;      /* put together from several reads */
        uint64_t given;   /* bytes of the input as it was given */
        /* How the input was corrected, in order; all offsets elsewhere are in the corrected view */
        MTKS_LIST(struct mtks_view_step) view;
    } input;

    enum mtks_status status;
    const char *plugin;                  /* the winner's id; NULL unless identified */
    bool forced;                         /* by --plugin */
    MTKS_LIST(struct mtks_claim) claims; /* best first; equal scores by id */

    MTKS_LIST(struct mtks_fact) facts;
    const char *device; /* the registry's name for it, or NULL */
    const char *device_notes;
    const char *hint; /* when not identified: what the registry or platform id says, or NULL */

    struct {
        uint64_t capacity;
        const char *memory_type, *memory_type_source;
        MTKS_LIST(struct mtks_flash_id) ids;
        MTKS_LIST(struct mtks_zone) zones;
    } flash;

    MTKS_LIST(struct mtks_part) parts; /* as emitted; checks refer to these indices */
    MTKS_LIST(struct mtks_check) checks;
    MTKS_LIST(struct mtks_container) containers;
    struct {
        enum mtks_packing kind;
        const char *text; /* one line, with the figures; NULL when unknown */
    } packing;
    bool decoded; /* the containers were opened: `layers` holds all of them, and blobs found */
    MTKS_LIST(struct mtks_layer) layers;
    bool searched;                             /* the resources were looked for */
    MTKS_LIST(struct mtks_resource) resources; /* dump first, then layer by layer, rising offsets */
    MTKS_LIST(struct mtks_range) ranges;
    MTKS_LIST(struct mtks_segment) map;
    MTKS_LIST(struct mtks_finding) findings; /* errors first, then by offset and code */
    const struct mtks_files *files; /* the user's data, where it was looked at; else NULL */
    MTKS_LIST(struct mtks_log) log; /* what modules said, in order; for -v */

    struct {
        unsigned percent; /* 0..100, of the bytes of all expected parts */
        bool upper_bound; /* an absent part has an unknown length, so the true share is lower */
        enum mtks_verdict verdict;
    } health;
};

struct mtks_analysis *mtks_analysis_new(const struct mtks_limits *limits);
void mtks_analysis_free(struct mtks_analysis *analysis);

/* The value of an identity fact, or NULL. */
const char *mtks_fact_value(const struct mtks_analysis *analysis, const char *key);

/* Names as the JSON report spells them. */
const char *mtks_status_name(enum mtks_status status);
const char *mtks_health_name(enum mtks_part_health health);
const char *mtks_verdict_name(enum mtks_verdict verdict);
const char *mtks_severity_name(enum mtks_severity severity);
const char *mtks_check_result_name(enum mtks_check_result result);
const char *mtks_layer_state_name(enum mtks_layer_state state); /* "closed", "verified" */
const char *mtks_packing_name(enum mtks_packing packing);       /* "partly compressed" */

#endif
