/* SPDX-License-Identifier: MIT */
#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"

#define BLOCK_FIRST  0x4000u   /* bytes of the first block; each further one is twice as large */
#define BLOCK_LAST   0x100000u /* ... up to this */
#define BLOCK_ABSURD (UINT64_C(1) << 36) /* beyond any sensible limit: sums cannot wrap */
#define LIST_FIRST   8u                  /* items a list has room for at first */

struct mtks_arena_block {
    struct mtks_arena_block *next;
    uint64_t size, used; /* of bytes[] */
    alignas(max_align_t) uint8_t bytes[];
};

void mtks_arena_init(struct mtks_arena *arena, uint64_t limit)
{
    *arena = (struct mtks_arena){.limit = limit};
}

void mtks_arena_free(struct mtks_arena *arena)
{
    for (struct mtks_arena_block *block = arena->blocks; block;) {
        struct mtks_arena_block *next = block->next;
        free(block);
        block = next;
    }
    mtks_arena_init(arena, arena->limit);
}

/* A block with room for `size` bytes. The head of the list is the one that small pieces come from.
 */
static struct mtks_arena_block *add_block(struct mtks_arena *arena, uint64_t size)
{
    struct mtks_arena_block *head = arena->blocks;
    uint64_t usual = head ? 2 * head->size : BLOCK_FIRST;
    if (usual > BLOCK_LAST)
        usual = BLOCK_LAST;
    uint64_t room = size > usual ? size : usual;
    if (room > BLOCK_ABSURD)
        return NULL;
    struct mtks_arena_block *block = calloc(1, sizeof *block + (size_t)room);
    if (!block)
        return NULL;
    block->size = room;
    if (head && size > usual) { /* a large piece stands alone, behind the block still in use */
        block->next = head->next;
        head->next = block;
    } else {
        block->next = head;
        arena->blocks = block;
    }
    return block;
}

void *mtks_arena_alloc(struct mtks_arena *arena, uint64_t size)
{
    uint64_t rounded = mtkscan_round_up(size ? size : 1, alignof(max_align_t));
    if (!mtkscan_inside(arena->used, rounded, arena->limit))
        return NULL;
    struct mtks_arena_block *block = arena->blocks;
    if (!block || rounded > block->size - block->used)
        block = add_block(arena, rounded);
    if (!block)
        return NULL;
    void *piece = block->bytes + block->used;
    block->used += rounded;
    arena->used += rounded;
    return piece;
}

char *mtks_arena_text(struct mtks_arena *arena, const char *text)
{
    if (!text)
        return NULL;
    size_t size = strlen(text) + 1;
    char *copy = mtks_arena_alloc(arena, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

char *mtks_arena_format(struct mtks_arena *arena, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (length < 0)
        return NULL;
    char *text = mtks_arena_alloc(arena, (uint64_t)length + 1);
    if (!text)
        return NULL;
    va_start(list, format);
    vsnprintf(text, (size_t)length + 1, format, list);
    va_end(list);
    return text;
}

void *mtks_list_push(struct mtks_arena *arena, void **items, size_t *count, size_t *room,
                     size_t size)
{
    /* `items` really points to some T *, so it is read and written as bytes: no aliasing trouble.
     */
    uint8_t *now;
    memcpy(&now, items, sizeof now);
    if (*count == *room) {
        size_t larger = *room ? *room * 2 : LIST_FIRST;
        if (larger < *room || larger > SIZE_MAX / size)
            return NULL;
        uint8_t *grown = mtks_arena_alloc(arena, larger * size);
        if (!grown)
            return NULL;
        if (*count)
            memcpy(grown, now, *count * size);
        memcpy(items, &grown, sizeof grown);
        now = grown;
        *room = larger;
    }
    return now + (*count)++ * size;
}
