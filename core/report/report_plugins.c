/* SPDX-License-Identifier: MIT */
/* The modules found, as a table and as a JSON array. */
#include <inttypes.h>

#include "escape.h"
#include "json.h"
#include "line.h"
#include "report.h"

#define TABLE_COLUMNS 80u

static const char *state_name(enum mtks_plugin_state state)
{
    static const char *const names[] = {[MTKS_PLUGIN_OK] = "ok",
                                        [MTKS_PLUGIN_SHADOWED] = "shadowed",
                                        [MTKS_PLUGIN_REFUSED] = "refused"};
    return state <= MTKS_PLUGIN_REFUSED ? names[state] : "invalid";
}

/* A refused module may have filled nothing in. */
static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static void add_list(struct mtks_line *line, const char *const *texts)
{
    for (size_t i = 0; texts && texts[i]; i++) {
        mtks_line_add(line, i ? ", " : "");
        mtks_line_add(line, texts[i]);
    }
}

/* One line below a module's row. */
static void put_detail(FILE *out, size_t limit, const char *label, const char *text)
{
    struct mtks_line line;
    if (!text)
        return;
    mtks_line_begin(&line, out, limit, false);
    mtks_line_format(&line, "    %-8s", label);
    mtks_line_add(&line, text);
    mtks_line_end(&line);
}

static void put_row(FILE *out, const struct mtks_plugin *plugin, size_t limit)
{
    struct mtks_line line;
    mtks_line_begin(&line, out, limit, false);
    mtks_line_cell(&line, or_dash(plugin->entry.id), 12);
    mtks_line_add(&line, "  ");
    mtks_line_cell(&line, or_dash(plugin->entry.version), 9);
    mtks_line_add(&line, "  ");
    mtks_line_cell(&line, state_name(plugin->state), 8);
    mtks_line_add(&line, "  ");
    mtks_line_cell(&line, or_dash(plugin->origin), 12);
    mtks_line_add(&line, "  ");
    add_list(&line, plugin->entry.chips);
    mtks_line_end(&line);
}

static void put_notes(FILE *out, const struct mtks_plugins *plugins, size_t limit)
{
    for (size_t i = 0; i < plugins->notes.count; i++) {
        struct mtks_line line;
        mtks_line_begin(&line, out, limit, false);
        mtks_line_add(&line, "note: ");
        mtks_line_add(&line, plugins->notes.items[i]);
        mtks_line_end(&line);
    }
}

void mtks_report_plugins_text(FILE *out, const struct mtks_plugins *plugins, bool verbose)
{
    size_t limit = verbose ? MTKS_LINE_FREE : TABLE_COLUMNS;
    if (plugins->list.count == 0) {
        fputs("no modules found; folders searched:\n", out);
        for (size_t i = 0; i < plugins->searched.count; i++)
            put_detail(out, limit, "", plugins->searched.items[i]);
        put_notes(out, plugins, limit);
        return;
    }
    fputs("module        version    state     from          chips\n", out);
    for (size_t i = 0; i < plugins->list.count; i++) {
        const struct mtks_plugin *plugin = &plugins->list.items[i];
        const char *const *limitation = plugin->entry.limitations;
        put_row(out, plugin, limit);
        if (verbose || plugin->state != MTKS_PLUGIN_OK) {
            put_detail(out, limit, "path", plugin->path);
            put_detail(out, limit, "reason", plugin->reason);
        }
        if (!verbose)
            continue;
        put_detail(out, limit, "title", plugin->entry.title);
        put_detail(out, limit, "author", plugin->entry.author);
        put_detail(out, limit, "license", plugin->entry.license);
        put_detail(out, limit, "url", plugin->entry.url);
        for (; limitation && *limitation; limitation++)
            put_detail(out, limit, "limit", *limitation);
    }
    put_notes(out, plugins, limit);
}

static void put_list(struct mtks_json *json, const char *key, const char *const *texts)
{
    mtks_json_array(json, key);
    for (size_t i = 0; texts && texts[i]; i++)
        mtks_json_text(json, NULL, texts[i]);
    mtks_json_close(json);
}

void mtks_report_plugins_json(FILE *out, const struct mtks_plugins *plugins)
{
    struct mtks_json json = {.out = out};
    mtks_json_array(&json, NULL);
    for (size_t i = 0; i < plugins->list.count; i++) {
        const struct mtks_plugin *plugin = &plugins->list.items[i];
        const mtkscan_plugin *entry = &plugin->entry;
        char abi[24];
        snprintf(abi, sizeof abi, "%" PRIu32 ".%" PRIu32, entry->abi >> 16, entry->abi & 0xFFFF);
        mtks_json_object(&json, NULL);
        mtks_json_text(&json, "id", entry->id);
        mtks_json_text(&json, "version", entry->version);
        mtks_json_text(&json, "title", entry->title);
        mtks_json_text(&json, "author", entry->author);
        mtks_json_text(&json, "license", entry->license);
        mtks_json_text(&json, "url", entry->url);
        mtks_json_text(&json, "abi", entry->abi ? abi : NULL);
        put_list(&json, "chips", entry->chips);
        put_list(&json, "limitations", entry->limitations);
        mtks_json_text(&json, "path", plugin->path);
        mtks_json_text(&json, "origin", plugin->origin);
        mtks_json_text(&json, "state", state_name(plugin->state));
        mtks_json_text(&json, "reason", plugin->reason);
        mtks_json_close(&json);
    }
    mtks_json_close(&json);
}
