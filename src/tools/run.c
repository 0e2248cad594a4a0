/* SPDX-License-Identifier: MIT */
/* logon run: runs a program as a user who is logged on for it, or elevated. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <openlogon.h>

#include "command_line.h"
#include "commands.h"
#include "complaint.h"
#include "elevate.h"
#include "log_on.h"
#include "secret_input.h"
#include "supervision.h"

enum {
    KEY_PASSWORD_FD = KEY_WITHOUT_LETTER,
    KEY_TOKEN_ONLY,
    KEY_ELEVATED,
};

static const struct logon_type {
    const char *name;
    DWORD type;
} logon_types[] = {
    { "interactive", LOGON32_LOGON_INTERACTIVE },
    { "batch", LOGON32_LOGON_BATCH },
    { "service", LOGON32_LOGON_SERVICE },
    { "network-cleartext", LOGON32_LOGON_NETWORK_CLEARTEXT },
    { "network", LOGON32_LOGON_NETWORK },
};

struct request {
    struct logon_request logon;
    bool token_only;
    bool elevated; /* nobody is logged on: the caller's own session has the token */
    char **argv;
};

static bool parse_type(const char *name, DWORD *ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(logon_types); i++) {
        if (strcmp(logon_types[i].name, name) == 0) {
            *ret = logon_types[i].type;
            return true;
        }
    }
    return false;
}

static int take_option(const struct command *command, struct request *request, int key)
{
    switch (key) {
    case 'u':
        request->logon.user = optarg;
        break;
    case 'd':
        request->logon.domain = optarg;
        break;
    case KEY_TOKEN_ONLY:
        request->token_only = true;
        break;
    case KEY_ELEVATED:
        request->elevated = true;
        break;
    case 't':
        if (!parse_type(optarg, &request->logon.type))
            return command_misused(command, "there is no logon type \"%s\"", optarg);
        break;
    case KEY_PASSWORD_FD:
        if (!password_fd_parse(optarg, &request->logon.password_fd))
            return command_misused(command, "\"%s\" is no open descriptor", optarg);
        break;
    }
    return EXIT_SUCCESS;
}

/* Of a network logon's token a primary one is made; the first is then closed. */
static int make_primary(HANDLE *token, const struct request *request)
{
    HANDLE primary = NULL;

    if (request->elevated || request->logon.type != LOGON32_LOGON_NETWORK)
        return EXIT_SUCCESS;
    if (!DuplicateTokenEx(*token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation, TokenPrimary,
                          &primary))
        return complain_of(last_error(), "cannot make a primary token for \"%s\"",
                           request->logon.user);
    CloseHandle(*token);
    *token = primary;
    return EXIT_SUCCESS;
}

static int complain_of_start(DWORD error, const struct request *request)
{
    if (error == ERROR_FILE_NOT_FOUND)
        return complain("cannot run \"%s\": there is no such program in the PATH",
                        request->argv[0]);
    if (request->elevated)
        return complain_of(error, "cannot run \"%s\" elevated", request->argv[0]);
    if (error == ERROR_PRIVILEGE_NOT_HELD || error == ERROR_ACCESS_DENIED)
        return complain("cannot run \"%s\" as \"%s\": that needs root, or --token-only, with which "
                        "only the token changes (error %u)",
                        request->argv[0], request->logon.user, (unsigned)error);
    return complain_of(error, "cannot run \"%s\" as \"%s\"", request->argv[0], request->logon.user);
}

static int start(PROCESS_INFORMATION *ret, HANDLE token, const struct request *request)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    _cleanup_(freep) char *line = command_line_build(request->argv);

    if (!line)
        return complain_of_errno(errno, "cannot run \"%s\"", request->argv[0]);
    if (!CreateProcessAsUserA(token, NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, ret))
        return complain_of_start(last_error(), request);
    return EXIT_SUCCESS;
}

static int wait_for(PROCESS_INFORMATION *process)
{
    int pidfd = openlogon_fd_from_handle(process->hProcess), r;
    DWORD code = EXIT_FAILURE;

    r = pidfd < 0 ? -EBADF : supervision_wait(pidfd);
    if (r < 0)
        return complain_of_errno(r, "cannot wait for process %u", (unsigned)process->dwProcessId);
    /* The end is seen on the descriptor first; this lets the library take the exit code. */
    (void)WaitForSingleObject(process->hProcess, INFINITE);
    if (!GetExitCodeProcess(process->hProcess, &code))
        return complain_of(last_error(), "cannot tell how process %u ended",
                           (unsigned)process->dwProcessId);
    return (int)code;
}

static int run_as(HANDLE token, const struct request *request)
{
    PROCESS_INFORMATION process = { 0 };
    int code;

    supervision_start();
    code = start(&process, token, request);
    CloseHandle(token);
    if (code != EXIT_SUCCESS)
        return code;
    CloseHandle(process.hThread);
    code = wait_for(&process);
    CloseHandle(process.hProcess);
    return code;
}

static int get_token(HANDLE *ret, const struct request *request)
{
    return request->elevated ? elevate(ret, request->logon.password_fd)
                             : log_on(ret, &request->logon);
}

static int get_token_and_run(const struct request *request)
{
    HANDLE token = NULL;
    int code;

    if (request->token_only && !openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY))
        return complain_of(last_error(), "cannot choose the token-only mode");
    code = get_token(&token, request);
    if (code != EXIT_SUCCESS)
        return code;
    code = make_primary(&token, request);
    if (code != EXIT_SUCCESS) {
        CloseHandle(token);
        return code;
    }
    return run_as(token, request);
}

static int run_run(const struct command *command, int argc, char **argv)
{
    struct request request = {
        .logon = { .type = LOGON32_LOGON_INTERACTIVE, .password_fd = NO_PASSWORD_FD },
    };
    int key, code = EXIT_SUCCESS;

    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, &request, key);
    if (code != EXIT_SUCCESS)
        return code;
    if (request.elevated && (request.logon.user || request.logon.domain))
        return command_misused(command, "--elevated is for the caller's own session: it goes with "
                                        "neither --user nor --domain");
    if (!request.elevated && !request.logon.user)
        return command_misused(command, "--user is missing");
    if (optind >= argc)
        return command_misused(command, "the program to run is missing");
    request.argv = argv + optind;
    return get_token_and_run(&request);
}

static const struct option_row rows[] = {
    { 'u', "user", "NAME", "who: NAME, DOMAIN\\NAME or NAME@DOMAIN" },
    { 'd', "domain", "DOMAIN", "the domain of the user; \".\" is this machine" },
    { 't', "type", "TYPE", "the type of the logon; interactive unless given" },
    { KEY_PASSWORD_FD, "password-fd", "N", "read the password, one line, from this descriptor" },
    { KEY_TOKEN_ONLY, "token-only", NULL,
      "only the token is the user's; the uid stays the caller's" },
    { KEY_ELEVATED, "elevated", NULL,
      "nobody is logged on: with the full token of the caller's own session" },
    { 0 },
};

const struct command run_command = {
    .name = "run",
    .arguments = "[options] {--user NAME | --elevated} -- COMMAND [ARGUMENTS]",
    .summary = "log a user on and run a program as that user, or elevated",
    .options = rows,
    .notes =
        "Types:\n interactive, batch, service, network-cleartext, network\n\n"
        "Exits with the program's exit code; 128 and the number of the signal that ended it.\n",
    .ends_in_command = true,
    .run = run_run,
};
