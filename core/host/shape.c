/* SPDX-License-Identifier: MIT */
#include "shape.h"

#include <string.h>

#include "../model/utf8.h"
#include "mtkscan/plugin.h"

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
