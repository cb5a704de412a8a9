/* SPDX-License-Identifier: MIT */
#include "plugins.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "describe.h"
#include "search.h"
#include "trust.h"

#define PLUGINS_MEMORY (16u << 20) /* bytes of the list of modules */
#define FOLDER_FILES   256u        /* *.so files of one folder: the first by name */

static const char suffix[] = ".so";

/* Lists what was found at a path; it is refused until something else is known. NULL: no memory. */
static struct mtks_plugin *list(struct mtks_plugins *plugins, const char *path, const char *origin,
                                const char *reason)
{
    struct mtks_plugin *plugin = MTKS_PUSH(&plugins->arena, &plugins->list);
    if (plugin)
        *plugin = (struct mtks_plugin){
            .path = path, .origin = origin, .state = MTKS_PLUGIN_REFUSED, .reason = reason};
    return plugin;
}

/* One file of a folder, which is asked later who it is; false when memory is out. */
static bool add_file(struct mtks_plugins *plugins, int folder, const struct mtks_place *place,
                     const char *name)
{
    char said[MTKS_TRUST_REASON] = "";
    const char *path = mtks_arena_format(&plugins->arena, "%s/%s", place->path, name);
    int fd = mtks_trust_open(folder, name, MTKS_TRUST_FILE, said);
    const char *reason = fd < 0 ? mtks_arena_text(&plugins->arena, said) : NULL;
    struct mtks_plugin *plugin = NULL;
    if (path && (fd >= 0 || reason))
        plugin = list(plugins, path, place->origin, reason);
    if (plugin && fd >= 0)
        plugin->file = fd;
    else if (fd >= 0)
        close(fd);
    return plugin != NULL;
}

static bool is_module_name(const char *name)
{
    size_t length = strlen(name);
    return name[0] != '.' && length >= sizeof suffix &&
           strcmp(name + length - (sizeof suffix - 1), suffix) == 0;
}

/* The first names of a folder in byte order, whatever order they come in. */
struct first_names {
    char items[FOLDER_FILES][NAME_MAX + 1]; /* sorted */
    size_t count;
    bool more; /* than there is room for */
};

/* Takes a name, if it is among the first. */
static void take_name(struct first_names *names, const char *name)
{
    size_t at = names->count;
    while (at && strcmp(name, names->items[at - 1]) < 0)
        at--;
    names->more |= names->count == FOLDER_FILES;
    if (at == FOLDER_FILES)
        return;
    if (names->count == FOLDER_FILES)
        names->count--;
    memmove(names->items[at + 1], names->items[at], (names->count - at) * sizeof *names->items);
    snprintf(names->items[at], sizeof names->items[at], "%s", name);
    names->count++;
}

/* Lists the files that were kept of a folder; false when memory is out. */
static bool add_names(struct mtks_plugins *plugins, int folder, const struct mtks_place *place,
                      const struct first_names *names)
{
    if (names->more) {
        const char *reason = mtks_arena_format(
            &plugins->arena, "has more than %u modules; the rest is left out", FOLDER_FILES);
        if (!reason || !list(plugins, place->path, place->origin, reason))
            return false;
    }
    for (size_t i = 0; i < names->count; i++)
        if (!add_file(plugins, folder, place, names->items[i]))
            return false;
    return true;
}

/* The *.so files of an open folder, sorted by bytes, and only then cut: which are used, and in what
 * order, is the same everywhere. False when memory is out. */
static bool read_folder(struct mtks_plugins *plugins, DIR *stream, const struct mtks_place *place)
{
    struct first_names names;
    names.count = 0;
    names.more = false;
    for (const struct dirent *found; (found = readdir(stream)) != NULL;)
        if (is_module_name(found->d_name))
            take_name(&names, found->d_name);
    return add_names(plugins, dirfd(stream), place, &names);
}

/* One folder; false when memory is out. */
static bool add_folder(struct mtks_plugins *plugins, const struct mtks_place *place,
                       struct mtks_seen *seen)
{
    char said[MTKS_TRUST_REASON] = "";
    int fd = mtks_trust_open(AT_FDCWD, place->path, MTKS_TRUST_FOLDER, said);
    if (fd < 0) {
        /* That a default folder does not exist is no news. */
        if (!place->expected && (errno == ENOENT || errno == ENOTDIR))
            return true;
        const char *reason = mtks_arena_text(&plugins->arena, said);
        return reason && list(plugins, place->path, place->origin, reason);
    }
    DIR *stream = mtks_seen_before(seen, fd) ? NULL : fdopendir(fd);
    if (!stream) {
        close(fd);
        return true;
    }
    bool good = read_folder(plugins, stream, place);
    closedir(stream);
    return good;
}

/* Looks into every folder; false when memory is out. */
static bool look(struct mtks_plugins *plugins, const struct mtks_plugin_search *search)
{
    struct mtks_places places = {0};
    struct mtks_seen seen = {0};
    bool good = mtks_places_find(&places, plugins, search);
    for (size_t i = 0; good && i < places.count; i++) {
        const char **searched = MTKS_PUSH(&plugins->arena, &plugins->searched);
        good = searched != NULL;
        if (!good)
            break;
        *searched = places.items[i].path;
        good = add_folder(plugins, &places.items[i], &seen);
    }
    return good;
}

int mtks_plugins_load(struct mtks_plugins *plugins, const struct mtks_plugin_search *search,
                      mtkscan_error *error)
{
    *plugins = (struct mtks_plugins){0};
    plugins->isolation = search ? search->isolation : MTKS_ISOLATION_NONE;
    mtks_arena_init(&plugins->arena, PLUGINS_MEMORY);
    int outcome = look(plugins, search)
                      ? mtks_plugins_describe(plugins, search ? search->limits : NULL, error)
                      : mtks_plugins_no_memory(error);
    if (outcome != MTKSCAN_DONE)
        mtks_plugins_free(plugins);
    return outcome;
}

int mtks_plugins_no_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory while looking for modules");
}

void mtks_plugins_free(struct mtks_plugins *plugins)
{
    for (size_t i = 0; i < plugins->list.count; i++)
        if (plugins->list.items[i].file)
            close(plugins->list.items[i].file);
    mtks_arena_free(&plugins->arena);
    *plugins = (struct mtks_plugins){0};
}

const struct mtks_plugin *mtks_plugins_find(const struct mtks_plugins *plugins, const char *id)
{
    for (size_t i = 0; i < plugins->list.count; i++) {
        const struct mtks_plugin *plugin = &plugins->list.items[i];
        if (plugin->state == MTKS_PLUGIN_OK && strcmp(plugin->entry.id, id) == 0)
            return plugin;
    }
    return NULL;
}
