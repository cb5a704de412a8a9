/* SPDX-License-Identifier: MIT */
/*
 * Runs of one byte or one pattern: a chunk that never arrived, a bus that was stuck. What is a run
 * too long depends on where it stands. Longest ones of six sound kits and three decoded images:
 *
 *                          0xFF    0x00   another  pattern
 *     plain, between code    24      61        51      108 bytes
 *     plain, anywhere       614    4663       219     2992
 *     LZMA                    2       6         4       29
 *     ALICE's stream          2      50         4       44 (rows of equal halfwords)
 *     its tables              2       3         3       18
 */
#include <inttypes.h>

#include "part_pattern.h"
#include "parts.h"

#define SIDE          1024u /* bytes looked at on either side, for code */
#define SIDE_MARKS    14u   /* that make it code; random bytes reach 14 once in 5000 times */
#define SIDE_CALLS    3u
#define CHUNK         512u   /* transfers come in multiples of it; linkers do not align to it */
#define CHUNKED_LEAST 0x400u /* a run of whole chunks at a chunk's place */
#define DENSE_LEAST   32u    /* in tables and streams; damage from 64 bytes on is seen */
#define TIMES_LEAST   3u     /* a pattern stands; a torn address makes two of it */
#define DENSE_STEP    40u
#define PLAIN_STEP    64u

enum run_class { RUN_BLANK, RUN_ZERO, RUN_OTHER, RUN_PATTERN, RUN_CLASSES };

static const struct {
    const char *code;
    uint64_t between_code; /* bytes that no linker puts there */
    uint64_t chunked;      /* the same, made of whole chunks; 0: says nothing */
    uint64_t any;          /* nowhere */
    uint64_t known_bad;    /* in a part whose hash failed, to name it */
} rules[RUN_CLASSES] = {
    [RUN_BLANK] = {"MTK-Q030", 0x100, CHUNKED_LEAST, 0x4000, 0x80},
    /* Linkers fill with zeros, and tables have many. */
    [RUN_ZERO] = {"MTK-Q031", 0x100, 0, 0x10000, 0x2000},
    [RUN_OTHER] = {"MTK-Q031", 0x100, CHUNKED_LEAST, 0x4000, 0x80},
    [RUN_PATTERN] = {"MTK-Q032", 0x200, 0x1000, 0x8000, 0xC0},
};

static enum run_class class_of(const uint8_t *bytes, const struct mtks_pattern *run)
{
    if (run->period > 1)
        return RUN_PATTERN;
    return bytes[run->begin] == 0xFF ? RUN_BLANK : bytes[run->begin] == 0x00 ? RUN_ZERO : RUN_OTHER;
}

static bool is_code(const uint8_t *bytes, uint64_t length)
{
    const struct mtks_code_marks marks = mtks_look_code(bytes, length, 0);
    return marks.calls >= SIDE_CALLS && marks.calls + marks.edges >= SIDE_MARKS;
}

/* Code right before and right behind. */
static bool between_code(const struct mtks_piece *piece, const struct mtks_pattern *run)
{
    const uint64_t before = run->begin & ~UINT64_C(1), behind = (run->end + 1) & ~UINT64_C(1);
    return before >= SIDE && behind <= piece->length && piece->length - behind >= SIDE &&
           is_code(piece->bytes + before - SIDE, SIDE) && is_code(piece->bytes + behind, SIDE);
}

static bool is_chunked(const struct mtks_piece *piece, const struct mtks_pattern *run)
{
    return (piece->offset + run->begin) % CHUNK == 0 && (piece->offset + run->end) % CHUNK == 0;
}

static bool plain_is_bad(const struct mtks_look *look, const struct mtks_piece *piece,
                         const struct mtks_pattern *run, enum run_class class)
{
    const uint64_t length = run->end - run->begin;
    if (length >= rules[class].any || (look->known_bad && length >= rules[class].known_bad))
        return true;
    if (rules[class].chunked && length >= rules[class].chunked && is_chunked(piece, run))
        return true;
    return length >= rules[class].between_code && between_code(piece, run);
}

static bool is_bad(const struct mtks_look *look, const struct mtks_piece *piece,
                   const struct mtks_pattern *run, enum run_class class)
{
    const uint64_t length = run->end - run->begin;
    if (length < (uint64_t)TIMES_LEAST * run->period)
        return false;
    switch (piece->kind) {
    case MTKS_PIECE_PLAIN:
        return plain_is_bad(look, piece, run, class);
    case MTKS_PIECE_STREAM: /* rows of equal halfwords are coded as patterns */
        return length >= DENSE_LEAST &&
               mtks_look_groups_bad(piece, piece->offset + run->begin, length);
    default:
        return length >= DENSE_LEAST;
    }
}

static void tell(struct mtks_look *look, const struct mtks_piece *piece,
                 const struct mtks_pattern *run, enum run_class class)
{
    const uint8_t *bytes = piece->bytes + run->begin;
    if (class == RUN_PATTERN)
        mtks_look_tell(look, rules[class].code, piece->offset + run->begin, run->end - run->begin,
                       "%u bytes, 0x%02X 0x%02X and so on, over and over", run->period, bytes[0],
                       bytes[1]);
    else
        mtks_look_tell(look, rules[class].code, piece->offset + run->begin, run->end - run->begin,
                       "nothing but 0x%02X", bytes[0]);
}

void mtks_part_runs(struct mtks_look *look)
{
    for (size_t i = 0; i < look->pieces.count; i++) {
        const struct mtks_piece *piece = &look->pieces.items[i];
        const uint64_t step = piece->kind == MTKS_PIECE_PLAIN ? PLAIN_STEP : DENSE_STEP;
        struct mtks_pattern run = {0};
        while (mtks_pattern_next(piece->bytes, piece->length, run.end, step, &run)) {
            const enum run_class class = class_of(piece->bytes, &run);
            if (is_bad(look, piece, &run, class))
                tell(look, piece, &run, class);
        }
    }
}
