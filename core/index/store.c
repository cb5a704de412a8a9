/* SPDX-License-Identifier: MIT */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../model/text.h"
#include "../output/outfile.h"
#include "line.h"
#include "lines.h"
#include "record.h"

#define SYNC_EACH (256u << 10) /* bytes between two times that lines are made durable */
#define REOPENS   8            /* times that a file may be replaced while it is being opened */

/* How each line begins: a file that begins otherwise is none of ours. */
static const char beginning[] = "{\"schema\":\"" MTKS_INDEX_SCHEMA "\",";

static int fail(const struct mtks_store *store, const char *what, mtkscan_error *error)
{
    char shown[300];
    int number = errno;
    return mtks_fail(error, MTKSCAN_SYSTEM, "%s %s: %s", what,
                     mtks_text_escape(shown, sizeof shown, store->path), strerror(number));
}

static int refuse(const struct mtks_store *store, const char *why, const char *advice,
                  mtkscan_error *error)
{
    char shown[300];
    mtks_fail(error, MTKSCAN_REFUSED, "%s %s", mtks_text_escape(shown, sizeof shown, store->path),
              why);
    mtks_advise(error, "%s", advice);
    return MTKSCAN_REFUSED;
}

static int out_of_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while reading the index");
}

/*
 * Opens and locks. A lock of fcntl() is this process's alone: workers do not inherit it, so it ends
 * with this process, however that ends. Another run may have put a tidy file in its place between
 * open and lock; then the one that is open has no name any more.
 */
static int open_locked(struct mtks_store *store, mtkscan_error *error)
{
    struct stat named;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    for (int i = 0; i < REOPENS; i++) {
        store->file = open(store->path,
                           O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
        if (store->file < 0 || fstat(store->file, &store->info) < 0)
            return fail(store, "cannot open", error);
        if (!S_ISREG(store->info.st_mode))
            return refuse(store, "is no regular file", "Choose another name.", error);
        if (fcntl(store->file, F_SETLK, &lock) < 0)
            return errno == EAGAIN || errno == EACCES
                       ? refuse(store, "is being written by another run", "Wait for its end.",
                                error)
                       : fail(store, "cannot lock", error);
        if (lstat(store->path, &named) == 0 && named.st_dev == store->info.st_dev &&
            named.st_ino == store->info.st_ino)
            return MTKSCAN_DONE;
        close(store->file);
        store->file = -1;
    }
    return refuse(store, "is being replaced again and again", "Wait for the other run's end.",
                  error);
}

/* Whether what is there can be an index, or the beginning of its first line. */
static int check_beginning(struct mtks_store *store, mtkscan_error *error)
{
    char head[sizeof beginning];
    ssize_t got = pread(store->file, head, sizeof beginning - 1, 0);
    if (got < 0)
        return fail(store, "cannot read", error);
    if (memcmp(head, beginning, (size_t)got) != 0)
        return refuse(store, "is no index of this mtkscan",
                      "Choose another name, or remove it: nothing of it was touched.", error);
    return MTKSCAN_DONE;
}

/* Takes one whole line in; -1 when memory is out. */
static int learn(struct mtks_store *store, const struct mtks_line *line)
{
    struct mtks_record record;
    if (!line->text || mtks_record_read(&record, line->text, line->length)) {
        store->unreadable++;
        return 0;
    }
    struct mtks_store_row *row = MTKS_PUSH(store->arena, &store->rows);
    const char *path = mtks_arena_text(store->arena, record.path);
    if (row && path)
        *row = (struct mtks_store_row){
            .entry = {path, record.kit, record.size, record.mtime, record.mtime_ns},
            .offset = line->offset,
            .length = line->taken,
        };
    mtks_record_free(&record);
    return row && path ? 0 : -1;
}

static int read_rows(struct mtks_store *store, mtkscan_error *error)
{
    struct mtks_lines lines;
    struct mtks_line line;
    int more, outcome = MTKSCAN_DONE;
    if (mtks_lines_open(&lines, store->file, 0))
        return out_of_memory(error);
    while (outcome == MTKSCAN_DONE && (more = mtks_lines_next(&lines, &line)) != 0) {
        if (more < 0)
            outcome = fail(store, "cannot read", error);
        else if (line.torn)
            break;
        else if (learn(store, &line))
            outcome = out_of_memory(error);
        else
            store->size = line.offset + line.taken;
    }
    mtks_lines_close(&lines);
    return outcome;
}

static int by_path(const void *a, const void *b)
{
    const struct mtks_store_row *left = a, *right = b;
    int order = strcmp(left->entry.path, right->entry.path);
    return order ? order : (left->offset > right->offset) - (left->offset < right->offset);
}

/* Sorts the rows and keeps the last one of each path. */
static void tidy_rows(struct mtks_store *store)
{
    size_t kept = 0;
    for (size_t i = 1; i < store->rows.count && !store->untidy; i++)
        store->untidy =
            strcmp(store->rows.items[i - 1].entry.path, store->rows.items[i].entry.path) >= 0;
    if (!store->untidy)
        return;
    if (store->rows.count)
        qsort(store->rows.items, store->rows.count, sizeof *store->rows.items, by_path);
    for (size_t i = 0; i < store->rows.count; i++)
        if (i + 1 == store->rows.count ||
            strcmp(store->rows.items[i].entry.path, store->rows.items[i + 1].entry.path) != 0)
            store->rows.items[kept++] = store->rows.items[i];
    store->rows.count = kept;
}

int mtks_store_open(struct mtks_store *store, const char *path, bool anew, struct mtks_arena *arena,
                    mtkscan_error *error)
{
    *store = (struct mtks_store){.path = path, .file = -1, .arena = arena};
    int outcome = open_locked(store, error);
    if (outcome == MTKSCAN_DONE)
        outcome = check_beginning(store, error);
    if (outcome == MTKSCAN_DONE && !anew)
        outcome = read_rows(store, error);
    if (outcome == MTKSCAN_DONE && (ftruncate(store->file, (off_t)store->size) < 0 ||
                                    lseek(store->file, (off_t)store->size, SEEK_SET) < 0))
        outcome = fail(store, "cannot cut", error);
    if (outcome != MTKSCAN_DONE) {
        mtks_store_close(store);
        return outcome;
    }
    store->untidy = store->unreadable > 0;
    tidy_rows(store);
    store->known = store->rows.count;
    return MTKSCAN_DONE;
}

static int path_is(const void *path, const void *row)
{
    return strcmp(path, ((const struct mtks_store_row *)row)->entry.path);
}

bool mtks_store_has(const struct mtks_store *store, const struct mtks_index_entry *entry)
{
    const struct mtks_store_row *row =
        store->known ? bsearch(entry->path, store->rows.items, store->known, sizeof *row, path_is)
                     : NULL;
    return row && row->entry.kit == entry->kit && row->entry.size == entry->size &&
           row->entry.mtime == entry->mtime && row->entry.mtime_ns == entry->mtime_ns;
}

static int sync_file(struct mtks_store *store, mtkscan_error *error)
{
    /* A file system that cannot do it is no reason to stop. */
    if (fdatasync(store->file) < 0 && errno != EINVAL && errno != EROFS)
        return fail(store, "cannot make durable", error);
    store->synced = store->size;
    return MTKSCAN_DONE;
}

int mtks_store_append(struct mtks_store *store, const struct mtks_index_entry *entry,
                      const char *line, size_t length, mtkscan_error *error)
{
    struct mtks_store_row *row = MTKS_PUSH(store->arena, &store->rows);
    if (!row)
        return out_of_memory(error);
    *row = (struct mtks_store_row){*entry, store->size, length};
    ssize_t put;
    do
        put = write(store->file, line, length);
    while (put < 0 && errno == EINTR);
    if (put < 0 || (size_t)put != length) {
        /* The disk is full: what is there of the line goes. If that fails, the next run cuts it. */
        errno = put < 0 ? errno : ENOSPC;
        int outcome = fail(store, "cannot write to", error);
        (void)!ftruncate(store->file, (off_t)store->size);
        store->rows.count--;
        return outcome;
    }
    store->size += length;
    return store->size - store->synced >= SYNC_EACH ? sync_file(store, error) : MTKSCAN_DONE;
}

/* Copies the rows of the old file into the new one. */
static int copy_rows(const struct mtks_store *store, struct mtks_outfile *out, mtkscan_error *error)
{
    char *buffer = malloc((size_t)MTKS_INDEX_LINE + 1);
    int outcome = buffer ? MTKSCAN_DONE : out_of_memory(error);
    for (size_t i = 0; outcome == MTKSCAN_DONE && i < store->rows.count; i++) {
        const struct mtks_store_row *row = &store->rows.items[i];
        size_t done = 0;
        while (done < row->length) {
            ssize_t got = pread(store->file, buffer + done, (size_t)row->length - done,
                                (off_t)(row->offset + done));
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                break;
            done += (size_t)got;
        }
        outcome = done < row->length
                      ? fail(store, "cannot read", error)
                      : mtks_outfile_append(out, (const uint8_t *)buffer, done, NULL, error);
    }
    free(buffer);
    return outcome;
}

int mtks_store_finish(struct mtks_store *store, mtkscan_error *error)
{
    static const struct mtks_outfile_options replace = {.force = true};
    struct mtks_outfile out;
    int outcome = sync_file(store, error);
    tidy_rows(store);
    if (outcome != MTKSCAN_DONE || !store->untidy)
        return outcome;
    outcome = mtks_outfile_open(&out, store->path, &replace, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    outcome = copy_rows(store, &out, error);
    if (outcome == MTKSCAN_DONE)
        return mtks_outfile_commit(&out, error);
    mtks_outfile_abandon(&out);
    return outcome;
}

void mtks_store_close(struct mtks_store *store)
{
    if (store->file >= 0)
        close(store->file);
    store->file = -1;
}
