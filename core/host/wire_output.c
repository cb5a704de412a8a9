/* SPDX-License-Identifier: MIT */
/* The output of a decode on its way over the pipe: bytes and their place, or why they were refused.
 */
#include <string.h>

#include "sink_output.h"
#include "wire_frame.h"

#define STEP                                                                                       \
    UINT64_C(0x10000) /* bytes of output in one frame, and gathered before they are sent           \
                       */

static void put_place(struct mtks_wire *wire, uint64_t value)
{
    mtks_wire_put(wire, &value, sizeof value);
}

/* Sends what was gathered, when it is `enough`. */
static void pass_on(struct mtks_wire *wire, size_t enough)
{
    if (wire->pipe && wire->used >= enough && !mtks_wire_flush(wire, wire->pipe))
        wire->out_of_memory = true; /* nobody listens: nothing more is sent */
}

void mtks_wire_output(struct mtks_wire *wire, uint64_t offset, const void *bytes, uint64_t length)
{
    uint64_t done = 0;
    do {
        uint64_t step = length - done < STEP ? length - done : STEP;
        size_t at = mtks_wire_begin(wire, MTKS_FRAME_OUTPUT, MTKS_PIECE_TAKEN);
        put_place(wire, offset + done);
        if (step)
            mtks_wire_put(wire, (const uint8_t *)bytes + done, (size_t)step);
        mtks_wire_finish(wire, at);
        pass_on(wire, STEP);
        done += step;
    } while (done < length);
}

void mtks_wire_output_refused(struct mtks_wire *wire, unsigned result, uint64_t offset,
                              uint64_t length)
{
    size_t at = mtks_wire_begin(wire, MTKS_FRAME_OUTPUT, result);
    put_place(wire, offset);
    put_place(wire, length);
    mtks_wire_finish(wire, at);
    pass_on(wire, 0); /* the host ends the process at once */
}

uint64_t mtks_wire_output_frames(uint64_t room)
{
    return MTKSCAN_PIECES_MAX + room / STEP + 1;
}

uint64_t mtks_wire_output_room(uint64_t room)
{
    return room +
           mtks_wire_output_frames(room) * (sizeof(struct mtks_frame_head) + sizeof(uint64_t));
}

bool mtks_frame_take_output(const struct mtks_frame *frame, struct mtks_sink *sink)
{
    uint64_t place[2];
    size_t length = frame->head.length;
    if (frame->head.item != MTKS_PIECE_TAKEN) {
        if (length != sizeof place)
            return false;
        memcpy(place, frame->payload, sizeof place);
        return mtks_sink_output_refused(sink, frame->head.item, place[0], place[1]);
    }
    if (length < sizeof place[0])
        return false;
    memcpy(place, frame->payload, sizeof place[0]);
    mtks_sink_output(sink, place[0], frame->payload + sizeof place[0], length - sizeof place[0],
                     NULL);
    return true;
}
