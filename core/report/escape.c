/* SPDX-License-Identifier: MIT */
#include "escape.h"

#include <string.h>

struct code_range {
    uint32_t first, last;
};

/* Controls, invisible and direction-changing characters, private use, and what is no character. */
static const struct code_range unsafe[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},      {0x034F, 0x034F},
    {0x061C, 0x061C},   {0x115F, 0x1160},   {0x17B4, 0x17B5},      {0x180B, 0x180F},
    {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},      {0x3164, 0x3164},
    {0xD800, 0xF8FF},   {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},      {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},      {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}, {0xF0000, 0xFFFFFFFF},
};

/* Two columns wide, or wide on some terminals (UAX #11 W, F, and the symbol blocks). */
static const struct code_range wide[] = {
    {0x1100, 0x115F},   {0x2300, 0x2BFF},   {0x2E80, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7FF},   {0xF900, 0xFAFF},   {0xFE10, 0xFE6F},   {0xFF00, 0xFFEF},
    {0x16FE0, 0x18DFF}, {0x1AFF0, 0x1B2FF}, {0x1D300, 0x1D37F}, {0x1F000, 0x3FFFD},
};

static bool in_ranges(uint32_t code, const struct code_range *ranges, size_t count)
{
    for (size_t i = 0; i < count && ranges[i].first <= code; i++)
        if (code <= ranges[i].last)
            return true;
    return false;
}

bool mtks_utf8_unsafe(uint32_t code)
{
    return in_ranges(code, unsafe, sizeof unsafe / sizeof *unsafe);
}

/* First byte, and the least code point of each length: less would be an overlong form. */
static const struct {
    uint8_t mask, lead;
    uint32_t least;
} forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};

size_t mtks_utf8_next(const char *text, uint32_t *code)
{
    const uint8_t *at = (const uint8_t *)text;
    *code = MTKS_UTF8_INVALID;
    if (at[0] == 0)
        return 0;
    for (size_t extra = 0; extra < sizeof forms / sizeof *forms; extra++) {
        if ((at[0] & forms[extra].mask) != forms[extra].lead)
            continue;
        uint32_t value = at[0] & (uint8_t)~forms[extra].mask;
        for (size_t i = 1; i <= extra; i++) {
            if ((at[i] & 0xC0) != 0x80) /* the NUL at the end, too */
                return 1;
            value = value << 6 | (at[i] & 0x3Fu);
        }
        if (value < forms[extra].least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
            return 1;
        *code = value;
        return extra + 1;
    }
    return 1;
}

bool mtks_glyph_next(const char **text, struct mtks_glyph *glyph)
{
    uint32_t code;
    size_t length = mtks_utf8_next(*text, &code);
    if (length == 0)
        return false;
    int printed = 0;
    if (code == MTKS_UTF8_INVALID || (code < 0x80 && mtks_utf8_unsafe(code)))
        printed = snprintf(glyph->text, sizeof glyph->text, "\\x%02X", (uint8_t)(*text)[0]);
    else if (code == '\\')
        printed = snprintf(glyph->text, sizeof glyph->text, "\\\\");
    else if (mtks_utf8_unsafe(code))
        printed = snprintf(glyph->text, sizeof glyph->text, "\\u{%X}", code);
    if (printed > 0) {
        glyph->columns = (unsigned)printed;
    } else {
        memcpy(glyph->text, *text, length);
        glyph->text[length] = 0;
        glyph->columns = in_ranges(code, wide, sizeof wide / sizeof *wide) ? 2 : 1;
    }
    *text += length;
    return true;
}

size_t mtks_escaped_columns(const char *text)
{
    struct mtks_glyph glyph;
    size_t columns = 0;
    while (mtks_glyph_next(&text, &glyph))
        columns += glyph.columns;
    return columns;
}

void mtks_escape_print(FILE *out, const char *text)
{
    struct mtks_glyph glyph;
    while (text && mtks_glyph_next(&text, &glyph))
        fputs(glyph.text, out);
}
