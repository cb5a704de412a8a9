/* SPDX-License-Identifier: MIT */
#include "fat_make.h"

#include <stdio.h>
#include <string.h>

#include "../model/utf8.h"
#include "mtkscan/bytes.h"

#define UNITS_MOST 255u
#define NUMBERS    (65536u + 2u) /* a folder has no more slots, so one of them is free */
#define BASE       8u

static const char *take_units(struct mtks_new_name *made, const char *name, size_t length)
{
    if (length == 0)
        return "is empty";
    if (name[length - 1] == '.' || name[length - 1] == ' ' || name[0] == ' ')
        return "begins with a blank or ends with a blank or a dot";
    for (uint32_t code; length > 0;) {
        size_t step = mtks_utf8_decode(name, length, &code);
        if (code == MTKS_UTF8_INVALID)
            return "is no UTF-8";
        if (code < 0x20 || code == 0x7F || (code < 0x80 && strchr("\"*/:<>?\\|", (int)code)))
            return "has a character that FAT does not allow";
        if (made->length + 2 > UNITS_MOST + (code < 0x10000))
            return "is longer than 255 units";
        if (code >= 0x10000) {
            made->units[made->length++] = (uint16_t)(0xD800 + ((code - 0x10000) >> 10));
            code = 0xDC00 + ((code - 0x10000) & 0x3FF);
        }
        made->units[made->length++] = (uint16_t)code;
        name += step;
        length -= step;
    }
    return NULL;
}

/* The letter of a short name for a unit; 0: it has none and is left out. *kept: it is the same,
 * letter case apart. */
static uint8_t short_letter(uint16_t unit, bool *kept)
{
    *kept = false;
    if (unit == ' ' || unit == '.')
        return 0;
    if (unit >= 0x80 || strchr("+,;=[]", (int)unit))
        return '_';
    *kept = true;
    return (uint8_t)(unit >= 'a' && unit <= 'z' ? unit - 0x20 : unit);
}

/* Fills `room` letters from units [from, to); returns how many. */
static uint32_t shorten(struct mtks_new_name *made, uint32_t from, uint32_t to, uint8_t *letters,
                        uint32_t room)
{
    uint32_t count = 0;
    for (uint32_t i = from; i < to; i++) {
        bool kept;
        uint8_t letter = short_letter(made->units[i], &kept);
        made->exact &= kept && count < room;
        if (letter && count < room)
            letters[count++] = letter;
    }
    return count;
}

const char *mtks_new_name(struct mtks_new_name *made, const char *name, size_t length)
{
    *made = (struct mtks_new_name){.exact = true};
    const char *wrong = take_units(made, name, length);
    if (wrong)
        return wrong;
    uint32_t dot = made->length;
    for (uint32_t i = 1; i < made->length; i++)
        if (made->units[i] == '.')
            dot = i;
    memset(made->short_name, ' ', sizeof made->short_name);
    made->base = shorten(made, 0, dot, made->short_name, BASE);
    if (dot < made->length)
        shorten(made, dot + 1, made->length, made->short_name + BASE, MTKS_FAT_SHORT - BASE);
    if (made->base == 0) {
        made->short_name[made->base++] = '_';
        made->exact = false;
    }
    bool upper = made->exact;
    for (uint32_t i = 0; i < made->length; i++)
        upper &= !(made->units[i] >= 'a' && made->units[i] <= 'z');
    if (!upper)
        made->parts = (made->length + MTKS_FAT_PART_UNITS - 1) / MTKS_FAT_PART_UNITS;
    return NULL;
}

/* Puts "~N" behind as much of the base as fits before it. */
static void set_number(const struct mtks_new_name *made, uint32_t number,
                       uint8_t to[MTKS_FAT_SHORT])
{
    char tail[BASE + 4];
    int length = snprintf(tail, sizeof tail, "~%u", (unsigned)number);
    uint32_t front = BASE - (uint32_t)length;
    if (front > made->base)
        front = made->base;
    memcpy(to, made->short_name, MTKS_FAT_SHORT);
    memset(to + front, ' ', BASE - front);
    memcpy(to + front, tail, (size_t)length);
}

/* The number of a short name that this one could have, too; 0: it has none. */
static uint32_t number_of(const struct mtks_new_name *made, const uint8_t *slot)
{
    uint8_t would[MTKS_FAT_SHORT];
    uint32_t number = 0, at = 0;
    while (at < BASE && slot[at] != '~')
        at++;
    /* The last '~' is the number's: the base may have one of its own. */
    for (uint32_t i = at; i < BASE; i++)
        at = slot[i] == '~' ? i : at;
    for (uint32_t i = at + 1; i < BASE && slot[i] >= '0' && slot[i] <= '9'; i++)
        number = 10 * number + (uint32_t)(slot[i] - '0');
    if (number == 0 || number >= NUMBERS)
        return 0;
    set_number(made, number, would);
    return memcmp(would, slot, MTKS_FAT_SHORT) == 0 ? number : 0;
}

bool mtks_new_name_number(struct mtks_new_name *made, const struct mtks_fat *fat, uint32_t folder)
{
    uint8_t taken[NUMBERS / 8 + 1] = {1}; /* there is no number 0 */
    if (made->exact)
        return true;
    struct mtks_fat_slots slots = mtks_fat_slots(fat, folder, fat->volume->clusters);
    for (uint64_t at; (at = mtks_fat_slots_next(&slots)) != MTKS_FAT_NOWHERE;) {
        const uint8_t *slot = fat->bytes + at;
        if (slot[0] == 0)
            break;
        uint32_t number = slot[0] != MTKS_FAT_DELETED ? number_of(made, slot) : 0;
        taken[number / 8] |= (uint8_t)(1u << number % 8);
    }
    for (uint32_t number = 1; number < NUMBERS; number++)
        if (!(taken[number / 8] >> number % 8 & 1)) {
            set_number(made, number, made->short_name);
            return true;
        }
    return false;
}

void mtks_new_name_part(const struct mtks_new_name *made, uint32_t index,
                        uint8_t slot[MTKS_FAT_SLOT])
{
    uint32_t part = made->parts - 1 - index;
    memset(slot, 0, MTKS_FAT_SLOT);
    slot[0] = (uint8_t)(part + 1) | (index == 0 ? 0x40 : 0);
    slot[11] = MTKS_FAT_LONG;
    slot[13] = mtks_fat_sum(made->short_name);
    for (uint32_t i = 0; i < MTKS_FAT_PART_UNITS; i++) {
        uint32_t at = part * MTKS_FAT_PART_UNITS + i;
        uint16_t unit = at < made->length ? made->units[at] : at == made->length ? 0 : 0xFFFF;
        mtkscan_put_le16(slot + mtks_fat_unit_places[i], unit);
    }
}
