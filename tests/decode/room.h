/* SPDX-License-Identifier: MIT */
/* An analysis made by hand: a dump of some bytes, parts and containers; and a module that decodes
 * codecs of its own without a process. */
#ifndef TESTS_DECODE_ROOM_H
#define TESTS_DECODE_ROOM_H

#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "host/module_decode.h"
#include "model/finding.h"

#define ROOM_LOAD 0x10000000u /* address of the dump's first byte */

/* What the module answers; it has no `decode` while both are unset. */
struct room_module {
    const char *why;
    uint64_t size; /* of its output */
    bool damaged;
    size_t calls, layers_seen;
};

static struct room_module room_module;

bool mtks_module_decodes(const struct mtks_analysis *analysis, const struct mtks_plugins *plugins)
{
    (void)analysis, (void)plugins;
    return room_module.why || room_module.size;
}

int mtks_module_decode(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                       const struct mtks_plugins *plugins, const struct mtks_container *container,
                       uint64_t room, struct mtks_module_output *output, mtkscan_error *error)
{
    (void)dump, (void)plugins, (void)container, (void)error;
    room_module.calls++;
    room_module.layers_seen = analysis->layers.count;
    output->why = room_module.why;
    output->damaged = room_module.damaged;
    if (!room_module.size || room_module.size > room)
        return MTKSCAN_DONE;
    output->bytes = calloc(1, room_module.size);
    output->size = room_module.size;
    return MTKSCAN_DONE;
}

struct room_test {
    struct mtks_analysis *analysis;
    struct mtks_dump dump;
};

/* One part, VIVA, over all of it. */
static inline struct room_test room_open(const uint8_t *bytes, uint64_t size)
{
    struct room_test room = {mtks_analysis_new(NULL), {.bytes = bytes, .size = size}};
    assert_non_null(room.analysis);
    struct mtks_part *part = MTKS_PUSH(&room.analysis->arena, &room.analysis->parts);
    assert_non_null(part);
    *part = (struct mtks_part){.name = "VIVA",
                               .region = MTKSCAN_REGION_MAIN,
                               .length = size,
                               .present = size,
                               .load_addr = ROOM_LOAD};
    return room;
}

static inline struct mtks_container *room_add(struct room_test *room, const char *name,
                                              const char *codec, uint64_t offset, uint64_t length)
{
    struct mtks_analysis *analysis = room->analysis;
    struct mtks_container *container = MTKS_PUSH(&analysis->arena, &analysis->containers);
    assert_non_null(container);
    *container = (struct mtks_container){.name = name,
                                         .codec = codec,
                                         .order = (uint32_t)analysis->containers.count,
                                         .offset = offset,
                                         .length = length};
    return container;
}

static inline void room_decode(struct room_test *room, unsigned threads)
{
    mtkscan_error error = {0};
    if (mtks_layers_decode(room->analysis, &room->dump, NULL, threads, NULL, &error) !=
        MTKSCAN_DONE)
        fail_msg("%s", error.what);
    assert_true(room->analysis->decoded);
}

static inline const struct mtks_layer *room_layer(const struct room_test *room, const char *name)
{
    for (size_t i = 0; i < room->analysis->layers.count; i++)
        if (strcmp(room->analysis->layers.items[i].name, name) == 0)
            return &room->analysis->layers.items[i];
    fail_msg("no layer %s", name);
    return NULL;
}

static inline size_t room_findings(const struct room_test *room, const char *code)
{
    size_t count = 0;
    for (size_t i = 0; i < room->analysis->findings.count; i++)
        count += strcmp(room->analysis->findings.items[i].code, code) == 0;
    return count;
}

static inline void room_close(struct room_test *room)
{
    mtks_analysis_free(room->analysis);
    room_module = (struct room_module){0};
}

/* The same layers, byte for byte. */
static inline void room_same(const struct room_test *a, const struct room_test *b)
{
    assert_int_equal(a->analysis->layers.count, b->analysis->layers.count);
    for (size_t i = 0; i < a->analysis->layers.count; i++) {
        const struct mtks_layer *x = &a->analysis->layers.items[i];
        const struct mtks_layer *y = &b->analysis->layers.items[i];
        assert_string_equal(x->name, y->name);
        assert_int_equal(x->state, y->state);
        assert_int_equal(x->size, y->size);
        assert_int_equal(x->decoded, y->decoded);
        assert_int_equal(x->groups_bad, y->groups_bad);
        assert_int_equal(x->noticed, y->noticed);
        assert_int_equal(!x->why, !y->why);
        if (x->why)
            assert_string_equal(x->why, y->why);
        assert_int_equal(!x->bytes, !y->bytes);
        if (x->bytes)
            assert_memory_equal(x->bytes, y->bytes, x->decoded);
        assert_int_equal(x->faults.count, y->faults.count);
        for (size_t j = 0; j < x->faults.count; j++) {
            const struct mtks_layer_fault *f = &x->faults.items[j], *g = &y->faults.items[j];
            assert_int_equal(f->offset, g->offset);
            assert_int_equal(f->length, g->length);
            assert_int_equal(f->image_offset, g->image_offset);
            assert_int_equal(f->image_length, g->image_length);
            assert_int_equal(f->filled, g->filled);
            assert_string_equal(f->what, g->what);
        }
    }
    assert_int_equal(a->analysis->findings.count, b->analysis->findings.count);
    for (size_t i = 0; i < a->analysis->findings.count; i++)
        assert_string_equal(a->analysis->findings.items[i].message,
                            b->analysis->findings.items[i].message);
}

#endif
