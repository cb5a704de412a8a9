/* SPDX-License-Identifier: MIT */
#include "module.h"

/* A module that was linked against something that is not there. */
extern int32_t mtkscan_test_nowhere(const mtkscan_host *host);

MTKSCAN_EXPORT const mtkscan_plugin mtkscan_plugin_entry_v1 = {
    MODULE_GOOD("undefined"),
    .claim = mtkscan_test_nowhere,
};
