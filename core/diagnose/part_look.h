/* SPDX-License-Identifier: MIT */
/*
 * One look into one part: the pieces it is made of, each of which has rules of its own, and what
 * the detectors found in them so far.
 */
#ifndef MTKSCAN_DIAGNOSE_PART_LOOK_H
#define MTKSCAN_DIAGNOSE_PART_LOOK_H

#include <stdbool.h>

#include "../codec/alice.h"
#include "../dump/dump.h"
#include "../model/analysis.h"

/* What bytes of a kind cannot be, FORMAT.md 5 tells; figures are those of the detectors. */
enum mtks_piece_kind {
    MTKS_PIECE_PLAIN,      /* code and data as the processor sees them */
    MTKS_PIECE_LZMA,       /* looks random: any regularity is damage */
    MTKS_PIECE_STREAM,     /* of ALICE: nearly so, but equal code is coded alike */
    MTKS_PIECE_MAP,        /* of ALICE: rising words */
    MTKS_PIECE_DICTIONARY, /* of ALICE: halfwords, none twice */
    MTKS_PIECE_KINDS
};

struct mtks_piece {
    enum mtks_piece_kind kind;
    const char *name; /* "code or data of ROM" [lifetime: the look] */
    uint64_t offset, length;
    const uint8_t *bytes;           /* in the dump */
    const struct mtks_alice *alice; /* of the three kinds of ALICE; else NULL */
    uint64_t alice_offset;          /* of its container */
};

struct mtks_found {
    const char *code;
    uint64_t offset, length;
    char detail[112];
};

#define MTKS_FOUND_MOST 24u /* findings of one part; a part with more is bad all over */

struct mtks_look {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    uint32_t part;
    bool known_bad;          /* its hash failed, so that naming the damage is all that is left */
    struct mtks_arena arena; /* of this look */
    MTKS_LIST(struct mtks_piece) pieces; /* rising, adjacent; what no container holds is plain */
    struct mtks_found found[MTKS_FOUND_MOST];
    size_t found_count;
    uint64_t found_left_out;
};

/* Opens a look at a part whose bytes are there whole. 0, or -1 when memory is out; either way
 * mtks_look_close() ends it. */
int mtks_look_open(struct mtks_look *look, struct mtks_analysis *analysis,
                   const struct mtks_dump *dump, uint32_t part);
void mtks_look_close(struct mtks_look *look);

/*
 * Notes a finding of [offset, offset + length) of the dump. One that touches or overlaps an earlier
 * one of the same code makes it longer; one that an earlier one of another code covers by half is
 * dropped: detectors that know more look first.
 */
void mtks_look_tell(struct mtks_look *look, const char *code, uint64_t offset, uint64_t length,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Whether an earlier finding covers half of the range or more. */
bool mtks_look_knows(const struct mtks_look *look, uint64_t offset, uint64_t length);

/* Whether an earlier finding has any byte of the range. */
bool mtks_look_touches(const struct mtks_look *look, uint64_t offset, uint64_t length);

/* Whether a group of ALICE that has bytes in [offset, offset + length) of a STREAM piece disagrees
 * with the mapping table. Decodes at most a few dozen groups. */
bool mtks_look_groups_bad(const struct mtks_piece *piece, uint64_t offset, uint64_t length);

/* The group whose stream bytes hold `offset`, as far as the mapping table can be believed. */
uint64_t mtks_look_group_at(const struct mtks_piece *piece, uint64_t offset);

/* Marks of Thumb code. Code of this platform has one in some 20 bytes, tables one in some 200. */
struct mtks_code_marks {
    uint32_t calls; /* BL pairs */
    uint32_t edges; /* of functions: PUSH with LR, POP with PC, BX LR */
    uint32_t text;  /* bytes that are printable ASCII */
};

/* Counts them, with the bits of `ignore`, in a halfword, left out of account. */
struct mtks_code_marks mtks_look_code(const uint8_t *bytes, uint64_t length, uint16_t ignore);

/*
 * BL pairs of [begin, end) of a piece that lead out of it. An exact copy of code from elsewhere can
 * hardly hold one: BL counts from where it stands, so copies of one source line differ.
 */
uint32_t mtks_look_calls_out(const struct mtks_piece *piece, uint64_t begin, uint64_t end);

#endif
