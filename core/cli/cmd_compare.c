/* SPDX-License-Identifier: MIT */
#include "cli.h"

static int compare(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_comparison *comparison = NULL;
    const mtkscan_compare_options options = {.target_id = cli->target_id, .strict = cli->strict};
    mtkscan_style style = mtks_cli_style(cli, stdout);
    int outcome =
        mtkscan_compare(session, cli->operands[0], cli->operands[1], &options, &comparison, &error);
    if (!comparison)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    mtks_cli_progress_end();
    if (cli->json || !cli->quiet)
        mtkscan_print_comparison(comparison, stdout, cli->json, &style);
    mtkscan_comparison_free(comparison);
    return outcome;
}

int mtks_cli_compare(const struct mtks_cli *cli)
{
    return mtks_cli_with_session(cli, compare);
}
