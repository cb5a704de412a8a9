/* SPDX-License-Identifier: MIT */
#include "view.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "mtkscan/bytes.h"

static bool power_of_two(uint64_t value)
{
    return value && (value & (value - 1)) == 0;
}

/* Whether `step` fits bytes of `size`, and how many there are after it. */
static bool step_size(const struct mtks_view_step *step, uint64_t size, uint64_t *after)
{
    *after = size;
    switch (step->kind) {
    case MTKS_VIEW_KEEP:
        *after = step->length;
        return mtkscan_inside(step->offset, step->length, size);
    case MTKS_VIEW_DROP:
        if (!mtkscan_inside(step->offset, step->length, size))
            return false;
        *after = size - step->length;
        return true;
    case MTKS_VIEW_INSERT:
        return step->offset <= size && mtkscan_add(size, step->length, after);
    case MTKS_VIEW_SWAP:
        return step->unit == 2 || step->unit == 4 || step->unit == 8;
    case MTKS_VIEW_HALVES:
        return step->unit >= 4 && power_of_two(step->unit);
    case MTKS_VIEW_EXCHANGE: {
        uint64_t low = step->offset < step->other ? step->offset : step->other;
        uint64_t high = step->offset < step->other ? step->other : step->offset;
        return step->length <= high - low && mtkscan_inside(high, step->length, size);
    }
    }
    return false;
}

/* The sizes before the first step and after each; false when a step does not fit. */
static bool stage_sizes(const struct mtks_view_step *steps, size_t count, uint64_t size,
                        uint64_t sizes[MTKS_VIEW_STEPS + 1])
{
    if (count > MTKS_VIEW_STEPS)
        return false;
    sizes[0] = size;
    for (size_t i = 0; i < count; i++)
        if (!step_size(&steps[i], sizes[i], &sizes[i + 1]))
            return false;
    return true;
}

/* ---- forward */

static void exchange(uint8_t *a, uint8_t *b, uint64_t length)
{
    uint8_t room[4096];
    while (length) {
        size_t now = length < sizeof room ? (size_t)length : sizeof room;
        memcpy(room, a, now);
        memcpy(a, b, now);
        memcpy(b, room, now);
        a += now;
        b += now;
        length -= now;
    }
}

/* A last unit that is not whole stays as it is, as programmers leave it. */
static void swap_units(uint8_t *bytes, uint64_t size, uint64_t unit)
{
    for (uint64_t at = 0; size - at >= unit; at += unit) {
        uint8_t *low = bytes + at, *high = low + unit - 1;
        for (; low < high; low++, high--) {
            uint8_t kept = *low;
            *low = *high;
            *high = kept;
        }
    }
}

/* `bytes` has room for the larger of both sizes. */
static void run_step(uint8_t *bytes, uint64_t size, const struct mtks_view_step *step)
{
    const uint64_t offset = step->offset, length = step->length;
    switch (step->kind) {
    case MTKS_VIEW_KEEP:
        memmove(bytes, bytes + offset, (size_t)length);
        break;
    case MTKS_VIEW_DROP:
        memmove(bytes + offset, bytes + offset + length, (size_t)(size - offset - length));
        break;
    case MTKS_VIEW_INSERT:
        memmove(bytes + offset + length, bytes + offset, (size_t)(size - offset));
        memset(bytes + offset, 0xFF, (size_t)length);
        break;
    case MTKS_VIEW_SWAP:
        swap_units(bytes, size, step->unit);
        break;
    case MTKS_VIEW_HALVES:
        for (uint64_t at = 0; size - at >= step->unit; at += step->unit)
            exchange(bytes + at, bytes + at + step->unit / 2, step->unit / 2);
        break;
    case MTKS_VIEW_EXCHANGE:
        exchange(bytes + offset, bytes + step->other, length);
        break;
    }
}

int mtks_view_apply(struct mtks_dump *to, const struct mtks_dump *from,
                    const struct mtks_view_step *steps, size_t count, uint64_t limit,
                    mtkscan_error *error)
{
    uint64_t sizes[MTKS_VIEW_STEPS + 1], most = 0;
    (void)mtks_dump_blank(to, 0, NULL);
    if (!stage_sizes(steps, count, from->size, sizes))
        return mtks_fail(error, MTKSCAN_REFUSED, "a correction leads outside the dump");
    for (size_t i = 0; i <= count; i++)
        most = sizes[i] > most ? sizes[i] : most;
    if (most > limit)
        return mtks_fail(error, MTKSCAN_REFUSED,
                         "the corrected dump has over %" PRIu64 " bytes, the limit for one dump",
                         limit);
    int outcome = mtks_dump_blank(to, most, error);
    uint8_t *bytes = mtks_dump_edit(to);
    if (outcome != MTKSCAN_DONE || !bytes)
        return outcome;
    if (from->size)
        memcpy(bytes, from->bytes, (size_t)from->size);
    for (size_t i = 0; i < count; i++)
        run_step(bytes, sizes[i], &steps[i]);
    to->size = sizes[count];
    return MTKSCAN_DONE;
}

/* ---- backward */

/* Where the byte at `at` after `step` stood before it, of `size` bytes then. */
static uint64_t step_origin(const struct mtks_view_step *step, uint64_t size, uint64_t at)
{
    const uint64_t whole = step->unit ? size - size % step->unit : 0; /* that whole units cover */
    switch (step->kind) {
    case MTKS_VIEW_KEEP:
        return at + step->offset;
    case MTKS_VIEW_DROP:
        return at < step->offset ? at : at + step->length;
    case MTKS_VIEW_INSERT:
        if (at < step->offset)
            return at;
        return at - step->offset < step->length ? MTKS_VIEW_NOWHERE : at - step->length;
    case MTKS_VIEW_SWAP:
        return at < whole ? at - at % step->unit + (step->unit - 1 - at % step->unit) : at;
    case MTKS_VIEW_HALVES:
        return at < whole ? at ^ step->unit / 2 : at; /* units are powers of two, from 0 on */
    case MTKS_VIEW_EXCHANGE:
        if (at >= step->offset && at - step->offset < step->length)
            return at - step->offset + step->other;
        if (at >= step->other && at - step->other < step->length)
            return at - step->other + step->offset;
        return at;
    }
    return MTKS_VIEW_NOWHERE;
}

uint64_t mtks_view_origin(const struct mtks_view_step *steps, size_t count, uint64_t size,
                          uint64_t offset)
{
    uint64_t sizes[MTKS_VIEW_STEPS + 1];
    if (!stage_sizes(steps, count, size, sizes) || offset >= sizes[count])
        return MTKS_VIEW_NOWHERE;
    for (size_t i = count; i-- > 0 && offset != MTKS_VIEW_NOWHERE;)
        offset = step_origin(&steps[i], sizes[i], offset);
    return offset;
}
