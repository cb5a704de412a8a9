/* SPDX-License-Identifier: MIT */
/* Inside the kit room: what --force may replace, which is a kit of mtkscan's and nothing else. */
#ifndef MTKSCAN_KIT_OURS_H
#define MTKSCAN_KIT_OURS_H

#include "../output/owned.h"

/*
 * Knows a folder that holds a .cfg whose head line says that mtkscan wrote it, and besides it
 * nothing but regular files which that .cfg names.
 */
extern const struct mtks_recogniser mtks_kit_recogniser;

#endif
