/* SPDX-License-Identifier: MIT */
#include "cli.h"

/* The exit code of several inputs is the first of these that any of them gave; else 0. */
static const int worst_first[] = {MTKSCAN_SYSTEM,  MTKSCAN_USAGE,          MTKSCAN_MISBEHAVED,
                                  MTKSCAN_REFUSED, MTKSCAN_NOT_RECOGNISED, MTKSCAN_AMBIGUOUS,
                                  MTKSCAN_DAMAGED};

static int worse(int a, int b)
{
    for (size_t i = 0; i < sizeof worst_first / sizeof *worst_first; i++)
        if (a == worst_first[i] || b == worst_first[i])
            return worst_first[i];
    return MTKSCAN_DONE;
}

static int scan_one(const struct mtks_cli *cli, mtkscan_session *session, const char *path)
{
    mtkscan_error error = {0};
    mtkscan_result *result = NULL;
    int outcome = mtkscan_scan(session, path, &result, &error);
    if (!result)
        return mtks_cli_failed(cli, path, &error);
    mtks_cli_report(cli, result, false);
    mtkscan_result_free(result);
    if (outcome == MTKSCAN_MISBEHAVED && error.what[0])
        mtks_cli_complain(&error);
    return outcome;
}

int mtks_cli_scan(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    mtkscan_session *session = mtks_cli_session(cli, cli->operands[0], &error);
    int status = MTKSCAN_DONE;
    if (!session)
        return error.outcome;
    for (int i = 0; i < cli->operand_count && !ferror(stdout); i++) {
        if (i > 0 && !cli->json && !cli->quiet)
            putchar('\n');
        int outcome = scan_one(cli, session, cli->operands[i]);
        if (outcome == MTKSCAN_INTERRUPTED || mtks_cli_interrupted()) {
            status = MTKSCAN_INTERRUPTED;
            break;
        }
        status = worse(status, outcome);
    }
    mtkscan_session_free(session);
    return status;
}
