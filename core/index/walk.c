/* SPDX-License-Identifier: MIT */
/* Walks folders with fts(3), which knows about depth, loops and links. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../model/text.h"
#include "kits.h"

#define ASK_EACH 256u /* files between two looks whether to stop */

struct walk {
    struct mtks_index_entries *entries;
    const struct mtks_index_leave *leave;
    const struct mtks_limits *limits;
    struct mtks_arena *arena;
    const struct mtks_progress *progress;
    uint64_t seen;
};

static int no_room(const struct walk *walk, mtkscan_error *error)
{
    mtks_fail(error, MTKSCAN_REFUSED, "more than %zu images in one run need too much memory",
              walk->entries->list.count);
    mtks_advise(error, "Index the folders one after the other into the same file.");
    return MTKSCAN_REFUSED;
}

static int fail_at(const FTSENT *node, mtkscan_error *error)
{
    char shown[300];
    return mtks_fail(error, MTKSCAN_SYSTEM, "cannot read %s: %s",
                     mtks_text_escape(shown, sizeof shown, node->fts_path),
                     strerror(node->fts_errno));
}

static int take_file(struct walk *walk, const FTSENT *node, mtkscan_error *error)
{
    const struct stat *info = node->fts_statp;
    if (node->fts_number == MTKS_INDEX_PIECE || !S_ISREG(info->st_mode) ||
        (info->st_dev == walk->leave->device && info->st_ino == walk->leave->number))
        return MTKSCAN_DONE;
    struct mtks_index_entry *entry = MTKS_PUSH(walk->arena, &walk->entries->list);
    const char *path = mtks_arena_text(walk->arena, node->fts_path);
    if (!entry || !path)
        return no_room(walk, error);
    *entry = (struct mtks_index_entry){.path = path,
                                       .size = (uint64_t)info->st_size,
                                       .mtime = info->st_mtim.tv_sec,
                                       .mtime_ns = (uint32_t)info->st_mtim.tv_nsec};
    return MTKSCAN_DONE;
}

static int take(struct walk *walk, FTS *tree, FTSENT *node, mtkscan_error *error)
{
    bool top = node->fts_level == FTS_ROOTLEVEL;
    if (!top && node->fts_name[0] == '.') {
        fts_set(tree, node, FTS_SKIP);
        return MTKSCAN_DONE;
    }
    switch (node->fts_info) {
    case FTS_D:
        errno = 0;
        if (mtks_index_kits(node, fts_children(tree, 0), walk->limits, walk->arena, walk->entries))
            return no_room(walk, error);
        return MTKSCAN_DONE;
    case FTS_F:
        return take_file(walk, node, error);
    case FTS_DNR: /* a folder without permission costs what is in it */
    case FTS_NS:
    case FTS_ERR:
        if (top)
            return fail_at(node, error);
        walk->entries->unreadable++;
        return MTKSCAN_DONE;
    default:
        return MTKSCAN_DONE; /* a link, a device, a folder's end */
    }
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int by_path(const void *a, const void *b)
{
    const struct mtks_index_entry *left = a, *right = b;
    return strcmp(left->path, right->path);
}

/* Sorts, and drops what was reached twice. */
static void put_in_order(struct mtks_index_entries *entries)
{
    size_t kept = 0;
    if (entries->list.count == 0)
        return;
    qsort(entries->list.items, entries->list.count, sizeof *entries->list.items, by_path);
    for (size_t i = 1; i < entries->list.count; i++)
        if (strcmp(entries->list.items[kept].path, entries->list.items[i].path) != 0)
            entries->list.items[++kept] = entries->list.items[i];
    entries->list.count = kept + 1;
}

static int walk_one(struct walk *walk, char *path, mtkscan_error *error)
{
    char *roots[] = {path, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
    FTSENT *node;
    int outcome = MTKSCAN_DONE;
    if (!tree)
        return mtks_fail(error, MTKSCAN_SYSTEM, "cannot walk a folder: %s", strerror(errno));
    while (outcome == MTKSCAN_DONE && (errno = 0, node = fts_read(tree))) {
        if (walk->seen++ % ASK_EACH == 0 && mtks_step(walk->progress, "looking for images", 0, 0))
            outcome = mtks_fail(error, MTKSCAN_INTERRUPTED, "interrupted");
        else
            outcome = take(walk, tree, node, error);
    }
    if (outcome == MTKSCAN_DONE && errno)
        outcome = mtks_fail(error, MTKSCAN_SYSTEM, "cannot walk a folder: %s", strerror(errno));
    fts_close(tree);
    return outcome;
}

int mtks_index_walk(struct mtks_index_entries *entries, const char *const *paths, size_t count,
                    const struct mtks_index_leave *leave, const struct mtks_limits *limits,
                    struct mtks_arena *arena, const struct mtks_progress *progress,
                    mtkscan_error *error)
{
    struct walk walk = {entries, leave, limits, arena, progress, 0};
    int outcome = MTKSCAN_DONE;
    for (size_t i = 0; outcome == MTKSCAN_DONE && i < count; i++) {
        char *path = strdup(paths[i]);
        if (!path)
            return no_room(&walk, error);
        /* "roms" and "roms/" are one folder, and their images shall have one name. */
        for (size_t end = strlen(path); end > 1 && path[end - 1] == '/'; end--)
            path[end - 1] = 0;
        outcome = walk_one(&walk, path, error);
        free(path);
    }
    if (outcome == MTKSCAN_DONE)
        put_in_order(entries);
    return outcome;
}
