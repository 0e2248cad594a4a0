/* SPDX-License-Identifier: MIT */
#include "linux/unix_socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Linux 4.12; C libraries came later. */
#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

static const uint64_t no_cookie = UINT64_MAX; /* INET_DIAG_NOCOOKIE, twice */

static int get_int(int fd, int option, int *ret)
{
    socklen_t size = sizeof(*ret);

    return getsockopt(fd, SOL_SOCKET, option, ret, &size) < 0 ? -errno : 0;
}

static int check_kind(int fd)
{
    int domain, type;
    int r = get_int(fd, SO_DOMAIN, &domain);

    if (r >= 0)
        r = get_int(fd, SO_TYPE, &type);
    if (r < 0)
        return r;
    return domain == AF_UNIX && (type == SOCK_STREAM || type == SOCK_SEQPACKET) ? 0 : -EOPNOTSUPP;
}

int unix_socket_identify(int fd, struct unix_socket *ret)
{
    struct unix_socket found;
    socklen_t size = sizeof(found.cookie);
    struct stat info;
    int r = check_kind(fd);

    if (r < 0)
        return r;
    if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &found.cookie, &size) < 0 || fstat(fd, &info) < 0)
        return -errno;
    found.inode = (uint32_t)info.st_ino;
    *ret = found;
    return 0;
}

int unix_socket_diag_open(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);

    return fd < 0 ? -errno : fd;
}

struct question {
    struct nlmsghdr head;
    struct unix_diag_req request;
};

static int ask(int diag, uint32_t number, uint32_t inode, uint64_t cookie)
{
    const struct question question = {
        .head = { .nlmsg_len = sizeof(question),
                  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                  .nlmsg_flags = NLM_F_REQUEST,
                  .nlmsg_seq = number },
        .request = { .sdiag_family = AF_UNIX,
                     .udiag_states = UINT32_MAX,
                     .udiag_ino = inode,
                     .udiag_show = UDIAG_SHOW_PEER,
                     .udiag_cookie = { (uint32_t)cookie, (uint32_t)(cookie >> 32) } },
    };

    return send(diag, &question, sizeof(question), 0) < 0 ? -errno : 0;
}

/* What the kernel tells of one socket. */
struct fact {
    struct unix_socket socket;
    uint32_t peer_inode; /* 0: none */
};

static uint32_t find_peer(const char *attributes, size_t size)
{
    struct rtattr head;
    uint32_t inode;

    while (size >= sizeof(head)) {
        memcpy(&head, attributes, sizeof(head));
        if (head.rta_len < sizeof(head) || head.rta_len > size)
            break;
        if (head.rta_type == UNIX_DIAG_PEER && head.rta_len >= RTA_LENGTH(sizeof(inode))) {
            memcpy(&inode, attributes + RTA_LENGTH(0), sizeof(inode));
            return inode;
        }
        if (RTA_ALIGN(head.rta_len) > size)
            break;
        attributes += RTA_ALIGN(head.rta_len);
        size -= RTA_ALIGN(head.rta_len);
    }
    return 0;
}

static int take_fact(const struct nlmsghdr *head, struct fact *ret)
{
    const size_t before = NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct unix_diag_msg)));
    struct unix_diag_msg message;

    if (head->nlmsg_len < before)
        return -EBADMSG;
    memcpy(&message, NLMSG_DATA(head), sizeof(message));
    ret->socket.inode = message.udiag_ino;
    ret->socket.cookie = message.udiag_cookie[0] | (uint64_t)message.udiag_cookie[1] << 32;
    ret->peer_inode = find_peer((const char *)head + before, head->nlmsg_len - before);
    return 0;
}

/* A question about one socket is answered before send() returns. One that failed may have left an
 * answer that nobody took. */
static int receive(int diag, uint32_t number, struct fact *ret)
{
    _Alignas(struct nlmsghdr) char buffer[512];
    const struct nlmsghdr *head = (const struct nlmsghdr *)(const void *)buffer;
    struct nlmsgerr error;

    do {
        ssize_t n = recv(diag, buffer, sizeof(buffer), 0);

        if (n < 0)
            return -errno;
        if (!NLMSG_OK(head, (size_t)n))
            return -EBADMSG;
    } while (head->nlmsg_seq != number);
    if (head->nlmsg_type != NLMSG_ERROR)
        return take_fact(head, ret);
    if (head->nlmsg_len < NLMSG_LENGTH(sizeof(error)))
        return -EBADMSG;
    memcpy(&error, NLMSG_DATA(head), sizeof(error));
    return error.error == -ESTALE || error.error == 0 ? -ENOENT : error.error;
}

static int find(int diag, uint32_t inode, uint64_t cookie, struct fact *ret)
{
    static _Atomic uint32_t last_number;
    uint32_t number = ++last_number;
    int r = inode == 0 ? -ENOENT : ask(diag, number, inode, cookie);

    return r < 0 ? r : receive(diag, number, ret);
}

/* Inodes may be of two sockets once 2^32 were made. Each has to name the other. */
int unix_socket_peer(int diag, const struct unix_socket *socket, struct unix_socket *ret)
{
    struct fact own, other;
    int r = find(diag, socket->inode, socket->cookie, &own);

    if (r >= 0)
        r = find(diag, own.peer_inode, no_cookie, &other);
    if (r < 0)
        return r;
    if (other.peer_inode != socket->inode)
        return -ENOENT;
    *ret = other.socket;
    return 0;
}

int unix_socket_exists(int diag, const struct unix_socket *socket)
{
    struct fact fact;
    int r = find(diag, socket->inode, socket->cookie, &fact);

    return r == -ENOENT ? 0 : r < 0 ? r : 1;
}
