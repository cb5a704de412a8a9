/* SPDX-License-Identifier: MIT */
/* UTF-8, one code point at a time, from bytes that may be anything. [thread: any] */
#ifndef MTKSCAN_MODEL_UTF8_H
#define MTKSCAN_MODEL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MTKS_UTF8_INVALID UINT32_MAX

/*
 * The code point at the start of `length` bytes, or MTKS_UTF8_INVALID for a byte that starts none
 * (overlong forms, surrogates and cut sequences included). Returns the bytes it takes: 1 .. 4, or 0
 * when there are none.
 */
size_t mtks_utf8_decode(const char *bytes, size_t length, uint32_t *code);

/* The same for a NUL-terminated text: 0 at its end. */
size_t mtks_utf8_next(const char *text, uint32_t *code);

/* Whether all bytes are UTF-8 without a NUL. */
bool mtks_utf8_valid(const char *bytes, size_t length);

/* Whether a terminal would act on the character, or show nothing for it. */
bool mtks_utf8_unsafe(uint32_t code);

/* Ranges of code points, in rising order. */
struct mtks_code_range {
    uint32_t first, last;
};
bool mtks_utf8_in(uint32_t code, const struct mtks_code_range *ranges, size_t count);

#endif
