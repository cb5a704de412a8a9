/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli.h"

static int build(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_result *result = NULL;
    const mtkscan_build_options options = {
        .base = cli->base,
        .size = cli->size,
        .cfg = cli->cfg,
        .keep_user_data = cli->keep_user_data,
        .blank_user_data = cli->blank_user_data,
        .force = cli->force,
    };
    int outcome = mtkscan_build(session, cli->operands[0], &options, &result, &error);
    if (!result)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    outcome = mtks_cli_write_image(cli, result, outcome);
    mtkscan_result_free(result);
    return outcome;
}

int mtks_cli_build(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    if (!mtks_cli_has_output(cli, "a file"))
        return MTKSCAN_USAGE;
    if (cli->keep_user_data && cli->blank_user_data) {
        mtks_fail(&error, MTKSCAN_USAGE, "user data cannot be both kept and blanked");
        mtks_advise(&error, "give --keep-user-data or --blank-user-data");
        return mtks_cli_complain(&error);
    }
    return mtks_cli_with_session(cli, build);
}
