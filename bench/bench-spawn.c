/* SPDX-License-Identifier: MIT */
/*
 * What starting a program as another user and waiting for its end costs, beside vfork(),
 * posix_spawn(), sudo, runuser and su. As root, under `logon private`, see run.sh. The program runs
 * itself again as a server that has the privileges and no capability: that one's starts are
 * openlogon-spawn's.
 */
#include <openlogon.h>

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

#define PROGRAM "/bin/true"
#define SERVER  "null-5001" /* run.sh grants all users the privileges */
#define CLIENT  "null-5002"
#define NOBODY  "nobody" /* whom sudo and its like start the program as */

enum { ROWS_MAX = 16 };

extern char **environ;

static HANDLE client; /* CLIENT's primary token */
static WCHAR program[] = u"/bin/true", client_name[] = u"null-5002", password[] = u"null";
static int to_server, from_server;

/* --- a start and its end ---------------------------------------------------------------------- */

static int await_child(pid_t pid)
{
    int status;

    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static int await_process(PROCESS_INFORMATION *process)
{
    DWORD code = 1;

    (void)WaitForSingleObject(process->hProcess, INFINITE);
    (void)GetExitCodeProcess(process->hProcess, &code);
    CloseHandle(process->hThread);
    CloseHandle(process->hProcess);
    return code == 0;
}

static int start_by_vfork(void)
{
    pid_t child = vfork();

    if (child == 0) {
        execl(PROGRAM, PROGRAM, (char *)NULL);
        _exit(127);
    }
    return await_child(child);
}

static int run(char *const *argv)
{
    pid_t child = 0;

    return posix_spawn(&child, argv[0], NULL, NULL, argv, environ) == 0 && await_child(child);
}

static int start_by_posix_spawn(void)
{
    static char *const argv[] = { PROGRAM, NULL };

    return run(argv);
}

static int start_as_client(void)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char command[] = PROGRAM;

    return CreateProcessAsUserA(client, PROGRAM, command, NULL, NULL, FALSE, 0, NULL, "/", &startup,
                                &process) &&
           await_process(&process);
}

static int start_with_token(void)
{
    STARTUPINFOW startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;

    return CreateProcessWithTokenW(client, 0, program, NULL, 0, NULL, u"/", &startup, &process) &&
           await_process(&process);
}

static int start_with_logon(void)
{
    STARTUPINFOW startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;

    return CreateProcessWithLogonW(client_name, NULL, password, 0, program, NULL, 0, NULL, u"/",
                                   &startup, &process) &&
           await_process(&process);
}

static int start_by_sudo(void)
{
    static char *const argv[] = { "/usr/bin/sudo", "-n", "-u", NOBODY, PROGRAM, NULL };

    return run(argv);
}

static int start_by_runuser(void)
{
    static char *const argv[] = { "/usr/sbin/runuser", "-u", NOBODY, "--", PROGRAM, NULL };

    return run(argv);
}

static int start_by_su(void)
{
    static char *const argv[] = {
        "/usr/bin/su", NOBODY, "-s", "/bin/sh", "-c", "exec " PROGRAM, NULL,
    };

    return run(argv);
}

/* --- the server without capabilities ---------------------------------------------------------- */

static void log_client_on(void)
{
    must(LogonUserA(CLIENT, NULL, "null", LOGON32_LOGON_INTERACTIVE, LOGON32_PROVIDER_DEFAULT,
                    &client),
         "logon of " CLIENT);
}

/* A byte asks for one start, a byte is the answer: whether it went well. */
static int serve(void)
{
    char byte;

    log_client_on();
    while (read(STDIN_FILENO, &byte, 1) == 1) {
        byte = (char)start_as_client();
        must(write(STDOUT_FILENO, &byte, 1) == 1, "answering");
    }
    return 0;
}

static int start_by_server(void)
{
    char byte = 0;

    return write(to_server, &byte, 1) == 1 && read(from_server, &byte, 1) == 1 && byte;
}

static HANDLE server_end(int fd)
{
    HANDLE handle = openlogon_handle_from_fd(fd);

    must(handle != NULL, "a handle of a pipe");
    return handle;
}

static void start_server(const char *self)
{
    STARTUPINFOA startup = { .cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES };
    PROCESS_INFORMATION process;
    char command[] = "bench-spawn server";
    HANDLE token = NULL;
    int in[2], out[2];

    must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipes");
    startup.hStdInput = server_end(in[0]);
    startup.hStdOutput = server_end(out[1]);
    startup.hStdError = server_end(dup(STDERR_FILENO));
    must(LogonUserA(SERVER, NULL, "null", LOGON32_LOGON_BATCH, LOGON32_PROVIDER_DEFAULT, &token),
         "logon of " SERVER);
    must(CreateProcessAsUserA(token, self, command, NULL, NULL, TRUE, 0, NULL, "/", &startup,
                              &process),
         "starting the server");
    CloseHandle(startup.hStdInput);
    CloseHandle(startup.hStdOutput);
    CloseHandle(startup.hStdError);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    CloseHandle(token);
    to_server = in[1];
    from_server = out[0];
}

/* --- the table -------------------------------------------------------------------------------- */

#define BASE "vfork, exec, wait"

static const struct {
    const char *needs; /* a program that may not be installed; NULL: none */
    struct operation operation;
} rows[] = {
    { NULL, { BASE, start_by_vfork, 0, NULL, "" } },
    { NULL, { "posix_spawn, wait", start_by_posix_spawn, 0, NULL, "" } },
    { NULL, { "CreateProcessAsUser, wait", start_as_client, -1.3, BASE, "" } },
    { NULL, { "the same by openlogon-spawn", start_by_server, 0, NULL, "" } },
    { NULL, { "CreateProcessWithTokenW, wait", start_with_token, 0, NULL, "" } },
    { NULL, { "CreateProcessWithLogonW, wait", start_with_logon, 0, NULL, "" } },
    { "/usr/sbin/runuser", { "runuser -u", start_by_runuser, 0, NULL, "" } },
    { "/usr/bin/su", { "su -c", start_by_su, 0, NULL, "" } },
    { "/usr/bin/sudo", { "sudo -n -u", start_by_sudo, 0, NULL, "" } },
};

int main(int argc, char **argv)
{
    struct operation operations[ROWS_MAX];
    char self[512] = "";
    size_t n = 0;

    if (argc > 1 && strcmp(argv[1], "server") == 0)
        return serve();
    must(geteuid() == 0, "being root, which others are started by,");
    must(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0, "finding this program");
    log_client_on();
    start_server(self);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!rows[i].needs || access(rows[i].needs, X_OK) == 0)
            operations[n++] = rows[i].operation;
    }
    printf("ns for %s; %d batches of about %d ms, in turns\n", PROGRAM, MEASURE_BATCHES,
           MEASURE_BATCH_NS / 1000000);
    measure_in_turns(operations, n, argc > 1 ? argv[1] : "");
    return 0;
}
