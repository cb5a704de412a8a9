/* SPDX-License-Identifier: MIT */
#include "cli.h"

/*
 * The health of the layer below the user's files. What is wrong there is told, and does not count
 * as a fault of the firmware. Returns MTKSCAN_INTERRUPTED, or MTKSCAN_DONE.
 */
static int storage(const struct mtks_cli *cli, mtkscan_result *result, mtkscan_error *error)
{
    int outcome = mtkscan_files(result, false, error);
    if (outcome == MTKSCAN_INTERRUPTED)
        return outcome;
    if ((outcome == MTKSCAN_REFUSED || outcome == MTKSCAN_SYSTEM) && !cli->quiet)
        mtks_cli_complain(error);
    return MTKSCAN_DONE;
}

static int verify(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_result *result = NULL;
    int outcome = mtks_cli_open(cli, session, &result, &error);
    if (!result)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    const bool dump = !mtkscan_is_kit(cli->operands[0]);
    if (dump && (outcome == MTKSCAN_DONE || outcome == MTKSCAN_DAMAGED) &&
        storage(cli, result, &error) == MTKSCAN_INTERRUPTED) {
        mtkscan_result_free(result);
        return mtks_cli_failed(cli, cli->operands[0], &error);
    }
    mtks_cli_report(cli, result, true);
    mtkscan_result_free(result);
    if (outcome == MTKSCAN_MISBEHAVED && error.what[0])
        mtks_cli_complain(&error);
    return outcome;
}

int mtks_cli_verify(const struct mtks_cli *cli)
{
    if (!mtks_cli_cfg_fits(cli))
        return MTKSCAN_USAGE;
    return mtks_cli_with_session(cli, verify);
}
