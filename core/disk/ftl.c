/* SPDX-License-Identifier: MIT */
#include "ftl.h"

#include <stdlib.h>
#include <string.h>

#include "ftl_find.h"
#include "ftl_tags.h"

#define NOTHING UINT32_MAX

/* What makes a layer doubtful, the gravest first. */
enum doubt {
    DOUBT_CUT,
    DOUBT_CONFLICT,
    DOUBT_BAD,
    DOUBT_PARTIAL,
    DOUBT_TAGS,
    DOUBT_TRANSACTION,
    DOUBT_RECLAIM,
    DOUBT_TWICE,
    DOUBT_EMPTY_USED,
    DOUBT_PLACE, /* told by mtks_ftl_find() */
    DOUBT_BEYOND,
    DOUBT_NOTHING,
    DOUBTS,
};

static const char *const doubt_texts[DOUBTS] = {
    [DOUBT_CUT] = "the dump ends inside it",
    [DOUBT_CONFLICT] = "sectors have copies of equal standing with different bytes",
    [DOUBT_BAD] = "blocks have headers that cannot be: what they held may be missing",
    [DOUBT_PARTIAL] = "it has sector numbers beyond what its blocks can hold: a part is missing",
    [DOUBT_TAGS] = "blocks have sector tags that cannot be",
    [DOUBT_TRANSACTION] = "an update was not finished",
    [DOUBT_RECLAIM] = "a block is being reclaimed",
    [DOUBT_TWICE] = "sectors have more than one copy",
    [DOUBT_EMPTY_USED] = "a block marked empty holds sectors",
    [DOUBT_BEYOND] = "blocks beyond the range that the firmware states hold no sector of it",
    [DOUBT_NOTHING] = "no sector is in it",
};

struct block {
    uint32_t count;
    uint8_t kind; /* enum mtks_ftl_block_kind */
    bool taken;   /* its sectors are used */
};

/*
 * All slots of the layer, numbered through, in lists by logical sector: those that count as its
 * copy, and those that were deleted. A slot is in one list at most.
 */
struct scan {
    struct mtks_ftl *ftl;
    const struct mtks_dump *dump;
    struct mtks_ftl_place place;
    uint32_t blocks, slots; /* with a cut block at the end */
    struct block *block;    /* [blocks] */
    uint32_t *order;        /* [blocks] by erase count, unknown ones last */
    uint32_t *live, *dead;  /* [limit] first slot of each list, newest first where known */
    uint32_t *next;         /* [slots] */
    uint64_t dead_count;
    bool doubts[DOUBTS];
};

static uint64_t block_at(const struct scan *scan, uint32_t block)
{
    return scan->ftl->geometry.offset + (uint64_t)block * scan->ftl->geometry.block;
}

static uint64_t data_at(const struct scan *scan, uint32_t slot)
{
    const struct mtks_ftl_geometry *geometry = &scan->ftl->geometry;
    return block_at(scan, slot / geometry->sectors) + geometry->header +
           (uint64_t)(slot % geometry->sectors) * MTKS_SECTOR;
}

static uint64_t readable_end(const struct scan *scan)
{
    return scan->ftl->geometry.offset + scan->place.readable;
}

static struct mtks_ftl_tag tag_of(const struct scan *scan, uint32_t slot)
{
    const uint32_t sectors = scan->ftl->geometry.sectors;
    return mtks_ftl_tag(scan->dump->bytes + block_at(scan, slot / sectors), slot % sectors,
                        scan->place.limit);
}

/* Reads the header of one block, and decides whether its sectors are used. */
static void read_block(struct scan *scan, uint32_t index)
{
    struct mtks_ftl_wear *wear = &scan->ftl->wear;
    struct block *block = &scan->block[index];
    const uint64_t at = block_at(scan, index), left = readable_end(scan) - at;
    const uint32_t size = scan->ftl->geometry.block, sectors = scan->ftl->geometry.sectors;
    const struct mtks_ftl_look look =
        mtks_ftl_look(scan->dump->bytes + at, left < size ? left : size, &scan->ftl->geometry,
                      scan->place.limit, false);
    *block = (struct block){.count = look.count, .kind = (uint8_t)look.kind};
    wear->blocks++;
    if (look.kind > MTKS_BLOCK_ERASED && look.wrong <= sectors / 4) {
        block->taken = true;
        wear->formatted++;
        wear->reclaimed += look.kind == MTKS_BLOCK_RECLAIMED;
        scan->doubts[DOUBT_RECLAIM] |= look.kind == MTKS_BLOCK_RECLAIMED;
        scan->doubts[DOUBT_TAGS] |= look.wrong > 0 || !look.padded;
        scan->doubts[DOUBT_EMPTY_USED] |= look.kind == MTKS_BLOCK_EMPTY && look.used > 0;
    } else if (look.blank) {
        wear->blank++;
    } else {
        /* A damaged state byte over a header that is whole: better its sectors than none. */
        block->taken = look.live > 0 && look.wrong == 0 && look.padded && look.dirty == 0;
        wear->bad++;
        scan->doubts[DOUBT_BAD] = true;
    }
}

static uint32_t known_count(uint32_t count)
{
    return count == MTKS_FTL_NUMBER_NONE ? UINT32_MAX : count;
}

struct rank {
    uint32_t count, block;
};

static int by_count(const void *a, const void *b)
{
    const struct rank *left = a, *right = b;
    if (left->count != right->count)
        return left->count < right->count ? -1 : 1;
    return left->block < right->block ? -1 : left->block > right->block;
}

/* Orders the blocks by erase count, and takes least, median and most from that. */
static bool order_blocks(struct scan *scan)
{
    struct rank *ranks = malloc((size_t)scan->blocks * sizeof *ranks);
    if (!ranks)
        return false;
    struct mtks_ftl_wear *wear = &scan->ftl->wear;
    uint32_t stated = 0;
    for (uint32_t i = 0; i < scan->blocks; i++)
        ranks[i] = (struct rank){scan->block[i].kind > MTKS_BLOCK_ERASED
                                     ? known_count(scan->block[i].count)
                                     : UINT32_MAX,
                                 i};
    qsort(ranks, scan->blocks, sizeof *ranks, by_count);
    for (uint32_t i = 0; i < scan->blocks; i++) {
        scan->order[i] = ranks[i].block;
        stated += ranks[i].count != UINT32_MAX;
    }
    if (stated) {
        wear->least = ranks[0].count;
        wear->median = ranks[stated / 2].count;
        wear->most = ranks[stated - 1].count;
    }
    free(ranks);
    return true;
}

static void put_first(uint32_t *list, uint32_t *next, uint32_t slot)
{
    next[slot] = *list;
    *list = slot;
}

/* Puts one slot into its list. */
static void list_slot(struct scan *scan, uint32_t slot)
{
    struct mtks_ftl_wear *wear = &scan->ftl->wear;
    const struct mtks_ftl_tag tag = tag_of(scan, slot);
    const bool there = mtkscan_inside(data_at(scan, slot), MTKS_SECTOR, readable_end(scan));
    if (tag.kind == MTKS_TAG_FREE) {
        wear->free++;
        return;
    }
    scan->doubts[DOUBT_TRANSACTION] |= tag.kind == MTKS_TAG_RECORD || tag.kind == MTKS_TAG_ODD ||
                                       tag.kind == MTKS_TAG_OPEN || tag.kind == MTKS_TAG_UPDATE;
    wear->stale++; /* what is taken is moved to `live` later */
    if (tag.kind < MTKS_TAG_ODD || tag.number == MTKS_FTL_NUMBER_NONE || !there)
        return;
    if (tag.kind >= MTKS_TAG_OPEN) {
        put_first(&scan->live[tag.number], scan->next, slot);
        if (tag.number >= scan->ftl->logical)
            scan->ftl->logical = (uint64_t)tag.number + 1;
    } else {
        put_first(&scan->dead[tag.number], scan->next, slot);
        scan->dead_count++;
    }
}

/* Blocks by rising erase count and slots as they are written, so that the newest comes first: a
 * slot is surely newer than one before it in its block; of blocks, that with more erases was more
 * likely erased, and filled, later. */
static void list_slots(struct scan *scan)
{
    const uint32_t sectors = scan->ftl->geometry.sectors;
    for (uint32_t i = 0; i < scan->blocks; i++) {
        if (!scan->block[scan->order[i]].taken)
            continue;
        for (uint32_t slot = 0; slot < sectors; slot++)
            list_slot(scan, scan->order[i] * sectors + slot);
    }
}

/* What decides between two copies, in this order; the larger is preferred. FORMAT.md 6.3, step 3,
 * names the first three. */
enum rule { BY_COPY, BY_BLOCK, BY_COUNT, BY_PLACE, BY_SLOT, RULES };

struct standing {
    uint32_t by[RULES];
};

static struct standing standing_of(const struct scan *scan, uint32_t slot)
{
    const uint32_t sectors = scan->ftl->geometry.sectors;
    const struct block *block = &scan->block[slot / sectors];
    return (struct standing){{[BY_COPY] = tag_of(scan, slot).kind,
                              [BY_BLOCK] = block->kind,
                              [BY_COUNT] = UINT32_MAX - known_count(block->count),
                              [BY_PLACE] = UINT32_MAX - slot / sectors,
                              [BY_SLOT] = slot % sectors}};
}

/* Whether `a` is preferred; `why` says by which rule. */
static bool preferred(const struct scan *scan, uint32_t a, uint32_t b, const char **why)
{
    static const char *const rules[RULES] = {
        [BY_COPY] = "a copy marked valid is taken before one in an update or not closed",
        [BY_BLOCK] = "the copy in a normal block is taken before one in a block in change",
        [BY_COUNT] = "the copy in the block with fewer erases is taken",
        [BY_PLACE] = "the copy in the lower block is taken: nothing else tells them apart",
        [BY_SLOT] = "the later copy in the same block is taken",
    };
    const struct standing x = standing_of(scan, a), y = standing_of(scan, b);
    size_t rule = 0;
    while (rule + 1 < RULES && x.by[rule] == y.by[rule])
        rule++;
    *why = rules[rule];
    return x.by[rule] > y.by[rule];
}

static bool equal_standing(const struct scan *scan, uint32_t a, uint32_t b)
{
    const struct standing x = standing_of(scan, a), y = standing_of(scan, b);
    return x.by[BY_COPY] == y.by[BY_COPY] && x.by[BY_BLOCK] == y.by[BY_BLOCK];
}

/* Chooses the copy of one logical sector; every other one is a conflict that is told. */
static bool choose(struct scan *scan, uint32_t logical, struct mtks_arena *arena)
{
    static const enum mtks_ftl_copy states[] = {[MTKS_TAG_OPEN] = MTKS_FTL_OPEN,
                                                [MTKS_TAG_UPDATE] = MTKS_FTL_UPDATE,
                                                [MTKS_TAG_VALID] = MTKS_FTL_VALID};
    struct mtks_ftl_sector *sector = &scan->ftl->map[logical];
    const char *why;
    uint32_t taken = scan->live[logical];
    *sector = (struct mtks_ftl_sector){.place = MTKS_FTL_NOWHERE};
    if (taken == NOTHING) {
        scan->ftl->unmapped++;
        return true;
    }
    for (uint32_t slot = scan->next[taken]; slot != NOTHING; slot = scan->next[slot])
        if (preferred(scan, slot, taken, &why))
            taken = slot;
    sector->place = data_at(scan, taken);
    sector->state = states[tag_of(scan, taken).kind];
    scan->ftl->wear.live++;
    scan->ftl->wear.stale--;
    for (uint32_t slot = scan->live[logical]; slot != NOTHING; slot = scan->next[slot]) {
        if (slot == taken)
            continue;
        struct mtks_ftl_conflict *conflict = MTKS_PUSH(arena, &scan->ftl->conflicts);
        if (!conflict)
            return false;
        *conflict = (struct mtks_ftl_conflict){logical, sector->place, data_at(scan, slot), NULL};
        const uint8_t *bytes = scan->dump->bytes;
        bool same = memcmp(bytes + conflict->taken, bytes + conflict->other, MTKS_SECTOR) == 0;
        preferred(scan, taken, slot, &conflict->why);
        if (same)
            conflict->why = "both copies have the same bytes";
        else if (equal_standing(scan, taken, slot))
            sector->conflict = true;
        scan->doubts[sector->conflict ? DOUBT_CONFLICT : DOUBT_TWICE] = true;
    }
    return true;
}

static bool map_sectors(struct scan *scan, struct mtks_arena *arena)
{
    struct mtks_ftl *ftl = scan->ftl;
    ftl->map = mtks_arena_alloc(arena, ftl->logical * sizeof *ftl->map);
    if (!ftl->map)
        return false;
    for (uint32_t logical = 0; logical < ftl->logical; logical++)
        if (!choose(scan, logical, arena))
            return false;
    return true;
}

static bool list_deleted(struct scan *scan, struct mtks_arena *arena)
{
    struct mtks_ftl *ftl = scan->ftl;
    const size_t room = (size_t)scan->dead_count;
    if (room == 0)
        return true;
    ftl->deleted.items = mtks_arena_alloc(arena, room * sizeof *ftl->deleted.items);
    ftl->deleted_logical.items = mtks_arena_alloc(arena, room * sizeof *ftl->deleted_logical.items);
    if (!ftl->deleted.items || !ftl->deleted_logical.items)
        return false;
    ftl->deleted.room = ftl->deleted_logical.room = room;
    for (uint32_t logical = 0; logical < scan->place.limit; logical++) {
        for (uint32_t slot = scan->dead[logical]; slot != NOTHING; slot = scan->next[slot]) {
            ftl->deleted.items[ftl->deleted.count++] =
                (struct mtks_ftl_sector){.place = data_at(scan, slot), .state = MTKS_FTL_DELETED};
            ftl->deleted_logical.items[ftl->deleted_logical.count++] = logical;
        }
    }
    return true;
}

/* Blocks beyond the stated range are surely the same layer's only if sectors live there. */
static void judge_beyond(struct scan *scan)
{
    const struct mtks_ftl *ftl = scan->ftl;
    const uint64_t begin = scan->place.stated_begin, end = scan->place.stated_end;
    bool beyond = ftl->geometry.offset < begin || ftl->geometry.offset + ftl->geometry.length > end;
    if (begin == end || !beyond)
        return;
    for (uint64_t i = 0; i < ftl->logical; i++) {
        uint64_t place = ftl->map[i].place;
        if (place != MTKS_FTL_NOWHERE && (place < begin || place >= end))
            return;
    }
    scan->doubts[DOUBT_BEYOND] = true;
}

static void judge(struct scan *scan)
{
    struct mtks_ftl *ftl = scan->ftl;
    judge_beyond(scan);
    scan->doubts[DOUBT_PLACE] = scan->place.doubt != NULL;
    scan->doubts[DOUBT_CUT] = scan->place.cut;
    scan->doubts[DOUBT_PARTIAL] = ftl->logical > scan->slots;
    scan->doubts[DOUBT_NOTHING] = ftl->wear.live == 0;
    ftl->certain = true;
    for (size_t i = DOUBTS; i-- > 0;) {
        if (!scan->doubts[i])
            continue;
        ftl->certain = false;
        ftl->doubt = i == DOUBT_PLACE ? scan->place.doubt : doubt_texts[i];
    }
}

static bool make_room(struct scan *scan)
{
    const struct mtks_ftl_geometry *geometry = &scan->ftl->geometry;
    uint64_t blocks = geometry->length / geometry->block;
    if (scan->place.readable - geometry->length >= geometry->header)
        blocks++; /* cut, but its header is there */
    if (blocks > (UINT32_MAX - 1) / geometry->sectors)
        return false;
    scan->blocks = (uint32_t)blocks;
    scan->slots = scan->blocks * geometry->sectors;
    const size_t lists = (size_t)scan->place.limit * sizeof *scan->live;
    scan->block = calloc(scan->blocks, sizeof *scan->block);
    scan->order = calloc(scan->blocks, sizeof *scan->order);
    scan->next = calloc(scan->slots, sizeof *scan->next);
    scan->live = malloc(lists);
    scan->dead = malloc(lists);
    if (!scan->block || !scan->order || !scan->next || !scan->live || !scan->dead)
        return false;
    memset(scan->live, 0xFF, lists); /* NOTHING */
    memset(scan->dead, 0xFF, lists);
    return true;
}

static int read_layer(struct scan *scan, struct mtks_arena *arena,
                      const struct mtks_progress *progress)
{
    if (!make_room(scan))
        return MTKSCAN_REFUSED;
    for (uint32_t i = 0; i < scan->blocks; i++) {
        if (i % 256 == 0 && mtks_step(progress, "file system blocks", i, scan->blocks))
            return MTKSCAN_INTERRUPTED;
        read_block(scan, i);
    }
    if (!order_blocks(scan))
        return MTKSCAN_REFUSED;
    list_slots(scan);
    if (!map_sectors(scan, arena) || !list_deleted(scan, arena))
        return MTKSCAN_REFUSED;
    judge(scan);
    return MTKSCAN_DONE;
}

int mtks_ftl_open(struct mtks_ftl *ftl, const struct mtks_dump *dump,
                  const struct mtks_ftl_hint *hint, struct mtks_arena *arena,
                  const struct mtks_progress *progress, mtkscan_error *error)
{
    struct scan scan = {.ftl = ftl, .dump = dump};
    *ftl = (struct mtks_ftl){.kind = MTKS_FTL_NONE};
    int outcome = mtks_ftl_find(&scan.place, dump, hint, progress);
    if (outcome == MTKSCAN_DONE) {
        ftl->geometry = scan.place.geometry;
        ftl->why = scan.place.why;
        if (scan.place.kind == MTKS_FTL_FDM4)
            outcome = read_layer(&scan, arena, progress);
    }
    free(scan.block);
    free(scan.order);
    free(scan.next);
    free(scan.live);
    free(scan.dead);
    if (outcome == MTKSCAN_DONE) {
        ftl->kind = scan.place.kind;
        if (ftl->kind != MTKS_FTL_FDM4)
            ftl->doubt = ftl->why;
        return MTKSCAN_DONE;
    }
    *ftl = (struct mtks_ftl){.kind = MTKS_FTL_NONE, .why = "not read to its end"};
    if (outcome == MTKSCAN_INTERRUPTED)
        return mtks_fail(error, outcome, "stopped while the file system layer was read");
    return mtks_fail(error, outcome, "no memory for the sectors of the file system layer");
}

void mtks_ftl_read(const struct mtks_ftl *ftl, const struct mtks_dump *dump, uint8_t *to)
{
    for (uint64_t i = 0; i < ftl->logical; i++) {
        const uint64_t place = ftl->map[i].place;
        uint8_t *sector = to + i * MTKS_SECTOR;
        if (place != MTKS_FTL_NOWHERE && mtkscan_inside(place, MTKS_SECTOR, dump->size))
            memcpy(sector, dump->bytes + place, MTKS_SECTOR);
        else
            memset(sector, 0, MTKS_SECTOR);
    }
}
