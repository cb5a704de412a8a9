/* SPDX-License-Identifier: MIT */
/* DCM containers (FORMAT.md 5.6) of streams that were made before. */
#ifndef TESTS_CODEC_DCM_MAKE_H
#define TESTS_CODEC_DCM_MAKE_H

#include "alice_encode.h"
#include "lzma_encode.h"

#define DCM_EXEC 0xF0300000u

struct dcm_made {
    uint8_t bytes[0x8000];
    uint64_t size;
    uint32_t count, room; /* modules so far, and in the table */
};

static inline void dcm_begin(struct dcm_made *made, uint32_t modules)
{
    memset(made, 0, sizeof *made);
    memcpy(made->bytes, "DCMGBODY", 8);
    alice_put32(made->bytes + 0x88, modules);
    made->room = modules;
    made->size = 0x8C + 20 * (uint64_t)modules;
}

/* The row and the head of module `index`. */
static inline uint8_t *dcm_row(struct dcm_made *made, uint32_t index)
{
    return made->bytes + 0x8C + 20 * (uint64_t)index;
}

static inline uint8_t *dcm_head(struct dcm_made *made, uint32_t index)
{
    const uint8_t *row = dcm_row(made, index);
    return made->bytes + (row[16] | row[17] << 8);
}

/* Appends a module of one trunk. */
static inline void dcm_add(struct dcm_made *made, const struct lzma_made *stream)
{
    uint8_t *row = dcm_row(made, made->count), *head = made->bytes + made->size;
    alice_put16(row, 7 + made->count);
    row[2] = 1;
    row[3] = 2;
    alice_put32(row + 4, DCM_EXEC + 0x10000 * made->count++);
    alice_put32(row + 8, (uint32_t)stream->produced);
    alice_put32(row + 12, (uint32_t)stream->size + 12);
    alice_put32(row + 16, (uint32_t)made->size);
    alice_put32(head, 1);
    alice_put32(head + 4, (uint32_t)stream->produced);
    alice_put32(head + 8, (uint32_t)stream->size);
    memcpy(head + 12, stream->bytes, stream->size);
    made->size = (made->size + 12 + stream->size + 3) / 4 * 4;
}

#endif
