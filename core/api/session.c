/* SPDX-License-Identifier: MIT */
/* A session: modules, the registry from its four places, limits. */
#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../model/text.h"

#define SESSION_MEMORY (4u << 20) /* bytes of texts that a session keeps of its own */
#define PATH_ROOM      4096u
#define MODULE_SUFFIX  ".so"
#define BOARDS_SUFFIX  ".boards.ini"

/* Where the registry of the installation stands, seen from the folder of the executable: in a build
 * tree, and under a prefix that was moved. */
static const char *const system_places[] = {"registry.ini", "../share/mtkscan/registry.ini"};

static int out_of_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
}

/* The folder of the running executable, or NULL. */
static const char *own_folder(struct mtks_arena *arena)
{
    char path[PATH_ROOM];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        return NULL;
    path[length] = 0;
    char *slash = strrchr(path, '/');
    if (!slash)
        return NULL;
    *slash = 0;
    return mtks_arena_text(arena, path);
}

static const char *system_registry(struct mtks_arena *arena)
{
    const char *folder = own_folder(arena);
    for (size_t i = 0; folder && i < sizeof system_places / sizeof *system_places; i++) {
        const char *path = mtks_arena_format(arena, "%s/%s", folder, system_places[i]);
        if (path && access(path, F_OK) == 0)
            return path;
    }
    return MTKS_REGISTRY_FILE;
}

/* The user's file, or NULL. A program that runs with more rights than its user ignores it. */
static const char *user_registry(struct mtks_arena *arena)
{
    const char *config = secure_getenv("XDG_CONFIG_HOME");
    if (config && config[0] == '/')
        return mtks_arena_format(arena, "%s/mtkscan/registry.ini", config);
    const char *home = secure_getenv("HOME");
    if (home && home[0] == '/')
        return mtks_arena_format(arena, "%s/.config/mtkscan/registry.ini", home);
    return NULL;
}

static int keep_warning(mtkscan_session *session, const char *text)
{
    const char **warning = MTKS_PUSH(&session->arena, &session->warnings);
    if (!warning || !(*warning = mtks_arena_text(&session->arena, text)))
        return -1;
    return 0;
}

/*
 * Reads one registry file, if there. A file with mistakes, or one that cannot be read, costs its
 * boards and is told to the user; it does not stop a scan. `path` may be NULL.
 */
static int add_optional(mtkscan_session *session, const char *path, mtkscan_error *error)
{
    mtkscan_error why = {.outcome = MTKSCAN_DONE};
    size_t mistakes = session->registry.mistakes.count;
    if (!path || mtks_registry_add(&session->registry, path, false, &why) == MTKSCAN_DONE)
        return MTKSCAN_DONE;
    if (session->registry.mistakes.count > mistakes)
        return MTKSCAN_DONE; /* they say it better */
    return keep_warning(session, why.what) ? out_of_memory(error) : MTKSCAN_DONE;
}

/* boards.ini beside a module: the path without .so, with .boards.ini. */
static int add_boards_of(mtkscan_session *session, const char *module, mtkscan_error *error)
{
    size_t length = strlen(module), suffix = strlen(MODULE_SUFFIX);
    if (length <= suffix || strcmp(module + length - suffix, MODULE_SUFFIX) != 0 ||
        length > INT32_MAX)
        return MTKSCAN_DONE;
    const char *path =
        mtks_arena_format(&session->arena, "%.*s" BOARDS_SUFFIX, (int)(length - suffix), module);
    return path ? add_optional(session, path, error) : out_of_memory(error);
}

/* System, modules', user's, asked for: the later wins a tie. */
static int load_registry(mtkscan_session *session, const char *asked, mtkscan_error *error)
{
    int outcome = add_optional(session, system_registry(&session->arena), error);
    for (size_t i = 0; outcome == MTKSCAN_DONE && i < session->plugins.list.count; i++)
        if (session->plugins.list.items[i].state == MTKS_PLUGIN_OK)
            outcome = add_boards_of(session, session->plugins.list.items[i].path, error);
    if (outcome == MTKSCAN_DONE)
        outcome = add_optional(session, user_registry(&session->arena), error);
    if (outcome != MTKSCAN_DONE || !asked)
        return outcome;
    size_t mistakes = session->registry.mistakes.count;
    outcome = mtks_registry_add(&session->registry, asked, true, error);
    return session->registry.mistakes.count > mistakes ? MTKSCAN_DONE : outcome;
}

static int set_limits(struct mtks_limits *limits, const char *const *assignments,
                      mtkscan_error *error)
{
    mtks_limits_init(limits);
    for (size_t i = 0; assignments && assignments[i]; i++) {
        if (mtks_limits_set(limits, assignments[i]) == 0)
            continue;
        mtks_fail(error, MTKSCAN_USAGE, "no such limit, or a value that makes no sense: %s",
                  assignments[i]);
        mtks_advise(error, "Limits are set as NAME=VALUE, e.g. %s=0x10000000 or %s=256M.",
                    mtks_limit_rows[0].name, mtks_limit_rows[0].name);
        return MTKSCAN_USAGE;
    }
    return MTKSCAN_DONE;
}

/* A module asked for by name has to be there. */
static int set_forced(mtkscan_session *session, const char *id, mtkscan_error *error)
{
    if (!id)
        return MTKSCAN_DONE;
    session->forced = mtks_arena_text(&session->arena, id);
    if (!session->forced)
        return out_of_memory(error);
    if (mtks_plugins_find(&session->plugins, id))
        return MTKSCAN_DONE;
    mtks_fail(error, MTKSCAN_USAGE, "no module of the name %s can be used", id);
    mtks_advise(error, "`mtkscan plugins list` shows the modules, and why one was refused.");
    return MTKSCAN_USAGE;
}

static enum mtks_isolation isolation_of(mtkscan_isolation asked)
{
    switch (asked) {
    case MTKSCAN_ISOLATION_NONE:
        return MTKS_ISOLATION_NONE;
    case MTKSCAN_ISOLATION_FORK:
        return MTKS_ISOLATION_FORK;
    case MTKSCAN_ISOLATION_SANDBOX:
        return MTKS_ISOLATION_SANDBOX;
    case MTKSCAN_ISOLATION_USUAL:
        break;
    }
    return mtks_isolation_usual();
}

/* What the user named and cannot be used is told; what lies about elsewhere only `plugins list`
 * shows. */
static int warn_of_refused(mtkscan_session *session, mtkscan_error *error)
{
    for (size_t i = 0; i < session->plugins.list.count; i++) {
        const struct mtks_plugin *plugin = &session->plugins.list.items[i];
        if (plugin->state != MTKS_PLUGIN_REFUSED || strcmp(plugin->origin, "command line") != 0)
            continue;
        const char *text =
            mtks_arena_format(&session->arena, "mtkscan: %s: %s", plugin->path, plugin->reason);
        if (!text || keep_warning(session, text))
            return out_of_memory(error);
    }
    return MTKSCAN_DONE;
}

int mtkscan_session_new(mtkscan_session **session, const mtkscan_options *options,
                        mtkscan_error *error)
{
    static const mtkscan_options none = {.plugin = NULL};
    *session = NULL;
    if (!options)
        options = &none;
    struct mtks_limits limits;
    int outcome = set_limits(&limits, options->limits, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    mtkscan_session *made = calloc(1, sizeof *made);
    if (!made)
        return out_of_memory(error);
    made->limits = limits;
    made->hash = options->hash;
    made->decode = options->decode;
    made->resources = options->resources;
    made->fix = !options->no_fix;
    made->progress = (struct mtks_progress){options->progress, options->progress_ctx};
    mtks_arena_init(&made->arena, SESSION_MEMORY);
    mtks_registry_init(&made->registry, &made->limits);
    struct mtks_plugin_search search = {.dirs = options->plugin_dirs,
                                        .only_dirs = options->only_plugin_dirs,
                                        .only_system = options->safe_mode,
                                        .isolation = isolation_of(options->isolation),
                                        .limits = &made->limits};
    outcome = mtks_plugins_load(&made->plugins, &search, error);
    if (outcome == MTKSCAN_DONE)
        outcome = warn_of_refused(made, error);
    if (outcome == MTKSCAN_DONE)
        outcome = set_forced(made, options->plugin, error);
    if (outcome == MTKSCAN_DONE)
        outcome = load_registry(made, options->registry, error);
    if (outcome != MTKSCAN_DONE) {
        mtkscan_session_free(made);
        return outcome;
    }
    *session = made;
    return MTKSCAN_DONE;
}

void mtkscan_session_free(mtkscan_session *session)
{
    if (!session)
        return;
    mtks_plugins_free(&session->plugins);
    mtks_registry_free(&session->registry);
    mtks_arena_free(&session->arena);
    free(session);
}

static void print_warning(FILE *out, const char *text)
{
    char line[1024];
    fprintf(out, "%s\n", mtks_text_escape(line, sizeof line, text));
}

size_t mtkscan_session_warnings(const mtkscan_session *session, FILE *out)
{
    const struct mtks_registry *registry = &session->registry;
    for (size_t i = 0; out && i < registry->mistakes.count; i++) {
        const struct mtks_registry_mistake *mistake = &registry->mistakes.items[i];
        char source[PATH_ROOM];
        fprintf(out, "%s:%u: ", mtks_text_escape(source, sizeof source, mistake->source),
                mistake->line);
        print_warning(out, mistake->message);
    }
    for (size_t i = 0; out && i < session->warnings.count; i++)
        print_warning(out, session->warnings.items[i]);
    return registry->mistakes.count + session->warnings.count;
}
