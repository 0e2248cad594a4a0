/* SPDX-License-Identifier: MIT */
#include "linux/peer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "linux/process.h"

/* Linux 6.5; C libraries came later. */
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

static int peer_ids(int fd, struct ucred *ret)
{
    socklen_t size = sizeof(*ret);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret, &size) < 0)
        return -errno;
    /* What the kernel answers for a socket that is not connected, or from another pid namespace. */
    return ret->pid <= 0 ? -ENOTCONN : 0;
}

/* A pidfd by number, and the proof that can be had: the process behind it has the peer's ids. */
static int peer_pidfd_by_number(const struct ucred *ids)
{
    struct process_info info;
    int pidfd = process_open(ids->pid);
    int r;

    if (pidfd < 0)
        return pidfd;
    r = process_info_read(ids->pid, &info);
    if (r == 0 && (info.euid != ids->uid || info.egid != ids->gid))
        r = -ESRCH;
    if (r == 0 && process_alive(pidfd) != 1)
        r = -ESRCH;
    if (r < 0) {
        (void)close(pidfd);
        return r;
    }
    return pidfd;
}

static int peer_pidfd(int fd, const struct ucred *ids)
{
    int pidfd;
    socklen_t size = sizeof(pidfd);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size) == 0)
        return pidfd;
    if (errno == ENOPROTOOPT)
        return peer_pidfd_by_number(ids);
    /* EINVAL is what the kernel says of a process that has been reaped. */
    return errno == EINVAL ? -ESRCH : -errno;
}

/* Newer kernels give a pidfd of a process that has been reaped, too. */
static int of_living(int pidfd)
{
    if (pidfd >= 0 && process_alive(pidfd) != 1) {
        (void)close(pidfd);
        return -1;
    }
    return pidfd < 0 ? -1 : pidfd;
}

/* The kernel tells the size when the room does not do. */
static int peer_groups(int fd, gid_t **ret_gids, size_t *ret_n_gids)
{
    _cleanup_(freep) gid_t *gids = NULL;
    socklen_t size = 0;

    while (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, gids, &size) < 0) {
        if (errno != ERANGE)
            return -errno;
        free(gids);
        gids = malloc(size);
        if (!gids)
            return -ENOMEM;
    }
    *ret_gids = TAKE(gids);
    *ret_n_gids = size / sizeof(gid_t);
    return 0;
}

int peer_stamp_read(int fd, struct peer_identity *ret)
{
    struct peer_identity peer = PEER_IDENTITY_NONE;
    struct ucred ids;
    int r = peer_ids(fd, &ids);

    if (r < 0)
        return r;
    r = peer_groups(fd, &peer.gids, &peer.n_gids);
    if (r < 0)
        return r;
    r = peer_pidfd(fd, &ids);
    if (r < 0 && r != -ESRCH) {
        peer_identity_done(&peer);
        return r;
    }
    peer.pidfd = of_living(r);
    peer.pid = ids.pid;
    peer.uid = ids.uid;
    peer.gid = ids.gid;
    *ret = peer;
    return 0;
}

int peer_identity_read(int fd, struct peer_identity *ret)
{
    struct peer_identity peer;
    int r = peer_stamp_read(fd, &peer);

    if (r < 0)
        return r;
    if (peer.pidfd < 0) {
        peer_identity_done(&peer);
        return -ESRCH;
    }
    *ret = peer;
    return 0;
}

void peer_identity_done(struct peer_identity *peer)
{
    if (peer->pidfd >= 0)
        (void)close(peer->pidfd);
    free(peer->gids);
    *peer = PEER_IDENTITY_NONE;
}

int peer_enable_message_credentials(int fd)
{
    const int on = 1;

    return setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0 ? -errno : 0;
}

int peer_message_credentials(struct msghdr *header, struct ucred *ret)
{
    if (header->msg_flags & MSG_CTRUNC)
        return -EBADMSG;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
            continue;
        if (c->cmsg_len != CMSG_LEN(sizeof(*ret)))
            return -EBADMSG;
        memcpy(ret, CMSG_DATA(c), sizeof(*ret));
        return 0;
    }
    return -ENODATA;
}

int own_kernel_uid(uid_t *ret)
{
    struct ucred ids;
    int pair[2];
    int r;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    r = peer_ids(pair[0], &ids);
    (void)close(pair[0]);
    (void)close(pair[1]);
    if (r < 0)
        return r;
    *ret = ids.uid;
    return 0;
}
