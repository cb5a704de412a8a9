/* SPDX-License-Identifier: MIT */
/* An entry as long as in ABI 1.0: what stands behind it is none of the host's business. */
#define DECODES_SIZE offsetof(mtkscan_plugin, decode)
#include "decodes.c"
