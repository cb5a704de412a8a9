/* SPDX-License-Identifier: MIT */
#include "codes.h"

#include <stdio.h>
#include <string.h>

#include "mtkscan/plugin.h"

/* Names as long as this do not stand in code by chance; a shorter one has to begin a word. */
#define TELLING 6u
/* Every full name has at least as many bytes as are looked at first. */
#define HEAD 4u

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_letter(char c)
{
    return upper(c) >= 'A' && upper(c) <= 'Z';
}

static bool is_word(char c)
{
    return is_digit(c) || is_letter(c);
}

/* A name that tells its chip wherever it stands: a maker's letters and a number. */
static bool is_full(const struct mtks_code *row)
{
    return is_letter(row->token[0]) && strpbrk(row->token, "0123456789");
}

static bool starts_with(const char *text, const char *token, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (upper(text[i]) != token[i])
            return false;
    return true;
}

/* The bit of a row's chip: that of the first row with it. */
static uint64_t bit_of(size_t row)
{
    size_t first = 0;
    while (strcmp(mtks_code_rows[first].chip, mtks_code_rows[row].chip) != 0)
        first++;
    return UINT64_C(1) << first;
}

/* The row that is exactly this run of letters or of digits; mtks_code_count: none. */
static size_t row_of_run(const char *run, size_t length)
{
    for (size_t i = 0; i < mtks_code_count; i++)
        if (strlen(mtks_code_rows[i].token) == length && !is_full(&mtks_code_rows[i]) &&
            starts_with(run, mtks_code_rows[i].token, length))
            return i;
    return mtks_code_count;
}

/*
 * Full names anywhere in a word: "DCAMGC032ABF20A6" has two. A bare number could be a version or a
 * date, so it has to be a whole run of digits that begins its word ("7789HSD") or follows a known
 * maker ("YDT6153"); a maker has to be a whole run of letters beside such a number or alone.
 */
static uint64_t codes_of_word(const char *word, size_t length)
{
    uint64_t set = 0;
    for (size_t at = 0; at < length; at++)
        for (size_t i = 0; i < mtks_code_count; i++) {
            const size_t size = strlen(mtks_code_rows[i].token);
            if (is_full(&mtks_code_rows[i]) && size <= length - at &&
                starts_with(word + at, mtks_code_rows[i].token, size))
                set |= bit_of(i);
        }
    bool told = true; /* the run before says that a number here is a part's */
    for (size_t at = 0; at < length;) {
        const bool digits = is_digit(word[at]);
        size_t run = 1;
        while (at + run < length && is_digit(word[at + run]) == digits)
            run++;
        const size_t row = row_of_run(word + at, run);
        const bool known = row < mtks_code_count && (!digits || told);
        /* "TM" in another word, or behind an unknown number, means nothing. */
        if (known && (digits || run == length || told))
            set |= bit_of(row);
        told = known;
        at += run;
    }
    return set;
}

void mtks_codes_of_text(struct mtks_codes *codes, const char *text, uint64_t offset)
{
    if (!codes->named)
        codes->offset = MTKSCAN_NO_OFFSET;
    while (*text) {
        size_t length = 0;
        while (is_word(text[length]))
            length++;
        const uint64_t found = codes_of_word(text, length);
        if (found && !codes->named)
            codes->offset = offset;
        codes->named |= found;
        text += length ? length : 1;
    }
}

/* Rows whose token has this byte, in either letter case, at each of its first places. */
struct heads {
    uint64_t rows[HEAD][256];
};

static void heads_make(struct heads *heads)
{
    memset(heads, 0, sizeof *heads);
    for (size_t i = 0; i < mtks_code_count; i++)
        for (size_t j = 0; j < HEAD && is_full(&mtks_code_rows[i]); j++) {
            const unsigned char c = (unsigned char)mtks_code_rows[i].token[j];
            heads->rows[j][c] |= UINT64_C(1) << i;
            if (is_letter((char)c))
                heads->rows[j][c | 0x20] |= UINT64_C(1) << i;
        }
}

void mtks_codes_of_bytes(struct mtks_codes *codes, const uint8_t *bytes, uint64_t length)
{
    struct heads heads;
    heads_make(&heads);
    for (uint64_t at = 0; at + HEAD <= length; at++) {
        uint64_t rows = heads.rows[0][bytes[at]];
        for (size_t j = 1; j < HEAD && rows; j++)
            rows &= heads.rows[j][bytes[at + j]];
        for (size_t i = 0; rows; i++, rows >>= 1) {
            const size_t size = rows & 1 ? strlen(mtks_code_rows[i].token) : 0;
            if (size == 0 || size > length - at ||
                !starts_with((const char *)bytes + at, mtks_code_rows[i].token, size) ||
                (size < TELLING && at > 0 && is_word((char)bytes[at - 1])))
                continue;
            codes->drivers |= bit_of(i);
        }
    }
}

uint64_t mtks_codes_of_kind(uint64_t set, enum mtks_code_kind kind)
{
    for (size_t i = 0; i < mtks_code_count; i++)
        if (mtks_code_rows[i].kind != kind)
            set &= ~(UINT64_C(1) << i);
    return set;
}

char *mtks_codes_text(char *to, size_t room, uint64_t set)
{
    size_t used = 0;
    to[0] = '\0';
    for (size_t i = 0; i < mtks_code_count; i++) {
        const char *chip = mtks_code_rows[i].chip;
        if (!(set >> i & 1) || used + strlen(chip) + 3 > room)
            continue;
        used += (size_t)snprintf(to + used, room - used, "%s%s", used ? ", " : "", chip);
    }
    return to;
}
