/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What a lead byte says of its character. */
struct lead {
    unsigned char mask, bits; /* (byte & mask) == bits */
    size_t length;
    uint32_t least; /* smallest code point that needs this length */
};

static const struct lead leads[] = {
    {0x80, 0x00, 1, 0x0},
    {0xE0, 0xC0, 2, 0x80},
    {0xF0, 0xE0, 3, 0x800},
    {0xF8, 0xF0, 4, 0x10000},
};

/* Code points that are well-formed but must not reach a terminal. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},       {0x061C, 0x061C},     {0x200E, 0x200F},
    {0x2028, 0x202E}, {0x2066, 0x2069},   {0xD800, 0xDFFF},     {0xFEFF, 0xFEFF},
    {0xFFFE, 0xFFFF}, {0xE0000, 0xE007F}, {0x110000, 0x1FFFFF},
};

/* Decodes one character; 0 when the bytes are no UTF-8. A NUL ends any sequence, so no byte behind
 * it is read. */
static size_t decode(const char *text, uint32_t *point)
{
    unsigned char first = (unsigned char)text[0];
    for (size_t row = 0; row < sizeof leads / sizeof *leads; row++) {
        const struct lead *lead = &leads[row];
        if ((first & lead->mask) != lead->bits)
            continue;
        uint32_t value = first & (uint32_t)(unsigned char)~lead->mask;
        for (size_t i = 1; i < lead->length; i++) {
            unsigned char next = (unsigned char)text[i];
            if ((next & 0xC0) != 0x80)
                return 0;
            value = value << 6 | (next & 0x3Fu);
        }
        *point = value;
        return value < lead->least ? 0 : lead->length;
    }
    return 0;
}

size_t mtks_text_printable(const char *text)
{
    uint32_t point = 0;
    size_t length = decode(text, &point);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (point >= hidden[i].first && point <= hidden[i].last)
            return 0;
    return length;
}

char *mtks_text_escape(char *to, size_t room, const char *from)
{
    size_t used = 0;
    while (*from) {
        char escape[5];
        size_t length = mtks_text_printable(from);
        const char *piece = from;
        size_t taken = length;
        if (!length) {
            snprintf(escape, sizeof escape, "\\x%02X", (unsigned)(unsigned char)*from);
            piece = escape;
            length = 4;
            taken = 1;
        }
        if (length >= room - used)
            break;
        memcpy(to + used, piece, length);
        used += length;
        from += taken;
    }
    to[used] = 0;
    return to;
}
