/* SPDX-License-Identifier: MIT */
/* Reads a file line by line in bounded memory, whatever is in it. [thread: one at a time] */
#ifndef MTKSCAN_INDEX_LINES_H
#define MTKSCAN_INDEX_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mtks_lines {
    int file; /* [owner: caller] */
    char *buffer;
    size_t begin, end; /* what of the buffer was read and not yet given */
    uint64_t offset;   /* in the file, of `begin` */
    bool at_end;
};

struct mtks_line {
    const char *text; /* without the line's end; NULL: longer than MTKS_INDEX_LINE.
                         [lifetime: until the next line] */
    size_t length;
    uint64_t offset; /* in the file */
    uint64_t taken;  /* bytes in the file, with the line's end */
    bool torn;       /* the file ends before the line does */
};

/* From where the file stands, which is `offset`. Returns 0, or -1 when memory is out. */
int mtks_lines_open(struct mtks_lines *lines, int file, uint64_t offset);
void mtks_lines_close(struct mtks_lines *lines);

/* 1: a line; 0: the end; -1 with errno: the file cannot be read. */
int mtks_lines_next(struct mtks_lines *lines, struct mtks_line *line);

#endif
