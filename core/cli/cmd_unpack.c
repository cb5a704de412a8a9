/* SPDX-License-Identifier: MIT */
#include "cli.h"

static int write_layers(const struct mtks_cli *cli, mtkscan_result *result, int outcome)
{
    mtkscan_error error = {0};
    mtkscan_unpack_options options = {.force = cli->force, .resources = cli->resources};
    int written = mtkscan_unpack(result, cli->directory, &options, &error);
    if (!mtkscan_is_unpacked(result))
        return mtks_cli_failed(cli, cli->operands[0], &error);
    mtks_cli_progress_end();
    if (cli->json || !cli->quiet)
        mtkscan_print_unpacked(result, stdout, cli->json, cli->verbose);
    fflush(stdout);
    if (!cli->quiet)
        mtkscan_print_warnings(result, stderr);
    return written != MTKSCAN_DONE ? written : outcome;
}

static int unpack(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_result *result = NULL;
    int outcome = mtks_cli_open(cli, session, &result, &error);
    if (!result)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    if (outcome == MTKSCAN_DONE || outcome == MTKSCAN_DAMAGED)
        outcome = write_layers(cli, result, outcome);
    else
        mtks_cli_refused(cli, result, &error);
    mtkscan_result_free(result);
    return outcome;
}

int mtks_cli_unpack(const struct mtks_cli *cli)
{
    if (!mtks_cli_has_output(cli, "a folder") || !mtks_cli_cfg_fits(cli))
        return MTKSCAN_USAGE;
    return mtks_cli_with_session(cli, unpack);
}
