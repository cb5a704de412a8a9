/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli.h"

static int list(const struct mtks_cli *cli, const mtkscan_session *session)
{
    unsigned refused;
    mtkscan_print_plugins(session, stdout, cli->json, cli->verbose, &refused);
    return MTKSCAN_DONE;
}

static int path(const struct mtks_cli *cli, const mtkscan_session *session)
{
    mtkscan_print_plugin_path(session, stdout, cli->json);
    return MTKSCAN_DONE;
}

/* The worst of two outcomes of a check. */
static int worse(int a, int b)
{
    return a == MTKSCAN_SYSTEM || b == MTKSCAN_SYSTEM ? MTKSCAN_SYSTEM : a > b ? a : b;
}

static int check_one(const struct mtks_cli *cli, const mtkscan_session *session, const char *file,
                     bool first)
{
    mtkscan_error error = {0};
    const mtkscan_style style = mtks_cli_style(cli, stdout);
    if (!first && !cli->json && !cli->quiet)
        putchar('\n');
    int outcome =
        mtkscan_module_check(session, file, cli->quiet ? NULL : stdout, cli->json, &style, &error);
    if (outcome == MTKSCAN_SYSTEM)
        mtks_cli_failed(cli, file, &error);
    return outcome;
}

/* The file of a number: of the operands behind "check", or, without any, of the modules found. */
static const char *file_of(const struct mtks_cli *cli, const mtkscan_session *session, int number)
{
    if (cli->operand_count == 1)
        return mtkscan_module_path(session, (size_t)number);
    return number + 1 < cli->operand_count ? cli->operands[number + 1] : NULL;
}

static int check(const struct mtks_cli *cli, const mtkscan_session *session)
{
    int status = MTKSCAN_DONE;
    const char *file = file_of(cli, session, 0);
    if (!file) {
        mtkscan_error error;
        mtks_fail(&error, MTKSCAN_SYSTEM, "no module was found to check");
        mtks_advise(&error, "name a file, or see mtkscan plugins path");
        return mtks_cli_complain(&error);
    }
    for (int i = 0; file && !ferror(stdout); file = file_of(cli, session, ++i)) {
        status = worse(status, check_one(cli, session, file, i == 0));
        if (mtks_cli_interrupted())
            return MTKSCAN_INTERRUPTED;
    }
    return status;
}

static const struct action {
    const char *name;
    bool files; /* takes more operands */
    int (*run)(const struct mtks_cli *cli, const mtkscan_session *session);
} actions[] = {{"list", false, list}, {"check", true, check}, {"path", false, path}};

/* The action of the first word, or NULL after a complaint. */
static const struct action *action_of(const struct mtks_cli *cli)
{
    mtkscan_error error;
    if (cli->operand_count == 0)
        return &actions[0];
    const char *word = cli->operands[0];
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(word, actions[i].name) != 0)
            continue;
        if (actions[i].files || cli->operand_count == 1)
            return &actions[i];
        mtks_fail(&error, MTKSCAN_USAGE, "plugins %s takes no '%s'", word, cli->operands[1]);
        mtks_advise(&error, "see mtkscan help plugins");
        mtks_cli_complain(&error);
        return NULL;
    }
    mtks_fail(&error, MTKSCAN_USAGE, "plugins does not know '%s'", word);
    mtks_advise(&error, "it takes list, check or path");
    mtks_cli_complain(&error);
    return NULL;
}

int mtks_cli_plugins(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    const struct action *action = action_of(cli);
    if (!action)
        return MTKSCAN_USAGE;
    /* What is checked never runs in this process. */
    struct mtks_cli mine = *cli;
    if (action->run == check && cli->isolation && strcmp(cli->isolation, "none") == 0)
        mine.isolation = "fork";
    mtkscan_session *session = mtks_cli_session(&mine, NULL, &error);
    if (!session)
        return error.outcome;
    int status = action->run(&mine, session);
    mtkscan_session_free(session);
    return status;
}
