/* SPDX-License-Identifier: MIT */
#include "daemon/client_set.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/bounds.h"

struct ClientSet {
    struct client_set_spec spec;
    char *path;
    int listener;
    struct socket_watch watch; /* of the listener */
    struct id_map clients;
    uint64_t last_id;
};

Client *client_set_next(const ClientSet *set, const Client *previous)
{
    return ID_ENTRY(previous ? id_map_next(&set->clients, &previous->node) : set->clients.first,
                    Client, node);
}

Client *client_set_find(const ClientSet *set, uint64_t id)
{
    return ID_ENTRY(id_map_find(&set->clients, id), Client, node);
}

void client_set_revoke(const ClientSet *set, const struct session_filter *filter)
{
    for (struct id_node *node = set->clients.first; node; node = id_map_next(&set->clients, node))
        client_revoke(ID_ENTRY(node, Client, node), filter);
}

/* One that was in the middle of having back what it held can try once more. */
void client_set_close(ClientSet *set, Client *client)
{
    if (client->state == CLIENT_RECLAIMING)
        orphan_add(set->spec.orphans, &client->holder, &client->tokens);
    id_map_remove(&set->clients, &client->node);
    socket_set_remove(set->spec.sockets, &client->watch);
    client_free(client);
}

void client_set_cut(ClientSet *set, uint64_t id)
{
    Client *client = client_set_find(set, id);

    if (!client)
        return;
    orphan_add(set->spec.orphans, &client->holder, &client->tokens);
    client_set_close(set, client);
}

/* --- who comes in ------------------------------------------------------------------------------
 */

void client_set_pause(ClientSet *set, Client *client)
{
    if (socket_set_change(set->spec.sockets, &client->watch, 0) < 0)
        log_error("cannot stop reading from process %d", (int)client->pid);
}

void client_set_resume(ClientSet *set, Client *client)
{
    if (socket_set_change(set->spec.sockets, &client->watch, EPOLLIN) < 0)
        client_set_close(set, client);
}

static void on_client(void *client, uint32_t events);

static void refuse(const char *what, nt_status st)
{
    log_warning("refused a client: %s: %s", what, nt_status_name(st));
}

static void add_client(ClientSet *set, Client *client)
{
    int r;

    client->node.id = ++set->last_id;
    client->set = set;
    client->watch.ready = on_client;
    client->watch.owner = client;
    r = socket_set_add(set->spec.sockets, &client->watch, client->fd, EPOLLIN);
    if (r < 0) {
        refuse("watching its socket", nt_from_errno(r));
        client_free(client);
        return;
    }
    (void)id_map_insert(&set->clients, &client->node); /* ids are never used twice */
}

static bool uid_may_connect(const ClientSet *set, uint32_t uid)
{
    return !set->spec.only_own_uid || uid == 0 || uid == set->spec.authority->own_uid;
}

static void welcome(ClientSet *set, int fd)
{
    _cleanup_(client_freep) Client *client = NULL;
    nt_status st = client_new(&client, set->spec.authority, fd);

    if (nt_failed(st)) {
        refuse("taking its connection", st);
        return;
    }
    if (!uid_may_connect(set, client->uid)) {
        log_warning("refused uid %u: this authority is private", client->uid);
        return;
    }
    add_client(set, TAKE(client));
}

/* A few at a time, so that a flood of connections does not keep those that are there waiting. */
static void on_listener(void *context, uint32_t events)
{
    ClientSet *set = context;

    for (int i = 0; i < EVENTS_PER_TURN; i++) {
        int fd = accept4(set->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd >= 0) {
            welcome(set, fd);
        } else {
            if (errno != EAGAIN && errno != ECONNABORTED)
                log_error("cannot take a connection on %s: %s", set->path, strerror(errno));
            return;
        }
    }
}

/* --- what they say -----------------------------------------------------------------------------
 */

static bool take_message(ClientSet *set, Client *client, struct channel_message *message)
{
    if (!client_is_sender(client, &message->sender)) {
        log_warning("cut off process %d (uid %u): a message came from process %d (uid %u); a "
                    "process that forked or changed its uid has to connect anew",
                    (int)client->pid, client->uid, (int)message->sender.pid, message->sender.uid);
        return false;
    }
    return set->spec.message(client, message, set->spec.context);
}

static void read_client(ClientSet *set, Client *client)
{
    _cleanup_(channel_message_done) struct channel_message message = { 0 };
    int r = channel_receive(client->fd, set->spec.buffer, &message);

    if (r == -EAGAIN)
        return;
    if (r < 0 && r != -ECONNRESET) /* it went without reading all that it was sent */
        log_warning("cut off process %d (uid %u): %s", (int)client->pid, client->uid, strerror(-r));
    if (r <= 0 || !take_message(set, client, &message))
        client_set_close(set, client);
}

/* A socket that cannot be watched otherwise any more goes with the next thing that happens to it.
 */
static void tell_writable(const ClientSet *set, Client *client)
{
    if (socket_set_change(set->spec.sockets, &client->watch, EPOLLIN) == 0)
        set->spec.writable(client, set->spec.context);
}

static void on_client(void *context, uint32_t events)
{
    Client *client = context;
    ClientSet *set = client->set;
    const uint64_t id = client->node.id;

    if (events & EPOLLOUT)
        tell_writable(set, client);
    if (!client_set_find(set, id))
        return; /* it was closed by being told so */
    if (events & EPOLLIN)
        read_client(set, client);
    else if (events & ~(uint32_t)EPOLLOUT)
        client_set_close(set, client);
}

/* --- what they are told ------------------------------------------------------------------------
 */

static int send_vectors(int socket, const struct iovec *vectors, size_t n, int fd)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct msghdr header = { .msg_iov = (struct iovec *)(uintptr_t)vectors, .msg_iovlen = n };

    if (fd >= 0) {
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
        header.msg_control = control.bytes;
        header.msg_controllen = sizeof(control.bytes);
    }
    return sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

void client_set_send(ClientSet *set, uint64_t id, const void *bytes, size_t size, int fd)
{
    const struct iovec vector = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = size };
    Client *client = client_set_find(set, id);
    int r;

    if (!client)
        return;
    r = send_vectors(client->fd, &vector, 1, fd);
    if (r == 0)
        return;
    if (r == -EAGAIN)
        log_warning("cut off process %d (uid %u): it does not read its replies", (int)client->pid,
                    client->uid);
    client_set_close(set, client);
}

int client_set_offer(ClientSet *set, Client *client, const struct iovec *vectors, size_t n)
{
    int r = send_vectors(client->fd, vectors, n, -1);

    if (r == -EAGAIN &&
        socket_set_change(set->spec.sockets, &client->watch, EPOLLIN | EPOLLOUT) == 0)
        return r;
    if (r < 0)
        client_set_close(set, client);
    return r == -EAGAIN ? -EIO : r;
}

/* --- the set -----------------------------------------------------------------------------------
 */

static bool is_in_use(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    bool answered = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;

    if (fd >= 0)
        (void)close(fd);
    return answered;
}

/*
 * A socket that nobody listens on is what a crash left. The new one takes its place at once and
 * ready, so that who waits for an authority to come back finds at no moment that there is none.
 */
static int bind_path(const ClientSet *set, const struct sockaddr_un *address)
{
    struct sockaddr_un new = { .sun_family = AF_UNIX };
    int length = snprintf(new.sun_path, sizeof(new.sun_path), "%s.new", address->sun_path);

    if (length < 0 || (size_t)length >= sizeof(new.sun_path))
        return -ENAMETOOLONG;
    if (is_in_use(address))
        return -EADDRINUSE;
    if (unlink(new.sun_path) < 0 && errno != ENOENT)
        return -errno;
    if (bind(set->listener, (const struct sockaddr *)&new, sizeof(new)) < 0 ||
        chmod(new.sun_path, (mode_t)set->spec.mode) < 0 ||
        listen(set->listener, LISTEN_BACKLOG) < 0)
        return -errno;
    return rename(new.sun_path, address->sun_path) < 0 ? -errno : 0;
}

static int listen_at(ClientSet *set)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int r;

    if (strlen(set->path) >= sizeof(address.sun_path))
        return -ENAMETOOLONG;
    memcpy(address.sun_path, set->path, strlen(set->path));
    set->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (set->listener < 0)
        return -errno;
    /* Connections inherit it. Set on them it would come too late for what is sent at once. */
    r = channel_stamp_senders(set->listener);
    if (r < 0)
        return r;
    r = bind_path(set, &address);
    if (r < 0)
        return r;
    set->watch.ready = on_listener;
    set->watch.owner = set;
    return socket_set_add(set->spec.sockets, &set->watch, set->listener, 0);
}

int client_set_new(ClientSet **ret, const struct client_set_spec *spec)
{
    _cleanup_(client_set_freep) ClientSet *set = calloc(1, sizeof(*set));
    int r;

    if (!set)
        return -ENOMEM;
    set->spec = *spec;
    set->listener = -1;
    set->path = strdup(spec->socket_path);
    if (!set->path)
        return -ENOMEM;
    r = listen_at(set);
    if (r < 0) {
        log_error("cannot listen on %s: %s", set->path, strerror(-r));
        free(TAKE(set->path)); /* it is not ours to unlink */
        return r;
    }
    *ret = TAKE(set);
    return 0;
}

void client_set_start(ClientSet *set)
{
    if (socket_set_change(set->spec.sockets, &set->watch, EPOLLIN) < 0)
        log_error("cannot take connections on %s", set->path);
}

ClientSet *client_set_free(ClientSet *set)
{
    if (!set)
        return NULL;
    while (set->clients.first)
        client_set_close(set, ID_ENTRY(set->clients.first, Client, node));
    socket_set_remove(set->spec.sockets, &set->watch);
    if (set->listener >= 0)
        (void)close(set->listener);
    if (set->path)
        (void)unlink(set->path);
    free(set->path);
    free(set);
    return NULL;
}
