/* SPDX-License-Identifier: MIT */
#include "crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#define WAIT_NS 50000000 /* between two calls of the progress bar, when only others work */
#define SECOND  1000000000

struct job {
    const struct mtks_crew *crew;
    const char *stage;
    size_t count;
    mtks_crew_work *work;
    void *ctx;
    atomic_size_t next;
    atomic_bool stop;
};

/* What helpers ask: they only hear what the caller's thread was told. */
static int helper_step(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    struct job *job = ctx;
    (void)stage, (void)done, (void)total;
    return atomic_load_explicit(&job->stop, memory_order_relaxed);
}

static int caller_step(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
    struct job *job = ctx;
    if (mtks_step(job->crew->progress, stage, done, total))
        atomic_store(&job->stop, true);
    return atomic_load(&job->stop);
}

static void work_off(struct job *job, const struct mtks_progress *progress)
{
    while (!atomic_load(&job->stop)) {
        const size_t index = atomic_fetch_add(&job->next, 1);
        if (index >= job->count)
            break;
        job->work(job->ctx, index, progress);
    }
}

static void *help(void *ctx)
{
    const struct mtks_progress progress = {.step = helper_step, .ctx = ctx};
    work_off(ctx, &progress);
    return NULL;
}

/* Starts helpers, as many as there are tasks for and the system grants. Returns how many. */
static unsigned hire(struct job *job, pthread_t helpers[MTKS_CREW_MAX])
{
    const long online =
        job->crew->threads ? (long)job->crew->threads : sysconf(_SC_NPROCESSORS_ONLN);
    unsigned wanted = online < 1                     ? 1
                      : online > (long)MTKS_CREW_MAX ? MTKS_CREW_MAX
                                                     : (unsigned)online;
    if (wanted > job->count)
        wanted = (unsigned)job->count;
    unsigned hired = 0;
    /* Signals are for the thread that the user knows: helpers block them all. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (hired + 1 < wanted && pthread_create(&helpers[hired], NULL, help, job) == 0)
        hired++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return hired;
}

static void join(struct job *job, pthread_t helper)
{
    for (;;) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += WAIT_NS;
        until.tv_sec += until.tv_nsec / SECOND;
        until.tv_nsec %= SECOND;
        if (pthread_timedjoin_np(helper, NULL, &until) == 0)
            return;
        caller_step(job, job->stage, job->count, job->count);
    }
}

bool mtks_crew_run(const struct mtks_crew *crew, const char *stage, size_t count,
                   mtks_crew_work *work, void *ctx)
{
    struct job job = {.crew = crew, .stage = stage, .count = count, .work = work, .ctx = ctx};
    const struct mtks_progress progress = {.step = caller_step, .ctx = &job};
    pthread_t helpers[MTKS_CREW_MAX];
    if (count == 0)
        return true;
    if (caller_step(&job, stage, 0, count))
        return false;
    const unsigned hired = hire(&job, helpers);
    work_off(&job, &progress);
    for (unsigned i = 0; i < hired; i++)
        join(&job, helpers[i]);
    return !atomic_load(&job.stop);
}
