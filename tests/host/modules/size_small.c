/* SPDX-License-Identifier: MIT */
#include "module.h"

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    MODULE_GOOD("size-small"),
    .struct_size = offsetof(mtkscan_plugin, decode) - 1,
};
