/* SPDX-License-Identifier: MIT */
#include "restore.h"

#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "names.h"

#define STRETCH 4096u /* bytes that are counted at once */

#define ROWS(table) (sizeof(table) / sizeof *(table))

const struct mtks_user_range mtks_user_ranges[] = {
    {"FAT", "user data: files, contacts, messages, paired devices, and NVRAM with settings, "
            "calibration and IMEI"},
    {"SDS", "the backup of NVRAM: calibration and IMEI"},
};
const size_t mtks_user_range_count = ROWS(mtks_user_ranges);

static const char by_base[] = "`mtkscan build KIT --base DUMP`, or read the range back before "
                              "flashing and write it again after; a tool that formats nothing "
                              "leaves it alone";

/* Ranges that are no user data. */
static const struct {
    const char *name, *what;
    bool lost;
    unsigned keep;
    const char *how;
} known_ranges[] = {
    {"boot-header", "the device header", false, MTKS_KEEP_TOOL | MTKS_KEEP_BASE,
     "the flashing tool writes it anew; for a programmer `mtkscan build` does"},
    {"boot-layout", "the list of boot loaders", false, MTKS_KEEP_TOOL | MTKS_KEEP_BASE,
     "the flashing tool writes it anew; for a programmer `mtkscan build` does"},
    {"device-record", "trim values of this one chip", true, MTKS_KEEP_TOOL | MTKS_KEEP_BASE,
     "newer flashing tools keep it, older ones erase it; `mtkscan build KIT --base DUMP` keeps it"},
};

bool mtks_restore_is_user_data(const char *range)
{
    for (size_t i = 0; i < mtks_user_range_count; i++)
        if (strcmp(range, mtks_user_ranges[i].name) == 0)
            return true;
    return false;
}

/* The erase block around an address; 1 when the firmware tells no zones. */
static uint64_t block_at(const struct mtks_analysis *analysis, uint64_t offset)
{
    uint64_t block = 1, from = 0;
    for (size_t i = 0; i < analysis->flash.zones.count; i++) {
        const struct mtks_zone *zone = &analysis->flash.zones.items[i];
        bool power = zone->block && (zone->block & (zone->block - 1)) == 0;
        if (power && zone->offset <= offset && zone->offset >= from) {
            block = zone->block;
            from = zone->offset;
        }
    }
    return block;
}

/* The range in whole erase blocks, but not past the end of the dump. */
static void set_read_back(struct mtks_restore_item *item, const struct mtks_analysis *analysis,
                          const struct mtks_dump *dump)
{
    uint64_t present = mtks_dump_present(dump, item->offset, item->length);
    if (present == 0)
        return;
    uint64_t last = item->offset + (present - 1);
    uint64_t begin = item->offset & ~(block_at(analysis, item->offset) - 1);
    uint64_t end = mtkscan_round_up(last + 1, block_at(analysis, last));
    item->read_offset = begin;
    item->read_length = (end < dump->size ? end : dump->size) - begin;
}

struct planner {
    struct mtks_restore_plan *plan;
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    uint64_t *sums; /* bytes that are not erased before each stretch: ranges may overlap at will */
};

static uint64_t count(const uint8_t *bytes, uint64_t from, uint64_t to)
{
    uint64_t used = 0;
    for (uint64_t i = from; i < to; i++)
        used += bytes[i] != 0xFF;
    return used;
}

static int count_all(struct planner *planner)
{
    const struct mtks_dump *dump = planner->dump;
    uint64_t stretches = dump->size / STRETCH;
    planner->sums =
        mtks_arena_alloc(&planner->analysis->arena, (stretches + 1) * sizeof *planner->sums);
    for (uint64_t i = 0; planner->sums && i < stretches; i++)
        planner->sums[i + 1] =
            planner->sums[i] + count(dump->bytes, i * STRETCH, (i + 1) * STRETCH);
    return planner->sums ? 0 : -1;
}

/* Bytes before a place of the dump that are not erased. */
static uint64_t used_before(const struct planner *planner, uint64_t place)
{
    uint64_t whole = place / STRETCH;
    return planner->sums[whole] + count(planner->dump->bytes, whole * STRETCH, place);
}

/* Bytes of a range inside the dump that are not erased. */
static uint64_t count_used(const struct planner *planner, uint64_t offset, uint64_t length)
{
    uint64_t present = mtks_dump_present(planner->dump, offset, length);
    return present ? used_before(planner, offset + present) - used_before(planner, offset) : 0;
}

static int add(struct planner *planner, const struct mtks_restore_item *from)
{
    struct mtks_restore_item *item = MTKS_PUSH(&planner->analysis->arena, &planner->plan->items);
    if (!item)
        return -1;
    *item = *from;
    item->used = count_used(planner, item->offset, item->length);
    if (item->lost_by_kit)
        planner->plan->lost += item->used;
    if (item->lost_by_kit || item->keep & MTKS_KEEP_READ_BACK)
        set_read_back(item, planner->analysis, planner->dump);
    return 0;
}

/* Whether nothing can be lost with a range. One that the dump does not hold may be full. */
static bool is_erased(const struct planner *planner, const struct mtks_range *range)
{
    return mtks_dump_present(planner->dump, range->offset, range->length) > 0 &&
           count_used(planner, range->offset, range->length) == 0;
}

static int add_user_range(struct planner *planner, const struct mtks_range *range, const char *what)
{
    struct mtks_restore_item item = {.name = range->name,
                                     .offset = range->offset,
                                     .length = range->length,
                                     .what = what,
                                     .lost_by_kit = !is_erased(planner, range),
                                     .personal = true,
                                     .keep = MTKS_KEEP_BASE | MTKS_KEEP_READ_BACK,
                                     .how = by_base};
    if (mtks_dump_present(planner->dump, range->offset, range->length) == 0) {
        item.keep = MTKS_KEEP_READ_BACK;
        item.how = "the dump ends before it: read the flash again, as nothing of it is saved";
    } else if (is_erased(planner, range)) {
        item.how = "nothing to keep: it is erased, and the firmware formats it when it starts";
    } else if (mtks_dump_present(planner->dump, range->offset, range->length) < range->length) {
        item.how = "the dump holds only a part of it: read the flash again";
    }
    return add(planner, &item);
}

static int add_range(struct planner *planner, const struct mtks_range *range)
{
    struct mtks_restore_item item = {.name = range->name,
                                     .offset = range->offset,
                                     .length = range->length,
                                     .what = "a range that the firmware uses",
                                     .lost_by_kit = true,
                                     .keep = MTKS_KEEP_BASE | MTKS_KEEP_READ_BACK,
                                     .how = by_base};
    for (size_t i = 0; i < mtks_user_range_count; i++)
        if (strcmp(range->name, mtks_user_ranges[i].name) == 0)
            return add_user_range(planner, range, mtks_user_ranges[i].what);
    for (size_t i = 0; i < ROWS(known_ranges); i++)
        if (strcmp(range->name, known_ranges[i].name) == 0) {
            item.what = known_ranges[i].what;
            item.lost_by_kit = known_ranges[i].lost;
            item.keep = known_ranges[i].keep;
            item.how = known_ranges[i].how;
        }
    item.lost_by_kit = item.lost_by_kit && !is_erased(planner, range);
    return add(planner, &item);
}

static int add_part(struct planner *planner, const struct mtks_part *part)
{
    struct mtks_restore_item item = {.name = part->name,
                                     .offset = part->offset,
                                     .length = part->length,
                                     .what = "an image that every kit has",
                                     .keep = MTKS_KEEP_KIT | MTKS_KEEP_BASE,
                                     .how = "`mtkscan extract` writes it"};
    if (part->flags & MTKSCAN_PART_EXTRA) {
        item.what = "an image beyond the usual four; devices were bricked by a kit that lacked one";
        item.lost_by_kit = true;
        item.how = "`mtkscan extract` writes it and lists it in the .cfg; flash all files together";
    }
    if (part->region == MTKSCAN_REGION_NONE) {
        item.what = "an image of a kind that no section of a .cfg lists";
        item.lost_by_kit = true;
        item.keep = MTKS_KEEP_BASE | MTKS_KEEP_READ_BACK;
        item.how = by_base;
    }
    if (part->flags & MTKSCAN_PART_ABSENT || part->present == 0) {
        item.what = "an image that the firmware speaks of and the dump does not hold";
        item.lost_by_kit = true;
        item.keep = 0;
        item.how = "read the flash again, or take it from the vendor's kit";
    } else if (!mtks_kit_part_is_good(part)) {
        item.what = "an image that is damaged in this dump";
        item.lost_by_kit = true;
        item.keep = 0;
        item.how = "read the flash again, merge several reads, or take it from the vendor's kit";
    }
    return add(planner, &item);
}

/* Bytes that nobody claims, yet somebody wrote. */
static int add_segment(struct planner *planner, const struct mtks_segment *segment)
{
    static const struct mtks_restore_item stray = {
        .what = "bytes outside all images and ranges: what another tool or an update left, or a "
                "tail of the file system",
        .lost_by_kit = true,
        .keep = MTKS_KEEP_BASE | MTKS_KEEP_READ_BACK,
        .how = by_base,
    };
    bool is_stray = !segment->part &&
                    (strcmp(segment->kind, "unclaimed") == 0 || strcmp(segment->kind, "zero") == 0);
    struct mtks_restore_item item = stray;
    item.name = segment->kind;
    item.offset = segment->offset;
    item.length = segment->length;
    return is_stray ? add(planner, &item) : 0;
}

static int compare(const void *left, const void *right)
{
    const struct mtks_restore_item *a = left, *b = right;
    if (a->lost_by_kit != b->lost_by_kit)
        return a->lost_by_kit ? -1 : 1;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* Whether the dump itself, written back, is the device again. */
static void judge(struct mtks_restore_plan *plan, const struct mtks_analysis *analysis)
{
    bool healthy = analysis->health.verdict == MTKS_HEALTHY;
    plan->whole = healthy && analysis->input.size >= analysis->flash.capacity;
    if (plan->whole)
        return;
    plan->why_not = analysis->health.verdict == MTKS_INCOMPLETE || healthy
                        ? "the dump is shorter than the flash: what lies behind is not saved"
                        : "the dump is damaged: written back, it does not bring the device back";
}

/* A range may be claimed only in part, since an image lies over it: that image is lost or kept by
 * itself, so ranges are taken as they are stated. */
int mtks_restore_plan(struct mtks_restore_plan *plan, struct mtks_analysis *analysis,
                      const struct mtks_dump *dump)
{
    struct planner planner = {.plan = plan, .analysis = analysis, .dump = dump};
    *plan = (struct mtks_restore_plan){.lost = 0};
    if (count_all(&planner))
        return -1;
    for (size_t i = 0; i < analysis->parts.count; i++)
        if (add_part(&planner, &analysis->parts.items[i]))
            return -1;
    for (size_t i = 0; i < analysis->ranges.count; i++)
        if (add_range(&planner, &analysis->ranges.items[i]))
            return -1;
    for (size_t i = 0; i < analysis->map.count; i++)
        if (add_segment(&planner, &analysis->map.items[i]))
            return -1;
    if (plan->items.count)
        qsort(plan->items.items, plan->items.count, sizeof *plan->items.items, compare);
    judge(plan, analysis);
    return 0;
}
