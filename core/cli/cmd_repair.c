/* SPDX-License-Identifier: MIT */
#include "cli.h"

int mtks_cli_write_image(const struct mtks_cli *cli, mtkscan_result *result, int outcome)
{
    mtkscan_error error = {0};
    int written = mtkscan_image_write(result, cli->directory, cli->force, &error);
    if (written != MTKSCAN_DONE)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    FILE *out = mtks_cli_told(cli);
    mtks_cli_progress_end();
    if (cli->json || !cli->quiet)
        mtkscan_print_image(result, cli->directory, out, cli->json, cli->verbose);
    fflush(out);
    if (!cli->quiet)
        mtkscan_print_warnings(result, stderr);
    return outcome;
}

static int repair(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_result *result = NULL;
    int outcome = mtkscan_scan(session, cli->operands[0], &result, &error);
    if (!result)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    outcome = mtks_cli_write_image(cli, result, outcome);
    mtkscan_result_free(result);
    return outcome;
}

int mtks_cli_repair(const struct mtks_cli *cli)
{
    if (!mtks_cli_has_output(cli, "a file"))
        return MTKSCAN_USAGE;
    return mtks_cli_with_session(cli, repair);
}
