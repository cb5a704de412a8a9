/* SPDX-License-Identifier: MIT */
#include "cli.h"

static int restore_plan(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_result *result = NULL;
    int outcome = mtkscan_scan(session, cli->operands[0], &result, &error);
    if (!result)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    mtks_cli_progress_end();
    int printed = mtkscan_print_restore_plan(result, stdout, cli->json, &error);
    if (printed != MTKSCAN_DONE)
        mtks_cli_failed(cli, cli->operands[0], &error);
    mtkscan_result_free(result);
    return printed != MTKSCAN_DONE ? printed : outcome;
}

int mtks_cli_restore_plan(const struct mtks_cli *cli)
{
    return mtks_cli_with_session(cli, restore_plan);
}
