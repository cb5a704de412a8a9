/* SPDX-License-Identifier: MIT */
/*
 * Blocks of UCS-2 LE texts (FORMAT.md 7.5): strings that end with a NUL, one behind the other, as
 * the compiler lays out a language. Anything read as halfwords looks like Chinese here and there,
 * so a single string proves nothing: a block is judged as a whole.
 */
#include "finds.h"
#include "script.h"
#include "walk.h"

#include <string.h>

#define UNIT           2u
#define STRING_LEAST   4u /* characters; shorter ones count only between longer ones */
#define STRING_MOST    4096u
#define STRINGS_LEAST  16u
#define GAP_MOST       8u  /* NULs between two strings: alignment, and cells of one width */
#define LETTERS_LEAST  8u  /* different ones */
#define BLOCK_PERCENT  80u /* of strings in one script, to name the block after it */
#define FREQUENT_LEAST 3u  /* percent */
#define ODD_MOST       10u /* percent of the pairs of letters */
#define DOUBLED_MOST   25u
#define CODE_SHARE     10u /* percent of Han or Hangul letters from which these have to be proven */

#define BIT(script) (UINT32_C(1) << (script))
#define EAST        (BIT(MTKS_SCRIPT_KANA) | BIT(MTKS_SCRIPT_HAN) | BIT(MTKS_SCRIPT_HANGUL))

/* Letters of some strings. */
struct letters {
    uint32_t characters, letters;
    uint32_t han, han_frequent, hangul, hangul_frequent;
    uint32_t pairs, doubled, odd; /* neighbouring letters: all, one twice, unlikely ones */
    uint32_t seen[8];             /* set of the letters, by low byte */
};

struct string {
    uint64_t start;
    uint32_t scripts; /* set */
    struct letters letters;
};

struct block {
    uint64_t start, end;
    uint32_t strings, pending; /* those inside, and short ones that nothing follows yet */
    uint32_t long_strings, by_script[MTKS_SCRIPTS];
    struct letters letters;
};

struct texts {
    struct mtks_script_map map;
    const struct mtks_resource_span *span;
    struct mtks_finds *finds, more;
    struct block block;
};

static void letters_add(struct letters *sum, const struct letters *more)
{
    sum->characters += more->characters;
    sum->letters += more->letters;
    sum->pairs += more->pairs;
    sum->doubled += more->doubled;
    sum->odd += more->odd;
    sum->han += more->han;
    sum->han_frequent += more->han_frequent;
    sum->hangul += more->hangul;
    sum->hangul_frequent += more->hangul_frequent;
    for (size_t i = 0; i < sizeof sum->seen / sizeof *sum->seen; i++)
        sum->seen[i] |= more->seen[i];
}

static void letters_take(struct letters *letters, uint16_t character, enum mtks_script script)
{
    letters->characters++;
    if (script == MTKS_SCRIPT_COMMON)
        return;
    letters->letters++;
    letters->seen[character >> 5 & 7] |= UINT32_C(1) << (character & 31);
    if (script == MTKS_SCRIPT_HAN) {
        letters->han++;
        letters->han_frequent += mtks_script_frequent(character);
    } else if (script == MTKS_SCRIPT_HANGUL) {
        letters->hangul++;
        letters->hangul_frequent += mtks_script_frequent(character);
    }
}

/* A letter and the next one. Words keep to one alphabet, capitals come first, and few letters stand
 * twice; tables of numbers that happen to be letters know no such rules. */
static void letters_pair(struct letters *letters, uint16_t first, enum mtks_script first_script,
                         uint16_t next, enum mtks_script next_script)
{
    if (first_script <= MTKS_SCRIPT_COMMON || next_script <= MTKS_SCRIPT_COMMON)
        return;
    const bool capital = first >= 'a' && first <= 'z' && next >= 'A' && next <= 'Z';
    const bool foreign =
        first_script != next_script && !((BIT(first_script) | BIT(next_script)) & EAST);
    letters->pairs++;
    letters->doubled += first == next;
    letters->odd += capital || foreign;
}

static uint32_t letters_different(const struct letters *letters)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < 256; i++)
        count += letters->seen[i >> 5] >> (i & 31) & 1;
    return count;
}

/* Whether enough of a script's letters are frequent ones, where the script matters at all. */
static bool proven(uint32_t letters, uint32_t frequent, uint32_t all)
{
    return (uint64_t)letters * 100 < (uint64_t)all * CODE_SHARE ||
           (uint64_t)frequent * 100 >= (uint64_t)letters * FREQUENT_LEAST;
}

static bool is_text(const struct block *block)
{
    const struct letters *letters = &block->letters;
    return block->long_strings >= STRINGS_LEAST && 2 * letters->letters >= letters->characters &&
           letters_different(letters) >= LETTERS_LEAST &&
           (uint64_t)letters->odd * 100 <= (uint64_t)letters->pairs * ODD_MOST &&
           (uint64_t)letters->doubled * 100 <= (uint64_t)letters->pairs * DOUBLED_MOST &&
           proven(letters->han, letters->han_frequent, letters->letters) &&
           proven(letters->hangul, letters->hangul_frequent, letters->letters);
}

static int block_end(struct texts *texts)
{
    struct block *block = &texts->block;
    struct mtks_walk walk = {.length = block->end - block->start};
    const char *script = "several scripts";
    int outcome = 0;
    if (is_text(block) && mtks_finds_free(texts->finds, block->start, walk.length)) {
        for (uint32_t i = 0; i < MTKS_SCRIPTS; i++)
            if ((uint64_t)block->by_script[i] * 100 >=
                (uint64_t)block->long_strings * BLOCK_PERCENT)
                script = mtks_script_name((enum mtks_script)i);
        mtks_walk_detail(&walk, "%u strings, %s", block->strings, script);
        outcome = mtks_finds_add(&texts->more, "text", block->start, &walk, false);
    }
    memset(block, 0, sizeof *block);
    return outcome;
}

/* The script that a string is in: it may hold Latin words and Chinese characters besides. */
static enum mtks_script string_script(uint32_t scripts)
{
    const uint32_t others = scripts & ~(BIT(MTKS_SCRIPT_COMMON) | BIT(MTKS_SCRIPT_LATIN));
    for (uint32_t i = MTKS_SCRIPT_LATIN + 1; i < MTKS_SCRIPTS; i++)
        if (others & BIT(i))
            return (enum mtks_script)i;
    return scripts & BIT(MTKS_SCRIPT_LATIN) ? MTKS_SCRIPT_LATIN : MTKS_SCRIPT_COMMON;
}

/* Whether the scripts of one string go together. */
static bool coherent(uint32_t scripts)
{
    const uint32_t others = scripts & ~(BIT(MTKS_SCRIPT_COMMON) | BIT(MTKS_SCRIPT_LATIN));
    const bool one = (others & (others - 1)) == 0;
    const bool both = (others & BIT(MTKS_SCRIPT_KANA)) && (others & BIT(MTKS_SCRIPT_HANGUL));
    return one || ((others & ~EAST) == 0 && !both);
}

/* The string that ends before the NUL at `end` and begins at `from` or later. */
static struct string string_read(const struct texts *texts, uint64_t from, uint64_t end)
{
    const uint8_t *bytes = texts->span->bytes;
    struct string string = {.start = end};
    uint16_t next = 0;
    enum mtks_script next_script = MTKS_SCRIPT_NONE;
    while (string.start > from) {
        const uint16_t character = mtkscan_le16(bytes + string.start - UNIT);
        const enum mtks_script script = mtks_script_of(&texts->map, character);
        if (script == MTKS_SCRIPT_NONE)
            break;
        string.start -= UNIT;
        string.scripts |= BIT(script);
        letters_take(&string.letters, character, script);
        letters_pair(&string.letters, character, script, next, next_script);
        next = character;
        next_script = script;
    }
    return string;
}

static void block_take(struct block *block, const struct string *string, uint64_t end)
{
    if (string->letters.characters < STRING_LEAST) {
        block->pending++;
        return;
    }
    if (block->strings == 0) {
        block->start = string->start;
        block->pending = 0;
    }
    block->strings += block->pending + 1;
    block->pending = 0;
    block->end = end;
    block->long_strings++;
    block->by_script[string_script(string->scripts)]++;
    letters_add(&block->letters, &string->letters);
}

/* Where the next NUL stands, or the end of the last whole character. Four characters a step: this
 * is where the time goes. */
static uint64_t next_nul(const struct mtks_resource_span *span, uint64_t at)
{
    const uint64_t ones = UINT64_C(0x0001000100010001);
    uint64_t word;
    for (; span->length - at >= sizeof word; at += sizeof word) {
        memcpy(&word, span->bytes + at, sizeof word);
        if ((word - ones) & ~word & ones << 15)
            break;
    }
    while (span->length - at >= UNIT && mtkscan_le16(span->bytes + at) != 0)
        at += UNIT;
    return at;
}

int mtks_texts_find(struct mtks_finds *finds, const struct mtks_resource_span *span)
{
    struct texts texts = {.span = span, .finds = finds};
    mtks_script_map_init(&texts.map);
    mtks_finds_begin(&texts.more, finds);
    uint64_t last = 0; /* behind the last string's NUL */
    /* A processor that reads halfwords has them at even addresses. */
    for (uint64_t at = span->offset % UNIT; at < span->length;) {
        const uint64_t end = next_nul(span, at);
        if (span->length - end < UNIT)
            break;
        if (end > at) {
            const struct string string = string_read(&texts, at, end);
            const bool sound = string.start < end && coherent(string.scripts) &&
                               string.letters.characters <= STRING_MOST;
            const bool follows = string.start == at && at - last <= GAP_MOST * UNIT;
            if (!(sound && follows) && texts.block.strings > 0 && block_end(&texts) != 0)
                return -1;
            if (sound)
                block_take(&texts.block, &string, end + UNIT);
            last = end + UNIT;
        }
        at = end + UNIT;
    }
    if (texts.block.strings > 0 && block_end(&texts) != 0)
        return -1;
    return mtks_finds_join(finds, &texts.more);
}
