/* SPDX-License-Identifier: MIT */
#include "part_look.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"

#define GROUPS_MOST 32u                  /* decoded to confirm one suspicion */
#define GROUP_ROOM  1024u                /* bytes of the largest decoded group */
#define PLACE_MASK  ((1u << 26) - 1)     /* of a mapping entry */
#define LOOK_MEMORY (UINT64_C(64) << 20) /* bytes of one look */

static int piece_add(struct mtks_look *look, enum mtks_piece_kind kind, const char *name,
                     uint64_t begin, uint64_t end)
{
    if (begin >= end)
        return 0;
    struct mtks_piece *piece = MTKS_PUSH(&look->arena, &look->pieces);
    if (!piece)
        return -1;
    *piece = (struct mtks_piece){.kind = kind,
                                 .name = name,
                                 .offset = begin,
                                 .length = end - begin,
                                 .bytes = mtks_dump_span(look->dump, begin, end - begin)};
    return piece->bytes ? 0 : -1;
}

/* Cuts a container of ALICE into its three. One that does not open is not cut, and counts as plain.
 */
static int alice_add(struct mtks_look *look, const struct mtks_container *container,
                     const struct mtks_codec *codec, uint64_t end)
{
    struct mtks_alice *alice = mtks_arena_alloc(&look->arena, sizeof *alice);
    if (!alice)
        return -1;
    struct mtks_codec_run run;
    mtkscan_error error;
    mtks_codec_run_init(&run, &look->arena, &look->analysis->limits, NULL);
    const uint64_t begin = container->offset;
    const struct mtks_alice_source source = {.bytes =
                                                 mtks_dump_span(look->dump, begin, end - begin),
                                             .length = end - begin,
                                             .version = codec->version};
    if (!source.bytes || mtks_alice_open(alice, &source, &run, &error) != MTKSCAN_DONE)
        return piece_add(look, MTKS_PIECE_PLAIN, container->name, begin, end);
    const size_t first = look->pieces.count;
    const uint64_t cuts[] = {begin, begin + alice->header.header_size,
                             begin + alice->header.map_offset,
                             begin + alice->header.dictionary_offset, end};
    static const struct {
        enum mtks_piece_kind kind;
        const char *name;
    } rows[] = {{MTKS_PIECE_PLAIN, "the header of ALICE"},
                {MTKS_PIECE_STREAM, "the stream of ALICE"},
                {MTKS_PIECE_MAP, "the mapping table of ALICE"},
                {MTKS_PIECE_DICTIONARY, "the dictionary of ALICE"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (piece_add(look, rows[i].kind, rows[i].name, cuts[i], cuts[i + 1]))
            return -1;
    for (size_t i = first; i < look->pieces.count; i++) {
        look->pieces.items[i].alice = alice;
        look->pieces.items[i].alice_offset = begin;
    }
    return 0;
}

#define ZIMAGE_HEAD 0x40u /* bytes: table and LZMA header, which are not compressed */

static int container_add(struct mtks_look *look, const struct mtks_container *container,
                         uint64_t end)
{
    const struct mtks_codec *codec = mtks_codec_find(container->codec);
    if (codec->kind == MTKS_CODEC_ALICE)
        return alice_add(look, container, codec, end);
    uint64_t head = end;
    if (codec->kind == MTKS_CODEC_ZIMAGE && end - container->offset > ZIMAGE_HEAD)
        head = container->offset + ZIMAGE_HEAD;
    if (piece_add(look, MTKS_PIECE_PLAIN, container->name, container->offset, head))
        return -1;
    return piece_add(look, MTKS_PIECE_LZMA, container->name, head, end);
}

static int by_offset(const void *left, const void *right)
{
    const struct mtks_container *a = left, *b = right;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

/* The pieces of the part, in rising order; where containers overlap, the first one holds. */
static int cut(struct mtks_look *look)
{
    const struct mtks_analysis *analysis = look->analysis;
    const struct mtks_part *part = &analysis->parts.items[look->part];
    const size_t most = analysis->containers.count;
    struct mtks_container *sorted = mtks_arena_alloc(&look->arena, (most + 1) * sizeof *sorted);
    if (!sorted)
        return -1;
    size_t count = 0;
    for (size_t i = 0; i < most; i++)
        if (analysis->containers.items[i].part == look->part)
            sorted[count++] = analysis->containers.items[i];
    qsort(sorted, count, sizeof *sorted, by_offset);
    uint64_t at = part->offset, end = part->offset + part->length;
    for (size_t i = 0; i < count && at < end; i++) {
        const struct mtks_container *container = &sorted[i];
        uint64_t stop = end;
        if (container->offset < at || container->offset >= end)
            continue;
        mtkscan_add(container->offset, container->length, &stop);
        if (stop > end)
            stop = end;
        if (piece_add(look, MTKS_PIECE_PLAIN, part->name, at, container->offset) ||
            container_add(look, container, stop))
            return -1;
        at = stop;
    }
    return piece_add(look, MTKS_PIECE_PLAIN, part->name, at, end);
}

int mtks_look_open(struct mtks_look *look, struct mtks_analysis *analysis,
                   const struct mtks_dump *dump, uint32_t part)
{
    *look = (struct mtks_look){.analysis = analysis, .dump = dump, .part = part};
    const uint64_t left = analysis->arena.limit - analysis->arena.used;
    mtks_arena_init(&look->arena, left < LOOK_MEMORY ? left : LOOK_MEMORY);
    return cut(look);
}

void mtks_look_close(struct mtks_look *look)
{
    mtks_arena_free(&look->arena);
}

static uint64_t shared(const struct mtks_found *found, uint64_t offset, uint64_t end)
{
    const uint64_t from = offset > found->offset ? offset : found->offset;
    const uint64_t stop = end < found->offset + found->length ? end : found->offset + found->length;
    return stop > from ? stop - from : 0;
}

bool mtks_look_knows(const struct mtks_look *look, uint64_t offset, uint64_t length)
{
    uint64_t known = 0;
    for (size_t i = 0; i < look->found_count; i++)
        known += shared(&look->found[i], offset, offset + length);
    return known >= length - length / 2;
}

bool mtks_look_touches(const struct mtks_look *look, uint64_t offset, uint64_t length)
{
    for (size_t i = 0; i < look->found_count; i++)
        if (shared(&look->found[i], offset, offset + length))
            return true;
    return false;
}

void mtks_look_tell(struct mtks_look *look, const char *code, uint64_t offset, uint64_t length,
                    const char *format, ...)
{
    const uint64_t end = offset + length;
    for (size_t i = 0; i < look->found_count; i++) {
        struct mtks_found *known = &look->found[i];
        const uint64_t known_end = known->offset + known->length;
        if (strcmp(known->code, code) != 0 || offset > known_end || end < known->offset)
            continue;
        const uint64_t from = offset < known->offset ? offset : known->offset;
        known->length = (end > known_end ? end : known_end) - from;
        known->offset = from;
        return;
    }
    if (mtks_look_knows(look, offset, length))
        return;
    if (look->found_count == MTKS_FOUND_MOST) {
        look->found_left_out++;
        return;
    }
    struct mtks_found *found = &look->found[look->found_count++];
    *found = (struct mtks_found){.code = code, .offset = offset, .length = length};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(found->detail, sizeof found->detail, format, arguments);
    va_end(arguments);
}

/* Where a group begins by its entry, in the dump. */
static uint64_t group_place(const struct mtks_piece *piece, uint64_t group)
{
    const struct mtks_alice *alice = piece->alice;
    const uint32_t entry = mtkscan_le32(alice->bytes + alice->header.map_offset + 4 * group);
    return piece->offset + ((entry - alice->header.stream_address) & PLACE_MASK);
}

uint64_t mtks_look_group_at(const struct mtks_piece *piece, uint64_t offset)
{
    uint64_t low = 0, high = piece->alice->groups; /* the answer is in [low, high) */
    while (high - low > 1) {
        const uint64_t middle = low + (high - low) / 2;
        if (group_place(piece, middle) <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

bool mtks_look_groups_bad(const struct mtks_piece *piece, uint64_t offset, uint64_t length)
{
    uint8_t decoded[GROUP_ROOM];
    const struct mtks_alice *alice = piece->alice;
    if (piece->kind != MTKS_PIECE_STREAM || alice->group_bytes > sizeof decoded)
        return false;
    uint64_t group = mtks_look_group_at(piece, offset);
    for (uint32_t i = 0; i < GROUPS_MOST && group < alice->groups; i++, group++) {
        if (i && group_place(piece, group) >= offset + length)
            break;
        if (mtks_alice_group(alice, group, decoded) != 0)
            return true;
    }
    return false;
}

struct mtks_code_marks mtks_look_code(const uint8_t *bytes, uint64_t length, uint16_t ignore)
{
    static const struct {
        uint16_t mask, value;
    } edges[] = {{0xFF00, 0xB500}, {0xFF00, 0xBD00}, {0xFFFF, 0x4770}};
    const uint16_t heed = (uint16_t)~ignore;
    struct mtks_code_marks marks = {0};
    for (uint64_t i = 0; i + 4 <= length; i += 2) {
        const uint16_t half = mtkscan_le16(bytes + i), next = mtkscan_le16(bytes + i + 2);
        marks.calls +=
            ((half ^ 0xF000u) & 0xF800u & heed) == 0 && ((next ^ 0xF800u) & 0xF800u & heed) == 0;
        for (size_t k = 0; k < sizeof edges / sizeof *edges; k++)
            marks.edges += ((half ^ edges[k].value) & edges[k].mask & heed) == 0;
        for (size_t k = 0; k < 2; k++)
            marks.text += bytes[i + k] >= 0x20 && bytes[i + k] < 0x7F;
    }
    return marks;
}

uint32_t mtks_look_calls_out(const struct mtks_piece *piece, uint64_t begin, uint64_t end)
{
    uint32_t count = 0;
    for (uint64_t at = (begin + 1) & ~UINT64_C(1); at + 4 <= end; at += 2) {
        const uint32_t high = mtkscan_le16(piece->bytes + at);
        const uint32_t low = mtkscan_le16(piece->bytes + at + 2);
        if ((high & 0xF800) != 0xF000 || (low & 0xF800) != 0xF800)
            continue;
        const uint32_t raw = (high & 0x7FF) << 11 | (low & 0x7FF); /* halfwords, 22 bits, signed */
        const int64_t to = (int64_t)at + 4 + 2 * ((int64_t)(raw ^ 0x200000u) - 0x200000);
        count += to < (int64_t)begin || to >= (int64_t)end;
    }
    return count;
}
