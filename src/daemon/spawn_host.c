/* SPDX-License-Identifier: MIT */
#include "daemon/spawn_host.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/helper.h"
#include "linux/fd_message.h"

_Static_assert((int)HELPER_SOCKET == (int)SPAWN_CONTROL_FD, "openlogon-spawn looks elsewhere");

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

/* An order with as many groups as there can be has room. */
static void widen(int socket)
{
    const int size = 2 * SPAWN_ORDER_MAX;

    (void)setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
}

/* One that hung up is ending, and was not seen to have ended yet. */
static void reap_former(SpawnHost *host)
{
    siginfo_t info;
    int pidfd;

    if (!host->child)
        return;
    pidfd = sd_event_source_get_child_pidfd(host->child);
    (void)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0U);
    (void)waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED);
    host->child = sd_event_source_disable_unref(host->child);
}

static int start(SpawnHost *host)
{
    const struct helper_program program = { .path = host->path,
                                            .name = "openlogon-spawn",
                                            .event = host->event,
                                            .ended = on_end,
                                            .context = host };
    struct helper helper;
    int r;

    reap_former(host);
    r = helper_start(&helper, &program);
    if (r < 0) {
        log_error("cannot start %s: %s", host->path, strerror(-r));
        return r;
    }
    widen(helper.fd);
    host->fd = helper.fd;
    host->child = helper.end;
    return 0;
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
