/* SPDX-License-Identifier: MIT */
/* The user's data of a dump: listed, taken out, put into a new dump. */
#include "../files/files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../output/outfile.h"
#include "../report/report.h"
#include "session.h"

/* What mtkscan_files() found, and what was written of it. */
struct mtks_looked {
    struct mtks_files files;
    struct mtks_taken taken;
    struct mtks_rebuilt rebuilt;
    const char *output, *image; /* the new dump and the linear disk, once they are written */
};

void mtks_looked_free(struct mtks_looked *looked)
{
    if (!looked)
        return;
    mtks_files_free(&looked->files);
    free(looked);
}

static int out_of_memory(mtkscan_error *error)
{
    return mtks_fail(error, MTKSCAN_SYSTEM, "out of memory");
}

int mtkscan_files(mtkscan_result *result, bool deleted, mtkscan_error *error)
{
    struct mtks_analysis *analysis = result->analysis;
    struct mtks_looked *looked = calloc(1, sizeof *looked);
    if (!looked)
        return out_of_memory(error);
    mtks_looked_free(result->looked);
    result->looked = looked;
    analysis->files = NULL;
    int outcome = mtks_files_look(&looked->files, analysis, &result->dump, deleted,
                                  &analysis->arena, &result->session->progress, error);
    if (outcome != MTKSCAN_DONE) {
        mtks_looked_free(looked);
        result->looked = NULL;
        return outcome;
    }
    analysis->files = &looked->files;
    outcome = mtks_files_judge(&looked->files, analysis);
    if (outcome < 0)
        return mtks_fail(error, MTKSCAN_REFUSED, "the findings need more memory than the limit");
    if (outcome != MTKSCAN_DONE)
        mtks_fail(error, outcome, "%s: %s", analysis->input.path,
                  outcome == MTKSCAN_DAMAGED ? "something of the user's data is lost or doubtful"
                                             : "no layer that is known holds the user's data");
    return outcome;
}

bool mtkscan_files_listed(const mtkscan_result *result)
{
    return result->looked && result->looked->files.state == MTKS_FILES_LISTED;
}

int mtkscan_files_take(mtkscan_result *result, const char *dir, bool force, bool personal,
                       mtkscan_error *error)
{
    const struct mtks_take_options options = {.force = force,
                                              .personal = personal,
                                              .version = MTKSCAN_VERSION,
                                              .progress = &result->session->progress};
    return mtks_files_take(&result->looked->files, result->analysis, &result->dump,
                           mtks_arena_text(&result->analysis->arena, dir), &options,
                           &result->looked->taken, &result->analysis->arena, error);
}

/* Writes bytes to a new file; the inputs stay. */
static int write_file(const mtkscan_result *result, const char *path, bool force,
                      const uint8_t *bytes, uint64_t length, mtkscan_error *error)
{
    const struct mtks_progress *progress = &result->session->progress;
    const struct mtks_outfile_options options = {
        .force = force, .inputs = result->paths.items, .input_count = result->paths.count};
    struct mtks_outfile out;
    int outcome = mtks_outfile_open(&out, path, &options, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    outcome = mtks_outfile_append(&out, bytes, length, progress, error);
    if (outcome == MTKSCAN_DONE)
        return mtks_outfile_commit(&out, error);
    mtks_outfile_abandon(&out);
    return outcome;
}

int mtkscan_files_image(mtkscan_result *result, const char *path, bool force, mtkscan_error *error)
{
    struct mtks_looked *looked = result->looked;
    if (!looked->files.image)
        return mtks_fail(error, MTKSCAN_NOT_RECOGNISED, "there is no disk to write");
    int outcome =
        write_file(result, path, force, looked->files.image, looked->files.image_size, error);
    if (outcome == MTKSCAN_DONE)
        looked->image = mtks_arena_text(&result->analysis->arena, path);
    return outcome;
}

/* A file of the host that goes into the disk. */
struct given {
    struct mtks_dump content;
    struct tm modified;
    char *name;
};

static void free_given(struct given *given, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mtks_dump_close(&given[i].content);
        free(given[i].name);
    }
    free(given);
}

/* "NAME=FILE": the name ends at the first '=', which FAT allows, but nobody's phone writes. */
static int read_given(const mtkscan_session *session, const char *text, struct given *given,
                      struct mtks_put *put, mtkscan_error *error)
{
    const char *equals = strchr(text, '=');
    struct stat info;
    if (!equals || equals == text || equals[1] == 0) {
        mtks_fail(error, MTKSCAN_USAGE, "--put takes NAME=FILE");
        mtks_advise(error, "NAME is a path on the phone: C:/Photos/a.gif=a.gif");
        return MTKSCAN_USAGE;
    }
    given->name = strndup(text, (size_t)(equals - text));
    if (!given->name)
        return out_of_memory(error);
    int outcome = mtks_dump_read(&given->content, equals + 1, session->limits.input,
                                 &session->progress, NULL, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    *put = (struct mtks_put){
        .name = given->name, .bytes = given->content.bytes, .length = given->content.size};
    if (stat(equals + 1, &info) == 0 && localtime_r(&info.st_mtime, &given->modified))
        put->modified = &given->modified;
    return MTKSCAN_DONE;
}

static bool same_text(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* User data fit the firmware that wrote them. */
static int check_project(const mtkscan_result *result, const mtkscan_result *from, bool force,
                         mtkscan_error *error)
{
    static const char *const keys[] = {MTKSCAN_FACT_CHIP, MTKSCAN_FACT_PROJECT};
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !force; i++) {
        const char *here = mtks_fact_value(result->analysis, keys[i]);
        const char *there = mtks_fact_value(from->analysis, keys[i]);
        if (same_text(here, there))
            continue;
        mtks_fail(error, MTKSCAN_REFUSED, "the two dumps are not known to be of one %s: %s and %s",
                  keys[i], here ? here : "not known", there ? there : "not known");
        mtks_advise(error, "--force carries the user's data over all the same.");
        return MTKSCAN_REFUSED;
    }
    return MTKSCAN_DONE;
}

/* A dump that was corrected first is not what lies on the flash reader's disk. */
static int check_read(const mtkscan_result *result, mtkscan_error *error)
{
    const struct mtks_analysis *analysis = result->analysis;
    if (analysis->input.view.count == 0 && analysis->status == MTKS_IDENTIFIED)
        return MTKSCAN_DONE;
    const bool known = analysis->status == MTKS_IDENTIFIED;
    mtks_fail(error, MTKSCAN_REFUSED, "%s is %s, so nothing is written into it",
              analysis->input.path, known ? "a read that went wrong" : "not recognised");
    mtks_advise(error, known ? "mtkscan repair writes it as it should have been read."
                             : "Choose a module with --plugin ID if you know the chip.");
    return MTKSCAN_REFUSED;
}

static int rebuild(mtkscan_result *result, const mtkscan_result *from, const struct mtks_put *puts,
                   size_t count, const char *path, bool force, mtkscan_error *error)
{
    struct mtks_looked *looked = result->looked;
    const struct mtks_rebuild how = {
        .from = from ? &from->looked->files : NULL,
        .from_dump = from ? &from->dump : NULL,
        .puts = puts,
        .put_count = count,
        .progress = &result->session->progress,
    };
    struct mtks_dump made;
    int outcome = mtks_files_rebuild(&looked->files, result->analysis, &result->dump, &how, &made,
                                     &looked->rebuilt, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    if (from && !mtks_result_path(result, from->analysis->input.path))
        outcome = out_of_memory(error);
    if (outcome == MTKSCAN_DONE)
        outcome = write_file(result, path, force, made.bytes, made.size, error);
    if (outcome == MTKSCAN_DONE)
        looked->output = mtks_arena_text(&result->analysis->arena, path);
    mtks_dump_close(&made);
    return outcome;
}

int mtkscan_files_rebuild(mtkscan_result *result, mtkscan_result *from, const char *const *puts,
                          const char *path, bool force, mtkscan_error *error)
{
    size_t count = 0;
    while (puts && puts[count])
        count++;
    struct given *given = calloc(count + 1, sizeof *given);
    struct mtks_put *list = calloc(count + 1, sizeof *list);
    int outcome = given && list ? check_read(result, error) : out_of_memory(error);
    if (outcome == MTKSCAN_DONE && from)
        outcome = check_read(from, error);
    if (outcome == MTKSCAN_DONE && from)
        outcome = check_project(result, from, force, error);
    for (size_t i = 0; i < count && outcome == MTKSCAN_DONE; i++)
        outcome = read_given(result->session, puts[i], &given[i], &list[i], error);
    if (outcome == MTKSCAN_DONE)
        outcome = rebuild(result, from, list, count, path, force, error);
    if (given)
        free_given(given, count);
    free(list);
    return outcome;
}

void mtkscan_print_files(const mtkscan_result *result, FILE *out, bool json,
                         const mtkscan_style *style)
{
    const struct mtks_looked *looked = result->looked;
    const struct mtks_files_report report = {
        .schema = MTKS_SCHEMA,
        .analysis = result->analysis,
        .files = &looked->files,
        .taken = &looked->taken,
        .rebuilt = looked->output ? &looked->rebuilt : NULL,
        .output = looked->output,
        .image = looked->image,
        .colour = style && style->colour,
        .verbose = style && style->verbose,
        .columns = style ? style->columns : 0,
    };
    if (json)
        mtks_report_files_json(out, &report);
    else
        mtks_report_files_text(out, &report);
}
