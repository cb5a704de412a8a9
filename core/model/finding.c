/* SPDX-License-Identifier: MIT */
/* The table of all findings. Codes are stable: a row is never reused and never renumbered. */
#include "finding.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct mtks_finding_row mtks_finding_rows[] = {
/* One file a topic. */
#include "findings/boot.inc"
#include "findings/codec.inc"
#include "findings/compare.inc"
#include "findings/cross.inc"
#include "findings/damage.inc"
#include "findings/files.inc"
#include "findings/flash.inc"
#include "findings/headers.inc"
#include "findings/kit.inc"
#include "findings/modules.inc"
#include "findings/reading.inc"
#include "findings/security.inc"
};
const size_t mtks_finding_count = sizeof mtks_finding_rows / sizeof *mtks_finding_rows;

const struct mtks_finding_row *mtks_finding_row(const char *code)
{
    for (size_t i = 0; i < mtks_finding_count; i++)
        if (strcasecmp(mtks_finding_rows[i].code, code) == 0)
            return &mtks_finding_rows[i];
    return NULL;
}

int mtks_finding_add(struct mtks_analysis *analysis, const char *code, const char *detail,
                     uint32_t part, uint64_t offset, uint64_t length)
{
    struct mtks_arena *arena = &analysis->arena;
    const struct mtks_finding_row *row = mtks_finding_row(code);
    if (!row) {
        row = mtks_finding_row("MTK-P003");
        detail = mtks_arena_format(arena, "%s%s%s", code, detail ? ": " : "", detail ? detail : "");
        if (!detail)
            return -1;
    }
    const char *message =
        detail ? mtks_arena_format(arena, "%s: %s", row->title, detail) : row->title;
    struct mtks_finding *finding = message ? MTKS_PUSH(arena, &analysis->findings) : NULL;
    if (!finding)
        return -1;
    *finding = (struct mtks_finding){
        .code = row->code,
        .severity = row->severity,
        .message = message,
        .advice = row->advice,
        .part = part,
        .offset = offset,
        .length = length,
    };
    return 0;
}

bool mtks_finding_has(const struct mtks_analysis *analysis, const char *code, uint32_t part)
{
    for (size_t i = 0; i < analysis->findings.count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        if (finding->part == part && strcasecmp(finding->code, code) == 0)
            return true;
    }
    return false;
}

bool mtks_findings_have_error(const struct mtks_analysis *analysis, const char *but)
{
    for (size_t i = 0; i < analysis->findings.count; i++) {
        const struct mtks_finding *finding = &analysis->findings.items[i];
        if (finding->severity == MTKS_ERROR && (!but || strcmp(finding->code, but) != 0))
            return true;
    }
    return false;
}

static int order(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* A total order but for equal findings, so that qsort gives the same list everywhere. */
static int compare(const void *left, const void *right)
{
    const struct mtks_finding *a = left, *b = right;
    int result = order((uint64_t)b->severity, (uint64_t)a->severity);
    if (!result)
        result = order(a->offset, b->offset);
    if (!result)
        result = strcmp(a->code, b->code);
    if (!result)
        result = order(a->part, b->part);
    if (!result)
        result = order(a->length, b->length);
    return result ? result : strcmp(a->message, b->message);
}

void mtks_findings_sort(struct mtks_analysis *analysis)
{
    if (analysis->findings.count)
        qsort(analysis->findings.items, analysis->findings.count, sizeof *analysis->findings.items,
              compare);
}
