/* SPDX-License-Identifier: MIT */
/* Asks the modules that were found who they are; private to plugins.c. */
#ifndef MTKSCAN_HOST_DESCRIBE_H
#define MTKSCAN_HOST_DESCRIBE_H

#include "plugins.h"

/*
 * Gives every module with a descriptor its entry and state; the descriptors of those that cannot be
 * used are closed. MTKSCAN_SYSTEM: no memory, or no process to be had.
 */
int mtks_plugins_describe(struct mtks_plugins *plugins, const struct mtks_limits *limits,
                          mtkscan_error *error);

int mtks_plugins_no_memory(mtkscan_error *error);

#endif
