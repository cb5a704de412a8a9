/* SPDX-License-Identifier: MIT */
/* MT6261 watches, phones and GSM modules. Its boot loaders look like those of MT2502: only ROM's
 * texts and the version of ALICE tell the two apart (FORMAT.md 4.5), so what both share gives both
 * the same bits. */
#include "mtkscan/family.h"
#include "mtkscan/plugin.h"

static const char *const chips[] = {"MT6261", NULL};

static const mtkscan_trait traits[] = {
    {MTKSCAN_TRAIT_EMI_SIZE, MTKSCAN_SUPPORTS, 0x4C, NULL, 15, "4.5"},
    {MTKSCAN_TRAIT_EMI_SIZE, MTKSCAN_CONTRADICTS, 0xC8, NULL, 0, "4.5"},
    {MTKSCAN_TRAIT_INT_LOAD, MTKSCAN_SUPPORTS, 0x70006000, NULL, 10, "4.5"},
    {MTKSCAN_TRAIT_SRAM_TOP, MTKSCAN_SUPPORTS, 0x7000A000, NULL, 10, "4.5"},
    {MTKSCAN_TRAIT_SRAM_TOP, MTKSCAN_SUPPORTS, 0x7000A600, NULL, 10, "4.5"},
    {MTKSCAN_TRAIT_SRAM_TOP, MTKSCAN_SUPPORTS, 0x7000B000, NULL, 10, "4.5"},
    {MTKSCAN_TRAIT_ALICE, MTKSCAN_SUPPORTS, 0x228, NULL, 20, "5.2"},
    {MTKSCAN_TRAIT_MINOR_VER, MTKSCAN_SUPPORTS, 1, NULL, 4, "4.2"},
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
    "boot loaders alone cannot be told from those of MT2502",
    NULL,
};

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    .struct_size = (uint32_t)sizeof(mtkscan_plugin),
    .abi = MTKSCAN_ABI,
    .id = "mt6261",
    .version = "1.0.0",
    .title = "MediaTek MT6261 with serial NOR (MAUI)",
    .author = "mtkscan contributors",
    .license = "MIT",
    .url = "",
    .chips = chips,
    .limitations = limitations,
    .claim = claim,
    .layout = layout,
    .flash_ids = flash_ids,
};
