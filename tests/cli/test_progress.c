/* SPDX-License-Identifier: MIT */
/* The progress bar by itself, its standard error on a terminal. */
#include "cli.h"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../core/cli/progress.c" /* the program is no library: its file is taken as it is */

static bool stop;

bool mtks_cli_interrupted(void)
{
    return stop;
}

struct step {
    const char *stage;
    uint64_t done, total;
};

/* What the terminal gets when a first step comes at once, and `step` after 0.6 s. */
static char *drawn(bool wanted, const struct step *step)
{
    int terminal;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    assert_true(child >= 0);
    if (child == 0) {
        setenv("TERM", "xterm", 1);
        mtks_cli_progress_begin(wanted);
        mtks_cli_progress_step(NULL, "too early", 1, 2);
        usleep(600000);
        mtks_cli_progress_step(NULL, step->stage, step->done, step->total);
        mtks_cli_progress_step(NULL, "too soon", 1, 2);
        mtks_cli_progress_end();
        mtks_cli_progress_end();
        _exit(0);
    }
    char *text = calloc(1, 4096);
    assert_non_null(text);
    size_t used = 0;
    ssize_t got;
    while ((got = read(terminal, text + used, 4095 - used)) > 0)
        used += (size_t)got;
    close(terminal);
    assert_true(waitpid(child, NULL, 0) == child);
    return text;
}

static void draws_a_bar(void **state)
{
    (void)state;
    static const struct {
        struct step step;
        const char *text;
    } rows[] = {
        {{"checking", 50, 100},
         "\r\x1b[Kchecking                 [###############...............]  50 %\r\x1b[K"},
        {{"checking", 0, UINT64_MAX},
         "\r\x1b[Kchecking                 [..............................]   0 %\r\x1b[K"},
        {{"a stage with a name that is long", 3, 2},
         "\r\x1b[Ka stage with a name that [##############################] 100 %\r\x1b[K"},
        {{"reading", 7, 0}, "\r\x1b[Kreading\r\x1b[K"},
        {{NULL, 7, 0}, "\r\x1b[K\r\x1b[K"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = drawn(true, &rows[i].step);
        assert_string_equal(text, rows[i].text);
        free(text);
    }
    char *text = drawn(false, &rows[0].step);
    assert_string_equal(text, "");
    free(text);
}

static void asks_to_stop_when_interrupted(void **state)
{
    (void)state;
    mtks_cli_progress_begin(false);
    assert_int_equal(mtks_cli_progress_step(NULL, "x", 1, 2), 0);
    stop = true;
    assert_int_equal(mtks_cli_progress_step(NULL, "x", 1, 2), 1);
    stop = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_a_bar),
        cmocka_unit_test(asks_to_stop_when_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
