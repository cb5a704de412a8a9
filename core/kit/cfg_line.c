/* SPDX-License-Identifier: MIT */
#include "cfg_line.h"

#include <string.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static char *skip_blanks(char *text)
{
    while (is_blank(*text))
        text++;
    return text;
}

static void trim_end(char *text)
{
    size_t length = strlen(text);
    while (length && is_blank(text[length - 1]))
        length--;
    text[length] = '\0';
}

/*
 * Cuts a comment off: a # at the start or behind a blank, unless inside the quotes of a value.
 * Returns whether a quote stayed open.
 */
static bool cut_comment(char *text)
{
    char quote = '\0', before = ':'; /* the last byte that is no blank */
    for (char *at = text; *at; at++) {
        bool starts = at == text || is_blank(at[-1]);
        if (quote) {
            quote = *at == quote ? '\0' : quote;
        } else if (*at == '#' && starts) {
            *at = '\0';
            return false;
        } else if ((*at == '"' || *at == '\'') && before == ':') {
            quote = *at;
        }
        if (!is_blank(*at))
            before = *at;
    }
    return quote != '\0';
}

static bool has_control_bytes(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7F)
            return true;
    return false;
}

static void odd(struct mtks_cfg_line *line, const char *text)
{
    if (line->mistake_count < MTKS_CFG_LINE_MISTAKES)
        line->mistakes[line->mistake_count++] = text;
}

/* Takes the quotes off a value. One that stays open was noted before. */
static void unquote(struct mtks_cfg_line *line)
{
    char quote = line->value[0];
    char *end = quote == '"' || quote == '\'' ? strchr(line->value + 1, quote) : NULL;
    if (!end)
        return;
    if (end[1])
        odd(line, "something stands behind the quoted value");
    *end = '\0';
    line->value++;
}

void mtks_cfg_line_split(struct mtks_cfg_line *line, char *text)
{
    *line = (struct mtks_cfg_line){0};
    bool open_quote = cut_comment(text);
    if (has_control_bytes(text)) {
        odd(line, "control bytes in the line");
        return;
    }
    if (open_quote)
        odd(line, "a quote is not closed");
    text = skip_blanks(text);
    trim_end(text);
    if (!*text || strcmp(text, "---") == 0 || strcmp(text, "...") == 0)
        return;

    line->dash = *text == '-';
    char *key = line->dash ? skip_blanks(text + 1) : text;
    char *colon = strchr(key, ':');
    if (!colon || colon == key) {
        odd(line, "no \"key: value\" in the line");
        return;
    }
    *colon = '\0';
    trim_end(key);
    line->key = key;
    line->value = skip_blanks(colon + 1);
    if (*line->value && line->value == colon + 1)
        odd(line, "no blank behind the colon, where flashing tools look for one");
    unquote(line);
}
