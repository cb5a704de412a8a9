/* SPDX-License-Identifier: MIT */
/* Where the reads differ. */
#include <string.h>

#include "dispute.h"
#include "mtkscan/bytes.h"

#define LINE   64u /* stretches closer than this are one; the unit that is split at */
#define SPLITS 8u  /* stretches of one cell; what would be more is not split further */

/* The reads that have the bytes in question, and the stretch. */
struct site {
    uint32_t reads[MTKS_MERGE_READS];
    uint32_t count;
};

/* How the reads stand to each other on one line. */
struct line {
    uint8_t same_as[MTKS_MERGE_READS]; /* the first of the site with the same bytes */
    uint32_t constant;                 /* bit n: read n of the site is one byte all over */
};

static const uint8_t *bytes_at(const struct mtks_merging *merging, const struct site *site,
                               uint32_t index, uint64_t offset)
{
    return merging->reads[site->reads[index]].dump->bytes + offset;
}

static int no_memory(const struct mtks_merging *merging)
{
    return mtks_fail(merging->error, MTKSCAN_REFUSED,
                     "the reads differ in more places than the memory limit has room for");
}

static bool all_equal(const struct mtks_merging *merging, const struct site *site, uint64_t offset,
                      uint64_t length)
{
    const uint8_t *first = bytes_at(merging, site, 0, offset);
    for (uint32_t i = 1; i < site->count; i++)
        if (memcmp(first, bytes_at(merging, site, i, offset), (size_t)length) != 0)
            return false;
    return true;
}

static struct line line_read(const struct mtks_merging *merging, const struct site *site,
                             uint64_t offset, uint64_t length)
{
    struct line line = {.constant = 0};
    for (uint32_t i = 0; i < site->count; i++) {
        const uint8_t *bytes = bytes_at(merging, site, i, offset);
        uint32_t j = 0;
        while (j < i && memcmp(bytes, bytes_at(merging, site, j, offset), (size_t)length) != 0)
            j++;
        line.same_as[i] = (uint8_t)j;
        if (length == LINE && memcmp(bytes, bytes + 1, LINE - 1) == 0)
            line.constant |= UINT32_C(1) << i;
    }
    return line;
}

/*
 * Adds a line to those before it. False when another read is at fault in it: the sides cross, so
 * that no read agrees with itself over both; or of two reads the other one is constant.
 */
static bool line_joins(struct line *lines, const struct line *more, uint32_t count)
{
    struct line both = {.constant = lines->constant};
    bool as_lines = true, as_more = true;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t j = 0;
        while (lines->same_as[j] != lines->same_as[i] || more->same_as[j] != more->same_as[i])
            j++;
        both.same_as[i] = (uint8_t)j;
        as_lines &= both.same_as[i] == lines->same_as[i];
        as_more &= both.same_as[i] == more->same_as[i];
    }
    if (!as_lines && !as_more)
        return false;
    const uint32_t all = (UINT32_C(1) << count) - 1;
    const uint32_t suspects = more->constant == all ? 0 : more->constant;
    if (count == 2 && suspects && lines->constant && suspects != lines->constant)
        return false;
    both.constant = lines->constant ? lines->constant : suspects;
    *lines = both;
    return true;
}

static int dispute_add(struct mtks_merging *merging, const struct site *site, uint64_t offset,
                       uint64_t end)
{
    struct mtks_dispute *dispute = MTKS_PUSH(&merging->work, &merging->disputes);
    if (!dispute)
        return no_memory(merging);
    dispute->offset = offset;
    dispute->length = (uint32_t)(end - offset);
    dispute->reason = MTKS_MERGE_UNKNOWN;
    memset(dispute->version_of, MTKS_MERGE_LACK, sizeof dispute->version_of);
    for (uint32_t i = 0; i < site->count; i++) {
        const uint8_t *bytes = bytes_at(merging, site, i, offset);
        uint32_t version = 0;
        while (version < dispute->versions &&
               memcmp(bytes, mtks_dispute_bytes(merging, dispute, version), dispute->length) != 0)
            version++;
        if (version == dispute->versions) {
            dispute->from[version] = (uint8_t)site->reads[i];
            dispute->order[version] = (uint8_t)version;
            dispute->versions++;
        }
        dispute->version_of[site->reads[i]] = (uint8_t)version;
        dispute->votes[version]++;
    }
    return MTKSCAN_DONE;
}

/* Splits [offset, end), which begins and ends where reads differ, where the fault changes hands. */
static int stretch_add(struct mtks_merging *merging, const struct site *site, uint64_t offset,
                       uint64_t end, uint32_t *splits)
{
    struct line lines = {.constant = 0};
    uint64_t begin = offset;
    for (uint64_t at = offset; at < end && *splits < SPLITS;) {
        const uint64_t next = at / LINE * LINE + LINE < end ? at / LINE * LINE + LINE : end;
        const struct line line = line_read(merging, site, at, next - at);
        if (at == begin) {
            lines = line;
            if (lines.constant == (UINT32_C(1) << site->count) - 1)
                lines.constant = 0;
        } else if (!line_joins(&lines, &line, site->count)) {
            const int outcome = dispute_add(merging, site, begin, at);
            if (outcome != MTKSCAN_DONE)
                return outcome;
            begin = at;
            ++*splits;
            continue;
        }
        at = next;
    }
    return dispute_add(merging, site, begin, end);
}

/* The next byte from `at` on that reads do not agree on; `end` when there is none. */
static uint64_t next_difference(const struct mtks_merging *merging, const struct site *site,
                                uint64_t at, uint64_t end)
{
    const uint8_t *first = bytes_at(merging, site, 0, 0);
    while (at < end) {
        const uint64_t length = end - at < LINE ? end - at : LINE;
        if (all_equal(merging, site, at, length)) {
            at += length;
            continue;
        }
        for (const uint64_t stop = at + length; at < stop; at++)
            for (uint32_t i = 1; i < site->count; i++)
                if (bytes_at(merging, site, i, 0)[at] != first[at])
                    return at;
    }
    return end;
}

static int cell_add(struct mtks_merging *merging, const struct site *site, uint64_t offset,
                    uint64_t end)
{
    uint32_t splits = 0;
    int outcome = MTKSCAN_DONE;
    if (all_equal(merging, site, offset, end - offset))
        return outcome;
    uint64_t begin = next_difference(merging, site, offset, end), last = begin;
    while (begin < end && outcome == MTKSCAN_DONE) {
        const uint64_t next = next_difference(merging, site, last + 1, end);
        if (next < end && (next - last < LINE || splits >= SPLITS)) {
            last = next;
            continue;
        }
        outcome = stretch_add(merging, site, begin, last + 1, &splits);
        splits++;
        begin = last = next;
    }
    return outcome;
}

static int only_add(struct mtks_merging *merging, uint32_t read, uint64_t offset, uint64_t end)
{
    struct mtks_merge_only *only = MTKS_PUSH(&merging->work, &merging->only);
    if (!only)
        return no_memory(merging);
    *only = (struct mtks_merge_only){.offset = offset, .length = end - offset, .read = read};
    return MTKSCAN_DONE;
}

/* The reads that reach beyond `offset`, and the least of their ends. */
static struct site site_at(const struct mtks_merging *merging, uint64_t offset, uint64_t *end)
{
    struct site site = {.count = 0};
    *end = merging->size;
    for (uint32_t i = 0; i < merging->count; i++) {
        const uint64_t size = merging->reads[i].dump->size;
        if (size <= offset)
            continue;
        site.reads[site.count++] = i;
        *end = size < *end ? size : *end;
    }
    return site;
}

int mtks_disputes_find(struct mtks_merging *merging)
{
    for (uint64_t offset = 0, end; offset < merging->size; offset = end) {
        const struct site site = site_at(merging, offset, &end);
        memcpy(merging->image + offset, bytes_at(merging, &site, 0, offset),
               (size_t)(end - offset));
        int outcome =
            site.count == 1 ? only_add(merging, site.reads[0], offset, end) : MTKSCAN_DONE;
        for (uint64_t at = offset, next; at < end && site.count > 1 && outcome == MTKSCAN_DONE;
             at = next) {
            next = at / MTKS_MERGE_CELL * MTKS_MERGE_CELL + MTKS_MERGE_CELL;
            next = next < end ? next : end;
            if (at % (UINT64_C(256) * MTKS_MERGE_CELL) == 0 &&
                mtks_step(merging->progress, "comparing the reads", at, merging->size))
                return mtks_fail(merging->error, MTKSCAN_INTERRUPTED, "interrupted");
            outcome = cell_add(merging, &site, at, next);
        }
        if (outcome != MTKSCAN_DONE)
            return outcome;
    }
    return MTKSCAN_DONE;
}

struct mtks_disputes_span mtks_disputes_in(const struct mtks_merging *merging, uint64_t offset,
                                           uint64_t length)
{
    const struct mtks_dispute *items = merging->disputes.items;
    size_t low = 0, high = merging->disputes.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (items[middle].offset + items[middle].length <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    struct mtks_disputes_span span = {.first = low, .end = low};
    uint64_t end = 0;
    if (!mtkscan_add(offset, length, &end))
        end = UINT64_MAX;
    while (length && span.end < merging->disputes.count && items[span.end].offset < end)
        span.end++;
    return span;
}

size_t mtks_disputes_unit(const struct mtks_merging *merging, size_t first)
{
    const struct mtks_dispute *items = merging->disputes.items, *one = &items[first];
    size_t end = first + 1;
    while (end < merging->disputes.count &&
           items[end].offset / MTKS_MERGE_CELL == one->offset / MTKS_MERGE_CELL &&
           memcmp(items[end].version_of, one->version_of, sizeof one->version_of) == 0)
        end++;
    return end;
}

const uint8_t *mtks_dispute_bytes(const struct mtks_merging *merging,
                                  const struct mtks_dispute *dispute, uint32_t version)
{
    return merging->reads[dispute->from[version]].dump->bytes + dispute->offset;
}

void mtks_dispute_put(struct mtks_merging *merging, struct mtks_dispute *dispute, uint32_t version)
{
    memcpy(merging->image + dispute->offset, mtks_dispute_bytes(merging, dispute, version),
           dispute->length);
    dispute->chosen = (uint8_t)version;
}

void mtks_dispute_settle(struct mtks_merging *merging, struct mtks_dispute *dispute,
                         uint32_t version, enum mtks_merge_reason reason)
{
    mtks_dispute_put(merging, dispute, version);
    dispute->settled = true;
    dispute->reason = reason;
}
