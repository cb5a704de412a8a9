/* SPDX-License-Identifier: MIT */
#include "module_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "module_check_rows.h"
#include "sandbox.h"
#include "wire.h"

#define CHECK_MEMORY (UINT64_C(4) << 20) /* bytes of texts of one check */
#define TEXT_ROOM    2048u

static const struct row {
    const char *id, *what;
    enum mtks_module_stage needs;
    bool (*run)(struct mtks_module_case *under, struct mtks_module_row *row);
} rows[MTKS_MODULE_ROWS] = {
    {"file", "a trusted file and folder, a shared object for this machine", MTKS_MODULE_FILE,
     mtks_row_file},
    {"exports", "one symbol is exported: the entry", MTKS_MODULE_READ, mtks_row_exports},
    {"constructors", "no code runs by itself", MTKS_MODULE_READ, mtks_row_constructors},
    {"globals", "no variable outlives a call", MTKS_MODULE_READ, mtks_row_globals},
    {"describe", "it loads in the sandbox and says who it is", MTKS_MODULE_READ, mtks_row_describe},
    {"references", "all symbols that it needs are found", MTKS_MODULE_READ, mtks_row_references},
    {"metadata", "license, url and limitations are worth reading", MTKS_MODULE_LOADED,
     mtks_row_metadata},
    {"behaviour", "no dump, however broken, makes it misbehave", MTKS_MODULE_LOADED,
     mtks_row_behaviour},
    {"foreign", "dumps that are nobody's are not claimed", MTKS_MODULE_CALM, mtks_row_foreign},
    {"fixture", "the layout of a dump of its chip makes sense", MTKS_MODULE_CALM, mtks_row_fixture},
    {"determinism", "the same dump gives the same records, always", MTKS_MODULE_CALM,
     mtks_row_determinism},
    {"decode", "its codecs hold on any stream, and give the same again", MTKS_MODULE_CALM,
     mtks_row_decode},
    {"cost", "time and memory are kept within limits", MTKS_MODULE_CALM, mtks_row_cost},
};

/* Why a row is skipped that needs a stage. */
static const char *const stage_missed[MTKS_MODULE_STAGES] = {
    [MTKS_MODULE_READ] = "the file is not one to load",
    [MTKS_MODULE_LOADED] = "it could not be loaded",
    [MTKS_MODULE_CALM] = "it misbehaves",
};

const char *mtks_check_text(struct mtks_module_case *under, const char *format, ...)
{
    char text[TEXT_ROOM];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    const char *kept = mtks_arena_text(&under->check->arena, text);
    return kept ? kept : "(no memory to say it)";
}

void mtks_row_set(struct mtks_module_case *under, struct mtks_module_row *row,
                  enum mtks_module_result result, const char *advice, const char *format, ...)
{
    char text[TEXT_ROOM];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    row->result = result;
    row->seen = mtks_check_text(under, "%s", text);
    row->advice = advice;
}

bool mtks_case_run(struct mtks_module_case *under, const struct mtks_dump *dump,
                   struct mtks_finder *finder, struct mtks_job *jobs, size_t count)
{
    const struct mtks_runner runner = {
        .isolation = under->isolation,
        .limits = under->limits,
        .dump = dump,
        .finder = finder,
        .room = dump ? under->limits->memory / 3 : 2 * MTKS_FRAME_MAX,
    };
    return mtks_runner_run(&runner, jobs, count, under->error);
}

static bool run_rows(struct mtks_module_case *under)
{
    struct mtks_module_check *check = under->check;
    check->sound = true;
    for (size_t i = 0; i < MTKS_MODULE_ROWS; i++) {
        struct mtks_module_row *row = &check->rows[i];
        *row = (struct mtks_module_row){.id = rows[i].id, .what = rows[i].what};
        if (under->stage < rows[i].needs) {
            /* Told is the first thing that is amiss. */
            mtks_row_set(under, row, MTKS_MODULE_SKIPPED, NULL, "%s",
                         stage_missed[under->stage + 1]);
            continue;
        }
        if (!rows[i].run(under, row))
            return false;
        check->sound &= row->result != MTKS_MODULE_FAIL;
    }
    return true;
}

int mtks_module_check_run(struct mtks_module_check *check, const char *path,
                          const struct mtks_plugins *plugins, const struct mtks_limits *limits,
                          mtkscan_error *error)
{
    mtkscan_error unwanted;
    enum mtks_isolation level = plugins ? plugins->isolation : mtks_isolation_usual();
    struct mtks_module_case under = {
        .check = check,
        .plugins = plugins,
        .limits = limits,
        .isolation = level == MTKS_ISOLATION_NONE ? MTKS_ISOLATION_FORK : level,
        .error = error ? error : &unwanted,
        .file = -1,
    };
    *check = (struct mtks_module_check){.path = path};
    mtks_arena_init(&check->arena, CHECK_MEMORY);
    bool good = run_rows(&under);
    mtks_sample_free(&under.sample);
    free(under.bytes);
    if (under.file >= 0)
        close(under.file);
    return good ? MTKSCAN_DONE : MTKSCAN_SYSTEM;
}

void mtks_module_check_free(struct mtks_module_check *check)
{
    mtks_arena_free(&check->arena);
    *check = (struct mtks_module_check){.path = NULL};
}

const char *mtks_module_result_name(enum mtks_module_result result)
{
    static const char *const names[] = {[MTKS_MODULE_PASS] = "pass",
                                        [MTKS_MODULE_NOTE] = "note",
                                        [MTKS_MODULE_FAIL] = "fail",
                                        [MTKS_MODULE_SKIPPED] = "skipped"};
    return names[result];
}
