/* SPDX-License-Identifier: MIT */
#include "outdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../model/text.h"

#define ROUND_ENTRIES 4096u /* listed before they are removed */
#define ROUND_MEMORY  (16u << 20)
#define NOUN_MAX      40 /* of a recogniser's noun in a message */

static const char *noun(const struct mtks_outdir *out)
{
    return out->options.recogniser ? out->options.recogniser->noun : "folder";
}

static void close_all(struct mtks_outdir *out)
{
    if (out->folder >= 0)
        close(out->folder);
    out->folder = -1;
    mtks_place_close(&out->place);
}

/* Removes what a folder of ours holds, however much it is. */
static void clear(int folder)
{
    size_t gone;
    do {
        struct mtks_arena arena;
        struct mtks_tree tree = {0};
        mtks_arena_init(&arena, ROUND_MEMORY);
        mtks_tree_list(folder, &arena, ROUND_ENTRIES, &tree);
        gone = mtks_tree_remove(folder, &tree);
        mtks_arena_free(&arena);
    } while (gone);
}

void mtks_outdir_abandon(struct mtks_outdir *out)
{
    if (out->folder >= 0) {
        clear(out->folder);
        unlinkat(out->place.parent, out->place.temporary, AT_REMOVEDIR);
    }
    close_all(out);
}

/* --- what stands at the final name --- */

/* For a command that recognises nothing. */
static bool look_empty(int folder, struct mtks_owned *owned, char *why, size_t room)
{
    if (mtks_tree_list(folder, &owned->arena, 1, &owned->tree) == 0 &&
        owned->tree.files.count + owned->tree.folders.count == 0)
        return true;
    snprintf(why, room, "is not empty, so it is not replaced");
    return false;
}

/*
 * Opens what stands at the final name if it may be replaced. *old is -1 when nothing stands there.
 * `owned` has to be freed in any case.
 */
static int open_old(const struct mtks_outdir *out, int *old, struct mtks_owned *owned,
                    mtkscan_error *error)
{
    static const char advice[] = "choose another folder, or remove this one yourself";
    const struct mtks_place *place = &out->place;
    const struct mtks_recogniser *by = out->options.recogniser;
    struct stat info;
    char why[320];
    mtks_owned_init(owned);
    *old = openat(place->parent, place->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*old < 0 && errno == ENOENT)
        return MTKSCAN_DONE;
    if (*old < 0 && (errno == ENOTDIR || errno == ELOOP))
        return mtks_place_refuse(place, "is no folder, so it is not replaced", advice, error);
    if (*old < 0)
        return mtks_place_fail(error, "cannot open", place->name);
    if (fstat(*old, &info) < 0 || mtks_inputs_hold(&place->inputs, &info)) {
        snprintf(why, sizeof why, "is the input itself, so it is not replaced");
    } else if (by ? by->look(by->ctx, *old, &place->inputs, owned, why, sizeof why)
                  : look_empty(*old, owned, why, sizeof why)) {
        if (out->options.allowed == MTKS_REPLACE_OURS ||
            owned->tree.files.count + owned->tree.folders.count == 0)
            return MTKSCAN_DONE;
        if (out->options.spared)
            snprintf(why, sizeof why, "%s", out->options.spared);
        else
            snprintf(why, sizeof why, "is a %.*s", NOUN_MAX, noun(out));
    }
    close(*old);
    *old = -1;
    return mtks_place_refuse(place, why, advice, error);
}

/* Whether something stands at the final name, and may not be replaced. */
static int check_name(struct mtks_outdir *out, mtkscan_error *error)
{
    struct stat info;
    struct mtks_owned owned;
    int old;
    if (out->options.allowed == MTKS_REPLACE_NOTHING) {
        char advice[120] = "choose another folder";
        if (fstatat(out->place.parent, out->place.name, &info, AT_SYMLINK_NOFOLLOW) != 0)
            return MTKSCAN_DONE;
        if (out->options.recogniser)
            snprintf(advice, sizeof advice, "--force replaces a %.*s that mtkscan wrote", NOUN_MAX,
                     noun(out));
        return mtks_place_refuse(&out->place, "exists", advice, error);
    }
    int outcome = open_old(out, &old, &owned, error);
    out->replace = old >= 0;
    if (old >= 0)
        close(old);
    mtks_owned_free(&owned);
    return outcome;
}

/* --- opening --- */

static int make_folder(int parent, const char *name)
{
    if (mkdirat(parent, name, 0700) < 0)
        return -1;
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) {
        int saved = errno;
        unlinkat(parent, name, AT_REMOVEDIR);
        errno = saved;
    }
    return folder;
}

/* What the umask leaves of 0777. A folder inside ours shows it without changing the process' umask,
 * which other threads share. */
static int learn_mode(struct mtks_outdir *out, mtkscan_error *error)
{
    struct stat info;
    if (mkdirat(out->folder, "mode", 0777) < 0)
        return mtks_place_fail(error, "cannot write into", out->place.temporary);
    int result = fstatat(out->folder, "mode", &info, AT_SYMLINK_NOFOLLOW);
    unlinkat(out->folder, "mode", AT_REMOVEDIR);
    if (result < 0)
        return mtks_place_fail(error, "cannot look at", out->place.temporary);
    out->mode = info.st_mode & 07777;
    return MTKSCAN_DONE;
}

/* "-" is standard output wherever a file is written; a folder of that name would be a surprise. */
static int refuse_stdout(const char *path, mtkscan_error *error)
{
    if (strcmp(path, "-") != 0)
        return MTKSCAN_DONE;
    mtks_fail(error, MTKSCAN_USAGE, "the output is a folder and cannot go to standard output");
    mtks_advise(error, "name a new folder, ./- for one of that name");
    return MTKSCAN_USAGE;
}

int mtks_outdir_open(struct mtks_outdir *out, const char *path,
                     const struct mtks_outdir_options *options, mtkscan_error *error)
{
    memset(out, 0, sizeof *out);
    out->folder = -1;
    out->options = *options;
    out->options.inputs = NULL; /* learnt below */
    int outcome = refuse_stdout(path, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_place_open(&out->place, path, "folder", options->inputs,
                                  options->input_count, error);
    if (outcome == MTKSCAN_DONE)
        outcome = check_name(out, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_place_make(&out->place, make_folder, &out->folder, error);
    if (outcome == MTKSCAN_DONE)
        outcome = learn_mode(out, error);
    if (outcome != MTKSCAN_DONE)
        mtks_outdir_abandon(out);
    return outcome;
}

/* --- writing --- */

static int refuse_file(const char *name, const char *why, mtkscan_error *error)
{
    char shown[160];
    return mtks_fail(error, MTKSCAN_REFUSED, "%s %s", mtks_text_escape(shown, sizeof shown, name),
                     why);
}

/* Makes a file and the folders above it. A descriptor, or -1 with errno. */
static int make_file(const struct mtks_outdir *out, const char *name)
{
    const char *last;
    int holder = mtks_tree_enter(out->folder, name, true, &last);
    if (holder < 0)
        return -1;
    int file = openat(holder, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    int saved = errno;
    close(holder);
    errno = saved;
    return file;
}

int mtks_outdir_write_dated(struct mtks_outdir *out, const char *name, const uint8_t *bytes,
                            uint64_t length, const struct timespec *modified,
                            const struct mtks_progress *progress, mtkscan_error *error)
{
    if (!mtks_tree_path_ok(name))
        return refuse_file(name, "is no safe name for a file", error);
    if (out->files++ >= MTKS_TREE_FILES)
        return refuse_file(name, "is one file too many for a folder", error);
    int file = make_file(out, name);
    if (file < 0)
        return mtks_place_fail(error, "cannot make", name);
    int outcome = mtks_place_write(file, name, bytes, length, progress, error);
    if (outcome == MTKSCAN_DONE && modified) {
        const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, *modified};
        if (futimens(file, times) < 0)
            outcome = mtks_place_fail(error, "cannot date", name);
    }
    if (outcome == MTKSCAN_DONE && !out->options.many && fsync(file) < 0)
        outcome = mtks_place_fail(error, "cannot write", name);
    if (close(file) < 0 && outcome == MTKSCAN_DONE)
        outcome = mtks_place_fail(error, "cannot write", name);
    return outcome;
}

int mtks_outdir_write(struct mtks_outdir *out, const char *name, const uint8_t *bytes,
                      uint64_t length, const struct mtks_progress *progress, mtkscan_error *error)
{
    return mtks_outdir_write_dated(out, name, bytes, length, NULL, progress, error);
}

/* --- committing --- */

/* Makes all durable that was written and is not yet. 0, or -1 with errno. */
static int sync_all(const struct mtks_outdir *out)
{
    if (out->options.many)
        return syncfs(out->folder);
    struct mtks_arena arena;
    struct mtks_tree tree = {0};
    mtks_arena_init(&arena, ROUND_MEMORY);
    int result = mtks_tree_list(out->folder, &arena, 2 * MTKS_TREE_FILES, &tree);
    if (result == 1)
        errno = EMFILE;
    if (result == 0)
        result = mtks_tree_sync(out->folder, &tree);
    int saved = errno;
    mtks_arena_free(&arena);
    errno = saved;
    return result == 0 ? fsync(out->folder) : -1;
}

/* Swaps the hidden folder with the old one, after a last look at it, and removes the old one. */
static int show_replacing(struct mtks_outdir *out, mtkscan_error *error)
{
    struct mtks_place *place = &out->place;
    char text[160];
    int old;
    struct mtks_owned owned;
    int outcome = open_old(out, &old, &owned, error);
    if (outcome == MTKSCAN_DONE && old < 0) /* removed meanwhile */
        outcome = mtks_place_show(place, error);
    if (old < 0) {
        mtks_owned_free(&owned);
        return outcome;
    }
    if (mtks_place_swap(place) < 0) {
        snprintf(text, sizeof text, "remove the old %.*s yourself", NOUN_MAX, noun(out));
        outcome =
            errno == EINVAL || errno == ENOSYS
                ? mtks_place_refuse(place, "cannot be replaced in one step on this file system",
                                    text, error)
                : mtks_place_fail(error, "cannot replace", place->name);
    } else if (!mtks_place_is(place, place->temporary, old)) {
        outcome = mtks_place_swap_back(place, error);
        if (outcome == MTKSCAN_SYSTEM) { /* ours is shown: not to be removed any more */
            close(out->folder);
            out->folder = -1;
        }
    } else {
        /* From here on the hidden name is the old folder's. */
        close(out->folder);
        out->folder = -1;
        mtks_tree_remove(old, &owned.tree);
        if (unlinkat(place->parent, place->temporary, AT_REMOVEDIR) < 0) {
            snprintf(text, sizeof text, "the %.*s is written, but the old one is still there as",
                     NOUN_MAX, noun(out));
            outcome = mtks_place_fail(error, text, place->temporary);
            mtks_advise(error, "remove it yourself");
        }
    }
    mtks_owned_free(&owned);
    close(old);
    return outcome;
}

int mtks_outdir_commit(struct mtks_outdir *out, mtkscan_error *error)
{
    int outcome;
    if (fchmod(out->folder, out->mode) < 0 || sync_all(out) < 0)
        outcome = mtks_place_fail(error, "cannot write", out->place.temporary);
    else
        outcome = out->replace ? show_replacing(out, error) : mtks_place_show(&out->place, error);
    if (outcome != MTKSCAN_DONE) {
        mtks_outdir_abandon(out);
        return outcome;
    }
    if (fsync(out->place.parent) < 0) {
        char text[120];
        snprintf(text, sizeof text, "the %.*s is written, but may not survive a power cut as",
                 NOUN_MAX, noun(out));
        outcome = mtks_place_fail(error, text, out->place.name);
    }
    close_all(out);
    return outcome;
}
