/* SPDX-License-Identifier: MIT */
/* From a scanned dump to a kit on disk. */
#include "../kit/kit.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../output/folder.h"
#include "../report/report.h"
#include "session.h"

int mtks_result_kit_paths(mtkscan_result *result, const char *dir, const char *cfg)
{
    struct mtks_arena *arena = &result->analysis->arena;
    mtks_folder_names names = {.count = 0};
    if (cfg && !mtks_result_path(result, cfg))
        return -1;
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return 0; /* gone meanwhile, and its files with it */
    errno = 0;
    int listed = mtks_folder_list(folder, arena, result->analysis->limits.kit_files, &names);
    bool failed = listed < 0 && errno == ENOMEM;
    close(folder);
    for (size_t i = 0; i < names.count && !failed; i++) {
        const char *path = mtks_arena_format(arena, "%s/%s", dir, names.items[i]);
        failed = !path || !mtks_result_path(result, path);
    }
    return failed ? -1 : 0;
}

/* Why this result cannot become a kit, or MTKSCAN_DONE. */
static int refuse(const mtkscan_result *result, mtkscan_error *error)
{
    const struct mtks_analysis *analysis = result->analysis;
    if (analysis->input.kit)
        return mtks_fail(error, MTKSCAN_USAGE, "%s is a kit already", analysis->input.path);
    if (analysis->status == MTKS_IDENTIFIED)
        return MTKSCAN_DONE;
    bool unknown = analysis->status == MTKS_UNKNOWN;
    mtks_fail(error, unknown ? MTKSCAN_NOT_RECOGNISED : MTKSCAN_AMBIGUOUS,
              "%s is %s, so its parts are not known", analysis->input.path,
              unknown ? "not recognised" : "ambiguous");
    mtks_advise(error, "Choose a module with --plugin ID if you know the chip.");
    return unknown ? MTKSCAN_NOT_RECOGNISED : MTKSCAN_AMBIGUOUS;
}

int mtkscan_extract(mtkscan_result *result, const char *dir, const mtkscan_extract_options *options,
                    mtkscan_error *error)
{
    static const mtkscan_extract_options usual = {.memory_type = NULL};
    if (!options)
        options = &usual;
    result->kit = (struct mtks_kit){.cfg_name = NULL};
    int outcome = refuse(result, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    result->kit_dir = mtks_arena_text(&result->analysis->arena, dir);
    if (!result->kit_dir)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    struct mtks_kit_options kit_options = {
        .naming = MTKS_NAMES_VENDOR,
        .force = options->force,
        .force_partial = options->force_partial,
        .memory_type = options->memory_type,
        .version = MTKSCAN_VERSION,
        .progress = &result->session->progress,
    };
    if (options->names && !mtks_kit_naming(options->names, &kit_options.naming))
        return mtks_fail(error, MTKSCAN_USAGE, "there is no way of naming '%s'", options->names);
    return mtks_kit_write(result->analysis, &result->dump, dir, &kit_options, &result->kit, error);
}

bool mtkscan_kit_is_written(const mtkscan_result *result)
{
    return result->kit.written;
}

void mtkscan_print_warnings(const mtkscan_result *result, FILE *out)
{
    mtks_report_kit_warnings(out, result->analysis, &result->kit);
}
