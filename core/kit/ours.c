/* SPDX-License-Identifier: MIT */
#include "ours.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../model/text.h"
#include "cfg.h"
#include "names.h"

#define ENTRIES_MAX 4096u /* a folder with more is no kit of ours */
#define MEMORY_MAX  (16u << 20)
#define CFG_MAX     (1u << 20) /* bytes of a .cfg of ours */
#define LIST_ROOM   240u       /* bytes of the names in a refusal */

/* Reads a .cfg of the folder. False when it cannot be read, or mtkscan did not write it. */
static bool read_cfg(struct mtks_ours *ours, int folder, const char *name, struct mtks_cfg *cfg)
{
    uint64_t size = 0;
    int64_t got = -1;
    int file = mtks_folder_open_file(folder, name, &size);
    if (file < 0)
        return false;
    char *text = size <= CFG_MAX ? malloc((size_t)size + 1) : NULL;
    if (text)
        got = mtks_folder_read(file, text, size);
    close(file);
    bool done = got >= 0 &&
                mtks_cfg_read(cfg, &ours->arena, text, (uint64_t)got, NULL) == MTKSCAN_DONE &&
                mtks_cfg_is_ours(cfg);
    free(text);
    return done;
}

/* The .cfg that makes the folder a kit of ours, or NULL. */
static const char *find_cfg(struct mtks_ours *ours, int folder, struct mtks_cfg *cfg)
{
    for (size_t i = 0; i < ours->names.count; i++)
        if (mtks_kit_is_cfg_name(ours->names.items[i]) &&
            read_cfg(ours, folder, ours->names.items[i], cfg))
            return ours->names.items[i];
    return NULL;
}

static bool names_file(const struct mtks_cfg *cfg, const char *name)
{
    for (size_t i = 0; i < cfg->files.count; i++)
        if (strcmp(cfg->files.items[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < cfg->unlisted.count; i++)
        if (strcmp(cfg->unlisted.items[i], name) == 0)
            return true;
    return false;
}

/* Adds a name to a list for a message; the names that do not fit are counted alone. */
static void add_stranger(char list[LIST_ROOM], size_t *hidden, const char *name)
{
    char shown[80];
    size_t used = strlen(list);
    mtks_text_escape(shown, sizeof shown, name);
    if (*hidden || used + strlen(shown) + sizeof ", " > LIST_ROOM)
        ++*hidden;
    else
        snprintf(list + used, LIST_ROOM - used, "%s%s", used ? ", " : "", shown);
}

/* An entry that stops the replacement by what it is; the reason goes to `why`. */
static bool is_obstacle(int folder, const char *name, const struct stat *input, char *why,
                        size_t room)
{
    char shown[160];
    struct stat info;
    const char *reason = NULL;
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(info.st_mode))
        reason = "which is no plain file";
    else if (input && info.st_dev == input->st_dev && info.st_ino == input->st_ino)
        reason = "the dump itself";
    if (reason)
        snprintf(why, room, "holds %s, %s, so it is not replaced",
                 mtks_text_escape(shown, sizeof shown, name), reason);
    return reason != NULL;
}

bool mtks_ours_look(struct mtks_ours *ours, int folder, const struct stat *input, char *why,
                    size_t room)
{
    char strangers[LIST_ROOM] = "", more[40] = "";
    size_t hidden = 0;
    struct mtks_cfg cfg;
    memset(ours, 0, sizeof *ours);
    mtks_arena_init(&ours->arena, MEMORY_MAX);
    if (mtks_folder_list(folder, &ours->arena, ENTRIES_MAX, &ours->names) != 0) {
        snprintf(why, room, "cannot be listed, so it is not replaced");
        return false;
    }
    for (size_t i = 0; i < ours->names.count; i++)
        if (is_obstacle(folder, ours->names.items[i], input, why, room))
            return false;
    if (ours->names.count == 0)
        return true;
    const char *cfg_name = find_cfg(ours, folder, &cfg);
    if (!cfg_name) {
        snprintf(why, room, "holds no .cfg that mtkscan wrote, so it is not replaced");
        return false;
    }
    for (size_t i = 0; i < ours->names.count; i++)
        if (strcmp(ours->names.items[i], cfg_name) != 0 && !names_file(&cfg, ours->names.items[i]))
            add_stranger(strangers, &hidden, ours->names.items[i]);
    if (hidden)
        snprintf(more, sizeof more, " and %zu more", hidden);
    if (strangers[0])
        snprintf(why, room, "holds %s%s, which mtkscan did not write, so it is not replaced",
                 strangers, more);
    return !strangers[0];
}

void mtks_ours_free(struct mtks_ours *ours)
{
    mtks_arena_free(&ours->arena);
}
