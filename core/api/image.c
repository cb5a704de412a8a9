/* SPDX-License-Identifier: MIT */
/* A whole image on disk: the corrected view of a read, or what several reads were merged into. */
#include "../output/outfile.h"
#include "../report/report.h"
#include "session.h"

int mtkscan_image_write(mtkscan_result *result, const char *path, bool force, mtkscan_error *error)
{
    const struct mtks_progress *progress = &result->session->progress;
    const struct mtks_analysis *analysis = result->analysis;
    const struct mtks_outfile_options options = {
        .force = force,
        .inputs = result->paths.items,
        .input_count = result->paths.count,
    };
    struct mtks_outfile out;
    result->image_written = false;
    if (analysis->status != MTKS_IDENTIFIED && analysis->input.view.count == 0 &&
        !analysis->input.merged && !result->built) {
        mtks_fail(error, MTKSCAN_NOT_RECOGNISED,
                  "%s is not recognised, so nobody can tell what to repair", analysis->input.path);
        mtks_advise(error, "Choose a module with --plugin ID if you know the chip.");
        return MTKSCAN_NOT_RECOGNISED;
    }
    int outcome = mtks_outfile_open(&out, path, &options, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    outcome = mtks_outfile_append(&out, result->dump.bytes, result->dump.size, progress, error);
    if (outcome != MTKSCAN_DONE) {
        mtks_outfile_abandon(&out);
        return outcome;
    }
    outcome = mtks_outfile_commit(&out, error);
    result->image_written = outcome == MTKSCAN_DONE;
    return outcome;
}

void mtkscan_print_image(const mtkscan_result *result, const char *path, FILE *out, bool json,
                         bool verbose)
{
    const struct mtks_image_report report = {
        .path = path,
        .size = result->dump.size,
        .written = result->image_written,
        .merged = result->merged,
        .built = result->built,
        .reads = result->paths.items,
        .verbose = verbose,
    };
    if (json) {
        mtks_result_hash(result);
        mtks_report_image_json(out, result->analysis, &report);
    } else {
        mtks_report_image_text(out, result->analysis, &report);
    }
}
