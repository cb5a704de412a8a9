/* SPDX-License-Identifier: MIT */
#include "alice_evidence_count.h"

#include <string.h>

#include "mtkscan/bytes.h"

#define CLASS_BITS  3u
#define LITERAL     7u
#define WORD        4u
#define PLACE_MASK  0x03FFFFFFu /* of a mapping entry: low bits of an address */
#define HALF_READ   80u   /* bytes that reading one half-block may touch: 32 * 19 bits and a word */
#define STEP_GROUPS 4096u /* between two reports of progress */

/* As struct mtks_alice_class, but literals have uses of their own behind those of the entries. */
struct row {
    uint32_t base, mask;
    uint32_t bits; /* with the three of the class */
};

struct walk {
    const struct mtks_alice *alice;
    struct mtks_alice_counts *counts;
    struct mtks_alice_use *uses; /* entries from 1 on, then literals */
    struct row rows[MTKS_ALICE_CLASSES];
    uint64_t position; /* in the container */
};

static inline uint64_t be64(const uint8_t *at)
{
    return (uint64_t)at[0] << 56 | (uint64_t)at[1] << 48 | (uint64_t)at[2] << 40 |
           (uint64_t)at[3] << 32 | (uint64_t)at[4] << 24 | (uint64_t)at[5] << 16 |
           (uint64_t)at[6] << 8 | (uint64_t)at[7];
}

static uint32_t rows_make(struct walk *walk)
{
    const struct mtks_alice *alice = walk->alice;
    for (unsigned i = 0; i < LITERAL; i++)
        walk->rows[i] = (struct row){.base = alice->classes[i].base,
                                     .mask = alice->classes[i].index_mask,
                                     .bits = alice->classes[i].bits};
    const uint32_t literals = alice->header.dictionary_entries + 1;
    walk->rows[LITERAL] = (struct row){
        .base = literals, .mask = MTKS_ALICE_VALUES - 1, .bits = alice->classes[LITERAL].bits};
    return literals;
}

/* Counts 32 halfwords from `from`, HALF_READ bytes of which can be read; returns the bits they
 * take. */
static inline uint32_t half_count(const struct walk *walk, const uint8_t *from, uint32_t group)
{
    struct mtks_alice_use *uses = walk->uses;
    uint32_t bit = 0;
    for (unsigned i = 0; i < MTKS_ALICE_HALF_WORDS; i += 2) {
        /* At least 57 bits, enough for two halfwords of 19. */
        uint64_t window = be64(from + (bit >> 3)) << (bit & 7);
        for (unsigned j = 0; j < 2; j++) {
            const struct row *row = &walk->rows[window >> (64 - CLASS_BITS)];
            struct mtks_alice_use *use =
                &uses[row->base + ((uint32_t)(window >> (64 - row->bits)) & row->mask)];
            use->count++;
            use->group = group;
            window <<= row->bits;
            bit += row->bits;
        }
    }
    return bit;
}

static void pad_check(struct walk *walk, uint8_t last, uint32_t bits, uint64_t group)
{
    const uint32_t used = bits % 8;
    if (used == 0 || (last & (0xFFu >> used)) == 0)
        return;
    if (walk->counts->pads++ == 0)
        walk->counts->pad_group = group;
}

/* Returns whether the group ends inside the stream. */
static bool group_count(struct walk *walk, uint64_t group)
{
    const struct mtks_alice *alice = walk->alice;
    const uint32_t halves = alice->header.group_size / MTKS_ALICE_HALF_WORDS;
    for (uint32_t i = 0; i < halves; i++) {
        uint8_t copy[HALF_READ];
        const uint8_t *at = alice->bytes + walk->position;
        const uint64_t left = alice->length - walk->position;
        if (left < HALF_READ) {
            memset(copy, 0, sizeof copy);
            memcpy(copy, at, left);
            at = copy;
        }
        const uint32_t bits = half_count(walk, at, (uint32_t)group);
        walk->position += (bits + 7) / 8;
        if (walk->position > alice->header.map_offset)
            return false;
        pad_check(walk, at[(bits - 1) / 8], bits, group);
    }
    return true;
}

uint64_t mtks_alice_group_place(const struct mtks_alice *alice, uint64_t group)
{
    const mtkscan_alice_header *header = &alice->header;
    const uint32_t entry = mtkscan_le32(alice->bytes + header->map_offset + WORD * group);
    return header->header_size + (uint64_t)((entry - header->stream_address) & PLACE_MASK);
}

/* Whether the mapping table has `group` begin where the walk stands; the group behind the last one
 * is the sentinel. */
static bool place_agrees(const struct walk *walk, uint64_t group)
{
    return mtks_alice_group_place(walk->alice, group) == walk->position;
}

int mtks_alice_counts_take(const struct mtks_alice *alice, struct mtks_codec_run *run,
                           struct mtks_alice_counts *counts, mtkscan_error *error)
{
    *counts = (struct mtks_alice_counts){0};
    const int taken = mtks_codec_take_steps(run, alice->output_size / 2, error);
    if (taken != MTKSCAN_DONE)
        return taken;
    struct walk walk = {.alice = alice, .counts = counts, .position = alice->header.header_size};
    const uint32_t literals = rows_make(&walk);
    walk.uses =
        mtks_arena_alloc(run->arena, sizeof *walk.uses * ((uint64_t)literals + MTKS_ALICE_VALUES));
    if (!walk.uses)
        return mtks_codec_no_memory(error);
    counts->entries = walk.uses;
    counts->literals = walk.uses + literals;
    for (uint64_t i = 0; i < alice->groups; i++) {
        if (i % STEP_GROUPS == 0 && mtks_step(run->progress, "looking at ALICE", i, alice->groups))
            return mtks_fail(error, MTKSCAN_INTERRUPTED, "stopped while looking at ALICE");
        if (!place_agrees(&walk, i) || !group_count(&walk, i))
            return MTKSCAN_DONE;
    }
    counts->whole = place_agrees(&walk, alice->groups);
    return MTKSCAN_DONE;
}
