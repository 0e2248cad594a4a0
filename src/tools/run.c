/* SPDX-License-Identifier: MIT */
/* logon run: runs a program as a user who is logged on for it, or elevated. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openlogon.h>

#include "base/utf16.h"
#include "command_line.h"
#include "commands.h"
#include "complaint.h"
#include "elevate.h"
#include "log_on.h"
#include "secret_input.h"
#include "supervision.h"
#include "terminal.h"

enum {
    KEY_PASSWORD_FD = KEY_WITHOUT_LETTER,
    KEY_TOKEN_ONLY,
    KEY_ELEVATED,
    KEY_DIRECTORY,
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
    const char *directory; /* NULL: the caller's */
    bool elevated;         /* nobody is logged on: the caller's own session has the token */
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
    case KEY_DIRECTORY:
        request->directory = optarg;
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
    if (error == ERROR_DIRECTORY)
        return complain("cannot run \"%s\": its user may not enter the directory; see --directory",
                        request->argv[0]);
    if (request->elevated)
        return complain_of(error, "cannot run \"%s\" elevated", request->argv[0]);
    if (error == ERROR_PRIVILEGE_NOT_HELD || error == ERROR_ACCESS_DENIED)
        return complain("cannot run \"%s\" as \"%s\": that needs root, or --token-only, with which "
                        "only the token changes (error %u)",
                        request->argv[0], request->logon.user, (unsigned)error);
    return complain_of(error, "cannot run \"%s\" as \"%s\"", request->argv[0], request->logon.user);
}

/* What the program gets for its standard input, output and error. */
static void give_terminal(STARTUPINFOA *startup, const struct terminal *terminal)
{
    HANDLE handles[3];

    for (int i = 0; i < 3; i++)
        handles[i] =
            openlogon_handle_from_fd(dup(i == STDERR_FILENO && !isatty(i) ? i : terminal->slave));
    startup->dwFlags = STARTF_USESTDHANDLES;
    startup->hStdInput = handles[0];
    startup->hStdOutput = handles[1];
    startup->hStdError = handles[2];
}

static void take_back(const STARTUPINFOA *startup)
{
    const HANDLE handles[] = { startup->hStdInput, startup->hStdOutput, startup->hStdError };

    for (size_t i = 0; i < ARRAY_SIZE(handles); i++) {
        if (handles[i])
            CloseHandle(handles[i]);
    }
}

/* A program that this one has started and waits for. */
struct run {
    PROCESS_INFORMATION process;
    struct terminal terminal; /* none: it has this program's */
};

static WCHAR *wide(const char *text)
{
    WCHAR *converted = NULL;

    return text && nt_failed(utf8_to_utf16(&converted, NULL, text, strlen(text))) ? NULL
                                                                                  : converted;
}

/* What CreateProcessWithLogonW takes. The password goes as soon as it has been used. */
struct wide_request {
    WCHAR *user, *domain, *password, *line, *directory;
};

static void wide_request_done(struct wide_request *w)
{
    if (w->password)
        explicit_bzero(w->password, 2 * utf16_length(w->password));
    free(w->user);
    free(w->domain);
    free(w->password);
    free(w->line);
    free(w->directory);
}

static bool wide_request_make(struct wide_request *ret, const struct request *request,
                              const char *password, const char *line)
{
    *ret = (struct wide_request){ wide(request->logon.user), wide(request->logon.domain),
                                  wide(password), wide(line), wide(request->directory) };
    return ret->user && ret->password && ret->line && (ret->domain || !request->logon.domain) &&
           (ret->directory || !request->directory);
}

static DWORD create_with_logon(struct run *run, const struct wide_request *w,
                               const STARTUPINFOA *startup)
{
    STARTUPINFOW wide_startup = { .cb = sizeof(wide_startup),
                                  .dwFlags = startup->dwFlags,
                                  .hStdInput = startup->hStdInput,
                                  .hStdOutput = startup->hStdOutput,
                                  .hStdError = startup->hStdError };

    return CreateProcessWithLogonW(w->user, w->domain, w->password, LOGON_WITH_PROFILE, NULL,
                                   w->line, 0, NULL, w->directory, &wide_startup, &run->process)
               ? 0
               : last_error();
}

/* Whoever knows the password of a user needs no privilege to run something as him. */
static int start_with_logon(struct run *run, secret *password, const struct request *request)
{
    _cleanup_(freep) char *line = command_line_build(request->argv);
    _cleanup_(wide_request_done) struct wide_request w = { 0 };
    STARTUPINFOA startup = { 0 };
    DWORD error;

    if (!line)
        return complain_of_errno(errno, "cannot run \"%s\"", request->argv[0]);
    if (!wide_request_make(&w, request, password_text(password), line))
        return complain("cannot run \"%s\": memory is short, or a text is no UTF-8",
                        request->argv[0]);
    if (run->terminal.slave >= 0)
        give_terminal(&startup, &run->terminal);
    error = create_with_logon(run, &w, &startup);
    take_back(&startup);
    if (error == ERROR_LOGON_FAILURE)
        return complain_of(error, "cannot log on \"%s\"", request->logon.user);
    return error ? complain_of_start(error, request) : EXIT_SUCCESS;
}

static int start_with_token(struct run *run, HANDLE token, const struct request *request)
{
    const bool has_terminal = run->terminal.slave >= 0;
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    _cleanup_(freep) char *line = command_line_build(request->argv);
    DWORD error = 0;

    if (!line)
        return complain_of_errno(errno, "cannot run \"%s\"", request->argv[0]);
    if (has_terminal)
        give_terminal(&startup, &run->terminal);
    if (!CreateProcessAsUserA(token, NULL, line, NULL, NULL, TRUE,
                              has_terminal ? CREATE_NEW_CONSOLE : 0, NULL, request->directory,
                              &startup, &run->process))
        error = last_error();
    take_back(&startup);
    return error ? complain_of_start(error, request) : EXIT_SUCCESS;
}

static void pass_signal(int number, void *process)
{
    (void)openlogon_signal_process(process, number);
}

static int wait_for_end(struct run *run)
{
    HANDLE process = run->process.hProcess;
    int pidfd = openlogon_fd_from_handle(process);

    if (pidfd < 0)
        return -EBADF;
    if (run->terminal.master >= 0)
        return terminal_carry(&run->terminal, pidfd, pass_signal, process);
    if (getsid((pid_t)run->process.dwProcessId) == getsid(0))
        return supervision_wait(pidfd);
    return supervision_wait_for_other(pidfd, pass_signal, process);
}

static int wait_for(struct run *run)
{
    DWORD code = EXIT_FAILURE;
    int r = wait_for_end(run);

    if (r < 0)
        return complain_of_errno(r, "cannot wait for process %u",
                                 (unsigned)run->process.dwProcessId);
    /* The end is seen on the descriptor first; this lets the library take the exit code. */
    (void)WaitForSingleObject(run->process.hProcess, INFINITE);
    if (!GetExitCodeProcess(run->process.hProcess, &code))
        return complain_of(last_error(), "cannot tell how process %u ended",
                           (unsigned)run->process.dwProcessId);
    return (int)code;
}

static bool is_with_logon(const struct request *request)
{
    return geteuid() != 0 && !request->token_only && !request->elevated &&
           request->logon.type == LOGON32_LOGON_INTERACTIVE;
}

/* Root starts a child, in this terminal; for others openlogon-spawn starts a process that is none,
 * and has to have a terminal of its own. */
static int open_terminal(struct run *run, const struct request *request)
{
    int r;

    if (geteuid() == 0 || request->token_only || !terminal_is_there())
        return EXIT_SUCCESS;
    r = terminal_open(&run->terminal);
    return r < 0 ? complain_of_errno(r, "cannot open a terminal for \"%s\"", request->argv[0])
                 : EXIT_SUCCESS;
}

/* token NULL: the logon, with the password, is part of the start. */
static int run_as(HANDLE token, secret *password, const struct request *request)
{
    struct run run = { .terminal = TERMINAL_NONE };
    int code = open_terminal(&run, request);

    supervision_start();
    if (code == EXIT_SUCCESS)
        code = token ? start_with_token(&run, token, request)
                     : start_with_logon(&run, password, request);
    if (token)
        CloseHandle(token);
    if (code == EXIT_SUCCESS) {
        CloseHandle(run.process.hThread);
        code = wait_for(&run);
        CloseHandle(run.process.hProcess);
    }
    terminal_close(&run.terminal);
    return code;
}

static int get_token(HANDLE *ret, const struct request *request)
{
    return request->elevated ? elevate(ret, request->logon.password_fd)
                             : log_on(ret, &request->logon);
}

/* It is asked for before signals are the program's that is to be run. */
static int run_with_logon(const struct request *request)
{
    _cleanup_(secret_freep) secret *password = NULL;

    return log_on_password(&password, &request->logon) ? run_as(NULL, password, request)
                                                       : EXIT_FAILURE;
}

static int get_token_and_run(const struct request *request)
{
    HANDLE token = NULL;
    int code;

    if (request->token_only && !openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY))
        return complain_of(last_error(), "cannot choose the token-only mode");
    if (is_with_logon(request))
        return run_with_logon(request);
    code = get_token(&token, request);
    if (code != EXIT_SUCCESS)
        return code;
    code = make_primary(&token, request);
    if (code != EXIT_SUCCESS) {
        CloseHandle(token);
        return code;
    }
    return run_as(token, NULL, request);
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
    { KEY_DIRECTORY, "directory", "DIR", "where the program is to begin, reached as the user" },
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
