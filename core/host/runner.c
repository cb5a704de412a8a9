/* SPDX-License-Identifier: MIT */
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "wire.h"

#define READ_STEP 0x10000u

/* A job under way. */
struct slot {
    struct mtks_job *job; /* NULL: free */
    pid_t pid;
    int pipe;
    int64_t deadline; /* ms */
    int64_t began;    /* us */
    size_t room;      /* bytes that job->bytes has room for */
    uint64_t got;     /* bytes that arrived */
};

static int64_t microseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static int64_t now(void)
{
    return microseconds() / 1000;
}

/* The first fault of a job stays. */
__attribute__((format(printf, 2, 3))) static void blame(struct mtks_job *job, const char *format,
                                                        ...)
{
    va_list list;
    va_start(list, format);
    if (!job->fault[0])
        vsnprintf(job->fault, sizeof job->fault, format, list);
    va_end(list);
}

/* Starts a process. False when the system gives none; errno says why. */
static bool start(const struct mtks_runner *runner, struct slot *slot, struct mtks_job *job)
{
    int ends[2];
    pid_t parent = getpid();
    int64_t began = microseconds();
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    /* A process that is made while another thread is at work may inherit locks that nobody frees.
     */
    if (runner->hashing)
        mtks_hashing_hold(runner->hashing);
    pid_t pid = fork();
    if (pid == 0)
        mtks_child_run(runner, job, ends[1], parent);
    int code = errno;
    if (runner->hashing)
        mtks_hashing_resume(runner->hashing);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        errno = code;
        return false;
    }
    setpgid(pid, pid); /* whoever of the two comes first */
    uint64_t time = runner->limits->plugin_ms;
    *slot = (struct slot){.job = job,
                          .pid = pid,
                          .pipe = ends[0],
                          .began = began,
                          .deadline = now() + (time < INT32_MAX ? (int64_t)time : INT32_MAX)};
    return true;
}

/* Signals that say more than their number. */
static const struct {
    int number;
    const char *text;
} signals[] = {
    {SIGKILL, "closed its pipe, or was killed by someone else"},
    {SIGXCPU, "used more processor time than allowed"},
    {SIGXFSZ, "wrote to a file"},
    {SIGSYS, "made a system call that modules may not make"},
};

static void blame_signal(struct mtks_job *job, int number)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (signals[i].number == number)
            blame(job, "%s", signals[i].text);
    blame(job, "crashed (signal %d)", number);
}

static void blame_exit(struct mtks_job *job, int status)
{
    int32_t number;
    if (status != MTKS_CHILD_CALLED || !mtks_wire_last_call(job->bytes, job->length, &number)) {
        blame(job, "ended without a result (exit %d)", status);
        return;
    }
    const char *name = mtks_call_name(number);
    if (name)
        blame(job, "called %s, which modules may not", name);
    else
        blame(job, "made system call %" PRId32 ", which modules may not", number);
}

/* Ends a job and all processes of its group. */
static void finish(struct slot *slot)
{
    int status = 0;
    struct rusage used = {.ru_maxrss = 0};
    close(slot->pipe);
    /* One that has ended stays as it ended. Not reaped yet, so the group's number is still its. */
    kill(-slot->pid, SIGKILL);
    kill(slot->pid, SIGKILL); /* it may not have come as far as to have its group */
    while (wait4(slot->pid, &status, 0, &used) < 0 && errno == EINTR)
        ;
    slot->job->elapsed = (uint64_t)(microseconds() - slot->began);
    slot->job->peak = (uint64_t)used.ru_maxrss * 1024;
    if (WIFSIGNALED(status))
        blame_signal(slot->job, WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        blame_exit(slot->job, WEXITSTATUS(status));
    slot->job = NULL;
}

/* Makes room for the next read; false when memory is out. */
static bool reserve(struct slot *slot)
{
    struct mtks_job *job = slot->job;
    if (slot->room - job->length >= READ_STEP)
        return true;
    size_t room = slot->room ? slot->room * 2 : 2 * READ_STEP;
    uint8_t *bytes = realloc(job->bytes, room);
    if (!bytes)
        return false;
    job->bytes = bytes;
    slot->room = room;
    return true;
}

/* Lets the sink of a job have what it can take. */
static void stream(struct slot *slot)
{
    struct mtks_job *job = slot->job;
    struct mtks_frames frames = {.bytes = job->bytes, .length = job->length};
    mtks_wire_stream(&frames, job->sink, "decode");
    job->length -= frames.at;
    memmove(job->bytes, job->bytes + frames.at, job->length);
    if (job->sink->misbehaved || job->sink->out_of_memory)
        finish(slot); /* whatever else it says counts nothing */
}

/* Takes what a pipe has; finishes the job at its end. False when memory is out. */
static bool collect(const struct mtks_runner *runner, struct slot *slot)
{
    struct mtks_job *job = slot->job;
    if (!reserve(slot))
        return false;
    ssize_t got = read(slot->pipe, job->bytes + job->length, READ_STEP);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (got <= 0) {
        finish(slot);
        return true;
    }
    job->length += (size_t)got;
    slot->got += (uint64_t)got;
    if (slot->got > runner->room) {
        blame(job, "sent more than %" PRIu64 " bytes", runner->room);
        finish(slot);
    } else if (job->sink) {
        stream(slot);
    }
    return true;
}

static void expire(const struct mtks_runner *runner, struct slot *slot)
{
    uint64_t limit = runner->limits->plugin_ms;
    bool whole = limit % 1000 == 0;
    blame(slot->job, "took longer than %" PRIu64 " %s", whole ? limit / 1000 : limit,
          whole ? "s" : "ms");
    finish(slot);
}

/* Waits until a pipe has something or a time is up. False when memory is out. */
static bool serve(const struct mtks_runner *runner, struct slot slots[MTKS_SIDE_BY_SIDE])
{
    struct pollfd pipes[MTKS_SIDE_BY_SIDE];
    int64_t first = INT64_MAX, time = now();
    for (size_t i = 0; i < MTKS_SIDE_BY_SIDE; i++) {
        pipes[i] = (struct pollfd){.fd = slots[i].job ? slots[i].pipe : -1, .events = POLLIN};
        if (slots[i].job && slots[i].deadline < first)
            first = slots[i].deadline;
    }
    int64_t wait = first <= time ? 0 : first - time;
    if (poll(pipes, MTKS_SIDE_BY_SIDE, wait > INT32_MAX ? INT32_MAX : (int)wait) < 0)
        return true; /* a signal */
    time = now();
    for (size_t i = 0; i < MTKS_SIDE_BY_SIDE; i++) {
        if (!slots[i].job)
            continue;
        if (pipes[i].revents && !collect(runner, &slots[i]))
            return false;
        if (slots[i].job && slots[i].deadline <= time)
            expire(runner, &slots[i]);
    }
    return true;
}

/* Fills free slots. Returns how many are busy, and -1 when nothing runs nor can be started. */
static int fill(const struct mtks_runner *runner, struct slot slots[MTKS_SIDE_BY_SIDE],
                struct mtks_job *jobs, size_t count, size_t *next)
{
    int busy = 0;
    bool full = false;
    for (size_t i = 0; i < MTKS_SIDE_BY_SIDE; i++) {
        if (!slots[i].job && *next < count && !full) {
            full = !start(runner, &slots[i], &jobs[*next]);
            *next += !full;
        }
        busy += slots[i].job != NULL;
    }
    return busy == 0 && full ? -1 : busy;
}

bool mtks_runner_run(const struct mtks_runner *runner, struct mtks_job *jobs, size_t count,
                     mtkscan_error *error)
{
    struct slot slots[MTKS_SIDE_BY_SIDE] = {{0}};
    size_t next = 0;
    int busy;
    bool good = true;
    while (good && (busy = fill(runner, slots, jobs, count, &next)) > 0)
        good = serve(runner, slots);
    if (good && busy == 0)
        return true;
    int code = good ? errno : ENOMEM;
    for (size_t i = 0; i < MTKS_SIDE_BY_SIDE; i++)
        if (slots[i].job)
            finish(&slots[i]);
    mtks_fail(error, MTKSCAN_SYSTEM, "cannot run a module in a process of its own: %s",
              strerror(code));
    mtks_advise(error, "Free some memory or processes, or use --isolation=none.");
    return false;
}

void mtks_job_free(struct mtks_job *job)
{
    free(job->bytes);
    job->bytes = NULL;
    job->length = 0;
}

struct mtks_reached mtks_runner_probe(enum mtks_isolation isolation,
                                      const struct mtks_limits *limits)
{
    const struct mtks_runner runner = {
        .isolation = isolation, .limits = limits, .room = MTKS_FRAME_MAX};
    struct mtks_job job = {.kind = MTKS_JOB_PROBE, .module = -1};
    struct mtks_reached reached = {0};
    if (isolation != MTKS_ISOLATION_NONE && mtks_runner_run(&runner, &job, 1, NULL)) {
        struct mtks_frames frames = {.bytes = job.bytes, .length = job.length};
        if (job.fault[0] || !mtks_wire_take_reached(&frames, &reached))
            reached = (struct mtks_reached){0};
    }
    mtks_job_free(&job);
    return reached;
}
