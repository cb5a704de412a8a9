/* SPDX-License-Identifier: MIT */
#include "runs.h"

#include <inttypes.h>

#include "../model/finding.h"

/* Every run of MTKS_RUN_LEAST bytes holds a whole window, wherever it begins. */
#define WINDOW (MTKS_RUN_LEAST / 2)

/* The run around a constant window at `at`. */
static uint64_t run_around(const uint8_t *bytes, uint64_t length, uint64_t at, uint64_t *begin)
{
    const uint8_t value = bytes[at];
    uint64_t end = at + WINDOW;
    while (at > 0 && bytes[at - 1] == value)
        at--;
    while (end < length && bytes[end] == value)
        end++;
    *begin = at;
    return end - at;
}

bool mtks_run_find(const struct mtks_dump *dump, uint64_t offset, uint64_t length, uint64_t *at,
                   uint64_t *run)
{
    const uint8_t *bytes = mtks_dump_span(dump, offset, length);
    *run = 0;
    for (uint64_t window = 0; bytes && length >= WINDOW && window <= length - WINDOW;) {
        uint64_t begin = window, found = 0;
        if (mtks_dump_all(dump, offset + window, WINDOW, bytes[window]))
            found = run_around(bytes, length, window, &begin);
        if (found > *run) {
            *run = found;
            *at = offset + begin;
        }
        /* Behind a run that was measured, and always forward. */
        uint64_t behind = (begin + found) / WINDOW * WINDOW;
        window = behind > window ? behind : window + WINDOW;
    }
    return *run >= MTKS_RUN_LEAST;
}

int mtks_run_report(struct mtks_analysis *analysis, const struct mtks_dump *dump, uint32_t part)
{
    const struct mtks_part *where = &analysis->parts.items[part];
    uint64_t at = 0, run = 0;
    if (!mtks_run_find(dump, where->offset, where->length, &at, &run))
        return 0;
    const char *detail =
        mtks_arena_format(&analysis->arena, "%s: 0x%" PRIX64 " bytes of 0x%02X from 0x%" PRIX64,
                          where->name, run, mtks_dump_span(dump, at, 1)[0], at);
    return detail && mtks_finding_add(analysis, "MTK-D008", detail, part, at, run) == 0 ? 1 : -1;
}
