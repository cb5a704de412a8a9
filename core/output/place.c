/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "../model/text.h"
#include "folder.h"

#define BLOCK          (1u << 20) /* bytes written between two questions whether to stop */
#define ENTRIES_MAX    4096u      /* of the parent, searched for a leftover */
#define ENTRIES_MEMORY (4u << 20)
#define TRIES          100
#define PARTIAL        "partial-" /* in the name of a hidden sibling, behind the final name */
#define PARTIAL_DIGITS 6u

int mtks_place_fail(mtkscan_error *error, const char *what, const char *name)
{
    char shown[160];
    int number = errno;
    return mtks_fail(error, MTKSCAN_SYSTEM, "%s %s: %s", what,
                     mtks_text_escape(shown, sizeof shown, name), strerror(number));
}

int mtks_place_refuse(const struct mtks_place *place, const char *why, const char *advice,
                      mtkscan_error *error)
{
    char shown[160];
    int outcome = mtks_fail(error, MTKSCAN_REFUSED, "%s %s",
                            mtks_text_escape(shown, sizeof shown, place->name), why);
    mtks_advise(error, "%s", advice);
    return outcome;
}

bool mtks_inputs_hold(const struct mtks_inputs *inputs, const struct stat *info)
{
    for (size_t i = 0; i < inputs->count; i++)
        if (inputs->items[i].device == info->st_dev && inputs->items[i].number == info->st_ino)
            return true;
    return false;
}

int mtks_inputs_learn(struct mtks_inputs *inputs, const char *const *paths, size_t count,
                      mtkscan_error *error)
{
    *inputs = (struct mtks_inputs){0};
    if (count == 0)
        return MTKSCAN_DONE;
    inputs->items = calloc(count, sizeof *inputs->items);
    if (!inputs->items)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory for the names of the input");
    for (size_t i = 0; i < count; i++) {
        struct stat info;
        bool found = strcmp(paths[i], "-") == 0 ? fstat(STDIN_FILENO, &info) == 0
                                                : stat(paths[i], &info) == 0;
        if (found)
            inputs->items[inputs->count++] = (struct mtks_file_id){info.st_dev, info.st_ino};
    }
    return MTKSCAN_DONE;
}

/* Splits a path into its parent, opened, and its last component. */
static int open_parent(struct mtks_place *place, const char *path, mtkscan_error *error)
{
    char parent[4096];
    size_t length = strlen(path);
    if (length == 0)
        return mtks_fail(error, MTKSCAN_USAGE, "the name of the output %s is empty", place->kind);
    if (length >= sizeof parent)
        return mtks_fail(error, MTKSCAN_USAGE, "the name of the output %s is too long",
                         place->kind);
    while (length > 1 && path[length - 1] == '/')
        length--;
    size_t start = length;
    while (start > 0 && path[start - 1] != '/')
        start--;
    size_t size = length - start;
    if (size >= sizeof place->name)
        return mtks_fail(error, MTKSCAN_USAGE, "the name of the output %s is too long",
                         place->kind);
    memcpy(place->name, path + start, size);
    place->name[size] = '\0';
    if (size == 0 || strcmp(place->name, ".") == 0 || strcmp(place->name, "..") == 0) {
        char shown[160];
        int outcome = mtks_fail(error, MTKSCAN_REFUSED, "%s is a folder in use",
                                mtks_text_escape(shown, sizeof shown, path));
        mtks_advise(error, "name a new %s; mtkscan makes it", place->kind);
        return outcome;
    }
    memcpy(parent, start ? path : ".", start ? start : 1);
    parent[start ? start : 1] = '\0';
    place->parent = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return place->parent < 0 ? mtks_place_fail(error, "cannot open the folder", parent)
                             : MTKSCAN_DONE;
}

int mtks_place_open(struct mtks_place *place, const char *path, const char *kind,
                    const char *const *inputs, size_t input_count, mtkscan_error *error)
{
    memset(place, 0, sizeof *place);
    place->kind = kind;
    place->parent = -1;
    int outcome = mtks_inputs_learn(&place->inputs, inputs, input_count, error);
    return outcome == MTKSCAN_DONE ? open_parent(place, path, error) : outcome;
}

void mtks_place_close(struct mtks_place *place)
{
    if (place->parent >= 0)
        close(place->parent);
    place->parent = -1;
    free(place->inputs.items);
    place->inputs = (struct mtks_inputs){0};
}

/* The start that the names of all hidden siblings of the final name share. */
static size_t hidden_start(const struct mtks_place *place, char *to, size_t room)
{
    return (size_t)snprintf(to, room, ".%.200s." PARTIAL, place->name);
}

/* Looks for the hidden sibling of another run. Not finding one is no error. */
static void find_leftover(struct mtks_place *place)
{
    char start[sizeof place->temporary];
    size_t length = hidden_start(place, start, sizeof start);
    struct mtks_arena arena;
    mtks_folder_names names = {0};
    mtks_arena_init(&arena, ENTRIES_MEMORY);
    mtks_folder_list(place->parent, &arena, ENTRIES_MAX, &names);
    for (size_t i = 0; i < names.count && !place->leftover[0]; i++)
        if (strncmp(names.items[i], start, length) == 0 &&
            strlen(names.items[i]) == length + PARTIAL_DIGITS)
            snprintf(place->leftover, sizeof place->leftover, "%.250s", names.items[i]);
    mtks_arena_free(&arena);
}

int mtks_place_make(struct mtks_place *place, int (*make)(int parent, const char *name), int *made,
                    mtkscan_error *error)
{
    char what[40];
    find_leftover(place);
    snprintf(what, sizeof what, "cannot make a %.16s beside", place->kind);
    for (int i = 0; i < TRIES; i++) {
        uint8_t random[3];
        if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
            place->temporary[0] = '\0';
            return mtks_place_fail(error, "no random name for", place->name);
        }
        size_t length = hidden_start(place, place->temporary, sizeof place->temporary);
        snprintf(place->temporary + length, sizeof place->temporary - length, "%02x%02x%02x",
                 random[0], random[1], random[2]);
        *made = make(place->parent, place->temporary);
        if (*made >= 0)
            return MTKSCAN_DONE;
        if (errno != EEXIST)
            break;
    }
    place->temporary[0] = '\0';
    return mtks_place_fail(error, what, place->name);
}

/*
 * For a file system without RENAME_NOREPLACE. A folder renamed onto a file, a link or a folder in
 * use fails by itself. A file would replace another: a second link cannot, and where there are no
 * links, looking first has to do.
 */
static int show_plainly(const struct mtks_place *place)
{
    struct stat info;
    int parent = place->parent;
    if (fstatat(parent, place->temporary, &info, AT_SYMLINK_NOFOLLOW) < 0)
        return -1;
    if (S_ISDIR(info.st_mode))
        return renameat(parent, place->temporary, parent, place->name);
    if (linkat(parent, place->temporary, parent, place->name, 0) == 0) {
        unlinkat(parent, place->temporary, 0); /* if it fails, the file is there all the same */
        return 0;
    }
    if (errno == EEXIST)
        return -1;
    if (fstatat(parent, place->name, &info, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return -1;
    }
    return errno == ENOENT ? renameat(parent, place->temporary, parent, place->name) : -1;
}

int mtks_place_show(struct mtks_place *place, mtkscan_error *error)
{
    int result =
        renameat2(place->parent, place->temporary, place->parent, place->name, RENAME_NOREPLACE);
    if (result < 0 && (errno == EINVAL || errno == ENOSYS))
        result = show_plainly(place);
    if (result == 0)
        return MTKSCAN_DONE;
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) {
        char advice[40];
        snprintf(advice, sizeof advice, "choose another %.16s", place->kind);
        return mtks_place_refuse(place, "appeared meanwhile", advice, error);
    }
    return mtks_place_fail(error, "cannot make", place->name);
}

int mtks_place_swap(const struct mtks_place *place)
{
    return renameat2(place->parent, place->temporary, place->parent, place->name, RENAME_EXCHANGE);
}

int mtks_place_swap_back(const struct mtks_place *place, mtkscan_error *error)
{
    char text[80];
    if (mtks_place_swap(place) == 0) {
        snprintf(text, sizeof text, "choose another %.16s", place->kind);
        return mtks_place_refuse(place, "changed meanwhile", text, error);
    }
    snprintf(text, sizeof text, "the %.16s is written, but what stood there is now called",
             place->kind);
    return mtks_place_fail(error, text, place->temporary);
}

bool mtks_place_is(const struct mtks_place *place, const char *name, int file)
{
    struct stat first, second;
    return fstat(file, &first) == 0 &&
           fstatat(place->parent, name, &second, AT_SYMLINK_NOFOLLOW) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

int mtks_place_write(int file, const char *name, const uint8_t *bytes, uint64_t length,
                     const struct mtks_progress *progress, mtkscan_error *error)
{
    uint64_t done = 0;
    while (done < length) {
        char shown[160];
        if (mtks_step(progress, "writing", done, length))
            return mtks_fail(error, MTKSCAN_INTERRUPTED, "stopped while writing %s",
                             mtks_text_escape(shown, sizeof shown, name));
        size_t block = (size_t)(length - done < BLOCK ? length - done : BLOCK);
        ssize_t put = write(file, bytes + done, block);
        if (put < 0 && errno != EINTR)
            return mtks_place_fail(error, "cannot write", name);
        if (put > 0)
            done += (uint64_t)put;
    }
    return MTKSCAN_DONE;
}
