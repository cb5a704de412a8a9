/* SPDX-License-Identifier: MIT */
/*
 * ALICE: halfwords coded by a dictionary, in groups that a mapping table finds again (FORMAT.md
 * 5.2, 5.3). A container is opened once and read from then on; each group can be decoded alone.
 *
 *     stream [header_size, map_offset)        bits, most significant first
 *     mapping table [map_offset, dictionary)  a word a group, and the sentinel behind the last one
 *     dictionary [dictionary_offset, length)  halfwords, seven ranges of 2^bits each
 */
#ifndef MTKSCAN_CODEC_ALICE_H
#define MTKSCAN_CODEC_ALICE_H

#include "codec.h"
#include "mtkscan/viva.h"

#define MTKS_ALICE_HALF_WORDS 32u /* after so many halfwords the stream goes on at a whole byte */
#define MTKS_ALICE_CLASSES    8u  /* the seven ranges of the dictionary, and literals */
#define MTKS_ALICE_NOWHERE    UINT64_MAX

/* How a halfword of one class is read. A row also serves literals, so that reading never branches.
 */
struct mtks_alice_class {
    uint32_t base;       /* of its range of the dictionary, from 1 on; 0 for literals */
    uint32_t index_mask; /* of the payload: the dictionary's index; 0 for literals */
    uint16_t take_coded; /* 0xFFFF: the payload is the halfword itself; else 0 */
    uint8_t bits;        /* with the three of the class */
};

/* An open container. [lifetime: its bytes, and the arena it was opened with] */
struct mtks_alice {
    mtkscan_alice_header header;
    const uint8_t *bytes;
    uint64_t length;
    uint64_t groups;      /* entries of the mapping table, without the sentinel */
    uint64_t group_bytes; /* of one decoded group */
    uint64_t output_size; /* of all: the true size rounded up to whole groups */
    uint32_t exec_addr;   /* where the decoded image runs; 0: not known */
    bool branches;        /* branches are translated (ALICE_2) */
    struct mtks_alice_class classes[MTKS_ALICE_CLASSES];
    const uint16_t *dictionary;  /* from index 1 on; 0 is where literals look, to no effect */
    uint32_t dictionary_present; /* entries that the file holds: may be two short (FORMAT.md 5.2) */
};

/* What is known of a container but does not stand in it. */
struct mtks_alice_source {
    const uint8_t *bytes; /* as many of the container's bytes as there are [lifetime: caller] */
    uint64_t length;
    uint32_t address;   /* of its first byte by VIVA's table; 0: not known */
    uint32_t exec_addr; /* 0: not known */
    uint32_t version;   /* 1 or 2, which translates branches; 0: as its name says */
};

/*
 * Opens a container and takes its output from the run. MTKSCAN_DAMAGED when the header contradicts
 * itself or the bytes end before the dictionary; MTKSCAN_REFUSED at a limit.
 */
int mtks_alice_open(struct mtks_alice *alice, const struct mtks_alice_source *source,
                    struct mtks_codec_run *run, mtkscan_error *error);

#define MTKS_ALICE_BAD_ENTRY      1u /* the mapping entry is wrong, the stream is not */
#define MTKS_ALICE_BAD_STREAM     2u /* the stream does not reach where the next group begins */
#define MTKS_ALICE_BAD_DICTIONARY 4u /* a code names an entry that the file does not hold */

/* A run of neighbouring groups with the same fault. */
struct mtks_alice_bad {
    uint64_t group, count;
    uint64_t offset, length;             /* of the coded bytes, in the container */
    uint64_t image_offset, image_length; /* of the decoded ones */
    uint64_t address;                    /* of the decoded ones in memory, or MTKS_ALICE_NOWHERE */
    uint32_t reason;                     /* MTKS_ALICE_BAD_* */
    bool filled;                         /* the decoded bytes are the fill byte */
};

struct mtks_alice_result {
    uint64_t matched; /* groups whose mapping entry says exactly where the stream stands */
    uint64_t bad;     /* groups that were filled */
    bool sentinel;    /* the last word of the table agrees with the stream's end */
    MTKS_LIST(struct mtks_alice_bad) runs; /* in rising order [lifetime: the run's arena] */
};

/* Whether nothing at all disagrees. That is consistent, not proven: most single bits in a payload
 * or in the dictionary change neither lengths nor places (FORMAT.md 2.3). */
static inline bool mtks_alice_clean(const struct mtks_alice *alice,
                                    const struct mtks_alice_result *result)
{
    return result->matched == alice->groups && result->sentinel && result->bad == 0;
}

/*
 * Decodes all groups to `image`, alice->output_size bytes, branches as the processor sees them.
 * Groups that cannot be trusted are filled with `fill` and told of; damage is no failure. Anything
 * but MTKSCAN_DONE: MTKSCAN_REFUSED at a limit, MTKSCAN_INTERRUPTED; `image` is then of no use.
 */
int mtks_alice_decode(const struct mtks_alice *alice, struct mtks_codec_run *run, uint8_t fill,
                      uint8_t *image, struct mtks_alice_result *result, mtkscan_error *error);

/*
 * The same in pieces, for several threads. mtks_alice_range() decodes `count` groups from `first`
 * on to their place in `image`, each from where its entry says, and tells whether nothing in them
 * disagrees with the table up to where the next group begins; `first + count` is at most
 * alice->groups. [thread: any number on one container, for groups that do not overlap]
 * When it said so of all groups before `sound`, mtks_alice_decode_rest() does what is left, so that
 * the result is mtks_alice_decode()'s, whatever `sound` is.
 */
bool mtks_alice_range(const struct mtks_alice *alice, uint64_t first, uint64_t count,
                      uint8_t *image);
int mtks_alice_decode_rest(const struct mtks_alice *alice, struct mtks_codec_run *run, uint8_t fill,
                           uint64_t sound, uint8_t *image, struct mtks_alice_result *result,
                           mtkscan_error *error);

/* Steps that decoding takes, sound or not. */
uint64_t mtks_alice_steps(const struct mtks_alice *alice);

/* Decodes one group from its mapping entry alone to group_bytes bytes. Returns MTKS_ALICE_BAD_*:
 * 0 when its entry and the next one agree with the stream. `group` is below alice->groups.
 * [thread: any number on one container] */
uint32_t mtks_alice_group(const struct mtks_alice *alice, uint64_t group, uint8_t *to);

/* The true-size rule: the image is `size` bytes, rounded up to whole groups with zero bytes
 * (FORMAT.md 5.4). */
bool mtks_alice_size_fits(const struct mtks_alice *alice, const uint8_t *image, uint64_t size);

/*
 * Undoes the branch translation of ALICE_2 in `count` halfwords. `first` is the index of the first
 * one in the image and a multiple of MTKS_ALICE_HALF_WORDS: no branch crosses such a place.
 */
void mtks_alice_branches_undo(uint8_t *halfwords, uint64_t count, uint64_t first);

#endif
