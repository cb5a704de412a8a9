/* SPDX-License-Identifier: MIT */
#include "page.h"

#include <inttypes.h>
#include <string.h>

void mtks_page_begin(struct mtks_page *page, struct mtks_line *line)
{
    mtks_line_begin(line, page->out, page->limit, page->colour);
}

void mtks_page_end(struct mtks_page *page, struct mtks_line *line)
{
    mtks_line_end(line);
    page->lines++;
}

void mtks_page_blank(struct mtks_page *page)
{
    fputc('\n', page->out);
    page->lines++;
}

void mtks_page_heading(struct mtks_page *page, const char *heading)
{
    struct mtks_line line;
    mtks_page_begin(page, &line);
    mtks_line_colour(&line, MTKS_BOLD);
    mtks_line_add(&line, heading);
    mtks_page_end(page, &line);
}

void mtks_page_paragraph(struct mtks_page *page, const char *label, const char *text,
                         unsigned most_breaks)
{
    struct mtks_line line;
    mtks_page_begin(page, &line);
    mtks_line_add(&line, label);
    page->lines += mtks_line_wrap(&line, text, strlen(label), page->width, most_breaks);
    mtks_page_end(page, &line);
}

void mtks_line_block(struct mtks_line *line, uint64_t bytes)
{
    static const struct {
        uint64_t bytes;
        const char *name;
    } units[] = {{1u << 20, "MB"}, {1u << 10, "KB"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (bytes != 0 && bytes % units[i].bytes == 0) {
            mtks_line_format(line, "%" PRIu64 " %s", bytes / units[i].bytes, units[i].name);
            return;
        }
    }
    mtks_line_format(line, "%" PRIu64 " bytes", bytes);
}

void mtks_line_size(struct mtks_line *line, uint64_t bytes)
{
    mtks_line_format(line, "%" PRIu64 " bytes", bytes);
    if (bytes == 0 || bytes % 1024 != 0)
        return;
    mtks_line_add(line, " (");
    mtks_line_block(line, bytes);
    mtks_line_add(line, ")");
}
