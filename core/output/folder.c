/* SPDX-License-Identifier: MIT */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

int mtks_folder_list(int folder, struct mtks_arena *arena, uint64_t limit, mtks_folder_names *names)
{
    int result = -1, saved;
    struct dirent *item;
    /* A descriptor of its own: closedir() takes it, and the place in the folder is not shared. */
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    if (!stream) {
        saved = errno;
        if (copy >= 0)
            close(copy);
        errno = saved;
        return -1;
    }
    for (errno = 0; (item = readdir(stream)); errno = 0) {
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
            continue;
        if (names->count >= limit) {
            result = 1;
            goto out;
        }
        const char *name = mtks_arena_text(arena, item->d_name);
        const char **slot = name ? MTKS_PUSH(arena, names) : NULL;
        if (!slot) {
            errno = ENOMEM;
            goto out;
        }
        *slot = name;
    }
    if (errno)
        goto out;
    if (names->count)
        qsort(names->items, names->count, sizeof *names->items, compare);
    result = 0;
out:
    saved = errno;
    closedir(stream);
    errno = saved;
    return result;
}

int mtks_folder_open_file(int folder, const char *name, uint64_t *size)
{
    struct stat info;
    /* O_NONBLOCK: opening a pipe must not wait for its other end. */
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
        return -1;
    if (fstat(file, &info) < 0 || !S_ISREG(info.st_mode)) {
        close(file);
        errno = EINVAL;
        return -1;
    }
    *size = (uint64_t)info.st_size;
    return file;
}

int64_t mtks_folder_read(int file, void *to, uint64_t size)
{
    uint64_t done = 0;
    while (done < size) {
        ssize_t got = read(file, (uint8_t *)to + done, (size_t)(size - done));
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            return -1;
        if (got > 0)
            done += (uint64_t)got;
    }
    return (int64_t)done;
}
