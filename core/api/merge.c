/* SPDX-License-Identifier: MIT */
/* Several reads of one flash: each analysed by itself, then merged, then analysed once more. */
#include "../merge/merge.h"

#include <inttypes.h>
#include <stdlib.h>

#include "session.h"

/* Analyses every read; those that are not recognised take part with their bytes alone. */
static int scan_reads(mtkscan_session *session, const char *const *paths, size_t count,
                      mtkscan_result **reads, mtkscan_error *error)
{
    for (size_t i = 0; i < count; i++) {
        mtkscan_error why = {0};
        mtkscan_scan(session, paths[i], &reads[i], &why);
        if (reads[i])
            continue;
        if (error)
            *error = why;
        return why.outcome;
    }
    return MTKSCAN_DONE;
}

/* The reads as the merge wants them; false when not even one of them is known to be firmware. */
static bool line_up(mtkscan_result *const *reads, size_t count, struct mtks_merge_read *lined)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        bool known = reads[i]->analysis->status == MTKS_IDENTIFIED;
        lined[i] = (struct mtks_merge_read){.dump = &reads[i]->dump,
                                            .analysis = known ? reads[i]->analysis : NULL};
        any |= known;
    }
    return any;
}

static int refuse_mix(const struct mtks_merge_read *reads, size_t count, mtkscan_error *error)
{
    char why[256];
    if (mtks_merge_same_device(reads, count, why, sizeof why))
        return MTKSCAN_DONE;
    mtks_fail(error, MTKSCAN_REFUSED, "these are not reads of one device: %s", why);
    mtks_advise(error, "A mix of two devices bricks both. --force merges them all the same.");
    return MTKSCAN_REFUSED;
}

/* Bytes of images that nobody could decide. The map and the pieces are both in order. */
static uint64_t doubtful(const struct mtks_merged *merged, const struct mtks_analysis *analysis)
{
    uint64_t sum = 0;
    size_t segment = 0;
    for (size_t i = 0; i < merged->pieces.count; i++) {
        const struct mtks_merge_piece *piece = &merged->pieces.items[i];
        const uint64_t end = piece->offset + piece->length;
        for (; segment < analysis->map.count; segment++) {
            const struct mtks_segment *item = &analysis->map.items[segment];
            const uint64_t last = item->offset + item->length;
            const uint64_t from = item->offset > piece->offset ? item->offset : piece->offset;
            const uint64_t to = last < end ? last : end;
            if (item->part && piece->reason == MTKS_MERGE_UNKNOWN && from < to)
                sum += to - from;
            if (last > end)
                break; /* it goes on under the next piece */
        }
    }
    return sum;
}

/* Most images have no hash: where reads of them differ, a healthy verdict means little. */
static int judge(const mtkscan_result *result, int outcome, mtkscan_error *error)
{
    const uint64_t count = outcome == MTKSCAN_DONE ? doubtful(result->merged, result->analysis) : 0;
    if (count == 0)
        return outcome;
    mtks_fail(error, MTKSCAN_DAMAGED,
              "nobody can decide %" PRIu64 " bytes of the images, where the reads differ", count);
    mtks_advise(error, "read the flash once more and merge that, too");
    return MTKSCAN_DAMAGED;
}

/* Merges into a result of its own and analyses what came out. */
static int merge(mtkscan_session *session, const struct mtks_merge_read *reads, size_t count,
                 const char *const *paths, mtkscan_result **result, mtkscan_error *error)
{
    int outcome = mtks_result_new(session, paths[0], result, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    struct mtks_analysis *analysis = (*result)->analysis;
    struct mtks_merged *merged = mtks_arena_alloc(&analysis->arena, sizeof *merged);
    if (!merged)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    for (size_t i = 1; i < count; i++)
        if (!mtks_result_path(*result, paths[i]))
            return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    outcome = mtks_merge(merged, reads, count, &analysis->arena, &session->limits,
                         &session->progress, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    (*result)->dump = merged->image;
    merged->image = (struct mtks_dump){.bytes = NULL};
    (*result)->merged = merged;
    analysis->input.merged = true;
    return judge(*result, mtks_examine(*result, NULL, NULL, error), error);
}

int mtkscan_merge(mtkscan_session *session, const char *const *paths, size_t count, bool mix,
                  mtkscan_result **result, mtkscan_error *error)
{
    mtkscan_result *reads[MTKS_MERGE_READS] = {NULL};
    struct mtks_merge_read lined[MTKS_MERGE_READS];
    *result = NULL;
    if (count < 2 || count > MTKS_MERGE_READS)
        return mtks_fail(error, MTKSCAN_USAGE, "merge takes 2 to %u reads", MTKS_MERGE_READS);
    int outcome = scan_reads(session, paths, count, reads, error);
    if (outcome == MTKSCAN_DONE && !line_up(reads, count, lined)) {
        outcome = mtks_fail(error, MTKSCAN_NOT_RECOGNISED, "none of the reads is recognised");
        mtks_advise(error, "Choose a module with --plugin ID if you know the chip.");
    }
    if (outcome == MTKSCAN_DONE && !mix)
        outcome = refuse_mix(lined, count, error);
    if (outcome == MTKSCAN_DONE)
        outcome = merge(session, lined, count, paths, result, error);
    if (*result && mtks_is_fatal(outcome)) {
        mtkscan_result_free(*result);
        *result = NULL;
    }
    for (size_t i = 0; i < count; i++)
        mtkscan_result_free(reads[i]);
    return outcome;
}
