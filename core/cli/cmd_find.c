/* SPDX-License-Identifier: MIT */
#include "cli.h"

int mtks_cli_look(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    const char *index = cli->operands[0];
    /* Modules are needed for a dump alone. */
    mtkscan_session *session = cli->find.device ? mtks_cli_session(cli, index, &error) : NULL;
    if (cli->find.device && !session)
        return error.outcome;
    int outcome = mtkscan_find(session, index, &cli->find, cli->quiet ? NULL : stdout, cli->json,
                               cli->verbose, &error);
    mtks_cli_progress_end();
    if (outcome != MTKSCAN_DONE)
        mtks_cli_complain(&error);
    mtkscan_session_free(session);
    return outcome;
}
