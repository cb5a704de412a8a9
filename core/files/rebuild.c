/* SPDX-License-Identifier: MIT */
/* A dump with other user data, made through the layer and read back. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../model/text.h"
#include "files.h"
#include "mtkscan/bytes.h"

/* Each put looks through its folder and copies the disk, so that very many would take too long. */
#define CARRIED       4096u
#define CARRIED_BYTES (64ull << 30)

#define SHOWN 160u

struct work {
    const struct mtks_analysis *analysis;
    const struct mtks_rebuild *rebuild;
    struct mtks_rebuilt *rebuilt;
    const struct mtks_files *files; /* of `to` as it was before the puts */
    uint8_t *image;                 /* the disk as it shall be */
};

/* What keeps a disk from being written to; NULL: nothing. */
static const char *obstacle(const struct mtks_files *files)
{
    const struct mtks_ftl *ftl = &files->ftl;
    if (files->state != MTKS_FILES_LISTED)
        return "it has no files that can be read";
    if (!ftl->certain)
        return ftl->doubt ? ftl->doubt : "its layer is not certain";
    if (files->cut)
        return "it ends before its data area does";
    return files->conflicts ? "its layer has sectors with two different copies" : NULL;
}

static int check(const struct mtks_files *files, const char *which, mtkscan_error *error)
{
    const char *why = obstacle(files);
    if (!why)
        return MTKSCAN_DONE;
    mtks_fail(error, MTKSCAN_REFUSED, "the user's data of %s cannot be written: %s", which, why);
    mtks_advise(error, "Read the flash again; what is doubtful is never written.");
    return MTKSCAN_REFUSED;
}

/* The volume that a name begins with, and the path behind it. */
static int find_volume(const struct mtks_disk *disk, const char *name, uint32_t *volume,
                       const char **path, mtkscan_error *error)
{
    const char *colon = strchr(name, ':');
    char drive[MTKS_DRIVE_NAME], shown[SHOWN];
    *volume = 0;
    *path = name;
    if (!colon && disk->volume_count == 1)
        return MTKSCAN_DONE;
    for (uint32_t i = 0; colon && i < disk->volume_count; i++) {
        mtks_files_drive(disk, i, drive);
        if (strlen(drive) != (size_t)(colon - name) || strncasecmp(drive, name, strlen(drive)) != 0)
            continue;
        *volume = i;
        *path = colon + 1 + strspn(colon + 1, "/\\");
        return MTKSCAN_DONE;
    }
    mtks_files_drive(disk, 0, drive);
    mtks_fail(error, MTKSCAN_USAGE, "%s names no drive of this disk",
              mtks_text_escape(shown, sizeof shown, name));
    mtks_advise(error, "Begin it as the listing does: %s:/...", drive);
    return MTKSCAN_USAGE;
}

static int put_one(struct work *work, const struct mtks_put *put, mtkscan_error *error)
{
    uint32_t volume;
    const char *rest;
    int outcome = find_volume(&work->files->disk, put->name, &volume, &rest, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    char *path = strdup(rest);
    if (!path)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    for (char *at = path; *at; at++)
        *at = *at == '\\' ? '/' : *at;
    outcome = mtks_disk_put(&work->files->disk, work->image, volume, path, put->bytes, put->length,
                            put->modified, error);
    free(path);
    work->rebuilt->put += outcome == MTKSCAN_DONE;
    return outcome;
}

static int stop(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_INTERRUPTED, "interrupted");
}

/* The volume of this disk that is what `volume` is there. */
static bool same_volume(const struct mtks_disk *disk, const struct mtks_disk *there,
                        uint32_t volume, uint32_t *found)
{
    char wanted[MTKS_DRIVE_NAME], drive[MTKS_DRIVE_NAME];
    mtks_files_drive(there, volume, wanted);
    for (*found = 0; *found < disk->volume_count; (*found)++) {
        mtks_files_drive(disk, *found, drive);
        if (strcmp(drive, wanted) == 0)
            return true;
    }
    return false;
}

static int carry_one(struct work *work, const struct mtks_entry *entry, mtkscan_error *error)
{
    const struct mtks_disk *there = &work->rebuild->from->disk;
    char shown[SHOWN];
    uint32_t volume;
    mtks_text_escape(shown, sizeof shown, entry->path);
    if (!same_volume(&work->files->disk, there, entry->volume, &volume))
        return mtks_fail(error, MTKSCAN_REFUSED, "there is no drive to carry %s to", shown);
    if (entry->readable != entry->size)
        return mtks_fail(error, MTKSCAN_REFUSED, "%s is not whole, so it is not carried over",
                         shown);
    uint8_t *bytes = malloc((size_t)entry->readable + 1);
    if (!bytes)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    mtks_disk_read(there, entry, bytes);
    int outcome =
        mtks_disk_put(&work->files->disk, work->image, volume, entry->path, bytes, entry->readable,
                      entry->modified.tm_mday ? &entry->modified : NULL, error);
    free(bytes);
    work->rebuilt->carried += outcome == MTKSCAN_DONE;
    return outcome;
}

/* Where the geometry differs: files of the same name are replaced, others stay. */
static int carry_files(struct work *work, mtkscan_error *error)
{
    const struct mtks_files *from = work->rebuild->from;
    uint64_t count = 0;
    for (size_t i = 0; i < from->disk.entries.count; i++)
        count += !from->disk.entries.items[i].deleted && !from->disk.entries.items[i].folder;
    if (count > CARRIED || count * work->files->image_size > CARRIED_BYTES)
        return mtks_fail(error, MTKSCAN_REFUSED,
                         "%" PRIu64 " files are more than are carried over one by one", count);
    for (size_t i = 0; i < from->disk.entries.count; i++) {
        const struct mtks_entry *entry = &from->disk.entries.items[i];
        if (entry->deleted || entry->folder)
            continue;
        if (mtks_step(work->rebuild->progress, "carrying files over", work->rebuilt->carried,
                      count))
            return stop(error);
        int outcome = carry_one(work, entry, error);
        if (outcome != MTKSCAN_DONE)
            return outcome;
    }
    return MTKSCAN_DONE;
}

static bool same_geometry(const struct mtks_ftl_geometry *a, const struct mtks_ftl_geometry *b)
{
    return a->offset == b->offset && a->length == b->length && a->block == b->block &&
           a->header == b->header && a->sectors == b->sectors;
}

/* Sectors of the disk up to the last that is not zero, and no fewer than the layer has. */
static uint64_t sectors_of(const struct work *work)
{
    uint64_t end = work->files->image_size;
    while (end > 0 && work->image[end - 1] == 0)
        end--;
    const uint64_t sectors = (end + MTKS_SECTOR - 1) / MTKS_SECTOR;
    return sectors > work->files->ftl.logical ? sectors : work->files->ftl.logical;
}

/* Reads what was made, as anybody would, and compares its disk with what was meant. */
static int read_back(const struct work *work, const struct mtks_dump *to, mtkscan_error *error)
{
    struct mtks_files again;
    struct mtks_arena arena;
    mtks_arena_init(&arena, work->analysis->limits.memory);
    int outcome =
        mtks_files_look(&again, work->analysis, to, false, &arena, work->rebuild->progress, error);
    if (outcome == MTKSCAN_DONE &&
        (obstacle(&again) || again.image_size != work->files->image_size ||
         memcmp(again.image, work->image, (size_t)again.image_size) != 0)) {
        outcome = mtks_fail(error, MTKSCAN_REFUSED,
                            "the new dump does not read as it was meant, so it is not written");
        mtks_advise(error, "This is a mistake of mtkscan: please report it.");
    }
    mtks_files_free(&again);
    mtks_arena_free(&arena);
    return outcome;
}

static uint64_t blocks_changed(const struct mtks_files *files, const struct mtks_dump *before,
                               const struct mtks_dump *after)
{
    const struct mtks_ftl_geometry *geometry = &files->ftl.geometry;
    uint64_t changed = 0;
    for (uint64_t at = 0; at < geometry->length; at += geometry->block)
        changed += memcmp(before->bytes + geometry->offset + at,
                          after->bytes + geometry->offset + at, geometry->block) != 0;
    return changed;
}

/* Puts what is asked for into the disk of `to`, and that disk into `to`. */
static int fill(struct work *work, bool carry, struct mtks_dump *to, mtkscan_error *error)
{
    const struct mtks_rebuild *rebuild = work->rebuild;
    const struct mtks_files *files = work->files;
    work->image = malloc((size_t)files->image_size);
    if (!work->image)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
    memcpy(work->image, files->image, (size_t)files->image_size);
    int outcome = carry ? carry_files(work, error) : MTKSCAN_DONE;
    for (size_t i = 0; i < rebuild->put_count && outcome == MTKSCAN_DONE; i++)
        outcome = mtks_step(rebuild->progress, "putting files", i, rebuild->put_count)
                      ? stop(error)
                      : put_one(work, &rebuild->puts[i], error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_ftl_write(&files->ftl, mtks_dump_edit(to) + files->ftl.geometry.offset,
                                 work->image, sectors_of(work), error);
    if (outcome == MTKSCAN_DONE)
        outcome = read_back(work, to, error);
    free(work->image);
    return outcome;
}

/* The other dump's whole area in place of this one's. */
static int copy_area(const struct work *outer, struct mtks_dump *to, mtkscan_error *error)
{
    struct work copy = *outer, *work = &copy;
    const struct mtks_ftl_geometry *geometry = &work->files->ftl.geometry;
    struct mtks_files area;
    struct mtks_arena arena;
    memcpy(mtks_dump_edit(to) + geometry->offset,
           work->rebuild->from_dump->bytes + geometry->offset, (size_t)geometry->length);
    work->rebuilt->whole = true;
    mtks_arena_init(&arena, work->analysis->limits.memory);
    int outcome =
        mtks_files_look(&area, work->analysis, to, false, &arena, work->rebuild->progress, error);
    if (outcome == MTKSCAN_DONE)
        outcome = check(&area, "the other dump, in this one,", error);
    work->files = &area;
    if (outcome == MTKSCAN_DONE)
        outcome = fill(work, false, to, error);
    mtks_files_free(&area);
    mtks_arena_free(&arena);
    return outcome;
}

int mtks_files_rebuild(const struct mtks_files *files, const struct mtks_analysis *analysis,
                       const struct mtks_dump *dump, const struct mtks_rebuild *rebuild,
                       struct mtks_dump *to, struct mtks_rebuilt *rebuilt, mtkscan_error *error)
{
    struct work work = {
        .analysis = analysis, .rebuild = rebuild, .rebuilt = rebuilt, .files = files};
    *rebuilt = (struct mtks_rebuilt){.whole = false};
    *to = (struct mtks_dump){.bytes = NULL};
    int outcome = check(files, "the dump", error);
    if (outcome == MTKSCAN_DONE && rebuild->from)
        outcome = check(rebuild->from, "the other dump", error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_dump_blank(to, dump->size, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    memcpy(mtks_dump_edit(to), dump->bytes, (size_t)dump->size);
    if (rebuild->from && same_geometry(&files->ftl.geometry, &rebuild->from->ftl.geometry))
        outcome = copy_area(&work, to, error);
    else
        outcome = fill(&work, rebuild->from != NULL, to, error);
    if (outcome == MTKSCAN_DONE) {
        rebuilt->blocks = blocks_changed(files, dump, to);
    } else {
        mtks_dump_close(to);
        *to = (struct mtks_dump){.bytes = NULL};
    }
    return outcome;
}
