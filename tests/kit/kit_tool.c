/* SPDX-License-Identifier: MIT */
/*
 * Drives building, converting, .cfg making and restore plans as a command would:
 *   kit_tool PLUGINS build KIT OUT [base=DUMP] [size=N] [keep] [blank] [force] [cfg=NAME]
 *   kit_tool PLUGINS convert KIT OUT vendor|extractor|fw_splitter [cfg=NAME]
 *   kit_tool PLUGINS cfg KIT OUT [cfg=NAME]
 *   kit_tool PLUGINS plan DUMP
 * Prints a line an item; the exit code is the outcome.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/session.h"
#include "kit/build.h"
#include "kit/convert.h"
#include "kit/restore.h"

struct tool {
    mtkscan_session *session;
    mtkscan_result *kit, *base;
    struct mtks_cfg *cfg;
    struct mtks_arena arena;
    char **args;
};

/* The value of NAME=VALUE among the arguments; "" for a bare NAME; NULL: not given. */
static const char *option(const struct tool *tool, const char *name)
{
    size_t length = strlen(name);
    for (char **arg = tool->args; *arg; arg++)
        if (strncmp(*arg, name, length) == 0 && ((*arg)[length] == '=' || !(*arg)[length]))
            return (*arg)[length] ? *arg + length + 1 : *arg + length;
    return NULL;
}

/* As mtkscan_scan_kit(), but the .cfg is kept. */
static int open_kit(struct tool *tool, const char *dir, mtkscan_error *error)
{
    int outcome = mtks_result_new(tool->session, dir, &tool->kit, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    tool->kit->analysis->input.kit = true;
    outcome = mtks_kit_compose(tool->kit->analysis, dir, option(tool, "cfg"), &tool->kit->dump,
                               &tool->cfg, error);
    return outcome == MTKSCAN_DONE ? mtks_examine(tool->kit, tool->cfg, NULL, error) : outcome;
}

static int write_file(const char *path, const void *bytes, uint64_t length)
{
    FILE *file = fopen(path, "wb");
    size_t put = file ? fwrite(bytes, 1, (size_t)length, file) : 0;
    return file && fclose(file) == 0 && put == length ? MTKSCAN_DONE : MTKSCAN_SYSTEM;
}

static int build(struct tool *tool, mtkscan_error *error)
{
    const char *base = option(tool, "base"), *size = option(tool, "size");
    const struct mtks_build_options options = {
        .size = size ? strtoull(size, NULL, 0) : 0,
        .user_data = option(tool, "keep")    ? MTKS_USER_DATA_KEEP
                     : option(tool, "blank") ? MTKS_USER_DATA_BLANK
                                             : MTKS_USER_DATA_USUAL,
        .force = option(tool, "force") != NULL,
    };
    struct mtks_built built;
    int outcome = open_kit(tool, tool->args[0], error);
    if (mtks_is_fatal(outcome))
        return outcome;
    outcome = base ? mtkscan_scan(tool->session, base, &tool->base, error) : MTKSCAN_DONE;
    if (mtks_is_fatal(outcome))
        return outcome;
    const struct mtks_build_side kit = {tool->kit->analysis, &tool->kit->dump};
    struct mtks_build_side other = {0};
    if (base)
        other = (struct mtks_build_side){tool->base->analysis, &tool->base->dump};
    outcome = mtks_build(&built, &kit, base ? &other : NULL, &options, &tool->arena, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    for (size_t i = 0; i < built.pieces.count; i++)
        printf("%" PRIu64 " %" PRIu64 " %s %s\n", built.pieces.items[i].offset,
               built.pieces.items[i].length, mtks_built_source_name(built.pieces.items[i].source),
               built.pieces.items[i].name);
    for (size_t i = 0; i < built.notes.count; i++)
        printf("%s %s\n", built.notes.items[i].code, built.notes.items[i].text);
    outcome = write_file(tool->args[1], built.image.bytes, built.image.size);
    mtks_dump_close(&built.image);
    return outcome;
}

static int convert(struct tool *tool, mtkscan_error *error)
{
    struct mtks_convert_options options = {.force = option(tool, "force") != NULL};
    struct mtks_converted converted;
    if (!mtks_kit_naming(tool->args[2], &options.naming))
        return MTKSCAN_USAGE;
    int outcome = open_kit(tool, tool->args[0], error);
    if (mtks_is_fatal(outcome))
        return outcome;
    const struct mtks_kit_source source = {tool->kit->analysis, &tool->kit->dump, tool->cfg,
                                           tool->args[0]};
    outcome = mtks_kit_convert(&converted, &source, tool->args[1], &options, error);
    for (size_t i = 0; outcome == MTKSCAN_DONE && i < converted.files.count; i++)
        printf("%s -> %s\n", converted.files.items[i].before, converted.files.items[i].after);
    for (size_t i = 0; outcome == MTKSCAN_DONE && i < converted.left_out.count; i++)
        printf("left out %s\n", converted.left_out.items[i]);
    return outcome;
}

static int cfg(struct tool *tool, mtkscan_error *error)
{
    struct mtks_remade_cfg remade;
    int outcome = open_kit(tool, tool->args[0], error);
    if (mtks_is_fatal(outcome))
        return outcome;
    const struct mtks_kit_source source = {tool->kit->analysis, &tool->kit->dump, tool->cfg,
                                           tool->args[0]};
    outcome = mtks_kit_remake_cfg(&remade, &source, NULL, MTKSCAN_VERSION, error);
    if (!remade.text)
        return outcome;
    mtks_cfg_changes_print(stdout, &remade.changes, tool->cfg ? tool->cfg->file_name : "none",
                           "new");
    for (size_t i = 0; i < remade.left_out.count; i++)
        printf("left out %s\n", remade.left_out.items[i]);
    if (write_file(tool->args[1], remade.text, remade.length) != MTKSCAN_DONE)
        outcome = MTKSCAN_SYSTEM;
    free(remade.text);
    return outcome;
}

static int plan(struct tool *tool, mtkscan_error *error)
{
    struct mtks_restore_plan made;
    int outcome = mtkscan_scan(tool->session, tool->args[0], &tool->base, error);
    if (mtks_is_fatal(outcome))
        return outcome;
    if (mtks_restore_plan(&made, tool->base->analysis, &tool->base->dump) < 0)
        return MTKSCAN_REFUSED;
    for (size_t i = 0; i < made.items.count; i++) {
        const struct mtks_restore_item *item = &made.items.items[i];
        printf("%s %" PRIu64 " %" PRIu64 " %s read %" PRIu64 " %" PRIu64 " used %" PRIu64 "\n",
               item->lost_by_kit ? "lost" : "kept", item->offset, item->length, item->name,
               item->read_offset, item->read_length, item->used);
    }
    printf("whole %d\n", made.whole);
    return outcome;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int least; /* arguments behind the name */
        int (*run)(struct tool *tool, mtkscan_error *error);
    } verbs[] = {{"build", 2, build}, {"convert", 3, convert}, {"cfg", 2, cfg}, {"plan", 1, plan}};
    if (argc < 4)
        return MTKSCAN_USAGE;
    const char *const dirs[] = {argv[1], NULL};
    const mtkscan_options options = {
        .plugin_dirs = dirs, .only_plugin_dirs = true, .isolation = MTKSCAN_ISOLATION_NONE};
    struct tool tool = {.args = argv + 3};
    mtkscan_error error = {.outcome = MTKSCAN_DONE};
    int outcome = mtkscan_session_new(&tool.session, &options, &error);
    mtks_arena_init(&tool.arena, 64u << 20);
    for (size_t i = 0; outcome == MTKSCAN_DONE && i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(argv[2], verbs[i].name) == 0)
            outcome = argc - 3 < verbs[i].least ? MTKSCAN_USAGE : verbs[i].run(&tool, &error);
    if (outcome != MTKSCAN_DONE)
        fprintf(stderr, "kit_tool: %s (%s)\n", error.what, error.advice);
    mtkscan_result_free(tool.kit);
    mtkscan_result_free(tool.base);
    mtkscan_session_free(tool.session);
    mtks_arena_free(&tool.arena);
    return outcome;
}
