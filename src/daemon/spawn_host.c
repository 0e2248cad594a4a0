/* SPDX-License-Identifier: MIT */
#include "daemon/spawn_host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "ipc/channel.h"
#include "linux/fd_message.h"
#include "linux/process.h"

struct SpawnHost {
    sd_event *event;
    const char *path;
    int fd; /* -1: none runs that takes orders */
    sd_event_source *child;
};

nt_status spawn_host_new(SpawnHost **ret, sd_event *event, const char *path)
{
    SpawnHost *host = calloc(1, sizeof(*host));

    if (!host)
        return NT(NO_MEMORY);
    host->event = event;
    host->path = path;
    host->fd = -1;
    *ret = host;
    return NT_OK;
}

static void forget(SpawnHost *host)
{
    if (host->fd >= 0)
        (void)close(host->fd);
    host->fd = -1;
}

/* It ends by itself when nobody waits for anything any more. */
SpawnHost *spawn_host_free(SpawnHost *host)
{
    if (host) {
        forget(host);
        (void)sd_event_source_disable_unref(host->child);
    }
    free(host);
    return NULL;
}

/* The next order starts it anew. */
static int on_end(sd_event_source *source, const siginfo_t *info, void *context)
{
    SpawnHost *host = context;

    log_error("openlogon-spawn ended (%s %d); who waits for the exit code of a process that it "
              "started does not get it",
              info->si_code == CLD_EXITED ? "exit code" : "signal", info->si_status);
    forget(host);
    host->child = sd_event_source_disable_unref(host->child);
    return 0;
}

static int watch_end(SpawnHost *host, pid_t pid)
{
    int pidfd = process_open(pid);
    int r;

    if (pidfd < 0)
        return pidfd;
    host->child = sd_event_source_disable_unref(host->child); /* one before that still ends */
    r = sd_event_add_child_pidfd(host->event, &host->child, pidfd, WEXITED, on_end, host);
    if (r < 0) {
        (void)close(pidfd);
        return r;
    }
    return sd_event_source_set_child_pidfd_own(host->child, 1);
}

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    (void)posix_spawnattr_setsigmask(attributes, &none);
    (void)posix_spawnattr_setsigdefault(attributes, &all);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int set_actions(posix_spawn_file_actions_t *actions, int socket)
{
    int r = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

    if (r == 0)
        r = posix_spawn_file_actions_adddup2(actions, socket, SPAWN_CONTROL_FD);
    if (r == 0)
        r = posix_spawn_file_actions_addclosefrom_np(actions, SPAWN_CONTROL_FD + 1);
    return r;
}

static int run(const SpawnHost *host, int socket, pid_t *ret)
{
    char *const argv[] = { (char[]){ "openlogon-spawn" }, NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int r = posix_spawn_file_actions_init(&actions);

    if (r != 0)
        return -r;
    r = posix_spawnattr_init(&attributes);
    if (r == 0) {
        r = set_attributes(&attributes);
        if (r == 0)
            r = set_actions(&actions, socket);
        if (r == 0)
            r = posix_spawn(ret, host->path, &actions, &attributes, argv, environ);
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return -r;
}

/* An order with as many groups as there can be has room. */
static void widen(int socket)
{
    const int size = 2 * SPAWN_ORDER_MAX;

    (void)setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
}

static int start(SpawnHost *host)
{
    int sockets[2];
    pid_t pid = 0;
    int r = channel_pair(sockets);

    if (r < 0)
        return r;
    widen(sockets[0]);
    r = run(host, sockets[1], &pid);
    (void)close(sockets[1]);
    host->fd = sockets[0];
    if (r == 0)
        r = watch_end(host, pid);
    if (r >= 0)
        return 0;
    log_error("cannot start %s: %s", host->path, strerror(-r));
    forget(host);
    return r;
}

static int send_order(SpawnHost *host, const struct spawn_order *order, const int *fds,
                      size_t n_fds)
{
    _cleanup_(freep) void *bytes = NULL;
    size_t size;
    int r = host->fd < 0 ? start(host) : 0;

    if (r < 0)
        return r;
    if (nt_failed(spawn_order_encode(order, &bytes, &size)))
        return -ENOMEM;
    return fd_message_send(host->fd, bytes, size, fds, n_fds, MSG_DONTWAIT);
}

nt_status spawn_host_order(SpawnHost *host, const struct spawn_order *order, const int *fds,
                           size_t n_fds)
{
    int r = send_order(host, order, fds, n_fds);

    if (r == -EPIPE || r == -ECONNRESET) {
        forget(host); /* it has died, and its end was not seen yet */
        r = send_order(host, order, fds, n_fds);
    }
    return r == -EAGAIN ? NT(INSUFFICIENT_RESOURCES) : nt_from_errno(r);
}
