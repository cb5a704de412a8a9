/* SPDX-License-Identifier: MIT */
#include "cli.h"

static int write_kit(const struct mtks_cli *cli, mtkscan_result *result)
{
    mtkscan_error error = {0};
    mtkscan_extract_options options = {
        .names = cli->names,
        .force = cli->force,
        .force_partial = cli->force_partial,
        .memory_type = cli->memory_type,
    };
    int outcome = mtkscan_extract(result, cli->directory, &options, &error);
    if (!mtkscan_kit_is_written(result))
        return mtks_cli_failed(cli, cli->operands[0], &error);
    mtks_cli_progress_end();
    if (cli->json || !cli->quiet)
        mtkscan_print_kit(result, stdout, cli->json);
    fflush(stdout); /* the kit stands before what is to be said of it on a terminal, too */
    if (!cli->quiet)
        mtkscan_print_warnings(result, stderr);
    if (outcome != MTKSCAN_DONE)
        mtks_cli_complain(&error);
    return outcome;
}

static int extract(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_result *result = NULL;
    int outcome = mtkscan_scan(session, cli->operands[0], &result, &error);
    if (!result)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    if (outcome == MTKSCAN_DONE || outcome == MTKSCAN_DAMAGED)
        outcome = write_kit(cli, result);
    else
        mtks_cli_refused(cli, result, &error);
    mtkscan_result_free(result);
    return outcome;
}

int mtks_cli_extract(const struct mtks_cli *cli)
{
    if (!mtks_cli_has_output(cli, "a folder"))
        return MTKSCAN_USAGE;
    return mtks_cli_with_session(cli, extract);
}
