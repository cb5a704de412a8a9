/* SPDX-License-Identifier: MIT */
/*
 * Lines of a text report that never grow wider than they may: what is longer is cut and ends in
 * "...". Every text goes through escape.h on its way. [thread: one per line]
 */
#ifndef MTKSCAN_REPORT_LINE_H
#define MTKSCAN_REPORT_LINE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MTKS_LINE_MAX   240u     /* columns; wider screens are used up to here */
#define MTKS_LINE_FREE  SIZE_MAX /* a line that is never cut */
#define MTKS_ANY_BREAKS UINT_MAX

enum mtks_colour { MTKS_PLAIN, MTKS_BOLD, MTKS_GREEN, MTKS_YELLOW, MTKS_RED };

struct mtks_line {
    FILE *out;      /* NULL: measure only */
    size_t limit;   /* columns, at most MTKS_LINE_MAX, or MTKS_LINE_FREE */
    size_t columns; /* filled so far */
    bool cut;       /* something did not fit; the rest is dropped */
    bool colour;    /* whether mtks_line_colour() does anything */
    bool coloured;
    size_t used, keep; /* bytes of `text`, and those that stay when the line is cut */
    char text[5 * MTKS_LINE_MAX];
};

void mtks_line_begin(struct mtks_line *line, FILE *out, size_t limit, bool colour);
void mtks_line_add(struct mtks_line *line, const char *text); /* NULL adds nothing */
void mtks_line_add_bytes(struct mtks_line *line, const char *text, size_t length);
void mtks_line_format(struct mtks_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A table cell: the text cut to `width` columns, and blanks up to there. */
void mtks_line_cell(struct mtks_line *line, const char *text, size_t width);
void mtks_line_pad(struct mtks_line *line, size_t column); /* blanks up to a column */

/* Colours what follows; MTKS_PLAIN ends it. Takes no columns. */
void mtks_line_colour(struct mtks_line *line, enum mtks_colour colour);
void mtks_line_end(struct mtks_line *line);

/*
 * Goes on with words of `text`, one blank apart, and breaks the line where they would pass `width`
 * columns; what follows is indented. After `most` breaks (MTKS_ANY_BREAKS: no such bound) the line
 * is cut where it has to be. Returns the breaks made. The caller ends the last line.
 */
unsigned mtks_line_wrap(struct mtks_line *line, const char *text, size_t indent, size_t width,
                        unsigned most);

#endif
