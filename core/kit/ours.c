/* SPDX-License-Identifier: MIT */
#include "ours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cfg.h"
#include "names.h"

#define ENTRIES_MAX 4096u      /* a folder with more is no kit of ours */
#define CFG_MAX     (1u << 20) /* bytes of a .cfg of ours */

/* Reads a .cfg of the folder. False when it cannot be read, or mtkscan did not write it. */
static bool read_cfg(struct mtks_owned *owned, int folder, const char *name, struct mtks_cfg *cfg)
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
                mtks_cfg_read(cfg, &owned->arena, text, (uint64_t)got, NULL) == MTKSCAN_DONE &&
                mtks_cfg_is_ours(cfg);
    free(text);
    return done;
}

/* The .cfg that makes the folder a kit of ours, or NULL. */
static const char *find_cfg(struct mtks_owned *owned, int folder, struct mtks_cfg *cfg)
{
    for (size_t i = 0; i < owned->tree.files.count; i++)
        if (mtks_kit_is_cfg_name(owned->tree.files.items[i]) &&
            read_cfg(owned, folder, owned->tree.files.items[i], cfg))
            return owned->tree.files.items[i];
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

static bool look(const void *ctx, int folder, const struct mtks_inputs *inputs,
                 struct mtks_owned *owned, char *why, size_t room)
{
    const mtks_folder_names *names = &owned->tree.files;
    struct mtks_name_list strangers = {0};
    struct mtks_cfg cfg;
    (void)ctx;
    /* A kit has no folders: one would be an obstacle as any file that is not plain. */
    if (mtks_folder_list(folder, &owned->arena, ENTRIES_MAX, &owned->tree.files) != 0) {
        snprintf(why, room, "cannot be listed, so it is not replaced");
        return false;
    }
    for (size_t i = 0; i < names->count; i++)
        if (mtks_owned_obstacle(folder, names->items[i], inputs, why, room))
            return false;
    if (names->count == 0)
        return true;
    const char *cfg_name = find_cfg(owned, folder, &cfg);
    if (!cfg_name) {
        snprintf(why, room, "holds no .cfg that mtkscan wrote, so it is not replaced");
        return false;
    }
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], cfg_name) != 0 && !names_file(&cfg, names->items[i]))
            mtks_name_list_add(&strangers, names->items[i]);
    return !mtks_name_list_tell(&strangers, "which mtkscan did not write", why, room);
}

const struct mtks_recogniser mtks_kit_recogniser = {.noun = "kit", .look = look};
