/* SPDX-License-Identifier: MIT */
/* Finds the command and runs it. Nothing is loaded before it is needed. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

const struct mtks_cli_command mtks_cli_commands[] = {
    {"scan", "DUMP...", "chip, board, flash, parts, health and findings",
     "DUMP is a full-flash read of any size, or - for standard input. `mtkscan DUMP`\n"
     "does the same. With --json each dump gives one line; one that cannot be read\n"
     "gives a line with \"status\":\"error\".\n",
     MTKS_CLI_SCAN, 1, INT_MAX, false, mtks_cli_scan},
    {"extract", "DUMP -o DIR", "the flashable kit: every part, and the .cfg",
     "DIR must not exist; it appears whole or not at all. Of a damaged dump nothing\n"
     "is written, unless --force-partial asks for the parts that are good.\n",
     MTKS_CLI_EXTRACT, 1, 1, true, mtks_cli_extract},
    {"verify", "DUMP|KIT_DIR", "each check of a dump, or of a kit and its .cfg",
     "Prints the checks of each part one by one. \"verified\" means that a hash agreed;\n"
     "\"consistent\" that structure and cross-checks agree where no hash exists.\n"
     "--deep decodes what is compressed, the strongest check there is.\n",
     MTKS_CLI_VERIFY, 1, 1, false, mtks_cli_verify},
    {"unpack", "DUMP|KIT_DIR -o DIR", "what is compressed: code, data, pictures, tones",
     "Writes a file for each decoded image, with its address in index.json and command\n"
     "lines for a disassembler in LAYERS.txt; --resources writes what is in them, too.\n"
     "Bad places of a damaged dump are filled and listed; the rest goes on.\n",
     MTKS_CLI_UNPACK, 1, 1, true, mtks_cli_unpack},
    {"repair", "DUMP -o FILE", "the dump as it should have been read",
     "Cuts repeats, realigns, unswaps: whatever has a certain remedy. What was lost or\n"
     "damaged stays so; merge of two reads can do more. -o - is standard output.\n",
     MTKS_CLI_REPAIR, 1, 1, true, mtks_cli_repair},
    {"merge", "A B [C...] -o FILE", "one good dump from several bad reads of a device",
     "Where reads differ the majority counts, else what makes a hash or a decoder\n"
     "agree. Says where each piece comes from, and which ones nobody can decide.\n"
     "Reads of two devices are refused, unless --force.\n",
     MTKS_CLI_MERGE, 2, 16, true, mtks_cli_merge},
    {"files", "DUMP [-o DIR]", "the user's files: listed, taken out, put back",
     "-o DIR takes the files out; personal ones (NVRAM, contacts, messages) only with\n"
     "--personal. --image FILE writes the linear disk. With --put or --from, -o is a\n"
     "new dump; refused when anything about the layer is uncertain. --force replaces\n"
     "what stands at -o, and carries data over from another project.\n",
     MTKS_CLI_FILES, 1, 1, false, mtks_cli_files},
    {"build", "KIT_DIR -o FILE", "a kit as the image of a whole flash",
     "For an SPI programmer. --base DUMP gives what no kit holds: header, gaps, user\n"
     "data; without it a header is made, and what is not known of it is said.\n",
     MTKS_CLI_BUILD, 1, 1, false, mtks_cli_build},
    {"convert", "KIT_DIR -o DIR --names STYLE", "a kit under other names",
     "Not a byte of the images changes, nor what the .cfg says.\n", MTKS_CLI_CONVERT, 1, 1, false,
     mtks_cli_convert},
    {"cfg", "KIT_DIR [-o FILE]", "a kit's .cfg made anew, and what differs",
     "For a .cfg that is missing or wrong. Without -o it goes to standard output.\n", MTKS_CLI_CFG,
     1, 1, false, mtks_cli_cfg},
    {"restore-plan", "DUMP", "what a four-file kit would lose, and how to keep it",
     "Paired devices, contacts, calibration, images beyond the usual ones; with lines\n"
     "for the flashing tool's read-back dialog.\n",
     MTKS_CLI_OTHER, 1, 1, false, mtks_cli_restore_plan},
    {"compare", "DEVICE FIRMWARE", "may this firmware go on that device?",
     "Each is a dump or a kit folder. Says fits, risky or do not flash, and each\n"
     "reason with both values; exits with 8 for do not flash. What is not known is a\n"
     "risk.\n",
     MTKS_CLI_COMPARE, 2, 2, true, mtks_cli_compare},
    {"index", "DIR... -o FILE", "facts of a whole collection, a JSON line an image",
     "Dumps and kit folders below each DIR; hidden names and links are left out. A run\n"
     "that was interrupted goes on where it was: what is indexed and did not change is\n"
     "left as it is. --force begins anew.\n",
     MTKS_CLI_INDEX, 1, INT_MAX, true, mtks_cli_index},
    {"find", "INDEX", "the images of an index that are wanted, best first",
     "With --for, how well each goes with that device, and why, as far as the index\n"
     "tells; compare looks closer. Exits with 3 when no image is as asked.\n",
     MTKS_CLI_FIND, 1, 1, true, mtks_cli_look},
    {"plugins", "[list|check|path]", "the chip modules, and where they are looked for",
     "list shows all (also --list-plugins), path prints the folders in the order they\n"
     "are searched. check [FILE...] holds module files, or all modules found, against\n"
     "the rules for modules, and exits with 7 when one is unsound.\n",
     MTKS_CLI_OTHER, 0, INT_MAX, false, mtks_cli_plugins},
    {"registry", "check FILE", "the mistakes of a board registry file",
     "Each mistake is printed with its line; exits with 6 when there is one.\n", MTKS_CLI_OTHER, 2,
     2, false, mtks_cli_registry},
    {"explain", "[CODE]", "what a finding means, what to do; or all codes",
     "CODE is as in a report: MTK-, a letter, three digits.\n", MTKS_CLI_OTHER, 0, 1, false,
     mtks_cli_explain},
    {"limits", "", "what --limit NAME=VALUE can set", "VALUE takes 0x and the suffixes K, M, G.\n",
     MTKS_CLI_OTHER, 0, 0, false, mtks_cli_limits},
    {"doctor", "", "versions, folders, how modules are kept apart",
     "Shows the level of isolation that was asked for and what this system has of it.\n",
     MTKS_CLI_OTHER, 0, 0, false, mtks_cli_doctor},
    {"help", "[COMMAND]", "this text, or a command's", "", MTKS_CLI_OTHER, 0, 1, false,
     mtks_cli_help_command},
};
const size_t mtks_cli_command_count = sizeof mtks_cli_commands / sizeof *mtks_cli_commands;

const struct mtks_cli_command *mtks_cli_find(const char *name)
{
    for (size_t i = 0; i < mtks_cli_command_count; i++)
        if (strcmp(mtks_cli_commands[i].name, name) == 0)
            return &mtks_cli_commands[i];
    return NULL;
}

/*
 * A closed standard stream would be taken by the next file that is opened, and the report would
 * land in it. Opened for the wrong direction, so that using it is still an error.
 */
static int occupy_standard_streams(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            return -1;
    return 0;
}

/* Runs a command on the operands it was given. */
static int run(const struct mtks_cli_command *command, const struct mtks_cli *cli)
{
    mtkscan_error error;
    if (cli->help) {
        mtks_cli_command_help(stdout, command);
        return MTKSCAN_DONE;
    }
    if (cli->operand_count < command->least || cli->operand_count > command->most) {
        mtks_fail(&error, MTKSCAN_USAGE, "usage: mtkscan %s%s%s", command->name,
                  *command->operands ? " " : "", command->operands);
        mtks_advise(&error, "see mtkscan help %s", command->name);
        return mtks_cli_complain(&error);
    }
    return command->run(cli);
}

/* `mtkscan WORD` where WORD is no command: a dump, or a mistyped command. */
static int check_dump_word(const char *word)
{
    mtkscan_error error;
    if (strcmp(word, "-") == 0 || strpbrk(word, "/.") || access(word, F_OK) == 0)
        return MTKSCAN_DONE;
    const char *meant = mtks_cli_suggest(word);
    mtks_fail(&error, MTKSCAN_USAGE, "'%s' is neither a command nor a file", word);
    if (meant)
        mtks_advise(&error, "did you mean '%s'?", meant);
    else
        mtks_advise(&error, "mtkscan --help lists the commands");
    return mtks_cli_complain(&error);
}

/* --version and --list-plugins need no command, and win over one. Returns -1 for neither. */
static int answer_at_once(const struct mtks_cli *cli)
{
    if (cli->list_plugins)
        return mtks_cli_plugins(&(struct mtks_cli){
            .json = cli->json,
            .quiet = cli->quiet,
            .verbose = cli->verbose,
            .only_plugin_dirs = cli->only_plugin_dirs,
            .plugin_dirs = cli->plugin_dirs,
            .safe_mode = cli->safe_mode,
            .isolation = cli->isolation,
        });
    if (!cli->version)
        return -1;
    puts("mtkscan " MTKSCAN_VERSION);
    return MTKSCAN_DONE;
}

/* What follows the global options: a command with its own options, or dumps. */
static int dispatch(struct mtks_cli *cli, int argc, char **argv, int first)
{
    const struct mtks_cli_command *command = NULL;
    bool literal = first > 1 && strcmp(argv[first - 1], "--") == 0;
    if (!literal)
        command = mtks_cli_find(argv[first]);
    if (!command) {
        if (!literal && check_dump_word(argv[first]) != MTKSCAN_DONE)
            return MTKSCAN_USAGE;
        command = mtks_cli_find("scan");
        first--; /* what stands before the operands is skipped like a command's name */
    }
    int operands = 1;
    if (!literal)
        operands = mtks_cli_parse(cli, argc - first, argv + first, command->scope, false);
    if (operands < 0)
        return MTKSCAN_USAGE;
    cli->command = command;
    cli->operands = argv + first + operands;
    cli->operand_count = argc - first - operands;
    int status = answer_at_once(cli);
    return status >= 0 ? status : run(command, cli);
}

static int start(struct mtks_cli *cli, int argc, char **argv)
{
    int first = mtks_cli_parse(cli, argc, argv, MTKS_CLI_GLOBAL, true);
    if (first < 0)
        return MTKSCAN_USAGE;
    if (first < argc)
        return dispatch(cli, argc, argv, first);
    int status = answer_at_once(cli);
    if (status >= 0)
        return status;
    if (cli->help) {
        mtks_cli_help(stdout);
        return MTKSCAN_DONE;
    }
    mtks_cli_usage(stderr);
    return MTKSCAN_USAGE;
}

/* A report that did not arrive is an error, whatever it said. */
static int finish(int status)
{
    mtkscan_error error;
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    mtks_fail(&error, MTKSCAN_SYSTEM, "cannot write to standard output: %s",
              strerror(errno ? errno : EIO));
    return mtks_cli_complain(&error);
}

int main(int argc, char **argv)
{
    struct mtks_cli cli = {0};
    if (occupy_standard_streams() != 0)
        return MTKSCAN_SYSTEM;
    /* A closed pipe and a file that may grow no more are write errors like any other. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    cli.plugin_dirs = calloc((size_t)argc + 1, sizeof *cli.plugin_dirs);
    cli.limits = calloc((size_t)argc + 1, sizeof *cli.limits);
    cli.puts = calloc((size_t)argc + 1, sizeof *cli.puts);
    int status = MTKSCAN_SYSTEM;
    if (cli.plugin_dirs && cli.limits && cli.puts)
        status = start(&cli, argc, argv);
    free(cli.plugin_dirs);
    free(cli.limits);
    free(cli.puts);
    return finish(status);
}
