/* SPDX-License-Identifier: MIT */
/* A fourth chip family, written against the installed SDK alone. */
#include "mtkscan/family.h"

static const char *const chips[] = {"MT6250", 0};

static const mtkscan_trait traits[] = {
    {MTKSCAN_TRAIT_ROM_TEXT, MTKSCAN_SUPPORTS, 0, "MT6250PRO", 16, "a guess for this test"},
    {MTKSCAN_TRAIT_END, MTKSCAN_SUPPORTS, 0, 0, 0, 0},
};

static const mtkscan_family family = {chips, traits, "PSRAM_104MHz"};

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

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    .struct_size = sizeof(mtkscan_plugin),
    .abi = MTKSCAN_ABI,
    .id = "mt6250",
    .version = "0.0.1",
    .title = "MT6250, for the install test",
    .author = "the mtkscan tests",
    .license = "MIT",
    .url = "none",
    .chips = chips,
    .claim = claim,
    .layout = layout,
    .flash_ids = flash_ids,
};
