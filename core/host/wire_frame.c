/* SPDX-License-Identifier: MIT */
#include "wire_frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void mtks_wire_put(struct mtks_wire *wire, const void *bytes, size_t length)
{
    if (wire->out_of_memory || length == 0)
        return;
    if (length > wire->room - wire->used) {
        size_t room = (wire->room ? wire->room : 0x4000) * 2;
        while (length > room - wire->used)
            room *= 2; /* frames are bounded, and flushed in between */
        uint8_t *grown = realloc(wire->bytes, room);
        if (!grown) {
            wire->out_of_memory = true;
            return;
        }
        wire->bytes = grown;
        wire->room = room;
    }
    memcpy(wire->bytes + wire->used, bytes, length);
    wire->used += length;
}

size_t mtks_wire_begin(struct mtks_wire *wire, enum mtks_frame_kind kind, unsigned item)
{
    struct mtks_frame_head head = {MTKS_FRAME_MAGIC, (uint16_t)kind, (uint16_t)item, 0};
    size_t at = wire->used;
    mtks_wire_put(wire, &head, sizeof head);
    return at;
}

void mtks_wire_finish(struct mtks_wire *wire, size_t at)
{
    if (wire->out_of_memory)
        return;
    uint32_t length = (uint32_t)(wire->used - at - sizeof(struct mtks_frame_head));
    memcpy(wire->bytes + at + offsetof(struct mtks_frame_head, length), &length, sizeof length);
}

bool mtks_wire_flush(struct mtks_wire *wire, int fd)
{
    for (size_t at = 0; at < wire->used && !wire->out_of_memory;) {
        ssize_t wrote = write(fd, wire->bytes + at, wire->used - at);
        if (wrote < 0 && errno != EINTR)
            return false;
        at += wrote < 0 ? 0 : (size_t)wrote;
    }
    wire->used = 0;
    return !wire->out_of_memory;
}

void mtks_wire_free(struct mtks_wire *wire)
{
    free(wire->bytes);
    *wire = (struct mtks_wire){0};
}

bool mtks_frame_next(struct mtks_frames *frames, struct mtks_frame *frame, bool *garbage)
{
    size_t left = frames->length - frames->at;
    *garbage = left != 0;
    if (left < sizeof frame->head)
        return false;
    memcpy(&frame->head, frames->bytes + frames->at, sizeof frame->head);
    left -= sizeof frame->head;
    if (frame->head.magic != MTKS_FRAME_MAGIC || frame->head.length > left ||
        frame->head.length > MTKS_FRAME_MAX)
        return false;
    frame->payload = frames->bytes + frames->at + sizeof frame->head;
    frames->at += sizeof frame->head + frame->head.length;
    *garbage = false;
    return true;
}
