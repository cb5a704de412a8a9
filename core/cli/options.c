/* SPDX-License-Identifier: MIT */
/* One table of options: how each is spelt, who takes it, where it goes, and what help says. */
#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "cli.h"

enum kind { FLAG, TEXT, LIST };

struct row {
    const char *name;
    char letter; /* 0: none */
    enum kind kind;
    unsigned scope; /* MTKS_CLI_GLOBAL, or the commands that take it */
    size_t member;  /* offsetof in struct mtks_cli */
    const char *argument, *help;
    const char *const *choices; /* the values allowed, NULL-terminated; NULL: any */
};

static const char *const colours[] = {"auto", "always", "never", NULL};
static const char *const isolations[] = {"none", "fork", "sandbox", NULL};
static const char *const namings[] = {"vendor", "extractor", "fw_splitter", NULL};

#define AT(member) offsetof(struct mtks_cli, member)

static const struct row rows[] = {
    {"output", 'o', TEXT, MTKS_CLI_WRITES | MTKS_CLI_INDEX, AT(directory), "NAME",
     "the new folder or file", NULL},
    {"names", 0, TEXT, MTKS_CLI_EXTRACT | MTKS_CLI_CONVERT, AT(names), "STYLE",
     "vendor, extractor or fw_splitter", namings},
    {"force", 0, FLAG, MTKS_CLI_WRITES | MTKS_CLI_INDEX, AT(force), NULL,
     "replace what mtkscan wrote there", NULL},
    {"force-partial", 0, FLAG, MTKS_CLI_EXTRACT, AT(force_partial), NULL,
     "of a damaged dump write the good parts", NULL},
    {"memory-type", 0, TEXT, MTKS_CLI_EXTRACT | MTKS_CLI_CFG, AT(memory_type), "NAME",
     "for the .cfg, instead of the one found", NULL},
    {"no-fix", 0, FLAG, MTKS_CLI_SCAN | MTKS_CLI_VERIFY | MTKS_CLI_EXTRACT | MTKS_CLI_UNPACK,
     AT(no_fix), NULL, "take the bytes as they are, correct nothing", NULL},
    {"deep", 0, FLAG, MTKS_CLI_VERIFY, AT(deep), NULL, "decode everything that is compressed",
     NULL},
    {"resources", 0, FLAG, MTKS_CLI_UNPACK, AT(resources), NULL,
     "write pictures, tones and texts, too", NULL},
    {"base", 0, TEXT, MTKS_CLI_BUILD, AT(base), "DUMP",
     "of the same device: header, gaps and user data", NULL},
    {"size", 0, TEXT, MTKS_CLI_BUILD, AT(size), "BYTES", "of the image: 0x400000, 4M", NULL},
    {"keep-user-data", 0, FLAG, MTKS_CLI_BUILD, AT(keep_user_data), NULL,
     "of the base (the usual with a base)", NULL},
    {"blank-user-data", 0, FLAG, MTKS_CLI_BUILD, AT(blank_user_data), NULL,
     "leave the file system erased", NULL},
    {"cfg", 0, TEXT,
     MTKS_CLI_VERIFY | MTKS_CLI_UNPACK | MTKS_CLI_BUILD | MTKS_CLI_CONVERT | MTKS_CLI_CFG, AT(cfg),
     "FILE", "the kit's .cfg, when it has several", NULL},
    {"image", 0, TEXT, MTKS_CLI_FILES, AT(image), "FILE", "write the linear disk, for other tools",
     NULL},
    {"deleted", 0, FLAG, MTKS_CLI_FILES, AT(deleted), NULL, "deleted files and sectors, too", NULL},
    {"personal", 0, FLAG, MTKS_CLI_FILES, AT(personal), NULL, "take out personal data, too", NULL},
    {"put", 0, LIST, MTKS_CLI_FILES, AT(puts), "NAME=FILE",
     "put a file into a new dump (repeatable)", NULL},
    {"from", 0, TEXT, MTKS_CLI_FILES, AT(from), "DUMP", "carry its user data into a new dump",
     NULL},
    {"target-id", 0, TEXT, MTKS_CLI_COMPARE, AT(target_id), "ID",
     "flash ID of the device's real part, as C22536", NULL},
    {"strict", 0, FLAG, MTKS_CLI_COMPARE, AT(strict), NULL, "exit with 5 for a risk, too", NULL},
    {"jobs", 'j', TEXT, MTKS_CLI_INDEX, AT(jobs), "N",
     "worker processes (default: one a processor)", NULL},
    {"for", 0, TEXT, MTKS_CLI_FIND, AT(find.device), "DUMP",
     "firmware for this device: its dump or kit", NULL},
    {"flash-id", 0, TEXT, MTKS_CLI_FIND, AT(find.flash_id), "HEX", "lists this flash chip: EF6018",
     NULL},
    {"chip", 0, TEXT, MTKS_CLI_FIND, AT(find.chip), "TEXT", "the chip's name has this", NULL},
    {"project", 0, TEXT, MTKS_CLI_FIND, AT(find.project), "TEXT", "the project has this", NULL},
    {"verno", 0, TEXT, MTKS_CLI_FIND, AT(find.verno), "TEXT", "the version text has this", NULL},
    {"path", 0, TEXT, MTKS_CLI_FIND, AT(find.path), "TEXT", "the path has this", NULL},
    {"lcd", 0, TEXT, MTKS_CLI_FIND, AT(find.lcd), "CODE", "names this screen: 7789", NULL},
    {"touch", 0, TEXT, MTKS_CLI_FIND, AT(find.touch), "CODE", "names this touch panel", NULL},
    {"camera", 0, TEXT, MTKS_CLI_FIND, AT(find.camera), "CODE", "names this camera", NULL},
    {"json", 0, FLAG, MTKS_CLI_GLOBAL, AT(json), NULL, "JSON on standard output, a line an input",
     NULL},
    {"quiet", 'q', FLAG, MTKS_CLI_GLOBAL, AT(quiet), NULL, "no report: the exit code tells", NULL},
    {"verbose", 'v', FLAG, MTKS_CLI_GLOBAL, AT(verbose), NULL,
     "evidence, checks and map; nothing is cut", NULL},
    {"plugin", 0, TEXT, MTKS_CLI_GLOBAL, AT(plugin), "ID", "take this module, whatever it claims",
     NULL},
    {"plugin-dir", 0, LIST, MTKS_CLI_GLOBAL, AT(plugin_dirs), "DIR",
     "look for modules here first (repeatable)", NULL},
    {"no-default-plugins", 0, FLAG, MTKS_CLI_GLOBAL, AT(only_plugin_dirs), NULL,
     "look nowhere but in --plugin-dir", NULL},
    {"safe-mode", 0, FLAG, MTKS_CLI_GLOBAL, AT(safe_mode), NULL,
     "modules of the installation alone", NULL},
    {"isolation", 0, TEXT, MTKS_CLI_GLOBAL, AT(isolation), "LEVEL",
     "none, fork or sandbox (default): how modules run", isolations},
    {"registry", 0, TEXT, MTKS_CLI_GLOBAL, AT(registry), "FILE", "one more board registry", NULL},
    {"limit", 0, LIST, MTKS_CLI_GLOBAL, AT(limits), "NAME=VALUE",
     "set a safety limit (see mtkscan limits)", NULL},
    {"color", 0, TEXT, MTKS_CLI_GLOBAL, AT(colour), "WHEN", "auto (default), always or never",
     colours},
    {"no-progress", 0, FLAG, MTKS_CLI_GLOBAL, AT(no_progress), NULL, "no progress bar", NULL},
    {"help", 'h', FLAG, MTKS_CLI_GLOBAL, AT(help), NULL, "this text", NULL},
    {"list-plugins", 0, FLAG, MTKS_CLI_GLOBAL, AT(list_plugins), NULL, "the same as plugins list",
     NULL},
    {"version", 0, FLAG, MTKS_CLI_GLOBAL, AT(version), NULL, "the version of mtkscan", NULL},
};

#define ROWS (sizeof rows / sizeof *rows)

enum { FIRST_ROW = 256 }; /* what getopt returns for a long option: beyond any letter */

static const struct row *row_of(int answer)
{
    if (answer >= FIRST_ROW)
        return &rows[answer - FIRST_ROW];
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].letter && rows[i].letter == answer)
            return &rows[i];
    return NULL;
}

/* Fills getopt's own tables from ours. `letters` has room for a prefix and 2 bytes a row. */
static void fill_tables(struct option *options, char *letters, bool leading)
{
    if (leading)
        *letters++ = '+';
    *letters++ = ':';
    for (size_t i = 0; i < ROWS; i++) {
        options[i] = (struct option){
            .name = rows[i].name,
            .has_arg = rows[i].kind == FLAG ? no_argument : required_argument,
            .val = FIRST_ROW + (int)i,
        };
        if (!rows[i].letter)
            continue;
        *letters++ = rows[i].letter;
        if (rows[i].kind != FLAG)
            *letters++ = ':';
    }
    *letters = 0;
}

/* Puts one option where it belongs. Returns 0, or -1 with a reason in `error`. */
static int store(struct mtks_cli *cli, const struct row *row, unsigned scope, const char *value,
                 mtkscan_error *error)
{
    unsigned char *member = (unsigned char *)cli + row->member;
    if (row->scope != MTKS_CLI_GLOBAL && !(row->scope & scope)) {
        mtks_fail(error, MTKSCAN_USAGE, "--%s does not belong here", row->name);
        mtks_advise(error, scope == MTKS_CLI_GLOBAL
                               ? "an option of a command follows the command"
                               : "mtkscan help COMMAND lists a command's options");
        return -1;
    }
    if (row->choices) {
        size_t i = 0;
        while (row->choices[i] && strcmp(row->choices[i], value) != 0)
            i++;
        if (!row->choices[i]) {
            mtks_fail(error, MTKSCAN_USAGE, "--%s cannot be '%s'", row->name, value);
            mtks_advise(error, "it takes %s", row->help);
            return -1;
        }
    }
    if (row->kind == FLAG) {
        const bool on = true;
        memcpy(member, &on, sizeof on);
    } else if (row->kind == TEXT) {
        memcpy(member, &value, sizeof value);
    } else {
        const char **list;
        memcpy(&list, member, sizeof list);
        while (*list)
            list++;
        *list = value;
    }
    return 0;
}

int mtks_cli_parse(struct mtks_cli *cli, int argc, char **argv, enum mtks_cli_scope scope,
                   bool leading)
{
    struct option options[ROWS + 1] = {{0}};
    char letters[3 + 2 * ROWS];
    mtkscan_error error;
    int answer;
    fill_tables(options, letters, leading);
    opterr = 0;
    optind = 0; /* GNU: begin anew */
    while ((answer = getopt_long(argc, argv, letters, options, NULL)) != -1) {
        const struct row *row = row_of(answer);
        if (row && store(cli, row, scope, optarg, &error) == 0)
            continue;
        if (!row) {
            char letter[3] = {'-', (char)optopt, 0};
            bool known = optopt >= FIRST_ROW;
            mtks_fail(&error, MTKSCAN_USAGE,
                      answer == ':' ? "option '%s' needs a value"
                      : known       ? "option '%s' takes no value"
                                    : "unknown option '%s'",
                      optopt && !known ? letter : argv[optind - 1]);
            mtks_advise(&error, "mtkscan --help lists the options");
        }
        mtks_cli_complain(&error);
        return -1;
    }
    return optind;
}

void mtks_cli_print_options(FILE *out, enum mtks_cli_scope scope)
{
    for (size_t i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        char spelt[48];
        if (scope == MTKS_CLI_GLOBAL ? row->scope != MTKS_CLI_GLOBAL : !(row->scope & scope))
            continue;
        snprintf(spelt, sizeof spelt, "%c%c%s--%s%s%s", row->letter ? '-' : ' ',
                 row->letter ? row->letter : ' ', row->letter ? ", " : "  ", row->name,
                 row->argument ? " " : "", row->argument ? row->argument : "");
        fprintf(out, "  %-26s %s\n", spelt, row->help);
    }
}
