/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* Copies the component that begins at `path`; its length, or 0 when it is no name of its own. */
static size_t take_component(const char *path, char name[NAME_MAX + 1])
{
    size_t length = strcspn(path, "/");
    if (length == 0 || length > NAME_MAX)
        return 0;
    memcpy(name, path, length);
    name[length] = '\0';
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ? 0 : length;
}

bool mtks_tree_path_ok(const char *path)
{
    char name[NAME_MAX + 1];
    for (unsigned depth = 0; depth < MTKS_TREE_DEPTH; depth++) {
        size_t length = take_component(path, name);
        if (length == 0)
            return false;
        if (path[length] == '\0')
            return true;
        path += length + 1;
    }
    return false;
}

/* Closes a descriptor and leaves errno as it is. */
static void close_quietly(int file)
{
    int saved = errno;
    close(file);
    errno = saved;
}

int mtks_tree_enter(int folder, const char *path, bool make, const char **last)
{
    char name[NAME_MAX + 1];
    if (!mtks_tree_path_ok(path)) {
        errno = EINVAL;
        return -1;
    }
    int here = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    while (here >= 0 && strchr(path, '/')) {
        path += take_component(path, name) + 1;
        int next = make && mkdirat(here, name, 0777) < 0 && errno != EEXIST
                       ? -1
                       : openat(here, name, FOLDER_FLAGS);
        close_quietly(here);
        here = next;
    }
    *last = path;
    return here;
}

int mtks_tree_open_file(int folder, const char *path, uint64_t *size)
{
    const char *last;
    int holder = mtks_tree_enter(folder, path, false, &last);
    if (holder < 0)
        return -1;
    int file = mtks_folder_open_file(holder, last, size);
    close_quietly(holder);
    return file;
}

int mtks_tree_stat(int folder, const char *path, struct stat *info)
{
    const char *last;
    int holder = mtks_tree_enter(folder, path, false, &last);
    if (holder < 0)
        return -1;
    int result = fstatat(holder, last, info, AT_SYMLINK_NOFOLLOW);
    close_quietly(holder);
    return result;
}

static int open_folder(int folder, const char *path)
{
    const char *last;
    int holder = mtks_tree_enter(folder, path, false, &last);
    if (holder < 0)
        return -1;
    int opened = openat(holder, last, FOLDER_FLAGS);
    close_quietly(holder);
    return opened;
}

/* Adds the entries of one open folder, `path` of it, or "" for the top. As mtks_tree_list(). */
static int list_one(int folder, const char *path, struct mtks_arena *arena, uint64_t limit,
                    struct mtks_tree *tree)
{
    mtks_folder_names names = {0};
    struct stat info;
    size_t known = tree->files.count + tree->folders.count;
    int result = mtks_folder_list(folder, arena, limit > known ? limit - known : 0, &names);
    if (result < 0)
        return -1;
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        bool inner =
            fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode);
        if (*path)
            name = mtks_arena_format(arena, "%s/%s", path, name);
        const char **slot = name ? MTKS_PUSH(arena, inner ? &tree->folders : &tree->files) : NULL;
        if (!slot) {
            errno = ENOMEM;
            return -1;
        }
        *slot = name;
        if (!mtks_tree_path_ok(name))
            return 1;
    }
    return result;
}

int mtks_tree_list(int folder, struct mtks_arena *arena, uint64_t limit, struct mtks_tree *tree)
{
    int result = list_one(folder, "", arena, limit, tree);
    /* The list of folders is the queue of those to list. */
    for (size_t i = 0; i < tree->folders.count && result == 0; i++) {
        int inner = open_folder(folder, tree->folders.items[i]);
        if (inner < 0)
            return -1;
        result = list_one(inner, tree->folders.items[i], arena, limit, tree);
        close_quietly(inner);
    }
    return result;
}

static size_t remove_entry(int folder, const char *path, int flags)
{
    const char *last;
    int holder = mtks_tree_enter(folder, path, false, &last);
    if (holder < 0)
        return 0;
    size_t gone = unlinkat(holder, last, flags) == 0;
    close(holder);
    return gone;
}

size_t mtks_tree_remove(int folder, const struct mtks_tree *tree)
{
    size_t gone = 0;
    for (size_t i = 0; i < tree->files.count; i++)
        gone += remove_entry(folder, tree->files.items[i], 0);
    for (size_t i = tree->folders.count; i > 0; i--)
        gone += remove_entry(folder, tree->folders.items[i - 1], AT_REMOVEDIR);
    return gone;
}

int mtks_tree_sync(int folder, const struct mtks_tree *tree)
{
    int result = 0;
    for (size_t i = 0; i < tree->folders.count && result == 0; i++) {
        int inner = open_folder(folder, tree->folders.items[i]);
        if (inner < 0)
            return -1;
        result = fsync(inner);
        close_quietly(inner);
    }
    return result;
}
