/* SPDX-License-Identifier: MIT */
/*
 * A command, its options as a table, and the one walker that reads arguments and prints --help from
 * the same rows. Every command knows --help and --version.
 */
#ifndef OPENLOGON_TOOLS_COMMAND_H
#define OPENLOGON_TOOLS_COMMAND_H

#include <stddef.h>

#include "base/macros.h"

/* Besides EXIT_SUCCESS and EXIT_FAILURE. */
enum {
    EXIT_USAGE = 2,
};

/* A key is the option's letter, or for options without a letter a number from here on. */
enum {
    KEY_WITHOUT_LETTER = 256,
    OPTION_ROWS_MAX = 24,
};

/* A table ends with a row whose key is 0. */
struct option_row {
    int key;
    const char *name;     /* long form; NULL: there is only the letter */
    const char *argument; /* how --help calls the argument; NULL: takes none */
    const char *help;
};

struct command {
    const char *name; /* as typed after the program's name; the program itself: its own name */
    const char *arguments;
    const char *summary;
    const struct option_row *options; /* NULL: only the common ones */
    const char *notes;                /* printed below the options; may be NULL */
    bool ends_in_command; /* options stop at the first operand: what follows is another program's */
    int (*run)(const struct command *command, int argc, char **argv);
};

/**
 * The next option's key, or -1 when there is none left; operands are then at argv[optind] and on.
 * --help and --version print and end the program with 0, a wrong option with 2.
 */
int command_option(const struct command *command, int argc, char **argv);

void command_print_help(const struct command *command);

/* Prints what is wrong and where help is; returns EXIT_USAGE. */
int command_misused(const struct command *command, const char *format, ...) _printf_(2, 3);

/**
 * Runs the one of the commands that argv[1] names, with argv[0] left as the program's name.
 * @group  stands for them all in messages and help
 */
int command_dispatch(const struct command *group, const struct command *commands, size_t n,
                     int argc, char **argv);

#endif
