/* SPDX-License-Identifier: MIT */
/* The way of a dump through the house: claim, layout, checks, map, health; and its outcome. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../check/check.h"
#include "../decode/decode.h"
#include "../diagnose/diagnose.h"
#include "../dump/hashing.h"
#include "../dump/map.h"
#include "../host/claim.h"
#include "../host/finder.h"
#include "../model/finding.h"
#include "../resource/resource.h"
#include "session.h"

#define WORDS_ROOM 256u /* bytes of a list of words in a message */

static int no_memory(const struct mtks_limits *limits, mtkscan_error *error)
{
    mtks_fail(error, MTKSCAN_REFUSED,
              "the analysis needs more than %" PRIu64 " bytes of memory, its limit",
              limits->memory);
    mtks_advise(error, "A sound dump needs far less. Raise it with --limit memory=%" PRIu64 "M.",
                (limits->memory >> 20) * 2 + 1);
    return MTKSCAN_REFUSED;
}

bool mtks_is_fatal(int outcome)
{
    return outcome == MTKSCAN_SYSTEM || outcome == MTKSCAN_USAGE || outcome == MTKSCAN_REFUSED ||
           outcome == MTKSCAN_INTERRUPTED;
}

/* A dump shorter or longer than the firmware's flash (FORMAT.md 1.6, E7). A module may have said
 * it. */
static int compare_capacity(struct mtks_analysis *analysis)
{
    uint64_t capacity = analysis->flash.capacity, size = analysis->input.size;
    const char *code = size < capacity ? "MTK-F001" : "MTK-F002";
    if (capacity == 0 || size == capacity || analysis->input.kit ||
        mtks_finding_has(analysis, code, MTKSCAN_NO_PART))
        return 0;
    const char *detail = mtks_arena_format(
        &analysis->arena, "%" PRIu64 " bytes, configured are %" PRIu64, size, capacity);
    uint64_t from = size < capacity ? size : capacity;
    return detail ? mtks_finding_add(analysis, code, detail, MTKSCAN_NO_PART, from,
                                     size < capacity ? capacity - size : size - capacity)
                  : -1;
}

/* What only a whole flash can have. The image that a kit makes lacks it, and that says nothing. */
static const char *const flash_only[] = {"MTK-B001", "MTK-B002", "MTK-F001", "MTK-F002"};

static bool is_flash_only(const char *code)
{
    for (size_t i = 0; i < sizeof flash_only / sizeof *flash_only; i++)
        if (strcmp(flash_only[i], code) == 0)
            return true;
    return false;
}

static void drop_flash_only(struct mtks_analysis *analysis)
{
    size_t kept = 0;
    for (size_t i = 0; i < analysis->findings.count; i++)
        if (!is_flash_only(analysis->findings.items[i].code))
            analysis->findings.items[kept++] = analysis->findings.items[i];
    analysis->findings.count = kept;
}

static int interrupted(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_INTERRUPTED, "interrupted");
}

/*
 * Opens the containers and looks into them, as far as the session asks. Where something is wrong
 * already they are opened in any case, to tell what else is hit, and where.
 */
static int open_layers(mtkscan_result *result, mtkscan_error *error)
{
    const mtkscan_session *session = result->session;
    struct mtks_analysis *analysis = result->analysis;
    if (!session->decode && !mtks_findings_have_error(analysis, NULL))
        return MTKSCAN_DONE;
    int outcome = mtks_layers_decode(analysis, &result->dump, &session->plugins, 0,
                                     &session->progress, error);
    if (outcome != MTKSCAN_DONE || !session->resources)
        return outcome;
    if (mtks_layers_code(analysis))
        return no_memory(&analysis->limits, error);
    int found = mtks_resources_find_all(analysis, result->dump.bytes, result->dump.size,
                                        &session->progress);
    return found == 0  ? MTKSCAN_DONE
           : found > 0 ? interrupted(error)
                       : no_memory(&analysis->limits, error);
}

/* All that is checked of an identified dump, up to the verdicts. */
static int check_identified(mtkscan_result *result, mtkscan_error *error)
{
    struct mtks_analysis *analysis = result->analysis;
    mtks_diagnose_place(analysis);
    if (mtks_packing_judge(analysis, &result->dump) || mtks_checks_run(analysis, &result->dump) ||
        compare_capacity(analysis))
        return no_memory(&analysis->limits, error);
    int outcome = open_layers(result, error);
    if (outcome == MTKSCAN_DONE && mtks_diagnose_parts(analysis, &result->dump))
        outcome = no_memory(&analysis->limits, error);
    return outcome;
}

/* The map and the verdicts; 0, or -1 when memory is out. */
static int judge(struct mtks_analysis *analysis, const struct mtks_dump *dump,
                 const struct mtks_cfg *cfg)
{
    bool identified = analysis->status == MTKS_IDENTIFIED;
    if (mtks_map_build(analysis, dump))
        return -1;
    if (identified && cfg && mtks_kit_crosscheck(analysis, cfg))
        return -1;
    if (analysis->input.kit)
        drop_flash_only(analysis);
    if (identified && mtks_health_judge(analysis))
        return -1;
    mtks_findings_sort(analysis);
    return 0;
}

/* Claim and layout. A fatal outcome, or that of the last room that ran. */
static int identify(mtkscan_result *result, mtkscan_error *error)
{
    const mtkscan_session *session = result->session;
    struct mtks_analysis *analysis = result->analysis;
    if (mtks_step(&session->progress, "identifying", 0, 0))
        return interrupted(error);
    int outcome = mtks_claim_run(analysis, &result->dump, &session->plugins, &session->registry,
                                 session->forced, error);
    if (mtks_is_fatal(outcome) || analysis->status != MTKS_IDENTIFIED)
        return outcome;
    if (mtks_step(&session->progress, "reading the layout", 0, 0))
        return interrupted(error);
    return mtks_layout_run(analysis, &result->dump, &session->plugins, error);
}

/* Everything but the SHA-1 of the whole. A fatal outcome, or that of the last room that ran. */
static int run_stages(mtkscan_result *result, const struct mtks_cfg *cfg, mtkscan_error *error)
{
    struct mtks_analysis *analysis = result->analysis;
    int outcome = identify(result, error);
    if (mtks_is_fatal(outcome))
        return outcome;
    if (mtks_step(&result->session->progress, "checking", 0, 0))
        return interrupted(error);
    if (analysis->status == MTKS_IDENTIFIED) {
        int checked = check_identified(result, error);
        if (checked != MTKSCAN_DONE)
            return checked;
    }
    if (judge(analysis, &result->dump, cfg))
        return no_memory(&analysis->limits, error);
    return outcome;
}

/* Appends a word to a list "a, b"; what does not fit is left out. */
static void add_word(char list[WORDS_ROOM], const char *word)
{
    size_t used = strlen(list), room = WORDS_ROOM - used;
    int length = snprintf(list + used, room, "%s%s", used ? ", " : "", word);
    if (length < 0 || (size_t)length >= room)
        list[used] = 0;
}

static int not_recognised(const mtkscan_result *result, mtkscan_error *error)
{
    const struct mtks_plugins *plugins = &result->session->plugins;
    char chips[WORDS_ROOM] = "";
    for (size_t i = 0; i < plugins->list.count; i++) {
        const struct mtks_plugin *plugin = &plugins->list.items[i];
        for (size_t j = 0; plugin->state == MTKS_PLUGIN_OK && plugin->entry.chips[j]; j++)
            add_word(chips, plugin->entry.chips[j]);
    }
    mtks_fail(error, MTKSCAN_NOT_RECOGNISED, "%s is not recognised: looked for firmware of %s",
              result->analysis->input.path, chips);
    mtks_advise(error,
                "Check that it is a whole read from address 0, neither encrypted nor packed.");
    return MTKSCAN_NOT_RECOGNISED;
}

static int ambiguous(const struct mtks_analysis *analysis, mtkscan_error *error)
{
    const struct mtks_claim *claims = analysis->claims.items;
    mtks_fail(error, MTKSCAN_AMBIGUOUS, "%s is claimed about equally by %s and %s",
              analysis->input.path, claims[0].plugin, claims[1].plugin);
    mtks_advise(error, "Look at the evidence, then choose a module with --plugin ID.");
    return MTKSCAN_AMBIGUOUS;
}

/* The claim whose misbehaviour matters: the winner's, or any when nothing was identified. */
static const struct mtks_claim *misbehaved(const struct mtks_analysis *analysis)
{
    for (size_t i = 0; i < analysis->claims.count; i++) {
        const struct mtks_claim *claim = &analysis->claims.items[i];
        bool matters = analysis->status == MTKS_UNKNOWN ||
                       (analysis->plugin && strcmp(analysis->plugin, claim->plugin) == 0);
        if (claim->misbehaved && matters)
            return claim;
    }
    return NULL;
}

/* The outcome of an analysis that can be reported. */
static int conclude(const mtkscan_result *result, int stages, mtkscan_error *error)
{
    const struct mtks_analysis *analysis = result->analysis;
    const struct mtks_claim *bad = misbehaved(analysis);
    if (stages != MTKSCAN_DONE)
        return stages; /* the room said why */
    if (bad) {
        mtks_fail(error, MTKSCAN_MISBEHAVED, "module %s misbehaved: %s", bad->plugin,
                  bad->misbehaved);
        mtks_advise(error,
                    "`mtkscan plugins list` shows where it is: update or remove it, or raise the "
                    "--limit that it met.");
        return MTKSCAN_MISBEHAVED;
    }
    if (analysis->status == MTKS_UNKNOWN)
        return not_recognised(result, error);
    if (analysis->status == MTKS_AMBIGUOUS)
        return ambiguous(analysis, error);
    /* A healthy verdict says that no finding is an error, either (check.h). */
    if (analysis->health.verdict == MTKS_HEALTHY)
        return MTKSCAN_DONE;
    const char *verdict = mtks_verdict_name(analysis->health.verdict);
    if (analysis->health.percent == 100)
        mtks_fail(error, MTKSCAN_DAMAGED, "%s is %s, though each part by itself is good",
                  analysis->input.path, verdict);
    else
        mtks_fail(error, MTKSCAN_DAMAGED, "%s is %s: %u %% of the firmware is good",
                  analysis->input.path, verdict, analysis->health.percent);
    mtks_advise(error, "See the findings and what they advise.");
    return MTKSCAN_DAMAGED;
}

int mtks_examine(mtkscan_result *result, const struct mtks_cfg *cfg, struct mtks_hashing *hashing,
                 mtkscan_error *error)
{
    struct mtks_analysis *analysis = result->analysis;
    analysis->input.size = result->dump.size;
    if (!analysis->input.given)
        analysis->input.given = result->dump.size;
    analysis->finder = mtks_finder_new();
    analysis->hashing = hashing;
    int outcome = run_stages(result, cfg, error);
    mtks_finder_free(analysis->finder);
    analysis->finder = NULL;
    analysis->hashing = NULL;
    if (mtks_is_fatal(outcome))
        return outcome;
    if (hashing) {
        mtks_parts_hash(analysis, &result->dump);
        if (mtks_hashing_end(hashing, &result->session->progress))
            return interrupted(error);
        memcpy(analysis->input.sha1, hashing->hex, sizeof analysis->input.sha1);
    }
    return conclude(result, outcome, error);
}

void mtks_result_hash(const mtkscan_result *result)
{
    struct mtks_analysis *analysis = result->analysis;
    const struct mtks_dump *given = result->input.mapped ? &result->input : &result->dump;
    if (analysis->input.sha1[0])
        return;
    mtks_sha1_hex(given->bytes, given->size, analysis->input.sha1);
    mtks_parts_hash(analysis, &result->dump);
}

const char *mtks_result_path(mtkscan_result *result, const char *path)
{
    struct mtks_arena *arena = &result->analysis->arena;
    const char *copy = mtks_arena_text(arena, path);
    const char **place = copy ? MTKS_PUSH(arena, &result->paths) : NULL;
    if (place)
        *place = copy;
    return place ? copy : NULL;
}

int mtks_result_new(mtkscan_session *session, const char *path, mtkscan_result **result,
                    mtkscan_error *error)
{
    *result = NULL;
    mtkscan_result *made = calloc(1, sizeof *made);
    if (!made || !(made->analysis = mtks_analysis_new(&session->limits))) {
        mtkscan_result_free(made);
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    }
    made->session = session;
    made->analysis->input.path = mtks_result_path(made, path);
    if (!made->analysis->input.path) {
        int outcome = no_memory(&made->analysis->limits, error);
        mtkscan_result_free(made);
        return outcome;
    }
    *result = made;
    return MTKSCAN_DONE;
}

/* Ends a run: what still hashes is stopped, and an outcome that leaves no result drops it. */
static int hand_over(mtkscan_result **result, struct mtks_hashing *hashing, int outcome)
{
    if (mtks_is_fatal(outcome)) {
        if (hashing)
            mtks_hashing_abandon(hashing);
        mtkscan_result_free(*result);
        *result = NULL;
    }
    return outcome;
}

/* Begins to hash, if a report will ask for it. */
static struct mtks_hashing *begin_hashing(const mtkscan_session *session,
                                          struct mtks_hashing *hashing)
{
    if (!session->hash)
        return NULL;
    mtks_hashing_begin(hashing);
    return hashing;
}

/* Replaces the dump by its corrected view, where the diagnosis made one. */
static int correct(mtkscan_result *result, mtkscan_error *error)
{
    struct mtks_analysis *analysis = result->analysis;
    struct mtks_input_diagnosis diagnosis = {.step_count = 0};
    analysis->input.given = result->dump.size;
    int outcome = mtks_diagnose_input(analysis, &result->dump, result->session->fix,
                                      &result->session->progress, &diagnosis, error);
    if (outcome != MTKSCAN_DONE || diagnosis.step_count == 0)
        return outcome;
    result->input = result->dump;
    result->dump = diagnosis.view;
    for (size_t i = 0; i < diagnosis.step_count; i++) {
        struct mtks_view_step *step = MTKS_PUSH(&analysis->arena, &analysis->input.view);
        if (!step)
            return no_memory(&analysis->limits, error);
        *step = diagnosis.steps[i];
    }
    return MTKSCAN_DONE;
}

int mtkscan_scan(mtkscan_session *session, const char *path, mtkscan_result **result,
                 mtkscan_error *error)
{
    int outcome = mtks_result_new(session, path, result, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    struct mtks_hashing room, *hashing = begin_hashing(session, &room);
    outcome = mtks_dump_read(&(*result)->dump, path, session->limits.input, &session->progress,
                             hashing, error);
    if (outcome == MTKSCAN_DONE)
        outcome = correct(*result, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_examine(*result, NULL, hashing, error);
    return hand_over(result, hashing, outcome);
}

int mtkscan_scan_kit(mtkscan_session *session, const char *dir, const char *cfg_path,
                     mtkscan_result **result, mtkscan_error *error)
{
    int outcome = mtks_result_new(session, dir, result, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    struct mtks_analysis *analysis = (*result)->analysis;
    struct mtks_hashing room, *hashing = begin_hashing(session, &room);
    analysis->input.kit = true;
    outcome =
        mtks_step(&session->progress, "reading", 0, 0)
            ? interrupted(error)
            : mtks_kit_compose(analysis, dir, cfg_path, &(*result)->dump, &(*result)->cfg, error);
    if (outcome == MTKSCAN_DONE) {
        if (hashing)
            mtks_hashing_feed(hashing, (*result)->dump.bytes, (*result)->dump.size);
        outcome = mtks_examine(*result, (*result)->cfg, hashing, error);
    }
    return hand_over(result, hashing, outcome);
}

bool mtkscan_is_kit(const char *path)
{
    struct stat info;
    return strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

void mtkscan_result_free(mtkscan_result *result)
{
    if (!result)
        return;
    mtks_dump_close(&result->dump);
    mtks_dump_close(&result->input);
    mtks_looked_free(result->looked);
    mtks_analysis_free(result->analysis);
    free(result);
}
