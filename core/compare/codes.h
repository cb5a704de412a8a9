/* SPDX-License-Identifier: MIT */
/*
 * Codes of screens, touch panels and cameras, as version texts and drivers spell them (PEERS.md 0,
 * item 11). No code is proof: they say what a build was made for. [thread: any]
 */
#ifndef MTKSCAN_COMPARE_CODES_H
#define MTKSCAN_COMPARE_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mtks_code_kind {
    MTKS_CODE_SCREEN,
    MTKS_CODE_TOUCH,
    MTKS_CODE_CAMERA,
    MTKS_CODE_UNCLEAR, /* a touch panel or a camera: builds do not say which */
    MTKS_CODE_MAKER,   /* of glass or module */
    MTKS_CODE_KINDS
};

struct mtks_code {
    const char *token; /* upper case */
    enum mtks_code_kind kind;
    const char *chip; /* rows of one chip have the same text */
    const char *note; /* where the row comes from */
};

/* One row a spelling; a row without a letter is a bare number. At most 64. */
extern const struct mtks_code mtks_code_rows[];
extern const size_t mtks_code_count;

/* Sets of chips: a bit for the first row of each. */
struct mtks_codes {
    uint64_t named;   /* in the version texts */
    uint64_t drivers; /* by name in code or data */
    uint64_t offset;  /* of the version text with the first code; MTKSCAN_NO_OFFSET when none */
};

/* Adds what a version text names. */
void mtks_codes_of_text(struct mtks_codes *codes, const char *text, uint64_t offset);

/* Adds the names of drivers that stand in code or data. */
void mtks_codes_of_bytes(struct mtks_codes *codes, const uint8_t *bytes, uint64_t length);

/* The chips of one kind out of a set. */
uint64_t mtks_codes_of_kind(uint64_t set, enum mtks_code_kind kind);

/* Their names, "ST7789, GC9307", cut to `room`. Returns `to`. */
char *mtks_codes_text(char *to, size_t room, uint64_t set);

#endif
