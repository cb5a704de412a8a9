/* SPDX-License-Identifier: MIT */
/* MT6260 watches and feature phones. Of the three bundled families this one is told from the
 * others by structure alone: its memory settings record has another size (FORMAT.md 4.5). */
#include "mtkscan/family.h"
#include "mtkscan/plugin.h"

static const char *const chips[] = {"MT6260", NULL};

static const mtkscan_trait traits[] = {
    {MTKSCAN_TRAIT_EMI_SIZE, MTKSCAN_SUPPORTS, 0xC8, NULL, 40, "4.5"},
    {MTKSCAN_TRAIT_EMI_SIZE, MTKSCAN_CONTRADICTS, 0x4C, NULL, 0, "4.5"},
    {MTKSCAN_TRAIT_INT_LOAD, MTKSCAN_SUPPORTS, 0x70006600, NULL, 25, "4.5"},
    {MTKSCAN_TRAIT_SRAM_TOP, MTKSCAN_SUPPORTS, 0x7000D000, NULL, 25, "4.5"},
    {MTKSCAN_TRAIT_ALICE, MTKSCAN_SUPPORTS, 0x124, NULL, 20, "5.2"},
    {MTKSCAN_TRAIT_MINOR_VER, MTKSCAN_SUPPORTS, 0, NULL, 12, "4.2"},
    {MTKSCAN_TRAIT_ROM_TEXT, MTKSCAN_SUPPORTS, 0, "MT6260PRO", 20, "4.4"},
    {MTKSCAN_TRAIT_ROM_TEXT, MTKSCAN_SUPPORTS, 0, "=MT6260", 10, "4.4"},
    {.kind = MTKSCAN_TRAIT_END},
};

static const mtkscan_family family = {
    .chips = chips, .traits = traits, .memory_type = "PSRAM_166MHz", /* FORMAT.md 3.3 */
};

static int32_t claim(const mtkscan_host *host)
{
    return mtkscan_family_claim(host, &family);
}

static int32_t layout(const mtkscan_host *host)
{
    return mtkscan_family_layout(host, &family);
}

static int32_t flash_ids(const mtkscan_host *host)
{
    return mtkscan_family_flash_ids(host, &family);
}

static const char *const limitations[] = {
    "dumps of SPI NAND devices are recognised by their header only and refused",
    "the file system layer of this chip is likely, not proven (FORMAT.md 6.2)",
    NULL,
};

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    .struct_size = (uint32_t)sizeof(mtkscan_plugin),
    .abi = MTKSCAN_ABI,
    .id = "mt6260",
    .version = "1.0.0",
    .title = "MediaTek MT6260 with serial NOR (MAUI)",
    .author = "mtkscan contributors",
    .license = "MIT",
    .url = "",
    .chips = chips,
    .limitations = limitations,
    .claim = claim,
    .layout = layout,
    .flash_ids = flash_ids,
};
