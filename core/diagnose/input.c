/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "../model/finding.h"
#include "anchors.h"
#include "diagnose.h"

#define TOLD_FROM 20u         /* bits of evidence */
#define VIEW_MOST (64u << 20) /* bytes that a lying address can make of a small input */
#define SEEN_MOST 16u         /* detectors that can speak in one round */

/* The rounds of one input. */
struct rounds {
    struct mtks_analysis *analysis;
    const struct mtks_progress *progress;
    struct mtks_input_diagnosis *diagnosis;
    const struct mtks_dump *input; /* as it is by now */
    bool fix;
    mtkscan_error *error;
    struct mtks_suspicion seen[SEEN_MOST]; /* in this round */
    size_t seen_count;
    uint64_t standing; /* of the input (anchors.h) */
};

/* A remedy that was tried. */
struct trial {
    struct mtks_dump view;
    const struct mtks_suspicion *suspicion; /* NULL: none helps */
    unsigned standing;
};

static int no_memory(struct rounds *rounds)
{
    return mtks_fail(rounds->error, MTKSCAN_REFUSED,
                     "what was seen of the input does not fit the memory limit");
}

static int look_all(struct rounds *rounds)
{
    struct mtks_anchors anchors;
    mtks_anchors_find(rounds->input, &anchors);
    rounds->standing = mtks_anchors_standing(rounds->input, &anchors);
    rounds->seen_count = 0;
    for (size_t i = 0; i < mtks_raw_detector_count && rounds->seen_count < SEEN_MOST; i++) {
        struct mtks_suspicion *found = &rounds->seen[rounds->seen_count];
        if (mtks_step(rounds->progress, "looking at the input", i, mtks_raw_detector_count))
            return mtks_fail(rounds->error, MTKSCAN_INTERRUPTED, "interrupted");
        *found = (struct mtks_suspicion){0};
        mtks_raw_detectors[i].look(rounds->input, &anchors, found);
        rounds->seen_count += found->code != NULL && found->bits > 0;
    }
    return MTKSCAN_DONE;
}

static unsigned count_bits(uint64_t mask)
{
    unsigned count = 0;
    for (; mask; mask &= mask - 1)
        count++;
    return count;
}

/* Whether a remedy only leaves bytes away at the end, so that nothing can stand better than before.
 */
static bool only_cuts(const struct mtks_suspicion *suspicion)
{
    return suspicion->step_count == 1 && suspicion->steps[0].kind == MTKS_VIEW_KEEP &&
           suspicion->steps[0].offset == 0;
}

/* Tries one remedy; it becomes the best when nothing stands worse than before and more stands well
 * than with the best one so far. */
static int try_remedy(struct rounds *rounds, const struct mtks_suspicion *suspicion,
                      struct trial *best)
{
    struct mtks_dump view;
    struct mtks_anchors anchors;
    uint64_t limit = rounds->analysis->limits.input;
    if (limit > VIEW_MOST && rounds->input->size < VIEW_MOST)
        limit = VIEW_MOST;
    int outcome = mtks_view_apply(&view, rounds->input, suspicion->steps, suspicion->step_count,
                                  limit, rounds->error);
    if (outcome == MTKSCAN_REFUSED) /* it is told, and the input stays as it is */
        return MTKSCAN_DONE;
    if (outcome != MTKSCAN_DONE)
        return outcome;
    mtks_anchors_find(&view, &anchors);
    uint64_t after = mtks_anchors_standing(&view, &anchors);
    bool better = (rounds->standing & ~after & ~MTKS_STANDING_FOUND) == 0 &&
                  (after != rounds->standing || only_cuts(suspicion)) &&
                  (!best->suspicion || count_bits(after) > best->standing);
    if (!better) {
        mtks_dump_close(&view);
        return MTKSCAN_DONE;
    }
    if (best->suspicion)
        mtks_dump_close(&best->view);
    *best = (struct trial){view, suspicion, count_bits(after)};
    return MTKSCAN_DONE;
}

static int try_all(struct rounds *rounds, struct trial *best)
{
    const size_t room = MTKS_VIEW_STEPS - rounds->diagnosis->step_count;
    bool some = false;
    *best = (struct trial){0};
    for (size_t i = 0; i < rounds->seen_count; i++)
        some |= rounds->seen[i].certain && rounds->seen[i].step_count;
    if (!rounds->fix || !some)
        return MTKSCAN_DONE;
    for (size_t i = 0; i < rounds->seen_count; i++) {
        const struct mtks_suspicion *suspicion = &rounds->seen[i];
        if (!suspicion->certain || !suspicion->step_count || suspicion->step_count > room)
            continue;
        int outcome = try_remedy(rounds, suspicion, best);
        if (outcome != MTKSCAN_DONE) {
            if (best->suspicion)
                mtks_dump_close(&best->view);
            return outcome;
        }
    }
    return MTKSCAN_DONE;
}

static int tell(struct rounds *rounds, const struct mtks_suspicion *suspicion, bool mended)
{
    struct mtks_analysis *analysis = rounds->analysis;
    if (mtks_finding_has(analysis, suspicion->code, MTKSCAN_NO_PART) && !mended)
        return 0;
    const char *detail = mtks_arena_format(&analysis->arena, "%s%s", suspicion->detail,
                                           mended                  ? " (corrected)"
                                           : suspicion->step_count ? " (left as it is)"
                                                                   : "");
    return detail ? mtks_finding_add(analysis, suspicion->code, detail, MTKSCAN_NO_PART,
                                     suspicion->offset, suspicion->length)
                  : -1;
}

/* Makes the best remedy's view the input of the next round. */
static int accept(struct rounds *rounds, const struct trial *best)
{
    struct mtks_input_diagnosis *diagnosis = rounds->diagnosis;
    mtks_dump_close(&diagnosis->view);
    diagnosis->view = best->view;
    rounds->input = &diagnosis->view;
    for (size_t i = 0; i < best->suspicion->step_count; i++) {
        struct mtks_view_step *step = &diagnosis->steps[diagnosis->step_count++];
        *step = best->suspicion->steps[i];
        step->text = mtks_arena_text(&rounds->analysis->arena, step->text);
        if (!step->text)
            return -1;
    }
    return tell(rounds, best->suspicion, true);
}

/* What is left when nothing can be mended any more. */
static int raise_rest(struct rounds *rounds)
{
    for (size_t i = 0; i < rounds->seen_count; i++) {
        const struct mtks_suspicion *suspicion = &rounds->seen[i];
        rounds->diagnosis->hopeless |= suspicion->hopeless;
        if (suspicion->bits >= TOLD_FROM && tell(rounds, suspicion, false))
            return -1;
    }
    return 0;
}

static int run_rounds(struct rounds *rounds)
{
    for (;;) {
        struct trial best;
        int outcome = look_all(rounds);
        if (outcome == MTKSCAN_DONE)
            outcome = try_all(rounds, &best);
        if (outcome != MTKSCAN_DONE)
            return outcome;
        if (!best.suspicion)
            return raise_rest(rounds) ? no_memory(rounds) : MTKSCAN_DONE;
        if (accept(rounds, &best))
            return no_memory(rounds);
    }
}

int mtks_diagnose_input(struct mtks_analysis *analysis, const struct mtks_dump *dump, bool fix,
                        const struct mtks_progress *progress,
                        struct mtks_input_diagnosis *diagnosis, mtkscan_error *error)
{
    struct rounds rounds = {.analysis = analysis,
                            .progress = progress,
                            .diagnosis = diagnosis,
                            .input = dump,
                            .fix = fix,
                            .error = error};
    *diagnosis = (struct mtks_input_diagnosis){0};
    mtks_dump_close(&diagnosis->view); /* an empty dump still has an address */
    int outcome = run_rounds(&rounds);
    if (outcome != MTKSCAN_DONE) {
        mtks_dump_close(&diagnosis->view);
        diagnosis->step_count = 0;
    }
    return outcome;
}

void mtks_diagnose_place(struct mtks_analysis *analysis)
{
    static const char *const placed[] = {"MTK-Q012", "MTK-Q013"};
    for (size_t i = 0; i < analysis->findings.count; i++) {
        struct mtks_finding *finding = &analysis->findings.items[i];
        if (strcmp(finding->code, placed[0]) != 0 && strcmp(finding->code, placed[1]) != 0)
            continue;
        for (uint32_t j = 0; finding->part == MTKSCAN_NO_PART && j < analysis->parts.count; j++) {
            const struct mtks_part *part = &analysis->parts.items[j];
            if (finding->offset >= part->offset && finding->offset - part->offset < part->present)
                finding->part = j;
        }
    }
}
