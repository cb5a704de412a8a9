/* SPDX-License-Identifier: MIT */
/* A small ALICE encoder (FORMAT.md 5.2, 5.3), written from the format and not from the decoder. */
#ifndef TESTS_CODEC_ALICE_ENCODE_H
#define TESTS_CODEC_ALICE_ENCODE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ALICE_ADDRESS   0x10123450u
#define ALICE_ROOM      0x20000u
#define ALICE_IMAGE_MAX 0x4000u

struct alice_made {
    /* what to make */
    uint32_t version, header_size, group_words, dropped; /* dictionary entries left out */
    uint16_t bits[7];
    bool literals; /* no other class */
    /* what was made */
    uint8_t bytes[ALICE_ROOM];
    uint64_t size, map, dictionary, sentinel; /* offsets; `sentinel` is the stream's end */
    uint16_t entries[0x4000];
    uint32_t entry_count;
    uint64_t bit; /* of the stream */
};

static inline void alice_put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void alice_put32(uint8_t *at, uint32_t value)
{
    alice_put16(at, value & 0xFFFF);
    alice_put16(at + 2, value >> 16);
}

static inline void alice_bits(struct alice_made *made, uint32_t value, uint32_t count)
{
    for (uint32_t i = count; i-- > 0; made->bit++)
        if (value >> i & 1)
            made->bytes[made->bit / 8] |= (uint8_t)(0x80u >> made->bit % 8);
}

/* The class and payload of a halfword: in the first range that holds it, else a literal. */
static inline void alice_code(struct alice_made *made, uint16_t word)
{
    uint32_t base = 0;
    for (uint32_t row = 0; row < 7 && !made->literals; row++) {
        const uint32_t range = 1u << made->bits[row];
        for (uint32_t v = 0; v < range && base + v < made->entry_count - made->dropped; v++) {
            if (made->entries[base + v] == word) {
                alice_bits(made, row, 3);
                alice_bits(made, v, made->bits[row]);
                return;
            }
        }
        base += range;
    }
    alice_bits(made, 7, 3);
    alice_bits(made, word, 16);
}

/* Replaces the distance of each branch with its target, as the coder of ALICE_2 does. */
static inline void alice_translate(uint16_t *words, uint32_t count)
{
    for (uint32_t p = 0; p + 1 < count; p++) {
        const bool pair = (words[p] & 0xF800) == 0xF000 && (words[p + 1] & 0xE800) == 0xE800 &&
                          (words[p + 1] & 0xF800) != 0xF000;
        if (p % 32 == 31 || !pair)
            continue;
        uint32_t x = (uint32_t)(words[p] & 0x7FF) << 11 | (words[p + 1] & 0x7FFu);
        x = (x + p + 1) & 0x3FFFFF;
        words[p] = (uint16_t)(0xF000 | x >> 11);
        words[p + 1] = (uint16_t)((words[p + 1] & 0xF800) | (x & 0x7FF));
        p++;
    }
}

static inline void alice_header(struct alice_made *made)
{
    uint8_t *at = made->bytes;
    const uint32_t first = ALICE_ADDRESS + made->header_size;
    char name[8] = "ALICE_";
    name[6] = (char)('0' + made->version);
    memcpy(at, name, 8);
    alice_put32(at + 0x08, first);
    alice_put32(at + 0x0C, ALICE_ADDRESS + (uint32_t)made->map);
    alice_put32(at + 0x10, ALICE_ADDRESS + (uint32_t)made->dictionary);
    for (uint32_t i = 0; i < 7; i++)
        alice_put16(at + 0x14 + 2 * (uint64_t)i, made->bits[i]);
    at[0x22] = 9;
    at[0x23] = 1;
    if (made->header_size == 0x28) {
        alice_put16(at + 0x24, made->group_words == 64 ? 0 : made->group_words);
        alice_put16(at + 0x26, 0xFFFF);
    }
}

/* Codes `size` bytes of `image`, a multiple of the group. The first dictionary entries are 0, 1,
 * 2, ... unless made->entries was filled. */
static inline void alice_make(struct alice_made *made, const uint8_t *image, uint64_t size)
{
    static uint16_t words[ALICE_IMAGE_MAX];
    static uint32_t map[ALICE_IMAGE_MAX];
    uint32_t groups = 0;
    memset(made->bytes, 0, sizeof made->bytes);
    for (uint64_t i = 0; i < size / 2; i++)
        words[i] = (uint16_t)(image[2 * i] | image[2 * i + 1] << 8);
    if (made->version == 2)
        alice_translate(words, (uint32_t)(size / 2));
    made->entry_count = 0;
    for (uint32_t i = 0; i < 7; i++)
        made->entry_count += 1u << made->bits[i];
    made->bit = 8 * (uint64_t)made->header_size;
    for (uint64_t i = 0; i < size / 2; i++) {
        if (i % made->group_words == 0)
            map[groups++] = (uint32_t)(ALICE_ADDRESS + made->bit / 8) & 0x3FFFFFF;
        alice_code(made, words[i]);
        if (i % 32 == 31)
            made->bit = (made->bit + 7) / 8 * 8;
        if (i % made->group_words == 31) {
            const uint32_t start = map[groups - 1] - (ALICE_ADDRESS & 0x3FFFFFF);
            map[groups - 1] |= (uint32_t)(made->bit / 8 - start - 13) << 26;
        }
    }
    made->sentinel = made->bit / 8;
    made->map = (made->sentinel + 3) / 4 * 4;
    map[groups] = (uint32_t)(ALICE_ADDRESS + made->sentinel) & 0x3FFFFFF;
    for (uint32_t i = 0; i <= groups; i++)
        alice_put32(made->bytes + made->map + 4 * (uint64_t)i, map[i]);
    made->dictionary = made->map + 4 * (groups + UINT64_C(1));
    for (uint32_t i = 0; i < made->entry_count - made->dropped; i++)
        alice_put16(made->bytes + made->dictionary + 2 * (uint64_t)i, made->entries[i]);
    made->size = made->dictionary + 2 * (uint64_t)(made->entry_count - made->dropped);
    alice_header(made);
}

/* The usual settings, and a dictionary of 0x4000 + i. */
static inline void alice_usual(struct alice_made *made)
{
    static const uint16_t bits[7] = {2, 3, 4, 5, 6, 7, 8};
    memset(made, 0, sizeof *made);
    made->version = 1;
    made->header_size = 0x28;
    made->group_words = 64;
    memcpy(made->bits, bits, sizeof bits);
    for (uint32_t i = 0; i < 0x4000; i++)
        made->entries[i] = (uint16_t)(0x4000 + i);
}

/* An image whose halfwords come from all classes, some literal; no branches but by chance. */
static inline void alice_image(uint8_t *image, uint64_t size)
{
    uint32_t random = 99;
    for (uint64_t i = 0; i < size; i += 2) {
        random = random * 1664525u + 1013904223u;
        const uint32_t span = 4u << (random >> 29);
        alice_put16(image + i, 0x4000 + (random >> 8) % span + (random >> 29 ? 0 : 0x3000));
    }
    memcpy(image, "CAKE", size < 4 ? size : 4);
}

#endif
