/* SPDX-License-Identifier: MIT */
/*
 * The winner's layout and flash facts. What a callback states is taken whole or not at all: half a
 * layout, without some of its checks, could make a damaged dump look fine.
 */
#include <string.h>

#include "../model/finding.h"
#include "claim.h"
#include "runner.h"
#include "services.h"
#include "wire.h"

struct run {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    const struct mtks_plugin *plugin;
    struct mtks_finder *finder;
    uint64_t room;              /* bytes that a callback may fill */
    uint64_t records;           /* that its callbacks stated so far */
    const struct mtks_job *job; /* both callbacks ran there; NULL: they run in this process */
    struct mtks_frames frames;  /* of the job */
};

/* Appends one list of records to the list of the same type in the analysis. */
#define APPEND(arena, to, from)                                                                    \
    append((arena), (void **)&(to)->items, &(to)->count, &(to)->room, (from)->items,               \
           (from)->count, sizeof *(to)->items)

static bool append(struct mtks_arena *arena, void **items, size_t *count, size_t *room,
                   const void *more, size_t more_count, size_t size)
{
    for (size_t i = 0; i < more_count; i++) {
        void *item = mtks_list_push(arena, items, count, room, size);
        if (!item)
            return false;
        memcpy(item, (const char *)more + i * size, size);
    }
    return true;
}

/* Takes all that a callback stated; false when memory is out. */
static bool commit(struct run *run, struct mtks_sink *sink)
{
    struct mtks_analysis *analysis = run->analysis;
    struct mtks_arena *arena = &analysis->arena;
    for (size_t i = 0; i < sink->parts.count; i++) {
        struct mtks_part *part = &sink->parts.items[i];
        part->present = mtks_dump_present(run->dump, part->offset, part->length);
    }
    for (size_t i = 0; i < sink->notices.count; i++) {
        const struct mtks_notice *notice = &sink->notices.items[i];
        if (mtks_finding_add(analysis, notice->code, notice->detail, notice->part, notice->offset,
                             notice->length))
            return false;
    }
    if (sink->flash.stated) {
        analysis->flash.capacity = sink->flash.capacity;
        analysis->flash.memory_type = sink->flash.memory_type;
        analysis->flash.memory_type_source = sink->flash.memory_type_source;
    }
    return APPEND(arena, &analysis->facts, &sink->facts) &&
           APPEND(arena, &analysis->parts, &sink->parts) &&
           APPEND(arena, &analysis->checks, &sink->checks) &&
           APPEND(arena, &analysis->containers, &sink->containers) &&
           APPEND(arena, &analysis->flash.ids, &sink->ids) &&
           APPEND(arena, &analysis->flash.zones, &sink->zones) &&
           APPEND(arena, &analysis->ranges, &sink->ranges);
}

static bool keep_log(struct mtks_analysis *analysis, struct mtks_sink *sink)
{
    for (size_t i = 0; i < sink->log.count; i++)
        sink->log.items[i].plugin = analysis->plugin;
    return APPEND(&analysis->arena, &analysis->log, &sink->log);
}

/* The winner misbehaved: its claim says so, and a finding tells the user. False: no memory. */
static bool blame_winner(struct mtks_analysis *analysis, const char *reason)
{
    for (size_t i = 0; i < analysis->claims.count; i++)
        if (strcmp(analysis->claims.items[i].plugin, analysis->plugin) == 0)
            analysis->claims.items[i].misbehaved = reason;
    const char *detail =
        mtks_arena_format(&analysis->arena, "plugin %s: %s", analysis->plugin, reason);
    return detail && mtks_finding_add(analysis, "MTK-P001", detail, MTKSCAN_NO_PART,
                                      MTKSCAN_NO_OFFSET, 0) == 0;
}

static const struct callback {
    enum mtks_phase phase;
    const char *name;
    size_t member; /* offsetof in mtkscan_plugin */
    bool last;
} callbacks[] = {
    {MTKS_PHASE_LAYOUT, "layout", offsetof(mtkscan_plugin, layout), false},
    {MTKS_PHASE_FLASH_IDS, "flash_ids", offsetof(mtkscan_plugin, flash_ids), true},
};

/* Lets a callback fill the sink. */
static void state(struct run *run, const struct callback *callback, struct mtks_sink *sink)
{
    if (run->job && run->job->fault[0]) {
        mtks_sink_blame(sink, "%s", run->job->fault);
        return;
    }
    if (run->job) {
        mtks_wire_replay(&run->frames, sink, callback->name, callback->last);
        return;
    }
    int32_t (*function)(const mtkscan_host *host);
    memcpy(&function, (const char *)&run->plugin->entry + callback->member, sizeof function);
    struct mtks_services services;
    mtks_services_init(&services, run->dump, run->finder, sink, run->analysis->limits.scratch);
    mtks_services_call(&services, function, callback->name);
    mtks_services_free(&services);
}

/* Takes one callback; false when memory is out. *misbehaved says whether to go on. */
static bool call(struct run *run, const struct callback *callback, bool *misbehaved)
{
    struct mtks_analysis *analysis = run->analysis;
    struct mtks_sink sink;
    mtks_sink_init(&sink, &analysis->arena, run->room, analysis->limits.records, callback->phase);
    sink.records = run->records; /* the limit is one for all its callbacks */
    sink.parts_before = analysis->parts.count;
    state(run, callback, &sink);
    run->records = sink.records;
    *misbehaved = sink.misbehaved != NULL;
    if (sink.out_of_memory || !keep_log(analysis, &sink))
        return false;
    return sink.misbehaved ? blame_winner(analysis, sink.misbehaved) : commit(run, &sink);
}

static int call_all(struct run *run, mtkscan_error *error)
{
    bool good = true, misbehaved = false;
    for (size_t i = 0; good && !misbehaved && i < sizeof callbacks / sizeof *callbacks; i++)
        good = call(run, &callbacks[i], &misbehaved);
    return good ? MTKSCAN_DONE : mtks_services_no_memory(&run->analysis->limits, error);
}

/* Both callbacks in one process. */
static int call_child(struct run *run, enum mtks_isolation isolation, mtkscan_error *error)
{
    const struct mtks_runner runner = {.isolation = isolation,
                                       .limits = &run->analysis->limits,
                                       .dump = run->dump,
                                       .finder = run->finder,
                                       .hashing = run->analysis->hashing,
                                       .room = run->room};
    struct mtks_job job = {.kind = MTKS_JOB_LAYOUT, .module = run->plugin->file};
    int outcome = MTKSCAN_SYSTEM;
    if (mtks_runner_run(&runner, &job, 1, error)) {
        run->job = &job;
        run->frames = (struct mtks_frames){.bytes = job.bytes, .length = job.length};
        outcome = call_all(run, error);
        run->job = NULL;
    }
    mtks_job_free(&job);
    return outcome;
}

int mtks_layout_run(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                    const struct mtks_plugins *plugins, mtkscan_error *error)
{
    struct run run = {.analysis = analysis, .dump = dump};
    run.plugin = analysis->plugin ? mtks_plugins_find(plugins, analysis->plugin) : NULL;
    if (!run.plugin)
        return mtks_fail(error, MTKSCAN_SYSTEM, "layout of a dump that no plugin claimed");
    run.room = (analysis->arena.limit - analysis->arena.used) / 3;
    run.finder = analysis->finder ? analysis->finder : mtks_finder_new();
    int outcome = plugins->isolation == MTKS_ISOLATION_NONE
                      ? call_all(&run, error)
                      : call_child(&run, plugins->isolation, error);
    if (run.finder != analysis->finder)
        mtks_finder_free(run.finder);
    return outcome;
}
