/* SPDX-License-Identifier: MIT */
/* Bytes in another order than the flash's: a programmer's option, or a bus of another width. */
#include <string.h>

#include "mtkscan/bytes.h"
#include "raw.h"

#define NEEDLE 16u

static const struct {
    enum mtks_view_kind kind;
    uint64_t unit;
    const char *what, *text;
} orders[] = {
    {MTKS_VIEW_SWAP, 2, "the bytes of each 16-bit word are reversed", "reverse each 16-bit word"},
    {MTKS_VIEW_SWAP, 4, "the bytes of each 32-bit word are reversed", "reverse each 32-bit word"},
    {MTKS_VIEW_SWAP, 8, "the bytes of each 64-bit word are reversed", "reverse each 64-bit word"},
    {MTKS_VIEW_HALVES, 4, "the halves of each 32-bit word are exchanged",
     "exchange the halves of each 32-bit word"},
};

/* Texts that open things, as they stand in an unspoilt flash. */
static const uint8_t texts[][NEEDLE] = {
    {'S', 'F', '_', 'B', 'O', 'O', 'T', 0, 0, 0, 0, 0, 1, 0, 0, 0},
    {'M', 'M', 'M', 1, 0x38, 0, 0, 0, 'F', 'I', 'L', 'E', '_', 'I', 'N', 'F'},
};

/* Each order undoes itself, so the same turns a text into what to look for. */
static void turn(uint8_t to[NEEDLE], const uint8_t from[NEEDLE], size_t order)
{
    const size_t unit = (size_t)orders[order].unit;
    for (size_t i = 0; i < NEEDLE; i++)
        to[i] = from[orders[order].kind == MTKS_VIEW_HALVES ? i ^ unit / 2 : i ^ (unit - 1)];
}

static unsigned count_turned(const struct mtks_dump *dump, size_t order)
{
    unsigned count = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        uint8_t needle[NEEDLE];
        turn(needle, texts[i], order);
        count += memmem(dump->bytes, (size_t)dump->size, needle, NEEDLE) != NULL;
    }
    return count;
}

void mtks_raw_swap(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                   struct mtks_suspicion *found)
{
    if (anchors->count)
        return;
    for (size_t order = 0; order < sizeof orders / sizeof *orders; order++) {
        unsigned count = count_turned(dump, order);
        if (!count)
            continue;
        mtks_suspect(found, "MTK-Q004", 64 * count, 0, dump->size, "%s", orders[order].what);
        mtks_remedy(found,
                    (struct mtks_view_step){.kind = orders[order].kind, .unit = orders[order].unit},
                    orders[order].text);
        found->certain = true;
        return;
    }
}

/* An address bit that was read inverted: all stands in the other half of each such unit. */
void mtks_raw_halves(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                     struct mtks_suspicion *found)
{
    const struct mtks_anchor *boot = mtks_anchors_get(anchors, MTKS_ANCHOR_BOOT, 0);
    uint64_t half = anchors->late_boot ? anchors->late_boot : boot ? boot->at : 0;
    if (half < 0x1000 || (half & (half - 1)) || dump->size % (2 * half) ||
        !mtks_boot_stands(dump, half))
        return;
    mtks_suspect(found, "MTK-Q005", 40, 0, dump->size, "each 0x%llX bytes stand 0x%llX off",
                 (mtks_wide)half, (mtks_wide)half);
    mtks_remedy(found, (struct mtks_view_step){.kind = MTKS_VIEW_HALVES, .unit = 2 * half},
                "exchange the halves");
    found->certain = true;
}
