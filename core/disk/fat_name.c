/* SPDX-License-Identifier: MIT */
#include "fat_name.h"

#include <stdio.h>
#include <string.h>

#include "../model/utf8.h"
#include "mtkscan/bytes.h"

#define LAST_PART    0x40u
#define DELETED      0xE5u
#define LOWER_BASE   0x08u /* of byte 12: the name is meant in small letters */
#define LOWER_SUFFIX 0x10u

const uint8_t mtks_fat_unit_places[MTKS_FAT_PART_UNITS] = {1,  3,  5,  7,  9,  14, 16,
                                                           18, 20, 22, 24, 28, 30};

uint8_t mtks_fat_sum(const uint8_t short_name[MTKS_FAT_SHORT])
{
    unsigned sum = 0;
    for (unsigned i = 0; i < MTKS_FAT_SHORT; i++)
        sum = (((sum & 1) << 7 | sum >> 1) + short_name[i]) & 0xFF;
    return (uint8_t)sum;
}

/* Deleted slots have lost their numbers: they go together by check sum and neighbourhood. */
static bool follows(const struct mtks_long_name *name, const uint8_t *slot)
{
    if (name->count == 0 || name->count == MTKS_FAT_PARTS || name->sum != slot[13])
        return false;
    if (slot[0] == DELETED)
        return name->deleted;
    return !name->deleted && name->next && slot[0] == name->next;
}

bool mtks_long_take(struct mtks_long_name *name, const uint8_t *slot, uint64_t place)
{
    bool clean = true;
    if (!follows(name, slot)) {
        bool deleted = slot[0] == DELETED;
        unsigned number = slot[0] & ~LAST_PART;
        clean = name->count == 0 || name->deleted;
        name->count = 0;
        name->deleted = deleted;
        name->sum = slot[13];
        name->next = (uint8_t)number;
        if (!deleted && (!(slot[0] & LAST_PART) || number == 0 || number > MTKS_FAT_PARTS))
            return false;
    }
    name->places[name->count] = place;
    for (unsigned i = 0; i < MTKS_FAT_PART_UNITS; i++)
        name->units[name->count][i] = mtkscan_le16(slot + mtks_fat_unit_places[i]);
    name->count++;
    name->next--;
    return clean;
}

static bool letter_of_short(uint8_t byte)
{
    return byte > 0x20 && byte != 0x7F && !strchr("\"*+,./:;<=>?[\\]|", byte) &&
           !(byte >= 'a' && byte <= 'z');
}

/* The sum depends on the first letter one to one, so there is exactly one that fits. */
static uint8_t lost_letter(uint8_t sum, const uint8_t *slot)
{
    uint8_t whole[MTKS_FAT_SHORT];
    memcpy(whole, slot, sizeof whole);
    for (unsigned letter = 0; letter < 256; letter++) {
        whole[0] = (uint8_t)letter;
        if (mtks_fat_sum(whole) == sum)
            return letter_of_short(whole[0]) ? whole[0] : 0;
    }
    return 0;
}

bool mtks_long_fits(const struct mtks_long_name *name, const uint8_t *slot, uint8_t *first)
{
    *first = 0;
    if (name->count == 0 || name->units[name->count - 1][0] == 0)
        return false;
    if (name->deleted) {
        if (slot[0] == DELETED)
            *first = lost_letter(name->sum, slot);
        return *first != 0;
    }
    return name->next == 0 && name->sum == mtks_fat_sum(slot);
}

struct text {
    char *to;
    size_t length;
};

static void put_escape(struct text *text, const char *mark, int digits, unsigned value)
{
    size_t room = MTKS_FAT_NAME - text->length;
    int length = snprintf(text->to + text->length, room, "%s%0*X", mark, digits, value);
    if (length > 0 && (size_t)length < room)
        text->length += (size_t)length;
}

static void put_code(struct text *text, uint32_t code)
{
    static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    unsigned bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code < 0x20 || code == '/' || code == 0x7F) {
        put_escape(text, "%", 2, code);
    } else if (text->length + bytes < MTKS_FAT_NAME) {
        for (unsigned i = bytes; i-- > 1; code >>= 6)
            text->to[text->length + i] = (char)(0x80 | (code & 0x3F));
        text->to[text->length] = (char)(leads[bytes] | code);
        text->length += bytes;
    }
}

/* Ends a text; one that would be no name of its own in a path becomes one. */
static void finish(struct text *text)
{
    text->to[text->length] = 0;
    if (text->length == 0)
        put_escape(text, "%", 2, ' ');
    else if (strcmp(text->to, ".") == 0 || strcmp(text->to, "..") == 0)
        for (size_t dots = text->length, i = text->length = 0; i < dots; i++)
            put_escape(text, "%", 2, '.');
    text->to[text->length] = 0;
}

static uint32_t unit_at(const struct mtks_long_name *name, unsigned index)
{
    if (index >= name->count * MTKS_FAT_PART_UNITS)
        return 0;
    return name->units[name->count - 1 - index / MTKS_FAT_PART_UNITS][index % MTKS_FAT_PART_UNITS];
}

void mtks_long_text(const struct mtks_long_name *name, char to[MTKS_FAT_NAME])
{
    struct text text = {.to = to};
    for (unsigned i = 0; unit_at(name, i) != 0; i++) {
        uint32_t unit = unit_at(name, i), low = unit_at(name, i + 1);
        if (unit < 0xD800 || unit > 0xDFFF) {
            put_code(&text, unit);
        } else if (unit < 0xDC00 && low >= 0xDC00 && low <= 0xDFFF) {
            put_code(&text, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            i++;
        } else {
            put_escape(&text, "%u", 4, unit);
        }
    }
    finish(&text);
}

static void put_short(struct text *text, const uint8_t *bytes, unsigned length, bool lower)
{
    while (length && bytes[length - 1] == ' ')
        length--;
    for (unsigned i = 0; i < length; i++) {
        uint8_t byte = bytes[i];
        if (byte >= 0x80)
            put_escape(text, "%", 2, byte);
        else
            put_code(text, lower && byte >= 'A' && byte <= 'Z' ? byte | 0x20u : byte);
    }
}

void mtks_short_text(const uint8_t *slot, uint8_t first, char to[MTKS_FAT_NAME])
{
    struct text text = {.to = to};
    uint8_t base[8];
    memcpy(base, slot, sizeof base);
    if (first)
        base[0] = first;
    else if (base[0] == 0x05) /* stands for 0xE5, which marks a deleted slot */
        base[0] = DELETED;
    put_short(&text, base, sizeof base, slot[12] & LOWER_BASE);
    if (memcmp(slot + 8, "   ", 3) != 0) {
        put_code(&text, '.');
        put_short(&text, slot + 8, 3, slot[12] & LOWER_SUFFIX);
    }
    finish(&text);
}

void mtks_label_text(const uint8_t *label, char to[MTKS_FAT_NAME])
{
    struct text text = {.to = to};
    put_short(&text, label, MTKS_FAT_SHORT, false);
    to[text.length] = 0;
}

/* Small letters at a fixed distance behind their capitals: what a name is made of in practice. */
static const struct {
    uint32_t first, last, distance;
} small_letters[] = {
    {'a', 'z', 32},     {0xE0, 0xF6, 32},   {0xF8, 0xFE, 32},   {0x3B1, 0x3C1, 32},
    {0x3C3, 0x3CB, 32}, {0x430, 0x44F, 32}, {0x450, 0x45F, 80},
};

static uint32_t capital(uint32_t code)
{
    for (size_t i = 0; i < sizeof small_letters / sizeof *small_letters; i++)
        if (code >= small_letters[i].first && code <= small_letters[i].last)
            return code - small_letters[i].distance;
    return code;
}

bool mtks_fat_same(const char *a, size_t length, const char *b)
{
    size_t rest = strlen(b);
    while (length && rest) {
        uint32_t x, y;
        size_t step_a = mtks_utf8_decode(a, length, &x), step_b = mtks_utf8_decode(b, rest, &y);
        if (capital(x) != capital(y))
            return false;
        a += step_a;
        length -= step_a;
        b += step_b;
        rest -= step_b;
    }
    return length == 0 && rest == 0;
}
