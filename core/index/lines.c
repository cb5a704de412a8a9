/* SPDX-License-Identifier: MIT */
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line.h"

#define ROOM ((size_t)MTKS_INDEX_LINE + 1) /* a longest line and its end */

int mtks_lines_open(struct mtks_lines *lines, int file, uint64_t offset)
{
    *lines = (struct mtks_lines){.file = file, .buffer = malloc(ROOM), .offset = offset};
    return lines->buffer ? 0 : -1;
}

void mtks_lines_close(struct mtks_lines *lines)
{
    free(lines->buffer);
    lines->buffer = NULL;
}

/* Reads more behind what is there; -1 with errno. */
static int fill(struct mtks_lines *lines)
{
    if (lines->begin > 0) {
        memmove(lines->buffer, lines->buffer + lines->begin, lines->end - lines->begin);
        lines->end -= lines->begin;
        lines->begin = 0;
    }
    ssize_t got;
    do
        got = read(lines->file, lines->buffer + lines->end, ROOM - lines->end);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -1;
    lines->at_end = got == 0;
    lines->end += (size_t)got;
    return 0;
}

/* Takes `length` bytes off the buffer. */
static void drop(struct mtks_lines *lines, size_t length)
{
    lines->begin += length;
    lines->offset += length;
}

int mtks_lines_next(struct mtks_lines *lines, struct mtks_line *line)
{
    size_t looked = 0; /* bytes without a line's end */
    *line = (struct mtks_line){.offset = lines->offset};
    for (;;) {
        char *text = lines->buffer + lines->begin;
        size_t there = lines->end - lines->begin;
        char *end = memchr(text + looked, '\n', there - looked);
        bool over = line->taken > 0; /* its beginning is gone already */
        if (end || (lines->at_end && (there || over))) {
            size_t length = end ? (size_t)(end - text) : there;
            line->text = over ? NULL : text;
            line->length = over ? 0 : length;
            line->torn = !end;
            line->taken += length + (end != NULL);
            drop(lines, length + (end != NULL));
            return 1;
        }
        if (lines->at_end)
            return 0;
        looked = there;
        if (there == ROOM) {
            line->taken += there;
            drop(lines, there);
            looked = 0;
        }
        if (fill(lines))
            return -1;
    }
}
