/* SPDX-License-Identifier: MIT */
#include "shape.h"

#include <string.h>

#include "mtkscan/plugin.h"

/* Lead bytes, the range of the byte behind them, and the continuation bytes in all (Unicode, table
 * "Well-Formed UTF-8 Byte Sequences"). */
static const struct {
    unsigned char first, last, next_first, next_last, more;
} leads[] = {
    {0x01, 0x7F, 0, 0, 0},       {0xC2, 0xDF, 0x80, 0xBF, 1}, {0xE0, 0xE0, 0xA0, 0xBF, 2},
    {0xE1, 0xEC, 0x80, 0xBF, 2}, {0xED, 0xED, 0x80, 0x9F, 2}, {0xEE, 0xEF, 0x80, 0xBF, 2},
    {0xF0, 0xF0, 0x90, 0xBF, 3}, {0xF1, 0xF3, 0x80, 0xBF, 3}, {0xF4, 0xF4, 0x80, 0x8F, 3},
};

/* Bytes of the character at the start of `bytes`, or 0 when there is none. */
static size_t character(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        if (bytes[0] < leads[i].first || bytes[0] > leads[i].last)
            continue;
        size_t more = leads[i].more;
        if (more >= length)
            return 0;
        if (more && (bytes[1] < leads[i].next_first || bytes[1] > leads[i].next_last))
            return 0;
        for (size_t at = 2; at <= more; at++)
            if ((bytes[at] & 0xC0) != 0x80)
                return 0;
        return more + 1;
    }
    return 0;
}

bool mtks_utf8_valid(const char *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t step = character((const unsigned char *)bytes + at, length - at);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

const char *mtks_text_fault(const char *text)
{
    if (!text)
        return "is NULL";
    size_t length = strnlen(text, MTKSCAN_TEXT_MAX + 1);
    if (length > MTKSCAN_TEXT_MAX)
        return "is longer than 512 bytes";
    return mtks_utf8_valid(text, length) ? NULL : "is not valid UTF-8";
}

static bool plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool mtks_is_name(const char *text, const char *more)
{
    const char *at = text;
    while (*at && (plain(*at) || strchr(more, *at)))
        at++;
    return at > text && *at == 0;
}

bool mtks_is_module_id(const char *text)
{
    size_t length = strnlen(text, 33);
    return length >= 2 && length <= 32 && plain(text[0]) && mtks_is_name(text, "_-");
}
