/* SPDX-License-Identifier: MIT */
/*
 * A chunk of ALICE's stream that was lost, so that all behind it stands too early: the mapping
 * table begins before its place. Once the table is put back, groups decode up to the loss.
 */
#include <string.h>

#include "mtkscan/bytes.h"
#include "parts.h"

#define PLACE_MASK 0x3FFFFFFu
#define FARTHEST   0x40000u /* bytes that may be lost in one piece */
#define AGREE      8u       /* entries that must rise as groups do, to be the table's begin */
#define STEP_LEAST 28u      /* bytes of half a group, below the least of any payload bits */
#define STEP_MOST  1216u    /* of the largest group, all literal */
#define FILL       0x00

static bool begins_table(const struct mtks_alice *alice, uint64_t at)
{
    const uint8_t *bytes = alice->bytes + at;
    uint32_t before = 0;
    for (uint32_t i = 0; i < AGREE; i++) {
        const uint32_t entry = mtkscan_le32(bytes + (size_t)4 * i);
        const uint32_t to = (entry - alice->header.stream_address) & PLACE_MASK;
        if (i == 0 ? to != 0 : to < before + STEP_LEAST || to > before + STEP_MOST)
            return false;
        before = to;
    }
    return true;
}

/* How much too early the table begins; 0: it does not, or nobody can tell. */
static uint64_t lost_bytes(const struct mtks_alice *alice)
{
    const uint64_t map = alice->header.map_offset;
    if (map + 4 * AGREE > alice->length || begins_table(alice, map))
        return 0;
    for (uint64_t lost = 4; lost <= FARTHEST && lost < map - alice->header.header_size; lost++)
        if (begins_table(alice, map - lost))
            return lost;
    return 0;
}

static bool sound(const struct mtks_alice *alice, uint64_t group)
{
    uint8_t decoded[1024];
    return mtks_alice_group(alice, group, decoded) == 0;
}

/* The container with the loss put right before the table: `lost` bytes of filler there. */
static bool reopen(struct mtks_look *look, const struct mtks_alice *alice, uint64_t lost,
                   struct mtks_alice *again)
{
    uint8_t *bytes = mtks_arena_alloc(&look->arena, alice->length);
    if (!bytes)
        return false;
    const uint64_t map = alice->header.map_offset;
    memcpy(bytes, alice->bytes, map - lost);
    memset(bytes + map - lost, FILL, lost);
    memcpy(bytes + map, alice->bytes + map - lost, alice->length - map);
    struct mtks_codec_run run;
    mtkscan_error error;
    mtks_codec_run_init(&run, &look->arena, &look->analysis->limits, NULL);
    const struct mtks_alice_source source = {
        .bytes = bytes, .length = alice->length, .version = alice->branches ? 2 : 1};
    return mtks_alice_open(again, &source, &run, &error) == MTKSCAN_DONE &&
           again->group_bytes <= 1024;
}

/* The first group that does not decode; all before it do, as far as a search by halves tells. */
static uint64_t first_bad(const struct mtks_alice *alice)
{
    uint64_t low = 0, high = alice->groups; /* it is in [low, high] */
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (sound(alice, middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void look_into(struct mtks_look *look, const struct mtks_piece *piece)
{
    const uint64_t lost = lost_bytes(piece->alice);
    struct mtks_alice again;
    if (lost == 0 || !reopen(look, piece->alice, lost, &again))
        return;
    const uint64_t group = first_bad(&again);
    const uint64_t word = group < again.groups ? 4 * group : 4 * (again.groups - 1);
    const uint32_t entry = mtkscan_le32(again.bytes + again.header.map_offset + word);
    const uint64_t from = piece->offset + ((entry - again.header.stream_address) & PLACE_MASK);
    const struct mtks_part *part = &look->analysis->parts.items[look->part];
    const uint64_t end = part->offset + part->length;
    if (from < end)
        mtks_look_tell(look, "MTK-Q037", from, end - from,
                       "0x%llX bytes are lost within 0x100 bytes from here",
                       (unsigned long long)lost);
}

void mtks_part_lost(struct mtks_look *look)
{
    for (size_t i = 0; i < look->pieces.count; i++)
        if (look->pieces.items[i].kind == MTKS_PIECE_STREAM)
            look_into(look, &look->pieces.items[i]);
}
