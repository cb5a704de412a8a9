/* SPDX-License-Identifier: MIT */
/*
 * Where in VIVA bytes were lost or came in, by its ALICE container: groups of the stream decode by
 * their place before the break, or by their place behind it, and the border is the break.
 */
#include <stdlib.h>
#include <string.h>

#include "../codec/alice.h"
#include "mtkscan/bytes.h"
#include "raw.h"

#define VIVA_WORDS  0x38u /* VIVAInfo, behind the header */
#define ALICE_WORD  4u
#define HEAD        MTKSCAN_ALICE_LONG
#define GROUP_ROOM  0x400u
#define PLACE_MASK  0x3FFFFFFu /* of a mapping entry (FORMAT.md 5.3) */
#define NEIGHBOURS  6u         /* groups that have to be sound: one alone may be by chance */
#define SLACK       3u
#define OUTPUT_MOST (64u << 20)

/* The container put together twice: as it is before the break, and as it is behind. */
struct border {
    struct mtks_alice front, rear;
    uint64_t place; /* of the container, in VIVA */
};

static uint64_t group_place(const struct mtks_alice *alice, uint64_t group)
{
    uint32_t entry = mtkscan_le32(alice->bytes + alice->header.map_offset + 4 * group);
    return alice->header.header_size + ((entry - alice->header.stream_address) & PLACE_MASK);
}

/* Whether the groups from `group` on, or up to it, are sound. */
static bool sound(const struct mtks_alice *alice, uint64_t group, bool upwards)
{
    uint8_t room[GROUP_ROOM];
    for (uint64_t i = 0; i < NEIGHBOURS; i++) {
        uint64_t each = upwards ? group + i : group - i;
        if (each >= alice->groups) /* also when it wrapped: there is no more */
            return true;
        if (mtks_alice_group(alice, each, room))
            return false;
    }
    return true;
}

/* The number of groups from the start on that are sound, or the first one of those up to the end:
 * half the groups left each time, as they are sound on one side of the break only. */
static uint64_t find_border(const struct mtks_alice *alice, bool upwards)
{
    uint64_t low = 0, high = alice->groups;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (sound(alice, middle, upwards) == upwards)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Narrows [*from, *to], offsets in the container, to where both sides agree. */
static bool narrow(const struct border *border, int64_t shift, uint64_t *from, uint64_t *to)
{
    const struct mtks_alice *alice = &border->rear;
    const uint64_t lost = shift < 0 ? (uint64_t)-shift : 0;
    const uint64_t first_bad = find_border(&border->front, false);
    const uint64_t first_good = find_border(alice, true);
    if (first_bad >= alice->groups || first_good == 0 || first_good >= alice->groups)
        return false;
    /* A group across the break may fit by chance: each side can be wrong by a few. */
    const uint64_t front = first_bad > SLACK ? first_bad - SLACK : 0;
    const uint64_t rear = first_good - 1 > SLACK ? first_good - 1 - SLACK : 0;
    const uint64_t last = alice->groups - 1;
    const uint64_t low = group_place(alice, front), rear_low = group_place(alice, rear);
    const uint64_t high =
        group_place(alice, first_bad + 1 + SLACK < last ? first_bad + 1 + SLACK : last);
    const uint64_t rear_high =
        group_place(alice, first_good + SLACK < last ? first_good + SLACK : last);
    const uint64_t from_rear = rear_low > lost ? rear_low - lost : 0;
    const uint64_t to_rear = rear_high > lost ? rear_high - lost : 0;
    *from = low > from_rear ? low : from_rear;
    *to = high < to_rear ? high : to_rear;
    if (*from > *to) {
        *from = low;
        *to = high;
    }
    return *from <= *to && *to - *from < 0x1000 && *to < alice->header.map_offset;
}

/* Bytes [from, to) of VIVA as the dump has them `shift` off; outside the dump they are zero. */
static void put(uint8_t *viva, const struct mtks_dump *dump, uint64_t at, int64_t shift,
                uint64_t from, uint64_t to)
{
    for (; from < to; from++) {
        int64_t source = (int64_t)(at + from) + shift;
        viva[from] = source >= 0 && source < (int64_t)dump->size ? dump->bytes[source] : 0;
    }
}

static bool open_both(struct border *border, const uint8_t *front, const uint8_t *rear,
                      uint64_t length, uint32_t address, struct mtks_codec_run *run)
{
    struct mtks_alice_source source = {.bytes = rear, .length = length, .address = address};
    if (mtks_alice_open(&border->rear, &source, run, NULL) != MTKSCAN_DONE ||
        border->rear.group_bytes > GROUP_ROOM || border->rear.groups == 0)
        return false;
    border->front = border->rear;
    border->front.bytes = front;
    return true;
}

/* The container of the VIVA at `viva`: its place in it, and its address; 0: it has none. */
static uint64_t container(const struct mtks_dump *dump, const struct mtks_anchor *viva,
                          uint32_t *address)
{
    const uint8_t *words = mtks_dump_span(dump, viva->at + VIVA_WORDS, 20);
    if (!words)
        return 0;
    *address = mtkscan_le32(words + (size_t)4 * ALICE_WORD);
    uint64_t place = *address - (uint64_t)mtkscan_le32(words);
    return place > VIVA_WORDS && place + HEAD < viva->length ? place : 0;
}

static bool is_alice(const struct mtks_dump *dump, int64_t at)
{
    const uint8_t *text = at < 0 ? NULL : mtks_dump_span(dump, (uint64_t)at, 6);
    return text && memcmp(text, "ALICE_", 6) == 0;
}

static bool search(const struct mtks_dump *dump, const struct mtks_anchor *viva, int64_t shift,
                   struct border *border, uint32_t address, uint64_t *from, uint64_t *to)
{
    const uint64_t place = border->place, length = viva->length - place;
    uint8_t *front = malloc((size_t)length), *rear = malloc((size_t)length);
    struct mtks_arena arena;
    struct mtks_limits limits;
    struct mtks_codec_run run;
    bool found = false;
    mtks_arena_init(&arena, OUTPUT_MOST);
    mtks_limits_init(&limits);
    mtks_codec_run_init(&run, &arena, &limits, NULL);
    if (!front || !rear)
        goto out;
    put(rear, dump, viva->at + place, 0, 0, HEAD);
    put(rear, dump, viva->at + place, shift, HEAD, length);
    if (!open_both(border, front, rear, length, address, &run))
        goto out;
    put(front, dump, viva->at + place, 0, 0, border->rear.header.map_offset);
    memcpy(front + border->rear.header.map_offset, rear + border->rear.header.map_offset,
           (size_t)(length - border->rear.header.map_offset));
    found = narrow(border, shift, from, to);
    *from += viva->at + place;
    *to += viva->at + place;
out:
    mtks_arena_free(&arena);
    free(front);
    free(rear);
    return found;
}

bool mtks_place_by_groups(const struct mtks_dump *dump, const struct mtks_anchor *viva,
                          int64_t shift, uint64_t *from, uint64_t *to)
{
    struct border border = {.place = 0};
    uint32_t address = 0;
    border.place = container(dump, viva, &address);
    if (!border.place || viva->length > dump->size + MTKS_SHIFT_LIMIT)
        return false;
    const int64_t head = (int64_t)(viva->at + border.place);
    if (is_alice(dump, head))
        return search(dump, viva, shift, &border, address, from, to);
    if (!is_alice(dump, head + shift))
        return false;
    *from = viva->at + VIVA_WORDS; /* what stands before ALICE is compressed: no more is known */
    *to = (uint64_t)(shift < 0 ? head + shift : head);
    return *from < *to;
}
