/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../model/finding.h"
#include "mtkscan/bytes.h"
#include "mtkscan/gfh.h"
#include "mtkscan/memory_host.h"

#define SHA1_SIZE 20u

/*
 * Bytes that all checks of one dump may look at, in dump sizes. Parts and checks come from headers
 * in the dump, and a hostile one could state thousands of overlapping files of its whole size. A
 * sound layout needs about 3: each part hashed whole, its trailer checked, its copies compared.
 */
#define WORK_DUMPS 16u

/* What one run needs. */
struct bench {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    const mtkscan_host *host; /* of the dump, for the SDK's chain walker */
    uint64_t work;            /* bytes left to look at */
    bool exhausted;
    char seen[160]; /* what the check at hand found instead; "" when there is nothing to add */
};

/* Takes `length` bytes off the budget. */
static bool afford(struct bench *bench, uint64_t length)
{
    if (length > bench->work) {
        bench->exhausted = true;
        return false;
    }
    bench->work -= length;
    return true;
}

/* The bytes, or NULL when a check of them has to stay not run. */
static const uint8_t *take(struct bench *bench, uint64_t offset, uint64_t length)
{
    const uint8_t *bytes = mtks_dump_span(bench->dump, offset, length);
    return bytes && length && afford(bench, length) ? bytes : NULL;
}

static enum mtks_check_result verdict(bool holds)
{
    return holds ? MTKS_CHECK_PASS : MTKS_CHECK_FAIL;
}

static enum mtks_check_result run_sha1(struct bench *bench, const struct mtks_check *check)
{
    const uint8_t *stated = take(bench, check->other, SHA1_SIZE);
    const uint8_t *bytes = stated ? take(bench, check->offset, check->length) : NULL;
    if (!bytes)
        return MTKS_CHECK_NOT_RUN;
    uint8_t digest[SHA1_SIZE];
    char hex[2 * SHA1_SIZE + 1], stated_hex[2 * SHA1_SIZE + 1];
    mtks_sha1_raw(bytes, check->length, digest);
    mtks_hex(digest, SHA1_SIZE, hex);
    mtks_hex(stated, SHA1_SIZE, stated_hex);
    snprintf(bench->seen, sizeof bench->seen, "the bytes give %s, stated is %s", hex, stated_hex);
    return verdict(memcmp(digest, stated, SHA1_SIZE) == 0);
}

static enum mtks_check_result run_bytes(struct bench *bench, const struct mtks_check *check)
{
    const uint8_t *bytes = take(bench, check->offset, check->bytes_length);
    if (!bytes || !check->bytes)
        return MTKS_CHECK_NOT_RUN;
    uint64_t shown = check->bytes_length < 16 ? check->bytes_length : 16;
    char hex[33];
    mtks_hex(bytes, (size_t)shown, hex);
    snprintf(bench->seen, sizeof bench->seen, "found %s%s", hex,
             shown < check->bytes_length ? "..." : "");
    return verdict(memcmp(bytes, check->bytes, (size_t)check->bytes_length) == 0);
}

static enum mtks_check_result run_same(struct bench *bench, const struct mtks_check *check)
{
    const uint8_t *bytes = take(bench, check->offset, check->length);
    const uint8_t *other = bytes ? take(bench, check->other, check->length) : NULL;
    if (!other)
        return MTKS_CHECK_NOT_RUN;
    snprintf(bench->seen, sizeof bench->seen, "other bytes stand at 0x%" PRIX64, check->other);
    return verdict(memcmp(bytes, other, (size_t)check->length) == 0);
}

static enum mtks_check_result run_u32(struct bench *bench, const struct mtks_check *check)
{
    const uint8_t *bytes = take(bench, check->offset, 4);
    if (!bytes)
        return MTKS_CHECK_NOT_RUN;
    uint32_t found = mtkscan_le32(bytes);
    snprintf(bench->seen, sizeof bench->seen, "found 0x%" PRIX32 ", not 0x%" PRIX64, found,
             check->right);
    return verdict(found == check->right);
}

/* Whether the relation holds; -1 for one that nobody knows. */
static int related(uint64_t left, uint32_t relation, uint64_t right)
{
    switch (relation) {
    case MTKSCAN_EQUAL:
        return left == right;
    case MTKSCAN_AT_MOST:
        return left <= right;
    case MTKSCAN_AT_LEAST:
        return left >= right;
    default:
        return -1;
    }
}

/* The module read `left` itself; where it says that this was outside, there is nothing to go by. */
static enum mtks_check_result run_relation(struct bench *bench, const struct mtks_check *check)
{
    bool derived = check->offset == MTKSCAN_NO_OFFSET;
    int holds = related(check->left, check->relation, check->right);
    if (holds < 0 || !(derived || mtkscan_inside(check->offset, check->length, bench->dump->size)))
        return MTKS_CHECK_NOT_RUN;
    snprintf(bench->seen, sizeof bench->seen, "found 0x%" PRIX64 " against 0x%" PRIX64, check->left,
             check->right);
    return verdict(holds != 0);
}

static uint8_t lower(uint8_t letter)
{
    return letter >= 'A' && letter <= 'Z' ? (uint8_t)(letter | 0x20) : letter;
}

static enum mtks_check_result run_text(struct bench *bench, const struct mtks_check *check)
{
    const uint8_t *text = take(bench, check->offset, check->length);
    const uint8_t *other = text ? take(bench, check->other, check->length) : NULL;
    if (!other)
        return MTKS_CHECK_NOT_RUN;
    snprintf(bench->seen, sizeof bench->seen, "another text stands at 0x%" PRIX64, check->other);
    for (uint64_t i = 0; i < check->length; i++) {
        if (lower(text[i]) != lower(other[i]))
            return MTKS_CHECK_FAIL;
        if (text[i] == 0)
            break;
    }
    return MTKS_CHECK_PASS;
}

static enum mtks_check_result run_chain(struct bench *bench, const struct mtks_check *check)
{
    if (!take(bench, check->offset, check->length))
        return MTKS_CHECK_NOT_RUN;
    mtkscan_gfh_record record = {.offset = check->offset};
    int step;
    do
        step = mtkscan_gfh_next(bench->host, check->offset, check->offset + check->length, &record);
    while (step > 0);
    snprintf(bench->seen, sizeof bench->seen, "the chain breaks at 0x%" PRIX64, record.offset);
    return verdict(step == 0);
}

static enum mtks_check_result (*const kinds[])(struct bench *, const struct mtks_check *) = {
    [MTKSCAN_CHECK_SHA1] = run_sha1,   [MTKSCAN_CHECK_BYTES] = run_bytes,
    [MTKSCAN_CHECK_SAME] = run_same,   [MTKSCAN_CHECK_U32] = run_u32,
    [MTKSCAN_CHECK_TEXT] = run_text,   [MTKSCAN_CHECK_RELATION] = run_relation,
    [MTKSCAN_CHECK_CHAIN] = run_chain,
};

static bool hash_failed(const struct mtks_analysis *analysis, size_t part)
{
    for (size_t i = 0; i < analysis->checks.count; i++) {
        const struct mtks_check *check = &analysis->checks.items[i];
        if (check->part == part && check->kind == MTKSCAN_CHECK_SHA1 &&
            check->result == MTKS_CHECK_FAIL)
            return true;
    }
    return false;
}

/* A copy in another part that is itself proven damaged says nothing against this one. */
static bool witness_is_damaged(const struct mtks_analysis *analysis, const struct mtks_check *check)
{
    for (size_t i = 0; check->kind == MTKSCAN_CHECK_SAME && i < analysis->parts.count; i++) {
        const struct mtks_part *part = &analysis->parts.items[i];
        if (i != check->part && check->other >= part->offset &&
            mtkscan_inside(check->other - part->offset, check->length, part->length) &&
            hash_failed(analysis, i))
            return true;
    }
    return false;
}

static int run_check(struct bench *bench, struct mtks_check *check)
{
    struct mtks_analysis *analysis = bench->analysis;
    bool known = check->kind < sizeof kinds / sizeof *kinds && kinds[check->kind];
    bool possible = known && !witness_is_damaged(analysis, check);
    bench->seen[0] = 0;
    check->result = possible ? kinds[check->kind](bench, check) : MTKS_CHECK_NOT_RUN;
    if (check->result != MTKS_CHECK_FAIL)
        return 0;
    bool of_part = check->part < analysis->parts.count;
    const char *detail = mtks_arena_format(&analysis->arena, "%s%sexpected: %s; %s",
                                           of_part ? analysis->parts.items[check->part].name : "",
                                           of_part ? ": " : "", check->text, bench->seen);
    if (!detail)
        return -1;
    return mtks_finding_add(analysis, check->finding, detail,
                            of_part ? check->part : MTKSCAN_NO_PART, check->offset, check->length);
}

/* Hashes first: what they prove decides which copies count. */
static int run_all(struct bench *bench)
{
    struct mtks_analysis *analysis = bench->analysis;
    int result = 0;
    for (int hashes = 1; hashes >= 0; hashes--)
        for (size_t i = 0; i < analysis->checks.count && result == 0; i++)
            if ((analysis->checks.items[i].kind == MTKSCAN_CHECK_SHA1) == hashes)
                result = run_check(bench, &analysis->checks.items[i]);
    return result;
}

static uint64_t work_for(const struct mtks_dump *dump)
{
    return dump->size > UINT64_MAX / WORK_DUMPS ? UINT64_MAX : dump->size * WORK_DUMPS;
}

void mtks_parts_hash(struct mtks_analysis *analysis, const struct mtks_dump *dump)
{
    struct bench bench = {.analysis = analysis, .dump = dump, .work = work_for(dump)};
    for (size_t i = 0; i < analysis->parts.count; i++) {
        struct mtks_part *part = &analysis->parts.items[i];
        const uint8_t *bytes =
            part->present == part->length ? take(&bench, part->offset, part->length) : NULL;
        part->sha1[0] = 0;
        if (bytes)
            mtks_sha1_hex(bytes, part->length, part->sha1);
    }
}

int mtks_checks_run(struct mtks_analysis *analysis, const struct mtks_dump *dump)
{
    mtkscan_memory_host memory;
    mtkscan_memory_host_init(&memory, dump->bytes, dump->size, NULL, NULL);
    struct bench bench = {
        .analysis = analysis, .dump = dump, .host = &memory.host, .work = work_for(dump)};
    int result = run_all(&bench);
    for (size_t i = 0; i < analysis->parts.count; i++) {
        struct mtks_part *part = &analysis->parts.items[i];
        bool absent = part->flags & MTKSCAN_PART_ABSENT;
        part->present = absent ? 0 : mtks_dump_present(dump, part->offset, part->length);
    }
    mtkscan_memory_host_free(&memory);
    if (result == 0 && bench.exhausted)
        result = mtks_finding_add(analysis, "MTK-P001",
                                  "its parts and checks cover the dump many times over; the checks "
                                  "beyond that were not run",
                                  MTKSCAN_NO_PART, MTKSCAN_NO_OFFSET, 0);
    return result;
}
