/* SPDX-License-Identifier: MIT */
/*
 * Makes layers as FORMAT.md 6.2 tells them, by a writer of its own: it shares no code with
 * core/disk. Flash is written as NOR is: bits are only cleared, until a block is erased.
 */
#ifndef TESTS_DISK_FTL_MAKE_H
#define TESTS_DISK_FTL_MAKE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR 512u

struct layer {
    uint8_t *bytes; /* the whole dump */
    size_t size, begin;
    uint32_t block, header, sectors, blocks;
    uint64_t random;
};

/* {block, header, sectors} as FORMAT.md states them; the last three by its formula, by hand. */
static const uint32_t layer_shapes[][3] = {
    {0x1000, 0x200, 7},  {0x10000, 0x200, 127}, {0x20000, 0x400, 254}, {0x2000, 0x200, 15},
    {0x4000, 0x200, 31}, {0x8000, 0x200, 63},   {0x40000, 0x800, 508}};
#define LAYER_SHAPES (sizeof layer_shapes / sizeof *layer_shapes)

static inline uint32_t layer_random(struct layer *layer, uint32_t below)
{
    layer->random = layer->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(layer->random >> 33) % below;
}

/* An erased dump with room for a layer; [owner: caller, layer_free] */
static inline void layer_make(struct layer *layer, size_t shape, uint32_t blocks, size_t begin,
                              size_t behind, uint64_t seed)
{
    *layer = (struct layer){.block = layer_shapes[shape][0],
                            .header = layer_shapes[shape][1],
                            .sectors = layer_shapes[shape][2],
                            .blocks = blocks,
                            .begin = begin,
                            .random = seed * 2654435761u + 1};
    layer->size = begin + (size_t)blocks * layer->block + behind;
    layer->bytes = malloc(layer->size);
    if (!layer->bytes)
        abort();
    memset(layer->bytes, 0xFF, layer->size);
}

static inline void layer_free(struct layer *layer)
{
    free(layer->bytes);
    layer->bytes = NULL;
}

static inline uint8_t *layer_block(const struct layer *layer, uint32_t block)
{
    return layer->bytes + layer->begin + (size_t)block * layer->block;
}

static inline uint8_t *layer_data(const struct layer *layer, uint32_t block, uint32_t slot)
{
    return layer_block(layer, block) + layer->header + (size_t)slot * SECTOR;
}

static inline void layer_word(uint8_t *at, uint32_t low, uint8_t high)
{
    at[0] &= (uint8_t)low;
    at[1] &= (uint8_t)(low >> 8);
    at[2] &= (uint8_t)(low >> 16);
    at[3] &= high;
}

static inline void layer_state(struct layer *layer, uint32_t block, uint32_t count, uint8_t state)
{
    layer_word(layer_block(layer, block), count, state);
}

static inline void layer_erase(struct layer *layer, uint32_t block)
{
    memset(layer_block(layer, block), 0xFF, layer->block);
}

static inline void layer_tag(struct layer *layer, uint32_t block, uint32_t slot, uint32_t number,
                             uint8_t state)
{
    layer_word(layer_block(layer, block) + 4 + 4 * slot, number, state);
}

static inline void layer_write(struct layer *layer, uint32_t block, uint32_t slot,
                               const uint8_t *data, size_t length)
{
    uint8_t *to = layer_data(layer, block, slot);
    for (size_t i = 0; i < length; i++)
        to[i] &= data[i];
}

/* What a version of a sector holds: never all zeros, never twice the same. */
static inline void layer_content(uint8_t *to, uint32_t logical, uint32_t version)
{
    uint32_t word = logical * 2654435761u ^ version * 40503u ^ 0x5A17u;
    for (size_t i = 0; i < SECTOR; i++) {
        word = word * 1664525u + 1013904223u;
        to[i] = (uint8_t)(word >> 24);
    }
    to[0] = (uint8_t)logical;
    to[1] = (uint8_t)(logical >> 8);
    to[2] = (uint8_t)version;
    to[3] = 0x77;
}

static inline void layer_put(struct layer *layer, uint32_t block, uint32_t slot, uint32_t logical,
                             uint32_t version, uint8_t state)
{
    uint8_t content[SECTOR];
    layer_content(content, logical, version);
    layer_write(layer, block, slot, content, SECTOR);
    layer_tag(layer, block, slot, logical, state);
}

/*
 * Formats all blocks but the last `spares`, and lays `live` sectors in a random order, with holes
 * (each 11th number is left out), old versions deleted, and free slots at the end of each block.
 * `disk` has room for 2 * live sectors; returns the sectors of the linear disk.
 */
static inline uint32_t layer_fill(struct layer *layer, uint32_t spares, uint32_t live,
                                  uint8_t *disk)
{
    const uint32_t formatted = layer->blocks - spares, slots = formatted * layer->sectors;
    uint32_t *order = malloc(slots * sizeof *order);
    if (!order || live + live / 8 > slots)
        abort();
    for (uint32_t i = 0; i < formatted; i++)
        layer_state(layer, i, 1 + layer_random(layer, 500), 0x39);
    for (uint32_t i = 0; i < slots; i++)
        order[i] = i;
    for (uint32_t i = slots - 1; i > 0; i--) {
        uint32_t other = layer_random(layer, i + 1), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    uint32_t number = 0;
    for (uint32_t i = 0; i < live; i++, number++) {
        number += number % 11 == 10;
        layer_put(layer, order[i] / layer->sectors, order[i] % layer->sectors, number, 1, 0xC0);
        if (i % 8 == 0) {
            uint32_t old = order[slots - 1 - i / 8];
            layer_put(layer, old / layer->sectors, old % layer->sectors, number, 0, 0x00);
        }
        memset(disk + (size_t)number * SECTOR, 0, SECTOR);
        layer_content(disk + (size_t)number * SECTOR, number, 1);
    }
    free(order);
    return number;
}

#endif
