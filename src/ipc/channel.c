/* SPDX-License-Identifier: MIT */
#include "ipc/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control_space {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int) * CHANNEL_FDS_MAX) + CMSG_SPACE(sizeof(struct ucred))];
};

void channel_message_done(struct channel_message *message)
{
    for (size_t i = 0; i < message->n_fds; i++) {
        if (message->fds[i] >= 0)
            (void)close(message->fds[i]);
    }
    if (message->bytes)
        explicit_bzero(message->bytes, message->size); /* it may have carried a password */
    *message = (struct channel_message){ 0 };
}

int channel_message_take_fd(struct channel_message *message, size_t i)
{
    int fd;

    if (i >= message->n_fds)
        return -1;
    fd = message->fds[i];
    message->fds[i] = -1;
    return fd;
}

static void control_put_fds(struct msghdr *header, union control_space *control, const int *fds,
                            size_t n_fds)
{
    struct cmsghdr *c;

    header->msg_control = control->bytes;
    header->msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
    c = CMSG_FIRSTHDR(header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
    memcpy(CMSG_DATA(c), fds, sizeof(int) * n_fds);
}

static void control_put_effective(struct msghdr *header, union control_space *control)
{
    const struct ucred sender = { .pid = getpid(), .uid = geteuid(), .gid = getegid() };
    struct cmsghdr *c;

    header->msg_control = control->bytes;
    header->msg_controllen = CMSG_SPACE(sizeof(sender));
    c = CMSG_FIRSTHDR(header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_CREDENTIALS;
    c->cmsg_len = CMSG_LEN(sizeof(sender));
    memcpy(CMSG_DATA(c), &sender, sizeof(sender));
}

/* @header  has what travels along */
static int send_bytes(int fd, const void *bytes, size_t size, struct msghdr *header, int flags)
{
    struct iovec vector = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = size };

    header->msg_iov = &vector;
    header->msg_iovlen = 1;
    for (;;) {
        if (sendmsg(fd, header, MSG_NOSIGNAL | flags) >= 0)
            return 0;
        if (errno != EINTR)
            return -errno;
    }
}

int channel_send_bytes(int fd, const void *bytes, size_t size, const int *fds, size_t n_fds)
{
    union control_space control = { 0 };
    struct msghdr header = { 0 };

    if (n_fds > CHANNEL_FDS_MAX)
        return -EMSGSIZE;
    if (n_fds > 0)
        control_put_fds(&header, &control, fds, n_fds);
    return send_bytes(fd, bytes, size, &header, 0);
}

int channel_send_as_effective(int fd, const void *bytes, size_t size)
{
    union control_space control = { 0 };
    struct msghdr header = { 0 };

    control_put_effective(&header, &control);
    return send_bytes(fd, bytes, size, &header, MSG_DONTWAIT);
}

static void take_control(struct channel_message *ret, struct msghdr *header)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level != SOL_SOCKET)
            continue;
        if (c->cmsg_type == SCM_RIGHTS) {
            ret->n_fds = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            memcpy(ret->fds, CMSG_DATA(c), ret->n_fds * sizeof(int));
        } else if (c->cmsg_type == SCM_CREDENTIALS) {
            struct ucred stamp;

            memcpy(&stamp, CMSG_DATA(c), sizeof(stamp));
            ret->sender = (struct channel_sender){ stamp.pid, stamp.uid, stamp.gid };
        }
    }
}

int channel_receive(int fd, struct channel_buffer *buffer, struct channel_message *message)
{
    struct channel_message got = { .bytes = buffer->bytes };
    union control_space control;
    struct iovec vector = { .iov_base = buffer->bytes, .iov_len = sizeof(buffer->bytes) };
    struct msghdr header = { .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes) };
    ssize_t n;

    do {
        n = recvmsg(fd, &header, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    got.size = (size_t)n;
    take_control(&got, &header);
    if (n == 0) {
        channel_message_done(&got);
        return 0;
    }
    if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        channel_message_done(&got);
        return -EBADMSG;
    }
    *message = got;
    return 1;
}

int channel_pair(int ret[static 2])
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) < 0)
        return -errno;
    return 0;
}

int channel_stamp_senders(int fd)
{
    const int on = 1;

    if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0)
        return -errno;
    return 0;
}
