/* SPDX-License-Identifier: MIT */
#include "cli.h"

static int merge(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_result *result = NULL;
    int outcome = mtkscan_merge(session, (const char *const *)cli->operands,
                                (size_t)cli->operand_count, cli->force, &result, &error);
    if (!result)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    bool doubtful = outcome == MTKSCAN_DAMAGED && error.what[0];
    outcome = mtks_cli_write_image(cli, result, outcome);
    if (doubtful && outcome == MTKSCAN_DAMAGED && !cli->quiet)
        mtks_cli_complain(&error);
    mtkscan_result_free(result);
    return outcome;
}

int mtks_cli_merge(const struct mtks_cli *cli)
{
    if (!mtks_cli_has_output(cli, "a file"))
        return MTKSCAN_USAGE;
    return mtks_cli_with_session(cli, merge);
}
