/* SPDX-License-Identifier: MIT */
/* Where in a piece of firmware bytes were lost or came in: by its code, and by what stands twice.
 */
#include <stdlib.h>
#include <string.h>

#include "mtkscan/bytes.h"
#include "raw.h"

#define SEARCH_MOST     0x400000u /* bytes of code looked at */
#define VOTES_LEAST     8         /* calls that have to agree */
#define ONE_SIDED_LEAST 48        /* where none speak against one end of the file */

/* Votes for places: each call raises or lowers a whole stretch, as differences at its ends. */
struct votes {
    int32_t *change; /* one each two bytes from `begin` on, and one behind */
    int64_t begin, end;
};

static void vote(struct votes *votes, int64_t from, int64_t to, int weight)
{
    from = from < votes->begin ? votes->begin : from;
    to = to > votes->end ? votes->end : to;
    if (from > to)
        return;
    votes->change[(from - votes->begin) / 2] += weight;
    votes->change[(to - votes->begin) / 2 + 1] -= weight;
}

/* Whether a function begins there: it saves the link register (PUSH {..., LR}). */
static bool is_function(const struct votes *votes, const struct mtks_dump *dump, int64_t at)
{
    return at >= votes->begin && at + 2 <= votes->end && dump->bytes[at + 1] == 0xB5;
}

/* The target of a Thumb BL at `at`; false when there is none. */
static bool call_target(const uint8_t *bytes, int64_t at, int64_t *target)
{
    uint32_t high = mtkscan_le16(bytes + at), low = mtkscan_le16(bytes + at + 2);
    if (high >> 11 != 0x1E || low >> 11 != 0x1F)
        return false;
    int64_t distance = (int64_t)((high & 0x7FF) << 12 | (low & 0x7FF) << 1);
    *target = at + 4 + distance - (distance & 0x400000 ? 0x800000 : 0);
    return true;
}

/*
 * The calls at every second byte from `first` on. A call from before the place to behind it finds
 * its target `shift` higher, one from behind to before it `shift` lower; others find it as coded.
 */
static void count_calls(struct votes *votes, const struct mtks_dump *dump, int64_t first,
                        int64_t shift)
{
    const int64_t inserted = shift > 0 ? shift : 0;
    int64_t target;
    for (int64_t at = first; at + 4 <= votes->end; at += 2) {
        if (!call_target(dump->bytes, at, &target))
            continue;
        bool forward = target > at;
        int64_t across = target + (forward ? shift : -shift);
        bool plain = is_function(votes, dump, target), moved = is_function(votes, dump, across);
        if (plain == moved)
            continue;
        if (forward)
            vote(votes, at + 4, moved ? across - inserted : target, moved ? 1 : -1);
        else
            vote(votes, (moved ? across : target) + 2, at - inserted, moved ? 1 : -1);
    }
}

/* The stretch around the best places where hardly less speaks for the break: single calls
 * are mistaken, as data look like them. False when nothing stands out. */
static bool widen(const struct votes *votes, size_t count, size_t *first, size_t *last)
{
    int32_t sum = 0, best = votes->change[0], begin = best, end = 0, slack;
    size_t top = 0;
    count--; /* the last one only closes stretches */
    for (size_t i = 0; i < count; i++) {
        sum += votes->change[i];
        end = sum;
        if (sum > best) {
            best = sum;
            top = i;
        }
    }
    const int32_t above_begin = best - begin, above_end = best - end;
    const int32_t support = above_begin < above_end ? above_begin : above_end;
    const int32_t one_sided = above_begin < above_end ? above_end : above_begin;
    slack = 3 + (support < 512 ? support : 512) / 16;
    sum = best;
    for (*first = top; *first > 0 && sum - votes->change[*first] >= best - slack; (*first)--)
        sum -= votes->change[*first];
    sum = best;
    for (*last = top; *last + 1 < count && sum + votes->change[*last + 1] >= best - slack;
         (*last)++)
        sum += votes->change[*last + 1];
    /* Where code ends before the file does, only one side is known. */
    return support >= VOTES_LEAST || one_sided >= ONE_SIDED_LEAST;
}

bool mtks_place_by_code(const struct mtks_dump *dump, const struct mtks_anchor *file, uint64_t end,
                        int64_t shift, uint64_t *from, uint64_t *to)
{
    const uint64_t begin = file->at;
    if (begin >= end || end > dump->size || end - begin > SEARCH_MOST)
        return false;
    const size_t count = (size_t)((end - begin) / 2 + 2);
    struct votes votes = {calloc(count, sizeof(int32_t)), (int64_t)begin, (int64_t)end};
    if (!votes.change)
        return false; /* the place stays uncertain, which is told */
    count_calls(&votes, dump, votes.begin, shift);
    if (shift % 2)
        count_calls(&votes, dump, votes.begin + 1, shift);
    size_t first, last;
    const bool found = widen(&votes, count, &first, &last);
    free(votes.change);
    *from = begin + 2 * (uint64_t)first;
    *to = begin + 2 * (uint64_t)last + 1;
    *to = *to > end ? end : *to;
    return found;
}

#define TRAILER     0x20u        /* of a hashed file (FORMAT.md 2.3) */
#define HASHED_MOST (512u << 20) /* bytes, all trials together */

/* Readers spoil whole packets: where not every byte can be tried, multiples of this can. */
#define PACKET 0x40u

bool mtks_place_by_hash(const struct mtks_dump *dump, const struct mtks_anchor *file, uint64_t from,
                        uint64_t to, uint64_t inserted, uint64_t *place)
{
    const uint8_t *bytes = mtks_dump_span(dump, file->at, file->length + inserted);
    if (to > file->at + file->length)
        to = file->at + file->length;
    if (!bytes || file->length <= TRAILER || from < file->at || from > to)
        return false;
    const uint64_t most = HASHED_MOST / file->length;
    const uint64_t step = to - from < most ? 1 : PACKET;
    from = mtkscan_round_up(from, step);
    uint8_t digest[20], *tried = (to - from) / step < most ? malloc((size_t)file->length) : NULL;
    bool found = false;
    if (!tried || from > to) {
        free(tried);
        return false;
    }
    uint64_t at = from - file->at;
    const uint64_t last = to - file->at, hashed = file->length - TRAILER;
    memcpy(tried, bytes, (size_t)at);
    memcpy(tried + at, bytes + at + inserted, (size_t)(file->length - at));
    for (;;) {
        mtks_sha1_raw(tried, hashed, digest);
        *place = file->at + at;
        found = memcmp(digest, tried + hashed, sizeof digest) == 0;
        if (found || last - at < step)
            break;
        memcpy(tried + at, bytes + at, (size_t)step); /* the next place is one step on */
        at += step;
    }
    free(tried);
    return found;
}

/* Whether some byte in a piece differs from the ones before it often enough to be no filler. */
static bool is_content(const uint8_t *bytes, uint64_t length)
{
    uint64_t changes = 0;
    for (uint64_t i = 1; i < length && changes < 16; i++)
        changes += bytes[i] != bytes[i - 1];
    return changes >= 16;
}

/* Firmware has tables that repeat themselves by nature, mostly more than once. */
static bool is_once(uint64_t run, uint64_t length)
{
    return run >= length && run < length + length / 4 + 64;
}

/* Places that came into question, and how many. */
struct chosen {
    uint64_t place, count;
};

static void choose(struct chosen *chosen, uint64_t place)
{
    chosen->place = place;
    chosen->count++;
}

uint64_t mtks_place_by_repeat(const struct mtks_dump *dump, uint64_t begin, uint64_t end,
                              uint64_t length)
{
    struct chosen any = {0}, round = {0};
    const uint64_t unit = length & (~length + 1); /* readers transfer at multiples of a chunk */
    uint64_t run = 0;
    if (end > dump->size || begin > end || length < 16 || end - begin < 2 * length)
        return MTKSCAN_NO_OFFSET;
    for (uint64_t at = begin + length; at <= end; at++) {
        if (at < end && dump->bytes[at] == dump->bytes[at - length]) {
            run++;
            continue;
        }
        if (is_once(run, length) && is_content(dump->bytes + at - run, length)) {
            choose(&any, at - run);
            if (mtkscan_round_up(at - run, unit) <= at - length)
                choose(&round, mtkscan_round_up(at - run, unit));
        }
        run = 0;
    }
    if (unit >= PACKET && round.count == 1)
        return round.place;
    return any.count == 1 ? any.place : MTKSCAN_NO_OFFSET;
}
