/* SPDX-License-Identifier: MIT */
/* The index of a collection: made by a few processes, and looked through. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../index/found.h"
#include "../index/line.h"
#include "../index/store.h"
#include "../index/workers.h"
#include "../model/text.h"
#include "session.h"

#define INDEX_MEMORY (UINT64_C(1) << 30) /* bytes for the paths of a collection */

/* What a run of mtkscan_index() holds. */
struct run {
    mtkscan_session *session;
    struct mtks_store store;
    struct mtks_index_entries entries;
    const struct mtks_index_entry **wanted;
    mtkscan_indexed *told;
};

/* Analyses a kit by the path of its .cfg. */
static int scan_kit(mtkscan_session *session, const char *cfg, mtkscan_result **result,
                    mtkscan_error *error)
{
    const char *slash = strrchr(cfg, '/');
    char *dir = slash ? strndup(cfg, (size_t)(slash - cfg)) : strdup(".");
    if (!dir)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    int outcome =
        mtkscan_scan_kit(session, *dir ? dir : "/", slash ? slash + 1 : cfg, result, error);
    free(dir);
    return outcome;
}

static void put_line(mtkscan_session *session, const struct mtks_index_entry *entry, FILE *out)
{
    mtkscan_error error = {.outcome = MTKSCAN_DONE};
    mtkscan_result *result = NULL;
    if (entry->kit)
        scan_kit(session, entry->path, &result, &error);
    else
        mtkscan_scan(session, entry->path, &result, &error);
    if (!result) {
        mtks_index_line_error(out, entry, error.what);
        return;
    }
    mtks_result_hash(result);
    mtks_index_line(out, entry, result->analysis, &result->dump);
    mtkscan_result_free(result);
}

static void make(void *ctx, const struct mtks_index_entry *entry, FILE *out)
{
    struct run *run = ctx;
    /* This is a worker: the bar, and the question whether to stop, are the parent's. */
    run->session->progress = (struct mtks_progress){.step = NULL};
    put_line(run->session, entry, out);
}

static int take(void *ctx, const struct mtks_index_entry *entry, const char *line, size_t length,
                mtkscan_error *error)
{
    struct run *run = ctx;
    run->told->made++;
    return mtks_store_append(&run->store, entry, line, length, error);
}

/* Leaves out what the index has already. */
static int choose(struct run *run, mtkscan_error *error)
{
    size_t count = run->entries.list.count;
    run->told->images = count;
    run->told->unreadable = run->entries.unreadable;
    run->wanted = calloc(count ? count : 1, sizeof(const struct mtks_index_entry *));
    if (!run->wanted)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++) {
        const struct mtks_index_entry *entry = &run->entries.list.items[i];
        if (mtks_store_has(&run->store, entry))
            run->told->kept++;
        else
            run->wanted[wanted++] = entry;
    }
    return MTKSCAN_DONE;
}

static int index_all(struct run *run, const char *const *paths, size_t count, unsigned jobs,
                     struct mtks_arena *arena, mtkscan_error *error)
{
    const struct mtks_index_leave leave = {run->store.info.st_dev, run->store.info.st_ino};
    const struct mtks_progress *progress = &run->session->progress;
    int outcome = mtks_index_walk(&run->entries, paths, count, &leave, &run->session->limits, arena,
                                  progress, error);
    if (outcome == MTKSCAN_DONE)
        outcome = choose(run, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct mtks_workers workers = {
        .entries = run->wanted,
        .count = run->entries.list.count - run->told->kept,
        .processes = jobs             ? jobs
                     : processors > 0 ? (unsigned)processors
                                      : 1,
        .make = make,
        .take = take,
        .ctx = run,
        .progress = progress,
    };
    outcome = mtks_workers_run(&workers, error);
    /* What was made before is worth keeping, and tidy, however the run ended. */
    mtkscan_error late;
    int finished = mtks_store_finish(&run->store, outcome == MTKSCAN_DONE ? error : &late);
    return outcome == MTKSCAN_DONE ? finished : outcome;
}

int mtkscan_index(mtkscan_session *session, const char *const *paths, size_t count,
                  const char *index, const mtkscan_index_options *options, mtkscan_indexed *told,
                  mtkscan_error *error)
{
    static const mtkscan_index_options usual = {.jobs = 0};
    struct mtks_arena arena;
    *told = (mtkscan_indexed){.images = 0};
    struct run run = {.session = session, .told = told};
    if (!options)
        options = &usual;
    mtks_arena_init(&arena, INDEX_MEMORY);
    int outcome = mtks_store_open(&run.store, index, options->force, &arena, error);
    if (outcome == MTKSCAN_DONE) {
        outcome = index_all(&run, paths, count, options->jobs, &arena, error);
        mtks_store_close(&run.store);
    }
    free(run.wanted);
    mtks_arena_free(&arena);
    return outcome;
}

/* Analyses the device's dump or kit, and makes of it what an index would have. */
static int read_device(mtkscan_session *session, const char *path, struct mtks_record *device,
                       mtkscan_error *error)
{
    struct stat info;
    struct mtks_index_entry entry = {.path = path};
    mtkscan_result *result = NULL;
    entry.kit = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    int outcome = entry.kit ? mtkscan_scan_kit(session, path, NULL, &result, error)
                            : mtkscan_scan(session, path, &result, error);
    if (!result)
        return outcome;
    char *line = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&line, &length);
    if (out) {
        entry.size = result->analysis->input.size;
        mtks_result_hash(result);
        mtks_index_line(out, &entry, result->analysis, &result->dump);
    }
    if (result->analysis->status == MTKS_IDENTIFIED)
        outcome = !out || fclose(out) || mtks_record_read(device, line, length)
                      ? mtks_fail(error, MTKSCAN_SYSTEM, "out of memory")
                      : MTKSCAN_DONE;
    else if (out)
        fclose(out);
    free(line);
    mtkscan_result_free(result);
    return outcome;
}

/* Opens an index, which is read from front to back and here and there again. */
static int open_index(const char *path, int *file, mtkscan_error *error)
{
    struct stat info;
    char shown[300];
    *file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (*file < 0)
        return mtks_fail(error, MTKSCAN_SYSTEM, "cannot open %s: %s",
                         mtks_text_escape(shown, sizeof shown, path), strerror(errno));
    if (fstat(*file, &info) == 0 && S_ISREG(info.st_mode))
        return MTKSCAN_DONE;
    return mtks_fail(error, MTKSCAN_USAGE, "%s is no regular file",
                     mtks_text_escape(shown, sizeof shown, path));
}

int mtkscan_find(mtkscan_session *session, const char *index, const mtkscan_find_options *options,
                 FILE *out, bool json, bool all, mtkscan_error *error)
{
    struct mtks_record device = {.json = NULL};
    struct mtks_query query = {.match = {.flash_id = options->flash_id,
                                         .chip = options->chip,
                                         .project = options->project,
                                         .verno = options->verno,
                                         .path = options->path,
                                         .lcd = options->lcd,
                                         .touch = options->touch,
                                         .camera = options->camera}};
    struct mtks_hits hits = {.images = 0};
    struct mtks_arena arena;
    int file = -1;
    mtks_arena_init(&arena, INDEX_MEMORY);
    int outcome = mtks_match_check(&query.match, error);
    if (outcome == MTKSCAN_DONE)
        outcome = open_index(index, &file, error);
    if (outcome == MTKSCAN_DONE && options->device) {
        outcome = read_device(session, options->device, &device, error);
        query.device = &device;
    }
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_find(&hits, file, index, &query, &arena, session ? &session->progress : NULL,
                            error);
    if (outcome == MTKSCAN_DONE) {
        struct mtks_found found = {&hits, &query, file, options->device, all};
        if (out)
            (json ? mtks_found_json : mtks_found_text)(out, &found);
        if (hits.list.count == 0)
            outcome = mtks_fail(error, MTKSCAN_NOT_RECOGNISED, "no image of the index is as asked");
    }
    if (file >= 0)
        close(file);
    mtks_record_free(&device);
    mtks_arena_free(&arena);
    return outcome;
}
