/* SPDX-License-Identifier: MIT */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ADVICE      "choose another name"
#define STDOUT_NAME "standard output"

void mtks_outfile_abandon(struct mtks_outfile *out)
{
    if (!out->plain && out->file >= 0)
        close(out->file);
    if (!out->plain && out->place.parent >= 0 && out->place.temporary[0])
        unlinkat(out->place.parent, out->place.temporary, 0);
    out->file = -1;
    mtks_place_close(&out->place);
}

/* Whether what stands under a name of the parent may be replaced. *found: it does stand there. */
static int check_name(const struct mtks_outfile *out, const char *name, bool *found,
                      mtkscan_error *error)
{
    struct stat info;
    const struct mtks_place *place = &out->place;
    *found = fstatat(place->parent, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
    if (!*found)
        return errno == ENOENT ? MTKSCAN_DONE : mtks_place_fail(error, "cannot look at", name);
    if (mtks_inputs_hold(&place->inputs, &info))
        return mtks_place_refuse(place, "is the input itself, so it is not replaced", ADVICE,
                                 error);
    if (!S_ISREG(info.st_mode))
        return mtks_place_refuse(place,
                                 out->force ? "is no plain file, so it is not replaced"
                                            : "exists, and is no plain file",
                                 ADVICE, error);
    return out->force ? MTKSCAN_DONE
                      : mtks_place_refuse(place, "exists", "--force replaces a plain file", error);
}

/* A shell's "> FILE" may have opened the input; what is left of it is not written over. */
static int open_stdout(struct mtks_outfile *out, const struct mtks_outfile_options *options,
                       mtkscan_error *error)
{
    struct stat info;
    int outcome =
        mtks_inputs_learn(&out->place.inputs, options->inputs, options->input_count, error);
    memcpy(out->place.name, STDOUT_NAME, sizeof STDOUT_NAME);
    out->plain = true;
    out->file = STDOUT_FILENO;
    if (outcome == MTKSCAN_DONE && fstat(STDOUT_FILENO, &info) < 0)
        outcome = mtks_place_fail(error, "cannot write to", out->place.name);
    else if (outcome == MTKSCAN_DONE && S_ISREG(info.st_mode) &&
             mtks_inputs_hold(&out->place.inputs, &info))
        outcome = mtks_place_refuse(&out->place, "is the input itself", ADVICE, error);
    return outcome;
}

static int make_file(int parent, const char *name)
{
    return openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

int mtks_outfile_open(struct mtks_outfile *out, const char *path,
                      const struct mtks_outfile_options *options, mtkscan_error *error)
{
    size_t length = strlen(path);
    int outcome;
    memset(out, 0, sizeof *out);
    out->file = out->place.parent = -1;
    out->force = options->force;
    if (length > 0 && path[length - 1] == '/')
        return mtks_fail(error, MTKSCAN_USAGE, "the output has to be a file, not a folder");
    if (strcmp(path, "-") == 0) {
        outcome = open_stdout(out, options, error);
    } else {
        outcome = mtks_place_open(&out->place, path, "file", options->inputs, options->input_count,
                                  error);
        if (outcome == MTKSCAN_DONE)
            outcome = check_name(out, out->place.name, &out->replace, error);
        if (outcome == MTKSCAN_DONE)
            outcome = mtks_place_make(&out->place, make_file, &out->file, error);
    }
    if (outcome != MTKSCAN_DONE)
        mtks_outfile_abandon(out);
    return outcome;
}

int mtks_outfile_append(struct mtks_outfile *out, const uint8_t *bytes, uint64_t length,
                        const struct mtks_progress *progress, mtkscan_error *error)
{
    int outcome = mtks_place_write(out->file, out->place.name, bytes, length, progress, error);
    if (outcome == MTKSCAN_DONE)
        out->written += length;
    return outcome;
}

/*
 * Swaps the hidden file with the old one, and looks at what was swapped out: a name that changed at
 * the last moment gets back what it held. Where files cannot be swapped, renaming replaces in one
 * step as well, but the look comes before it.
 */
static int show_replacing(struct mtks_outfile *out, mtkscan_error *error)
{
    struct mtks_place *place = &out->place;
    bool found;
    int outcome = check_name(out, place->name, &found, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    if (!found)
        return mtks_place_show(place, error);
    if (mtks_place_swap(place) == 0) {
        if (check_name(out, place->temporary, &found, error) != MTKSCAN_DONE) {
            outcome = mtks_place_swap_back(place, error);
            if (outcome == MTKSCAN_SYSTEM)
                place->temporary[0] = '\0'; /* somebody else's now: it stays */
        } else if (unlinkat(place->parent, place->temporary, 0) < 0) {
            outcome = mtks_place_fail(
                error, "the file is written, but the old one is still there as", place->temporary);
        }
        return outcome;
    }
    if ((errno != EINVAL && errno != ENOSYS) ||
        renameat(place->parent, place->temporary, place->parent, place->name) < 0)
        return mtks_place_fail(error, "cannot replace", place->name);
    return MTKSCAN_DONE;
}

int mtks_outfile_commit(struct mtks_outfile *out, mtkscan_error *error)
{
    int outcome = MTKSCAN_DONE;
    if (out->plain) {
        mtks_outfile_abandon(out);
        return outcome;
    }
    int result = fsync(out->file);
    if (close(out->file) < 0 || result < 0)
        outcome = mtks_place_fail(error, "cannot write", out->place.name);
    out->file = -1;
    if (outcome == MTKSCAN_DONE)
        outcome = out->replace ? show_replacing(out, error) : mtks_place_show(&out->place, error);
    if (outcome == MTKSCAN_DONE) {
        out->place.temporary[0] = '\0';
        if (fsync(out->place.parent) < 0)
            outcome = mtks_place_fail(
                error, "the file is written, but may not survive a power cut as", out->place.name);
    }
    mtks_outfile_abandon(out);
    return outcome;
}
