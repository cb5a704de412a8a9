/* SPDX-License-Identifier: MIT */
/* ZIMAGE sections (FORMAT.md 5.5) of streams that were made before. */
#ifndef TESTS_CODEC_ZIMAGE_MAKE_H
#define TESTS_CODEC_ZIMAGE_MAKE_H

#include "alice_encode.h"
#include "lzma_encode.h"

struct zimage_made {
    uint8_t bytes[0x8000];
    uint64_t size;
    uint32_t count, room; /* partitions so far, and in the table */
};

static inline void zimage_begin(struct zimage_made *made, uint32_t partitions)
{
    memset(made, 0, sizeof *made);
    made->room = partitions;
    made->size = 4 + 20 * (uint64_t)partitions;
    alice_put32(made->bytes, partitions);
}

/* Appends a partition whose decoded bytes go to `destination`. */
static inline void zimage_add(struct zimage_made *made, uint32_t type, uint32_t destination,
                              const struct lzma_made *stream)
{
    uint8_t *row = made->bytes + 4 + 20 * (uint64_t)made->count++;
    alice_put32(row, type);
    alice_put32(row + 4, (uint32_t)made->size);
    alice_put32(row + 8, (uint32_t)stream->size);
    alice_put32(row + 12, destination);
    alice_put32(row + 16, (uint32_t)stream->produced);
    memcpy(made->bytes + made->size, stream->bytes, stream->size);
    made->size = (made->size + stream->size + 3) / 4 * 4;
}

#endif
