/* SPDX-License-Identifier: MIT */
#include "module.h"

/* What a later minor might look like: a longer struct. */
struct later {
    mtkscan_plugin now;
    uint64_t more[4];
};

extern MTKSCAN_EXPORT const struct later later_entry __asm__("mtkscan_plugin_entry_v1");
const struct later later_entry = {
    .now =
        {
            MODULE_GOOD("newer-minor"),
            .struct_size = sizeof(struct later),
            .abi = MTKSCAN_ABI + 99,
        },
    .more = {1, 2, 3, 4},
};
