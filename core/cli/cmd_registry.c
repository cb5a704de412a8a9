/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli.h"

int mtks_cli_registry(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    if (strcmp(cli->operands[0], "check") != 0) {
        mtks_fail(&error, MTKSCAN_USAGE, "registry does not know '%s'", cli->operands[0]);
        mtks_advise(&error, "it takes check FILE");
        return mtks_cli_complain(&error);
    }
    mtkscan_session *session = mtks_cli_session(cli, NULL, &error);
    if (!session)
        return error.outcome;
    int outcome = mtkscan_registry_check(session, cli->operands[1], stdout, cli->json, &error);
    mtkscan_session_free(session);
    if (outcome != MTKSCAN_DONE && error.what[0])
        mtks_cli_complain(&error);
    return outcome;
}
