/* SPDX-License-Identifier: MIT */
/* The order of the evaluators, and what comes out of them. */
#include "merge.h"

#include <string.h>

#include "dispute.h"

#define CONTAINERS 64u /* of one read that are looked at; sound firmware has four at most */

static const char *const reason_names[] = {
    [MTKS_MERGE_AGREED] = "agreed",       [MTKS_MERGE_MAJORITY] = "majority",
    [MTKS_MERGE_HASH] = "hash",           [MTKS_MERGE_DECODES] = "decodes",
    [MTKS_MERGE_PLAUSIBLE] = "plausible", [MTKS_MERGE_ONLY] = "only",
    [MTKS_MERGE_UNKNOWN] = "unknown",
};

const char *mtks_merge_reason_name(enum mtks_merge_reason reason)
{
    return reason_names[reason];
}

/* Votes come first, as they make the image that decoders start from; ALICE comes before ZIMAGE,
 * which needs it; looks come last and settle all that is left. */
static int (*const evaluators[])(struct mtks_merging *) = {
    mtks_merge_by_votes,  mtks_merge_by_hash,   mtks_merge_by_alice,
    mtks_merge_by_zimage, mtks_merge_by_checks, mtks_merge_by_looks,
};

/* Whether an analysis knows more of the layout than another. */
static bool knows_more(const struct mtks_analysis *left, const struct mtks_analysis *right)
{
    const uint64_t ours[] = {left->status == MTKS_IDENTIFIED, left->containers.count,
                             left->parts.count, left->checks.count, left->health.percent};
    const uint64_t theirs[] = {right->status == MTKS_IDENTIFIED, right->containers.count,
                               right->parts.count, right->checks.count, right->health.percent};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (ours[i] != theirs[i])
            return ours[i] > theirs[i];
    return false;
}

static const struct mtks_analysis *layout_choose(const struct mtks_merge_read *reads, size_t count)
{
    const struct mtks_analysis *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (reads[i].analysis && reads[i].analysis->status == MTKS_IDENTIFIED &&
            (!best || knows_more(reads[i].analysis, best)))
            best = reads[i].analysis;
    return best;
}

/* Container number `index` of all reads, one read after the other. */
static const struct mtks_container *container_at(const struct mtks_merging *merging, size_t index)
{
    for (size_t i = 0; i < merging->count; i++) {
        const struct mtks_analysis *analysis = merging->reads[i].analysis;
        const size_t all = analysis ? analysis->containers.count : 0;
        const size_t count = all < CONTAINERS ? all : CONTAINERS;
        if (index < count)
            return &analysis->containers.items[index];
        index -= count;
    }
    return NULL;
}

static bool is_same(const struct mtks_container *left, const struct mtks_container *right)
{
    return left->offset == right->offset && left->length == right->length &&
           mtks_codec_find(left->codec)->kind == mtks_codec_find(right->codec)->kind;
}

const struct mtks_container *mtks_merge_container(const struct mtks_merging *merging,
                                                  enum mtks_codec_kind kind, size_t *next)
{
    const struct mtks_container *found, *other;
    while ((found = container_at(merging, *next))) {
        const size_t here = (*next)++;
        size_t i = 0;
        if (mtks_codec_find(found->codec)->kind != kind)
            continue;
        while (i < here && !is_same(container_at(merging, i), found))
            i++;
        if (i < here)
            continue;
        /* The true size stands in ROM, which may be bad in this read and good in another. */
        for (i = here + 1; found->output_size == 0 && (other = container_at(merging, i)); i++)
            if (is_same(other, found) && other->output_size)
                found = other;
        return found;
    }
    return NULL;
}

static int piece_add(struct mtks_merged *merged, struct mtks_arena *arena,
                     const struct mtks_merge_piece *piece, mtkscan_error *error)
{
    if (piece->length == 0)
        return MTKSCAN_DONE;
    if (merged->pieces.count) {
        struct mtks_merge_piece *last = &merged->pieces.items[merged->pieces.count - 1];
        if (last->read == piece->read && last->reason == piece->reason) {
            last->length += piece->length;
            return MTKSCAN_DONE;
        }
    }
    struct mtks_merge_piece *added = MTKS_PUSH(arena, &merged->pieces);
    if (!added)
        return mtks_codec_no_memory(error);
    *added = *piece;
    return MTKSCAN_DONE;
}

/* What all reads that have it agree on, or a single one has, of [offset, end). */
static int agreed_add(const struct mtks_merging *merging, struct mtks_merged *merged,
                      struct mtks_arena *arena, uint64_t offset, uint64_t end)
{
    int outcome = MTKSCAN_DONE;
    while (offset < end && outcome == MTKSCAN_DONE) {
        uint64_t stop = end;
        struct mtks_merge_piece piece = {.offset = offset, .reason = MTKS_MERGE_AGREED};
        while (merging->reads[piece.read].dump->size <= offset)
            piece.read++;
        stop = merging->reads[piece.read].dump->size < stop ? merging->reads[piece.read].dump->size
                                                            : stop;
        for (size_t i = 0; i < merging->only.count; i++) {
            const struct mtks_merge_only *only = &merging->only.items[i];
            if (only->offset <= offset)
                piece.reason = MTKS_MERGE_ONLY;
            else if (only->offset < stop)
                stop = only->offset;
        }
        piece.length = stop - offset;
        outcome = piece_add(merged, arena, &piece, merging->error);
        offset = stop;
    }
    return outcome;
}

/* Turns what was settled into the result. */
static int tell(const struct mtks_merging *merging, struct mtks_merged *merged,
                struct mtks_arena *arena)
{
    uint64_t at = 0;
    for (size_t i = 0; i < merging->disputes.count; i++) {
        const struct mtks_dispute *dispute = &merging->disputes.items[i];
        int outcome = agreed_add(merging, merged, arena, at, dispute->offset);
        const struct mtks_merge_piece piece = {.offset = dispute->offset,
                                               .length = dispute->length,
                                               .read = dispute->from[dispute->chosen],
                                               .reason = dispute->reason};
        if (outcome == MTKSCAN_DONE)
            outcome = piece_add(merged, arena, &piece, merging->error);
        if (outcome != MTKSCAN_DONE)
            return outcome;
        at = dispute->offset + dispute->length;
        merged->disputed += dispute->length;
        merged->unknown += dispute->reason == MTKS_MERGE_UNKNOWN ? dispute->length : 0;
    }
    return agreed_add(merging, merged, arena, at, merging->size);
}

static int evaluate(struct mtks_merging *merging)
{
    int outcome = mtks_disputes_find(merging);
    for (size_t i = 0; i < sizeof evaluators / sizeof *evaluators && outcome == MTKSCAN_DONE; i++)
        outcome = mtks_step(merging->progress, "merging", i, sizeof evaluators / sizeof *evaluators)
                      ? mtks_fail(merging->error, MTKSCAN_INTERRUPTED, "interrupted")
                      : evaluators[i](merging);
    return outcome;
}

int mtks_merge(struct mtks_merged *merged, const struct mtks_merge_read *reads, size_t count,
               struct mtks_arena *arena, const struct mtks_limits *limits,
               const struct mtks_progress *progress, mtkscan_error *error)
{
    struct mtks_merging merging = {.reads = reads,
                                   .count = count,
                                   .layout = layout_choose(reads, count),
                                   .progress = progress,
                                   .error = error};
    memset(merged, 0, sizeof *merged);
    if (count < 1 || count > MTKS_MERGE_READS)
        return mtks_fail(error, MTKSCAN_REFUSED, "1 to %u reads can be merged, not %zu",
                         MTKS_MERGE_READS, count);
    for (size_t i = 0; i < count; i++)
        merging.size = reads[i].dump->size > merging.size ? reads[i].dump->size : merging.size;
    int outcome = mtks_dump_blank(&merged->image, merging.size, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    merging.image = mtks_dump_edit(&merged->image);
    mtks_arena_init(&merging.work, limits->memory);
    mtks_codec_run_init(&merging.run, &merging.work, limits, progress);
    outcome = evaluate(&merging);
    if (outcome == MTKSCAN_DONE)
        outcome = tell(&merging, merged, arena);
    mtks_arena_free(&merging.work);
    if (outcome != MTKSCAN_DONE)
        mtks_dump_close(&merged->image);
    return outcome;
}
