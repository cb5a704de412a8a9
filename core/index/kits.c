/* SPDX-License-Identifier: MIT */
#include "kits.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../kit/cfg.h"
#include "../kit/names.h"
#include "mtkscan/bytes.h"
#include "mtkscan/plugin.h"

#define CFGS_MAX   64u        /* of one folder that are looked into; others are no kits */
#define CFG_MEMORY (8u << 20) /* bytes for reading one .cfg */

/* The regular files of one folder, by name. */
struct files {
    FTSENT **items;
    size_t count;
    uint64_t size; /* of all */
    struct timespec newest;
};

static int by_name(const void *a, const void *b)
{
    const FTSENT *const *left = a, *const *right = b;
    return strcmp((*left)->fts_name, (*right)->fts_name);
}

static int name_is(const void *name, const void *item)
{
    const FTSENT *const *file = item;
    return strcmp(name, (*file)->fts_name);
}

static bool is_newer(struct timespec a, struct timespec b)
{
    return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

/* Returns 0, or -1 when memory is out. */
static int collect(struct files *files, FTSENT *children)
{
    size_t room = 0;
    for (FTSENT *child = children; child; child = child->fts_link)
        room += child->fts_info == FTS_F;
    *files = (struct files){.items = calloc(room ? room : 1, sizeof(FTSENT *))};
    if (!files->items)
        return -1;
    for (FTSENT *child = children; child; child = child->fts_link) {
        if (child->fts_info != FTS_F)
            continue;
        files->items[files->count++] = child;
        if (!mtkscan_add(files->size, (uint64_t)child->fts_statp->st_size, &files->size))
            files->size = UINT64_MAX;
        if (is_newer(child->fts_statp->st_mtim, files->newest))
            files->newest = child->fts_statp->st_mtim;
    }
    qsort(files->items, files->count, sizeof(FTSENT *), by_name);
    return 0;
}

/* The path of a file. Those of fts_children() do not have one yet: their fts_path is shared. */
static const char *path_of(const FTSENT *folder, const FTSENT *file, struct mtks_arena *arena)
{
    int length = (int)folder->fts_pathlen;
    bool slash = length > 0 && folder->fts_path[length - 1] == '/';
    return mtks_arena_format(arena, "%.*s%s%s", length, folder->fts_path, slash ? "" : "/",
                             file->fts_name);
}

/* The text of a .cfg, on the heap; NULL when it cannot be read or is too large to be one. */
static char *read_text(const char *path, uint64_t limit, size_t *length)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    char *text = NULL;
    *length = 0;
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        (uint64_t)info.st_size <= limit && (text = malloc((size_t)info.st_size + 1))) {
        ssize_t got = 0;
        while (*length < (size_t)info.st_size &&
               (got = read(fd, text + *length, (size_t)info.st_size - *length)) > 0)
            *length += (size_t)got;
    }
    if (fd >= 0)
        close(fd);
    return text;
}

/* Marks the files of the folder that a .cfg names, and says how many these are. */
static size_t mark_pieces(const struct mtks_cfg *cfg, const struct files *files)
{
    size_t named = 0;
    for (size_t i = 0; i < cfg->files.count; i++) {
        if (cfg->files.items[i].region == MTKSCAN_REGION_NONE)
            continue;
        FTSENT **file = bsearch(cfg->files.items[i].name, files->items, files->count,
                                sizeof(FTSENT *), name_is);
        if (file) {
            (*file)->fts_number = MTKS_INDEX_PIECE;
            named++;
        }
    }
    return named;
}

static bool is_kit(const char *path, const struct files *files, const struct mtks_limits *limits)
{
    struct mtks_arena arena;
    struct mtks_cfg cfg = {.writer = NULL};
    size_t length, named = 0;
    char *text = read_text(path, limits->cfg, &length);
    mtks_arena_init(&arena, CFG_MEMORY);
    if (text && mtks_cfg_read(&cfg, &arena, text, length, NULL) == MTKSCAN_DONE)
        named = mark_pieces(&cfg, files);
    mtks_arena_free(&arena);
    free(text);
    return named > 0;
}

int mtks_index_kits(const FTSENT *folder, FTSENT *children, const struct mtks_limits *limits,
                    struct mtks_arena *arena, struct mtks_index_entries *entries)
{
    struct files files;
    size_t looked = 0;
    int status = collect(&files, children);
    for (size_t i = 0; status == 0 && i < files.count && looked < CFGS_MAX; i++) {
        FTSENT *file = files.items[i];
        if (file->fts_name[0] == '.' || !mtks_kit_is_cfg_name(file->fts_name))
            continue;
        looked++;
        const char *path = path_of(folder, file, arena);
        if (path && !is_kit(path, &files, limits))
            continue;
        struct mtks_index_entry *entry = path ? MTKS_PUSH(arena, &entries->list) : NULL;
        if (!entry) {
            status = -1;
            break;
        }
        file->fts_number = MTKS_INDEX_PIECE;
        *entry = (struct mtks_index_entry){.path = path,
                                           .kit = true,
                                           .size = files.size,
                                           .mtime = files.newest.tv_sec,
                                           .mtime_ns = (uint32_t)files.newest.tv_nsec};
    }
    free(files.items);
    return status;
}
