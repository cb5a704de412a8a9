/* SPDX-License-Identifier: MIT */
/* Inside the kit room: what the files of a kit are called. */
#ifndef MTKSCAN_KIT_NAMES_H
#define MTKSCAN_KIT_NAMES_H

#include <stdbool.h>

#include "../model/analysis.h"

#define MTKS_KIT_NAME_MAX 200u /* bytes of a file name that mtkscan makes */

/*
 * Encodes a raw name: bytes outside [A-Za-z0-9._-] become %XX. The result is never empty, starts
 * with no dot or dash, is no Windows device and no .cfg name, and leaves room for "~N".
 */
void mtks_kit_safe_name(char safe[MTKS_KIT_NAME_MAX + 1], const char *raw);

/* Whether a name ends in .cfg, letter case apart. */
bool mtks_kit_is_cfg_name(const char *name);

/* Whether a part may go into a kit: verified, or consistent where no hash exists. */
bool mtks_kit_part_is_good(const struct mtks_part *part);

#endif
