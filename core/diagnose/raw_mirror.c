/* SPDX-License-Identifier: MIT */
/* The flash again behind its end, which is what a read that goes on gets; or another dump. */
#include <string.h>

#include "raw.h"

#define SECTOR   0x1000u  /* every flash has a whole number of them */
#define KEY_SIZE 0x14u    /* least bytes of the first anchor that tell a repetition from chance */
#define HEADERS  0x168u   /* of a ROM, up to the end of the names of project and build */
#define STRETCH  0x10000u /* compared at once */

/* How what stands behind `period` differs from what stands before it. */
struct differences {
    uint64_t bytes;       /* stretches count whole */
    uint64_t first;       /* offset behind the period */
    uint64_t in_firmware; /* of the stretches, those with bytes before `data` */
};

/* Whether bytes [at, at + length) equal those a period before. */
static bool equal(const struct mtks_dump *dump, uint64_t at, uint64_t length, uint64_t period)
{
    return memcmp(dump->bytes + at, dump->bytes + at - period, (size_t)length) == 0;
}

static struct differences compare(const struct mtks_dump *dump, uint64_t period, uint64_t data)
{
    struct differences differences = {0};
    if (equal(dump, period, dump->size - period, period))
        return differences;
    for (uint64_t at = period, step; at < dump->size; at += step) {
        uint64_t place = at % period, next = place < data ? data : period;
        step = dump->size - at < STRETCH ? dump->size - at : STRETCH;
        step = next - place < step ? next - place : step; /* none crosses a border */
        if (equal(dump, at, step, period))
            continue;
        if (!differences.bytes)
            differences.first = at;
        differences.bytes += step;
        differences.in_firmware += place < data ? step : 0;
    }
    return differences;
}

/* The distance at which the first anchor stands again, in whole sectors; 0: nowhere. */
static uint64_t find_period(const struct mtks_dump *dump, const struct mtks_anchor *key)
{
    for (uint64_t period = SECTOR; period < dump->size; period += SECTOR) {
        const uint8_t *again = mtks_dump_span(dump, key->at + period, key->known);
        if (!again)
            return 0;
        if (memcmp(again, dump->bytes + key->at, (size_t)key->known) != 0)
            continue;
        if (key->kind != MTKS_ANCHOR_BOOT || mtks_boot_stands(dump, period))
            return period;
    }
    return 0;
}

/* Whether what stands behind `period` is a dump of its own: all in place, and other firmware. */
static bool is_other_dump(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                          uint64_t period)
{
    const struct mtks_dump second = {.bytes = dump->bytes + period, .size = dump->size - period};
    struct mtks_anchors others;
    const struct mtks_anchor *rom, *other;
    mtks_anchors_find(&second, &others);
    rom = mtks_anchors_get(anchors, MTKS_ANCHOR_FILE, MTKSCAN_FILE_ROM);
    other = mtks_anchors_get(&others, MTKS_ANCHOR_FILE, MTKSCAN_FILE_ROM);
    if (!rom || !other || mtks_anchor_shift(other) != 0)
        return false;
    const uint8_t *here = mtks_dump_span(dump, rom->at, HEADERS);
    const uint8_t *there = mtks_dump_span(&second, other->at, HEADERS);
    return rom->place != other->place || rom->length != other->length ||
           (here && there && memcmp(here, there, HEADERS) != 0);
}

static void keep_first(struct mtks_suspicion *found, uint64_t period, const char *text)
{
    mtks_remedy(found, (struct mtks_view_step){.kind = MTKS_VIEW_KEEP, .length = period}, text);
    found->certain = true;
}

void mtks_raw_mirror(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                     struct mtks_suspicion *found)
{
    if (!anchors->count || anchors->items[0].known < KEY_SIZE ||
        mtks_anchor_shift(&anchors->items[0]) != 0)
        return;
    uint64_t period = find_period(dump, &anchors->items[0]);
    if (!period || anchors->items[0].at + anchors->items[0].known > period)
        return;
    /* The device may write behind the firmware at any time (FORMAT.md 6.6). */
    uint64_t data = anchors->fat_begin && anchors->fat_begin < period ? anchors->fat_begin : period;
    struct differences differences = compare(dump, period, data);
    uint64_t behind = dump->size - period;
    double times = (double)dump->size / (double)period;
    if (!differences.bytes) {
        mtks_suspect(found, "MTK-Q006", 128, period, behind,
                     "the flash has 0x%llX bytes, and was read %.2f times", (mtks_wide)period,
                     times);
        keep_first(found, period, "cut the repetitions");
    } else if (!differences.in_firmware) {
        mtks_suspect(found, "MTK-Q007", 96, differences.first, differences.bytes,
                     "the flash has 0x%llX bytes, and was read %.2f times; in its user data up to "
                     "0x%llX bytes differ",
                     (mtks_wide)period, times, (mtks_wide)differences.bytes);
        keep_first(found, period, "cut the repetitions");
    } else if (is_other_dump(dump, anchors, period)) {
        mtks_suspect(found, "MTK-Q015", 64, period, behind, "another one begins at 0x%llX",
                     (mtks_wide)period);
        keep_first(found, period, "keep the first dump");
    } else {
        mtks_suspect(found, "MTK-Q008", 32, differences.first, differences.bytes,
                     "the start of the flash stands again at 0x%llX, but up to 0x%llX bytes "
                     "differ, the first ones near 0x%llX",
                     (mtks_wide)period, (mtks_wide)differences.bytes, (mtks_wide)differences.first);
    }
}
