/* SPDX-License-Identifier: MIT */
#include "cli.h"

/* Without a file the .cfg itself goes to standard output, and what changed to standard error. */
static int put(const struct mtks_cli *cli, mtkscan_result *kit, int outcome, mtkscan_error *error)
{
    if (cli->directory) {
        int written = mtkscan_cfg_write(kit, cli->directory, cli->force, error);
        if (written != MTKSCAN_DONE)
            return mtks_cli_failed(cli, cli->operands[0], error);
    } else if (!cli->json) {
        fputs(mtkscan_cfg_text(kit), stdout);
        fflush(stdout);
    }
    mtks_cli_progress_end();
    if (cli->json || !cli->quiet)
        mtkscan_print_cfg_changes(kit, cli->directory || cli->json ? mtks_cli_told(cli) : stderr,
                                  cli->json);
    if (outcome != MTKSCAN_DONE)
        mtks_cli_complain(error);
    return outcome;
}

static int cfg(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    mtkscan_result *kit = NULL;
    mtkscan_scan_kit(session, cli->operands[0], cli->cfg, &kit, &error);
    if (!kit)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    int outcome = mtkscan_cfg_make(kit, cli->memory_type, &error);
    outcome = mtkscan_cfg_text(kit) ? put(cli, kit, outcome, &error)
                                    : mtks_cli_failed(cli, cli->operands[0], &error);
    mtkscan_result_free(kit);
    return outcome;
}

int mtks_cli_cfg(const struct mtks_cli *cli)
{
    return mtks_cli_with_session(cli, cfg);
}
