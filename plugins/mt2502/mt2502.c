/* SPDX-License-Identifier: MIT */
/* MT2501, MT2502 and MT2503. Their firmware says MT6261 in all but a few places, so what it shares
 * with MT6261 gives both the same bits; the platform id, the word MT2502 in ROM and the version of
 * ALICE decide (FORMAT.md 4.4, 4.5). */
#include "mtkscan/family.h"
#include "mtkscan/plugin.h"

static const char *const chips[] = {"MT2501", "MT2502", "MT2503", NULL};

static const mtkscan_trait traits[] = {
    {MTKSCAN_TRAIT_EMI_SIZE, MTKSCAN_SUPPORTS, 0x4C, NULL, 15, "4.5"},
    {MTKSCAN_TRAIT_EMI_SIZE, MTKSCAN_CONTRADICTS, 0xC8, NULL, 0, "4.5"},
    {MTKSCAN_TRAIT_INT_LOAD, MTKSCAN_SUPPORTS, 0x70006000, NULL, 10, "4.5"},
    {MTKSCAN_TRAIT_SRAM_TOP, MTKSCAN_SUPPORTS, 0x7000A000, NULL, 10, "4.5"},
    {MTKSCAN_TRAIT_SRAM_TOP, MTKSCAN_SUPPORTS, 0x7000A600, NULL, 10, "4.5"},
    {MTKSCAN_TRAIT_SRAM_TOP, MTKSCAN_SUPPORTS, 0x7000B000, NULL, 10, "4.5"},
    {MTKSCAN_TRAIT_ALICE, MTKSCAN_SUPPORTS, 0x128, NULL, 20, "5.2"},
    {MTKSCAN_TRAIT_MINOR_VER, MTKSCAN_SUPPORTS, 1, NULL, 4, "4.2"},
    {MTKSCAN_TRAIT_ROM_TEXT, MTKSCAN_SUPPORTS, 0, "MT2502", 30, "4.4"},
    {MTKSCAN_TRAIT_ROM_TEXT, MTKSCAN_SUPPORTS, 0, "MT6261PRO", 8, "4.4"},
    {MTKSCAN_TRAIT_ROM_TEXT, MTKSCAN_SUPPORTS, 0, "=MT6261", 5, "4.4"},
    {.kind = MTKSCAN_TRAIT_END},
};

static const mtkscan_family family = {
    .chips = chips, .traits = traits, .memory_type = "PSRAM_130MHz", /* FORMAT.md 3.3 */
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
    "boot loaders alone cannot be told from those of MT6261",
    "firmware of MT2503 modules may say MT6261 throughout; it is then claimed as MT6261, as its "
    "vendor does",
    NULL,
};

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    .struct_size = (uint32_t)sizeof(mtkscan_plugin),
    .abi = MTKSCAN_ABI,
    .id = "mt2502",
    .version = "1.0.0",
    .title = "MediaTek MT2501, MT2502 and MT2503 with serial NOR (MAUI)",
    .author = "mtkscan contributors",
    .license = "MIT",
    .url = "",
    .chips = chips,
    .limitations = limitations,
    .claim = claim,
    .layout = layout,
    .flash_ids = flash_ids,
};
