/* SPDX-License-Identifier: MIT */
#include "escape.h"

#include <string.h>

/* Two columns wide, or wide on some terminals (UAX #11 W, F, and the symbol blocks). */
static const struct mtks_code_range wide[] = {
    {0x1100, 0x115F},   {0x2300, 0x2BFF},   {0x2E80, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7FF},   {0xF900, 0xFAFF},   {0xFE10, 0xFE6F},   {0xFF00, 0xFFEF},
    {0x16FE0, 0x18DFF}, {0x1AFF0, 0x1B2FF}, {0x1D300, 0x1D37F}, {0x1F000, 0x3FFFD},
};

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
        glyph->columns = mtks_utf8_in(code, wide, sizeof wide / sizeof *wide) ? 2 : 1;
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
