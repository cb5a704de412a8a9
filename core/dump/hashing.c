/* SPDX-License-Identifier: MIT */
#include "hashing.h"

#include <nettle/sha1.h>
#include <signal.h>
#include <time.h>

#include "dump.h"

#define HASH_STEP                                                                                  \
    0x40000u                /* bytes between two looks at the others: a fraction of a millisecond  \
                             */
#define WAIT_NS    50000000 /* between two calls of the progress bar */
#define STAGE_HASH "hashing"

static void finish(struct mtks_hashing *hashing, struct sha1_ctx *ctx)
{
    uint8_t digest[SHA1_DIGEST_SIZE];
    sha1_digest(ctx, sizeof digest, digest);
    mtks_hex(digest, sizeof digest, hashing->hex);
}

/* The length of the next piece; 0 when there will be none. Called and returns with the lock held.
 */
static uint64_t next_piece(struct mtks_hashing *hashing)
{
    while (!hashing->stop &&
           (hashing->held || (!hashing->ended && hashing->ready == hashing->done)))
        pthread_cond_wait(&hashing->changed, &hashing->lock);
    uint64_t left = hashing->stop ? 0 : hashing->ready - hashing->done;
    return left < HASH_STEP ? left : HASH_STEP;
}

static void *work(void *argument)
{
    struct mtks_hashing *hashing = argument;
    struct sha1_ctx ctx;
    sha1_init(&ctx);
    pthread_mutex_lock(&hashing->lock);
    hashing->started = true;
    pthread_cond_broadcast(&hashing->changed);
    for (uint64_t length; (length = next_piece(hashing)) != 0;) {
        const uint8_t *piece = hashing->bytes + hashing->done;
        hashing->busy = true;
        pthread_mutex_unlock(&hashing->lock);
        sha1_update(&ctx, (size_t)length, piece);
        pthread_mutex_lock(&hashing->lock);
        hashing->busy = false;
        hashing->done += length;
        pthread_cond_broadcast(&hashing->changed);
    }
    if (!hashing->stop)
        finish(hashing, &ctx);
    pthread_mutex_unlock(&hashing->lock);
    return NULL;
}

/* The same without a second thread, once all bytes are there. */
static int work_alone(struct mtks_hashing *hashing, const struct mtks_progress *progress)
{
    struct sha1_ctx ctx;
    sha1_init(&ctx);
    for (uint64_t length; (length = next_piece(hashing)) != 0; hashing->done += length) {
        if (mtks_step(progress, STAGE_HASH, hashing->done, hashing->ready))
            return -1;
        sha1_update(&ctx, (size_t)length, hashing->bytes + hashing->done);
    }
    finish(hashing, &ctx);
    return 0;
}

void mtks_hashing_begin(struct mtks_hashing *hashing)
{
    *hashing = (struct mtks_hashing){.lock = PTHREAD_MUTEX_INITIALIZER,
                                     .changed = PTHREAD_COND_INITIALIZER};
    /* Signals are for the thread that the user knows: this one blocks them all. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    hashing->threaded = pthread_create(&hashing->thread, NULL, work, hashing) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void mtks_hashing_feed(struct mtks_hashing *hashing, const uint8_t *bytes, uint64_t ready)
{
    pthread_mutex_lock(&hashing->lock);
    hashing->bytes = bytes;
    hashing->ready = ready;
    hashing->held = false;
    pthread_cond_broadcast(&hashing->changed);
    pthread_mutex_unlock(&hashing->lock);
}

void mtks_hashing_hold(struct mtks_hashing *hashing)
{
    pthread_mutex_lock(&hashing->lock);
    hashing->held = true;
    while (hashing->threaded && (hashing->busy || !hashing->started))
        pthread_cond_wait(&hashing->changed, &hashing->lock);
    pthread_mutex_unlock(&hashing->lock);
}

void mtks_hashing_resume(struct mtks_hashing *hashing)
{
    pthread_mutex_lock(&hashing->lock);
    hashing->held = false;
    pthread_cond_broadcast(&hashing->changed);
    pthread_mutex_unlock(&hashing->lock);
}

static void announce(struct mtks_hashing *hashing, bool *flag)
{
    pthread_mutex_lock(&hashing->lock);
    *flag = true;
    pthread_cond_broadcast(&hashing->changed);
    pthread_mutex_unlock(&hashing->lock);
}

static uint64_t done_of(struct mtks_hashing *hashing)
{
    pthread_mutex_lock(&hashing->lock);
    uint64_t done = hashing->done;
    pthread_mutex_unlock(&hashing->lock);
    return done;
}

int mtks_hashing_end(struct mtks_hashing *hashing, const struct mtks_progress *progress)
{
    announce(hashing, &hashing->ended);
    if (!hashing->threaded)
        return work_alone(hashing, progress);
    for (;;) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += WAIT_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        if (pthread_timedjoin_np(hashing->thread, NULL, &until) == 0)
            break;
        if (mtks_step(progress, STAGE_HASH, done_of(hashing), hashing->ready)) {
            mtks_hashing_abandon(hashing);
            return -1;
        }
    }
    hashing->threaded = false;
    return 0;
}

void mtks_hashing_abandon(struct mtks_hashing *hashing)
{
    announce(hashing, &hashing->stop);
    if (hashing->threaded)
        pthread_join(hashing->thread, NULL);
    hashing->threaded = false;
    hashing->hex[0] = 0;
}
