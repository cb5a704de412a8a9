/* SPDX-License-Identifier: MIT */
/* Reads a kit folder back: its .cfg, its files, and the image that they make. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../model/finding.h"
#include "../model/text.h"
#include "kit.h"
#include "names.h"
#include "pieces.h"

#define MISTAKES_SHOWN 20u /* lines of a .cfg that get a finding of their own */

static int fail_system(mtkscan_error *error, const char *what, const char *name)
{
    char shown[200];
    int number = errno;
    return mtks_fail(error, MTKSCAN_SYSTEM, "%s %s: %s", what,
                     mtks_text_escape(shown, sizeof shown, name), strerror(number));
}

/* Opens the .cfg that the user named: a file of the folder, else a path of its own. */
static int open_named_cfg(struct mtks_pieces *pieces, const char *path, uint64_t *size)
{
    int file = -1;
    if (!strchr(path, '/'))
        file = mtks_folder_open_file(pieces->folder, path, size);
    /* A path of its own may be a link: the user named it, not the kit. */
    if (file < 0 && (strchr(path, '/') || errno == ENOENT)) {
        struct stat info;
        file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (file >= 0 && (fstat(file, &info) < 0 || !S_ISREG(info.st_mode))) {
            close(file);
            errno = EINVAL;
            return -1;
        }
        if (file >= 0)
            *size = (uint64_t)info.st_size;
    }
    return file;
}

/* Refuses to choose between several .cfg files, and names them. */
static int ask_which(const struct mtks_pieces *pieces, mtkscan_error *error)
{
    char list[300] = "", shown[80];
    for (size_t i = 0; i < pieces->names.count; i++) {
        size_t used = strlen(list);
        if (mtks_kit_is_cfg_name(pieces->names.items[i]))
            snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "",
                     mtks_text_escape(shown, sizeof shown, pieces->names.items[i]));
    }
    int outcome = mtks_fail(error, MTKSCAN_USAGE, "the folder has several .cfg files: %s", list);
    mtks_advise(error, "choose one with --cfg NAME");
    return outcome;
}

/* The name of the folder's only .cfg. *name is NULL when there is none. */
static int find_cfg(struct mtks_pieces *pieces, const char **name, mtkscan_error *error)
{
    *name = NULL;
    for (size_t i = 0; i < pieces->names.count; i++) {
        if (!mtks_kit_is_cfg_name(pieces->names.items[i]))
            continue;
        if (*name)
            return ask_which(pieces, error);
        *name = pieces->names.items[i];
    }
    if (*name)
        return MTKSCAN_DONE;
    return mtks_pieces_note(pieces, "MTK-K010", MTKSCAN_NO_OFFSET, 0, "all images are checked",
                            error);
}

/* The lines that the reader of the .cfg could not place, as findings. */
static int note_mistakes(struct mtks_pieces *pieces, mtkscan_error *error)
{
    const struct mtks_cfg *cfg = pieces->cfg;
    struct mtks_arena *arena = &pieces->analysis->arena;
    int outcome = MTKSCAN_DONE;
    for (size_t i = 0; i < cfg->mistakes.count && outcome == MTKSCAN_DONE; i++) {
        const struct mtks_cfg_mistake *mistake = &cfg->mistakes.items[i];
        bool last = i == MISTAKES_SHOWN;
        const char *text =
            last ? mtks_arena_format(arena, "and %zu lines more", cfg->mistakes.count - i)
                 : mtks_arena_format(arena, "line %u: %s", mistake->line, mistake->message);
        outcome = mtks_pieces_note(pieces, "MTK-K009", MTKSCAN_NO_OFFSET, 0, text, error);
        if (last)
            break;
    }
    return outcome;
}

/* Keeps the .cfg as it stands, for those who rewrite it. */
static int keep_text(struct mtks_pieces *pieces, const char *text, uint64_t length,
                     const char *name, mtkscan_error *error)
{
    struct mtks_arena *arena = &pieces->analysis->arena;
    char *copy = mtks_arena_alloc(arena, length + 1);
    pieces->cfg->file_name = mtks_arena_text(arena, name);
    if (!copy || !pieces->cfg->file_name)
        return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while reading the .cfg");
    memcpy(copy, text, (size_t)length);
    pieces->cfg->text = copy;
    pieces->cfg->text_length = length;
    return MTKSCAN_DONE;
}

/* Reads the open .cfg. */
static int read_cfg(struct mtks_pieces *pieces, int file, uint64_t size, const char *name,
                    mtkscan_error *error)
{
    struct mtks_arena *arena = &pieces->analysis->arena;
    if (size > pieces->analysis->limits.cfg) {
        int outcome = mtks_fail(error, MTKSCAN_REFUSED, "the .cfg is larger than the limit");
        mtks_advise(error, "raise it with --limit cfg=N");
        return outcome;
    }
    char *text = malloc((size_t)size + 1);
    pieces->cfg = mtks_arena_alloc(arena, sizeof *pieces->cfg);
    int outcome;
    int64_t got = text ? mtks_folder_read(file, text, size) : 0;
    if (!text || !pieces->cfg)
        outcome = mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while reading the .cfg");
    else if (got < 0)
        outcome = fail_system(error, "cannot read", name);
    else
        outcome = mtks_cfg_read(pieces->cfg, arena, text, (uint64_t)got, error);
    if (outcome == MTKSCAN_DONE)
        outcome = keep_text(pieces, text, (uint64_t)got, name, error);
    free(text);
    return outcome == MTKSCAN_DONE ? note_mistakes(pieces, error) : outcome;
}

/* What the .cfg says of itself in its head. */
static int note_incomplete(struct mtks_pieces *pieces, mtkscan_error *error)
{
    const struct mtks_cfg *cfg = pieces->cfg;
    char shown[400], more[40] = "";
    if (cfg->incomplete.count == 0)
        return MTKSCAN_DONE;
    if (cfg->incomplete.count > 1)
        snprintf(more, sizeof more, "; and %zu lines more", cfg->incomplete.count - 1);
    mtks_text_escape(shown, sizeof shown, cfg->incomplete.items[0]);
    return mtks_pieces_note(pieces, "MTK-K015", MTKSCAN_NO_OFFSET, 0,
                            mtks_arena_format(&pieces->analysis->arena, "%s%s", shown, more),
                            error);
}

/* The same of how the kit was made. */
static int note_doubts(struct mtks_pieces *pieces, mtkscan_error *error)
{
    const struct mtks_cfg *cfg = pieces->cfg;
    int outcome = MTKSCAN_DONE;
    for (size_t i = 0; i < cfg->doubts.count && outcome == MTKSCAN_DONE; i++) {
        char shown[400];
        mtks_text_escape(shown, sizeof shown, cfg->doubts.items[i]);
        outcome = mtks_pieces_note(pieces, "MTK-K016", MTKSCAN_NO_OFFSET, 0,
                                   mtks_arena_text(&pieces->analysis->arena, shown), error);
    }
    return outcome;
}

static int load_cfg(struct mtks_pieces *pieces, const char *path, mtkscan_error *error)
{
    uint64_t size = 0;
    const char *name = path;
    int file;
    if (path) {
        file = open_named_cfg(pieces, path, &size);
    } else {
        int outcome = find_cfg(pieces, &name, error);
        if (outcome != MTKSCAN_DONE || !name)
            return outcome;
        file = mtks_folder_open_file(pieces->folder, name, &size);
    }
    if (file < 0)
        return fail_system(error, "cannot open the .cfg", name);
    int outcome = read_cfg(pieces, file, size, name, error);
    close(file);
    if (outcome == MTKSCAN_DONE)
        outcome = note_incomplete(pieces, error);
    return outcome == MTKSCAN_DONE ? note_doubts(pieces, error) : outcome;
}

static int list_folder(struct mtks_pieces *pieces, const char *dir, mtkscan_error *error)
{
    const struct mtks_limits *limits = &pieces->analysis->limits;
    int result = mtks_folder_list(pieces->folder, &pieces->analysis->arena, limits->kit_files,
                                  &pieces->names);
    if (result < 0)
        return fail_system(error, "cannot list", dir);
    if (result == 0)
        return MTKSCAN_DONE;
    int outcome = mtks_fail(error, MTKSCAN_REFUSED, "the folder has too many entries for a kit");
    mtks_advise(error, "raise the limit with --limit kit_files=N");
    return outcome;
}

int mtks_kit_compose(struct mtks_analysis *analysis, const char *dir, const char *cfg_path,
                     struct mtks_dump *dump, struct mtks_cfg **cfg, mtkscan_error *error)
{
    struct mtks_pieces pieces = {.analysis = analysis};
    *dump = (struct mtks_dump){0};
    *cfg = NULL;
    analysis->input.kit = true;
    pieces.folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (pieces.folder < 0)
        return fail_system(error, "cannot open the folder", dir);
    int outcome = list_folder(&pieces, dir, error);
    if (outcome == MTKSCAN_DONE)
        outcome = load_cfg(&pieces, cfg_path, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_pieces_load(&pieces, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_pieces_place(&pieces, error);
    if (outcome == MTKSCAN_DONE)
        outcome = mtks_pieces_render(&pieces, dump, error);
    mtks_pieces_free(&pieces);
    close(pieces.folder);
    *cfg = outcome == MTKSCAN_DONE ? pieces.cfg : NULL;
    return outcome;
}
