/* SPDX-License-Identifier: MIT */
#include "module.h"

#include <string.h>

/* 64 KiB without a NUL, written when the module is loaded. */
static char endless[0x10000];

__attribute__((constructor)) static void fill(void)
{
    memset(endless, 'a', sizeof endless);
}

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    MODULE_GOOD("text-endless"),
    .author = endless,
};
