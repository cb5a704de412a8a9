/* SPDX-License-Identifier: MIT */
/* Inside the kit room: one line of a .cfg taken apart. */
#ifndef MTKSCAN_KIT_CFG_LINE_H
#define MTKSCAN_KIT_CFG_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define MTKS_CFG_LINE_MISTAKES 3u

/* Comments in the head of a .cfg of ours, which its reader takes back. No colon stands before a
 * blank in them, because vendor tools look for "key: " in any line (FORMAT.md 8.2). */
#define MTKS_CFG_HEAD_WRITER     "Written by "
#define MTKS_CFG_HEAD_WRITER_END " from a flash dump"
#define MTKS_CFG_HEAD_INCOMPLETE "INCOMPLETE KIT, "
#define MTKS_CFG_HEAD_UNLISTED   "NOT LISTED below, since its region is not known, "
/* How the kit was made, if that casts doubt on it. These words are part of the text kept. */
#define MTKS_CFG_HEAD_SHORT  "SHORT DUMP, "
#define MTKS_CFG_HEAD_FORCED "FORCED MODULE "

struct mtks_cfg_line {
    bool dash; /* a list item */
    char *key; /* NULL: the line holds none */
    char *value;
    const char *mistakes[MTKS_CFG_LINE_MISTAKES]; /* what is odd about it */
    size_t mistake_count;
};

/* Takes apart a NUL-terminated line without its end, in place: key and value point into `text`. */
void mtks_cfg_line_split(struct mtks_cfg_line *line, char *text);

#endif
