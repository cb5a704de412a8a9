/* SPDX-License-Identifier: MIT */
/* The length of a file whose header does not tell it (FORMAT.md 1.7). */
#include <string.h>

#include "family_image.h"
#include "mtkscan/bytes.h"

static const uint8_t rom_end[8] = {0x00, 0x44, 0x4E, 0x45, 0xFF, 0xFF, 0xFF, 0xFF};

/* Where the body may begin, held inside [offset, limit]. */
static uint64_t body_begin(const struct mtks_gfh_file *file, uint64_t limit)
{
    uint64_t head = file->info.content_offset;
    if (head > limit - file->offset)
        head = file->info.record_size;
    return head < limit - file->offset ? file->offset + head : limit;
}

/* Behind the first end marker that a SHA-1 trailer's form follows. */
static uint64_t loader_end(const mtkscan_host *host, const struct mtks_gfh_file *file,
                           uint64_t limit)
{
    static const uint8_t zero[MTKS_TRAILER_ZERO];
    uint64_t from = body_begin(file, limit), at;
    for (; host->find(host, from, limit, rom_end, 4, &at) == MTKSCAN_OK; from = at + 1) {
        uint64_t end = at + 4 + MTKS_TRAILER;
        const uint8_t *tail = host->span(host, end - sizeof zero, sizeof zero);
        if (end <= limit && tail && memcmp(tail, zero, sizeof zero) == 0)
            return end;
    }
    return 0;
}

static uint64_t rom_length_end(const mtkscan_host *host, const struct mtks_gfh_file *file,
                               uint64_t limit)
{
    uint64_t at;
    return host->find(host, body_begin(file, limit), limit, rom_end, sizeof rom_end, &at) ==
                   MTKSCAN_OK
               ? at + sizeof rom_end
               : 0;
}

/* ALICE is last in VIVA, and its dictionary, whose size the header tells, last in ALICE. */
static uint64_t viva_end(const mtkscan_host *host, const struct mtks_gfh_file *file, uint64_t limit)
{
    mtkscan_viva viva;
    mtkscan_alice_header header;
    if (!mtkscan_viva_read(host, file->offset, limit - file->offset, &file->info, &viva))
        return 0;
    const mtkscan_viva_component *alice = mtkscan_viva_find(&viva, MTKSCAN_VIVA_ALICE);
    if (!alice || !mtkscan_alice_read(host, alice->offset, alice->length, alice->address, &header))
        return 0;
    uint64_t end = alice->offset + header.dictionary_offset + 2 * header.dictionary_entries;
    end = mtkscan_round_up(end, 4); /* as every file_len is (FORMAT.md 1.5) */
    return end <= limit ? end : 0;
}

uint64_t mtks_file_length_search(const mtkscan_host *host, const struct mtks_gfh_file *file,
                                 uint64_t limit)
{
    static const struct {
        uint32_t type;
        uint64_t (*end)(const mtkscan_host *, const struct mtks_gfh_file *, uint64_t);
    } rows[] = {
        {MTKSCAN_FILE_BL, loader_end},
        {MTKSCAN_FILE_EXT_BL, loader_end},
        {MTKSCAN_FILE_ROM, rom_length_end},
        {MTKSCAN_FILE_VIVA, viva_end},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].type != file->info.file_type)
            continue;
        uint64_t end = rows[i].end(host, file, limit);
        return end ? end - file->offset : 0;
    }
    return 0;
}
