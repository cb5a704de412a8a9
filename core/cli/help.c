/* SPDX-License-Identifier: MIT */
#include "cli.h"

void mtks_cli_usage(FILE *out)
{
    fputs("usage: mtkscan DUMP...\n"
          "       mtkscan COMMAND [OPTION...] [ARGUMENT...]\n"
          "see mtkscan --help\n",
          out);
}

void mtks_cli_help(FILE *out)
{
    fputs("usage: mtkscan DUMP...                  what a flash dump is, and how healthy\n"
          "       mtkscan COMMAND [OPTION...] [ARGUMENT...]\n\n",
          out);
    for (size_t i = 0; i < mtks_cli_command_count; i++) {
        const struct mtks_cli_command *command = &mtks_cli_commands[i];
        fprintf(out, "  %-13s %s\n", command->name, command->summary);
    }
    fputs("\nmtkscan help COMMAND tells more of one. Everywhere, before or after it:\n"
          "  --json  JSON, not of limits and help    -q   no report, the exit code tells\n"
          "  --plugin ID            force a module   -v   evidence, checks, map\n"
          "  --plugin-dir DIR       modules' folder  --color=auto|always|never\n"
          "  --no-default-plugins   no other folder  --no-progress\n"
          "  --limit NAME=VALUE     a safety limit   --registry FILE   more boards\n"
          "  --isolation LEVEL      how modules run  --safe-mode   only installed modules\n\n"
          "Exit codes: 0 healthy, 1 internal or system error, 2 usage, 3 not recognised,\n"
          "4 ambiguous, 5 damaged or incomplete, 6 refused for safety, 7 module misbehaved,\n"
          "8 do not flash, 130 interrupted. Of several inputs the first there is of\n"
          "1, 2, 7, 6, 3, 4, 5, 0.\n",
          out);
}

void mtks_cli_command_help(FILE *out, const struct mtks_cli_command *command)
{
    fprintf(out, "usage: mtkscan %s%s%s\n\n%s\n\n%s", command->name, *command->operands ? " " : "",
            command->operands, command->summary, command->help);
    if (command->scope != MTKS_CLI_OTHER) {
        fputs("\nOptions\n", out);
        mtks_cli_print_options(out, command->scope);
    }
    fputs("\nEverywhere\n", out);
    mtks_cli_print_options(out, MTKS_CLI_GLOBAL);
}

int mtks_cli_help_command(const struct mtks_cli *cli)
{
    mtkscan_error error;
    if (cli->operand_count == 0) {
        mtks_cli_help(stdout);
        return MTKSCAN_DONE;
    }
    const struct mtks_cli_command *command = mtks_cli_find(cli->operands[0]);
    if (command) {
        mtks_cli_command_help(stdout, command);
        return MTKSCAN_DONE;
    }
    const char *meant = mtks_cli_suggest(cli->operands[0]);
    mtks_fail(&error, MTKSCAN_USAGE, "no command '%s'", cli->operands[0]);
    mtks_advise(&error, meant ? "did you mean '%s'?" : "mtkscan --help lists the commands%s",
                meant ? meant : "");
    return mtks_cli_complain(&error);
}

const char *mtks_cli_suggest(const char *word)
{
    const char *best = NULL;
    size_t nearest = 3; /* two letters wrong are a typing mistake, three another word */
    for (size_t i = 0; i < mtks_cli_command_count; i++) {
        size_t far = mtks_word_distance(mtks_cli_commands[i].name, word);
        if (far < nearest) {
            nearest = far;
            best = mtks_cli_commands[i].name;
        }
    }
    return best;
}
