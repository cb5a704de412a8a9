/* SPDX-License-Identifier: MIT */
/* Addresses that code returns: "load literal, return" in Thumb, with the literal behind it. */
#include <string.h>

#include "mtkscan/bytes.h"
#include "mtkscan/viva.h"

#define ACCESSOR          "\x00\x48\x70\x47" /* LDR r0,[pc]; BX lr */
#define ACCESSOR_SIZE     4u
#define WORD              4u
#define PAGE              0x1000u
#define FLASH_BANK        1u
#define RAM_ALIAS         0xF0u /* top byte of where decoded code runs (FORMAT.md 1.1, 5.5) */
#define CAKE_BEHIND       0x7Fu /* the word before CAKE is BASE + this (FORMAT.md 5.4) */
#define BASES_MAX         16u   /* each costs a search of the whole ROM */
#define PAIRS_MAX         64u
#define LOADER_SEARCH_MAX (4u << 20) /* no loader comes near; bounds a lying file_len */

/* The end of [begin, begin + length) inside the dump; `begin` itself when that is outside. */
static uint64_t range_end(const mtkscan_host *host, uint64_t begin, uint64_t length)
{
    uint64_t size = host->size(host);
    if (begin >= size)
        return begin;
    return length < size - begin ? begin + length : size;
}

/* The literal is where the processor looks for it only behind an accessor on a word border. */
static bool aligned(uint64_t base, uint64_t at)
{
    return (at - base) % WORD == 0;
}

/* The pair {BASE, SIZE} of neighbouring accessors for a given BASE. */
static bool pair_find(const mtkscan_host *host, uint64_t rom, uint64_t end, uint32_t base,
                      mtkscan_alice_exec *exec)
{
    uint8_t pattern[2 * ACCESSOR_SIZE + WORD];
    memcpy(pattern, ACCESSOR, ACCESSOR_SIZE);
    mtkscan_put_le32(pattern + ACCESSOR_SIZE, base);
    memcpy(pattern + ACCESSOR_SIZE + WORD, ACCESSOR, ACCESSOR_SIZE);

    uint64_t from = rom, at;
    for (uint32_t tries = 0; tries < PAIRS_MAX; tries++, from = at + 1) {
        uint32_t size;
        if (end - from < sizeof pattern + WORD ||
            host->find(host, from, end - WORD, pattern, sizeof pattern, &at) != MTKSCAN_OK)
            return false;
        if (!aligned(rom, at) || !mtkscan_read_le32(host, at + sizeof pattern, &size))
            continue;
        if (size == 0 || size > MTKSCAN_FLASH_WINDOW)
            continue;
        exec->offset = at;
        exec->base = base;
        exec->size = size;
        return true;
    }
    return false;
}

bool mtkscan_alice_exec_find(const mtkscan_host *host, uint64_t rom, uint64_t rom_length,
                             mtkscan_alice_exec *exec)
{
    memset(exec, 0, sizeof *exec);
    uint64_t end = range_end(host, rom, rom_length), from, at;
    if (!mtkscan_add(rom, WORD, &from))
        return false;
    uint32_t tried[BASES_MAX], tries = 0;
    for (; tries < BASES_MAX && host->find(host, from, end, "CAKE", 4, &at) == MTKSCAN_OK;
         from = at + 1) {
        uint32_t word, seen = 0;
        if (host->cancelled(host) || !mtkscan_read_le32(host, at - WORD, &word))
            return false;
        word -= CAKE_BEHIND;
        while (seen < tries && tried[seen] != word)
            seen++;
        if (word >> 28 != FLASH_BANK || seen < tries)
            continue;
        tried[tries++] = word;
        if (pair_find(host, rom, end, word, exec)) {
            exec->cake_offset = at;
            return true;
        }
    }
    return false;
}

uint32_t mtkscan_zimage_base_find(const mtkscan_host *host, uint64_t rom, uint64_t rom_length,
                                  uint64_t output_size)
{
    uint8_t pattern[WORD];
    uint64_t end = range_end(host, rom, rom_length), from, at;
    uint32_t found = 0;
    if (output_size <= WORD || output_size > MTKSCAN_FLASH_WINDOW || !mtkscan_add(rom, WORD, &from))
        return 0;
    mtkscan_put_le32(pattern, (uint32_t)output_size - WORD);
    for (uint32_t tries = 0; tries < PAIRS_MAX; tries++, from = at + 1) {
        uint32_t base;
        if (host->find(host, from, end, pattern, sizeof pattern, &at) != MTKSCAN_OK)
            return found;
        if (!aligned(rom, at) || !mtkscan_read_le32(host, at - WORD, &base) ||
            base >> 24 != RAM_ALIAS)
            continue;
        if (found && base != found)
            return 0;
        found = base;
    }
    return 0; /* so many that none means anything */
}

uint32_t mtkscan_accessors_find(const mtkscan_host *host, uint64_t begin, uint64_t length,
                                mtkscan_accessor *accessors, uint32_t room)
{
    uint64_t end = range_end(host, begin, length < LOADER_SEARCH_MAX ? length : LOADER_SEARCH_MAX);
    uint64_t from = begin, at;
    uint32_t count = 0;
    for (; count < room; from = at + 1) {
        uint32_t value, seen = 0;
        if (end - from < ACCESSOR_SIZE + WORD ||
            host->find(host, from, end - WORD, ACCESSOR, ACCESSOR_SIZE, &at) != MTKSCAN_OK)
            break;
        if (!aligned(begin, at) || !mtkscan_read_le32(host, at + ACCESSOR_SIZE, &value) ||
            value >> 28 != FLASH_BANK || value % PAGE != 0)
            continue;
        while (seen < count && accessors[seen].value != value)
            seen++;
        if (seen == count)
            accessors[count++] = (mtkscan_accessor){.offset = at + ACCESSOR_SIZE, .value = value};
    }
    return count;
}
