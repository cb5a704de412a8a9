/* SPDX-License-Identifier: MIT */
/* An entry that ends in the middle of a member. */
#define DECODES_SIZE (offsetof(mtkscan_plugin, decode) + 4)
#include "decodes.c"
