/* SPDX-License-Identifier: MIT */
/* What several commands do alike. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

int mtks_cli_complain(const mtkscan_error *error)
{
    mtks_cli_progress_end();
    fflush(stdout); /* what was printed before stands before it on a terminal, too */
    fprintf(stderr, "mtkscan: %s%s%s\n", error->what, error->advice[0] ? "; " : "", error->advice);
    return error->outcome;
}

/* The options table let through only these. */
static mtkscan_isolation isolation_of(const char *word)
{
    return !word                       ? MTKSCAN_ISOLATION_USUAL
           : strcmp(word, "none") == 0 ? MTKSCAN_ISOLATION_NONE
           : strcmp(word, "fork") == 0 ? MTKSCAN_ISOLATION_FORK
                                       : MTKSCAN_ISOLATION_SANDBOX;
}

mtkscan_session *mtks_cli_session(const struct mtks_cli *cli, const char *path,
                                  mtkscan_error *error)
{
    mtkscan_session *session = NULL;
    bool unpacks = cli->command && cli->command->run == mtks_cli_unpack;
    /* Its report has no hash in it. */
    bool lists = cli->command && cli->command->run == mtks_cli_files;
    mtkscan_options options = {
        .plugin_dirs = (const char *const *)cli->plugin_dirs,
        .only_plugin_dirs = cli->only_plugin_dirs,
        .safe_mode = cli->safe_mode,
        .isolation = isolation_of(cli->isolation),
        .hash = (cli->json && !lists) || unpacks,
        .decode = cli->deep || (cli->command && cli->command->decodes),
        .resources = unpacks,
        .no_fix = cli->no_fix,
        .plugin = cli->plugin,
        .registry = cli->registry,
        .limits = (const char *const *)cli->limits,
        .progress = mtks_cli_progress_step,
    };
    mtks_cli_signals_catch();
    mtks_cli_progress_begin(!cli->no_progress && !cli->quiet);
    if (mtkscan_session_new(&session, &options, error) == MTKSCAN_DONE) {
        mtkscan_session_warnings(session, cli->quiet ? NULL : stderr);
        return session;
    }
    if (cli->json && path)
        mtkscan_print_json_failure(path, error, mtks_cli_told(cli));
    mtks_cli_complain(error);
    return NULL;
}

FILE *mtks_cli_told(const struct mtks_cli *cli)
{
    return cli->directory && strcmp(cli->directory, "-") == 0 ? stderr : stdout;
}

int mtks_cli_with_session(const struct mtks_cli *cli,
                          int (*body)(const struct mtks_cli *cli, mtkscan_session *session))
{
    mtkscan_error error = {0};
    mtkscan_session *session = mtks_cli_session(cli, cli->operands[0], &error);
    if (!session)
        return error.outcome;
    int outcome = body(cli, session);
    mtkscan_session_free(session);
    return outcome;
}

static bool wants_colour(const struct mtks_cli *cli, FILE *out)
{
    if (cli->colour && strcmp(cli->colour, "auto") != 0)
        return strcmp(cli->colour, "always") == 0;
    const char *unwanted = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(fileno(out)) && !(unwanted && *unwanted) && terminal &&
           strcmp(terminal, "dumb") != 0;
}

mtkscan_style mtks_cli_style(const struct mtks_cli *cli, FILE *out)
{
    struct winsize size = {0};
    mtkscan_style style = {.colour = wants_colour(cli, out), .verbose = cli->verbose};
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
        style.columns = size.ws_col;
    return style;
}

int mtks_cli_failed(const struct mtks_cli *cli, const char *path, const mtkscan_error *error)
{
    if (cli->json)
        mtkscan_print_json_failure(path, error, mtks_cli_told(cli));
    return mtks_cli_complain(error);
}

void mtks_cli_report(const struct mtks_cli *cli, const mtkscan_result *result, bool checks)
{
    mtkscan_style style = mtks_cli_style(cli, stdout);
    style.checks = checks;
    mtks_cli_progress_end();
    if (cli->json)
        mtkscan_print_json(result, stdout);
    else if (!cli->quiet)
        mtkscan_print_text(result, stdout, &style);
}

bool mtks_cli_has_output(const struct mtks_cli *cli, const char *what)
{
    mtkscan_error error = {0};
    if (cli->directory)
        return true;
    mtks_fail(&error, MTKSCAN_USAGE, "%s needs %s to write", cli->command->name, what);
    mtks_advise(&error, "add -o NAME");
    mtks_cli_complain(&error);
    return false;
}

bool mtks_cli_cfg_fits(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    if (!cli->cfg || mtkscan_is_kit(cli->operands[0]))
        return true;
    mtks_fail(&error, MTKSCAN_USAGE, "--cfg belongs to a kit, and '%s' is no folder",
              cli->operands[0]);
    mtks_advise(&error, "name the folder that holds the part files");
    mtks_cli_complain(&error);
    return false;
}

int mtks_cli_open(const struct mtks_cli *cli, mtkscan_session *session, mtkscan_result **result,
                  mtkscan_error *error)
{
    const char *path = cli->operands[0];
    return mtkscan_is_kit(path) ? mtkscan_scan_kit(session, path, cli->cfg, result, error)
                                : mtkscan_scan(session, path, result, error);
}

void mtks_cli_refused(const struct mtks_cli *cli, const mtkscan_result *result,
                      const mtkscan_error *error)
{
    mtkscan_style style = mtks_cli_style(cli, stderr);
    mtks_cli_progress_end();
    if (cli->json)
        mtkscan_print_json(result, stdout);
    else
        mtkscan_print_text(result, stderr, &style);
    if (error->outcome == MTKSCAN_MISBEHAVED)
        mtks_cli_complain(error);
}
