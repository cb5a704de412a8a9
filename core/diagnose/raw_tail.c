/* SPDX-License-Identifier: MIT */
/* Something behind the end of the flash that no flash holds: a log, filler, or who knows what. */
#include "raw.h"

#define SECTOR 0x1000u /* a flash has whole ones only */

/* Text as a terminal shows it, nearly all of it. */
static bool is_text(const struct mtks_dump *dump, uint64_t from)
{
    uint64_t odd = 0;
    for (uint64_t at = from; at < dump->size; at++) {
        uint8_t byte = dump->bytes[at];
        odd += !((byte >= 0x20 && byte < 0x7F) || (byte >= 9 && byte <= 13) || byte == 0x1B);
    }
    return odd <= (dump->size - from) / 50;
}

void mtks_raw_tail(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                   struct mtks_suspicion *found)
{
    struct mtks_suspicion mirror = {0};
    if (!anchors->capacity || dump->size <= anchors->capacity ||
        mtks_anchor_shift(&anchors->items[0]) != 0)
        return;
    uint64_t from = anchors->capacity; /* erased bytes behind it belong to a larger flash */
    while (from < dump->size && dump->bytes[from] == 0xFF)
        from++;
    uint64_t length = dump->size - from, odd = dump->size % SECTOR;
    if (length == 0) {
        if (odd)
            mtks_suspect(found, "MTK-Q017", 20, dump->size - odd, odd,
                         "the last 0x%llX bytes are no whole sector: something was added, here or "
                         "where the flash is erased",
                         (mtks_wide)odd);
        return;
    }
    if (from != anchors->capacity)
        from -= (from - anchors->capacity) % SECTOR;
    length = dump->size - from;
    bool constant = length >= 16 && mtks_dump_all(dump, from, length, dump->bytes[from]);
    const char *what = constant ? "one byte over and over" : is_text(dump, from) ? "text" : NULL;
    mtks_raw_mirror(dump, anchors, &mirror);
    if (mirror.code)
        return;
    if (!what) {
        mtks_suspect(found, "MTK-Q017", 20, from, length,
                     "0x%llX bytes from 0x%llX on are neither erased nor a repetition%s",
                     (mtks_wide)length, (mtks_wide)from, odd ? ", and no whole sectors" : "");
        return;
    }
    mtks_suspect(found, "MTK-Q016", 32, from, length, "0x%llX bytes from 0x%llX on are %s",
                 (mtks_wide)length, (mtks_wide)from, what);
    mtks_remedy(found, (struct mtks_view_step){.kind = MTKS_VIEW_KEEP, .length = from},
                "cut what is no flash");
    found->certain = true;
}
