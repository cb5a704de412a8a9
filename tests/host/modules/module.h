/* SPDX-License-Identifier: MIT */
/* A good module in one macro; each file here changes one thing about it. */
#ifndef TESTS_HOST_MODULE_H
#define TESTS_HOST_MODULE_H

#include "mtkscan/plugin.h"

static const char *const module_chips[] = {"MT9999", 0};

static inline int32_t module_nothing(const mtkscan_host *host)
{
    (void)host;
    return MTKSCAN_OK;
}

/* Members may be given again behind it: the last one counts. */
#define MODULE_GOOD(name)                                                                          \
    .struct_size = sizeof(mtkscan_plugin), .abi = MTKSCAN_ABI, .id = (name), .version = "1.2",     \
    .title = "a module of the tests", .author = "the tests", .license = "MIT", .url = "",          \
    .chips = module_chips, .claim = module_nothing, .layout = module_nothing,                      \
    .flash_ids = module_nothing

#if defined(__clang__)
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif
#pragma GCC diagnostic ignored "-Woverride-init"

#endif
