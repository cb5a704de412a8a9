/* SPDX-License-Identifier: MIT */
/* Memory of another kind: the boot ROM or RAM stood where the reader looked (FORMAT.md 1.1, 6.6).
 */
#include <string.h>

#include "mtkscan/bytes.h"
#include "raw.h"

#define VECTORS       8u /* of an ARM processor, a word each */
#define VECTORS_LEAST 6u /* the reserved one and one more may be anything */
#define BOOT_ROM      0x10000u

/* A branch, or a load of the program counter: what vectors consist of. */
static bool is_vector(uint32_t word)
{
    return word >> 24 == 0xEA || word >> 12 == 0xE59FF;
}

static uint32_t count_vectors(const struct mtks_dump *dump)
{
    uint32_t count = 0;
    if (dump->size < VECTORS * 4)
        return 0;
    for (uint32_t i = 0; i < VECTORS; i++)
        count += is_vector(mtkscan_le32(dump->bytes + (size_t)4 * i));
    return count;
}

void mtks_raw_foreign(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                      struct mtks_suspicion *found)
{
    uint32_t count = count_vectors(dump);
    if (count < VECTORS_LEAST)
        return;
    if (anchors->count)
        return;
    bool rom = dump->size == BOOT_ROM ||
               (dump->size > BOOT_ROM &&
                memcmp(dump->bytes, dump->bytes + BOOT_ROM, (size_t)(dump->size - BOOT_ROM)) == 0);
    mtks_suspect(found, "MTK-Q002", 8 * count, 0, dump->size,
                 "%u of 8 ARM exception vectors at the start and no header of flash contents: %s",
                 count, rom ? "the boot ROM, 64 KB" : "RAM, or a program");
    found->hopeless = true;
}
