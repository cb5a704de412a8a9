/* SPDX-License-Identifier: MIT */
/* A dump that begins before or behind the start of the flash: all stands off by the same bytes. */
#include "raw.h"

/* Anchors with the shift of the first one, which nothing but a real shift makes agree. */
static unsigned agreeing(const struct mtks_anchors *anchors)
{
    const int64_t shift = mtks_anchor_shift(&anchors->items[0]);
    unsigned count = 0;
    for (size_t i = 0; i < anchors->count; i++)
        count += mtks_anchor_shift(&anchors->items[i]) == shift &&
                 anchors->items[i].kind <= MTKS_ANCHOR_ROM_END;
    return count;
}

static void suspect_extra(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                          uint64_t extra, struct mtks_suspicion *found)
{
    unsigned count = agreeing(anchors);
    mtks_suspect(found, "MTK-Q009", 16 * count, 0, extra,
                 "0x%llX bytes stand before it: %u places are that far off", (mtks_wide)extra,
                 count);
    mtks_remedy(found,
                (struct mtks_view_step){
                    .kind = MTKS_VIEW_KEEP, .offset = extra, .length = dump->size - extra},
                "drop what stands before the flash");
    /* When the flash has just that size, the first half of it may stand behind the second. */
    found->certain = count >= 2 && !(dump->size == anchors->capacity && 2 * extra == dump->size);
}

/* A read that began at `start` and went on behind the end of the flash at its beginning. */
static void suspect_round(uint64_t start, uint64_t boot, unsigned count,
                          struct mtks_suspicion *found)
{
    const uint64_t end = boot + start; /* of the flash */
    mtks_suspect(found, "MTK-Q011", 16 * count + 32, boot, start,
                 "it begins at 0x%llX of the flash, whose start stands at 0x%llX", (mtks_wide)start,
                 (mtks_wide)boot);
    mtks_remedy(found, (struct mtks_view_step){.kind = MTKS_VIEW_INSERT, .length = start},
                "make room for the start");
    mtks_remedy(found,
                (struct mtks_view_step){.kind = MTKS_VIEW_EXCHANGE, .other = end, .length = start},
                "put the start, which was read last, there");
    mtks_remedy(found, (struct mtks_view_step){.kind = MTKS_VIEW_KEEP, .length = end},
                "cut what was read twice");
    found->certain = true;
}

static void suspect_lost(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                         uint64_t lost, struct mtks_suspicion *found)
{
    unsigned count = agreeing(anchors);
    if (anchors->late_boot && lost <= anchors->late_boot &&
        lost <= dump->size - anchors->late_boot && mtks_boot_stands(dump, anchors->late_boot) &&
        ((anchors->late_boot + lost) & 0xFFF) == 0) {
        suspect_round(lost, anchors->late_boot, count, found);
        return;
    }
    mtks_suspect(found, "MTK-Q010", 16 * count, 0, lost,
                 "the first 0x%llX bytes are not there: %u places are that far off",
                 (mtks_wide)lost, count);
    mtks_remedy(found, (struct mtks_view_step){.kind = MTKS_VIEW_INSERT, .length = lost},
                "leave room for the bytes that are missing at the start");
    found->certain = count >= 2;
}

void mtks_raw_shift(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                    struct mtks_suspicion *found)
{
    struct mtks_kit_file file;
    if (anchors->usual || !anchors->count || mtks_is_kit_file(dump, &file))
        return;
    int64_t shift = mtks_anchor_shift(&anchors->items[0]);
    if (shift > 0)
        suspect_extra(dump, anchors, (uint64_t)shift, found);
    else if (shift < 0)
        suspect_lost(dump, anchors, (uint64_t)-shift, found);
}
