/* SPDX-License-Identifier: MIT */
#include "module.h"

MTKSCAN_EXPORT int32_t another_symbol(void);

int32_t another_symbol(void)
{
    return module_nothing(0) + (module_chips[0] == 0);
}
