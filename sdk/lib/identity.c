/* SPDX-License-Identifier: MIT */
#include "mtkscan/identity.h"

#include <string.h>

#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "mtkscan/records.h"
#include "text.h"

#define FILE_INFO_LEAST     0x38u
#define PATTERN_MAX         64u /* of host->find() */
#define ROMINFO_PLATFORM_ID 0x10u
#define ROMINFO_VERNO       0x90u
#define ROMINFO_TRIES       256u
#define RUN_TRIES           4096u /* a ROM holds a dozen copies of VERNO */
#define RUN_EMPTY_MAX       16u   /* empty strings, or filler, between two of a run */
#define RUN_BEFORE          96u   /* bytes before VERNO where the chip word is looked for */
#define RUN_BRANCH_TRIES    4u
#define CHIP_WORD           6u /* MTnnnn */

/* Where texts are looked for: the ROM, or the whole dump. */
struct window {
    const mtkscan_host *host;
    uint64_t begin, end;
};

/* The next string of a run that is not empty; *at moves behind its NUL. */
static bool run_next(const struct window *window, uint64_t *at, mtkscan_found_text *found)
{
    uint64_t start = *at;
    uint8_t byte = 0;
    for (uint32_t empty = 0; start < window->end && empty < RUN_EMPTY_MAX; empty++, start++)
        if (window->host->read(window->host, start, &byte, 1) != MTKSCAN_OK || byte != 0)
            break;
    if (start >= window->end)
        return false;
    mtks_text_read(window->host, start, window->end - start, found);
    uint64_t nul = start + found->length;
    if (found->length == 0 || nul >= window->end ||
        window->host->read(window->host, nul, &byte, 1) != MTKSCAN_OK || byte != 0)
        return false;
    *at = nul + 1;
    return true;
}

/* Whether a text has the shape of `picture`, where 'd' stands for a digit. */
static bool shaped(const char *text, const char *picture)
{
    for (; *picture; picture++, text++)
        if (*picture == 'd' ? !mtks_digit(*text) : *text != *picture)
            return false;
    return *text == 0;
}

static bool ends_with(const mtkscan_found_text *found, const char *tail)
{
    size_t length = strlen(tail);
    return found->length > length && strcmp(found->text + found->length - length, tail) == 0;
}

/* The string MTnnnn that stands nearest before VERNO in the run. */
static void run_chip(const struct window *window, uint64_t verno, mtkscan_found_text *chip)
{
    uint64_t begin = verno - window->begin > RUN_BEFORE ? verno - RUN_BEFORE : window->begin;
    const uint8_t *bytes = window->host->span(window->host, begin, verno - begin);
    size_t end = bytes ? (size_t)(verno - begin) : 0; /* behind the NUL of the string before */
    while (end >= CHIP_WORD + 1) {
        size_t start = end - 1;
        while (start > 0 && mtks_printable(bytes[start - 1]))
            start--;
        if (start == 0 && begin != window->begin)
            return; /* cut by the look-back, so it may be the tail of a longer string */
        mtks_text_read(window->host, begin + start, end - 1 - start, chip);
        if (shaped(chip->text, "MTdddd"))
            return;
        memset(chip, 0, sizeof *chip);
        if (start > 0 && bytes[start - 1] != 0)
            return; /* data: the run began behind it */
        end = start;
    }
}

/* Reads what follows a VERNO whose NUL is at `at` - 1; false when this is not the run. */
static bool run_read(const struct window *window, uint64_t at, mtkscan_identity *identity)
{
    mtkscan_found_text hw, built, branch;
    if (!run_next(window, &at, &hw) || !ends_with(&hw, "_HW") || !run_next(window, &at, &built) ||
        !shaped(built.text, "dddd/dd/dd dd:dd"))
        return false;
    identity->hw_version = hw;
    identity->build_time = built;
    for (uint32_t i = 0; i < RUN_BRANCH_TRIES && run_next(window, &at, &branch); i++) {
        if (strcmp(branch.text, "BUILD_NO") == 0)
            continue;
        identity->branch = branch;
        break;
    }
    return true;
}

/* The release-info run around some copy of VERNO (FORMAT.md 4.3). */
static bool run_find(const struct window *window, const mtkscan_found_text *verno,
                     mtkscan_identity *identity)
{
    const mtkscan_host *host = window->host;
    if (verno->length == 0)
        return false;
    uint64_t from = window->begin, at;
    uint64_t length = verno->length < PATTERN_MAX ? verno->length + 1 : PATTERN_MAX;
    for (uint32_t tries = 0; tries < RUN_TRIES; tries++, from = at + 1) {
        uint8_t before = 0, after = 1;
        if (host->find(host, from, window->end, verno->text, length, &at) != MTKSCAN_OK)
            return false;
        if (at > window->begin)
            host->read(host, at - 1, &before, 1);
        host->read(host, at + verno->length, &after, 1);
        if (before != 0 || after != 0)
            continue; /* part of a longer string */
        if (run_read(window, at + verno->length + 1, identity)) {
            run_chip(window, at, &identity->release_chip);
            return true;
        }
    }
    return false;
}

/* MTK_ROMINFO_vNN (FORMAT.md 4.2). */
static void rominfo_read(const struct window *window, mtkscan_identity *identity)
{
    static const char text[] = "MTK_ROMINFO_v";
    const mtkscan_host *host = window->host;
    uint64_t from = window->begin, at;
    for (uint32_t tries = 0; tries < ROMINFO_TRIES; tries++, from = at + 1) {
        if (host->find(host, from, window->end, text, sizeof text - 1, &at) != MTKSCAN_OK)
            return;
        const uint8_t *tail = host->span(host, at + sizeof text - 1, 3);
        if (!tail || !mtks_digit((char)tail[0]) || !mtks_digit((char)tail[1]) || tail[2] != 0)
            continue;
        identity->rominfo_offset = at;
        mtks_text_read(host, at + ROMINFO_PLATFORM_ID, MTKSCAN_MAUI_PLATFORM_ID_SIZE,
                       &identity->rominfo_platform_id);
        mtks_text_read(host, at + ROMINFO_VERNO, MTKSCAN_MAUI_VERNO_SIZE, &identity->rominfo_verno);
        return;
    }
}

/* MAUI_INFO in the ROM's header chain. */
static void maui_read(const mtkscan_host *host, uint64_t rom, mtkscan_identity *identity)
{
    const uint8_t *bytes = host->span(host, rom, FILE_INFO_LEAST);
    mtkscan_file_info info;
    mtkscan_gfh_record record;
    mtkscan_maui_info maui;
    if (!bytes || !mtkscan_file_info_parse(bytes, FILE_INFO_LEAST, &info) ||
        !mtkscan_gfh_find(host, rom, rom + info.content_offset, MTKSCAN_GFH_MAUI_INFO, &record) ||
        !mtkscan_maui_info_read(host, &record, &maui))
        return;
    identity->platform_id = maui.platform_id;
    identity->verno = maui.verno;
}

void mtkscan_identity_read(const mtkscan_host *host, uint64_t rom, uint64_t rom_length,
                           mtkscan_identity *identity)
{
    memset(identity, 0, sizeof *identity);
    identity->rominfo_offset = MTKSCAN_NO_OFFSET;
    struct window window = {.host = host, .begin = 0, .end = host->size(host)};
    if (rom < window.end) {
        maui_read(host, rom, identity);
        window.begin = rom;
        if (rom_length < window.end - rom)
            window.end = rom + rom_length;
    }
    rominfo_read(&window, identity);
    if (!run_find(&window, &identity->verno, identity) &&
        strcmp(identity->verno.text, identity->rominfo_verno.text) != 0)
        run_find(&window, &identity->rominfo_verno, identity);
    if (!mtkscan_platform_parse(identity->platform_id.text, &identity->words))
        mtkscan_platform_parse(identity->rominfo_platform_id.text, &identity->words);
}

/* Whether a header chain is whole, which chance bytes after the word FILE_INFO are not. */
static bool chain_whole(const mtkscan_host *host, uint64_t start, const mtkscan_file_info *info)
{
    mtkscan_gfh_record record = {.offset = start};
    int step;
    do
        step = mtkscan_gfh_next(host, start, start + info->content_offset, &record);
    while (step == 1);
    return step == 0 && info->content_offset >= info->record_size;
}

void mtkscan_identity_find(const mtkscan_host *host, mtkscan_identity *identity)
{
    uint64_t rom = MTKSCAN_NO_OFFSET, rom_length = 0, at = 0;
    mtkscan_file_info info;
    for (; mtkscan_gfh_scan(host, &at, &info); at++) {
        if (info.file_type != MTKSCAN_FILE_ROM)
            continue;
        bool whole = chain_whole(host, at, &info);
        if (whole || rom == MTKSCAN_NO_OFFSET) {
            rom = at;
            rom_length = info.file_len;
        }
        if (whole)
            break;
    }
    mtkscan_identity_read(host, rom, rom_length, identity);
}
