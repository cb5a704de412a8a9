/* SPDX-License-Identifier: MIT */
/* A module for the library's own tests. Built several times, with another ACTOR_ID and role each.
 * It claims what begins with "ACT" and states one part of 16 bytes at 16. */
#include <string.h>

#include "mtkscan/plugin.h"

#define CLAIMS    0 /* as it should */
#define BAD_CLAIM 1 /* claims in a wrong way */
#define BAD_PARTS 2 /* wins, and states a wrong part */

static int32_t claim(const mtkscan_host *host)
{
    const uint8_t *head = host->span(host, 0, 3);
    mtkscan_evidence evidence = MTKSCAN_INIT(mtkscan_evidence);
    evidence.id = ACTOR_ROLE == BAD_CLAIM ? "NOT AN ID" : "act-head";
    evidence.text = "the first word";
    evidence.length = 3;
    evidence.bits = 100;
    if (!head || memcmp(head, "ACT", 3) != 0)
        return MTKSCAN_OK;
    return host->emit_evidence(host, &evidence) == MTKSCAN_OK ? MTKSCAN_OK : MTKSCAN_E_FAILED;
}

static int32_t layout(const mtkscan_host *host)
{
    mtkscan_part part = MTKSCAN_INIT(mtkscan_part);
    part.name = ACTOR_ROLE == BAD_PARTS ? NULL : "ROM";
    part.offset = 16;
    part.length = 16;
    part.region = MTKSCAN_REGION_MAIN;
    host->emit_part(host, &part);
    return MTKSCAN_OK;
}

static int32_t flash_ids(const mtkscan_host *host)
{
    mtkscan_flash flash = MTKSCAN_INIT(mtkscan_flash);
    flash.capacity = 64;
    return host->emit_flash(host, &flash);
}

static const char *const chips[] = {"ACT1", NULL};

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    .struct_size = sizeof(mtkscan_plugin),
    .abi = MTKSCAN_ABI,
    .id = ACTOR_ID,
    .version = "1",
    .title = "An actor",
    .author = "mtkscan",
    .license = "MIT",
    .url = "",
    .chips = chips,
    .claim = claim,
    .layout = layout,
    .flash_ids = flash_ids,
};
