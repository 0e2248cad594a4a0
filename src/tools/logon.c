/* SPDX-License-Identifier: MIT */
/* logon: one program for what people do with logon sessions. */
#include <errno.h>
#include <locale.h>
#include <string.h>

#include "commands.h"

enum {
    N_COMMANDS = 19,
};

/* "help account add" is "account add --help". */
static int help(const struct command *group, const struct command *commands, int argc, char **argv)
{
    char *request[] = { argv[0], NULL, NULL, NULL };
    int n = 1;

    if (argc > 4)
        return command_misused(group, "help takes one command");
    if (argc == 4)
        request[n++] = argv[3];
    request[n++] = (char[]){ "--help" };
    for (int i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i].name, argv[2]) == 0)
            return commands[i].run(&commands[i], n, request);
    }
    return command_misused(group, "there is no command \"%s\"", argv[2]);
}

int main(int argc, char **argv)
{
    const struct command commands[N_COMMANDS] = {
        sessions_command, query_command,  watch_command,   whoami_command,  run_command,
        logoff_command,   token_command,  access_command,  account_command, group_command,
        rights_command,   policy_command, private_command, setup_command,   sql_command,
        wql_command,      report_command, metrics_command, debug_command,
    };
    const struct command logon = {
        .name = program_invocation_short_name,
        .arguments = "COMMAND [ARGUMENTS]",
        .summary = "log clients on, look at sessions and tokens, manage accounts",
        .ends_in_command = true,
    };

    setlocale(LC_ALL, "");
    if (argc > 2 && strcmp(argv[1], "help") == 0)
        return help(&logon, commands, argc, argv);
    return command_dispatch(&logon, commands, N_COMMANDS, argc, argv);
}
