/* SPDX-License-Identifier: MIT */
#include <signal.h>

#include "cli.h"

/* What ends a program from outside, and can be caught: then what is half written is removed. */
static const int stopping[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static volatile sig_atomic_t caught;

static void take(int number)
{
    (void)number;
    caught = 1;
}

void mtks_cli_signals_catch(void)
{
    struct sigaction action = {.sa_handler = take, .sa_flags = (int)SA_RESETHAND}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++)
        /* nohup(1) and shells in the background have some ignored, and that has to stay. */
        if (sigaction(stopping[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(stopping[i], &action, NULL);
}

bool mtks_cli_interrupted(void)
{
    return caught != 0;
}
