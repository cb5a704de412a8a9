/* SPDX-License-Identifier: MIT */
#include "script.h"

#include <stddef.h>
#include <string.h>

/* Rising, without overlap (Unicode's blocks). Rare ones are left out: a word that is nearly always
 * something else must not pass for a letter. Private use is out for the same reason. */
static const struct range {
    uint16_t first, last;
    uint8_t script;
} ranges[] = {
    {0x0009, 0x000A, MTKS_SCRIPT_COMMON},   {0x000D, 0x000D, MTKS_SCRIPT_COMMON},
    {0x0020, 0x0040, MTKS_SCRIPT_COMMON},   {0x0041, 0x005A, MTKS_SCRIPT_LATIN},
    {0x005B, 0x0060, MTKS_SCRIPT_COMMON},   {0x0061, 0x007A, MTKS_SCRIPT_LATIN},
    {0x007B, 0x007E, MTKS_SCRIPT_COMMON},   {0x00A0, 0x00BF, MTKS_SCRIPT_COMMON},
    {0x00C0, 0x017F, MTKS_SCRIPT_LATIN},    {0x01A0, 0x01A1, MTKS_SCRIPT_LATIN},
    {0x01AF, 0x01B0, MTKS_SCRIPT_LATIN},    {0x01CD, 0x01DC, MTKS_SCRIPT_LATIN},
    {0x0218, 0x021B, MTKS_SCRIPT_LATIN},    {0x0384, 0x03FF, MTKS_SCRIPT_GREEK},
    {0x0400, 0x052F, MTKS_SCRIPT_CYRILLIC}, {0x0531, 0x058A, MTKS_SCRIPT_ARMENIAN},
    {0x0591, 0x05F4, MTKS_SCRIPT_HEBREW},   {0x0600, 0x06FF, MTKS_SCRIPT_ARABIC},
    {0x0750, 0x077F, MTKS_SCRIPT_ARABIC},   {0x0900, 0x097F, MTKS_SCRIPT_DEVANAGARI},
    {0x0980, 0x09FF, MTKS_SCRIPT_BENGALI},  {0x0A00, 0x0A7F, MTKS_SCRIPT_GURMUKHI},
    {0x0A80, 0x0AFF, MTKS_SCRIPT_GUJARATI}, {0x0B00, 0x0B7F, MTKS_SCRIPT_ORIYA},
    {0x0B80, 0x0BFF, MTKS_SCRIPT_TAMIL},    {0x0C00, 0x0C7F, MTKS_SCRIPT_TELUGU},
    {0x0C80, 0x0CFF, MTKS_SCRIPT_KANNADA},  {0x0D00, 0x0D7F, MTKS_SCRIPT_MALAYALAM},
    {0x0D80, 0x0DFF, MTKS_SCRIPT_SINHALA},  {0x0E00, 0x0E7F, MTKS_SCRIPT_THAI},
    {0x0E80, 0x0EFF, MTKS_SCRIPT_LAO},      {0x1000, 0x109F, MTKS_SCRIPT_MYANMAR},
    {0x10A0, 0x10FF, MTKS_SCRIPT_GEORGIAN}, {0x1780, 0x17FF, MTKS_SCRIPT_KHMER},
    {0x1E00, 0x1EFF, MTKS_SCRIPT_LATIN},    {0x2000, 0x206F, MTKS_SCRIPT_COMMON},
    {0x20A0, 0x20BF, MTKS_SCRIPT_COMMON},   {0x2100, 0x214F, MTKS_SCRIPT_COMMON},
    {0x2190, 0x21FF, MTKS_SCRIPT_COMMON},   {0x3000, 0x303F, MTKS_SCRIPT_COMMON},
    {0x3041, 0x30FF, MTKS_SCRIPT_KANA},     {0x4E00, 0x9FA5, MTKS_SCRIPT_HAN},
    {0xAC00, 0xD7A3, MTKS_SCRIPT_HANGUL},   {0xFB1D, 0xFB4F, MTKS_SCRIPT_HEBREW},
    {0xFB50, 0xFDFF, MTKS_SCRIPT_ARABIC},   {0xFE70, 0xFEFC, MTKS_SCRIPT_ARABIC},
    {0xFF01, 0xFF65, MTKS_SCRIPT_COMMON},
};
#define RANGES (sizeof ranges / sizeof *ranges)

static const char *const names[MTKS_SCRIPTS] = {
    "",         "no letters", "Latin",     "Greek",    "Cyrillic", "Armenian", "Hebrew",
    "Arabic",   "Devanagari", "Bengali",   "Gurmukhi", "Gujarati", "Oriya",    "Tamil",
    "Telugu",   "Kannada",    "Malayalam", "Sinhala",  "Thai",     "Lao",      "Myanmar",
    "Georgian", "Khmer",      "Japanese",  "Korean",   "Chinese",
};

/*
 * Rising. Words of menus in both ways of writing Chinese, and Korean's endings and particles: of
 * what phones show, they make up far more than the one or two in a hundred that is asked for.
 */
static const uint16_t frequent[] = {
    0x4E00, 0x4E0A, 0x4E0B, 0x4E0D, 0x4E2D, 0x4EF6, 0x4FDD, 0x4FE1, 0x5165, 0x5168, 0x5173, 0x51FA,
    0x5220, 0x5230, 0x529F, 0x52A0, 0x52A8, 0x52D5, 0x5355, 0x53D1, 0x53D6, 0x53F7, 0x540D, 0x542F,
    0x56DE, 0x5728, 0x5927, 0x5931, 0x5B58, 0x5B9A, 0x5DF2, 0x5F00, 0x5F0F, 0x6210, 0x624B, 0x62E9,
    0x6309, 0x63A5, 0x6587, 0x65E0, 0x65F6, 0x662F, 0x6642, 0x6682, 0x66F4, 0x6709, 0x672A, 0x673A,
    0x683C, 0x6A5F, 0x6B64, 0x6D88, 0x7528, 0x7535, 0x7684, 0x786E, 0x78BA, 0x7B2C, 0x7DB2, 0x7EDC,
    0x7F51, 0x7F6E, 0x884C, 0x8A0A, 0x8A2D, 0x8ACB, 0x8BBE, 0x8BDD, 0x8BF7, 0x8FDE, 0x9009, 0x901A,
    0x9078, 0x9593, 0x95DC, 0x95F4, 0x9664, 0x96FB, 0x9762, 0x97F3, 0x9801, 0x9875, 0xAC00, 0xACE0,
    0xAE30, 0xB294, 0xB2C8, 0xB2E4, 0xB3D9, 0xB418, 0xB41C, 0xB4DC, 0xB77C, 0xB85C, 0xB97C, 0xB9AC,
    0xBA54, 0xC0AC, 0xC0C1, 0xC120, 0xC124, 0xC2A4, 0xC2DC, 0xC2E0, 0xC544, 0xC5B4, 0xC5C6, 0xC5D0,
    0xC694, 0xC6A9, 0xC73C, 0xC740, 0xC744, 0xC758, 0xC774, 0xC77C, 0xC785, 0xC7A5, 0xC7AC, 0xC804,
    0xC815, 0xC9C0, 0xCDE8, 0xD0DD, 0xD558, 0xD569, 0xD574, 0xD638, 0xD654, 0xD655,
};

void mtks_script_map_init(struct mtks_script_map *map)
{
    memset(map->page, MTKS_SCRIPT_NONE, sizeof map->page);
    for (size_t i = 0; i < RANGES; i++)
        for (uint32_t page = ranges[i].first >> 8; page <= ranges[i].last >> 8u; page++) {
            const bool whole = ranges[i].first <= page << 8 && ranges[i].last >= (page << 8 | 0xFF);
            map->page[page] = whole ? ranges[i].script : MTKS_SCRIPT_MIXED;
        }
}

enum mtks_script mtks_script_lookup(uint16_t character)
{
    size_t low = 0, high = RANGES;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ranges[middle].last < character)
            low = middle + 1;
        else
            high = middle;
    }
    return low < RANGES && ranges[low].first <= character ? (enum mtks_script)ranges[low].script
                                                          : MTKS_SCRIPT_NONE;
}

const char *mtks_script_name(enum mtks_script script)
{
    return names[script];
}

bool mtks_script_frequent(uint16_t character)
{
    size_t low = 0, high = sizeof frequent / sizeof *frequent;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (frequent[middle] < character)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof frequent / sizeof *frequent && frequent[low] == character;
}
