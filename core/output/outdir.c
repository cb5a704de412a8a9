/* SPDX-License-Identifier: MIT */
#include "outdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../model/text.h"
#include "../kit/ours.h"

#define BLOCK          (1u << 20) /* bytes written between two questions whether to stop */
#define ENTRIES_MAX    4096u      /* of a folder that is listed */
#define ENTRIES_MEMORY (4u << 20)
#define TRIES          100
#define PARTIAL        "partial-" /* in the name of a hidden folder, behind the final name */
#define PARTIAL_DIGITS 6u

static int fail_system(mtkscan_error *error, const char *what, const char *name)
{
    char shown[160];
    int number = errno;
    return mtks_fail(error, MTKSCAN_SYSTEM, "%s %s: %s", what,
                     mtks_text_escape(shown, sizeof shown, name), strerror(number));
}

/* Refuses to touch what stands at the final name, and says why. */
static int refuse(const struct mtks_outdir *out, const char *why, const char *advice,
                  mtkscan_error *error)
{
    char shown[160];
    int outcome = mtks_fail(error, MTKSCAN_REFUSED, "%s %s",
                            mtks_text_escape(shown, sizeof shown, out->name), why);
    mtks_advise(error, "%s", advice);
    return outcome;
}

static void close_all(struct mtks_outdir *out)
{
    if (out->folder >= 0)
        close(out->folder);
    if (out->parent >= 0)
        close(out->parent);
    out->folder = out->parent = -1;
}

/* Removes these files of a folder, never folders in it, and then, if that emptied it, the folder.
 */
static int remove_folder(int parent, const char *name, int folder, const mtks_folder_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        unlinkat(folder, names->items[i], 0);
    return unlinkat(parent, name, AT_REMOVEDIR);
}

void mtks_outdir_abandon(struct mtks_outdir *out)
{
    if (out->folder >= 0) {
        struct mtks_arena arena;
        mtks_folder_names names = {0};
        mtks_arena_init(&arena, ENTRIES_MEMORY);
        mtks_folder_list(out->folder, &arena, ENTRIES_MAX, &names);
        remove_folder(out->parent, out->temporary, out->folder, &names);
        mtks_arena_free(&arena);
    }
    close_all(out);
}

/*
 * Opens what stands at the final name if it may be replaced. *old is -1 when nothing stands there.
 * `ours` has to be freed in any case.
 */
static int open_old(const struct mtks_outdir *out, int *old, struct mtks_ours *ours,
                    mtkscan_error *error)
{
    static const char advice[] = "choose another folder, or remove this one yourself";
    char why[320];
    memset(ours, 0, sizeof *ours);
    *old = openat(out->parent, out->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*old < 0 && errno == ENOENT)
        return MTKSCAN_DONE;
    if (*old < 0 && (errno == ENOTDIR || errno == ELOOP))
        return refuse(out, "is no folder, so it is not replaced", advice, error);
    if (*old < 0)
        return fail_system(error, "cannot open", out->name);
    if (mtks_ours_look(ours, *old, out->has_input ? &out->input : NULL, why, sizeof why)) {
        if (out->allowed == MTKS_REPLACE_KIT || ours->names.count == 0)
            return MTKSCAN_DONE;
        snprintf(why, sizeof why, "%s", out->spared ? out->spared : "is a kit");
    }
    close(*old);
    *old = -1;
    return refuse(out, why, advice, error);
}

/* --- opening --- */

/* Splits a path into its parent, opened, and its last component. */
static int open_parent(struct mtks_outdir *out, const char *path, mtkscan_error *error)
{
    char parent[4096];
    size_t length = strlen(path);
    if (length == 0)
        return mtks_fail(error, MTKSCAN_USAGE, "the name of the output folder is empty");
    if (length >= sizeof parent)
        return mtks_fail(error, MTKSCAN_USAGE, "the name of the output folder is too long");
    while (length > 1 && path[length - 1] == '/')
        length--;
    size_t start = length;
    while (start > 0 && path[start - 1] != '/')
        start--;
    size_t size = length - start;
    if (size >= sizeof out->name)
        return mtks_fail(error, MTKSCAN_USAGE, "the name of the output folder is too long");
    memcpy(out->name, path + start, size);
    out->name[size] = '\0';
    if (size == 0 || strcmp(out->name, ".") == 0 || strcmp(out->name, "..") == 0) {
        char shown[160];
        int outcome = mtks_fail(error, MTKSCAN_REFUSED, "%s is a folder in use",
                                mtks_text_escape(shown, sizeof shown, path));
        mtks_advise(error, "name a new folder; mtkscan makes it");
        return outcome;
    }
    memcpy(parent, start ? path : ".", start ? start : 1);
    parent[start ? start : 1] = '\0';
    out->parent = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return out->parent < 0 ? fail_system(error, "cannot open the folder", parent) : MTKSCAN_DONE;
}

/* The start that the names of all hidden folders for the final name share. */
static size_t hidden_start(const struct mtks_outdir *out, char *to, size_t room)
{
    return (size_t)snprintf(to, room, ".%.200s." PARTIAL, out->name);
}

/* Looks for the hidden folder of another run. Not finding one is no error. */
static void find_leftover(struct mtks_outdir *out)
{
    char start[sizeof out->temporary];
    size_t length = hidden_start(out, start, sizeof start);
    struct mtks_arena arena;
    mtks_folder_names names = {0};
    mtks_arena_init(&arena, ENTRIES_MEMORY);
    mtks_folder_list(out->parent, &arena, ENTRIES_MAX, &names);
    for (size_t i = 0; i < names.count && !out->leftover[0]; i++)
        if (strncmp(names.items[i], start, length) == 0 &&
            strlen(names.items[i]) == length + PARTIAL_DIGITS)
            snprintf(out->leftover, sizeof out->leftover, "%.250s", names.items[i]);
    mtks_arena_free(&arena);
}

/* Makes the hidden folder under a name that is free. */
static int make_temporary(struct mtks_outdir *out, mtkscan_error *error)
{
    for (int i = 0; i < TRIES; i++) {
        uint8_t random[3];
        if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
            return fail_system(error, "no random name for", out->name);
        size_t length = hidden_start(out, out->temporary, sizeof out->temporary);
        snprintf(out->temporary + length, sizeof out->temporary - length, "%02x%02x%02x", random[0],
                 random[1], random[2]);
        if (mkdirat(out->parent, out->temporary, 0700) == 0) {
            out->folder = openat(out->parent, out->temporary,
                                 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (out->folder >= 0)
                return MTKSCAN_DONE;
            int outcome = fail_system(error, "cannot open", out->temporary);
            unlinkat(out->parent, out->temporary, AT_REMOVEDIR);
            return outcome;
        }
        if (errno != EEXIST)
            break;
    }
    return fail_system(error, "cannot make a folder beside", out->name);
}

/* Notes which file the dump is, so that no kit is removed together with it. */
static void learn_input(struct mtks_outdir *out, const char *input)
{
    out->has_input = input && (strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &out->input) == 0
                                                       : stat(input, &out->input) == 0);
}

/* What the umask leaves of 0777. A folder inside ours shows it without changing the process' umask,
 * which other threads share. */
static int learn_mode(struct mtks_outdir *out, mtkscan_error *error)
{
    struct stat info;
    if (mkdirat(out->folder, "mode", 0777) < 0)
        return fail_system(error, "cannot write into", out->temporary);
    int result = fstatat(out->folder, "mode", &info, AT_SYMLINK_NOFOLLOW);
    unlinkat(out->folder, "mode", AT_REMOVEDIR);
    if (result < 0)
        return fail_system(error, "cannot look at", out->temporary);
    out->mode = info.st_mode & 07777;
    return MTKSCAN_DONE;
}

/* Whether something stands at the final name, and may not be replaced. */
static int check_name(struct mtks_outdir *out, mtkscan_error *error)
{
    struct stat info;
    struct mtks_ours ours;
    int old;
    if (out->allowed == MTKS_REPLACE_NOTHING)
        return fstatat(out->parent, out->name, &info, AT_SYMLINK_NOFOLLOW) == 0
                   ? refuse(out, "exists", "--force replaces a kit that mtkscan wrote", error)
                   : MTKSCAN_DONE;
    int outcome = open_old(out, &old, &ours, error);
    out->replace = old >= 0;
    if (old >= 0)
        close(old);
    mtks_ours_free(&ours);
    return outcome;
}

int mtks_outdir_open(struct mtks_outdir *out, const char *path, enum mtks_replace allowed,
                     const char *spared, const char *input, mtkscan_error *error)
{
    memset(out, 0, sizeof *out);
    out->parent = out->folder = -1;
    out->allowed = allowed;
    out->spared = spared;
    learn_input(out, input);
    int outcome = open_parent(out, path, error);
    if (outcome == MTKSCAN_DONE)
        outcome = check_name(out, error);
    if (outcome == MTKSCAN_DONE)
        find_leftover(out);
    if (outcome == MTKSCAN_DONE)
        outcome = make_temporary(out, error);
    if (outcome == MTKSCAN_DONE)
        outcome = learn_mode(out, error);
    if (outcome != MTKSCAN_DONE)
        mtks_outdir_abandon(out);
    return outcome;
}

/* --- writing --- */

static int write_all(int file, const char *name, const uint8_t *bytes, uint64_t length,
                     const struct mtks_progress *progress, mtkscan_error *error)
{
    uint64_t done = 0;
    while (done < length) {
        if (mtks_step(progress, "writing", done, length))
            return mtks_fail(error, MTKSCAN_INTERRUPTED, "stopped while writing %s", name);
        size_t block = (size_t)(length - done < BLOCK ? length - done : BLOCK);
        ssize_t put = write(file, bytes + done, block);
        if (put < 0 && errno != EINTR)
            return fail_system(error, "cannot write", name);
        if (put > 0)
            done += (uint64_t)put;
    }
    return MTKSCAN_DONE;
}

int mtks_outdir_write(struct mtks_outdir *out, const char *name, const uint8_t *bytes,
                      uint64_t length, const struct mtks_progress *progress, mtkscan_error *error)
{
    int file =
        openat(out->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0)
        return fail_system(error, "cannot make", name);
    int outcome = write_all(file, name, bytes, length, progress, error);
    if (outcome == MTKSCAN_DONE && fsync(file) < 0)
        outcome = fail_system(error, "cannot write", name);
    if (close(file) < 0 && outcome == MTKSCAN_DONE)
        outcome = fail_system(error, "cannot write", name);
    return outcome;
}

/* --- committing --- */

/* Moves the hidden folder to a name where nothing stands. */
static int show_new(struct mtks_outdir *out, mtkscan_error *error)
{
    int result = renameat2(out->parent, out->temporary, out->parent, out->name, RENAME_NOREPLACE);
    /* A file system without that flag: a folder renamed onto a file, a link or a folder in use
     * fails as well. */
    if (result < 0 && (errno == EINVAL || errno == ENOSYS))
        result = renameat(out->parent, out->temporary, out->parent, out->name);
    if (result == 0)
        return MTKSCAN_DONE;
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR)
        return refuse(out, "appeared meanwhile", "choose another folder", error);
    return fail_system(error, "cannot make", out->name);
}

static bool same_folder(int a, int parent, const char *name)
{
    struct stat first, second;
    return fstat(a, &first) == 0 && fstatat(parent, name, &second, AT_SYMLINK_NOFOLLOW) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* Swaps the hidden folder with the old kit, after a last look at it, and removes the old one. */
static int show_replacing(struct mtks_outdir *out, mtkscan_error *error)
{
    int old;
    struct mtks_ours ours;
    int outcome = open_old(out, &old, &ours, error);
    if (outcome != MTKSCAN_DONE) {
        mtks_ours_free(&ours);
        return outcome;
    }
    if (old < 0) /* removed meanwhile */
        return show_new(out, error);
    if (renameat2(out->parent, out->temporary, out->parent, out->name, RENAME_EXCHANGE) < 0) {
        outcome = errno == EINVAL || errno == ENOSYS
                      ? refuse(out, "cannot be replaced in one step on this file system",
                               "remove the old kit yourself", error)
                      : fail_system(error, "cannot replace", out->name);
    } else if (!same_folder(old, out->parent, out->temporary)) {
        renameat2(out->parent, out->temporary, out->parent, out->name, RENAME_EXCHANGE);
        outcome = refuse(out, "changed meanwhile", "choose another folder", error);
    } else {
        /* From here on the hidden name is the old kit's. */
        close(out->folder);
        out->folder = -1;
        if (remove_folder(out->parent, out->temporary, old, &ours.names) < 0) {
            outcome = fail_system(error, "the kit is written, but the old one is still there as",
                                  out->temporary);
            mtks_advise(error, "remove it yourself");
        }
    }
    mtks_ours_free(&ours);
    close(old);
    return outcome;
}

int mtks_outdir_commit(struct mtks_outdir *out, mtkscan_error *error)
{
    int outcome;
    if (fchmod(out->folder, out->mode) < 0 || fsync(out->folder) < 0)
        outcome = fail_system(error, "cannot write", out->temporary);
    else
        outcome = out->replace ? show_replacing(out, error) : show_new(out, error);
    if (outcome != MTKSCAN_DONE) {
        mtks_outdir_abandon(out);
        return outcome;
    }
    if (fsync(out->parent) < 0)
        outcome =
            fail_system(error, "the kit is written, but may not survive a power cut as", out->name);
    close_all(out);
    return outcome;
}
