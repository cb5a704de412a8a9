/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli.h"

/* Whether -o is a new dump, not a folder. */
static bool rebuilds(const struct mtks_cli *cli)
{
    return cli->from || cli->puts[0];
}

/* Whether there is something to look at; else it was told why. */
static bool was_looked_at(int outcome)
{
    return outcome == MTKSCAN_DONE || outcome == MTKSCAN_DAMAGED ||
           outcome == MTKSCAN_NOT_RECOGNISED;
}

/* Scans a dump and looks for its files. NULL after a complaint. */
static mtkscan_result *look(const struct mtks_cli *cli, mtkscan_session *session, const char *path,
                            bool deleted, int *outcome, mtkscan_error *error)
{
    mtkscan_result *result = NULL;
    *outcome = mtkscan_scan(session, path, &result, error);
    if (result && *outcome != MTKSCAN_MISBEHAVED)
        *outcome = mtkscan_files(result, deleted, error);
    if (result && was_looked_at(*outcome))
        return result;
    mtks_cli_failed(cli, path, error);
    mtkscan_result_free(result);
    return NULL;
}

/* A new dump with the data of another one, or with files of the host. */
static int write_dump(const struct mtks_cli *cli, mtkscan_session *session, mtkscan_result *result,
                      mtkscan_error *error)
{
    mtkscan_result *from = NULL;
    int outcome;
    if (cli->from && !(from = look(cli, session, cli->from, false, &outcome, error)))
        return outcome;
    outcome = mtkscan_files_rebuild(result, from, (const char *const *)cli->puts, cli->directory,
                                    cli->force, error);
    mtkscan_result_free(from);
    return outcome == MTKSCAN_DONE ? outcome : mtks_cli_failed(cli, cli->operands[0], error);
}

static int write_outputs(const struct mtks_cli *cli, mtkscan_session *session,
                         mtkscan_result *result)
{
    mtkscan_error error = {0};
    int outcome = MTKSCAN_DONE;
    if (cli->image)
        outcome = mtkscan_files_image(result, cli->image, cli->force, &error);
    if (outcome == MTKSCAN_DONE && cli->directory && !rebuilds(cli))
        outcome = mtkscan_files_take(result, cli->directory, cli->force, cli->personal, &error);
    if (outcome != MTKSCAN_DONE)
        return mtks_cli_failed(cli, cli->operands[0], &error);
    return rebuilds(cli) ? write_dump(cli, session, result, &error) : MTKSCAN_DONE;
}

static int files(const struct mtks_cli *cli, mtkscan_session *session)
{
    mtkscan_error error = {0};
    int outcome;
    const bool writes = cli->directory || cli->image;
    mtkscan_result *result = look(cli, session, cli->operands[0], cli->deleted, &outcome, &error);
    if (!result)
        return outcome;
    if (writes && (mtkscan_files_listed(result) || rebuilds(cli) || cli->image)) {
        int written = write_outputs(cli, session, result);
        if (written != MTKSCAN_DONE) {
            mtkscan_result_free(result);
            return written;
        }
    }
    const bool piped = cli->image && strcmp(cli->image, "-") == 0;
    FILE *out = piped ? stderr : mtks_cli_told(cli);
    const mtkscan_style style = mtks_cli_style(cli, out);
    mtks_cli_progress_end();
    if (cli->json || !cli->quiet)
        mtkscan_print_files(result, out, cli->json, &style);
    if (outcome == MTKSCAN_NOT_RECOGNISED && cli->quiet)
        mtks_cli_complain(&error);
    mtkscan_result_free(result);
    return outcome;
}

/* A kit holds nothing of the user's. */
static bool fits_together(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    if (mtkscan_is_kit(cli->operands[0])) {
        mtks_fail(&error, MTKSCAN_USAGE, "a kit holds no user data");
        mtks_advise(&error, "name the dump of the whole flash");
    } else if (rebuilds(cli) && (!cli->directory || cli->personal || cli->deleted)) {
        mtks_fail(&error, MTKSCAN_USAGE, "--put and --from make a new dump%s",
                  cli->directory ? ", with neither --personal nor --deleted" : "");
        mtks_advise(&error, "say where with -o FILE");
    } else if (cli->personal && !cli->directory) {
        mtks_fail(&error, MTKSCAN_USAGE, "--personal belongs to -o DIR");
        mtks_advise(&error, "without it only names are told");
    } else {
        return true;
    }
    mtks_cli_complain(&error);
    return false;
}

int mtks_cli_files(const struct mtks_cli *cli)
{
    if (!fits_together(cli))
        return MTKSCAN_USAGE;
    return mtks_cli_with_session(cli, files);
}
