/* SPDX-License-Identifier: MIT */
#include "cli.h"

static int convert(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_result *kit = NULL;
    const mtkscan_convert_options options = {.names = cli->names, .force = cli->force};
    int outcome = mtkscan_scan_kit(session, cli->operands[0], cli->cfg, &kit, &error);
    if (!kit)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    outcome = mtkscan_convert(kit, cli->directory, &options, &error);
    mtks_cli_progress_end();
    if (outcome != MTKSCAN_DONE)
        mtks_cli_failed(cli, cli->operands[0], &error);
    else if (cli->json || !cli->quiet)
        mtkscan_print_converted(kit, cli->directory, stdout, cli->json);
    mtkscan_result_free(kit);
    return outcome;
}

int mtks_cli_convert(const struct mtks_cli *cli)
{
    return mtks_cli_has_output(cli, "a folder") ? mtks_cli_with_session(cli, convert)
                                                : MTKSCAN_USAGE;
}
