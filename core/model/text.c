/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdio.h>
#include <string.h>

#include "utf8.h"

size_t mtks_text_printable(const char *text)
{
    uint32_t code;
    size_t length = mtks_utf8_next(text, &code);
    return mtks_utf8_unsafe(code) ? 0 : length; /* MTKS_UTF8_INVALID is unsafe, too */
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
