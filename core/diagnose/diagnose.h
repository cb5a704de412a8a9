/* SPDX-License-Identifier: MIT */
/*
 * What went wrong while a flash was read: detectors, a file each, in two tables. Those of the first
 * table look at the raw input before any module does, and may correct it through a view; those of
 * the second look into the parts once the layout is known. None of them knows a chip; all of them
 * know what firmware of this platform looks like (FORMAT.md 1, 2, 6.6).
 */
#ifndef MTKSCAN_DIAGNOSE_DIAGNOSE_H
#define MTKSCAN_DIAGNOSE_DIAGNOSE_H

#include "../dump/dump.h"
#include "../dump/view.h"
#include "../model/analysis.h"
#include "../model/error.h"
#include "../model/progress.h"

/* What a detector of the raw input thinks. */
struct mtks_suspicion {
    const char *code;        /* of the finding */
    unsigned bits;           /* of independent evidence for it; 0: nothing seen */
    bool certain;            /* the remedy is: the view is corrected, not only the user told */
    bool hopeless;           /* the input is no flash at all, nothing in it is worth a look */
    char detail[256];        /* one line */
    uint64_t offset, length; /* in the input as the detector saw it */
    size_t step_count;       /* the remedy; 0: there is none */
    struct mtks_view_step steps[MTKS_VIEW_STEPS];
};

struct mtks_anchors; /* of the dump (anchors.h) */

struct mtks_raw_detector {
    const char *name;
    /* Fills `found`, zeroed before. Cheap when nothing is wrong. [thread: any] */
    void (*look)(const struct mtks_dump *dump, const struct mtks_anchors *anchors,
                 struct mtks_suspicion *found);
};
extern const struct mtks_raw_detector mtks_raw_detectors[];
extern const size_t mtks_raw_detector_count;

/* What mtks_diagnose_input() made of the input. */
struct mtks_input_diagnosis {
    struct mtks_view_step steps[MTKS_VIEW_STEPS];
    size_t step_count;     /* applied */
    struct mtks_dump view; /* the corrected bytes; only when step_count is not 0 [owner: caller] */
    bool hopeless;         /* it is no flash at all: a finding says what */
};

/*
 * Lets the raw detectors look, applies the best certain remedy, looks again, and so on (at most
 * MTKS_VIEW_STEPS steps in all). Raises the finding of every suspicion that was acted on or that
 * has 20 bits or more. With `fix` false nothing is applied. MTKSCAN_DONE whatever it sees;
 * MTKSCAN_REFUSED when memory or `input` limit is out, MTKSCAN_SYSTEM, MTKSCAN_INTERRUPTED.
 */
int mtks_diagnose_input(struct mtks_analysis *analysis, const struct mtks_dump *dump, bool fix,
                        const struct mtks_progress *progress,
                        struct mtks_input_diagnosis *diagnosis, mtkscan_error *error);

/* What was lost or came in while reading hit a part: names it in those findings, once the layout is
 * known. */
void mtks_diagnose_place(struct mtks_analysis *analysis);

/*
 * Looks into the parts, once checks (and, when analysis->decoded, the decoders) have spoken, and
 * before the verdicts: raises a finding with part and byte range for each bad piece that it sees,
 * so that mtks_health_judge() counts the part as damaged (codes of severity error only), and says
 * of what kind the damage is where a check only knows that something is wrong. Costs at most 0.3
 * of a plain scan on a healthy dump. 0, or -1 when memory is out.
 */
int mtks_diagnose_parts(struct mtks_analysis *analysis, const struct mtks_dump *dump);

#endif
