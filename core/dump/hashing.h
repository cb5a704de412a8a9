/* SPDX-License-Identifier: MIT */
/*
 * The SHA-1 of a whole dump, made by a second thread while the first still reads the dump and then
 * goes on with it: hashing takes longer than all else of a scan.
 */
#ifndef MTKSCAN_DUMP_HASHING_H
#define MTKSCAN_DUMP_HASHING_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "../model/progress.h"

/* [thread: all calls from the one that began it] */
struct mtks_hashing {
    pthread_t thread;
    bool threaded;        /* false: no thread was to be had, mtks_hashing_end() does it all */
    pthread_mutex_t lock; /* of the members below; never held while hashing */
    pthread_cond_t changed;
    const uint8_t *bytes;
    uint64_t ready, done; /* bytes that may be hashed, and that are */
    bool busy;            /* the thread reads `bytes` right now */
    bool held;            /* it must not begin to */
    bool started;         /* the thread is past its set-up */
    bool ended, stop;
    char hex[41];
};

/*
 * Cannot fail: without a thread it is only slower. The thread takes no memory and no lock but its
 * own, so that others may fork meanwhile. mtks_hashing_end() or mtks_hashing_abandon() must follow.
 */
void mtks_hashing_begin(struct mtks_hashing *hashing);

/* The dump's first `ready` bytes stand at `bytes`, and change no more. */
void mtks_hashing_feed(struct mtks_hashing *hashing, const uint8_t *bytes, uint64_t ready);

/*
 * Waits until the thread is at rest: the bytes fed may then be moved, and fed again from where they
 * are, or the process may fork, as the thread is in the middle of nothing. Goes on with
 * mtks_hashing_feed() or mtks_hashing_resume().
 */
void mtks_hashing_hold(struct mtks_hashing *hashing);
void mtks_hashing_resume(struct mtks_hashing *hashing);

/*
 * Says that all bytes were fed, waits for the end and fills hashing->hex. Non-zero, with an empty
 * hex, when `progress` (may be NULL) said stop.
 */
int mtks_hashing_end(struct mtks_hashing *hashing, const struct mtks_progress *progress);
void mtks_hashing_abandon(struct mtks_hashing *hashing);

#endif
