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

#include "../model/utf8.h"

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
