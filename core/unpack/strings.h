/* SPDX-License-Identifier: MIT */
/* Inside the unpack room: a block of strings of the firmware made readable. */
#ifndef MTKSCAN_UNPACK_STRINGS_H
#define MTKSCAN_UNPACK_STRINGS_H

#include <stddef.h>
#include <stdint.h>

/*
 * NUL-terminated UCS-2 LE strings (FORMAT.md 7.5) as UTF-8, one a line, empty ones too, so that the
 * line's number is the string's. What is not printable is escaped: \n, \t, \\, \u{200E}. NULL when
 * memory is out. [owner: caller, free]
 */
char *mtks_unpack_strings(const uint8_t *bytes, uint64_t length, size_t *size);

#endif
