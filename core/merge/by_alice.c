/* SPDX-License-Identifier: MIT */
/*
 * ALICE containers: each group can be decoded alone, and has to end where its neighbour begins
 * (FORMAT.md 5.3). A version is wrong when a group breaks with it that touches nothing else that is
 * disputed, and right when its groups hold and every other version breaks some.
 */
#include "../codec/alice.h"

#include <stdlib.h>
#include <string.h>

#include "looks.h"
#include "mtkscan/bytes.h"

#define GROUP_MAX    1024u /* bytes of one group, decoded; coded at most a fifth more */
#define GROUP_REACH  1280u
#define ENTRY        4u
#define PLACE_MASK   0x03FFFFFFu
#define PASSES       4u       /* what one pass settles lets the next see more */
#define HEADER_TRIED 64u      /* groups that tell whether a header is right */
#define TRY_STEPS    0x10000u /* halfwords of the groups of a cell, as its bytes or as entries */
#define WORDS        0x10000u
#define WORDS_LEAST  32u /* disputed entries of a dictionary that say something */
#define STRONG       (MTKS_FAULT_PERIODIC | MTKS_FAULT_REPEAT)

/* A container on the image under work. */
struct bench {
    struct mtks_merging *merging;
    const struct mtks_container *container;
    struct mtks_alice alice;
    uint64_t *places; /* {place, group} in one word each, sorted; NULL before */
    bool progressed;
};

/* How the groups of a dispute fare with one version. */
struct tally {
    uint64_t held, broken;
};

static int container_open(struct bench *bench)
{
    const struct mtks_container *container = bench->container;
    const struct mtks_alice_source source = {.bytes = bench->merging->image + container->offset,
                                             .length = container->length};
    return mtks_alice_open(&bench->alice, &source, &bench->merging->run, NULL);
}

/* Where a group begins by the mapping table, in the container; the dictionary's end when nowhere.
 */
static uint64_t place_of(const struct mtks_alice *alice, uint64_t group)
{
    const uint32_t word = mtkscan_le32(alice->bytes + alice->header.map_offset + ENTRY * group);
    const uint64_t at =
        alice->header.header_size + ((word - alice->header.stream_address) & PLACE_MASK);
    return at < alice->header.map_offset ? at : alice->length;
}

static int compare_words(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* Sorts the groups by place, so that those of a stretch of the stream are found. */
static int places_sort(struct bench *bench)
{
    const struct mtks_alice *alice = &bench->alice;
    if (!bench->places)
        bench->places =
            mtks_arena_alloc(&bench->merging->work, sizeof *bench->places * alice->groups);
    if (!bench->places)
        return mtks_codec_no_memory(bench->merging->error);
    for (uint64_t i = 0; i < alice->groups; i++)
        bench->places[i] = place_of(alice, i) << 32 | i;
    qsort(bench->places, (size_t)alice->groups, sizeof *bench->places, compare_words);
    return MTKSCAN_DONE;
}

/* Whether a stretch of the container touches a dispute that is open, but for `but`. */
static bool is_disputed(const struct bench *bench, uint64_t offset, uint64_t length,
                        const struct mtks_dispute *but)
{
    const struct mtks_merging *merging = bench->merging;
    const struct mtks_disputes_span span =
        mtks_disputes_in(merging, bench->container->offset + offset, length);
    for (size_t i = span.first; i < span.end; i++)
        if (!merging->disputes.items[i].settled && &merging->disputes.items[i] != but)
            return true;
    return false;
}

/* A group's coded bytes; up to its neighbour, where that makes sense. */
static uint64_t reach_of(const struct mtks_alice *alice, uint64_t group, uint64_t place)
{
    const uint64_t next = group + 1 < alice->groups ? place_of(alice, group + 1) : alice->length;
    const uint64_t reach = next > place && next - place < GROUP_REACH ? next - place : GROUP_REACH;
    return reach < alice->length - place ? reach : alice->length - place;
}

static void group_count(const struct bench *bench, uint64_t group,
                        const struct mtks_dispute *dispute, struct tally *tally)
{
    const struct mtks_alice *alice = &bench->alice;
    uint8_t decoded[GROUP_MAX];
    if ((mtks_alice_group(alice, group, decoded) &
         (MTKS_ALICE_BAD_ENTRY | MTKS_ALICE_BAD_STREAM)) == 0) {
        tally->held++;
        return;
    }
    const uint64_t place = place_of(alice, group);
    const uint64_t entries = alice->header.map_offset + ENTRY * group;
    if (is_disputed(bench, entries, 2 * (uint64_t)ENTRY, dispute) ||
        is_disputed(bench, place, reach_of(alice, group, place), dispute))
        return; /* another dispute may be what breaks it */
    tally->broken++;
}

/* The groups whose entries, or whose neighbours' entries, a dispute touches. */
static void entries_count(const struct bench *bench, const struct mtks_dispute *dispute,
                          struct tally *tally)
{
    const struct mtks_alice *alice = &bench->alice;
    const uint64_t map = bench->container->offset + alice->header.map_offset;
    const uint64_t map_end = bench->container->offset + alice->header.dictionary_offset;
    const uint64_t end = dispute->offset + dispute->length;
    if (dispute->offset >= map_end || end <= map)
        return;
    uint64_t first = dispute->offset > map ? (dispute->offset - map) / ENTRY : 0;
    first = first > 0 ? first - 1 : 0;
    const uint64_t last = ((end < map_end ? end : map_end) - 1 - map) / ENTRY;
    for (uint64_t i = first; i <= last && i < alice->groups; i++)
        group_count(bench, i, dispute, tally);
}

/* The groups whose coded bytes a dispute touches. */
static void stream_count(const struct bench *bench, const struct mtks_dispute *dispute,
                         struct tally *tally)
{
    const struct mtks_alice *alice = &bench->alice;
    const uint64_t base = bench->container->offset;
    const uint64_t begin = dispute->offset > base ? dispute->offset - base : 0;
    const uint64_t end = dispute->offset + dispute->length - base;
    size_t low = 0, high = (size_t)alice->groups;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if ((bench->places[middle] >> 32) + GROUP_REACH <= begin)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < alice->groups; i++) {
        const uint64_t place = bench->places[i] >> 32, group = bench->places[i] & UINT32_MAX;
        if (place >= end || place >= alice->header.map_offset)
            break;
        if (place + reach_of(alice, group, place) > begin)
            group_count(bench, group, dispute, tally);
    }
}

/* Its own looks, not its unit's: a repeat can hold together, and only its ends betray it. */
static bool looks_bad(const struct mtks_merging *merging, const struct mtks_dispute *dispute,
                      uint32_t version)
{
    const size_t index = (size_t)(dispute - merging->disputes.items);
    return mtks_merge_faults(merging, index, index + 1, version) & STRONG;
}

/* Tries each version. Settles the one that holds when all others break; notes those that break. */
static int dispute_try(struct bench *bench, struct mtks_dispute *dispute)
{
    struct mtks_merging *merging = bench->merging;
    const uint32_t before = dispute->chosen;
    uint32_t broken = 0;
    int held = -1;
    bool several = false;
    for (uint32_t i = 0; i < dispute->versions; i++) {
        if (mtks_codec_take_steps(&merging->run, TRY_STEPS, NULL))
            break; /* the limit is reached: what is open stays unknown */
        struct tally tally = {0};
        mtks_dispute_put(merging, dispute, i);
        entries_count(bench, dispute, &tally);
        stream_count(bench, dispute, &tally);
        if (tally.broken) {
            broken |= UINT32_C(1) << i;
        } else {
            several |= held >= 0;
            held = tally.held && !looks_bad(merging, dispute, i) ? (int)i : held;
        }
    }
    const uint32_t all = (UINT32_C(1) << dispute->versions) - 1;
    dispute->out |= (uint16_t)broken;
    if (held >= 0 && !several && (broken | UINT32_C(1) << held) == all) {
        mtks_dispute_settle(merging, dispute, (uint32_t)held, MTKS_MERGE_DECODES);
        bench->progressed = true;
    } else {
        mtks_dispute_put(merging, dispute, held >= 0 ? (uint32_t)held : before);
    }
    return mtks_step(merging->progress, "decoding ALICE", 0, 0)
               ? mtks_fail(merging->error, MTKSCAN_INTERRUPTED, "interrupted")
               : MTKSCAN_DONE;
}

/* One pass over the open disputes of [offset, offset + length) of the container. */
static int stretch_try(struct bench *bench, uint64_t offset, uint64_t length)
{
    struct mtks_merging *merging = bench->merging;
    const struct mtks_disputes_span span =
        mtks_disputes_in(merging, bench->container->offset + offset, length);
    int outcome = MTKSCAN_DONE;
    for (size_t i = span.first; i < span.end && outcome == MTKSCAN_DONE; i++)
        if (!merging->disputes.items[i].settled)
            outcome = dispute_try(bench, &merging->disputes.items[i]);
    return outcome;
}

/* How many of the first groups hold with the header as it stands. */
static uint64_t header_worth(struct bench *bench)
{
    uint8_t decoded[GROUP_MAX];
    uint64_t held = 0;
    if (container_open(bench) != MTKSCAN_DONE)
        return 0;
    for (uint64_t i = 0; i < HEADER_TRIED && i < bench->alice.groups; i++)
        held += mtks_alice_group(&bench->alice, i, decoded) == 0 ? 1 : 0;
    return held + 1;
}

/* A disputed header decides where all else is, so its best version is put first. */
static int header_choose(struct bench *bench)
{
    struct mtks_merging *merging = bench->merging;
    const struct mtks_disputes_span span =
        mtks_disputes_in(merging, bench->container->offset, MTKSCAN_ALICE_LONG);
    for (size_t i = span.first; i < span.end; i++) {
        struct mtks_dispute *dispute = &merging->disputes.items[i];
        uint64_t best = 0;
        uint32_t of = dispute->chosen;
        for (uint32_t j = 0; j < dispute->versions && !dispute->settled; j++) {
            mtks_dispute_put(merging, dispute, dispute->order[j]);
            const uint64_t worth = header_worth(bench);
            if (worth > best) {
                best = worth;
                of = dispute->order[j];
            }
        }
        mtks_dispute_put(merging, dispute, of);
    }
    return container_open(bench);
}

/* Entries of `bytes` that are in `seen` already; marks them. Entries stand at even offsets of the
 * dictionary; `skew` is 1 when `bytes` begins within one. */
static uint64_t words_twice(const uint8_t *bytes, uint64_t length, uint64_t skew, uint8_t *seen)
{
    uint64_t twice = 0;
    for (uint64_t i = skew; i + 2 <= length; i += 2) {
        const uint16_t word = mtkscan_le16(bytes + i);
        twice += seen[word] ? 1 : 0;
        seen[word] = 1;
    }
    return twice;
}

/* Marks the entries that nobody disputes. */
static void words_agreed(const struct bench *bench, uint8_t *seen)
{
    const uint64_t begin = bench->alice.header.dictionary_offset;
    memset(seen, 0, WORDS);
    for (uint64_t i = begin; i + 2 <= bench->alice.length; i += 2)
        if (!is_disputed(bench, i, 2, NULL))
            seen[mtkscan_le16(bench->alice.bytes + i)] = 1;
}

/* No entry stands twice in a dictionary: a code for it would be wasted. Each version is counted
 * against the agreed entries and against itself. */
static void words_try(struct bench *bench, struct mtks_dispute *dispute, const uint8_t *agreed,
                      uint8_t *seen)
{
    const uint64_t begin = bench->container->offset + bench->alice.header.dictionary_offset;
    const uint64_t end = bench->container->offset + bench->alice.length;
    const uint64_t from = dispute->offset > begin ? dispute->offset : begin;
    const uint64_t behind = dispute->offset + dispute->length;
    const uint64_t to = behind < end ? behind : end;
    uint32_t sound = 0, wrong = 0;
    int of = -1;
    if (from >= to || (to - from) / 2 < WORDS_LEAST)
        return;
    for (uint32_t i = 0; i < dispute->versions; i++) {
        memcpy(seen, agreed, WORDS);
        const uint8_t *bytes =
            mtks_dispute_bytes(bench->merging, dispute, i) + (from - dispute->offset);
        const uint64_t twice = words_twice(bytes, to - from, (from - begin) % 2, seen);
        if (twice == 0 && !looks_bad(bench->merging, dispute, i) &&
            !mtks_dispute_is_out(dispute, i)) {
            sound++;
            of = (int)i;
        } else if (twice > 1 || looks_bad(bench->merging, dispute, i)) {
            wrong++;
        }
    }
    if (sound == 1 && sound + wrong == dispute->versions)
        mtks_dispute_settle(bench->merging, dispute, (uint32_t)of, MTKS_MERGE_DECODES);
}

static int dictionary_try(struct bench *bench)
{
    struct mtks_merging *merging = bench->merging;
    const uint64_t begin = bench->alice.header.dictionary_offset;
    const struct mtks_disputes_span span =
        mtks_disputes_in(merging, bench->container->offset + begin, bench->alice.length - begin);
    if (span.first == span.end)
        return MTKSCAN_DONE;
    uint8_t *tables = mtks_arena_alloc(&merging->work, 2 * (uint64_t)WORDS);
    if (!tables)
        return mtks_codec_no_memory(merging->error);
    words_agreed(bench, tables);
    for (size_t i = span.first; i < span.end; i++)
        if (!merging->disputes.items[i].settled)
            words_try(bench, &merging->disputes.items[i], tables, tables + WORDS);
    return MTKSCAN_DONE;
}

static int container_try(struct bench *bench)
{
    const struct mtks_merging *merging = bench->merging;
    const struct mtks_container *container = bench->container;
    const struct mtks_disputes_span span =
        mtks_disputes_in(merging, container->offset, container->length);
    if (span.first == span.end || container->length > UINT32_MAX ||
        !mtkscan_inside(container->offset, container->length, merging->size) ||
        header_choose(bench) != MTKSCAN_DONE)
        return MTKSCAN_DONE;
    const mtkscan_alice_header *header = &bench->alice.header;
    int outcome = places_sort(bench);
    bench->progressed = true;
    for (uint32_t pass = 0; pass < PASSES && bench->progressed && outcome == MTKSCAN_DONE; pass++) {
        bench->progressed = false;
        outcome =
            stretch_try(bench, header->map_offset, header->dictionary_offset - header->map_offset);
        if (outcome == MTKSCAN_DONE)
            outcome = places_sort(bench);
        if (outcome == MTKSCAN_DONE)
            outcome = stretch_try(bench, 0, header->map_offset);
    }
    return outcome == MTKSCAN_DONE ? dictionary_try(bench) : outcome;
}

int mtks_merge_by_alice(struct mtks_merging *merging)
{
    size_t next = 0;
    for (;;) {
        struct bench bench = {.merging = merging};
        bench.container = mtks_merge_container(merging, MTKS_CODEC_ALICE, &next);
        if (!bench.container)
            return MTKSCAN_DONE;
        const int outcome = container_try(&bench);
        if (outcome != MTKSCAN_DONE)
            return outcome;
    }
}
