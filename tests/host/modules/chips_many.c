/* SPDX-License-Identifier: MIT */
#include "module.h"

#define FOUR(x) x, x, x, x
#define CHIPS   FOUR(FOUR(FOUR("MT9999")))

static const char *const many[] = {CHIPS, "MT9999", 0};

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    MODULE_GOOD("chips-many"),
    .chips = many,
};
