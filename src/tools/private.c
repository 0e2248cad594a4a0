/* SPDX-License-Identifier: MIT */
/* logon private: an authority of its own for the life of one command. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "commands.h"
#include "complaint.h"
#include "private_dir.h"
#include "supervision.h"

enum {
    KEY_STATE = KEY_WITHOUT_LETTER,
    KEY_CONFIG,
    KEY_SET,
    KEY_MACHINE_SID,
    KEY_PAM_CONFDIR,
    SETTINGS_MAX = 64,
    ARGUMENTS_MAX = 24 + 2 * SETTINGS_MAX,
    /* As env(1) and a shell have it. */
    EXIT_CANNOT_RUN = 126,
    EXIT_NOT_FOUND = 127,
};

struct request {
    const char *state;
    const char *config;
    char *settings[SETTINGS_MAX]; /* KEY=VALUE; owned */
    size_t n_settings;
    bool quiet;
    char **argv;
};

struct child {
    pid_t pid;
    int pidfd;
};

/* --- openlogond ------------------------------------------------------------------------------ */

/* The build tree's programs, or the installed ones. */
static const char *path_of(const char *variable, const char *installed)
{
    const char *path = secure_getenv(variable);

    return path && *path ? path : installed;
}

static void daemon_arguments(const char *argv[ARGUMENTS_MAX], const struct request *request,
                             const struct private_dir *dir, const char *ready_fd)
{
    const char *const fixed[] = {
        "openlogond",    "--private",
        "--socket",      dir->socket,
        "--state",       dir->state,
        "--runtime",     dir->runtime,
        "--ready-fd",    ready_fd,
        "--worker",      path_of("OPENLOGON_WORKER", OPENLOGON_WORKER_PATH),
        "--spawn",       path_of("OPENLOGON_SPAWN", OPENLOGON_SPAWN_PATH),
        "--package-dir", path_of("OPENLOGON_PACKAGE_DIR", OPENLOGON_PACKAGE_DIR_PATH),
    };
    size_t n = ARRAY_SIZE(fixed);

    _Static_assert(ARRAY_SIZE(fixed) + 3 + 2 * SETTINGS_MAX <= ARGUMENTS_MAX, "room for all");
    memcpy(argv, fixed, sizeof(fixed));
    if (request->config) {
        argv[n++] = "--config";
        argv[n++] = request->config;
    }
    for (size_t i = 0; i < request->n_settings; i++) {
        argv[n++] = "--set";
        argv[n++] = request->settings[i];
    }
    argv[n] = NULL;
}

/* Of the child: apart from the terminal's signals, and not to outlive its parent. */
static _Noreturn void become_daemon(const struct request *request, const struct private_dir *dir,
                                    pid_t parent, int ready)
{
    const char *program = path_of("OPENLOGON_DAEMON", OPENLOGON_DAEMON_PATH);
    const char *argv[ARGUMENTS_MAX];
    char ready_fd[16];
    /* Out of the way of 0, 1 and 2, and not closed by the start. */
    int inherited = fcntl(ready, F_DUPFD, STDERR_FILENO + 1);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent)
        _exit(EXIT_FAILURE);
    (void)setsid();
    snprintf(ready_fd, sizeof(ready_fd), "%d", inherited);
    daemon_arguments(argv, request, dir, ready_fd);
    if (inherited >= 0 && null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
        dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
        execv(program, (char *const *)(uintptr_t)argv);
    complain_of_errno(errno, "cannot start %s", program);
    _exit(EXIT_CANNOT_RUN);
}

/* Takes its first byte as the sign; an end without one means that the daemon has given up. */
static int wait_until_ready(int ready)
{
    struct pollfd poll_fd = { .fd = ready, .events = POLLIN };
    char byte;

    while (poll(&poll_fd, 1, -1) < 0) {
        if (errno != EINTR || supervision_pending())
            return -errno;
    }
    return read(ready, &byte, 1) == 1 ? 0 : -EPIPE;
}

/* Ends and reaps it. Returns its exit code or negative errno. */
static int child_stop(const struct child *child, int signal)
{
    int code;

    if (signal)
        (void)kill(child->pid, signal);
    code = supervision_reap(child->pidfd);
    (void)close(child->pidfd);
    return code;
}

static int complain_of_daemon(struct child *daemon, int r)
{
    int code;

    if (r != -EPIPE) {
        (void)child_stop(daemon, SIGTERM);
        return complain_of_errno(r, "cannot wait for openlogond");
    }
    code = child_stop(daemon, 0);
    return complain("openlogond ended before it was ready (exit code %d); the lines above tell why",
                    code);
}

/* Not yet reaped, a child keeps its pid: the descriptor cannot be another process's. */
static int child_take(struct child *ret, pid_t pid)
{
    ret->pid = pid;
    ret->pidfd = pidfd_open(pid, 0);
    if (ret->pidfd >= 0)
        return 0;
    (void)kill(pid, SIGKILL);
    return -errno;
}

static int start_daemon(struct child *ret, const struct request *request,
                        const struct private_dir *dir)
{
    pid_t parent = getpid(), pid;
    int ready[2], r;

    if (pipe2(ready, O_CLOEXEC) < 0)
        return complain_of_errno(errno, "cannot make a pipe");
    pid = fork();
    if (pid == 0)
        become_daemon(request, dir, parent, ready[1]);
    r = pid < 0 ? -errno : child_take(ret, pid);
    (void)close(ready[1]);
    if (r < 0) {
        (void)close(ready[0]);
        return complain_of_errno(r, "cannot start openlogond");
    }
    r = wait_until_ready(ready[0]);
    (void)close(ready[0]);
    return r < 0 ? complain_of_daemon(ret, r) : EXIT_SUCCESS;
}

/* --- the command ----------------------------------------------------------------------------- */

static _Noreturn void become_command(char **argv, const char *socket)
{
    if (setenv("OPENLOGON_SOCKET", socket, 1) == 0)
        execvp(argv[0], argv);
    complain_of_errno(errno, "cannot run \"%s\"", argv[0]);
    _exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN);
}

static int run_the_command(const struct request *request, const char *socket)
{
    struct child child = { .pidfd = -1 };
    pid_t pid = fork();
    int r;

    if (pid == 0)
        become_command(request->argv, socket);
    r = pid < 0 ? -errno : child_take(&child, pid);
    if (r < 0)
        return complain_of_errno(r, "cannot run \"%s\"", request->argv[0]);
    r = supervision_wait(child.pidfd);
    if (r < 0)
        (void)kill(pid, SIGTERM);
    r = child_stop(&child, 0);
    return r < 0 ? complain_of_errno(r, "cannot tell how \"%s\" ended", request->argv[0]) : r;
}

/* A daemon that crashed or reports a fault at its end makes a success a failure. */
static int stop_daemon(const struct child *daemon, int code)
{
    int ended = child_stop(daemon, SIGTERM);

    if (ended == EXIT_SUCCESS)
        return code;
    complain("openlogond ended with exit code %d instead of 0", ended);
    return code == EXIT_SUCCESS ? EXIT_FAILURE : code;
}

static int run_privately(const struct request *request)
{
    _cleanup_(private_dir_done) struct private_dir dir = { .path = "" };
    struct child daemon = { .pidfd = -1 };
    int code;

    if (!private_dir_make(&dir, request->state))
        return EXIT_FAILURE;
    if (geteuid() != 0 && !request->quiet)
        complain("without root this authority cannot switch identities: only tokens change");
    supervision_start();
    code = start_daemon(&daemon, request, &dir);
    if (code != EXIT_SUCCESS)
        return code;
    if (!supervision_pending())
        code = run_the_command(request, dir.socket);
    return stop_daemon(&daemon, code);
}

/* --- options --------------------------------------------------------------------------------- */

static void request_done(struct request *request)
{
    for (size_t i = 0; i < request->n_settings; i++)
        free(request->settings[i]);
}

/* @key  what the value is of; NULL: the argument is KEY=VALUE itself */
static int add_setting(const struct command *command, struct request *request, const char *key,
                       const char *value)
{
    if (request->n_settings == SETTINGS_MAX)
        return command_misused(command, "there are more than %d settings", SETTINGS_MAX);
    if (!key && (!strchr(value, '=') || value[0] == '='))
        return command_misused(command, "\"%s\" is not of the form KEY=VALUE", value);
    if (asprintf(&request->settings[request->n_settings], "%s%s%s", key ? key : "", key ? "=" : "",
                 value) < 0)
        return complain("there is not enough memory");
    request->n_settings++;
    return EXIT_SUCCESS;
}

/* The authority does not work in this directory, so it gets an absolute path. */
static int add_path_setting(const struct command *command, struct request *request, const char *key,
                            const char *path)
{
    _cleanup_(freep) char *absolute = realpath(path, NULL);

    if (!absolute)
        return complain_of_errno(errno, "cannot use the directory %s", path);
    return add_setting(command, request, key, absolute);
}

static int take_option(const struct command *command, struct request *request, int key)
{
    switch (key) {
    case KEY_STATE:
        request->state = optarg;
        return EXIT_SUCCESS;
    case KEY_CONFIG:
        request->config = optarg;
        return EXIT_SUCCESS;
    case 'q':
        request->quiet = true;
        return EXIT_SUCCESS;
    case KEY_MACHINE_SID:
        return add_setting(command, request, "machine_sid", optarg);
    case KEY_PAM_CONFDIR:
        return add_path_setting(command, request, "pam_confdir", optarg);
    default:
        return add_setting(command, request, NULL, optarg);
    }
}

static int private_run(const struct command *command, int argc, char **argv)
{
    _cleanup_(request_done) struct request request = { 0 };
    int key, code = EXIT_SUCCESS;

    while (code == EXIT_SUCCESS && (key = command_option(command, argc, argv)) >= 0)
        code = take_option(command, &request, key);
    if (code != EXIT_SUCCESS)
        return code;
    if (optind >= argc)
        return command_misused(command, "the command to run is missing");
    request.argv = argv + optind;
    return run_privately(&request);
}

static const struct option_row rows[] = {
    { KEY_STATE, "state", "DIR", "keep accounts and the machine's SID there" },
    { KEY_CONFIG, "config", "FILE", "a configuration file for openlogond" },
    { KEY_SET, "set", "KEY=VALUE", "one setting of it; may be given more than once" },
    { KEY_MACHINE_SID, "machine-sid", "SID", "the machine's own SID instead of a random one" },
    { KEY_PAM_CONFDIR, "pam-confdir", "DIR", "PAM stacks instead of those in /etc/pam.d" },
    { 'q', "quiet", NULL, "say nothing about missing root" },
    { 0 },
};

const struct command private_command = {
    .name = "private",
    .arguments = "[options] -- COMMAND [ARGUMENTS]",
    .summary = "run a command with an authority of its own",
    .options = rows,
    .notes =
        "COMMAND finds it by the environment: OPENLOGON_SOCKET. When COMMAND ends, so does the\n"
        "authority, and the exit code is COMMAND's; 126 or 127: it cannot be run.\n",
    .ends_in_command = true,
    .run = private_run,
};
