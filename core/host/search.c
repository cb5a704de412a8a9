/* SPDX-License-Identifier: MIT */
#include "search.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTES 64u /* kept of one search */

static bool note(struct mtks_plugins *plugins, const char *text)
{
    if (plugins->notes.count == NOTES)
        return true;
    const char **slot = text ? MTKS_PUSH(&plugins->arena, &plugins->notes) : NULL;
    if (slot)
        *slot = text;
    return slot != NULL;
}

/* Adds a folder, whose path (NULL: no memory) is in the arena. */
static bool add(struct mtks_places *places, struct mtks_plugins *plugins, const char *path,
                const char *origin, bool expected)
{
    if (!path)
        return false;
    for (size_t i = 0; i < places->count; i++)
        if (strcmp(places->items[i].path, path) == 0)
            return true;
    if (places->count == MTKS_PLACES)
        return note(plugins, mtks_arena_format(&plugins->arena, "%s: more than %u folders", path,
                                               MTKS_PLACES));
    places->items[places->count++] = (struct mtks_place){path, origin, expected};
    return true;
}

static bool add_named(struct mtks_places *places, struct mtks_plugins *plugins,
                      const char *const *dirs)
{
    for (; dirs && *dirs; dirs++)
        if (!add(places, plugins, mtks_arena_text(&plugins->arena, *dirs), "command line", true))
            return false;
    return true;
}

/* Elements of $MTKSCAN_PLUGIN_PATH. An empty one would be the current directory, which is never
 * searched: a dump's folder may hold anything. */
static bool add_environment(struct mtks_places *places, struct mtks_plugins *plugins)
{
    struct mtks_arena *arena = &plugins->arena;
    const char *at = secure_getenv("MTKSCAN_PLUGIN_PATH");
    bool more = at && *at;
    while (more) {
        int length = (int)strcspn(at, ":");
        const char *path = mtks_arena_format(arena, "%.*s", length, at);
        if (!path)
            return false;
        if (path[0] == '/'
                ? !add(places, plugins, path, "environment", false)
                : !note(plugins, mtks_arena_format(arena,
                                                   "MTKSCAN_PLUGIN_PATH: \"%s\" is ignored: it "
                                                   "does not start with /",
                                                   path)))
            return false;
        more = at[length] == ':';
        at += length + 1;
    }
    return true;
}

static bool add_user(struct mtks_places *places, struct mtks_plugins *plugins)
{
    struct mtks_arena *arena = &plugins->arena;
    const char *data = secure_getenv("XDG_DATA_HOME");
    const char *home = secure_getenv("HOME");
    if (data && data[0] == '/')
        return add(places, plugins, mtks_arena_format(arena, "%s/mtkscan/plugins", data), "user",
                   false);
    if (home && home[0] == '/')
        return add(places, plugins,
                   mtks_arena_format(arena, "%s/.local/share/mtkscan/plugins", home), "user",
                   false);
    return true;
}

/* The part of the compiled-in folder from its library folder on: "lib/mtkscan/plugins". */
static const char *library_part(void)
{
    const char *part = NULL;
    for (const char *at = MTKS_PLUGIN_DIR; (at = strstr(at, "/lib")) != NULL; at++)
        part = at + 1;
    return part;
}

/* The folders beside the program: of the build tree, and of an installation that was moved. */
static bool add_beside(struct mtks_places *places, struct mtks_plugins *plugins)
{
    struct mtks_arena *arena = &plugins->arena;
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0 || length == (ssize_t)sizeof program - 1)
        return true;
    program[length] = 0;
    char *slash = strrchr(program, '/');
    if (!slash)
        return true;
    *slash = 0;
    if (!add(places, plugins, mtks_arena_format(arena, "%s/plugins", program), "system", false))
        return false;
    const char *library = library_part();
    slash = strrchr(program, '/');
    if (!library || !slash)
        return true;
    *slash = 0;
    return add(places, plugins, mtks_arena_format(arena, "%s/%s", program, library), "system",
               false);
}

bool mtks_places_find(struct mtks_places *places, struct mtks_plugins *plugins,
                      const struct mtks_plugin_search *search)
{
    /* With raised privileges the caller may choose nothing of what is loaded. */
    bool raised = getauxval(AT_SECURE) != 0 || geteuid() != getuid() || getegid() != getgid();
    bool only = search && search->only_dirs;
    bool safe = search && search->only_system;
    if (!raised && safe) {
        if (search->dirs && search->dirs[0] &&
            !note(plugins, "--plugin-dir is ignored in safe mode"))
            return false;
        if (!add_beside(places, plugins))
            return false;
    } else if (!raised) {
        if (!add_named(places, plugins, search ? search->dirs : NULL))
            return false;
        if (only)
            return true;
        if (!add_environment(places, plugins) || !add_user(places, plugins) ||
            !add_beside(places, plugins))
            return false;
    }
    return add(places, plugins, MTKS_PLUGIN_DIR, "system", false);
}

bool mtks_seen_before(struct mtks_seen *seen, int fd)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return false;
    for (size_t i = 0; i < seen->count; i++)
        if (seen->items[i].device == info.st_dev && seen->items[i].inode == info.st_ino)
            return true;
    if (seen->count < MTKS_PLACES) {
        seen->items[seen->count].device = info.st_dev;
        seen->items[seen->count++].inode = info.st_ino;
    }
    return false;
}
