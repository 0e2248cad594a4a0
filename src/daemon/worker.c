/* SPDX-License-Identifier: MIT */
#include "daemon/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/bounds.h"
#include "daemon/helper.h"
#include "linux/process.h"

enum { GRACE_MS = 2000 }; /* at openlogond's end */

/* --- what it says ------------------------------------------------------------------------------
 */

static bool take_message(Worker *worker, const struct channel_message *message)
{
    const struct worker_host *host = worker->host;
    Openlogon__Worker__FromWorker *unpacked = openlogon__worker__from_worker__unpack(
        message_arena_allocator(host->arena), message->size, message->bytes);
    bool sound = unpacked && host->message(worker, unpacked, host->context);

    message_arena_empty(host->arena);
    return sound;
}

/* Returns what channel_receive() does, or -EBADMSG for a message that makes no sense. */
static int read_message(Worker *worker)
{
    _cleanup_(channel_message_done) struct channel_message message = { 0 };
    int r = channel_receive(worker->fd, worker->host->buffer, &message);

    if (r > 0 && !take_message(worker, &message))
        return -EBADMSG;
    return r;
}

static void want_drained(Worker *worker, bool is_full)
{
    worker->is_full = is_full;
    if (worker->watch.node.id != 0 && socket_set_change(worker->host->sockets, &worker->watch,
                                                        is_full ? EPOLLIN | EPOLLOUT : EPOLLIN) < 0)
        worker_kill(worker);
}

static void stop_reading(Worker *worker)
{
    socket_set_remove(worker->host->sockets, &worker->watch);
}

static void on_socket(void *context, uint32_t events)
{
    Worker *worker = context;
    int r = 1;

    if (events & EPOLLOUT) {
        want_drained(worker, false);
        worker->host->drained(worker, worker->host->context);
        return;
    }
    r = read_message(worker);
    if (r > 0 || r == -EAGAIN)
        return;
    if (r == -EBADMSG)
        log_error("worker %d said something that makes no sense; killed it", (int)worker->pid);
    worker_kill(worker);
}

static void note_end(Worker *worker, const siginfo_t *info)
{
    worker->ended_well = info->si_code == CLD_EXITED && info->si_status == 0;
    if (info->si_code == CLD_EXITED)
        (void)snprintf(worker->end, sizeof(worker->end), "exited with code %d", info->si_status);
    else
        (void)snprintf(worker->end, sizeof(worker->end), "was ended by signal %d (%s)",
                       info->si_status, sigabbrev_np(info->si_status));
}

static int on_end(sd_event_source *source, const siginfo_t *info, void *context)
{
    Worker *worker = context;

    worker->pid = 0; /* about to be reaped: not ours to kill any more */
    note_end(worker, info);
    while (worker->watch.node.id != 0 && read_message(worker) > 0)
        ; /* what it said before it ended counts */
    worker->host->ended(worker, worker->host->context);
    return 0;
}

/* --- its process -------------------------------------------------------------------------------
 */

static int start(Worker *worker)
{
    const struct helper_program program = { .path = worker->host->path,
                                            .name = "openlogon-worker",
                                            .event = worker->host->event,
                                            .ended = on_end,
                                            .context = worker };
    struct helper helper;
    int r = helper_start(&helper, &program);

    if (r < 0)
        return r;
    worker->pid = helper.pid;
    worker->fd = helper.fd;
    worker->child = helper.end;
    if (fcntl(worker->fd, F_SETFL, O_NONBLOCK) < 0)
        return -errno;
    worker->watch.ready = on_socket;
    worker->watch.owner = worker;
    return socket_set_add(worker->host->sockets, &worker->watch, worker->fd, EPOLLIN);
}

int worker_start(Worker **ret, const struct worker_host *host, uint64_t id)
{
    _cleanup_(worker_freep) Worker *worker = calloc(1, sizeof(*worker));
    int r;

    if (!worker)
        return -ENOMEM;
    worker->host = host;
    worker->id = id;
    worker->fd = -1;
    r = start(worker);
    if (r < 0) {
        worker_kill(worker);
        return r;
    }
    *ret = TAKE(worker);
    return 0;
}

void worker_say_goodbye(Worker *worker)
{
    stop_reading(worker);
    if (worker->fd >= 0)
        (void)close(worker->fd);
    worker->fd = -1;
}

static void await_end(pid_t pid)
{
    int pidfd = process_open(pid);
    struct pollfd event = { .fd = pidfd, .events = POLLIN };

    if (pidfd >= 0) {
        (void)poll(&event, 1, GRACE_MS);
        (void)close(pidfd);
    }
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0); /* a killed process ends at once */
}

Worker *worker_free(Worker *worker)
{
    if (!worker)
        return NULL;
    worker_say_goodbye(worker);
    (void)sd_event_source_disable_unref(worker->child);
    if (worker->pid > 0)
        await_end(worker->pid);
    job_free(worker->job);
    for (size_t i = 0; i < WORKER_TOKENS_MAX; i++)
        token_unref(worker->tokens[i]);
    free(worker);
    return NULL;
}

void worker_kill(Worker *worker)
{
    stop_reading(worker);
    worker->state = WORKER_ENDING;
    if (worker->pid > 0)
        (void)kill(worker->pid, SIGKILL);
}

/* --- what it is told ---------------------------------------------------------------------------
 */

static int note_full(Worker *worker, int error)
{
    if (error == -EAGAIN)
        want_drained(worker, true);
    return error;
}

int worker_send(Worker *worker, const Openlogon__Worker__ToWorker *message)
{
    return note_full(worker, channel_send(worker->fd, &message->base, NULL, 0));
}

int worker_send_packed(Worker *worker, secret *packed)
{
    ssize_t n = send(worker->fd, secret_bytes(packed), secret_size(packed), MSG_NOSIGNAL);

    return note_full(worker, n < 0 ? -errno : 0);
}
