/* SPDX-License-Identifier: MIT */
#include "module.h"

static int32_t decode(const mtkscan_host *host, const mtkscan_decode_task *task)
{
    (void)host, (void)task;
    return MTKSCAN_E_NOT_FOUND;
}

/* -DDECODES_SIZE states another size, as if the entry ended within or before the member. */
#ifndef DECODES_SIZE
#define DECODES_SIZE sizeof(mtkscan_plugin)
#endif

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    MODULE_GOOD("decodes"),
    .struct_size = (uint32_t)DECODES_SIZE,
    .decode = decode,
};
