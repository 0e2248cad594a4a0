/* SPDX-License-Identifier: MIT */
#include "client/spawn_request.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/program.h"
#include "ipc/channel.h"
#include "ipc/spawn_message.h"
#include "linux/fd_message.h"

enum { N_STDIO = 3, OWN_END = 0, SPAWNER_END = 1 };

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

/* --- what to start ------------------------------------------------------------------------ */

static int text_file(const void *bytes, size_t size, int *ret)
{
    _cleanup_(close_fd) int fd = memfd_create("openlogon-spawn", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    size_t written = 0;

    if (fd < 0)
        return -errno;
    while (written < size) {
        ssize_t n = write(fd, (const char *)bytes + written, size - written);

        if (n < 0 && errno != EINTR)
            return -errno;
        written += n > 0 ? (size_t)n : 0;
    }
    *ret = fd;
    fd = -1;
    return 0;
}

/* A descriptor that is closed here becomes /dev/null there. */
static size_t stdio(const struct spawn_spec *spec, int *ret, uint32_t *ret_mask)
{
    size_t n = 0;

    *ret_mask = 0;
    for (int i = 0; i < N_STDIO; i++) {
        int fd = spec->fds[i] >= 0 ? spec->fds[i] : i;

        if (fcntl(fd, F_GETFD) < 0)
            continue;
        *ret_mask |= 1U << i;
        ret[n++] = fd;
    }
    return n;
}

/* Sends all that is to be started; it waits in the socket for the process that becomes it. */
static int send_program(int socket, const struct spawn_spec *spec, struct spawn_program *program)
{
    _cleanup_(freep) void *bytes = NULL;
    _cleanup_(close_fd) int text = -1, directory = -1;
    int fds[PROGRAM_FDS_MAX];
    size_t size, n_stdio = stdio(spec, &fds[PROGRAM_FD_STDIO], &program->stdio);
    int r;

    if (nt_failed(spawn_program_encode(program, &bytes, &size)))
        return -E2BIG;
    r = text_file(bytes, size, &text);
    if (r < 0)
        return r;
    directory = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return -errno;
    fds[PROGRAM_FD_TEXT] = text;
    fds[PROGRAM_FD_DIRECTORY] = directory;
    return fd_message_send(socket, "", 1, fds, PROGRAM_FD_STDIO + n_stdio, 0);
}

static struct spawn_program program_of(const struct spawn_spec *spec)
{
    return (struct spawn_program){
        .flags = spec->flags & SPAWN_TERMINAL ? SPAWN_PROGRAM_TERMINAL : 0,
        .path = spec->path,
        .search_path = spec->search_path,
        .directory = spec->directory,
        .argv = (char **)(uintptr_t)spec->argv,
        .envp = (char **)(uintptr_t)spec->envp,
    };
}

/* --- what comes of it --------------------------------------------------------------------- */

/* Until the program runs, or does not. The end without news: openlogon-spawn has died. */
static nt_status await(int socket, struct spawn_news *ret, int *ret_pidfd)
{
    size_t n_fds = 1;
    ssize_t n = fd_message_receive(socket, ret, sizeof(*ret), ret_pidfd, &n_fds, 0);

    if (n == 0 || n == -ECONNRESET)
        return NT(CANCELLED);
    if (n < 0)
        return nt_from_errno((int)n);
    if (n != sizeof(*ret))
        return NT(REPLY_MESSAGE_MISMATCH);
    if (ret->kind == SPAWN_NEWS_FAILED)
        return program_start_status((enum spawn_step)ret->step, ret->error);
    return ret->kind == SPAWN_NEWS_RUNS && n_fds == 1 ? NT_OK : NT(REPLY_MESSAGE_MISMATCH);
}

/* What was prepared for a process that never was is not needed any more. */
static void forget(const remote_token *token, uint64_t ticket)
{
    Openlogon__ProcessStartedRequest started = OPENLOGON__PROCESS_STARTED_REQUEST__INIT;
    Openlogon__Request request = REQUEST(PROCESS_STARTED, process_started, &started);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;

    started.ticket = ticket;
    (void)remote_token_call(token, &request, -1, REPLY_EMPTY, &reply).code;
}

static nt_status ask(const remote_token *token, Openlogon__PrepareProcessRequest *prepare,
                     int socket, uint64_t *ret_ticket)
{
    Openlogon__SpawnRequest spawn = OPENLOGON__SPAWN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(SPAWN, spawn, &spawn);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    spawn.process = prepare;
    st = remote_token_call(token, &request, socket, REPLY_OF(PREPARE_PROCESS), &reply);
    if (!nt_failed(st))
        *ret_ticket = reply.message->prepare_process->ticket;
    return st;
}

nt_status spawn_request(process_object **ret, const remote_token *token,
                        Openlogon__PrepareProcessRequest *prepare, const struct spawn_spec *spec)
{
    struct spawn_program program = program_of(spec);
    _cleanup_(close_fd) int own = -1, theirs = -1;
    int sockets[2], pidfd = -1;
    struct spawn_news news;
    uint64_t ticket;
    nt_status st;
    int r = channel_pair(sockets);

    if (r < 0)
        return nt_from_errno(r);
    own = sockets[OWN_END];
    theirs = sockets[SPAWNER_END];
    r = send_program(own, spec, &program);
    if (r < 0)
        return r == -E2BIG ? NT(BUFFER_TOO_SMALL) : nt_from_errno(r);
    st = ask(token, prepare, theirs, &ticket);
    if (nt_failed(st))
        return st;
    (void)close(theirs);
    theirs = -1;
    st = await(own, &news, &pidfd);
    if (nt_failed(st)) {
        forget(token, ticket);
        return st;
    }
    st = spawned_new(ret, (pid_t)news.pid, pidfd, own);
    own = -1; /* taken, also on failure */
    return st;
}
