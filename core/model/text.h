/* SPDX-License-Identifier: MIT */
/* Untrusted bytes made printable. [thread: any] */
#ifndef MTKSCAN_MODEL_TEXT_H
#define MTKSCAN_MODEL_TEXT_H

#include <stddef.h>

/*
 * The length of the printable UTF-8 character at `text`, or 0 when its first byte has to be
 * escaped: control characters (C0, DEL, C1), what turns the direction of writing, line separators,
 * and bytes that are no UTF-8. The end of the text is 0 as well.
 */
size_t mtks_text_printable(const char *text);

/*
 * Copies `from` with \xNN for each byte that is not printable, at most `room` bytes with the NUL;
 * cut at a whole character or escape. `room` is at least 1. Returns `to`.
 */
char *mtks_text_escape(char *to, size_t room, const char *from);

#endif
