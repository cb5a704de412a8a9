/* SPDX-License-Identifier: MIT */
/* From a kit to the image of a whole flash. */
#include "../kit/build.h"

#include <string.h>

#include "../model/limits.h"
#include "session.h"

/* Builds into a result of its own, and analyses what was built. */
static int build(mtkscan_session *session, const char *dir, const mtkscan_result *kit,
                 const char *cfg, const mtkscan_result *base,
                 const struct mtks_build_options *options, mtkscan_result **result,
                 mtkscan_error *error)
{
    const struct mtks_build_side side = {kit->analysis, &kit->dump};
    struct mtks_build_side other = {0};
    if (base)
        other = (struct mtks_build_side){base->analysis, &base->dump};
    int outcome = mtks_result_new(session, dir, result, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    mtkscan_result *made = *result;
    struct mtks_arena *arena = &made->analysis->arena;
    made->built = mtks_arena_alloc(arena, sizeof *made->built);
    if (!made->built || mtks_result_kit_paths(made, dir, cfg) ||
        (base && !mtks_result_path(made, base->analysis->input.path)))
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    outcome = mtks_build(made->built, &side, base ? &other : NULL, options, arena, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    made->dump = made->built->image;
    made->built->image = (struct mtks_dump){.bytes = NULL};
    outcome = mtks_examine(made, NULL, NULL, error);
    return outcome;
}

int mtkscan_build(mtkscan_session *session, const char *dir, const mtkscan_build_options *options,
                  mtkscan_result **result, mtkscan_error *error)
{
    mtkscan_result *kit = NULL, *base = NULL;
    struct mtks_build_options build_options = {
        .user_data = options->keep_user_data    ? MTKS_USER_DATA_KEEP
                     : options->blank_user_data ? MTKS_USER_DATA_BLANK
                                                : MTKS_USER_DATA_USUAL,
        .force = options->force,
        .progress = &session->progress,
    };
    *result = NULL;
    if (options->size &&
        (!mtks_size_parse(options->size, &build_options.size) || build_options.size == 0)) {
        mtks_fail(error, MTKSCAN_USAGE, "'%s' is no size", options->size);
        mtks_advise(error, "Give bytes, also as 0x300000, 3M or 4096K.");
        return MTKSCAN_USAGE;
    }
    /* What is wrong with either side is the build room's to tell. */
    int outcome = mtkscan_scan_kit(session, dir, options->cfg, &kit, error);
    if (!mtks_is_fatal(outcome) && options->base)
        outcome = mtkscan_scan(session, options->base, &base, error);
    if (!mtks_is_fatal(outcome))
        outcome = build(session, dir, kit, options->cfg, base, &build_options, result, error);
    if (*result && (!(*result)->dump.size || mtks_is_fatal(outcome))) {
        mtkscan_result_free(*result);
        *result = NULL;
    }
    mtkscan_result_free(kit);
    mtkscan_result_free(base);
    return outcome;
}
