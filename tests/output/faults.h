/* SPDX-License-Identifier: MIT */
/* A system that fails: each call of a kind can be made to, once. For one program, not two files of
 * one. */
#ifndef TESTS_OUTPUT_FAULTS_H
#define TESTS_OUTPUT_FAULTS_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum call { NO_CALL, FSYNC, FCHMOD, RENAME, RANDOM, MKDIR, WRITE, UNLINK, STAT, CALLS };

/* The next call of a kind that fails, counted from 0; below 0: none. */
static enum call failing;
static int countdown, failure;
static bool hit;

static inline bool fails(enum call call)
{
    if (call != failing || countdown-- != 0)
        return false;
    hit = true;
    errno = failure;
    return true;
}

/* These stand in for the C library's in this program. */
int fsync(int file)
{
    return fails(FSYNC) ? -1 : (int)syscall(SYS_fsync, file);
}

int fchmod(int file, mode_t mode)
{
    return fails(FCHMOD) ? -1 : (int)syscall(SYS_fchmod, file, mode);
}

/* What somebody else does just before the next renaming; NULL: nothing. */
static void (*before_rename)(void);

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    void (*interfere)(void) = before_rename;
    before_rename = NULL;
    if (interfere)
        interfere();
    return fails(RENAME) ? -1
                         : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

ssize_t getrandom(void *to, size_t size, unsigned flags)
{
    return fails(RANDOM) ? -1 : (ssize_t)syscall(SYS_getrandom, to, size, flags);
}

int mkdirat(int folder, const char *name, mode_t mode)
{
    return fails(MKDIR) ? -1 : (int)syscall(SYS_mkdirat, folder, name, mode);
}

ssize_t write(int file, const void *bytes, size_t size)
{
    return fails(WRITE) ? -1 : (ssize_t)syscall(SYS_write, file, bytes, size);
}

int unlinkat(int folder, const char *name, int flags)
{
    return fails(UNLINK) ? -1 : (int)syscall(SYS_unlinkat, folder, name, flags);
}

int syncfs(int file)
{
    return fails(FSYNC) ? -1 : (int)syscall(SYS_syncfs, file);
}

int fstatat(int folder, const char *name, struct stat *info, int flags)
{
    /* The only flag in use is AT_SYMLINK_NOFOLLOW. */
    if (fails(STAT))
        return -1;
    int file = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0)
        return -1;
    int result = fstat(file, info);
    close(file);
    (void)flags;
    return result;
}

static inline void begin(enum call call, int nth, int number)
{
    failing = call;
    countdown = nth;
    failure = number;
    hit = false;
}

#endif
