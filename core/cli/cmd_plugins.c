/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli.h"

enum what { LIST, CHECK, PATH, NOTHING };

static enum what what_of(const struct mtks_cli *cli)
{
    static const char *const words[] = {"list", "check", "path"};
    if (cli->operand_count == 0)
        return LIST;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(cli->operands[0], words[i]) == 0)
            return (enum what)i;
    return NOTHING;
}

int mtks_cli_plugins(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    enum what what = what_of(cli);
    unsigned refused = 0;
    if (what == NOTHING) {
        mtks_fail(&error, MTKSCAN_USAGE, "plugins cannot '%s'", cli->operands[0]);
        mtks_advise(&error, "it takes list, check or path");
        return mtks_cli_complain(&error);
    }
    mtkscan_session *session = mtks_cli_session(cli, NULL, &error);
    if (!session)
        return error.outcome;
    if (what == PATH)
        mtkscan_print_plugin_path(session, stdout, cli->json);
    else
        mtkscan_print_plugins(session, stdout, cli->json, cli->verbose, &refused);
    mtkscan_session_free(session);
    if (what != CHECK || refused == 0)
        return MTKSCAN_DONE;
    mtks_fail(&error, MTKSCAN_MISBEHAVED, "%u module%s refused", refused,
              refused == 1 ? " was" : "s were");
    mtks_advise(&error, "the list says why");
    return mtks_cli_complain(&error);
}
