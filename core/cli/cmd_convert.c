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
    int converted = mtkscan_convert(kit, cli->directory, &options, &error);
    mtks_cli_progress_end();
    if (converted != MTKSCAN_DONE)
        mtks_cli_failed(cli, cli->operands[0], &error);
    else if (cli->json || !cli->quiet)
        mtkscan_print_converted(kit, cli->directory, stdout, cli->json);
    fflush(stdout);
    /* A bad kit is as bad under other names. */
    if (converted == MTKSCAN_DONE && !cli->quiet)
        mtkscan_print_warnings(kit, stderr);
    mtkscan_result_free(kit);
    return converted != MTKSCAN_DONE ? converted : outcome;
}

int mtks_cli_convert(const struct mtks_cli *cli)
{
    return mtks_cli_has_output(cli, "a folder") ? mtks_cli_with_session(cli, convert)
                                                : MTKSCAN_USAGE;
}
