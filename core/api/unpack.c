/* SPDX-License-Identifier: MIT */
/* From an analysis whose containers are open to files on disk. */
#include "../unpack/unpack.h"

#include "../report/report.h"
#include "session.h"

int mtkscan_unpack(mtkscan_result *result, const char *dir, const mtkscan_unpack_options *options,
                   mtkscan_error *error)
{
    static const mtkscan_unpack_options usual = {.force = false};
    const struct mtks_analysis *analysis = result->analysis;
    if (!options)
        options = &usual;
    result->unpacked = (struct mtks_unpacked){.written = false};
    if (!analysis->decoded) {
        mtks_fail(error, MTKSCAN_NOT_RECOGNISED,
                  "%s is not recognised, so nothing of it was opened", analysis->input.path);
        mtks_advise(error, "Choose a module with --plugin ID if you know the chip.");
        return MTKSCAN_NOT_RECOGNISED;
    }
    result->unpacked_dir = mtks_arena_text(&result->analysis->arena, dir);
    if (!result->unpacked_dir)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    mtks_result_hash(result);
    struct mtks_unpack_options unpack_options = {
        .force = options->force,
        .resources = options->resources,
        .version = MTKSCAN_VERSION,
        .progress = &result->session->progress,
    };
    return mtks_unpack_write(result->analysis, &result->dump, dir, &unpack_options,
                             &result->unpacked, error);
}

bool mtkscan_is_unpacked(const mtkscan_result *result)
{
    return result->unpacked.written;
}

void mtkscan_print_unpacked(const mtkscan_result *result, FILE *out, bool json, bool verbose)
{
    const char *dir = result->unpacked_dir ? result->unpacked_dir : "";
    if (json)
        mtks_report_unpacked_json(out, result->analysis, &result->unpacked, dir);
    else
        mtks_report_unpacked_text(out, result->analysis, &result->unpacked, dir, verbose);
}
