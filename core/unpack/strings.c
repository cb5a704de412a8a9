/* SPDX-License-Identifier: MIT */
#include "strings.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "../model/utf8.h"
#include "mtkscan/bytes.h"

/* Characters with an escape of their own. */
static const struct {
    uint32_t code;
    const char *text;
} escapes[] = {{'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"}, {'\\', "\\\\"}};

static void put_utf8(FILE *out, uint32_t code)
{
    /* By length: what the first byte begins with, and where its bits stand. */
    static const struct {
        uint32_t last, head, shift;
    } forms[] = {{0x7F, 0, 0}, {0x7FF, 0xC0, 6}, {0xFFFF, 0xE0, 12}, {0x10FFFF, 0xF0, 18}};
    size_t form = 0;
    while (code > forms[form].last)
        form++;
    uint32_t shift = forms[form].shift;
    fputc((int)(forms[form].head | code >> shift), out);
    while (shift > 0) {
        shift -= 6;
        fputc((int)(0x80 | (code >> shift & 0x3F)), out);
    }
}

static void put_character(FILE *out, uint32_t code)
{
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (escapes[i].code == code) {
            fputs(escapes[i].text, out);
            return;
        }
    if (mtks_utf8_unsafe(code)) /* halves of a pair, too */
        fprintf(out, "\\u{%X}", (unsigned)code);
    else
        put_utf8(out, code);
}

char *mtks_unpack_strings(const uint8_t *bytes, uint64_t length, size_t *size)
{
    char *text = NULL;
    bool open = false; /* a string that has not met its NUL */
    FILE *out = open_memstream(&text, size);
    if (!out)
        return NULL;
    for (uint64_t i = 0; i + 1 < length; i += 2) {
        uint32_t code = mtkscan_le16(bytes + i);
        /* UCS-2 has no pairs, but newer firmware writes them. */
        if (code >= 0xD800 && code <= 0xDBFF && length - i >= 4) {
            uint32_t second = mtkscan_le16(bytes + i + 2);
            if (second >= 0xDC00 && second <= 0xDFFF) {
                code = 0x10000 + ((code & 0x3FF) << 10) + (second & 0x3FF);
                i += 2;
            }
        }
        open = code != 0;
        if (open)
            put_character(out, code);
        else
            fputc('\n', out);
    }
    if (open)
        fputc('\n', out);
    bool bad = ferror(out) != 0;
    if (fclose(out) != 0 || bad) {
        free(text);
        return NULL;
    }
    return text;
}
