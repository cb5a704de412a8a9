/* SPDX-License-Identifier: MIT */
/* Fixture: VIVA with an ALICE container of literals only, and, at wish, a ZIMAGE section. */
#include "fixture_lzma.h"
#include "fixture_pieces.h"

#include <string.h>

#include "mtkscan/gfh.h"

#define VIVA_INFO      0x38u /* five words */
#define VIVA_BODY      0x4Cu
#define GROUP_WORDS    64u
#define GROUP_STREAM   152u /* 64 halfwords of 3 + 16 bits */
#define HINT_BIAS      13u
#define ZIMAGE_BASE    0xF01A0000u /* where the decoded ZIMAGE runs */
#define MAP_ADDR_MASK  0x03FFFFFFu
#define ALICE_TAIL_CUT 36u /* bytes by which the image is shorter than its last group ends */

/* Payload bits of the classes 0..6; the dictionary has the sum of their powers of two. */
static const uint16_t class_bits[7] = {4, 4, 5, 5, 6, 6, 7};

static uint32_t dictionary_bytes(void)
{
    uint32_t entries = 0;
    for (unsigned i = 0; i < 7; i++)
        entries += 1u << class_bits[i];
    return 2 * entries;
}

bool mtks_plan_viva(struct mtks_plan *plan)
{
    const mtkscan_fixture *f = plan->fixture;
    uint32_t zimage = f->flags & MTKSCAN_FIXTURE_ZIMAGE ? MTKS_ZIMAGE_LEAST : 0;
    uint32_t fixed = VIVA_BODY + zimage + f->alice_header + 4 + dictionary_bytes();
    const uint32_t group = GROUP_STREAM + 4;
    if (f->viva_length < fixed + 2 * group)
        return false;
    plan->alice_groups = (f->viva_length - fixed) / group;
    /* What is left over goes before ALICE, since ALICE ends where VIVA ends. */
    plan->zimage_size = zimage + (f->viva_length - fixed) % group;
    plan->alice_size = plan->alice_groups * MTKS_GROUP_BYTES - ALICE_TAIL_CUT;
    plan->alice_base =
        (uint32_t)mtkscan_round_up(MTKS_WINDOW + plan->viva_offset + f->viva_length, 0x800);
    return true;
}

struct bit_writer {
    uint8_t *at;
    uint32_t held;
    unsigned count;
};

/* `width` bits, most significant first. */
static void bits_put(struct bit_writer *writer, uint32_t value, unsigned width)
{
    writer->held = writer->held << width | value;
    writer->count += width;
    while (writer->count >= 8) {
        writer->count -= 8;
        *writer->at++ = (uint8_t)(writer->held >> writer->count);
    }
}

/* FORMAT.md 5.3: class 7 is a literal halfword. The filler holds no Thumb BL pair, so ALICE_2's
 * branch translation leaves it as it is. `tail` gets the image's last bytes. */
static uint8_t *stream_put(struct mtks_plan *plan, uint8_t *at, uint8_t tail[MTKS_LZMA_REACH])
{
    struct bit_writer writer = {.at = at};
    uint8_t raw[MTKS_GROUP_BYTES];
    for (uint32_t g = 0; g < plan->alice_groups; g++) {
        mtks_fill(&plan->filler, raw, sizeof raw);
        if (g == 0)
            memcpy(raw, "CAKE", 4);
        if (g + 1 == plan->alice_groups)
            memset(raw + sizeof raw - ALICE_TAIL_CUT, 0, ALICE_TAIL_CUT);
        memcpy(tail, raw + sizeof raw - ALICE_TAIL_CUT - MTKS_LZMA_REACH, MTKS_LZMA_REACH);
        for (unsigned i = 0; i < GROUP_WORDS; i++) {
            bits_put(&writer, 7, 3);
            bits_put(&writer, mtkscan_le16(raw + 2 * i), 16);
        }
    }
    return writer.at;
}

/* A coder never gives one halfword two entries, so these differ: the factor is odd. */
static void dictionary_put(struct mtks_plan *plan, uint8_t *at)
{
    uint8_t first[2];
    mtks_fill(&plan->filler, first, sizeof first);
    for (uint32_t i = 0; i < dictionary_bytes() / 2; i++)
        mtkscan_put_le16(at + 2 * i, (uint16_t)(mtkscan_le16(first) + i * 0x9E37u));
}

/* FORMAT.md 5.2, 5.3. */
static void alice_put(struct mtks_plan *plan, uint8_t *at, uint32_t address,
                      uint8_t tail[MTKS_LZMA_REACH])
{
    const mtkscan_fixture *f = plan->fixture;
    const uint32_t groups = plan->alice_groups;
    const uint32_t first = address + f->alice_header;
    const uint32_t map = first + groups * GROUP_STREAM;
    uint8_t *end = stream_put(plan, at + f->alice_header, tail);
    memset(at, 0, f->alice_header);
    mtks_text_put(at, f->alice_version == 2 ? "ALICE_2" : "ALICE_1");
    mtkscan_put_le32(at + 0x08, first);
    mtkscan_put_le32(at + 0x0C, map);
    mtkscan_put_le32(at + 0x10, map + 4 * (groups + 1));
    for (unsigned i = 0; i < 7; i++)
        mtkscan_put_le16(at + 0x14 + 2 * i, class_bits[i]);
    at[0x22] = 9;
    at[0x23] = 1;
    if (f->alice_header == 0x28) {
        mtkscan_put_le16(at + 0x24, f->alice_version == 2 ? GROUP_WORDS : 0);
        mtkscan_put_le16(at + 0x26, 0xFFFF);
    }
    for (uint32_t g = 0; g < groups; g++) {
        uint32_t where = (first + g * GROUP_STREAM) & MAP_ADDR_MASK;
        mtkscan_put_le32(end + 4 * g, where | (GROUP_STREAM / 2 - HINT_BIAS) << 26);
    }
    mtkscan_put_le32(end + 4 * groups, map & MAP_ADDR_MASK);
    dictionary_put(plan, end + 4 * (groups + 1));
}

bool mtks_make_viva(struct mtks_plan *plan)
{
    const mtkscan_fixture *f = plan->fixture;
    const uint32_t load = MTKS_WINDOW + plan->viva_offset;
    const struct mtks_file file = {
        "VIVA", MTKSCAN_FILE_VIVA, plan->viva_offset, f->viva_length, load, 0x38, 0, 3, false};
    uint8_t *info = mtks_file_begin(plan, &file);
    uint8_t *viva = plan->image + plan->viva_offset;
    const uint32_t alice = VIVA_BODY + plan->zimage_size;
    memset(info, 0, VIVA_BODY - VIVA_INFO);
    mtkscan_put_le32(info, load);
    mtkscan_put_le32(info + 0x10, load + alice);
    uint8_t tail[MTKS_LZMA_REACH];
    alice_put(plan, viva + alice, load + alice, tail);
    if (f->flags & MTKSCAN_FIXTURE_ZIMAGE) {
        mtkscan_put_le32(info + 0x04, load + VIVA_BODY);
        const uint32_t size = mtks_zimage_put(plan, viva + VIVA_BODY, plan->zimage_size, tail);
        mtkscan_put_le32(plan->image + plan->zimage_pair, ZIMAGE_BASE);
        mtkscan_put_le32(plan->image + plan->zimage_pair + 4, size - 4);
    }
    plan->truth->alice_offset = plan->viva_offset + alice;
    plan->truth->alice_base = plan->alice_base;
    plan->truth->alice_size = plan->alice_size;
    return true;
}
