/* SPDX-License-Identifier: MIT */
#include "module_decode.h"

#include <inttypes.h>

#include "../model/finding.h"
#include "decode_work.h"
#include "runner.h"
#include "services.h"

/* One run of mtks_module_decode(). */
struct run {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    const struct mtks_plugin *plugin;
    const struct mtks_container *container;
    struct mtks_finder *finder;
    struct mtks_decode_work work;
    struct mtks_sink sink;
};

static const struct mtks_plugin *winner(const struct mtks_analysis *analysis,
                                        const struct mtks_plugins *plugins)
{
    const struct mtks_plugin *plugin =
        analysis->plugin && plugins ? mtks_plugins_find(plugins, analysis->plugin) : NULL;
    return plugin && plugin->entry.decode ? plugin : NULL;
}

bool mtks_module_decodes(const struct mtks_analysis *analysis, const struct mtks_plugins *plugins)
{
    return winner(analysis, plugins) != NULL;
}

static void decode_here(struct run *run)
{
    struct mtks_services services;
    run->sink.output = &run->work.output;
    mtks_services_init(&services, run->dump, run->finder, &run->sink,
                       run->analysis->limits.scratch);
    services.work = &run->work;
    mtks_services_ended(&run->sink, "decode",
                        mtks_services_decode(&services, run->plugin->entry.decode));
    mtks_services_free(&services);
}

/* False when the system gives no process. */
static bool decode_child(struct run *run, enum mtks_isolation isolation, mtkscan_error *error)
{
    const struct mtks_runner runner = {.isolation = isolation,
                                       .limits = &run->analysis->limits,
                                       .dump = run->dump,
                                       .finder = run->finder,
                                       .hashing = run->analysis->hashing,
                                       .room = mtks_decode_work_said(&run->work)};
    struct mtks_job job;
    mtks_decode_work_job(&run->work, run->plugin->file, &run->sink, &job);
    bool ran = mtks_runner_run(&runner, &job, 1, error);
    if (ran)
        mtks_decode_work_end(&job);
    mtks_job_free(&job);
    return ran;
}

static bool keep_log(struct run *run)
{
    struct mtks_analysis *analysis = run->analysis;
    for (size_t i = 0; i < run->sink.log.count; i++) {
        struct mtks_log *line = MTKS_PUSH(&analysis->arena, &analysis->log);
        if (!line)
            return false;
        *line = run->sink.log.items[i];
        line->plugin = analysis->plugin;
    }
    return true;
}

/* Why a decode that did not misbehave gave less than a whole image. NULL: it did not, or memory is
 * out. */
static const char *shortfall(const struct run *run)
{
    struct mtks_arena *arena = &run->analysis->arena;
    const char *plugin = run->analysis->plugin;
    switch (run->sink.ended) {
    case MTKSCAN_E_DAMAGED:
        return mtks_arena_format(arena, "plugin %s says that the stream is not sound", plugin);
    case MTKSCAN_E_NOT_FOUND:
        return mtks_arena_format(arena, "plugin %s does not know codec %s", plugin,
                                 run->container->codec);
    case MTKSCAN_E_LIMIT:
        return mtks_arena_format(
            arena, "plugin %s needs more memory, or room for more than %" PRIu64 " bytes", plugin,
            run->work.task.room);
    default:
        return run->work.output.end
                   ? NULL
                   : mtks_arena_format(arena, "plugin %s decoded it to nothing", plugin);
    }
}

/* From what the module said to what it is worth; false when memory is out. */
static bool conclude(struct run *run, struct mtks_module_output *output)
{
    struct mtks_analysis *analysis = run->analysis;
    const struct mtks_container *container = run->container;
    const struct mtks_sink *sink = &run->sink;
    if (sink->out_of_memory || !keep_log(run))
        return false;
    if (sink->misbehaved) {
        const char *detail = mtks_arena_format(&analysis->arena, "plugin %s, decoding %s: %s",
                                               analysis->plugin, container->name, sink->misbehaved);
        output->why = mtks_arena_format(&analysis->arena, "plugin %s: %s", analysis->plugin,
                                        sink->misbehaved);
        return detail && output->why &&
               mtks_finding_add(analysis, "MTK-P001", detail, container->part, container->offset,
                                container->length) == 0;
    }
    bool whole = sink->ended == MTKSCAN_OK && run->work.output.end > 0;
    output->damaged = sink->ended == MTKSCAN_E_DAMAGED;
    output->why = shortfall(run);
    if (!whole && !output->why)
        return false;
    if (whole || output->damaged) {
        output->size = run->work.output.end;
        output->bytes = mtks_decode_output_release(&run->work.output);
    }
    return true;
}

int mtks_module_decode(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                       const struct mtks_plugins *plugins, const struct mtks_container *container,
                       uint64_t room, struct mtks_module_output *output, mtkscan_error *error)
{
    struct run run = {.analysis = analysis, .dump = dump, .container = container};
    struct mtks_arena *arena = &analysis->arena;
    *output = (struct mtks_module_output){.bytes = NULL};
    run.plugin = winner(analysis, plugins);
    if (!run.plugin) {
        output->why = mtks_arena_format(arena, "no module decodes %s", container->codec);
        return output->why ? MTKSCAN_DONE : mtks_services_no_memory(&analysis->limits, error);
    }
    mtks_sink_init(&run.sink, arena, (arena->limit - arena->used) / 3, 0, MTKS_PHASE_DECODE);
    run.finder = analysis->finder ? analysis->finder : mtks_finder_new();
    int outcome = MTKSCAN_DONE;
    if (!mtks_decode_work_init(&run.work, container, analysis->layers.items, analysis->layers.count,
                               room))
        outcome = mtks_services_no_memory(&analysis->limits, error);
    else if (plugins->isolation == MTKS_ISOLATION_NONE)
        decode_here(&run);
    else if (!decode_child(&run, plugins->isolation, error))
        outcome = MTKSCAN_SYSTEM;
    if (outcome == MTKSCAN_DONE && !conclude(&run, output))
        outcome = mtks_services_no_memory(&analysis->limits, error);
    mtks_decode_work_free(&run.work);
    if (run.finder != analysis->finder)
        mtks_finder_free(run.finder);
    return outcome;
}
