/* SPDX-License-Identifier: MIT */
#include "mtkscan/viva.h"

#include <string.h>

#include "mtkscan/bytes.h"

#define WORD           4u
#define PARTITION      20u
#define PARTITIONS_MAX 64u
#define BITS_MAX       16u
#define GROUP_DEFAULT  64u

static const char *const component_names[MTKSCAN_VIVA_WORDS] = {NULL, "ZIMAGE", "BOOT_ZIMAGE",
                                                                "DCM", "ALICE"};

/* Turns the words into components, taking `base` for the address of the file's first byte. */
static bool components_place(const uint32_t *words, uint32_t base, uint64_t offset, uint64_t length,
                             uint64_t least, mtkscan_viva *viva)
{
    viva->count = 0;
    for (uint32_t i = 1; i < MTKSCAN_VIVA_WORDS; i++) {
        if (words[i] == 0)
            continue;
        uint64_t place = (uint64_t)words[i] - base; /* huge, so refused, when below base */
        if (place < least || place >= length)
            return false;
        if (viva->count > 0) {
            mtkscan_viva_component *last = &viva->components[viva->count - 1];
            last->length = offset + place - last->offset;
        }
        viva->components[viva->count++] =
            (mtkscan_viva_component){.kind = (enum mtkscan_viva_kind)i,
                                     .name = component_names[i],
                                     .address = words[i],
                                     .offset = offset + place,
                                     .length = length - place};
        least = place + 1;
    }
    return true;
}

bool mtkscan_viva_read(const mtkscan_host *host, uint64_t offset, uint64_t length,
                       const mtkscan_file_info *info, mtkscan_viva *viva)
{
    memset(viva, 0, sizeof *viva);
    uint64_t info_size = (uint64_t)MTKSCAN_VIVA_WORDS * WORD, end;
    if (!mtkscan_add(offset, length, &end) ||
        !mtkscan_inside(info->content_offset, info_size, length))
        return false;
    viva->info_offset = offset + info->content_offset;
    const uint8_t *bytes = host->span(host, viva->info_offset, info_size);
    if (!bytes)
        return false;
    uint32_t words[MTKSCAN_VIVA_WORDS];
    for (size_t i = 0; i < MTKSCAN_VIVA_WORDS; i++)
        words[i] = mtkscan_le32(bytes + i * WORD);
    viva->base = words[0];
    uint64_t least = info->content_offset + info_size;
    /* load_addr and word 0 state the same address; either may be the damaged one. */
    if (components_place(words, info->load_addr, offset, length, least, viva) ||
        components_place(words, words[0], offset, length, least, viva))
        return true;
    memset(viva->components, 0, sizeof viva->components);
    viva->count = 0;
    return false;
}

const mtkscan_viva_component *mtkscan_viva_find(const mtkscan_viva *viva,
                                                enum mtkscan_viva_kind kind)
{
    for (uint32_t i = 0; i < viva->count; i++)
        if (viva->components[i].kind == kind)
            return &viva->components[i];
    return NULL;
}

/* Header size when no address tells it (FORMAT.md 5.2). */
static uint32_t alice_size_by_content(const uint8_t *bytes)
{
    static const uint16_t groups[] = {0, 32, 64, 128, 256, 512};
    bool known = false;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        known |= mtkscan_le16(bytes + 0x24) == groups[i];
    return known && mtkscan_le16(bytes + 0x26) == 0xFFFF ? MTKSCAN_ALICE_LONG : MTKSCAN_ALICE_SHORT;
}

static bool alice_parse(const uint8_t *bytes, uint64_t length, uint32_t address,
                        mtkscan_alice_header *header)
{
    if (memcmp(bytes, "ALICE_", 6) != 0 || bytes[6] < '1' || bytes[6] > '9' || bytes[7] != 0)
        return false;
    header->version = bytes[6] - (uint32_t)'0';
    header->stream_address = mtkscan_le32(bytes + 0x08);
    header->header_size = address ? header->stream_address - address : alice_size_by_content(bytes);
    if (header->header_size != MTKSCAN_ALICE_SHORT && header->header_size != MTKSCAN_ALICE_LONG)
        return false;

    uint32_t map = mtkscan_le32(bytes + 0x0C), dictionary = mtkscan_le32(bytes + 0x10);
    if (map < header->stream_address || dictionary <= map)
        return false;
    header->map_offset = (uint64_t)map - header->stream_address + header->header_size;
    header->dictionary_offset = (uint64_t)dictionary - header->stream_address + header->header_size;
    if (header->dictionary_offset > length)
        return false;

    for (size_t i = 0; i < MTKSCAN_ALICE_RANGES; i++) {
        header->payload_bits[i] = mtkscan_le16(bytes + 0x14 + 2 * i);
        if (header->payload_bits[i] > BITS_MAX)
            return false;
        header->dictionary_entries += UINT32_C(1) << header->payload_bits[i];
    }
    header->remap_from = bytes[0x22];
    header->remap_to = bytes[0x23];
    uint32_t group = header->header_size == MTKSCAN_ALICE_LONG ? mtkscan_le16(bytes + 0x24) : 0;
    header->group_size = group ? group : GROUP_DEFAULT;
    return true;
}

bool mtkscan_alice_read(const mtkscan_host *host, uint64_t offset, uint64_t length,
                        uint32_t address, mtkscan_alice_header *header)
{
    memset(header, 0, sizeof *header);
    /* Even behind the short header there are four bytes more, of stream and tables. */
    const uint8_t *bytes =
        length >= MTKSCAN_ALICE_LONG ? host->span(host, offset, MTKSCAN_ALICE_LONG) : NULL;
    if (bytes && alice_parse(bytes, length, address, header))
        return true;
    memset(header, 0, sizeof *header);
    return false;
}

bool mtkscan_zimage_read(const mtkscan_host *host, uint64_t offset, uint64_t length,
                         mtkscan_zimage_header *header)
{
    memset(header, 0, sizeof *header);
    const uint8_t *bytes =
        length >= WORD + PARTITION ? host->span(host, offset, WORD + PARTITION) : NULL;
    if (!bytes)
        return false;
    mtkscan_zimage_header read = {
        .partitions = mtkscan_le32(bytes),
        .type = mtkscan_le32(bytes + 4),
        .source_offset = mtkscan_le32(bytes + 8),
        .source_size = mtkscan_le32(bytes + 12),
        .output_offset = mtkscan_le32(bytes + 16),
        .output_size = mtkscan_le32(bytes + 20),
    };
    if (read.partitions < 1 || read.partitions > PARTITIONS_MAX ||
        read.source_offset < WORD + (uint64_t)read.partitions * PARTITION ||
        read.source_size == 0 || read.output_size == 0 ||
        !mtkscan_inside(read.source_offset, read.source_size, length))
        return false;
    *header = read;
    return true;
}
