/* SPDX-License-Identifier: MIT */
#include "cli.h"

static int verify(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_result *result = NULL;
    int outcome = mtks_cli_open(cli, session, &result, &error);
    if (!result)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    mtks_cli_report(cli, result, true);
    mtkscan_result_free(result);
    if (outcome == MTKSCAN_MISBEHAVED && error.what[0])
        mtks_cli_complain(&error);
    return outcome;
}

int mtks_cli_verify(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    if (!mtks_cli_cfg_fits(cli))
        return MTKSCAN_USAGE;
    mtkscan_session *session = mtks_cli_session(cli, cli->operands[0], &error);
    if (!session)
        return error.outcome;
    int outcome = verify(cli, session);
    mtkscan_session_free(session);
    return outcome;
}
