/* SPDX-License-Identifier: MIT */
/* A module that claims anything, rightly or with a record that is wrong: ROLE says which. */
#include "mtkscan/plugin.h"

#define CLAIMS     1
#define MISBEHAVES 2

static int32_t claim(const mtkscan_host *host)
{
    mtkscan_evidence evidence = MTKSCAN_INIT(mtkscan_evidence);
    evidence.id = ROLE == MISBEHAVES ? "NOT AN ID" : "role";
    evidence.text = "anything will do";
    evidence.offset = MTKSCAN_NO_OFFSET;
    evidence.bits = 100;
    return host->emit_evidence(host, &evidence);
}

static int32_t nothing(const mtkscan_host *host)
{
    (void)host;
    return MTKSCAN_OK;
}

static const char *const chips[] = {"ROLE", NULL};

const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    .struct_size = sizeof(mtkscan_plugin),
    .abi = MTKSCAN_ABI,
    .id = ROLE_ID,
    .version = "1",
    .title = "Plays a part in tests",
    .author = "tests",
    .license = "MIT",
    .url = "",
    .chips = chips,
    .claim = claim,
    .layout = nothing,
    .flash_ids = nothing,
};
