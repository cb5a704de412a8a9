/* SPDX-License-Identifier: MIT */
#include "claim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../model/finding.h"
#include "mtkscan/gfh.h"
#include "mtkscan/identity.h"
#include "rank.h"
#include "runner.h"
#include "services.h"
#include "wire.h"

#define BOARD_BITS 16 /* a board string says as much as 16 bits of evidence (DESIGN) */

/* One run of mtks_claim_run(). */
struct run {
    struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    const struct mtks_plugins *plugins;
    struct mtks_finder *finder;
    size_t usable;                  /* modules to ask */
    uint64_t share;                 /* bytes of memory that each may fill */
    mtkscan_identity identity;      /* of the dump */
    const struct mtks_board *board; /* of the registry, or NULL */
};

/* Appends to a list in a buffer; what does not fit is cut. */
static void append(char *text, size_t room, const char *item)
{
    size_t used = strlen(text);
    snprintf(text + used, room - used, "%s%s", used ? ", " : "", item);
}

static int no_module(struct mtks_analysis *analysis, const struct mtks_plugins *plugins,
                     mtkscan_error *error)
{
    char folders[400] = "";
    for (size_t i = 0; i < plugins->searched.count; i++)
        append(folders, sizeof folders, plugins->searched.items[i]);
    mtks_fail(error, MTKSCAN_NOT_RECOGNISED, "no plugin found; looked in: %s", folders);
    analysis->hint = mtks_arena_format(&analysis->arena, "no plugin found; looked in: %s", folders);
    if (plugins->list.count)
        mtks_advise(error, "`mtkscan plugins list` says why each plugin found was refused");
    else
        mtks_advise(error, "Install a plugin, or give its folder with --plugin-dir");
    return MTKSCAN_NOT_RECOGNISED;
}

static int unknown_module(const struct mtks_plugins *plugins, const char *forced,
                          mtkscan_error *error)
{
    char ids[200] = "";
    for (size_t i = 0; i < plugins->list.count; i++)
        if (plugins->list.items[i].state == MTKS_PLUGIN_OK)
            append(ids, sizeof ids, plugins->list.items[i].entry.id);
    mtks_fail(error, MTKSCAN_USAGE, "there is no usable plugin \"%s\"", forced);
    mtks_advise(error, "Plugins: %s", ids);
    return MTKSCAN_USAGE;
}

/* Keeps what a module logged. */
static bool keep_log(struct mtks_analysis *analysis, const char *plugin,
                     const struct mtks_sink *sink)
{
    for (size_t i = 0; i < sink->log.count; i++) {
        struct mtks_log *line = MTKS_PUSH(&analysis->arena, &analysis->log);
        if (!line)
            return false;
        *line = sink->log.items[i];
        line->plugin = plugin;
    }
    return true;
}

/* Takes the claim of one module, from its job or, without one, from a call in this process; false
 * when memory is out. */
static bool ask(struct run *run, const struct mtks_plugin *plugin, const struct mtks_job *job)
{
    struct mtks_analysis *analysis = run->analysis;
    struct mtks_sink sink;
    mtks_sink_init(&sink, &analysis->arena, run->share, analysis->limits.records, MTKS_PHASE_CLAIM);
    if (!job) {
        struct mtks_services services;
        mtks_services_init(&services, run->dump, run->finder, &sink, analysis->limits.scratch);
        mtks_services_call(&services, plugin->entry.claim, "claim");
        mtks_services_free(&services);
    } else if (job->fault[0]) {
        mtks_sink_blame(&sink, "%s", job->fault);
    } else {
        struct mtks_frames frames = {.bytes = job->bytes, .length = job->length};
        mtks_wire_replay(&frames, &sink, "claim", true);
    }
    const char *id = mtks_arena_text(&analysis->arena, plugin->entry.id);
    struct mtks_claim *claim = id ? MTKS_PUSH(&analysis->arena, &analysis->claims) : NULL;
    if (!claim || sink.out_of_memory)
        return false;
    claim->plugin = id;
    claim->misbehaved = sink.misbehaved;
    claim->evidence.items = sink.evidence.items;
    claim->evidence.count = sink.evidence.count;
    claim->evidence.room = sink.evidence.room;
    mtks_rank_score(claim);
    return keep_log(analysis, id, &sink);
}

/* In list order, whoever was ready first. `jobs` is NULL when modules run in this process. */
static bool ask_all(struct run *run, const struct mtks_job *jobs)
{
    for (size_t i = 0; i < run->plugins->list.count; i++)
        if (run->plugins->list.items[i].state == MTKS_PLUGIN_OK &&
            !ask(run, &run->plugins->list.items[i], jobs ? jobs++ : NULL))
            return false;
    return true;
}

/* Asks all modules, each in a process of its own. */
static int ask_children(struct run *run, mtkscan_error *error)
{
    struct mtks_analysis *analysis = run->analysis;
    const struct mtks_runner runner = {.isolation = run->plugins->isolation,
                                       .limits = &analysis->limits,
                                       .dump = run->dump,
                                       .finder = run->finder,
                                       .hashing = analysis->hashing,
                                       .room = run->share};
    struct mtks_job *jobs = calloc(run->usable, sizeof *jobs);
    size_t count = 0;
    for (size_t i = 0; jobs && i < run->plugins->list.count; i++)
        if (run->plugins->list.items[i].state == MTKS_PLUGIN_OK)
            jobs[count++] = (struct mtks_job){.kind = MTKS_JOB_CLAIM,
                                              .module = run->plugins->list.items[i].file};
    int outcome = MTKSCAN_SYSTEM;
    if (!jobs)
        outcome = mtks_services_no_memory(&analysis->limits, error);
    else if (mtks_runner_run(&runner, jobs, count, error))
        outcome =
            ask_all(run, jobs) ? MTKSCAN_DONE : mtks_services_no_memory(&analysis->limits, error);
    for (size_t i = 0; i < count; i++)
        mtks_job_free(&jobs[i]);
    free(jobs);
    return outcome;
}

static int ask_modules(struct run *run, mtkscan_error *error)
{
    if (run->plugins->isolation != MTKS_ISOLATION_NONE)
        return ask_children(run, error);
    return ask_all(run, NULL) ? MTKSCAN_DONE
                              : mtks_services_no_memory(&run->analysis->limits, error);
}

static const char *text_or(const mtkscan_found_text *first, const mtkscan_found_text *second)
{
    const mtkscan_found_text *found = first->text[0] ? first : second;
    return found->text[0] ? found->text : NULL;
}

/* Reads the dump's identity and looks the board up. What is searched for on the way, and every file
 * header, the finder remembers: modules need the same, and their processes inherit it. */
static void find_board(struct run *run, const struct mtks_registry *registry)
{
    const mtkscan_identity *identity = &run->identity;
    struct mtks_services services;
    mtks_services_init(&services, run->dump, run->finder, NULL, run->analysis->limits.scratch);
    mtkscan_identity_find(&services.host, &run->identity);
    mtkscan_file_info info;
    for (uint64_t at = 0; mtkscan_gfh_scan(&services.host, &at, &info); at++)
        ;
    mtks_services_free(&services);
    const struct mtks_board_strings strings = {
        .platform_id = text_or(&identity->platform_id, &identity->rominfo_platform_id),
        .project = identity->words.project[0] ? identity->words.project : NULL,
        .hw_version = identity->hw_version.text[0] ? identity->hw_version.text : NULL,
        .verno = text_or(&identity->verno, &identity->rominfo_verno),
        .chip = identity->words.chip[0] ? identity->words.chip : NULL,
    };
    run->board = registry ? mtks_registry_match(registry, &strings) : NULL;
}

static struct mtks_claim *claim_of(struct mtks_analysis *analysis, const char *plugin)
{
    for (size_t i = 0; i < analysis->claims.count; i++)
        if (strcmp(analysis->claims.items[i].plugin, plugin) == 0)
            return &analysis->claims.items[i];
    return NULL;
}

/* Where the string stands that a board was matched by: the one its patterns speak of. */
static const mtkscan_found_text *board_place(const struct run *run)
{
    const struct mtks_board *board = run->board;
    const mtkscan_identity *identity = &run->identity;
    if (board->board)
        return &identity->hw_version;
    if (board->verno)
        return identity->verno.text[0] ? &identity->verno : &identity->rominfo_verno;
    return identity->platform_id.text[0] ? &identity->platform_id : &identity->rominfo_platform_id;
}

/* The registry adds to a claim that stands; it makes none and rescues none. False: no memory. */
static bool add_board(struct run *run)
{
    struct mtks_arena *arena = &run->analysis->arena;
    struct mtks_claim *claim = run->board ? claim_of(run->analysis, run->board->plugin) : NULL;
    if (!claim || claim->score == 0)
        return true;
    const mtkscan_found_text *place = board_place(run);
    struct mtks_evidence *item = MTKS_PUSH(arena, &claim->evidence);
    if (!item)
        return false;
    *item = (struct mtks_evidence){
        .id = "board-registry",
        .text = mtks_arena_format(arena, "the board registry knows \"%s\" as %s%s%s", place->text,
                                  run->board->section, run->board->device ? ": " : "",
                                  run->board->device ? run->board->device : ""),
        .offset = place->offset,
        .length = place->length,
        .bits = BOARD_BITS,
    };
    mtks_rank_score(claim);
    return item->text != NULL;
}

/* Whether some usable module lists a chip word. */
static bool chip_known(const struct mtks_plugins *plugins, const char *chip)
{
    for (size_t i = 0; i < plugins->list.count; i++) {
        const struct mtks_plugin *plugin = &plugins->list.items[i];
        if (plugin->state != MTKS_PLUGIN_OK)
            continue;
        for (const char *const *word = plugin->entry.chips; *word; word++)
            if (strcasecmp(*word, chip) == 0)
                return true;
    }
    return false;
}

/* What the registry or the platform id can tell beyond the claims. False: no memory. */
static bool add_hint(struct run *run)
{
    struct mtks_analysis *analysis = run->analysis;
    const struct mtks_board *board = run->board;
    const char *chip = run->identity.words.chip;
    const char *hint = NULL;
    if (board && !mtks_plugins_find(run->plugins, board->plugin)) {
        hint = mtks_arena_format(
            &analysis->arena, "this board needs plugin %s, which is not installed", board->plugin);
        const char *detail =
            mtks_arena_format(&analysis->arena, "%s needs plugin %s",
                              board->device ? board->device : board->section, board->plugin);
        if (!hint || !detail ||
            mtks_finding_add(analysis, "MTK-R001", detail, MTKSCAN_NO_PART, MTKSCAN_NO_OFFSET, 0))
            return false;
    } else if (chip[0] && !chip_known(run->plugins, chip)) {
        hint = mtks_arena_format(
            &analysis->arena, "the platform id names %s, which no installed plugin supports", chip);
        if (!hint)
            return false;
    }
    analysis->hint = analysis->status == MTKS_IDENTIFIED ? NULL : hint;
    return true;
}

/* A board names the device, unless its module is not the one that won. False: no memory. */
static bool name_device(struct run *run)
{
    struct mtks_analysis *analysis = run->analysis;
    const struct mtks_board *board = run->board;
    if (!board || (analysis->plugin && strcmp(analysis->plugin, board->plugin) != 0))
        return true;
    analysis->device = mtks_arena_text(&analysis->arena, board->device);
    analysis->device_notes = mtks_arena_text(&analysis->arena, board->notes);
    return !board->device == !analysis->device && !board->notes == !analysis->device_notes;
}

/* Takes the module that the user named. False: no memory. */
static bool force(struct run *run, const struct mtks_claim *claim)
{
    struct mtks_analysis *analysis = run->analysis;
    analysis->status = MTKS_IDENTIFIED;
    analysis->plugin = claim->plugin;
    analysis->forced = true;
    if (claim->score > 0)
        return true;
    const char *detail =
        mtks_arena_format(&analysis->arena, "plugin %s was forced, but %s", claim->plugin,
                          claim->misbehaved     ? "it misbehaved"
                          : claim->contradicted ? "the dump contradicts it"
                                                : "it does not claim this dump");
    return detail && mtks_finding_add(analysis, "MTK-P002", detail, MTKSCAN_NO_PART,
                                      MTKSCAN_NO_OFFSET, 0) == 0;
}

/* A finding for each module that misbehaved, in the order of the claims. False: no memory. */
static bool tell_misbehaved(struct mtks_analysis *analysis)
{
    for (size_t i = 0; i < analysis->claims.count; i++) {
        const struct mtks_claim *claim = &analysis->claims.items[i];
        if (!claim->misbehaved)
            continue;
        const char *detail =
            mtks_arena_format(&analysis->arena, "plugin %s: %s", claim->plugin, claim->misbehaved);
        if (!detail ||
            mtks_finding_add(analysis, "MTK-P001", detail, MTKSCAN_NO_PART, MTKSCAN_NO_OFFSET, 0))
            return false;
    }
    return true;
}

/* From claims to the verdict, and what is to be told about it. False: no memory. */
static bool decide(struct run *run, const char *forced)
{
    struct mtks_analysis *analysis = run->analysis;
    if (!add_board(run))
        return false;
    mtks_rank_decide(analysis);
    const struct mtks_claim *chosen = forced ? claim_of(analysis, forced) : NULL;
    return (!chosen || force(run, chosen)) && tell_misbehaved(analysis) && add_hint(run) &&
           name_device(run);
}

int mtks_claim_run(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                   const struct mtks_plugins *plugins, const struct mtks_registry *registry,
                   const char *forced, mtkscan_error *error)
{
    struct run run = {.analysis = analysis, .dump = dump, .plugins = plugins};
    for (size_t i = 0; i < plugins->list.count; i++)
        run.usable += plugins->list.items[i].state == MTKS_PLUGIN_OK;
    if (forced && run.usable && !mtks_plugins_find(plugins, forced))
        return unknown_module(plugins, forced, error);
    if (run.usable == 0)
        return no_module(analysis, plugins, error);
    /* The same for each, whoever comes first; half stays for what follows. */
    run.share = (analysis->arena.limit - analysis->arena.used) / 2 / run.usable;
    run.finder = analysis->finder ? analysis->finder : mtks_finder_new();
    find_board(&run, registry);
    int outcome = ask_modules(&run, error);
    if (outcome == MTKSCAN_DONE && !decide(&run, forced))
        outcome = mtks_services_no_memory(&analysis->limits, error);
    if (run.finder != analysis->finder)
        mtks_finder_free(run.finder);
    return outcome;
}
