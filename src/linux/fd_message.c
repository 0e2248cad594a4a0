/* SPDX-License-Identifier: MIT */
#include "linux/fd_message.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control_space {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int) * FD_MESSAGE_FDS_MAX)];
};

int fd_message_send(int socket, const void *bytes, size_t size, const int *fds, size_t n_fds,
                    int flags)
{
    union control_space control = { 0 };
    struct iovec vector = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = size };
    struct msghdr header = { .msg_iov = &vector, .msg_iovlen = 1 };
    ssize_t n;

    if (n_fds > FD_MESSAGE_FDS_MAX)
        return -EINVAL;
    if (n_fds > 0) {
        struct cmsghdr *c = &control.align;

        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
        memcpy(CMSG_DATA(c), fds, sizeof(int) * n_fds);
    }
    do {
        n = sendmsg(socket, &header, flags | MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

static void close_all(const int *fds, size_t n)
{
    for (size_t i = 0; i < n; i++)
        (void)close(fds[i]);
}

static void take_fds(struct msghdr *header, int *fds, size_t *ret_n)
{
    *ret_n = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        *ret_n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(fds, CMSG_DATA(c), *ret_n * sizeof(int));
    }
}

ssize_t fd_message_receive(int socket, void *bytes, size_t size, int *fds, size_t *n_fds, int flags)
{
    union control_space control;
    struct iovec vector = { .iov_base = bytes, .iov_len = size };
    struct msghdr header = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.bytes };
    const size_t room = *n_fds;
    int came[FD_MESSAGE_FDS_MAX];
    ssize_t n;

    *n_fds = 0;
    if (room > FD_MESSAGE_FDS_MAX)
        return -EINVAL;
    /* For no more: what there is no room for never gets a number here. To close it could take as
     * long as whoever made it likes. */
    header.msg_controllen = room > 0 ? CMSG_LEN(sizeof(int) * room) : 0;
    do {
        n = recvmsg(socket, &header, flags | MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    take_fds(&header, came, n_fds);
    if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        close_all(came, *n_fds);
        *n_fds = 0;
        return -EBADMSG;
    }
    memcpy(fds, came, *n_fds * sizeof(int));
    return n;
}
