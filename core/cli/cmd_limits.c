/* SPDX-License-Identifier: MIT */
#include "cli.h"

int mtks_cli_limits(const struct mtks_cli *cli)
{
    mtkscan_error error;
    if (cli->json) {
        mtks_fail(&error, MTKSCAN_USAGE, "limits has no JSON form");
        mtks_advise(&error, "leave --json out");
        return mtks_cli_complain(&error);
    }
    mtkscan_print_limits(stdout);
    return MTKSCAN_DONE;
}
