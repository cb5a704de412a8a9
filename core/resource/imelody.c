/* SPDX-License-Identifier: MIT */
/* iMelody: lines of text between BEGIN:IMELODY and END:IMELODY. */
#include "walk.h"

#include <string.h>

#define LENGTH_MOST 0x10000u

#define BEGIN "BEGIN:IMELODY"
#define END   "END:IMELODY"

/* What one line is; the text of a melody may go on over lines that begin with a blank. */
struct melody {
    bool melody, ended, bad;
    uint32_t notes; /* letters a to g in lower case, and rests */
};

static bool begins(const uint8_t *line, uint64_t size, const char *text)
{
    const size_t length = strlen(text);
    return size >= length && memcmp(line, text, length) == 0;
}

static uint32_t notes(const uint8_t *line, uint64_t size)
{
    uint32_t count = 0;
    for (uint64_t i = 0; i < size; i++)
        count += (line[i] >= 'a' && line[i] <= 'g') || line[i] == 'r';
    return count;
}

static void line_take(struct melody *melody, const uint8_t *line, uint64_t size)
{
    static const char field[] = "MELODY:";
    if (begins(line, size, END)) {
        melody->ended = true;
    } else if (begins(line, size, field)) {
        melody->melody = true;
        melody->notes += notes(line + sizeof field - 1, size - (sizeof field - 1));
    } else if (melody->melody && size > 0 && (line[0] == ' ' || line[0] == '\t')) {
        melody->notes += notes(line, size);
    } else if (begins(line, size, BEGIN)) {
        melody->bad = true;
    }
}

static bool is_text(uint8_t byte)
{
    return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
}

static bool is_line_end(uint8_t byte)
{
    return byte == '\r' || byte == '\n';
}

bool mtks_walk_imelody(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    struct melody melody = {0};
    const uint64_t most = length < LENGTH_MOST ? length : LENGTH_MOST;
    uint64_t at = sizeof BEGIN - 1;
    if (at >= most || !is_line_end(bytes[at]))
        return false;
    while (at < most && !melody.ended && !melody.bad) {
        while (at < most && is_line_end(bytes[at]))
            at++;
        const uint64_t start = at;
        /* The last line ends with its text: what stands behind it is not part of the tone. */
        while (at < most && is_text(bytes[at]) &&
               !(at - start == sizeof END - 1 && begins(bytes + start, at - start, END)))
            at++;
        line_take(&melody, bytes + start, at - start);
        if (!mtks_walk_step(walk, at - start + 1) ||
            (!melody.ended && (at >= most || !is_line_end(bytes[at]))))
            return false;
    }
    if (!melody.ended || !melody.melody)
        return false;
    for (const char *end = "\r\n"; *end; end++)
        if (at < most && bytes[at] == (uint8_t)*end)
            at++;
    walk->length = at;
    if (melody.notes == 0)
        mtks_walk_detail(walk, "a template: no notes");
    else
        mtks_walk_detail(walk, "%u note%s", melody.notes, mtks_plural(melody.notes));
    return true;
}
