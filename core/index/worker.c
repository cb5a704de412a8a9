/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "line.h"

/* What ends a whole group of processes from outside: the parent decides what happens then. */
static const int group_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static _Noreturn void leave(int status)
{
#ifdef MTKS_COVERAGE
    exit(status); /* writes down which lines were reached */
#else
    _exit(status);
#endif
}

static void write_all(int file, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t put = write(file, at, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            leave(1); /* nobody listens any more */
        at += put;
        length -= (size_t)put;
    }
}

char *mtks_worker_failure(const struct mtks_index_entry *entry, const char *why, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (!out)
        return NULL;
    mtks_index_line_error(out, entry, why);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* The line of an image; one that is no line of an index is replaced by an error. */
static char *line_of(const struct mtks_workers *workers, const struct mtks_index_entry *entry,
                     size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (!out)
        return NULL;
    workers->make(workers->ctx, entry, out);
    bool good = fclose(out) == 0;
    if (good && *length > 0 && *length <= MTKS_INDEX_LINE)
        return text;
    free(text);
    return mtks_worker_failure(
        entry, good ? "its line would be longer than an index takes" : "out of memory", length);
}

/* A number off the pipe; false at its end. */
static bool next_task(int pipe, mtks_worker_task *task)
{
    ssize_t got;
    do
        got = read(pipe, task, sizeof *task);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *task;
}

_Noreturn void mtks_worker_live(const struct mtks_workers *workers, int pipe, pid_t parent)
{
    mtks_worker_task task;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
        leave(1);
    for (size_t i = 0; i < sizeof group_signals / sizeof *group_signals; i++)
        signal(group_signals[i], SIG_IGN);
    while (next_task(pipe, &task) && task < workers->count) {
        size_t length = 0;
        char *line = line_of(workers, workers->entries[task], &length);
        if (!line)
            leave(1);
        struct mtks_worker_head head = {task, (uint32_t)length};
        write_all(pipe, &head, sizeof head);
        write_all(pipe, line, length);
        free(line);
    }
    leave(0);
}
