/* SPDX-License-Identifier: MIT */
#include "describe.h"

#include <stdlib.h>
#include <unistd.h>

#include "entry.h"
#include "runner.h"
#include "wire.h"

/* What one module said of itself, or how it failed to; false when memory is out. */
static bool take(struct mtks_plugins *plugins, struct mtks_plugin *plugin,
                 const struct mtks_job *job)
{
    struct mtks_arena *arena = &plugins->arena;
    mtkscan_plugin entry;
    bool good = false;
    if (!job) {
        good = mtks_entry_load(arena, plugin->file, &entry, &plugin->reason);
    } else if (job->fault[0]) {
        plugin->reason = mtks_arena_format(arena, "%s when it was loaded", job->fault);
    } else {
        struct mtks_frames frames = {.bytes = job->bytes, .length = job->length};
        good = mtks_wire_take_entry(&frames, arena, &entry, &plugin->reason);
    }
    if (!good)
        return plugin->reason != NULL;
    const struct mtks_plugin *first = mtks_plugins_find(plugins, entry.id);
    plugin->entry = entry;
    plugin->state = first ? MTKS_PLUGIN_SHADOWED : MTKS_PLUGIN_OK;
    if (first)
        plugin->reason =
            mtks_arena_format(arena, "%s has the same id and comes first", first->path);
    return !first || plugin->reason;
}

/* In list order, whoever was ready first. `jobs` is NULL when modules run in this process. */
static bool take_all(struct mtks_plugins *plugins, const struct mtks_job *jobs)
{
    bool good = true;
    for (size_t i = 0; good && i < plugins->list.count; i++) {
        struct mtks_plugin *plugin = &plugins->list.items[i];
        if (!plugin->file)
            continue;
        good = take(plugins, plugin, jobs ? jobs++ : NULL);
        if (jobs && plugin->state == MTKS_PLUGIN_OK)
            continue;
        close(plugin->file);
        plugin->file = 0;
    }
    return good;
}

/* A job for each module that was found. */
static size_t fill_jobs(const struct mtks_plugins *plugins, struct mtks_job *jobs)
{
    size_t count = 0;
    for (size_t i = 0; i < plugins->list.count; i++)
        if (plugins->list.items[i].file)
            jobs[count++] =
                (struct mtks_job){.kind = MTKS_JOB_DESCRIBE, .module = plugins->list.items[i].file};
    return count;
}

int mtks_plugins_describe(struct mtks_plugins *plugins, const struct mtks_limits *limits,
                          mtkscan_error *error)
{
    if (plugins->isolation == MTKS_ISOLATION_NONE)
        return take_all(plugins, NULL) ? MTKSCAN_DONE : mtks_plugins_no_memory(error);
    struct mtks_limits usual;
    mtks_limits_init(&usual);
    const struct mtks_runner runner = {.isolation = plugins->isolation,
                                       .limits = limits ? limits : &usual,
                                       .room = 2 * MTKS_FRAME_MAX};
    struct mtks_job *jobs = calloc(plugins->list.count + 1, sizeof *jobs);
    if (!jobs)
        return mtks_plugins_no_memory(error);
    int outcome = MTKSCAN_SYSTEM;
    size_t count = fill_jobs(plugins, jobs);
    if (mtks_runner_run(&runner, jobs, count, error))
        outcome = take_all(plugins, jobs) ? MTKSCAN_DONE : mtks_plugins_no_memory(error);
    for (size_t i = 0; i < count; i++)
        mtks_job_free(&jobs[i]);
    free(jobs);
    return outcome;
}
