/* SPDX-License-Identifier: MIT */
/* What script a UCS-2 character belongs to, and whether a mass of characters reads like text. */
#ifndef MTKSCAN_RESOURCE_SCRIPT_H
#define MTKSCAN_RESOURCE_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

enum mtks_script {
    MTKS_SCRIPT_NONE,   /* no character of a text */
    MTKS_SCRIPT_COMMON, /* digits, punctuation, symbols */
    MTKS_SCRIPT_LATIN,
    MTKS_SCRIPT_GREEK,
    MTKS_SCRIPT_CYRILLIC,
    MTKS_SCRIPT_ARMENIAN,
    MTKS_SCRIPT_HEBREW,
    MTKS_SCRIPT_ARABIC,
    MTKS_SCRIPT_DEVANAGARI,
    MTKS_SCRIPT_BENGALI,
    MTKS_SCRIPT_GURMUKHI,
    MTKS_SCRIPT_GUJARATI,
    MTKS_SCRIPT_ORIYA,
    MTKS_SCRIPT_TAMIL,
    MTKS_SCRIPT_TELUGU,
    MTKS_SCRIPT_KANNADA,
    MTKS_SCRIPT_MALAYALAM,
    MTKS_SCRIPT_SINHALA,
    MTKS_SCRIPT_THAI,
    MTKS_SCRIPT_LAO,
    MTKS_SCRIPT_MYANMAR,
    MTKS_SCRIPT_GEORGIAN,
    MTKS_SCRIPT_KHMER,
    MTKS_SCRIPT_KANA,
    MTKS_SCRIPT_HANGUL,
    MTKS_SCRIPT_HAN,
    MTKS_SCRIPTS
};

/* Pages of 256 characters: a script, or what has to be looked up. [lifetime: caller] */
struct mtks_script_map {
    uint8_t page[256];
};

void mtks_script_map_init(struct mtks_script_map *map);
enum mtks_script mtks_script_lookup(uint16_t character); /* slow, exact */
const char *mtks_script_name(enum mtks_script script);   /* "Cyrillic" */

#define MTKS_SCRIPT_MIXED 0xFFu

static inline enum mtks_script mtks_script_of(const struct mtks_script_map *map, uint16_t character)
{
    const uint8_t page = map->page[character >> 8];
    return page == MTKS_SCRIPT_MIXED ? mtks_script_lookup(character) : (enum mtks_script)page;
}

/* Whether a character is one of those that any text in Chinese or Korean is full of. Their scripts
 * take so much of the code space that most pairs of bytes are "characters" of them. */
bool mtks_script_frequent(uint16_t character);

#endif
