/* SPDX-License-Identifier: MIT */
#include "pam/authority_link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "ipc/channel.h"

enum {
    PROTOCOL_VERSION = 1,
    REQUEST_MAX = 4096,
    REPLY_USUAL = 8192, /* all but those with a token are shorter */
};

struct AuthorityLink {
    int fd;
    int64_t deadline_ms; /* CLOCK_MONOTONIC */
    uint32_t serial;
    uint32_t hello; /* the serial of one that is not answered yet; 0: none */
    char machine[MACHINE_NAME_SIZE];
    struct wire_writer writer;
    uint8_t request[REQUEST_MAX];
    uint8_t reply[REPLY_USUAL];
};

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 0: there is none left. */
static int time_left_ms(const AuthorityLink *link)
{
    int64_t left = link->deadline_ms - now_ms();

    return left > 0 ? (int)left : 0;
}

AuthorityLink *authority_link_close(AuthorityLink *link)
{
    if (!link)
        return NULL;
    if (link->fd >= 0)
        (void)close(link->fd);
    free(link);
    return NULL;
}

/* --- connecting --------------------------------------------------------------------------------
 */

/* connect() to a listener whose queue is full waits as sending would. */
static int connect_once(const AuthorityLink *link, const struct sockaddr_un *address)
{
    int left = time_left_ms(link);
    const struct timeval wait = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000L };

    if (left == 0)
        return -ETIMEDOUT;
    if (setsockopt(link->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) < 0)
        return -errno;
    if (connect(link->fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
        return 0;
    return errno == EAGAIN ? -ETIMEDOUT : -errno;
}

/* Somebody else's socket gets no password, and its answers count for nothing. */
static int check_server(int fd)
{
    struct ucred server;
    socklen_t size = sizeof(server);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &server, &size) < 0)
        return -errno;
    return server.uid == 0 || server.uid == geteuid() ? 0 : -EPERM;
}

static int connect_to(AuthorityLink *link, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int r;

    if (strlen(path) >= sizeof(address.sun_path))
        return -ENAMETOOLONG;
    memcpy(address.sun_path, path, strlen(path));
    link->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (link->fd < 0)
        return -errno;
    do {
        r = connect_once(link, &address);
    } while (r == -EINTR);
    if (r >= 0)
        r = check_server(link->fd);
    return r;
}

/* --- asking ------------------------------------------------------------------------------------
 */

static int wait_for(const AuthorityLink *link, short events)
{
    struct pollfd wait = { .fd = link->fd, .events = events };
    int r;

    do {
        int left = time_left_ms(link);

        if (left == 0)
            return -ETIMEDOUT;
        r = poll(&wait, 1, left);
    } while (r < 0 && errno == EINTR);
    if (r < 0)
        return -errno;
    return r == 0 ? -ETIMEDOUT : 0;
}

struct wire_writer *authority_link_request(AuthorityLink *link)
{
    wire_writer_init(&link->writer, link->request, sizeof(link->request));
    request_begin(&link->writer, ++link->serial);
    return &link->writer;
}

static int send_request(AuthorityLink *link)
{
    const struct wire_writer *w = &link->writer;
    int r = w->failed ? -EMSGSIZE : channel_send_as_effective(link->fd, w->bytes, w->size);

    while (r == -EAGAIN) {
        r = wait_for(link, POLLOUT);
        if (r >= 0)
            r = channel_send_as_effective(link->fd, w->bytes, w->size);
    }
    explicit_bzero(link->request, w->size); /* it may have a password */
    return r == -EPIPE ? -ECONNRESET : r;
}

/* What comes along is the kernel's to close: nothing here needs descriptors. */
static int receive_into(int fd, void *bytes, size_t size, int flags, size_t *ret)
{
    ssize_t n;

    do {
        n = recv(fd, bytes, size, flags | MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n <= 0)
        return n == 0 ? -ECONNRESET : -errno;
    *ret = (size_t)n;
    return 0;
}

static int receive_of_size(AuthorityLink *link, size_t size, struct authority_reply *ret)
{
    _cleanup_(freep) uint8_t *large = size > sizeof(link->reply) ? malloc(size) : NULL;
    uint8_t *bytes = large ? large : link->reply;
    size_t received;
    int r;

    if (size > sizeof(link->reply) && !large)
        return -ENOMEM;
    r = receive_into(link->fd, bytes, size, 0, &received);
    if (r < 0)
        return r;
    return authority_reply_parse(ret, bytes, received) ? 0 : -EPROTO;
}

static int receive_reply(AuthorityLink *link, uint32_t serial, struct authority_reply *ret)
{
    size_t size;
    int r;

    do {
        r = wait_for(link, POLLIN);
        if (r >= 0)
            r = receive_into(link->fd, NULL, 0, MSG_PEEK | MSG_TRUNC, &size);
    } while (r == -EAGAIN);
    if (r >= 0)
        r = size <= CHANNEL_MESSAGE_MAX ? receive_of_size(link, size, ret) : -EPROTO;
    if (r < 0)
        return r;
    return ret->serial == serial ? 0 : -EPROTO;
}

/* --- hello -------------------------------------------------------------------------------------
 */

int authority_link_hello(AuthorityLink *link)
{
    request_hello(authority_link_request(link));
    link->hello = link->serial;
    return send_request(link);
}

static int hear_hello(AuthorityLink *link)
{
    struct authority_reply reply;
    int r;

    if (link->hello == 0)
        return 0;
    r = receive_reply(link, link->hello, &reply);
    if (r < 0)
        return r;
    if (reply.status < 0 || reply.n_hellos != 1 || reply.version != PROTOCOL_VERSION)
        return -EPROTO;
    link->hello = 0;
    memcpy(link->machine, reply.machine_name, sizeof(link->machine));
    return 0;
}

int authority_link_open(AuthorityLink **ret, const char *socket_path, unsigned timeout_ms)
{
    _cleanup_(authority_link_closep) AuthorityLink *link = malloc(sizeof(*link));
    int r;

    if (!link)
        return -ENOMEM;
    link->fd = -1;
    link->deadline_ms = now_ms() + timeout_ms;
    link->serial = 0;
    link->hello = 0;
    link->machine[0] = '\0';
    r = connect_to(link, socket_path);
    if (r < 0)
        return r;
    *ret = TAKE(link);
    return 0;
}

int authority_link_machine(AuthorityLink *link, const char **ret)
{
    int r = hear_hello(link);

    if (r >= 0)
        *ret = link->machine;
    return r;
}

int authority_link_ask(AuthorityLink *link, struct authority_reply *ret)
{
    int r = send_request(link);

    if (r >= 0)
        r = hear_hello(link);
    return r < 0 ? r : receive_reply(link, link->serial, ret);
}
