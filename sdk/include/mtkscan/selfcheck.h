/* SPDX-License-Identifier: MIT */
/*
 * A module's own test in one call: it claims a dump that the fixture maker composed, finds every
 * part where the maker put it, and leaves dumps alone that are not its own.
 */
#ifndef MTKSCAN_SELFCHECK_H
#define MTKSCAN_SELFCHECK_H

#include <stdio.h>

#include "fixture.h"
#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Runs `plugin` in this process on the dump of `fixture`, on an erased, a zeroed and an empty one,
 * and on the fixture cut at many lengths. Prints a line for each thing checked to `out`. Returns
 * the number of failures, 0 for a sound module. [thread: one at a time]
 */
int mtkscan_selfcheck(const mtkscan_plugin *plugin, const mtkscan_fixture *fixture, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
