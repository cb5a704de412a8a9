/* SPDX-License-Identifier: MIT */
/* The detectors that look into parts, for their table in parts.c. None of them allocates; all tell
 * what they see with mtks_look_tell(). Cost is linear in the part. */
#ifndef MTKSCAN_DIAGNOSE_PARTS_H
#define MTKSCAN_DIAGNOSE_PARTS_H

#include "part_look.h"

void mtks_part_lost(struct mtks_look *look);    /* MTK-Q037: ALICE's stream is too short */
void mtks_part_bits(struct mtks_look *look);    /* MTK-Q035: a data bit that never changes */
void mtks_part_address(struct mtks_look *look); /* MTK-Q036: an address bit that does not count */
void mtks_part_runs(struct mtks_look *look);    /* MTK-Q030 to Q032: one byte, one pattern */
void mtks_part_repeats(struct mtks_look *look); /* MTK-Q033: a chunk stands twice */
void mtks_part_moved(struct mtks_look *look);   /* MTK-Q034, Q037: calls and the stream tell */
void mtks_part_tables(struct mtks_look *look);  /* MTK-Q034, Q038: tables out of order */
void mtks_part_stream(struct mtks_look *look);  /* MTK-Q034: what the decoder stumbled on */

#endif
