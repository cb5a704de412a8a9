/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../model/finding.h"
#include "check.h"
#include "mtkscan/bytes.h"

/* What the checks of one part say. */
struct tally {
    bool damaged;         /* a check that means damage failed, or a stream in it is damaged */
    bool hash, structure; /* a check of that kind passed */
};

#define TRAILER_MAX                                                                                \
    0x40u /* bytes of a part that its hash may leave out: the hash itself, padding */

/* A hash proves the part that it covers; one of a few bytes proves nothing of the rest. */
static bool covers(const struct mtks_check *check, const struct mtks_part *part)
{
    return check->kind == MTKSCAN_CHECK_SHA1 && check->offset == part->offset &&
           check->length <= part->length && part->length - check->length <= TRAILER_MAX;
}

/* Findings that say of the part they name that bytes of it are wrong: those of opening containers,
 * pieces of it that were lost, and all that was seen in its content (MTK-Q03x). */
static bool says_damage(const struct mtks_finding *finding)
{
    static const char *const codes[] = {"MTK-C001", "MTK-C002", "MTK-Q012", "MTK-Q013", "MTK-Q03"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strncmp(finding->code, codes[i], strlen(codes[i])) == 0)
            return finding->severity == MTKS_ERROR;
    return false;
}

static void count_findings(const struct mtks_analysis *analysis, struct tally *tallies)
{
    for (size_t i = 0; i < analysis->findings.count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        if (finding->part < analysis->parts.count && says_damage(finding))
            tallies[finding->part].damaged = true;
    }
}

static struct tally *count_checks(struct mtks_analysis *analysis)
{
    size_t parts = analysis->parts.count;
    struct tally *tallies = mtks_arena_alloc(&analysis->arena, parts * sizeof *tallies);
    for (size_t i = 0; tallies && i < analysis->checks.count; i++) {
        const struct mtks_check *check = &analysis->checks.items[i];
        if (check->part >= parts)
            continue;
        struct tally *tally = &tallies[check->part];
        if (check->result == MTKS_CHECK_FAIL && check->on_fail == MTKSCAN_FAIL_DAMAGE)
            tally->damaged = true;
        if (check->result == MTKS_CHECK_PASS && covers(check, &analysis->parts.items[check->part]))
            tally->hash = true;
        else if (check->result == MTKS_CHECK_PASS)
            tally->structure = true;
    }
    if (tallies)
        count_findings(analysis, tallies);
    return tallies;
}

/* What is not there comes before what is wrong in the rest; good needs evidence. */
static enum mtks_part_health judge_part(const struct mtks_part *part, const struct tally *tally)
{
    if (part->flags & MTKSCAN_PART_ABSENT)
        return MTKS_HEALTH_ABSENT;
    if (part->present < part->length)
        return MTKS_HEALTH_TRUNCATED;
    if (tally->damaged)
        return MTKS_HEALTH_DAMAGED;
    if (tally->hash)
        return MTKS_HEALTH_VERIFIED;
    return tally->structure ? MTKS_HEALTH_CONSISTENT : MTKS_HEALTH_UNCHECKED;
}

/* The finding that goes with what a part is. */
static int report_part(struct mtks_analysis *analysis, uint32_t index)
{
    const struct mtks_part *part = &analysis->parts.items[index];
    char detail[1200];
    if (part->health == MTKS_HEALTH_TRUNCATED) {
        snprintf(detail, sizeof detail, "%.512s has %" PRIu64 " of %" PRIu64 " bytes", part->name,
                 part->present, part->length);
        if (mtks_finding_add(analysis, "MTK-D003", detail, index, part->offset, part->length))
            return -1;
    } else if (part->health == MTKS_HEALTH_ABSENT) {
        if (mtks_finding_add(analysis, "MTK-D004", part->name, index, part->offset, part->length))
            return -1;
    }
    /* The module may have said so itself. */
    if (!(part->flags & MTKSCAN_PART_EXTRA) || mtks_finding_has(analysis, "MTK-S005", index))
        return 0;
    snprintf(detail, sizeof detail, "%.512s (type 0x%04" PRIX32 "), %" PRIu64 " bytes", part->name,
             part->file_type, part->length);
    return mtks_finding_add(analysis, "MTK-S005", detail, index, part->offset, part->length);
}

#define SHORT_DUMP "MTK-F001" /* says that something is missing, not that something is wrong */

static bool is_good(enum mtks_part_health health)
{
    return health == MTKS_HEALTH_VERIFIED || health == MTKS_HEALTH_CONSISTENT;
}

/* Saturating, as lengths come from headers that may be damaged. */
static void add_length(uint64_t *sum, uint64_t length)
{
    if (!mtkscan_add(*sum, length, sum))
        *sum = UINT64_MAX;
}

/* The share of good bytes, rounded down; 100 only when every part is good. */
static unsigned share(uint64_t good, uint64_t expected, bool all_good)
{
    if (all_good)
        return 100;
    if (expected == 0)
        return 0;
    /* good * 100 must not wrap; sizes where it would are so large that this rounds as well. */
    uint64_t percent = good <= UINT64_MAX / 100 ? good * 100 / expected : good / (expected / 100);
    return percent > 99 ? 99 : (unsigned)percent;
}

int mtks_health_judge(struct mtks_analysis *analysis)
{
    struct tally *tallies = count_checks(analysis);
    if (!tallies)
        return -1;
    bool damaged = mtks_findings_have_error(
        analysis, SHORT_DUMP); /* before the errors that only say what is missing */
    bool all_good = analysis->parts.count > 0;
    uint64_t good = 0, expected = 0;
    for (size_t i = 0; i < analysis->parts.count; i++) {
        struct mtks_part *part = &analysis->parts.items[i];
        part->health = judge_part(part, &tallies[i]);
        add_length(&expected, part->length);
        if (is_good(part->health))
            add_length(&good, part->length);
        else
            all_good = false;
        if (part->health == MTKS_HEALTH_DAMAGED)
            damaged = true;
        if (part->health == MTKS_HEALTH_ABSENT && part->length == 0)
            analysis->health.upper_bound = true;
        if (report_part(analysis, (uint32_t)i))
            return -1;
    }
    analysis->health.percent = share(good, expected, all_good);
    bool whole = all_good && !mtks_finding_has(analysis, SHORT_DUMP, MTKSCAN_NO_PART);
    analysis->health.verdict = damaged ? MTKS_DAMAGED : whole ? MTKS_HEALTHY : MTKS_INCOMPLETE;
    return 0;
}
