/* SPDX-License-Identifier: MIT */
#include "part_extent.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mtkscan/bytes.h"

#define NAME_MOST 32 /* bytes of a name that are printed */

/* Whoever holds a byte, and up to where nobody else does. */
struct holder {
    const char *name;
    bool part;
    uint64_t end;
};

static uint64_t end_of(uint64_t offset, uint64_t length)
{
    uint64_t end = UINT64_MAX;
    mtkscan_add(offset, length, &end);
    return end;
}

/* Takes an extent for the byte at `at`: it holds the byte, or starts behind it and limits who does.
 */
static void consider(struct holder *holder, uint64_t at, const struct holder *candidate,
                     uint64_t begin)
{
    if (begin > at) {
        if (begin < holder->end)
            holder->end = begin;
    } else if (candidate->end > at && (!holder->name || (candidate->part && !holder->part))) {
        holder->name = candidate->name;
        holder->part = candidate->part;
        if (candidate->end < holder->end)
            holder->end = candidate->end;
    }
}

static struct holder holder_of(const struct mtks_analysis *analysis, uint64_t at, uint64_t end)
{
    struct holder holder = {NULL, false, end};
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        const struct holder found = {part->name, true, end_of(part->offset, part->length)};
        if (part->length && !(part->flags & MTKSCAN_PART_ABSENT))
            consider(&holder, at, &found, part->offset);
    }
    for (size_t i = 0; i < analysis->ranges.count; i++) {
        const struct mtks_range *range = &analysis->ranges.items[i];
        const struct holder found = {range->name, false, end_of(range->offset, range->length)};
        if (range->length && !holder.part)
            consider(&holder, at, &found, range->offset);
    }
    return holder;
}

static void add_text(struct mtks_extent *extent, const char *name, uint64_t length)
{
    const size_t used = strlen(extent->text), room = sizeof extent->text - used;
    const int wrote = snprintf(extent->text + used, room, "%s%.*s (0x%" PRIX64 " bytes)",
                               used ? ", " : "hits ", NAME_MOST, name, length);
    if (wrote < 0 || (size_t)wrote >= room) /* what does not fit is left out whole */
        extent->text[used] = 0;
}

static void add_piece(struct mtks_extent *extent, const struct mtks_dump *dump,
                      const struct holder *holder, uint64_t at)
{
    const uint64_t length = holder->end - at;
    uint64_t *sum = &extent->gaps;
    const char *name = "bytes that no part claims";
    if (holder->name) {
        sum = holder->part ? &extent->parts : &extent->ranges;
        name = holder->name;
    } else if (mtks_dump_all(dump, at, length, 0xFF)) {
        sum = &extent->blank;
        name = "blank space";
    }
    *sum += length;
    add_text(extent, name, length);
}

void mtks_extent_of(const struct mtks_analysis *analysis, const struct mtks_dump *dump,
                    uint64_t offset, uint64_t length, struct mtks_extent *extent)
{
    const uint64_t present = mtks_dump_present(dump, offset, length);
    *extent = (struct mtks_extent){.outside = length - present};
    for (uint64_t at = offset; at < offset + present;) {
        const struct holder holder = holder_of(analysis, at, offset + present);
        add_piece(extent, dump, &holder, at);
        at = holder.end;
    }
    extent->harmless = extent->parts == 0;
}
