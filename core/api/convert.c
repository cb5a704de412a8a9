/* SPDX-License-Identifier: MIT */
/* A kit under other names, a .cfg made anew, and what a kit would lose of a device. */
#include "../kit/convert.h"

#include <stdlib.h>
#include <string.h>

#include "../kit/restore.h"
#include "../output/outfile.h"
#include "../report/report.h"
#include "session.h"

/* The kit as the kit room wants it. */
static struct mtks_kit_source source_of(const mtkscan_result *kit)
{
    return (struct mtks_kit_source){kit->analysis, &kit->dump, kit->cfg, kit->analysis->input.path};
}

int mtkscan_convert(mtkscan_result *kit, const char *out, const mtkscan_convert_options *options,
                    mtkscan_error *error)
{
    struct mtks_convert_options convert = {.force = options->force,
                                           .progress = &kit->session->progress};
    if (!options->names || !mtks_kit_naming(options->names, &convert.naming)) {
        mtks_fail(error, MTKSCAN_USAGE, "convert needs the names to give");
        mtks_advise(error, "Add --names vendor, extractor or fw_splitter.");
        return MTKSCAN_USAGE;
    }
    kit->converted = mtks_arena_alloc(&kit->analysis->arena, sizeof *kit->converted);
    if (!kit->converted)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    const struct mtks_kit_source source = source_of(kit);
    return mtks_kit_convert(kit->converted, &source, out, &convert, error);
}

void mtkscan_print_converted(const mtkscan_result *kit, const char *dir, FILE *out, bool json)
{
    if (!kit->converted || !kit->converted->written)
        return;
    if (json)
        mtks_report_convert_json(out, kit->analysis, kit->converted, dir);
    else
        mtks_report_convert_text(out, kit->converted, dir);
}

int mtkscan_cfg_make(mtkscan_result *kit, const char *memory_type, mtkscan_error *error)
{
    const struct mtks_kit_source source = source_of(kit);
    struct mtks_remade_cfg *remade = mtks_arena_alloc(&kit->analysis->arena, sizeof *remade);
    if (!remade)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    int outcome = mtks_kit_remake_cfg(remade, &source, memory_type, MTKSCAN_VERSION, error);
    if (!remade->text)
        return outcome;
    const char *text = mtks_arena_format(&kit->analysis->arena, "%s", remade->text);
    free(remade->text);
    remade->text = NULL;
    if (!text)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    kit->remade = remade;
    kit->remade_text = text;
    return outcome;
}

const char *mtkscan_cfg_text(const mtkscan_result *kit)
{
    return kit->remade_text;
}

int mtkscan_cfg_write(mtkscan_result *kit, const char *path, bool force, mtkscan_error *error)
{
    struct mtks_outfile out;
    if (mtks_result_kit_paths(kit, kit->analysis->input.path, NULL))
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    const struct mtks_outfile_options options = {
        .force = force, .inputs = kit->paths.items, .input_count = kit->paths.count};
    int outcome = mtks_outfile_open(&out, path, &options, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    outcome = mtks_outfile_append(&out, (const uint8_t *)kit->remade_text, strlen(kit->remade_text),
                                  &kit->session->progress, error);
    if (outcome == MTKSCAN_DONE)
        return mtks_outfile_commit(&out, error);
    mtks_outfile_abandon(&out);
    return outcome;
}

void mtkscan_print_cfg_changes(const mtkscan_result *kit, FILE *out, bool json)
{
    const char *before = kit->cfg ? kit->cfg->file_name : NULL;
    if (json)
        mtks_report_cfg_json(out, kit->analysis, kit->remade, before, kit->remade_text);
    else
        mtks_cfg_changes_print(out, &kit->remade->changes, before ? before : "no .cfg",
                               "made anew");
}

int mtkscan_print_restore_plan(const mtkscan_result *result, FILE *out, bool json,
                               mtkscan_error *error)
{
    struct mtks_restore_plan plan;
    struct mtks_analysis *analysis = result->analysis;
    if (analysis->status != MTKS_IDENTIFIED) {
        bool unknown = analysis->status == MTKS_UNKNOWN;
        int outcome = mtks_fail(error, unknown ? MTKSCAN_NOT_RECOGNISED : MTKSCAN_AMBIGUOUS,
                                "%s is %s, so what is in it is not known", analysis->input.path,
                                unknown ? "not recognised" : "ambiguous");
        mtks_advise(error, "Choose a module with --plugin ID if you know the chip.");
        return outcome;
    }
    if (mtks_restore_plan(&plan, analysis, &result->dump))
        return mtks_fail(error, MTKSCAN_REFUSED, "the plan needs more memory than its limit");
    if (json)
        mtks_report_restore_json(out, analysis, &plan);
    else
        mtks_report_restore_text(out, analysis, &plan);
    return MTKSCAN_DONE;
}
