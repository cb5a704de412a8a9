/* SPDX-License-Identifier: MIT */
/* @CHIP@: what mtkscan needs to know of this chip family. Lines marked EDIT are yours to make true.
 */
#include "mtkscan/family.h"

/* Chip words of the platform id that are this family's. EDIT: add siblings, e.g. "@CHIP@A". */
static const char *const chips[] = {"@CHIP@", 0};

/*
 * What speaks for the family in a dump, and what speaks against it. The chip word of the platform
 * id counts by itself; rows here decide when that text is damaged. `bits` is how much the fact is
 * worth: count a fact once, and only what was measured on real dumps. mtkscan/family.h lists the
 * kinds.
 */
static const mtkscan_trait traits[] = {
    /* EDIT: measure these on your dump with `mtkscan scan -v`, and say in the last column where. */
    {MTKSCAN_TRAIT_ROM_TEXT, MTKSCAN_SUPPORTS, 0, "@CHIP@PRO", 16, "not measured yet"},
    {MTKSCAN_TRAIT_EMI_SIZE, MTKSCAN_SUPPORTS, 0x4C, 0, 15, "not measured yet"},
    {MTKSCAN_TRAIT_END, MTKSCAN_SUPPORTS, 0, 0, 0, 0},
};

static const mtkscan_family family = {
    .chips = chips,
    .traits = traits,
    .memory_type = "PSRAM_130MHz", /* EDIT: as a vendor's .cfg of this chip has it */
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
    "Tried on made dumps only.", /* EDIT: what you know it does not do */
    0,
};

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    .struct_size = sizeof(mtkscan_plugin),
    .abi = MTKSCAN_ABI,
    .id = "@ID@",
    .version = "0.1.0",
    .title = "@CHIP@ watches and phones", /* EDIT */
    .author = "unknown",                  /* EDIT */
    .license = "MIT",
    .url = "unknown", /* EDIT */
    .chips = chips,
    .limitations = limitations,
    .claim = claim,
    .layout = layout,
    .flash_ids = flash_ids,
};
