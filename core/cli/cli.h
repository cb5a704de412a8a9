/* SPDX-License-Identifier: MIT */
/* The command line: tables of commands and options, and what its files share. [thread: main] */
#ifndef MTKSCAN_CLI_CLI_H
#define MTKSCAN_CLI_CLI_H

#include "../api/mtkscan.h"

/* Which commands take an option; a global one stands before the command, too. */
enum mtks_cli_scope {
    MTKS_CLI_GLOBAL = 0,
    MTKS_CLI_SCAN = 1,
    MTKS_CLI_EXTRACT = 2,
    MTKS_CLI_VERIFY = 4,
    MTKS_CLI_UNPACK = 8,
    MTKS_CLI_REPAIR = 16,
    MTKS_CLI_MERGE = 32,
    MTKS_CLI_COMPARE = 64,
    MTKS_CLI_OTHER = 128,
    MTKS_CLI_INDEX = 256,
    MTKS_CLI_FIND = 512,
    MTKS_CLI_BUILD = 1024,
    MTKS_CLI_CONVERT = 2048,
    MTKS_CLI_CFG = 4096,
    MTKS_CLI_FILES = 8192,
};

struct mtks_cli_command;

/* Those that write to -o. */
#define MTKS_CLI_WRITES                                                                            \
    (MTKS_CLI_EXTRACT | MTKS_CLI_UNPACK | MTKS_CLI_REPAIR | MTKS_CLI_MERGE | MTKS_CLI_BUILD |      \
     MTKS_CLI_CONVERT | MTKS_CLI_CFG | MTKS_CLI_FILES)

/* What the user asked for. Texts belong to argv. */
struct mtks_cli {
    const struct mtks_cli_command *command; /* that runs */
    bool json, quiet, verbose, no_progress, only_plugin_dirs, safe_mode;
    bool help, version, list_plugins;
    const char *colour, *plugin, *registry, *isolation;
    const char **plugin_dirs, **limits; /* NULL-terminated, room for argc items */
    const char *directory, *names, *memory_type, *cfg, *target_id;
    bool force, force_partial, deep, resources, no_fix, strict;
    const char *jobs, *base, *size;
    bool keep_user_data, blank_user_data;
    const char *image, *from, **puts; /* `puts` as plugin_dirs */
    bool deleted, personal;
    mtkscan_find_options find;
    char **operands;
    int operand_count;
};

struct mtks_cli_command {
    const char *name, *operands, *summary;
    const char *help; /* more about it, lines of at most 80 columns */
    enum mtks_cli_scope scope;
    int least, most; /* operands */
    bool decodes;    /* opens everything that is compressed */
    int (*run)(const struct mtks_cli *cli);
};

/* main.c */
const struct mtks_cli_command *mtks_cli_find(const char *name);
extern const struct mtks_cli_command mtks_cli_commands[];
extern const size_t mtks_cli_command_count;

/*
 * options.c: reads options of `scope` from argv[1] on and moves argv's operands behind them. With
 * `leading` it stops at the first operand. Returns the index of the first operand, or -1 after a
 * complaint.
 */
int mtks_cli_parse(struct mtks_cli *cli, int argc, char **argv, enum mtks_cli_scope scope,
                   bool leading);
void mtks_cli_print_options(FILE *out, enum mtks_cli_scope scope);

/* help.c */
void mtks_cli_usage(FILE *out);
void mtks_cli_help(FILE *out);
void mtks_cli_command_help(FILE *out, const struct mtks_cli_command *command);
/* The command a mistyped word may mean, or NULL. */
const char *mtks_cli_suggest(const char *word);

/* common.c */
/* "mtkscan: what; advice" on standard error. Returns the error's outcome. */
int mtks_cli_complain(const mtkscan_error *error);
/*
 * A session with what the user set; NULL after a complaint, with the outcome in *error. `path` is
 * the input that a failure object names; NULL for a command without one.
 */
mtkscan_session *mtks_cli_session(const struct mtks_cli *cli, const char *path,
                                  mtkscan_error *error);
/* Runs what a command does inside a session for its first operand. */
int mtks_cli_with_session(const struct mtks_cli *cli,
                          int (*body)(const struct mtks_cli *cli, mtkscan_session *session));
mtkscan_style mtks_cli_style(const struct mtks_cli *cli, FILE *out);
/* An input that gave no result: the complaint, and with --json the failure object. */
int mtks_cli_failed(const struct mtks_cli *cli, const char *path, const mtkscan_error *error);
/* Whether -o was given; complains that the command needs `what`, "a folder", when not. */
bool mtks_cli_has_output(const struct mtks_cli *cli, const char *what);
/* Whether --cfg was not given, or the first operand is a kit; complains when not. */
bool mtks_cli_cfg_fits(const struct mtks_cli *cli);
/* Where what is told of an input goes: not to standard output when the data itself does. */
FILE *mtks_cli_told(const struct mtks_cli *cli);
/* Analyses the first operand, a dump, or a kit if it is a folder. Outcomes as mtkscan_scan(). */
int mtks_cli_open(const struct mtks_cli *cli, mtkscan_session *session, mtkscan_result **result,
                  mtkscan_error *error);
/* A result from which nothing can be written: its report says why, and is a message, not data. */
void mtks_cli_refused(const struct mtks_cli *cli, const mtkscan_result *result,
                      const mtkscan_error *error);
/* cmd_repair.c: writes the image of a result to the -o file and tells of it. Returns `outcome`, or
 * that of writing when it failed. */
int mtks_cli_write_image(const struct mtks_cli *cli, mtkscan_result *result, int outcome);
/* Prints the report of a result, as the options say. */
void mtks_cli_report(const struct mtks_cli *cli, const mtkscan_result *result, bool checks);

/* progress.c: a bar on standard error, on a terminal only and after half a second. */
void mtks_cli_progress_begin(bool wanted);
int mtks_cli_progress_step(void *ctx, const char *stage, uint64_t done, uint64_t total);
void mtks_cli_progress_end(void); /* erases it */

/* signals.c: SIGINT, SIGTERM, SIGHUP and SIGQUIT ask to stop, unless the caller had them ignored; a
 * second one ends the program at once. */
void mtks_cli_signals_catch(void);
bool mtks_cli_interrupted(void);

/* One file a command. */
int mtks_cli_scan(const struct mtks_cli *cli);
int mtks_cli_extract(const struct mtks_cli *cli);
int mtks_cli_unpack(const struct mtks_cli *cli);
int mtks_cli_repair(const struct mtks_cli *cli);
int mtks_cli_merge(const struct mtks_cli *cli);
int mtks_cli_build(const struct mtks_cli *cli);
int mtks_cli_convert(const struct mtks_cli *cli);
int mtks_cli_cfg(const struct mtks_cli *cli);
int mtks_cli_restore_plan(const struct mtks_cli *cli);
int mtks_cli_compare(const struct mtks_cli *cli);
int mtks_cli_index(const struct mtks_cli *cli);
int mtks_cli_look(const struct mtks_cli *cli);
int mtks_cli_verify(const struct mtks_cli *cli);
int mtks_cli_files(const struct mtks_cli *cli);
int mtks_cli_plugins(const struct mtks_cli *cli);
int mtks_cli_registry(const struct mtks_cli *cli);
int mtks_cli_explain(const struct mtks_cli *cli);
int mtks_cli_limits(const struct mtks_cli *cli);
int mtks_cli_doctor(const struct mtks_cli *cli);
int mtks_cli_help_command(const struct mtks_cli *cli);

#endif
