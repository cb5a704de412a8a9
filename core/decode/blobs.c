/* SPDX-License-Identifier: MIT */
#include "blobs.h"

#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"

#define BLOCK      4096u
#define LOOK       (MTKS_LZMA_HEADER + 5u) /* a header, and the first word of the range coder */
#define SIZE_MOST  (16u << 20)
#define SIZE_LEAST 32u /* less is no data worth packing, and chance finds it more easily */
#define DICT_LEAST (64u << 10)
#define DICT_MOST  (4u << 20)
#define STAGE      "looking for LZMA"
#define FAT        "FAT" /* the range that the file system has, as modules name it */

static int by_offset(const void *left, const void *right)
{
    const struct mtks_gap *a = left, *b = right;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static int gap_add(struct mtks_blobs *blobs, uint64_t offset, uint64_t end)
{
    if (offset + LOOK > end)
        return 0;
    struct mtks_gap *gap = MTKS_PUSH(&blobs->arena, &blobs->gaps);
    if (!gap)
        return -1;
    *gap = (struct mtks_gap){offset, end};
    return 0;
}

int mtks_blobs_gaps(struct mtks_blobs *blobs, const struct mtks_analysis *analysis)
{
    const struct mtks_dump *dump = blobs->dump;
    const size_t room = analysis->containers.count + analysis->ranges.count;
    struct mtks_gap *taken = mtks_arena_alloc(&blobs->arena, sizeof *taken * room);
    size_t count = 0;
    uint64_t from = 0;
    if (!taken)
        return -1;
    for (size_t i = 0; i < analysis->containers.count; i++) {
        const struct mtks_container *container = &analysis->containers.items[i];
        const uint64_t present = mtks_dump_present(dump, container->offset, container->length);
        if (present)
            taken[count++] = (struct mtks_gap){container->offset, container->offset + present};
    }
    for (size_t i = 0; i < analysis->ranges.count; i++) {
        const struct mtks_range *range = &analysis->ranges.items[i];
        const uint64_t present = mtks_dump_present(dump, range->offset, range->length);
        if (present && strcmp(range->name, FAT) == 0)
            taken[count++] = (struct mtks_gap){range->offset, range->offset + present};
    }
    if (count)
        qsort(taken, count, sizeof *taken, by_offset);
    for (size_t i = 0; i < count; i++) {
        if (gap_add(blobs, from, taken[i].offset))
            return -1;
        from = taken[i].end > from ? taken[i].end : from;
    }
    return gap_add(blobs, from, dump->size);
}

/*
 * Whether any of BLOCK places can be a header, by bytes that have to be zero: the lowest and the
 * highest of the dictionary's size, the upper five of the unpacked size, and the coder's first. One
 * loop without branches, which compilers turn into a few vector instructions.
 */
static bool block_may(const uint8_t *at)
{
    uint8_t least = 0xFF;
    for (size_t i = 0; i < BLOCK; i++) {
        uint8_t any = (uint8_t)(at[i + 1] | at[i + 4] | at[i + 8] | at[i + 9] | at[i + 10]);
        any = (uint8_t)(any | at[i + 11] | at[i + 12] | at[i + 13]);
        any = (uint8_t)(any | (at[i] ? 0 : 0xFF));
        least = any < least ? any : least;
    }
    return least == 0;
}

/* A power of two, or one and a half times one: all that encoders choose. */
static bool dictionary_usual(uint32_t size)
{
    const uint32_t lowest = size & (0 - size);
    return size >= DICT_LEAST && size <= DICT_MOST && (size == lowest || size == 3 * lowest);
}

/* A header that may be one, and a coder that does not begin with zeros: those decode to zeros
 * without end, whatever they are. */
static bool is_candidate(const uint8_t *at, struct mtks_lzma_header *header)
{
    return at[0] && !at[1] && !at[4] && !at[MTKS_LZMA_HEADER] &&
           mtks_lzma_header_read(at, LOOK, header) && dictionary_usual(header->dictionary) &&
           header->size >= SIZE_LEAST && header->size <= SIZE_MOST &&
           mtkscan_le32(at + MTKS_LZMA_HEADER + 1) != 0;
}

static bool is_constant(const uint8_t *bytes, uint64_t size)
{
    return memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* Decodes a candidate. Returns the bytes behind it when it was one, else 0. */
static uint64_t candidate_try(struct mtks_blobs *blobs, uint64_t at, uint64_t end, uint64_t size)
{
    struct mtks_lzma_result result;
    mtkscan_error error;
    blobs->tries++;
    if (blobs->tries > MTKS_BLOB_TRIES || size > blobs->run.output || size > blobs->run.steps) {
        blobs->gave_up = true;
        return 0;
    }
    uint8_t *bytes = malloc(size);
    const int outcome = bytes ? mtks_lzma_blob_decode(&blobs->run, blobs->dump->bytes + at,
                                                      end - at, bytes, size, &result, &error)
                              : MTKSCAN_REFUSED;
    if (outcome == MTKSCAN_INTERRUPTED)
        blobs->gave_up = true;
    if (outcome != MTKSCAN_DONE || is_constant(bytes, size)) {
        free(bytes);
        return 0;
    }
    blobs->run.output -= size;
    blobs->found[blobs->count++] = (struct mtks_blob){
        .offset = at, .length = result.consumed, .bytes = bytes, .size = size, .result = result};
    if (blobs->count == MTKS_BLOBS_MAX)
        blobs->gave_up = true;
    return at + result.consumed;
}

/* Searches [at, stop), where each place has LOOK bytes. Returns where to go on. */
static uint64_t places_search(struct mtks_blobs *blobs, uint64_t at, uint64_t stop, uint64_t end)
{
    while (at < stop && !blobs->gave_up) {
        struct mtks_lzma_header header;
        const uint64_t behind = is_candidate(blobs->dump->bytes + at, &header)
                                    ? candidate_try(blobs, at, end, header.size)
                                    : 0;
        at = behind ? behind : at + 1;
    }
    return at;
}

void mtks_blobs_find(struct mtks_blobs *blobs)
{
    const uint8_t *bytes = blobs->dump->bytes;
    for (size_t i = 0; i < blobs->gaps.count; i++) {
        const uint64_t end = blobs->gaps.items[i].end;
        uint64_t at = blobs->gaps.items[i].offset;
        while (!blobs->gave_up && end - at >= LOOK) {
            const uint64_t places = end - at - LOOK + 1;
            blobs->reached = at;
            if (places >= BLOCK && !block_may(bytes + at)) {
                at += BLOCK;
                continue;
            }
            if (mtks_step(blobs->run.progress, STAGE, at, blobs->dump->size)) {
                blobs->gave_up = true;
                break;
            }
            at = places_search(blobs, at, at + (places < BLOCK ? places : BLOCK), end);
        }
    }
}
