/* SPDX-License-Identifier: MIT */
#include "line.h"

#include <stdarg.h>
#include <string.h>

#include "escape.h"

static const char dots[] = "...";

static const char *const colours[] = {
    [MTKS_PLAIN] = "\x1b[0m",   [MTKS_BOLD] = "\x1b[1m", [MTKS_GREEN] = "\x1b[32m",
    [MTKS_YELLOW] = "\x1b[33m", [MTKS_RED] = "\x1b[31m",
};

void mtks_line_begin(struct mtks_line *line, FILE *out, size_t limit, bool colour)
{
    if (limit != MTKS_LINE_FREE && limit > MTKS_LINE_MAX)
        limit = MTKS_LINE_MAX;
    *line = (struct mtks_line){.out = out, .limit = limit, .colour = colour};
}

/* Bytes that take no column, or that are known to fit. A free line is not kept at all. */
static void put(struct mtks_line *line, const char *text)
{
    size_t length = strlen(text);
    if (line->limit == MTKS_LINE_FREE) {
        if (line->out)
            fputs(text, line->out);
    } else if (length < sizeof line->text - line->used) {
        memcpy(line->text + line->used, text, length + 1);
        line->used += length;
    } else {
        line->cut = true;
    }
}

static void put_glyph(struct mtks_line *line, const struct mtks_glyph *glyph)
{
    if (line->cut)
        return;
    if (glyph->columns > line->limit - line->columns) {
        line->cut = true;
        return;
    }
    put(line, glyph->text);
    line->columns += glyph->columns;
    if (line->columns + strlen(dots) <= line->limit)
        line->keep = line->used;
}

void mtks_line_add(struct mtks_line *line, const char *text)
{
    struct mtks_glyph glyph;
    while (text && mtks_glyph_next(&text, &glyph))
        put_glyph(line, &glyph);
}

void mtks_line_add_bytes(struct mtks_line *line, const char *text, size_t length)
{
    struct mtks_glyph glyph;
    const char *end = text + length;
    while (text < end && mtks_glyph_next(&text, &glyph))
        put_glyph(line, &glyph);
}

void mtks_line_format(struct mtks_line *line, const char *format, ...)
{
    char text[MTKS_LINE_MAX + 1];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    mtks_line_add(line, text);
}

void mtks_line_pad(struct mtks_line *line, size_t column)
{
    while (line->columns < column && !line->cut)
        mtks_line_add(line, " ");
}

void mtks_line_cell(struct mtks_line *line, const char *text, size_t width)
{
    size_t end = line->columns + width;
    bool whole = line->limit == MTKS_LINE_FREE || mtks_escaped_columns(text) <= width;
    size_t stop = whole ? SIZE_MAX : end - strlen(dots);
    struct mtks_glyph glyph;
    while (mtks_glyph_next(&text, &glyph) && !line->cut) {
        if (!whole && line->columns + glyph.columns > stop) {
            mtks_line_add(line, dots);
            break;
        }
        put_glyph(line, &glyph);
    }
    mtks_line_pad(line, end);
}

void mtks_line_colour(struct mtks_line *line, enum mtks_colour colour)
{
    if (!line->colour || line->cut)
        return;
    put(line, colours[colour]);
    line->coloured = colour != MTKS_PLAIN;
}

void mtks_line_end(struct mtks_line *line)
{
    if (line->cut) {
        line->used = line->keep;
        line->text[line->used] = 0;
        put(line, dots);
    }
    if (line->colour && (line->coloured || line->cut))
        put(line, colours[MTKS_PLAIN]);
    if (!line->out)
        return;
    if (line->limit != MTKS_LINE_FREE) {
        while (line->used > 0 && line->text[line->used - 1] == ' ')
            line->used--;
        fwrite(line->text, 1, line->used, line->out);
    }
    fputc('\n', line->out);
}

/* Ends the line and begins one like it. */
static void break_line(struct mtks_line *line, size_t indent)
{
    FILE *out = line->out;
    mtks_line_end(line);
    mtks_line_begin(line, out, line->limit, line->colour);
    mtks_line_pad(line, indent);
}

static size_t columns_of(const char *text, size_t length)
{
    const char *end = text + length;
    struct mtks_glyph glyph;
    size_t columns = 0;
    while (text < end && mtks_glyph_next(&text, &glyph))
        columns += glyph.columns;
    return columns;
}

unsigned mtks_line_wrap(struct mtks_line *line, const char *text, size_t indent, size_t width,
                        unsigned most)
{
    unsigned breaks = 0;
    bool joined = line->columns <= indent; /* nothing there that a blank would part from */
    for (text += strspn(text, " "); *text && !line->cut; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        size_t columns = columns_of(text, length);
        if (!joined && line->columns + 1 + columns > width && breaks < most) {
            break_line(line, indent);
            breaks++;
        } else if (!joined) {
            mtks_line_add(line, " ");
        }
        mtks_line_add_bytes(line, text, length);
        joined = false;
        text += length;
    }
    return breaks;
}
