/* SPDX-License-Identifier: MIT */
#include "cli.h"

int mtks_cli_explain(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    const char *code = cli->operand_count ? cli->operands[0] : NULL;
    int outcome = mtkscan_explain(code, stdout, cli->json, &error);
    return outcome == MTKSCAN_DONE ? outcome : mtks_cli_complain(&error);
}
