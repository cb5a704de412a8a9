/* SPDX-License-Identifier: MIT */
/* What the library prints: reports by the report room, and what stands in the library's tables. */
#include <inttypes.h>
#include <string.h>

#include "../model/finding.h"
#include "../report/escape.h"
#include "../report/json.h"
#include "../report/report.h"
#include "session.h"

void mtkscan_print_text(const mtkscan_result *result, FILE *out, const mtkscan_style *style)
{
    struct mtks_text_style text = {.columns = 0};
    if (style)
        text = (struct mtks_text_style){.colour = style->colour,
                                        .verbose = style->verbose,
                                        .columns = style->columns,
                                        .checks = style->checks};
    mtks_report_text(out, result->analysis, &text);
}

void mtkscan_print_json(const mtkscan_result *result, FILE *out)
{
    mtks_result_hash(result);
    mtks_report_json(out, result->analysis);
}

void mtkscan_print_kit(const mtkscan_result *result, FILE *out, bool json)
{
    const char *dir = result->kit_dir ? result->kit_dir : "";
    if (json)
        mtks_result_hash(result);
    if (json)
        mtks_report_kit_json(out, result->analysis, &result->kit, dir);
    else
        mtks_report_kit_text(out, result->analysis, &result->kit, dir);
}

void mtkscan_print_json_failure(const char *path, const mtkscan_error *error, FILE *out)
{
    mtks_report_json_failure(out, path, error);
}

void mtkscan_print_plugins(const mtkscan_session *session, FILE *out, bool json, bool verbose,
                           unsigned *refused)
{
    if (json)
        mtks_report_plugins_json(out, &session->plugins);
    else
        mtks_report_plugins_text(out, &session->plugins, verbose);
    if (!refused)
        return;
    *refused = 0;
    for (size_t i = 0; i < session->plugins.list.count; i++)
        if (session->plugins.list.items[i].state == MTKS_PLUGIN_REFUSED)
            ++*refused;
}

void mtkscan_print_plugin_path(const mtkscan_session *session, FILE *out, bool json)
{
    struct mtks_json writer = {.out = out};
    if (json)
        mtks_json_array(&writer, NULL);
    for (size_t i = 0; i < session->plugins.searched.count; i++) {
        const char *folder = session->plugins.searched.items[i];
        if (json) {
            mtks_json_text(&writer, NULL, folder);
        } else {
            mtks_escape_print(out, folder);
            fputc('\n', out);
        }
    }
    if (json)
        mtks_json_close(&writer);
}

static void print_mistakes(const struct mtks_registry *registry, FILE *out)
{
    for (size_t i = 0; i < registry->mistakes.count; i++) {
        const struct mtks_registry_mistake *mistake = &registry->mistakes.items[i];
        mtks_escape_print(out, mistake->source);
        fprintf(out, ":%u: ", mistake->line);
        mtks_escape_print(out, mistake->message);
        fputc('\n', out);
    }
}

static void print_mistakes_json(const struct mtks_registry *registry, const char *path, FILE *out)
{
    struct mtks_json json = {.out = out};
    mtks_json_object(&json, NULL);
    mtks_json_text(&json, "path", path);
    mtks_json_number(&json, "boards", registry->boards.count);
    mtks_json_array(&json, "mistakes");
    for (size_t i = 0; i < registry->mistakes.count; i++) {
        mtks_json_object(&json, NULL);
        mtks_json_number(&json, "line", registry->mistakes.items[i].line);
        mtks_json_text(&json, "message", registry->mistakes.items[i].message);
        mtks_json_close(&json);
    }
    mtks_json_close(&json);
    mtks_json_close(&json);
}

int mtkscan_registry_check(const mtkscan_session *session, const char *path, FILE *out, bool json,
                           mtkscan_error *error)
{
    struct mtks_registry registry;
    mtks_registry_init(&registry, &session->limits);
    int outcome = mtks_registry_add(&registry, path, true, error);
    size_t mistakes = registry.mistakes.count;
    if (outcome == MTKSCAN_DONE || mistakes) {
        if (json)
            print_mistakes_json(&registry, path, out);
        else
            print_mistakes(&registry, out);
        outcome = MTKSCAN_DONE;
    }
    mtks_registry_free(&registry);
    if (!mistakes)
        return outcome;
    mtks_fail(error, MTKSCAN_REFUSED, "%s has %zu mistake%s, so none of its boards is used", path,
              mistakes, mistakes == 1 ? "" : "s");
    mtks_advise(error, "Each line above says what is wrong and what would be right.");
    return MTKSCAN_REFUSED;
}

static void explain_json(struct mtks_json *json, const struct mtks_finding_row *row)
{
    mtks_json_object(json, NULL);
    mtks_json_text(json, "code", row->code);
    mtks_json_text(json, "severity", mtks_severity_name(row->severity));
    mtks_json_text(json, "title", row->title);
    mtks_json_text(json, "why", row->why);
    mtks_json_text(json, "advice", row->advice);
    mtks_json_close(json);
}

/* Prints a text in lines of up to 78 columns behind a label; the table holds ASCII only. */
static void print_wrapped(FILE *out, const char *label, const char *text)
{
    const size_t indent = 12, columns = 78;
    fprintf(out, "  %-*s", (int)indent - 2, label);
    size_t column = indent;
    for (const char *word = text; *word;) {
        size_t length = strcspn(word, " ");
        if (column > indent && column + 1 + length > columns) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)length, word);
        column += length;
        word += length + (word[length] == ' ');
    }
    fputc('\n', out);
}

static void explain_row(FILE *out, const struct mtks_finding_row *row)
{
    fprintf(out, "%s (%s): %s\n", row->code, mtks_severity_name(row->severity), row->title);
    print_wrapped(out, "why", row->why);
    print_wrapped(out, "advice", row->advice);
}

static void explain_all(FILE *out, bool json)
{
    struct mtks_json writer = {.out = out};
    if (json)
        mtks_json_array(&writer, NULL);
    for (size_t i = 0; i < mtks_finding_count; i++) {
        const struct mtks_finding_row *row = &mtks_finding_rows[i];
        if (json)
            explain_json(&writer, row);
        else
            fprintf(out, "%s  %-7s  %s\n", row->code, mtks_severity_name(row->severity),
                    row->title);
    }
    if (json)
        mtks_json_close(&writer);
}

int mtkscan_explain(const char *code, FILE *out, bool json, mtkscan_error *error)
{
    if (!code) {
        explain_all(out, json);
        return MTKSCAN_DONE;
    }
    const struct mtks_finding_row *row = mtks_finding_row(code);
    if (!row) {
        mtks_fail(error, MTKSCAN_USAGE, "there is no finding '%s'", code);
        mtks_advise(error, "`mtkscan explain` lists all codes.");
        return MTKSCAN_USAGE;
    }
    struct mtks_json writer = {.out = out};
    if (json)
        explain_json(&writer, row);
    else
        explain_row(out, row);
    return MTKSCAN_DONE;
}

void mtkscan_print_limits(FILE *out)
{
    for (size_t i = 0; i < mtks_limit_count; i++) {
        const struct mtks_limit_row *row = &mtks_limit_rows[i];
        fprintf(out, "%-10s %11" PRIu64 "  %s\n", row->name, row->initial, row->text);
    }
}
