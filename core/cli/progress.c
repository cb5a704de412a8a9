/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

#define FIRST_AFTER_MS 500
#define THEN_EACH_MS   100
#define BAR_COLUMNS    30u
#define STAGE_COLUMNS  24

static struct {
    bool wanted, shown;
    int64_t next; /* when to draw, in ms */
} bar;

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void mtks_cli_progress_begin(bool wanted)
{
    const char *terminal = getenv("TERM");
    bar.wanted = wanted && isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
    bar.shown = false;
    bar.next = now() + FIRST_AFTER_MS;
}

static void draw(const char *stage, uint64_t done, uint64_t total)
{
    char filled[BAR_COLUMNS + 1];
    if (total == 0) {
        fprintf(stderr, "\r\x1b[K%.*s", STAGE_COLUMNS, stage);
        return;
    }
    double share = done >= total ? 1.0 : (double)done / (double)total;
    for (unsigned i = 0; i < BAR_COLUMNS; i++)
        filled[i] = i < (unsigned)(share * BAR_COLUMNS) ? '#' : '.';
    filled[BAR_COLUMNS] = 0;
    fprintf(stderr, "\r\x1b[K%-*.*s [%s] %3u %%", STAGE_COLUMNS, STAGE_COLUMNS, stage, filled,
            (unsigned)(share * 100));
}

int mtks_cli_progress_step(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    (void)ctx;
    if (mtks_cli_interrupted())
        return 1;
    if (!bar.wanted)
        return 0;
    int64_t time = now();
    if (time < bar.next)
        return 0;
    draw(stage ? stage : "", done, total);
    bar.shown = true;
    bar.next = time + THEN_EACH_MS;
    return 0;
}

void mtks_cli_progress_end(void)
{
    if (bar.shown)
        fputs("\r\x1b[K", stderr);
    bar.shown = false;
}
