/* SPDX-License-Identifier: MIT */
/* The text report as a page of lines; shared by the files that print its sections. */
#ifndef MTKSCAN_REPORT_PAGE_H
#define MTKSCAN_REPORT_PAGE_H

#include "line.h"
#include "report.h"

#define MTKS_PAGE_LINES 24u /* one screen: findings that do not fit are counted instead */

struct mtks_page {
    FILE *out;
    const struct mtks_analysis *analysis;
    bool colour, verbose, checks;
    size_t width;   /* columns of the screen: where paragraphs break */
    size_t limit;   /* where lines are cut; MTKS_LINE_FREE with -v */
    unsigned lines; /* printed so far */
};

/* A line of the page. */
void mtks_page_begin(struct mtks_page *page, struct mtks_line *line);
void mtks_page_end(struct mtks_page *page, struct mtks_line *line);
void mtks_page_blank(struct mtks_page *page);
void mtks_page_heading(struct mtks_page *page, const char *heading);

/* A paragraph behind a label; later lines are indented below its text. */
void mtks_page_paragraph(struct mtks_page *page, const char *label, const char *text,
                         unsigned most_breaks);

/* "3145728 bytes (3 MB)", "96 bytes", and as erase blocks are named: "4 KB". */
void mtks_line_size(struct mtks_line *line, uint64_t bytes);
void mtks_line_block(struct mtks_line *line, uint64_t bytes);

/* Sections of report_detail.c. `below` is the number of lines that still follow the findings. */
void mtks_page_findings(struct mtks_page *page, unsigned below);
void mtks_page_checks(struct mtks_page *page);
void mtks_page_map(struct mtks_page *page);
void mtks_page_log(struct mtks_page *page);

/* report_layers.c: the table of layers, and a line of what was found in them; nothing when nothing
 * was opened. */
void mtks_page_layers(struct mtks_page *page);

/* report_files.c: the layer of the user's data and its wear; nothing where it was not looked at. */
void mtks_page_storage(struct mtks_page *page);

/* The modules with their evidence, best first; `most` items each, 0 for all. */
void mtks_page_claims(struct mtks_page *page, unsigned most);

#endif
