/* SPDX-License-Identifier: MIT */
/*
 * A translation layer with edits, and any bytes as one. The input's first byte chooses blocks and
 * hint; the second, when even, says that the rest is the region as it is; else each 8 bytes are one
 * edit of a sound layer {u8 kind, u8 block, u8 slot, u8 state, u24 number, u8 fill}. What is told
 * has to hold, and what is certain has to take a changed disk.
 */
#include "fuzz.h"

#include <string.h>

#include "../disk/ftl_make.h"
#include "disk/ftl.h"
#include "mtkscan/bytes.h"

#define EDIT_SIZE 8u
#define EDITS     64u
#define BEGIN     0x2000u

static const uint32_t block_counts[LAYER_SHAPES] = {12, 3, 2, 6, 4, 3, 2};

static void base(struct layer *layer, uint8_t choice, uint8_t *disk)
{
    const size_t shape = choice % LAYER_SHAPES;
    layer_make(layer, shape, block_counts[shape], BEGIN, 0x1000, choice);
    layer_fill(layer, 1, (block_counts[shape] - 1) * 3, disk);
}

static void edit(struct layer *layer, const uint8_t *bytes)
{
    const uint32_t block = bytes[1] % layer->blocks, slot = bytes[2] % layer->sectors;
    const uint32_t number = mtkscan_le32(bytes + 4) & 0xFFFFFF;
    uint8_t *header = layer_block(layer, block);
    switch (bytes[0] % 6) {
    case 0:
        header[3] = bytes[3];
        break;
    case 1:
        mtkscan_put_le32(header + 4 + 4 * slot, number | (uint32_t)bytes[3] << 24);
        break;
    case 2:
        memset(layer_data(layer, block, slot), bytes[7], bytes[3] * 2u);
        break;
    case 3:
        memcpy(header, layer_block(layer, bytes[3] % layer->blocks), layer->block);
        break;
    case 4:
        memset(header, bytes[7], bytes[3] % 2 ? layer->block : layer->header);
        break;
    default:
        layer->size -= number % (layer->size / 8 + 1);
        break;
    }
}

static void made(struct layer *layer, const uint8_t *bytes, size_t size)
{
    static uint8_t disk[64 * 2 * SECTOR];
    base(layer, bytes[0], disk);
    if (bytes[1] % 2 == 0) {
        size_t room = layer->size - BEGIN;
        memcpy(layer->bytes + BEGIN, bytes + 2, size - 2 < room ? size - 2 : room);
        layer->size = BEGIN + (size - 2 < room ? size - 2 : room);
        return;
    }
    for (size_t at = 2; at + EDIT_SIZE <= size && at < 2 + EDITS * EDIT_SIZE; at += EDIT_SIZE)
        edit(layer, bytes + at);
}

static struct mtks_ftl_hint hint_of(const struct layer *layer, uint8_t choice)
{
    const uint64_t length = (uint64_t)layer->blocks * layer->block;
    const struct mtks_ftl_hint hints[] = {
        {BEGIN, length, BEGIN, layer->block},
        {BEGIN, length, 0, 0},
        {0, 0, BEGIN, layer->block},
        {BEGIN, length / 2, BEGIN, layer->block},
        {0, 0, 0, 0},
        {UINT64_MAX - 1, UINT64_MAX, UINT64_MAX, UINT64_MAX},
        {BEGIN, UINT64_MAX, 0, 0x2000},
    };
    return hints[choice / LAYER_SHAPES % 7];
}

static void expect_slot(const struct mtks_ftl *ftl, uint64_t size, uint64_t place)
{
    const struct mtks_ftl_geometry *geometry = &ftl->geometry;
    PROMISE(place >= geometry->offset && mtkscan_inside(place, MTKS_SECTOR, size));
    const uint64_t inside = (place - geometry->offset) % geometry->block;
    PROMISE(inside >= geometry->header && (inside - geometry->header) % MTKS_SECTOR == 0);
}

static void expect_sound(const struct mtks_ftl *ftl, uint64_t size)
{
    PROMISE(ftl->why);
    PROMISE(ftl->certain == (ftl->doubt == NULL));
    if (ftl->kind != MTKS_FTL_FDM4) {
        PROMISE(!ftl->certain && ftl->logical == 0);
        return;
    }
    const struct mtks_ftl_geometry *geometry = &ftl->geometry;
    PROMISE(mtkscan_inside(geometry->offset, geometry->length, size));
    PROMISE(geometry->length % geometry->block == 0);
    PROMISE(ftl->logical * MTKS_SECTOR <= 2 * size);
    uint64_t mapped = 0;
    for (uint64_t i = 0; i < ftl->logical; i++) {
        if (ftl->map[i].place == MTKS_FTL_NOWHERE)
            continue;
        expect_slot(ftl, size, ftl->map[i].place);
        mapped++;
    }
    PROMISE(mapped == ftl->wear.live && mapped + ftl->unmapped == ftl->logical);
    PROMISE(ftl->conflicts.count + ftl->deleted.count <= ftl->wear.stale);
    PROMISE(ftl->deleted.count == ftl->deleted_logical.count);
    PROMISE(ftl->wear.formatted + ftl->wear.blank + ftl->wear.bad == ftl->wear.blocks);
    PROMISE((ftl->wear.live + ftl->wear.stale + ftl->wear.free) % geometry->sectors == 0);
    for (size_t i = 0; i < ftl->deleted.count; i++)
        expect_slot(ftl, size, ftl->deleted.items[i].place);
    for (size_t i = 0; i < ftl->conflicts.count; i++) {
        const struct mtks_ftl_conflict *conflict = &ftl->conflicts.items[i];
        PROMISE(conflict->why && conflict->taken == ftl->map[conflict->logical].place);
        PROMISE(conflict->other != conflict->taken);
        expect_slot(ftl, size, conflict->other);
    }
}

/* What is certain takes a changed disk, and gives it back. */
static void rewrite(const struct mtks_ftl *ftl, struct layer *layer,
                    const struct mtks_ftl_hint *hint)
{
    struct mtks_dump dump = {.bytes = layer->bytes, .size = layer->size};
    const uint64_t logical = ftl->logical;
    uint8_t *disk = malloc((size_t)logical * MTKS_SECTOR), *again = NULL;
    PROMISE(disk);
    mtks_ftl_read(ftl, &dump, disk);
    for (uint64_t i = 0; i < logical; i++)
        if (layer_random(layer, 3) == 0)
            layer_content(disk + i * MTKS_SECTOR, (uint32_t)i, 7);
    int outcome = mtks_ftl_write(ftl, layer->bytes + ftl->geometry.offset, disk, logical, NULL);
    PROMISE(outcome == MTKSCAN_DONE || outcome == MTKSCAN_REFUSED);
    if (outcome == MTKSCAN_DONE) {
        struct mtks_arena arena;
        struct mtks_ftl opened;
        mtks_arena_init(&arena, 16u << 20);
        PROMISE(mtks_ftl_open(&opened, &dump, hint, &arena, NULL, NULL) == MTKSCAN_DONE);
        PROMISE(opened.certain && opened.logical == logical);
        again = malloc((size_t)logical * MTKS_SECTOR);
        PROMISE(again);
        mtks_ftl_read(&opened, &dump, again);
        PROMISE(memcmp(disk, again, (size_t)logical * MTKS_SECTOR) == 0);
        mtks_arena_free(&arena);
    }
    free(again);
    free(disk);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 2)
        return 0;
    struct layer layer;
    made(&layer, bytes, size);
    /* A copy of the exact size, so that a sanitizer sees each byte read beyond it. */
    uint8_t *exact = malloc(layer.size);
    PROMISE(exact);
    memcpy(exact, layer.bytes, layer.size);
    free(layer.bytes);
    layer.bytes = exact;
    const struct mtks_dump dump = {.bytes = layer.bytes, .size = layer.size};
    const struct mtks_ftl_hint hint = hint_of(&layer, bytes[0]);
    struct mtks_ftl ftl;
    struct mtks_arena arena;
    mtks_arena_init(&arena, 16u << 20);
    PROMISE(mtks_ftl_open(&ftl, &dump, &hint, &arena, NULL, NULL) == MTKSCAN_DONE);
    expect_sound(&ftl, layer.size);
    if (ftl.certain)
        rewrite(&ftl, &layer, &hint);
    mtks_arena_free(&arena);
    layer_free(&layer);
    return 0;
}
