/* SPDX-License-Identifier: MIT */
/*
 * What a module's process says to the host: frames over a pipe, in the machine's own byte order, as
 * both ends are one program. The sender may be taken over by a hostile module at any moment, so
 * the reading end believes nothing: it checks every bound here, and the sink checks every member.
 * [thread: one at a time]
 */
#ifndef MTKSCAN_HOST_WIRE_H
#define MTKSCAN_HOST_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../model/arena.h"
#include "sandbox.h"
#include "sink.h"

#define MTKS_FRAME_MAGIC 0x464B544Du /* "MTKF" */
#define MTKS_FRAME_MAX   0x20000u    /* bytes of a payload; an entry takes up to 70 KB */

enum mtks_frame_kind {
    MTKS_FRAME_RECORD = 1, /* item: enum mtks_record. Empty: NULL; 8 bytes: a bad head; else the
                              struct, its texts and its bytes */
    MTKS_FRAME_LOG,        /* item: level. A text */
    MTKS_FRAME_END,        /* of a callback: int32_t that it returned */
    MTKS_FRAME_ENTRY,      /* struct_size, abi, texts and lists of the module's entry */
    MTKS_FRAME_REFUSED,    /* a text: why there is no entry */
    MTKS_FRAME_REACHED,    /* struct mtks_reached */
    MTKS_FRAME_CALL,       /* int32_t: the system call that ended the process */
    MTKS_FRAME_OUTPUT, /* item 0: uint64_t place and bytes; else enum mtks_piece_result: place and
                          length of a piece that was refused */
};

struct mtks_frame_head {
    uint32_t magic;
    uint16_t kind, item;
    uint32_t length; /* of the payload */
};

/* The writing end: frames are gathered, then written. Zeroed it is empty. */
struct mtks_wire {
    uint8_t *bytes; /* [owner: the struct, mtks_wire_free] */
    size_t used, room;
    bool out_of_memory; /* a frame was lost, so that nothing is sent any more */
    int pipe;           /* output of a decode is sent there as it comes; 0: it is gathered too */
};

/* A record as the module gave it, NULL and bad heads included: the other end tells it the same.
 * Every pointer of a record needs a row in sink_rows.c; bytes of a check are the one exception. */
void mtks_wire_record(struct mtks_wire *wire, enum mtks_record kind, const void *record);
void mtks_wire_log(struct mtks_wire *wire, int32_t level, const char *text);
void mtks_wire_end(struct mtks_wire *wire, int32_t code);
/* A piece of output that was taken, which may be of any size, or one that was not. */
void mtks_wire_output(struct mtks_wire *wire, uint64_t offset, const void *bytes, uint64_t length);
void mtks_wire_output_refused(struct mtks_wire *wire, unsigned result, uint64_t offset,
                              uint64_t length);
/* An entry that mtks_entry_take() filled. */
void mtks_wire_entry(struct mtks_wire *wire, const mtkscan_plugin *entry);
void mtks_wire_refused(struct mtks_wire *wire, const char *reason);
void mtks_wire_reached(struct mtks_wire *wire, const struct mtks_reached *reached);

/* Writes what was gathered; false when it cannot be written. */
bool mtks_wire_flush(struct mtks_wire *wire, int fd);
void mtks_wire_free(struct mtks_wire *wire);

/* The reading end, over all bytes that arrived. */
struct mtks_frames {
    const uint8_t *bytes;
    size_t length, at;
};

/*
 * Takes the frames of one callback into a sink, up to its end, and blames the module for what is
 * wrong: a bad record, an error returned, no end, garbage. With `last` the end has to be the last
 * frame of all.
 */
void mtks_wire_replay(struct mtks_frames *frames, struct mtks_sink *sink, const char *callback,
                      bool last);

/*
 * Takes what arrived so far, all but the end: whole frames, which it leaves behind frames->at.
 * Blames the module for what can be no frame any more.
 */
void mtks_wire_stream(struct mtks_frames *frames, struct mtks_sink *sink, const char *callback);

/* Frames that a decode of so much room makes at most, and the bytes of all of them. */
uint64_t mtks_wire_output_frames(uint64_t room);
uint64_t mtks_wire_output_room(uint64_t room);

/*
 * Takes the one frame of a module that was asked who it is, as mtks_entry_take() does; the
 * callbacks of `entry` stay in the module's process, and fail when they are called in this one.
 */
bool mtks_wire_take_entry(struct mtks_frames *frames, struct mtks_arena *arena,
                          mtkscan_plugin *entry, const char **reason);

bool mtks_wire_take_reached(struct mtks_frames *frames, struct mtks_reached *reached);

/* Whether the bytes end with a frame of MTKS_FRAME_CALL; *number is its system call then. */
bool mtks_wire_last_call(const uint8_t *bytes, size_t length, int32_t *number);

#endif
