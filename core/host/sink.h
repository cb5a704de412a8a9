/* SPDX-License-Identifier: MIT */
/*
 * Takes a module's records: validates every member, copies what is good, and remembers the first
 * that is not. It knows nothing of callbacks, so that a record may as well arrive over a pipe.
 * [thread: one at a time]
 */
#ifndef MTKSCAN_HOST_SINK_H
#define MTKSCAN_HOST_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "../model/analysis.h"
#include "mtkscan/plugin.h"

#define MTKS_PLACE_MAX  (UINT64_C(1) << 48) /* no offset + length exceeds this */
#define MTKS_STRUCT_MAX 0x10000u            /* bytes of any struct that crosses the boundary */
#define MTKS_LOG_LINES  200u                /* lines of text kept of one callback */

enum mtks_phase { MTKS_PHASE_CLAIM, MTKS_PHASE_LAYOUT, MTKS_PHASE_FLASH_IDS, MTKS_PHASE_DECODE };

enum mtks_record {
    MTKS_RECORD_EVIDENCE,
    MTKS_RECORD_FACT,
    MTKS_RECORD_PART,
    MTKS_RECORD_CHECK,
    MTKS_RECORD_CONTAINER,
    MTKS_RECORD_FLASH,
    MTKS_RECORD_FLASH_ID,
    MTKS_RECORD_ZONE,
    MTKS_RECORD_RANGE,
    MTKS_RECORD_NOTICE,
    MTKS_RECORD_KINDS
};

struct mtks_decode_output;

struct mtks_notice {
    const char *code, *detail;
    uint32_t part;
    uint64_t offset, length;
};

/* What one callback of one module stated; all memory is in the sink's arena. */
struct mtks_sink {
    struct mtks_arena *arena;
    uint64_t arena_end;  /* this sink may fill the arena up to here */
    uint64_t records;    /* taken so far */
    uint64_t record_max; /* of them at most */
    enum mtks_phase phase;
    size_t parts_before; /* parts that an earlier callback stated: records refer to them too */

    const char *misbehaved; /* the first thing that was wrong, or NULL */
    bool out_of_memory;

    MTKS_LIST(struct mtks_evidence) evidence;
    MTKS_LIST(struct mtks_fact) facts;
    MTKS_LIST(struct mtks_part) parts;
    MTKS_LIST(struct mtks_check) checks;
    MTKS_LIST(struct mtks_container) containers;
    struct {
        bool stated;
        uint64_t capacity;
        const char *memory_type, *memory_type_source;
    } flash;
    MTKS_LIST(struct mtks_flash_id) ids;
    MTKS_LIST(struct mtks_zone) zones;
    MTKS_LIST(struct mtks_range) ranges;
    MTKS_LIST(struct mtks_notice) notices;
    MTKS_LIST(struct mtks_log) log;

    struct mtks_decode_output *output; /* of a decode: takes its output [owner: the caller] */
    int32_t ended;                     /* what the callback returned; MTKSCAN_E_FAILED before */
};

/* Copies live in `arena`; this sink takes at most `room` bytes of it and `record_max` records. */
void mtks_sink_init(struct mtks_sink *sink, struct mtks_arena *arena, uint64_t room,
                    uint64_t record_max, enum mtks_phase phase);

/*
 * Validates and stores one record; `record` points to the struct of its kind, of any struct_size.
 * Returns MTKSCAN_OK, MTKSCAN_E_INVALID (a bad member, or not of this phase) or MTKSCAN_E_LIMIT. A
 * sink whose module misbehaved takes nothing more.
 */
int32_t mtks_sink_take(struct mtks_sink *sink, enum mtks_record kind, const void *record);

/* Keeps one line of text; a bad one, or one too many, is dropped. */
void mtks_sink_log(struct mtks_sink *sink, int32_t level, const char *text);

/* Blames the module for stating `what` in a callback where it may not. */
void mtks_sink_misplaced(struct mtks_sink *sink, const char *what);

/* Marks the module as misbehaving; the first reason stays. */
void mtks_sink_blame(struct mtks_sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
