/* SPDX-License-Identifier: MIT */
#include <signal.h>

#include "cli.h"

static volatile sig_atomic_t caught;

static void take(int number)
{
    (void)number;
    caught = 1;
}

void mtks_cli_signals_catch(void)
{
    struct sigaction action = {.sa_handler = take, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool mtks_cli_interrupted(void)
{
    return caught != 0;
}
