/* SPDX-License-Identifier: MIT */
#include "cli.h"

int mtks_cli_doctor(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    mtkscan_session *session = mtks_cli_session(cli, NULL, &error);
    if (!session)
        return error.outcome;
    mtkscan_print_doctor(session, stdout, cli->json);
    mtkscan_session_free(session);
    return MTKSCAN_DONE;
}
