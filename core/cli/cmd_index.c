/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "cli.h"

#define JOBS_MAX 256L

/* --jobs: 0, one a processor, when it is not given; -1 after a complaint. */
static long jobs_of(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    char *end = NULL;
    if (!cli->jobs)
        return 0;
    long jobs = strtol(cli->jobs, &end, 10);
    if (end != cli->jobs && *end == 0 && jobs >= 1 && jobs <= JOBS_MAX)
        return jobs;
    mtks_fail(&error, MTKSCAN_USAGE, "--jobs takes a number from 1 to %ld", JOBS_MAX);
    mtks_cli_complain(&error);
    return -1;
}

static void report(const struct mtks_cli *cli, const mtkscan_indexed *told)
{
    if (cli->json)
        printf("{\"schema\":\"mtkscan/1\",\"index\":{\"images\":%zu,\"made\":%zu,\"kept\":%zu,"
               "\"unreadable_folders\":%zu}}\n",
               told->images, told->made, told->kept, told->unreadable);
    else if (!cli->quiet)
        printf("%zu images: %zu indexed, %zu known before\n", told->images, told->made, told->kept);
    if (told->unreadable && !cli->quiet)
        fprintf(stderr, "mtkscan: %zu folders could not be read\n", told->unreadable);
}

int mtks_cli_index(const struct mtks_cli *cli)
{
    mtkscan_error error = {0};
    mtkscan_indexed told;
    long jobs = jobs_of(cli);
    if (jobs < 0 || !mtks_cli_has_output(cli, "a file"))
        return MTKSCAN_USAGE;
    mtkscan_session *session = mtks_cli_session(cli, NULL, &error);
    if (!session)
        return error.outcome;
    const mtkscan_index_options options = {.jobs = (unsigned)jobs, .force = cli->force};
    int outcome =
        mtkscan_index(session, (const char *const *)cli->operands, (size_t)cli->operand_count,
                      cli->directory, &options, &told, &error);
    mtks_cli_progress_end();
    if (outcome != MTKSCAN_DONE)
        mtks_cli_complain(&error);
    if (outcome == MTKSCAN_DONE || outcome == MTKSCAN_INTERRUPTED)
        report(cli, &told);
    mtkscan_session_free(session);
    return outcome;
}
