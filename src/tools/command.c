/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    HELP_COLUMN = 30,
    SUMMARY_COLUMN = 16,
};

static const struct option_row common_options[] = {
    { 'h', "help", NULL, "print this help" },
    { 'V', "version", NULL, "print the version" },
    { 0 },
};

/* What getopt_long() wants, made of the rows. */
struct getopt_tables {
    struct option long_options[OPTION_ROWS_MAX + ARRAY_SIZE(common_options)];
    char letters[2 * (OPTION_ROWS_MAX + ARRAY_SIZE(common_options)) + 2];
};

static void add_rows(struct getopt_tables *tables, const struct option_row *rows)
{
    struct option *option = tables->long_options;
    char *letter = tables->letters + strlen(tables->letters);

    while (option->name)
        option++;
    for (; rows && rows->key; rows++) {
        if (rows->name)
            *option++ =
                (struct option){ rows->name, rows->argument ? required_argument : no_argument, NULL,
                                 rows->key };
        if (rows->key >= KEY_WITHOUT_LETTER)
            continue;
        *letter++ = (char)rows->key;
        if (rows->argument)
            *letter++ = ':';
    }
}

static void print_version(void)
{
    printf("%s of OpenLogon %s\n", program_invocation_short_name, OPENLOGON_VERSION);
}

/* "logon run"; just "logon" for the program itself. */
static void print_name(FILE *to, const struct command *command)
{
    fputs(program_invocation_short_name, to);
    if (strcmp(command->name, program_invocation_short_name) != 0)
        fprintf(to, " %s", command->name);
}

int command_option(const struct command *command, int argc, char **argv)
{
    struct getopt_tables tables = { 0 };
    int key;

    if (command->ends_in_command)
        strcpy(tables.letters, "+");
    add_rows(&tables, command->options);
    add_rows(&tables, common_options);
    key = getopt_long(argc, argv, tables.letters, tables.long_options, NULL);
    switch (key) {
    case 'h':
        command_print_help(command);
        exit(EXIT_SUCCESS);
    case 'V':
        print_version();
        exit(EXIT_SUCCESS);
    case '?':
        exit(command_misused(command, NULL));
    default:
        return key;
    }
}

static void print_rows(const struct option_row *rows)
{
    for (; rows && rows->key; rows++) {
        char text[128];
        const char *argument = rows->argument ? rows->argument : "";
        const char *space = rows->argument ? " " : "";

        if (!rows->name)
            snprintf(text, sizeof(text), " -%c%s%s", rows->key, space, argument);
        else if (rows->key >= KEY_WITHOUT_LETTER)
            snprintf(text, sizeof(text), "     --%s%s%s", rows->name, space, argument);
        else
            snprintf(text, sizeof(text), " -%c, --%s%s%s", rows->key, rows->name, space, argument);
        if (strlen(text) < HELP_COLUMN)
            printf("%-*s%s\n", HELP_COLUMN, text, rows->help);
        else
            printf("%s\n%*s%s\n", text, HELP_COLUMN, "", rows->help);
    }
}

void command_print_help(const struct command *command)
{
    fputs("Usage:\n ", stdout);
    print_name(stdout, command);
    printf(" %s\n\n%c%s.\n\nOptions:\n", command->arguments, toupper(command->summary[0]),
           command->summary + 1);
    print_rows(command->options);
    print_rows(common_options);
    if (command->notes)
        printf("\n%s", command->notes);
}

int command_misused(const struct command *command, const char *format, ...)
{
    if (format) {
        va_list arguments;

        va_start(arguments, format);
        fprintf(stderr, "%s: ", program_invocation_short_name);
        vfprintf(stderr, format, arguments);
        fputc('\n', stderr);
        va_end(arguments);
    }
    fputs("Try '", stderr);
    print_name(stderr, command);
    fputs(" --help' for more information.\n", stderr);
    return EXIT_USAGE;
}

static void print_commands(const struct command *group, const struct command *commands, size_t n)
{
    command_print_help(group);
    fputs("\nCommands:\n", stdout);
    for (size_t i = 0; i < n; i++)
        printf(" %-*s%s\n", SUMMARY_COLUMN, commands[i].name, commands[i].summary);
    if (strcmp(group->name, program_invocation_short_name) == 0)
        printf("\nMore: '%s help COMMAND'.\n", program_invocation_short_name);
}

static const struct command *find_command(const char *word, const struct command *commands,
                                          size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *last = strrchr(commands[i].name, ' ');

        if (strcmp(last ? last + 1 : commands[i].name, word) == 0)
            return &commands[i];
    }
    return NULL;
}

/* --help of a group lists its commands too, so it is looked for before command_option() sees it. */
static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

int command_dispatch(const struct command *group, const struct command *commands, size_t n,
                     int argc, char **argv)
{
    const struct command *found;

    if (argc == 2 && asks_for_help(argv[1])) {
        print_commands(group, commands, n);
        return EXIT_SUCCESS;
    }
    optind = 0;
    (void)command_option(group, argc, argv);
    if (optind >= argc)
        return command_misused(group, "no command given");
    argv[optind - 1] = argv[0];
    argc -= optind - 1;
    argv += optind - 1;
    found = find_command(argv[1], commands, n);
    if (!found)
        return command_misused(group, "there is no command \"%s\"", argv[1]);
    argv[1] = argv[0];
    optind = 0;
    return found->run(found, argc - 1, argv + 1);
}
