/* SPDX-License-Identifier: MIT */
#include "decode_output.h"

#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "mtkscan/plugin.h"

#define FIRST_CAPACITY UINT64_C(0x10000)

bool mtks_decode_output_init(struct mtks_decode_output *output, uint64_t room)
{
    *output = (struct mtks_decode_output){.room = room, .limit = MTKSCAN_PIECES_MAX, .keep = true};
    if (room > SIZE_MAX / 2)
        return false;
    output->taken = calloc(1, (size_t)(room / 8 + 1));
    return output->taken != NULL;
}

void mtks_decode_output_free(struct mtks_decode_output *output)
{
    free(output->bytes);
    free(output->taken);
    *output = (struct mtks_decode_output){.room = 0};
}

/* The bits of byte `at` / 8 that belong to [from, to). */
static uint8_t mask_of(uint64_t at, uint64_t from, uint64_t to)
{
    unsigned low = at < from ? (unsigned)(from - at) : 0;
    unsigned high = to - at < 8 ? (unsigned)(to - at) : 8;
    return (uint8_t)((1u << high) - (1u << low));
}

static bool is_taken(const struct mtks_decode_output *output, uint64_t from, uint64_t to)
{
    for (uint64_t at = from & ~UINT64_C(7); at < to; at += 8)
        if (output->taken[at / 8] & mask_of(at, from, to))
            return true;
    return false;
}

static void mark(struct mtks_decode_output *output, uint64_t from, uint64_t to)
{
    for (uint64_t at = from & ~UINT64_C(7); at < to; at += 8)
        output->taken[at / 8] |= mask_of(at, from, to);
}

/* Room for the bytes up to `end`, zeroed and, where nothing was written, untouched. */
static bool reserve(struct mtks_decode_output *output, uint64_t end)
{
    uint64_t capacity = output->capacity ? output->capacity : FIRST_CAPACITY;
    if (end <= output->capacity)
        return true;
    while (capacity < end)
        capacity *= 2;
    if (capacity > output->room)
        capacity = output->room;
    uint8_t *bytes = calloc(1, (size_t)capacity);
    if (!bytes)
        return false;
    if (output->end)
        memcpy(bytes, output->bytes, (size_t)output->end);
    free(output->bytes);
    output->bytes = bytes;
    output->capacity = capacity;
    return true;
}

enum mtks_piece_result mtks_decode_output_take(struct mtks_decode_output *output, uint64_t offset,
                                               const void *bytes, uint64_t length)
{
    if (output->count >= output->limit)
        return MTKS_PIECE_TOO_MANY;
    if (!mtkscan_inside(offset, length, output->room))
        return MTKS_PIECE_OUTSIDE;
    if (length && !bytes)
        return MTKS_PIECE_NULL;
    uint64_t end = offset + length;
    if (is_taken(output, offset, end))
        return MTKS_PIECE_OVERLAP;
    if (length && output->keep) {
        if (!reserve(output, end))
            return MTKS_PIECE_NO_MEMORY;
        memcpy(output->bytes + offset, bytes, (size_t)length);
    }
    mark(output, offset, end);
    output->count++;
    if (length && end > output->end)
        output->end = end;
    return MTKS_PIECE_TAKEN;
}

uint8_t *mtks_decode_output_release(struct mtks_decode_output *output)
{
    if (!output->bytes)
        return NULL;
    uint8_t *cut = realloc(output->bytes, (size_t)output->end);
    uint8_t *bytes = cut ? cut : output->bytes;
    output->bytes = NULL;
    output->capacity = 0;
    return bytes;
}
