/* SPDX-License-Identifier: MIT */
#include "utf8.h"

#include <string.h>

/* Controls, invisible and direction-changing characters, private use, and what is no character. */
static const struct mtks_code_range unsafe[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},      {0x034F, 0x034F},
    {0x061C, 0x061C},   {0x115F, 0x1160},   {0x17B4, 0x17B5},      {0x180B, 0x180F},
    {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},      {0x3164, 0x3164},
    {0xD800, 0xF8FF},   {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},      {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},      {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}, {0xF0000, 0xFFFFFFFF},
};

bool mtks_utf8_in(uint32_t code, const struct mtks_code_range *ranges, size_t count)
{
    for (size_t i = 0; i < count && ranges[i].first <= code; i++)
        if (code <= ranges[i].last)
            return true;
    return false;
}

bool mtks_utf8_unsafe(uint32_t code)
{
    return mtks_utf8_in(code, unsafe, sizeof unsafe / sizeof *unsafe);
}

/* First byte, and the least code point of each length: less would be an overlong form. */
static const struct {
    uint8_t mask, lead;
    uint32_t least;
} forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};

size_t mtks_utf8_decode(const char *bytes, size_t length, uint32_t *code)
{
    const uint8_t *at = (const uint8_t *)bytes;
    *code = MTKS_UTF8_INVALID;
    if (length == 0)
        return 0;
    for (size_t extra = 0; extra < sizeof forms / sizeof *forms && extra < length; extra++) {
        if ((at[0] & forms[extra].mask) != forms[extra].lead)
            continue;
        uint32_t value = at[0] & (uint8_t)~forms[extra].mask;
        for (size_t i = 1; i <= extra; i++) {
            if ((at[i] & 0xC0) != 0x80)
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

size_t mtks_utf8_next(const char *text, uint32_t *code)
{
    return mtks_utf8_decode(text, strnlen(text, 4), code);
}

bool mtks_utf8_valid(const char *bytes, size_t length)
{
    uint32_t code;
    for (size_t step; (step = mtks_utf8_decode(bytes, length, &code)) != 0;) {
        if (code == MTKS_UTF8_INVALID || code == 0)
            return false;
        bytes += step;
        length -= step;
    }
    return true;
}
