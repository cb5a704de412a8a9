/* SPDX-License-Identifier: MIT */
/* A read that brought nothing: no bytes, one byte over and over, or a few. */
#include <string.h>

#include "raw.h"

#define PERIOD_MOST 0x1000u /* of a pattern that is no content, a power of two */

static uint64_t period(const struct mtks_dump *dump)
{
    for (uint64_t unit = 1; unit <= PERIOD_MOST && 2 * unit <= dump->size; unit *= 2)
        if (memcmp(dump->bytes, dump->bytes + unit, (size_t)(dump->size - unit)) == 0)
            return unit;
    return 0;
}

void mtks_raw_blank(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                    struct mtks_suspicion *found)
{
    (void)anchors;
    uint64_t unit = dump->size > 1 ? period(dump) : dump->size;
    if (dump->size == 0)
        mtks_suspect(found, "MTK-Q001", 64, 0, 0, "0 bytes");
    else if (unit == 1)
        mtks_suspect(found, "MTK-Q001", 64, 0, dump->size, "all 0x%llX bytes are 0x%02X%s",
                     (mtks_wide)dump->size, dump->bytes[0],
                     dump->bytes[0] == 0xFF ? ", as in an erased flash" : "");
    else if (unit)
        mtks_suspect(found, "MTK-Q001", 64, 0, dump->size, "the same 0x%llX bytes over and over",
                     (mtks_wide)unit);
    found->hopeless = found->code != NULL;
}
