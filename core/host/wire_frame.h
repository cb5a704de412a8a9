/* SPDX-License-Identifier: MIT */
/* How frames are put together and taken apart; private to wire*.c. */
#ifndef MTKSCAN_HOST_WIRE_FRAME_H
#define MTKSCAN_HOST_WIRE_FRAME_H

#include "wire.h"

/* Begins a frame and returns where; what is put then is its payload; finish writes its length. */
size_t mtks_wire_begin(struct mtks_wire *wire, enum mtks_frame_kind kind, unsigned item);
void mtks_wire_put(struct mtks_wire *wire, const void *bytes, size_t length);
void mtks_wire_finish(struct mtks_wire *wire, size_t at);

struct mtks_frame {
    struct mtks_frame_head head;
    const uint8_t *payload;
};

/* The next frame; false at the end of the bytes, and for what is no frame, with *garbage set. */
bool mtks_frame_next(struct mtks_frames *frames, struct mtks_frame *frame, bool *garbage);

/* Takes a frame of MTKS_FRAME_OUTPUT into a sink. False when it is none. */
bool mtks_frame_take_output(const struct mtks_frame *frame, struct mtks_sink *sink);

#endif
