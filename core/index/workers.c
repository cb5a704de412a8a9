/* SPDX-License-Identifier: MIT */
#include "workers.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "line.h"
#include "worker.h"

#define AHEAD_MAX   1024u       /* lines that wait for one before them */
#define HELD_MAX    (64u << 20) /* bytes of such lines beyond which no more work is handed out */
#define STEP_MS     100         /* between two looks whether to stop */
#define TRIES       2u          /* processes that an image may kill */
#define ANSWER_ROOM ((size_t)MTKS_INDEX_LINE + sizeof(struct mtks_worker_head))

struct worker {
    pid_t process; /* 0: none */
    int pipe;      /* a socket: numbers go, lines come; -1: none */
    bool busy;
    uint32_t number; /* of the image it has */
    unsigned tries;  /* processes that this image has had */
    char *answer;    /* what came of it so far, ANSWER_ROOM bytes */
    size_t got;
};

/* A line that waits for its turn. */
struct held {
    char *line; /* NULL: not here yet */
    size_t length;
};

struct crew {
    const struct mtks_workers *job;
    struct worker *workers;
    unsigned count;
    struct held *held; /* AHEAD_MAX, a ring by number */
    uint64_t held_bytes;
    uint32_t next;  /* to be handed out */
    uint32_t taken; /* lines that take() had */
    mtkscan_error *error;
};

static int fail_system(struct crew *crew, const char *what)
{
    return mtks_fail(crew->error, MTKSCAN_SYSTEM, "%s: %s", what, strerror(errno));
}

static void close_pipe(struct worker *worker)
{
    if (worker->pipe >= 0)
        close(worker->pipe);
    worker->pipe = -1;
}

/* In the new process: the pipes of the others are not its own. */
static _Noreturn void become_worker(struct crew *crew, int pipe, pid_t parent)
{
    for (unsigned i = 0; i < crew->count; i++)
        close_pipe(&crew->workers[i]);
    mtks_worker_live(crew->job, pipe, parent);
}

static int start(struct crew *crew, struct worker *worker)
{
    int ends[2];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return fail_system(crew, "cannot make a pipe");
    fflush(NULL); /* or the new process has the same text to write */
    worker->process = fork();
    if (worker->process == 0) {
        close(ends[0]);
        become_worker(crew, ends[1], parent);
    }
    int number = errno;
    close(ends[1]);
    worker->pipe = ends[0];
    worker->got = 0;
    if (worker->process > 0)
        return MTKSCAN_DONE;
    worker->process = 0;
    errno = number;
    return fail_system(crew, "cannot make a process");
}

/* Ends a process that was started here; its wait status. */
static int end(struct worker *worker, bool now)
{
    int status = 0;
    close_pipe(worker);
    if (worker->process > 0) {
        if (now)
            kill(worker->process, SIGKILL);
        while (waitpid(worker->process, &status, 0) < 0 && errno == EINTR)
            ;
    }
    worker->process = 0;
    return status;
}

/* Hands the image of a worker to it. A worker that is gone shows that by its answers' end. */
static void hand_out(struct worker *worker)
{
    mtks_worker_task task = worker->number;
    ssize_t put;
    worker->busy = true;
    worker->tries++;
    do
        put = send(worker->pipe, &task, sizeof task, MSG_NOSIGNAL);
    while (put < 0 && errno == EINTR);
}

/* Gives work to who has none, as far as the lines that wait allow. */
static int hand_out_all(struct crew *crew)
{
    for (unsigned i = 0; i < crew->count; i++) {
        struct worker *worker = &crew->workers[i];
        bool full = crew->next - crew->taken >= AHEAD_MAX || crew->held_bytes >= HELD_MAX;
        if (worker->busy || crew->next >= crew->job->count || (full && crew->next != crew->taken))
            continue;
        int outcome = worker->process ? MTKSCAN_DONE : start(crew, worker);
        if (outcome != MTKSCAN_DONE)
            return outcome;
        worker->number = crew->next++;
        worker->tries = 0;
        hand_out(worker);
    }
    return MTKSCAN_DONE;
}

/* Takes all lines whose turn it is. */
static int take_held(struct crew *crew)
{
    const struct mtks_workers *job = crew->job;
    int outcome = MTKSCAN_DONE;
    while (outcome == MTKSCAN_DONE && crew->taken < crew->next) {
        struct held *held = &crew->held[crew->taken % AHEAD_MAX];
        if (!held->line)
            break;
        outcome =
            job->take(job->ctx, job->entries[crew->taken], held->line, held->length, crew->error);
        crew->held_bytes -= held->length;
        free(held->line);
        *held = (struct held){NULL, 0};
        crew->taken++;
    }
    return outcome;
}

/* Keeps the line of a worker's image until its turn. The line becomes the crew's. */
static int keep(struct crew *crew, struct worker *worker, char *line, size_t length)
{
    if (!line)
        return mtks_fail(crew->error, MTKSCAN_SYSTEM, "out of memory");
    crew->held[worker->number % AHEAD_MAX] = (struct held){line, length};
    crew->held_bytes += length;
    worker->busy = false;
    worker->got = 0;
    return take_held(crew);
}

/* A worker ended in the middle of its work. */
static int bury(struct crew *crew, struct worker *worker)
{
    char why[120];
    size_t length = 0;
    int status = end(worker, true);
    if (!worker->busy)
        return MTKSCAN_DONE;
    if (worker->tries < TRIES) {
        int outcome = start(crew, worker);
        if (outcome == MTKSCAN_DONE)
            hand_out(worker);
        return outcome;
    }
    snprintf(why, sizeof why, "the process that analysed it ended by %s %d, twice",
             WIFSIGNALED(status) ? "signal" : "itself, with",
             WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    char *line = mtks_worker_failure(crew->job->entries[worker->number], why, &length);
    return keep(crew, worker, line, length);
}

/* Takes what an answer has so far; a whole one is kept. */
static int hear(struct crew *crew, struct worker *worker)
{
    struct mtks_worker_head head;
    ssize_t got =
        recv(worker->pipe, worker->answer + worker->got, ANSWER_ROOM - worker->got, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return MTKSCAN_DONE;
    if (got <= 0)
        return bury(crew, worker);
    worker->got += (size_t)got;
    if (worker->got < sizeof head)
        return MTKSCAN_DONE;
    memcpy(&head, worker->answer, sizeof head);
    /* Only a worker whose memory was overwritten says this. */
    if (!worker->busy || head.number != worker->number || head.length == 0 ||
        head.length > MTKS_INDEX_LINE || worker->got > sizeof head + head.length)
        return bury(crew, worker);
    if (worker->got < sizeof head + head.length)
        return MTKSCAN_DONE;
    char *line = malloc(head.length);
    if (line)
        memcpy(line, worker->answer + sizeof head, head.length);
    return keep(crew, worker, line, head.length);
}

/* Waits for answers and hears them. */
static int listen_all(struct crew *crew)
{
    struct pollfd polls[MTKS_WORKERS_MAX];
    for (unsigned i = 0; i < crew->count; i++)
        polls[i] = (struct pollfd){.fd = crew->workers[i].pipe, .events = POLLIN};
    int ready = poll(polls, crew->count, STEP_MS);
    if (ready < 0 && errno != EINTR)
        return fail_system(crew, "cannot wait for the workers");
    int outcome = MTKSCAN_DONE;
    for (unsigned i = 0; ready > 0 && outcome == MTKSCAN_DONE && i < crew->count; i++)
        if (polls[i].revents)
            outcome = hear(crew, &crew->workers[i]);
    return outcome;
}

static int work(struct crew *crew)
{
    const struct mtks_workers *job = crew->job;
    int outcome = MTKSCAN_DONE;
    while (outcome == MTKSCAN_DONE && crew->taken < job->count) {
        if (mtks_step(job->progress, "indexing", crew->taken, job->count))
            return mtks_fail(crew->error, MTKSCAN_INTERRUPTED, "interrupted");
        outcome = hand_out_all(crew);
        if (outcome == MTKSCAN_DONE)
            outcome = listen_all(crew);
    }
    return outcome;
}

static int hire(struct crew *crew)
{
    const struct mtks_workers *job = crew->job;
    size_t wanted = job->processes ? job->processes : 1;
    wanted = wanted < job->count ? wanted : job->count;
    crew->count = (unsigned)(wanted < MTKS_WORKERS_MAX ? wanted : MTKS_WORKERS_MAX);
    crew->workers = calloc(crew->count, sizeof *crew->workers);
    crew->held = calloc(AHEAD_MAX, sizeof *crew->held);
    bool room = crew->workers && crew->held;
    for (unsigned i = 0; room && i < crew->count; i++) {
        crew->workers[i] = (struct worker){.pipe = -1, .answer = malloc(ANSWER_ROOM)};
        room = crew->workers[i].answer != NULL;
    }
    return room ? MTKSCAN_DONE : mtks_fail(crew->error, MTKSCAN_SYSTEM, "out of memory");
}

static void dismiss(struct crew *crew, bool now)
{
    for (unsigned i = 0; crew->workers && i < crew->count; i++) {
        end(&crew->workers[i], now);
        free(crew->workers[i].answer);
    }
    for (unsigned i = 0; crew->held && i < AHEAD_MAX; i++)
        free(crew->held[i].line);
    free(crew->workers);
    free(crew->held);
}

int mtks_workers_run(const struct mtks_workers *workers, mtkscan_error *error)
{
    struct crew crew = {.job = workers, .error = error};
    if (workers->count == 0)
        return MTKSCAN_DONE;
    if (workers->count > UINT32_MAX)
        return mtks_fail(error, MTKSCAN_REFUSED, "too many images for one run");
    int outcome = hire(&crew);
    if (outcome == MTKSCAN_DONE)
        outcome = work(&crew);
    dismiss(&crew, outcome != MTKSCAN_DONE);
    return outcome;
}
