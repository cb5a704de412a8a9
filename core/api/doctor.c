/* SPDX-License-Identifier: MIT */
/* What `mtkscan doctor` shows: versions, folders, and how modules are kept apart on this system. */
#include <inttypes.h>

#include "../host/runner.h"
#include "../report/escape.h"
#include "../report/json.h"
#include "session.h"

struct health {
    const char *asked, *has; /* levels of isolation */
    struct mtks_reached reached;
    uint64_t modules[3]; /* by enum mtks_plugin_state */
};

static const char *const state_names[] = {[MTKS_PLUGIN_OK] = "usable",
                                          [MTKS_PLUGIN_SHADOWED] = "shadowed",
                                          [MTKS_PLUGIN_REFUSED] = "refused"};

/* The level that was really had. */
static const char *level_of(enum mtks_isolation asked, const struct mtks_reached *reached)
{
    if (asked != MTKS_ISOLATION_SANDBOX)
        return mtks_isolation_name(asked);
    if (reached->landlock && reached->calls == 2)
        return mtks_isolation_name(MTKS_ISOLATION_SANDBOX);
    return reached->landlock || reached->calls ? "sandbox-in-part"
                                               : mtks_isolation_name(MTKS_ISOLATION_FORK);
}

static struct health examine(const mtkscan_session *session)
{
    const struct mtks_plugins *plugins = &session->plugins;
    struct health health = {.asked = mtks_isolation_name(plugins->isolation)};
    health.reached = mtks_runner_probe(plugins->isolation, &session->limits);
    health.has = level_of(plugins->isolation, &health.reached);
    for (size_t i = 0; i < plugins->list.count; i++)
        health.modules[plugins->list.items[i].state]++;
    return health;
}

static void print_lines(FILE *out, const char *label, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%-10s ", i ? "" : label);
        mtks_escape_print(out, lines[i]);
        fputc('\n', out);
    }
}

static void print_text(const mtkscan_session *session, const struct health *health, FILE *out)
{
    const struct mtks_plugins *plugins = &session->plugins;
    fprintf(out, "%-10s %s, module ABI %u.%u\n", "mtkscan", MTKSCAN_VERSION, MTKSCAN_ABI_MAJOR,
            MTKSCAN_ABI_MINOR);
    fprintf(out, "%-10s %s (asked for: %s)\n", "isolation", health->has, health->asked);
    if (plugins->isolation != MTKS_ISOLATION_NONE)
        fprintf(out,
                "%-10s limits %s, Landlock ABI %" PRIu32 ", seccomp filters %" PRIu32 " of 2\n", "",
                health->reached.limits ? "all" : "in part", health->reached.landlock,
                health->reached.calls);
    fprintf(out, "%-10s %" PRIu64 " usable, %" PRIu64 " shadowed, %" PRIu64 " refused\n", "modules",
            health->modules[MTKS_PLUGIN_OK], health->modules[MTKS_PLUGIN_SHADOWED],
            health->modules[MTKS_PLUGIN_REFUSED]);
    print_lines(out, "searched", plugins->searched.items, plugins->searched.count);
    print_lines(out, "ignored", plugins->notes.items, plugins->notes.count);
}

static void print_list(struct mtks_json *json, const char *key, const char *const *lines,
                       size_t count)
{
    mtks_json_array(json, key);
    for (size_t i = 0; i < count; i++)
        mtks_json_text(json, NULL, lines[i]);
    mtks_json_close(json);
}

static void print_json(const mtkscan_session *session, const struct health *health, FILE *out)
{
    const struct mtks_plugins *plugins = &session->plugins;
    struct mtks_json json = {.out = out};
    char abi[16];
    snprintf(abi, sizeof abi, "%u.%u", MTKSCAN_ABI_MAJOR, MTKSCAN_ABI_MINOR);
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "version", MTKSCAN_VERSION);
    mtks_json_text(&json, "abi", abi);
    mtks_json_object(&json, "isolation");
    mtks_json_text(&json, "asked", health->asked);
    mtks_json_text(&json, "reached", health->has);
    mtks_json_bool(&json, "limits", health->reached.limits != 0);
    mtks_json_number(&json, "landlock_abi", health->reached.landlock);
    mtks_json_number(&json, "seccomp_filters", health->reached.calls);
    mtks_json_close(&json);
    mtks_json_object(&json, "modules");
    for (size_t i = 0; i < sizeof state_names / sizeof *state_names; i++)
        mtks_json_number(&json, state_names[i], health->modules[i]);
    mtks_json_close(&json);
    print_list(&json, "searched", plugins->searched.items, plugins->searched.count);
    print_list(&json, "ignored", plugins->notes.items, plugins->notes.count);
    mtks_json_close(&json);
}

void mtkscan_print_doctor(const mtkscan_session *session, FILE *out, bool json)
{
    const struct health health = examine(session);
    if (json)
        print_json(session, &health, out);
    else
        print_text(session, &health, out);
}
