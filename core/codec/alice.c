/* SPDX-License-Identifier: MIT */
/*
 * A whole ALICE stream, damaged or not. The stream and the mapping table say the same thing twice,
 * so where they disagree a group is tried from both places, and the one that leads to where the
 * next group begins is believed.
 */
#include "alice.h"

#include <string.h>

#include "alice_stream.h"
#include "mtkscan/bytes.h"

#define WORD         4u
#define PLACE_MASK   0x03FFFFFFu /* of a mapping entry: low bits of the address of its first byte */
#define HINT_SHIFT   26u         /* above them: bytes of the first half-block ... */
#define HINT_BIAS    13u         /* ... less this */
#define GROUP_MAX    1024u       /* bytes of the largest group */
#define STEP_GROUPS  4096u       /* between two reports of progress */
#define STREAM_ALIGN 4u          /* the mapping table begins at the next multiple of this */
#define TRIES        3u          /* times that one group is decoded at most */

#define STAGE      "decoding ALICE"
#define BAD_FILLED (MTKS_ALICE_BAD_STREAM | MTKS_ALICE_BAD_DICTIONARY)

/* What is noted of each group. */
struct note {
    uint32_t from; /* where it was decoded from, in the container */
    uint32_t reason;
};

struct walk {
    const struct mtks_alice *alice;
    struct note *notes;
    uint64_t position;  /* where the stream stands, or NOWHERE */
    uint64_t last;      /* the last place that was known */
    uint64_t unsettled; /* the first group whose end nothing has confirmed yet */
};

/* A word of the mapping table; number `groups` is the sentinel. */
static uint32_t entry(const struct mtks_alice *alice, uint64_t group)
{
    return mtkscan_le32(alice->bytes + alice->header.map_offset + WORD * group);
}

/* Where a group begins by its entry, in the container; NOWHERE when that is not in the stream. */
static uint64_t place(const struct mtks_alice *alice, uint64_t group)
{
    const mtkscan_alice_header *header = &alice->header;
    const uint32_t offset = (entry(alice, group) - header->stream_address) & PLACE_MASK;
    const uint64_t at = header->header_size + (uint64_t)offset;
    const uint64_t end = header->map_offset + (group == alice->groups ? 1 : 0);
    return at < end ? at : MTKS_ALICE_NOWHERE;
}

/* The low bits of the address of a place in the container. */
static uint32_t place_bits(const struct mtks_alice *alice, uint64_t position)
{
    const mtkscan_alice_header *header = &alice->header;
    return (header->stream_address + (uint32_t)(position - header->header_size)) & PLACE_MASK;
}

static bool hint_agrees(const struct mtks_alice *alice, uint64_t group, uint32_t first)
{
    return entry(alice, group) >> HINT_SHIFT == first - HINT_BIAS;
}

/* Whether a group that begins at `from` agrees with its entry's hint and with the next entry. */
static bool fits(const struct mtks_alice *alice, uint64_t group, uint64_t from)
{
    uint8_t tried[GROUP_MAX];
    const struct mtks_alice_span span = mtks_alice_span_decode(alice, from, tried);
    return span.end != MTKS_ALICE_NOWHERE && span.end == place(alice, group + 1) &&
           hint_agrees(alice, group, span.first);
}

/* Nothing says which of the groups not yet confirmed is the bad one, so none is believed. */
static void distrust(struct walk *walk, uint64_t end)
{
    for (uint64_t i = walk->unsettled; i < end; i++)
        walk->notes[i].reason |= MTKS_ALICE_BAD_STREAM;
}

/* Decides where `group` begins. Returns whether its entry says so too. */
static bool settle_start(struct walk *walk, uint64_t group)
{
    const struct mtks_alice *alice = walk->alice;
    const uint64_t stated = place(alice, group), found = walk->position;
    struct note *note = &walk->notes[group];
    if (stated == MTKS_ALICE_NOWHERE) {
        note->reason |= MTKS_ALICE_BAD_ENTRY;
        return false;
    }
    if (stated == found) {
        walk->unsettled = group;
        return true;
    }
    /* The stream's own end, and NOWHERE, are where no group can begin. */
    const bool stated_fits = fits(alice, group, stated);
    const bool found_fits = found < alice->header.map_offset && fits(alice, group, found);
    const bool keep = found_fits && !stated_fits;
    if (keep) {
        note->reason |= MTKS_ALICE_BAD_ENTRY;
    } else {
        /* When both fit, one does so by chance, and this group may be the wrong one as well. */
        distrust(walk, found_fits ? group + 1 : group);
        walk->position = stated;
    }
    walk->unsettled = group;
    return !keep;
}

/* Decodes one group to `to`. Returns whether its entry agrees with the stream in all it says. */
static bool group_step(struct walk *walk, uint64_t group, uint8_t *to)
{
    const struct mtks_alice *alice = walk->alice;
    struct note *note = &walk->notes[group];
    const uint64_t before = walk->position;
    const bool stated = settle_start(walk, group);
    if (walk->position >= alice->header.map_offset) { /* NOWHERE, or at the stream's end */
        note->from = (uint32_t)walk->last;
        note->reason |= MTKS_ALICE_BAD_STREAM;
        walk->position = MTKS_ALICE_NOWHERE;
        return false;
    }
    const uint64_t from = walk->position;
    const struct mtks_alice_span span = mtks_alice_span_decode(alice, from, to);
    const bool hint = hint_agrees(alice, group, span.first);
    note->from = (uint32_t)from;
    if (stated && !hint)
        note->reason |= MTKS_ALICE_BAD_STREAM;
    if (span.entries_bad)
        note->reason |= MTKS_ALICE_BAD_DICTIONARY;
    if (alice->branches)
        mtks_alice_branches_undo(to, alice->header.group_size, group * alice->header.group_size);
    walk->position = span.end;
    walk->last = span.end == MTKS_ALICE_NOWHERE ? from : span.end;
    return stated && hint && from == before;
}

/* The end of the stream confirms the last groups. Returns whether the sentinel agrees. */
static bool settle_end(struct walk *walk)
{
    const struct mtks_alice *alice = walk->alice;
    const uint64_t end = walk->position;
    const bool sentinel =
        end != MTKS_ALICE_NOWHERE && entry(alice, alice->groups) == place_bits(alice, end);
    /* With the sentinel damaged, the stream still ends right before the mapping table. */
    if (!sentinel && (end == MTKS_ALICE_NOWHERE || alice->header.map_offset - end >= STREAM_ALIGN))
        distrust(walk, alice->groups);
    return sentinel;
}

static struct mtks_alice_bad bad_run(const struct walk *walk, uint64_t group, uint64_t count)
{
    const struct mtks_alice *alice = walk->alice;
    const struct note *first = &walk->notes[group];
    const uint64_t end = group + count < alice->groups ? first[count].from : walk->last;
    const uint64_t at = group * alice->group_bytes;
    return (struct mtks_alice_bad){.group = group,
                                   .count = count,
                                   .offset = first->from,
                                   .length = end > first->from ? end - first->from : 0,
                                   .image_offset = at,
                                   .image_length = count * alice->group_bytes,
                                   .address = alice->exec_addr ? alice->exec_addr + at
                                                               : MTKS_ALICE_NOWHERE,
                                   .reason = first->reason,
                                   .filled = (first->reason & BAD_FILLED) != 0};
}

/* Turns the notes into runs, and fills what is not to be trusted. */
static int tell(const struct walk *walk, struct mtks_codec_run *run, uint8_t fill, uint8_t *image,
                struct mtks_alice_result *result, mtkscan_error *error)
{
    const uint64_t groups = walk->alice->groups;
    for (uint64_t i = 0, count = 1; i < groups; i += count, count = 1) {
        const uint32_t reason = walk->notes[i].reason;
        if (!reason)
            continue;
        while (i + count < groups && walk->notes[i + count].reason == reason)
            count++;
        struct mtks_alice_bad *bad = MTKS_PUSH(run->arena, &result->runs);
        if (!bad)
            return mtks_codec_no_memory(error);
        *bad = bad_run(walk, i, count);
        if (!bad->filled)
            continue;
        memset(image + bad->image_offset, fill, bad->image_length);
        result->bad += count;
    }
    return MTKSCAN_DONE;
}

bool mtks_alice_range(const struct mtks_alice *alice, uint64_t first, uint64_t count,
                      uint8_t *image)
{
    uint64_t position = place(alice, first);
    if (first == 0 && position != alice->header.header_size)
        return false;
    for (uint64_t i = first; i < first + count; i++) {
        if (position == MTKS_ALICE_NOWHERE)
            return false;
        uint8_t *to = image + i * alice->group_bytes;
        const struct mtks_alice_span span = mtks_alice_span_decode(alice, position, to);
        position = place(alice, i + 1);
        if (span.end == MTKS_ALICE_NOWHERE || span.end != position || span.entries_bad ||
            !hint_agrees(alice, i, span.first))
            return false;
        if (alice->branches)
            mtks_alice_branches_undo(to, alice->header.group_size, i * alice->header.group_size);
    }
    return true;
}

static int stop(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_INTERRUPTED, "stopped while decoding ALICE");
}

/* The walk, entered behind `sound` groups: it is in the state that these leave it in. */
static int walk_rest(const struct mtks_alice *alice, struct mtks_codec_run *run, uint8_t fill,
                     uint64_t sound, uint8_t *image, struct mtks_alice_result *result,
                     mtkscan_error *error)
{
    memset(result, 0, sizeof *result);
    struct walk walk = {.alice = alice, .unsettled = sound ? sound - 1 : 0};
    walk.position = walk.last = sound ? place(alice, sound) : alice->header.header_size;
    walk.notes = mtks_arena_alloc(run->arena, sizeof *walk.notes * alice->groups);
    if (!walk.notes)
        return mtks_codec_no_memory(error);
    for (uint64_t i = walk.unsettled; i < sound; i++)
        walk.notes[i].from = (uint32_t)place(alice, i);
    result->matched = sound;
    for (uint64_t i = sound; i < alice->groups; i++) {
        if (i % STEP_GROUPS == 0 && mtks_step(run->progress, STAGE, i, alice->groups))
            return stop(error);
        result->matched += group_step(&walk, i, image + i * alice->group_bytes) ? 1 : 0;
    }
    result->sentinel = settle_end(&walk);
    return tell(&walk, run, fill, image, result, error);
}

int mtks_alice_decode_rest(const struct mtks_alice *alice, struct mtks_codec_run *run, uint8_t fill,
                           uint64_t sound, uint8_t *image, struct mtks_alice_result *result,
                           mtkscan_error *error)
{
    const int taken = mtks_codec_take_steps(run, mtks_alice_steps(alice), error);
    return taken == MTKSCAN_DONE ? walk_rest(alice, run, fill, sound, image, result, error) : taken;
}

uint64_t mtks_alice_steps(const struct mtks_alice *alice)
{
    return TRIES * alice->output_size / 2;
}

int mtks_alice_decode(const struct mtks_alice *alice, struct mtks_codec_run *run, uint8_t fill,
                      uint8_t *image, struct mtks_alice_result *result, mtkscan_error *error)
{
    const int taken = mtks_codec_take_steps(run, mtks_alice_steps(alice), error);
    if (taken != MTKSCAN_DONE)
        return taken;
    uint64_t sound = 0;
    while (sound < alice->groups) {
        const uint64_t left = alice->groups - sound;
        const uint64_t count = left < STEP_GROUPS ? left : STEP_GROUPS;
        if (mtks_step(run->progress, STAGE, sound, alice->groups))
            return stop(error);
        if (!mtks_alice_range(alice, sound, count, image))
            break;
        sound += count;
    }
    return walk_rest(alice, run, fill, sound, image, result, error);
}

uint32_t mtks_alice_group(const struct mtks_alice *alice, uint64_t group, uint8_t *to)
{
    const uint64_t from = place(alice, group);
    if (from == MTKS_ALICE_NOWHERE) {
        memset(to, 0, alice->group_bytes);
        return MTKS_ALICE_BAD_ENTRY;
    }
    const struct mtks_alice_span span = mtks_alice_span_decode(alice, from, to);
    if (alice->branches)
        mtks_alice_branches_undo(to, alice->header.group_size, group * alice->header.group_size);
    const bool sound = span.end != MTKS_ALICE_NOWHERE && span.end == place(alice, group + 1) &&
                       hint_agrees(alice, group, span.first);
    return (sound ? 0 : MTKS_ALICE_BAD_STREAM) | (span.entries_bad ? MTKS_ALICE_BAD_DICTIONARY : 0);
}

bool mtks_alice_size_fits(const struct mtks_alice *alice, const uint8_t *image, uint64_t size)
{
    if (size > alice->output_size || alice->output_size - size >= alice->group_bytes)
        return false;
    for (uint64_t i = size; i < alice->output_size; i++)
        if (image[i] != 0)
            return false;
    return true;
}
