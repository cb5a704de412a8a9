/* SPDX-License-Identifier: MIT */
/*
 * Writing back. A changed sector goes into a free slot and its old copy is deleted, which only
 * clears bits. When no slot is free, a block is erased as a whole, its count raised, and what lives
 * in it put back where it was: the flash is not in use, so that nothing needs to be moved through
 * the spare block, and that stays as the device left it.
 */
#include "ftl.h"

#include <stdlib.h>
#include <string.h>

#include "ftl_tags.h"

struct block {
    uint32_t index, count;
    uint32_t gain;  /* slots that an erase makes usable: stale ones, and old copies of changes */
    bool formatted; /* a normal block */
    bool blank;     /* erased as a whole */
};

struct writer {
    const struct mtks_ftl *ftl;
    const uint8_t *disk;
    uint8_t *region;      /* a copy, until all went well */
    uint32_t blocks;      /* in the region */
    struct block *block;  /* [blocks] */
    uint32_t *place;      /* [logical] slot numbered through; NOTHING: none */
    uint32_t *owner;      /* [slots] logical sector that lives there; NOTHING: none */
    uint32_t *changed;    /* logical sectors to write, in order */
    uint64_t count, done; /* of `changed` */
    bool *waiting;        /* [logical] changed, not yet written */
    uint64_t logical, fresh;
};

#define NOTHING UINT32_MAX

static uint8_t *header_of(const struct writer *writer, uint32_t block)
{
    return writer->region + (uint64_t)block * writer->ftl->geometry.block;
}

static uint8_t *data_of(const struct writer *writer, uint32_t slot)
{
    const struct mtks_ftl_geometry *geometry = &writer->ftl->geometry;
    return header_of(writer, slot / geometry->sectors) + geometry->header +
           (uint64_t)(slot % geometry->sectors) * MTKS_SECTOR;
}

static uint8_t *tag_at(const struct writer *writer, uint32_t slot)
{
    const uint32_t sectors = writer->ftl->geometry.sectors;
    return header_of(writer, slot / sectors) + 4 + 4 * (uint64_t)(slot % sectors);
}

/* What the flash does with bytes that are written to it: bits can only be cleared. */
static void program(uint8_t *at, const uint8_t *bytes, uint64_t length)
{
    for (uint64_t i = 0; i < length; i++)
        at[i] &= bytes[i];
}

static void program_word(uint8_t *at, uint32_t value)
{
    uint8_t word[4];
    mtkscan_put_le32(word, value);
    program(at, word, sizeof word);
}

/* Writes a sector into an erased slot and deletes its copy before. */
static void put(struct writer *writer, uint32_t logical, uint32_t slot)
{
    const uint32_t old = writer->place[logical];
    program(data_of(writer, slot), writer->disk + (uint64_t)logical * MTKS_SECTOR, MTKS_SECTOR);
    program_word(tag_at(writer, slot), logical | MTKS_FTL_VALID_BYTE << 24);
    if (old != NOTHING && old != slot) {
        program_word(tag_at(writer, old), 0x00FFFFFFu);
        writer->owner[old] = NOTHING;
    }
    writer->place[logical] = slot;
    writer->owner[slot] = logical;
    writer->waiting[logical] = false;
}

/* The next change that is not written yet; false: none. */
static bool next_change(struct writer *writer, uint32_t *logical)
{
    while (writer->done < writer->count && !writer->waiting[writer->changed[writer->done]])
        writer->done++;
    if (writer->done == writer->count)
        return false;
    *logical = writer->changed[writer->done];
    return true;
}

/* Changes go into the free slots of a block as long as there are both. */
static void fill(struct writer *writer, uint32_t block)
{
    const uint32_t sectors = writer->ftl->geometry.sectors;
    uint32_t logical;
    for (uint32_t i = 0; i < sectors; i++) {
        const uint32_t slot = block * sectors + i;
        if (mtkscan_le32(tag_at(writer, slot)) != UINT32_MAX ||
            !mtks_ftl_erased(data_of(writer, slot), MTKS_SECTOR))
            continue;
        if (!next_change(writer, &logical))
            return;
        put(writer, logical, slot);
    }
}

static void format(struct writer *writer, uint32_t block, uint32_t count)
{
    program_word(header_of(writer, block), count | MTKS_FTL_NORMAL_BYTE << 24);
}

/* Erases a block. What lives in it comes back to its slot, in its new form where it changed. */
static void rebuild(struct writer *writer, struct block *block, uint8_t *kept)
{
    const uint32_t size = writer->ftl->geometry.block, sectors = writer->ftl->geometry.sectors;
    uint8_t *bytes = header_of(writer, block->index);
    memcpy(kept, bytes, size);
    memset(bytes, 0xFF, size);
    if (block->count < MTKS_FTL_NUMBER_NONE - 1)
        block->count++;
    format(writer, block->index, block->count);
    for (uint32_t i = 0; i < sectors; i++) {
        const uint32_t slot = block->index * sectors + i, logical = writer->owner[slot];
        if (logical == NOTHING)
            continue;
        if (writer->waiting[logical]) {
            put(writer, logical, slot);
        } else {
            uint8_t *data = data_of(writer, slot);
            program(data, kept + (data - bytes), MTKS_SECTOR);
            program_word(tag_at(writer, slot), logical | MTKS_FTL_VALID_BYTE << 24);
        }
    }
}

/* Most gained first, then the least worn. */
static int by_gain(const void *a, const void *b)
{
    const struct block *left = a, *right = b;
    if (left->gain != right->gain)
        return left->gain > right->gain ? -1 : 1;
    if (left->count != right->count)
        return left->count < right->count ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

/* Counts what an erase of each block would gain. That stays as it is while blocks are rebuilt: a
 * waiting change whose old copy is deleted leaves a stale slot in the place of that copy. */
static void count_gains(struct writer *writer)
{
    const uint32_t sectors = writer->ftl->geometry.sectors;
    for (uint32_t i = 0; i < writer->blocks; i++) {
        struct block *block = &writer->block[i];
        block->gain = 0;
        for (uint32_t j = 0; j < sectors && block->formatted; j++) {
            const uint32_t owner = writer->owner[i * sectors + j];
            block->gain += owner == NOTHING || writer->waiting[owner];
        }
    }
}

/* Free slots first, then erases, then erased blocks but the last one, which stays the spare. */
static bool write_changes(struct writer *writer)
{
    uint32_t logical;
    uint64_t blank = 0;
    for (uint32_t i = 0; i < writer->blocks; i++) {
        blank += writer->block[i].blank;
        if (writer->block[i].formatted)
            fill(writer, i);
    }
    if (!next_change(writer, &logical))
        return true;
    uint8_t *kept = malloc(writer->ftl->geometry.block);
    if (!kept)
        return false;
    count_gains(writer);
    qsort(writer->block, writer->blocks, sizeof *writer->block, by_gain);
    for (uint32_t i = 0; i < writer->blocks && next_change(writer, &logical); i++) {
        if (!writer->block[i].formatted || writer->block[i].gain == 0)
            continue;
        rebuild(writer, &writer->block[i], kept);
        fill(writer, writer->block[i].index);
    }
    free(kept);
    for (uint32_t i = 0; i < writer->blocks && blank > 1 && next_change(writer, &logical); i++) {
        if (!writer->block[i].blank)
            continue;
        format(writer, writer->block[i].index, writer->ftl->wear.median);
        fill(writer, writer->block[i].index);
        blank--;
    }
    return !next_change(writer, &logical);
}

/* Which blocks are there, and where each sector lives. */
static void read_region(struct writer *writer)
{
    const struct mtks_ftl *ftl = writer->ftl;
    const struct mtks_ftl_geometry *geometry = &ftl->geometry;
    for (uint32_t i = 0; i < writer->blocks; i++) {
        const uint8_t *header = header_of(writer, i);
        const uint32_t count = mtkscan_le32(header) & 0xFFFFFFu;
        writer->block[i] = (struct block){
            .index = i,
            .count = count == MTKS_FTL_NUMBER_NONE ? ftl->wear.median : count,
            .formatted = mtks_ftl_block_kind(header[3]) == MTKS_BLOCK_NORMAL,
            .blank = mtks_ftl_erased(header, geometry->block),
        };
    }
    for (uint64_t i = 0; i < ftl->logical; i++) {
        if (ftl->map[i].place == MTKS_FTL_NOWHERE)
            continue;
        uint64_t at = ftl->map[i].place - geometry->offset;
        uint64_t inside = (at % geometry->block - geometry->header) / MTKS_SECTOR;
        uint32_t slot = (uint32_t)(at / geometry->block * geometry->sectors + inside);
        writer->place[i] = slot;
        writer->owner[slot] = (uint32_t)i;
    }
}

/* A sector without a copy reads as zeros, so that zeros need none. */
static void list_changes(struct writer *writer)
{
    static const uint8_t zeros[MTKS_SECTOR];
    for (uint32_t i = 0; i < writer->logical; i++) {
        const uint32_t slot = writer->place[i];
        const uint8_t *now = slot == NOTHING ? zeros : data_of(writer, slot);
        if (memcmp(now, writer->disk + (uint64_t)i * MTKS_SECTOR, MTKS_SECTOR) == 0)
            continue;
        writer->waiting[i] = true;
        writer->changed[writer->count++] = i;
        writer->fresh += slot == NOTHING;
    }
}

/* The layer itself works only while it has room to move: a block's worth is never filled. */
static bool has_room(const struct writer *writer)
{
    uint64_t slots = 0;
    for (uint32_t i = 0; i < writer->blocks; i++)
        if (writer->block[i].formatted || writer->block[i].blank)
            slots += writer->ftl->geometry.sectors;
    return writer->fresh == 0 ||
           writer->ftl->wear.live + writer->fresh + writer->ftl->geometry.sectors <= slots;
}

static int write_all(struct writer *writer, const uint8_t *region, mtkscan_error *error)
{
    const struct mtks_ftl_geometry *geometry = &writer->ftl->geometry;
    const size_t slots = (size_t)writer->blocks * geometry->sectors;
    const size_t logical = (size_t)writer->logical;
    writer->region = malloc((size_t)geometry->length);
    writer->block = calloc(writer->blocks, sizeof *writer->block);
    writer->place = malloc(logical * sizeof *writer->place);
    writer->owner = malloc(slots * sizeof *writer->owner);
    writer->changed = calloc(logical, sizeof *writer->changed);
    writer->waiting = calloc(logical, sizeof *writer->waiting);
    if (!writer->region || !writer->block || !writer->place || !writer->owner || !writer->changed ||
        !writer->waiting)
        return mtks_fail(error, MTKSCAN_REFUSED, "no memory to write the disk back");
    memcpy(writer->region, region, (size_t)geometry->length);
    memset(writer->place, 0xFF, logical * sizeof *writer->place);
    memset(writer->owner, 0xFF, slots * sizeof *writer->owner);
    read_region(writer);
    list_changes(writer);
    if (!has_room(writer) || !write_changes(writer))
        return mtks_fail(error, MTKSCAN_REFUSED,
                         "the layer has no room for %llu more sectors beside a spare block",
                         (unsigned long long)writer->fresh);
    return MTKSCAN_DONE;
}

int mtks_ftl_write(const struct mtks_ftl *ftl, uint8_t *region, const uint8_t *disk,
                   uint64_t logical, mtkscan_error *error)
{
    const struct mtks_ftl_geometry *geometry = &ftl->geometry;
    if (ftl->kind != MTKS_FTL_FDM4 || !ftl->certain)
        return mtks_fail(error, MTKSCAN_REFUSED, "the layer cannot be written back: %s",
                         ftl->doubt ? ftl->doubt : "none was read");
    struct writer writer = {.ftl = ftl, .disk = disk, .logical = logical};
    writer.blocks = (uint32_t)(geometry->length / geometry->block);
    if (logical < ftl->logical || logical > (uint64_t)writer.blocks * geometry->sectors ||
        logical >= MTKS_FTL_NUMBER_NONE)
        return mtks_fail(error, MTKSCAN_REFUSED,
                         "a disk of %llu sectors does not fit a layer of %llu of %llu sectors",
                         (unsigned long long)logical, (unsigned long long)ftl->logical,
                         (unsigned long long)writer.blocks * geometry->sectors);
    int outcome = write_all(&writer, region, error);
    if (outcome == MTKSCAN_DONE)
        memcpy(region, writer.region, (size_t)geometry->length);
    free(writer.region);
    free(writer.block);
    free(writer.place);
    free(writer.owner);
    free(writer.changed);
    free(writer.waiting);
    return outcome;
}
