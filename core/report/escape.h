/* SPDX-License-Identifier: MIT */
/*
 * Untrusted text for a terminal: one code point at a time, made harmless. Control characters, ANSI
 * sequences, bidi marks and invisible characters become \xNN or \u{...}; so does a backslash, so
 * that no text can pretend to be escaped. [thread: any]
 */
#ifndef MTKSCAN_REPORT_ESCAPE_H
#define MTKSCAN_REPORT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MTKS_UTF8_INVALID UINT32_MAX

/*
 * The code point at `text`, or MTKS_UTF8_INVALID for a byte that starts none (overlong forms,
 * surrogates and cut sequences included). Returns the bytes it takes: 1 .. 4, or 0 at the end.
 */
size_t mtks_utf8_next(const char *text, uint32_t *code);

/* Whether a terminal would act on the character, or show nothing for it. */
bool mtks_utf8_unsafe(uint32_t code);

/* One character as it is printed. */
struct mtks_glyph {
    char text[12];    /* NUL-terminated */
    unsigned columns; /* that it takes on the screen, rather one too many than one too few */
};

/* Takes one character off *text; false at the end. */
bool mtks_glyph_next(const char **text, struct mtks_glyph *glyph);

/* Columns of a text once escaped. */
size_t mtks_escaped_columns(const char *text);

/* Prints a text whole. NULL prints nothing. */
void mtks_escape_print(FILE *out, const char *text);

#endif
