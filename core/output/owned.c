/* SPDX-License-Identifier: MIT */
#include "owned.h"

#include <stdio.h>
#include <string.h>

#include "../model/text.h"

#define MEMORY_MAX (64u << 20)

void mtks_owned_init(struct mtks_owned *owned)
{
    memset(owned, 0, sizeof *owned);
    mtks_arena_init(&owned->arena, MEMORY_MAX);
}

void mtks_owned_free(struct mtks_owned *owned)
{
    mtks_arena_free(&owned->arena);
}

bool mtks_owned_obstacle(int folder, const char *path, const struct mtks_inputs *inputs, char *why,
                         size_t room)
{
    char shown[160];
    struct stat info;
    const char *reason = NULL;
    if (mtks_tree_stat(folder, path, &info) < 0 || !S_ISREG(info.st_mode))
        reason = "which is no plain file";
    else if (mtks_inputs_hold(inputs, &info))
        reason = "the dump itself";
    if (reason)
        snprintf(why, room, "holds %s, %s, so it is not replaced",
                 mtks_text_escape(shown, sizeof shown, path), reason);
    return reason != NULL;
}

void mtks_name_list_add(struct mtks_name_list *list, const char *name)
{
    char shown[80];
    size_t used = strlen(list->text);
    mtks_text_escape(shown, sizeof shown, name);
    if (list->hidden || used + strlen(shown) + sizeof ", " > sizeof list->text)
        list->hidden++;
    else
        snprintf(list->text + used, sizeof list->text - used, "%s%s", used ? ", " : "", shown);
}

bool mtks_name_list_tell(const struct mtks_name_list *list, const char *which, char *why,
                         size_t room)
{
    char more[40] = "";
    if (!list->text[0])
        return false;
    if (list->hidden)
        snprintf(more, sizeof more, " and %zu more", list->hidden);
    snprintf(why, room, "holds %s%s, %s, so it is not replaced", list->text, more, which);
    return true;
}
