/* SPDX-License-Identifier: MIT */
/* A folder with the files of a disk. */
#include <stdlib.h>
#include <string.h>

#include "../output/manifest.h"
#include "../report/report.h"
#include "files.h"
#include "names.h"

static const struct mtks_manifest_mark mark = {.file = "index.json",
                                               .start = "{\"schema\":\"" MTKS_FILES_SCHEMA "\""};

static const struct mtks_recogniser recogniser = {
    .noun = "set of files", .look = mtks_manifest_look, .ctx = &mark};

/* What the steps below share. */
struct work {
    struct mtks_files *files;
    const struct mtks_analysis *analysis;
    const struct mtks_dump *dump;
    const struct mtks_take_options *options;
    struct mtks_manifest manifest;
    struct mtks_taken *taken;
    const char **paths;
    uint8_t *room; /* for the longest file */
    uint64_t left; /* bytes that may still be written */
};

static int out_of_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while writing the files");
}

static int put_bytes(struct work *work, const char *name, const uint8_t *bytes, uint64_t length,
                     const struct timespec *modified, mtkscan_error *error)
{
    if (length > work->left) {
        mtks_fail(error, MTKSCAN_REFUSED, "the files take more than %llu bytes, the limit",
                  (unsigned long long)work->analysis->limits.files_output);
        mtks_advise(error, "Deleted files may overlap; --limit files-output=VALUE allows more.");
        return MTKSCAN_REFUSED;
    }
    work->left -= length;
    return mtks_manifest_write(&work->manifest, name, bytes, length, modified,
                               work->options->progress, NULL, error);
}

/* The device's clock is taken for one of this time zone, as other tools take it. */
static bool time_of(const struct mtks_entry *entry, struct timespec *modified)
{
    struct tm local = entry->modified;
    if (local.tm_mday == 0)
        return false;
    local.tm_isdst = -1;
    *modified = (struct timespec){.tv_sec = mktime(&local)};
    return modified->tv_sec != (time_t)-1;
}

static int put_entry(struct work *work, uint32_t index, mtkscan_error *error)
{
    const struct mtks_entry *entry = &work->files->disk.entries.items[index];
    struct timespec modified;
    const bool dated = time_of(entry, &modified);
    mtks_disk_read(&work->files->disk, entry, work->room);
    int outcome = put_bytes(work, work->paths[index], work->room, entry->readable,
                            dated ? &modified : NULL, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    work->files->notes[index].host = work->paths[index];
    work->taken->files++;
    work->taken->bytes += entry->readable;
    return MTKSCAN_DONE;
}

static int put_entries(struct work *work, mtkscan_error *error)
{
    int outcome = MTKSCAN_DONE;
    for (uint32_t i = 0; i < work->files->disk.entries.count && outcome == MTKSCAN_DONE; i++) {
        const struct mtks_entry *entry = &work->files->disk.entries.items[i];
        if (entry->folder)
            continue;
        if (work->files->notes[i].personal && !work->options->personal)
            work->taken->left_out++;
        else
            outcome = put_entry(work, i, error);
    }
    return outcome;
}

/* Nobody knows what a sector by itself belongs to, so all count as personal. */
static int put_sectors(struct work *work, mtkscan_error *error)
{
    const struct mtks_ftl *ftl = &work->files->ftl;
    const size_t count = ftl->deleted.count;
    if (!work->files->deleted || !work->options->personal || count == 0)
        return MTKSCAN_DONE;
    uint8_t *bytes = calloc(count, MTKS_SECTOR);
    if (!bytes)
        return out_of_memory(error);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *sector =
            mtks_dump_span(work->dump, ftl->deleted.items[i].place, MTKS_SECTOR);
        if (sector)
            memcpy(bytes + i * MTKS_SECTOR, sector, MTKS_SECTOR);
    }
    int outcome = put_bytes(work, MTKS_TAKE_SECTORS, bytes, count * MTKS_SECTOR, NULL, error);
    free(bytes);
    work->taken->sectors = outcome == MTKSCAN_DONE;
    return outcome;
}

/* What the folder says of itself, to programs or to people. */
static int put_text(struct work *work, const char *name, bool json, mtkscan_error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return out_of_memory(error);
    const struct mtks_files_report report = {.schema = MTKS_FILES_SCHEMA,
                                             .version = work->options->version,
                                             .analysis = work->analysis,
                                             .files = work->files,
                                             .taken = work->taken,
                                             .verbose = true};
    if (json)
        mtks_report_files_json(out, &report);
    else
        mtks_report_files_text(out, &report);
    const bool bad = ferror(out) != 0;
    int outcome = fclose(out) != 0 || bad ? out_of_memory(error) : MTKSCAN_DONE;
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_manifest_write(&work->manifest, name, (const uint8_t *)text, length, NULL,
                                      work->options->progress, NULL, error);
    free(text);
    return outcome;
}

static int put_all(struct work *work, struct mtks_outdir *out, mtkscan_error *error)
{
    int outcome = mtks_manifest_begin(&work->manifest, out, error);
    if (outcome == MTKSCAN_DONE)
        outcome = put_entries(work, error);
    if (outcome == MTKSCAN_DONE)
        outcome = put_sectors(work, error);
    if (outcome == MTKSCAN_DONE)
        outcome = put_text(work, mark.file, true, error);
    if (outcome == MTKSCAN_DONE)
        outcome = put_text(work, "FILES.txt", false, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_manifest_end(&work->manifest, work->options->progress, error);
    mtks_manifest_free(&work->manifest);
    return outcome;
}

static uint64_t longest(const struct mtks_files *files)
{
    uint64_t most = 0;
    for (size_t i = 0; i < files->disk.entries.count; i++)
        if (files->disk.entries.items[i].readable > most)
            most = files->disk.entries.items[i].readable;
    return most;
}

/* Writes into the hidden folder, and shows it. */
static int write_folder(struct work *work, const char *dir, mtkscan_error *error)
{
    const char *const *inputs = &work->analysis->input.path;
    const struct mtks_outdir_options how = {
        .allowed = work->options->force ? MTKS_REPLACE_OURS : MTKS_REPLACE_NOTHING,
        .recogniser = &recogniser,
        .inputs = inputs,
        .input_count = *inputs ? 1 : 0,
        .many = true,
    };
    struct mtks_outdir out;
    int outcome = mtks_outdir_open(&out, dir, &how, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    work->taken->dir = dir;
    outcome = put_all(work, &out, error);
    if (outcome == MTKSCAN_DONE)
        return mtks_outdir_commit(&out, error);
    mtks_outdir_abandon(&out);
    return outcome;
}

int mtks_files_take(struct mtks_files *files, const struct mtks_analysis *analysis,
                    const struct mtks_dump *dump, const char *dir,
                    const struct mtks_take_options *options, struct mtks_taken *taken,
                    struct mtks_arena *arena, mtkscan_error *error)
{
    struct work work = {.files = files,
                        .analysis = analysis,
                        .dump = dump,
                        .options = options,
                        .taken = taken,
                        .left = analysis->limits.files_output};
    *taken = (struct mtks_taken){.personal = options->personal};
    if (files->state != MTKS_FILES_LISTED)
        return mtks_fail(error, MTKSCAN_NOT_RECOGNISED, "there are no files to take out");
    work.paths = mtks_host_paths(files, arena);
    if (!work.paths)
        return mtks_fail(error, MTKSCAN_REFUSED,
                         "the names of the files need more memory than "
                         "the limit");
    work.room = malloc((size_t)longest(files) + 1);
    if (!work.room)
        return out_of_memory(error);
    int outcome = write_folder(&work, dir, error);
    free(work.room);
    if (outcome != MTKSCAN_DONE)
        taken->dir = NULL;
    return outcome;
}
