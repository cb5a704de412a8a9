/* SPDX-License-Identifier: MIT */
/* Stable finding codes: one row each, in finding.c. `mtkscan explain CODE` prints a row. */
#ifndef MTKSCAN_MODEL_FINDING_H
#define MTKSCAN_MODEL_FINDING_H

#include "analysis.h"

struct mtks_finding_row {
    const char *code; /* "MTK-" letter, three digits */
    enum mtks_severity severity;
    const char *title;  /* what happened */
    const char *why;    /* why it matters */
    const char *advice; /* what to do next */
};

extern const struct mtks_finding_row mtks_finding_rows[];
extern const size_t mtks_finding_count;

/* The row of a code, letter case apart, or NULL. */
const struct mtks_finding_row *mtks_finding_row(const char *code);

/*
 * Adds a finding. `detail` (may be NULL) says what was seen here, and follows the row's title. A
 * code that the table lacks is kept under MTK-P003. Returns 0, or -1 when memory is out.
 */
int mtks_finding_add(struct mtks_analysis *analysis, const char *code, const char *detail,
                     uint32_t part, uint64_t offset, uint64_t length);

/* Whether a finding of this code was raised for this part (MTKSCAN_NO_PART: for none). */
bool mtks_finding_has(const struct mtks_analysis *analysis, const char *code, uint32_t part);

/* Errors first, then by offset, then by code. */
/* Whether any finding is an error; those of the code `but` do not count (NULL: all do). */
bool mtks_findings_have_error(const struct mtks_analysis *analysis, const char *but);
void mtks_findings_sort(struct mtks_analysis *analysis);

#endif
