/* SPDX-License-Identifier: MIT */
/* Memory that lives as long as one analysis, with a limit. [thread: one at a time] */
#ifndef MTKSCAN_MODEL_ARENA_H
#define MTKSCAN_MODEL_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct mtks_arena_block;

struct mtks_arena {
    struct mtks_arena_block *blocks;
    uint64_t used;
    uint64_t limit; /* bytes; allocation beyond it yields NULL */
};

void mtks_arena_init(struct mtks_arena *arena, uint64_t limit);
void mtks_arena_free(struct mtks_arena *arena);

/* Zeroed memory aligned for any type, or NULL. */
void *mtks_arena_alloc(struct mtks_arena *arena, uint64_t size);

/* A NUL-terminated copy, or NULL. mtks_arena_text(a, NULL) is NULL. */
char *mtks_arena_text(struct mtks_arena *arena, const char *text);

/* A formatted text in the arena, or NULL. */
char *mtks_arena_format(struct mtks_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Growable lists. A list is any struct with members {T *items; size_t count, room;}.
 * MTKS_PUSH(arena, list) yields a pointer to a new zeroed item, or NULL when memory is out.
 */
void *mtks_list_push(struct mtks_arena *arena, void **items, size_t *count, size_t *room,
                     size_t size);

#define MTKS_LIST(type)                                                                            \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count, room;                                                                        \
    }

#define MTKS_PUSH(arena, list)                                                                     \
    mtks_list_push((arena), (void **)&(list)->items, &(list)->count, &(list)->room,                \
                   sizeof *(list)->items)

#endif
