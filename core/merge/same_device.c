/* SPDX-License-Identifier: MIT */
/* Whether reads can be of one flash. */
#include "merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define CELL        4096u
#define SECTOR      512u
#define SECTORS_SAY 64u /* written sectors from which on a file system says something */
#define OTHER_SHARE 4u  /* another device's has three of four written sectors other */

/* Facts that one firmware has one value of. */
static const char *const identity[] = {MTKSCAN_FACT_CHIP, MTKSCAN_FACT_PLATFORM_ID,
                                       MTKSCAN_FACT_PROJECT, MTKSCAN_FACT_VERNO};

struct pair {
    const struct mtks_merge_read *left, *right;
    size_t left_number, right_number; /* from 1 on, as people count */
};

/* Whether more than half of the cells that are written in both reads differ: a bad read can spoil a
 * text, but not that much. */
static bool mostly_differ(const struct pair *pair)
{
    const struct mtks_dump *left = pair->left->dump, *right = pair->right->dump;
    const uint64_t length = left->size < right->size ? left->size : right->size;
    uint64_t written = 0, other = 0;
    for (uint64_t at = 0; at + CELL <= length; at += CELL) {
        if (mtks_dump_all(left, at, CELL, left->bytes[at]) ||
            mtks_dump_all(right, at, CELL, right->bytes[at]))
            continue;
        written++;
        other += memcmp(left->bytes + at, right->bytes + at, CELL) != 0;
    }
    return other > written / 2;
}

static bool facts_agree(const struct pair *pair, char *why, size_t room)
{
    for (size_t i = 0; i < sizeof identity / sizeof *identity; i++) {
        const char *left = mtks_fact_value(pair->left->analysis, identity[i]);
        const char *right = mtks_fact_value(pair->right->analysis, identity[i]);
        /* The same text stands in several places, in either case. */
        if (!left || !right || strcasecmp(left, right) == 0 || !mostly_differ(pair))
            continue;
        snprintf(why, room, "reads %zu and %zu have another %s: %.60s and %.60s", pair->left_number,
                 pair->right_number, identity[i], left, right);
        return false;
    }
    return true;
}

static bool capacities_agree(const struct pair *pair, char *why, size_t room)
{
    const uint64_t left = pair->left->analysis->flash.capacity;
    const uint64_t right = pair->right->analysis->flash.capacity;
    if (!left || !right || left == right)
        return true;
    snprintf(why, room, "reads %zu and %zu are configured for %" PRIu64 " and %" PRIu64 " bytes",
             pair->left_number, pair->right_number, left, right);
    return false;
}

/* The hash that agreed for a part of that name, or NULL. */
static const struct mtks_check *proof_of(const struct mtks_analysis *analysis, const char *name)
{
    for (size_t i = 0; i < analysis->checks.count; i++) {
        const struct mtks_check *check = &analysis->checks.items[i];
        if (check->kind == MTKSCAN_CHECK_SHA1 && check->result == MTKS_CHECK_PASS &&
            check->part < analysis->parts.count &&
            strcmp(analysis->parts.items[check->part].name, name) == 0)
            return check;
    }
    return NULL;
}

/* Parts whose hashes agree with themselves have to agree with each other. */
static bool loaders_agree(const struct pair *pair, char *why, size_t room)
{
    const struct mtks_analysis *analysis = pair->left->analysis;
    for (size_t i = 0; i < analysis->parts.count; i++) {
        const char *name = analysis->parts.items[i].name;
        const struct mtks_check *left = proof_of(analysis, name);
        const struct mtks_check *right = proof_of(pair->right->analysis, name);
        if (!left || !right)
            continue;
        const uint8_t *ours = mtks_dump_span(pair->left->dump, left->other, 20);
        const uint8_t *theirs = mtks_dump_span(pair->right->dump, right->other, 20);
        if (left->length == right->length && ours && theirs && memcmp(ours, theirs, 20) == 0)
            continue;
        snprintf(why, room, "reads %zu and %zu have each a sound %.40s, but not the same",
                 pair->left_number, pair->right_number, name);
        return false;
    }
    return true;
}

/* A device changes some sectors of its file system between two reads; another device has nearly all
 * of them other. */
static bool files_agree(const struct pair *pair, char *why, size_t room)
{
    const struct mtks_analysis *analysis = pair->left->analysis;
    uint64_t written = 0, other = 0;
    for (size_t i = 0; i < analysis->ranges.count; i++) {
        const struct mtks_range *range = &analysis->ranges.items[i];
        if (strcmp(range->name, "FAT") != 0)
            continue;
        const uint64_t left = mtks_dump_present(pair->left->dump, range->offset, range->length);
        const uint64_t right = mtks_dump_present(pair->right->dump, range->offset, range->length);
        const uint64_t length = left < right ? left : right;
        for (uint64_t at = 0; at + SECTOR <= length; at += SECTOR) {
            const uint8_t *ours = pair->left->dump->bytes + range->offset + at;
            const uint8_t *theirs = pair->right->dump->bytes + range->offset + at;
            if (memcmp(ours, ours + 1, SECTOR - 1) == 0 ||
                memcmp(theirs, theirs + 1, SECTOR - 1) == 0)
                continue; /* erased, or a fault of reading */
            written++;
            other += memcmp(ours, theirs, SECTOR) != 0;
        }
    }
    if (written < SECTORS_SAY || other < written - written / OTHER_SHARE)
        return true;
    snprintf(why, room,
             "reads %zu and %zu hold other files: %" PRIu64 " of %" PRIu64
             " written sectors of the file system differ",
             pair->left_number, pair->right_number, other, written);
    return false;
}

static bool (*const tests[])(const struct pair *, char *, size_t) = {facts_agree, capacities_agree,
                                                                     loaders_agree, files_agree};

bool mtks_merge_same_device(const struct mtks_merge_read *reads, size_t count, char *why,
                            size_t room)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct pair pair = {&reads[j], &reads[i], j + 1, i + 1};
            const bool known = reads[i].analysis && reads[j].analysis &&
                               reads[i].analysis->status == MTKS_IDENTIFIED &&
                               reads[j].analysis->status == MTKS_IDENTIFIED;
            for (size_t k = 0; known && k < sizeof tests / sizeof *tests; k++)
                if (!tests[k](&pair, why, room))
                    return false;
        }
    }
    if (room)
        why[0] = 0;
    return true;
}
