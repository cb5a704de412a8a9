/* SPDX-License-Identifier: MIT */
/* Times of directory slots: two words, local, in steps of two seconds, 1980 .. 2107. */
#ifndef MTKSCAN_DISK_FAT_TIME_H
#define MTKSCAN_DISK_FAT_TIME_H

#include <stdint.h>
#include <time.h>

#define MTKS_FAT_MODIFIED 22u /* in a slot: time, then date */

/* tm_mday is 0 when there is none, or one that no calendar has. */
struct tm mtks_fat_time(const uint8_t *words);

/* NULL, or what FAT cannot state: the first day it can. */
void mtks_fat_set_time(uint8_t *words, const struct tm *time);

#endif
