/* SPDX-License-Identifier: MIT */
/* What the detectors of the raw input share. */
#ifndef MTKSCAN_DIAGNOSE_RAW_H
#define MTKSCAN_DIAGNOSE_RAW_H

#include "anchors.h"
#include "diagnose.h"

typedef unsigned long long mtks_wide; /* for %llx */

/* States what was seen; detail is cut where it does not fit. */
void mtks_suspect(struct mtks_suspicion *found, const char *code, unsigned bits, uint64_t offset,
                  uint64_t length, const char *detail, ...) __attribute__((format(printf, 6, 7)));

/* Adds a step to the remedy; `text` is static and says what it does. */
void mtks_remedy(struct mtks_suspicion *found, struct mtks_view_step step, const char *text);

/* A file of a kit: one that begins with its header and ends where it says, or a ROM_VIVA container
 * (FORMAT.md 1.4). Where its bytes belong, from `from` on; false when it is none. */
struct mtks_kit_file {
    const char *name;
    uint64_t from, place;
};
bool mtks_is_kit_file(const struct mtks_dump *dump, struct mtks_kit_file *file);

/*
 * Where in a file of code, which begins at file->at and whose bytes in the dump end at `end`,
 * `shift` bytes came in (negative: were lost): the place lies in [*from, *to]. Found by the calls
 * of its Thumb code and its pointers to texts, which meet a function's or text's first byte only
 * when the shift is counted in. False when there is too little code to tell.
 */
bool mtks_place_by_code(const struct mtks_dump *dump, const struct mtks_anchor *file, uint64_t end,
                        int64_t shift, uint64_t *from, uint64_t *to);

/* The place in [from, to] where `inserted` bytes came into a boot loader, so that its hash agrees
 * without them. */
bool mtks_place_by_hash(const struct mtks_dump *dump, const struct mtks_anchor *file, uint64_t from,
                        uint64_t to, uint64_t inserted, uint64_t *place);

/* The same for a VIVA file at `viva`: by the groups of its ALICE container. */
bool mtks_place_by_groups(const struct mtks_dump *dump, const struct mtks_anchor *viva,
                          int64_t shift, uint64_t *from, uint64_t *to);

/* The start of a piece of `length` bytes in [begin, end) that equals the piece before it, and is no
 * filler; of several, the one at a multiple of what divides the length, as readers repeat whole
 * chunks. MTKSCAN_NO_OFFSET when there is none, or nothing to choose by. */
uint64_t mtks_place_by_repeat(const struct mtks_dump *dump, uint64_t begin, uint64_t end,
                              uint64_t length);

void mtks_raw_blank(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                    struct mtks_suspicion *found);
void mtks_raw_foreign(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                      struct mtks_suspicion *found);
void mtks_raw_kitfile(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                      struct mtks_suspicion *found);
void mtks_raw_swap(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                   struct mtks_suspicion *found);
void mtks_raw_halves(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                     struct mtks_suspicion *found);
void mtks_raw_shift(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                    struct mtks_suspicion *found);
void mtks_raw_mirror(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                     struct mtks_suspicion *found);
void mtks_raw_middle(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                     struct mtks_suspicion *found);
void mtks_raw_tail(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                   struct mtks_suspicion *found);

#endif
