/* SPDX-License-Identifier: MIT */
#include "map.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../model/finding.h"
#include "mtkscan/bytes.h"

#define RUN_LEAST 4096u /* bytes of one value that make a segment of their own: see split_gap() */

/* Bytes that somebody claims, whole as stated: it may reach past the end of the dump. */
struct extent {
    uint64_t begin, end;
    const char *name;
    uint32_t part; /* index, or MTKSCAN_NO_PART for a range */
    size_t rank;   /* parts before ranges, then as emitted */
};

struct builder {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
};

static uint64_t end_of(uint64_t offset, uint64_t length)
{
    uint64_t end = UINT64_MAX;
    mtkscan_add(offset, length, &end);
    return end;
}

static int add_segment(const struct builder *builder, uint64_t begin, uint64_t end,
                       const char *kind, bool part)
{
    struct mtks_segment *segment = MTKS_PUSH(&builder->analysis->arena, &builder->analysis->map);
    if (!segment)
        return -1;
    *segment =
        (struct mtks_segment){.offset = begin, .length = end - begin, .kind = kind, .part = part};
    return 0;
}

/* "blank", "zero", or NULL for a byte that is neither. */
static const char *erased_kind(uint8_t value)
{
    return value == 0xFF ? "blank" : value == 0x00 ? "zero" : NULL;
}

/* Unclaimed bytes that hold no long run: one segment, named after its bytes. */
static int add_rest(const struct builder *builder, uint64_t begin, uint64_t end)
{
    if (begin == end)
        return 0;
    uint8_t first = builder->dump->bytes[begin];
    const char *kind = erased_kind(first);
    if (!kind || !mtks_dump_all(builder->dump, begin, end - begin, first))
        kind = "unclaimed";
    return add_segment(builder, begin, end, kind, false);
}

/* The end of the run of equal bytes around `at`, not past `end`. */
static uint64_t run_end(const uint8_t *bytes, uint64_t at, uint64_t end)
{
    uint8_t value = bytes[at];
    uint8_t wide[64];
    memset(wide, value, sizeof wide);
    while (end - at >= sizeof wide && memcmp(bytes + at, wide, sizeof wide) == 0)
        at += sizeof wide;
    while (at < end && bytes[at] == value)
        at++;
    return at;
}

/*
 * Splits bytes that nothing claims. The rule: each longest run of at least RUN_LEAST bytes 0xFF is
 * "blank" and of 0x00 "zero"; what is left between is "unclaimed", unless all its bytes are 0xFF or
 * all are 0x00. So a stray record does not hide the erased megabytes around it. A run that long
 * covers a multiple of RUN_LEAST, counted from the gap's begin; only those are looked at.
 */
static int split_gap(const struct builder *builder, uint64_t begin, uint64_t end)
{
    const uint8_t *bytes = builder->dump->bytes;
    uint64_t rest = begin; /* where the bytes begin that belong to no segment yet */
    for (uint64_t probe = begin; probe < end;) {
        uint8_t value = bytes[probe];
        uint64_t from = probe, to = probe + 1;
        if (erased_kind(value)) {
            to = run_end(bytes, probe, end);
            while (from > rest && bytes[from - 1] == value)
                from--;
        }
        if (to - from < RUN_LEAST) {
            if (end - probe <= RUN_LEAST)
                break;
            probe += RUN_LEAST;
            continue;
        }
        if (add_rest(builder, rest, from) ||
            add_segment(builder, from, to, erased_kind(value), false))
            return -1;
        rest = to;
        probe += mtkscan_round_up(to - probe, RUN_LEAST);
    }
    return add_rest(builder, rest, end);
}

static int compare(const void *left, const void *right)
{
    const struct extent *a = left, *b = right;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return a->rank < b->rank ? -1 : 1;
}

static int report_overlap(const struct builder *builder, const struct extent *before,
                          const struct extent *after)
{
    uint64_t end = before->end < after->end ? before->end : after->end;
    bool both_parts = before->part != MTKSCAN_NO_PART && after->part != MTKSCAN_NO_PART;
    char detail[1200];
    snprintf(detail, sizeof detail, "%.512s and %.512s share %" PRIu64 " bytes from 0x%" PRIX64,
             before->name, after->name, end - after->begin, after->begin);
    return mtks_finding_add(builder->analysis, both_parts ? "MTK-D005" : "MTK-D006", detail,
                            after->part != MTKSCAN_NO_PART ? after->part : before->part,
                            after->begin, end - after->begin);
}

/*
 * Each extent is held against those before it that reach furthest: one part and one range. If it
 * overlaps any of them, it overlaps that one; so there are at most two findings an extent, whatever
 * the input. Two ranges may overlap.
 */
static int find_overlaps(const struct builder *builder, const struct extent *extents, size_t count)
{
    const struct extent *furthest[2] = {NULL, NULL}; /* part, range */
    for (size_t i = 0; i < count; i++) {
        size_t is_range = extents[i].part == MTKSCAN_NO_PART;
        for (size_t kind = 0; kind < 2; kind++) {
            bool asked = !(is_range && kind);
            if (asked && furthest[kind] && furthest[kind]->end > extents[i].begin &&
                report_overlap(builder, furthest[kind], &extents[i]))
                return -1;
        }
        if (!furthest[is_range] || extents[i].end > furthest[is_range]->end)
            furthest[is_range] = &extents[i];
    }
    return 0;
}

/* Parts and ranges that have bytes, sorted. An absent part has none. */
static size_t collect(const struct mtks_analysis *analysis, struct extent *extents)
{
    size_t count = 0;
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        if (part->length == 0 || part->flags & MTKSCAN_PART_ABSENT)
            continue;
        extents[count] = (struct extent){part->offset, end_of(part->offset, part->length),
                                         part->name, (uint32_t)i, count};
        count++;
    }
    for (size_t i = 0; i < analysis->ranges.count; i++) {
        const struct mtks_range *range = &analysis->ranges.items[i];
        if (range->length == 0)
            continue;
        extents[count] = (struct extent){range->offset, end_of(range->offset, range->length),
                                         range->name, MTKSCAN_NO_PART, count};
        count++;
    }
    qsort(extents, count, sizeof *extents, compare);
    return count;
}

int mtks_map_build(struct mtks_analysis *analysis, const struct mtks_dump *dump)
{
    struct builder builder = {analysis, dump};
    size_t most = analysis->parts.count + analysis->ranges.count;
    struct extent *extents = mtks_arena_alloc(&analysis->arena, most * sizeof *extents);
    if (!extents)
        return -1;
    size_t count = collect(analysis, extents);
    if (find_overlaps(&builder, extents, count))
        return -1;
    uint64_t done = 0;
    for (size_t i = 0; i < count && extents[i].begin < dump->size; i++) {
        const struct extent *extent = &extents[i];
        uint64_t end = extent->end < dump->size ? extent->end : dump->size;
        if (end <= done)
            continue;
        if (extent->begin > done) {
            if (split_gap(&builder, done, extent->begin))
                return -1;
            done = extent->begin;
        }
        if (add_segment(&builder, done, end, extent->name, extent->part != MTKSCAN_NO_PART))
            return -1;
        done = end;
    }
    return done < dump->size ? split_gap(&builder, done, dump->size) : 0;
}
