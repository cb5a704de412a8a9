/* SPDX-License-Identifier: MIT */
/*
 * ELF, 32 bits: as far as its headers, segments and sections reach. Programs for MAUI's run-time
 * environment (.vxp) are such files too; what their loader appends is not known (FORMAT.md 7.2), so
 * it is not counted in.
 */
#include "walk.h"

#define HEADER        52u
#define SEGMENT       32u
#define SECTION       40u
#define SEGMENTS_MOST 64u
#define SECTIONS_MOST 1024u
#define EXECUTABLE    2u
#define SHARED        3u
#define NO_BITS       8u /* a section that takes no room in the file */
#define ARM           40u

struct elf {
    const uint8_t *bytes;
    uint64_t length, end; /* of what was walked so far */
};

static bool reach(struct elf *elf, uint64_t offset, uint64_t size)
{
    if (!mtkscan_inside(offset, size, elf->length))
        return false;
    if (offset + size > elf->end)
        elf->end = offset + size;
    return true;
}

static bool segments(struct elf *elf, uint64_t table, uint32_t count)
{
    if (count == 0 || count > SEGMENTS_MOST || !reach(elf, table, count * SEGMENT))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *at = elf->bytes + table + (uint64_t)i * SEGMENT;
        const uint32_t in_file = mtkscan_le32(at + 16), in_memory = mtkscan_le32(at + 20);
        if (in_file > 0 && (in_file > in_memory || !reach(elf, mtkscan_le32(at + 4), in_file)))
            return false;
    }
    return true;
}

static bool sections(struct elf *elf, uint64_t table, uint32_t count)
{
    if (count > SECTIONS_MOST || !reach(elf, table, count * SECTION))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *at = elf->bytes + table + (uint64_t)i * SECTION;
        const uint32_t type = mtkscan_le32(at + 4);
        if (type != 0 && type != NO_BITS &&
            !reach(elf, mtkscan_le32(at + 16), mtkscan_le32(at + 20)))
            return false;
    }
    return true;
}

bool mtks_walk_elf(const uint8_t *bytes, uint64_t length, struct mtks_walk *walk)
{
    struct elf elf = {.bytes = bytes, .length = length, .end = HEADER};
    if (length < HEADER || bytes[4] != 1 || bytes[5] != 1 || bytes[6] != 1)
        return false;
    const uint16_t type = mtkscan_le16(bytes + 16), machine = mtkscan_le16(bytes + 18);
    const uint16_t segment_count = mtkscan_le16(bytes + 44);
    const uint16_t section_count = mtkscan_le16(bytes + 48);
    if ((type != EXECUTABLE && type != SHARED) || mtkscan_le32(bytes + 20) != 1 ||
        mtkscan_le16(bytes + 40) != HEADER || mtkscan_le16(bytes + 42) != SEGMENT ||
        (section_count > 0 && mtkscan_le16(bytes + 46) != SECTION))
        return false;
    if (!mtks_walk_step(walk, 1 + (uint64_t)segment_count + section_count) ||
        !segments(&elf, mtkscan_le32(bytes + 28), segment_count) ||
        (section_count > 0 && !sections(&elf, mtkscan_le32(bytes + 32), section_count)))
        return false;
    walk->length = elf.end;
    mtks_walk_detail(walk, "%s%s, %u segment%s, %u section%s", machine == ARM ? "ARM " : "",
                     type == SHARED ? "shared object" : "program", segment_count,
                     mtks_plural(segment_count), section_count, mtks_plural(section_count));
    return true;
}
