/* SPDX-License-Identifier: MIT */
/* Rows that call a module again and again: does it say the same, and what does it cost. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "module_check_said.h"
#include "mtkscan/gfh.h"
#include "services.h"

/* ---- the same dump, the same records */

/* The ways in which a module is called; each has to give the same bytes. */
enum way { CLAIM, LAYOUT, CLAIM_AGAIN, LAYOUT_AGAIN, REPEATED, WAYS };

static const char *const way_names[WAYS] = {
    [CLAIM_AGAIN] = "claim, called a second time in a new process,",
    [LAYOUT_AGAIN] = "layout, called a second time in a new process,",
    [REPEATED] = "layout and claim, called in turn in one process,",
};

/* Whether a piece of what one process said is what another said in all; *at moves behind it. */
static bool goes_on(const struct mtks_job *whole, size_t *at, const struct mtks_job *piece)
{
    bool same = piece->length <= whole->length - *at &&
                memcmp(whole->bytes + *at, piece->bytes, piece->length) == 0;
    *at += same ? piece->length : 0;
    return same;
}

static bool is_same(const struct mtks_job *a, const struct mtks_job *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* The way that gave something else, or WAYS. */
static enum way different(const struct mtks_job jobs[WAYS])
{
    size_t at = 0;
    if (!is_same(&jobs[CLAIM], &jobs[CLAIM_AGAIN]))
        return CLAIM_AGAIN;
    if (!is_same(&jobs[LAYOUT], &jobs[LAYOUT_AGAIN]))
        return LAYOUT_AGAIN;
    for (unsigned round = 0; round < 2; round++)
        if (!goes_on(&jobs[REPEATED], &at, &jobs[LAYOUT]) ||
            !goes_on(&jobs[REPEATED], &at, &jobs[CLAIM]))
            return REPEATED;
    return at == jobs[REPEATED].length ? WAYS : REPEATED;
}

/* A finder that remembers what a scan looks for before it asks modules. */
static struct mtks_finder *warm_finder(const struct mtks_dump *dump)
{
    struct mtks_services services;
    mtkscan_file_info info;
    struct mtks_finder *finder = mtks_finder_new();
    mtks_services_init(&services, dump, finder, NULL, 0);
    for (uint64_t at = 0; mtkscan_gfh_scan(&services.host, &at, &info); at++)
        ;
    mtks_services_free(&services);
    return finder;
}

/* Claims beside all other modules, as in a scan. *same says whether that changes it. */
static bool ask_in_company(struct mtks_module_case *under, const struct mtks_job *alone,
                           size_t *company, bool *same)
{
    struct mtks_job jobs[MTKS_SIDE_BY_SIDE] = {{.kind = MTKS_JOB_CLAIM, .module = under->file}};
    size_t count = 1;
    for (size_t i = 0; under->plugins && i < under->plugins->list.count; i++) {
        const struct mtks_plugin *plugin = &under->plugins->list.items[i];
        if (plugin->state == MTKS_PLUGIN_OK && plugin->file && count < MTKS_SIDE_BY_SIDE)
            jobs[count++] = (struct mtks_job){.kind = MTKS_JOB_CLAIM, .module = plugin->file};
    }
    struct mtks_finder *finder = warm_finder(&under->sample.whole);
    bool good = mtks_case_run(under, &under->sample.whole, finder, jobs, count);
    mtks_finder_free(finder);
    mtks_said_blank(&jobs[0]);
    *same = good && is_same(alone, &jobs[0]);
    *company = count - 1;
    for (size_t i = 0; i < count; i++)
        mtks_job_free(&jobs[i]);
    return good;
}

bool mtks_row_determinism(struct mtks_module_case *under, struct mtks_module_row *row)
{
    static const enum mtks_job_kind kinds[WAYS] = {MTKS_JOB_CLAIM, MTKS_JOB_LAYOUT, MTKS_JOB_CLAIM,
                                                   MTKS_JOB_LAYOUT, MTKS_JOB_REPEAT};
    static const char advice[] = "Compute records from the dump alone: no static variable, clock, "
                                 "random number, address or uninitialised byte.";
    struct mtks_job jobs[WAYS] = {{.kind = MTKS_JOB_CLAIM}};
    size_t company = 0;
    bool same = true;
    for (size_t i = 0; i < WAYS; i++)
        jobs[i] = (struct mtks_job){.kind = kinds[i], .module = under->file};
    bool good = mtks_case_run(under, &under->sample.whole, NULL, jobs, WAYS);
    for (size_t i = 0; i < WAYS; i++)
        mtks_said_blank(&jobs[i]);
    enum way way = good ? different(jobs) : WAYS;
    good = good && ask_in_company(under, &jobs[CLAIM], &company, &same);
    for (size_t i = 0; i < WAYS; i++)
        mtks_job_free(&jobs[i]);
    if (!good)
        return false;
    if (way != WAYS)
        mtks_row_set(under, row, MTKS_MODULE_FAIL, advice, "%s gives other records",
                     way_names[way]);
    else if (!same)
        mtks_row_set(under, row, MTKS_MODULE_FAIL, advice,
                     "claim gives other records beside %zu other modules", company);
    else
        mtks_row_set(under, row, MTKS_MODULE_PASS, NULL,
                     "again, in another order, and beside %zu other modules: the same", company);
    return true;
}

/* ---- cost */

#define LARGE_DUMP (UINT64_C(16) << 20) /* bytes of the largest flash of these devices */

/* Times one callback's process. */
static bool measure(struct mtks_module_case *under, const struct mtks_dump *dump,
                    struct mtks_job *job)
{
    bool good = mtks_case_run(under, dump, NULL, job, 1);
    mtks_job_free(job);
    return good;
}

static uint64_t above(uint64_t value, uint64_t base)
{
    return value > base ? value - base : 0;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static void judge_cost(struct mtks_module_case *under, struct mtks_module_row *row,
                       const struct mtks_job *claim, const struct mtks_job *layout, uint64_t birth)
{
    const char *fault = claim->fault[0] ? claim->fault : layout->fault;
    const uint64_t limit = under->limits->plugin_ms * 1000, memory = under->limits->plugin_memory;
    uint64_t slower = larger(claim->elapsed, layout->elapsed);
    uint64_t peak = above(larger(claim->peak, layout->peak), birth);
    enum mtks_module_result result = MTKS_MODULE_PASS;
    if (fault[0] || peak > memory)
        result = MTKS_MODULE_FAIL;
    else if (slower > limit / 2 || peak > memory / 2)
        result = MTKS_MODULE_NOTE;
    mtks_row_set(under, row, result,
                 result == MTKS_MODULE_PASS
                     ? NULL
                     : "Search with find(), which the host does once for all; read each byte once, "
                       "and keep no copy of the dump.",
                 "on 16 MB: claim %" PRIu64 ".%" PRIu64 " ms, layout %" PRIu64 ".%" PRIu64
                 " ms, limit %" PRIu64 " ms; memory %" PRIu64 " KB, limit %" PRIu64 " KB%s%s",
                 claim->elapsed / 1000, claim->elapsed / 100 % 10, layout->elapsed / 1000,
                 layout->elapsed / 100 % 10, under->limits->plugin_ms, peak / 1024, memory / 1024,
                 fault[0] ? ": " : "", fault);
}

bool mtks_row_cost(struct mtks_module_case *under, struct mtks_module_row *row)
{
    struct mtks_job nothing = {.kind = MTKS_JOB_PROBE,
                               .module = -1}; /* what a process has anyway */
    struct mtks_job claim = {.kind = MTKS_JOB_CLAIM, .module = under->file};
    struct mtks_job layout = {.kind = MTKS_JOB_LAYOUT, .module = under->file};
    struct mtks_dump dump;
    if (!mtks_sample_large(&under->sample, LARGE_DUMP, &dump, under->error))
        return false;
    bool good = measure(under, &dump, &nothing) && measure(under, &dump, &claim) &&
                measure(under, &dump, &layout);
    mtks_dump_close(&dump);
    if (good)
        judge_cost(under, row, &claim, &layout, nothing.peak);
    return good;
}
