/* SPDX-License-Identifier: MIT */
/*
 * One packed message and the descriptors that travel with it, over a SOCK_SEQPACKET socket. Knows
 * nothing of what the message says. Sizes are checked here, once: a message that is too long,
 * truncated or carries more descriptors than it may is refused whole and its descriptors are
 * closed.
 */
#ifndef OPENLOGON_IPC_CHANNEL_H
#define OPENLOGON_IPC_CHANNEL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <protobuf-c/protobuf-c.h>

#include "base/macros.h"

enum {
    CHANNEL_MESSAGE_MAX = 128 * 1024,
    CHANNEL_FDS_MAX = 4,
};

/* Who sent a message, as the kernel stamped it: real ids and the process at the time of sending. */
struct channel_sender {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

/* Where a receiver's messages land, one at a time. */
struct channel_buffer {
    uint8_t bytes[CHANNEL_MESSAGE_MAX];
};

/*
 * One received message. Its bytes lie in the receiver's buffer, until the next receive; its
 * descriptors are its own. channel_message_done() wipes the former and closes the latter.
 */
struct channel_message {
    uint8_t *bytes;
    size_t size;
    int fds[CHANNEL_FDS_MAX];
    size_t n_fds;
    struct channel_sender sender; /* pid 0 unless SO_PASSCRED is set on the receiving socket */
};

void channel_message_done(struct channel_message *message);

/* Takes the i-th descriptor out of the message; -1 when there is none. The caller owns it. */
int channel_message_take_fd(struct channel_message *message, size_t i);

/**
 * Packs and sends one message. The descriptors stay the caller's.
 * Returns 0; -EMSGSIZE (longer than CHANNEL_MESSAGE_MAX), -EAGAIN (non-blocking and full),
 * -EPIPE and others of sendmsg(2), -ENOMEM.
 */
_must_check_ int channel_send(int fd, const ProtobufCMessage *message, const int *fds,
                              size_t n_fds);

/* The same of a message that is packed. */
_must_check_ int channel_send_bytes(int fd, const void *bytes, size_t size, const int *fds,
                                    size_t n_fds);

/* The same without descriptors and without waiting (-EAGAIN), stamped with the effective ids of the
 * caller instead of the real ones: those differ in a set-uid program. */
_must_check_ int channel_send_as_effective(int fd, const void *bytes, size_t size);

/**
 * Receives one message. Descriptors arrive close-on-exec.
 * Returns 1; 0 when the peer has closed; -EAGAIN (nothing there), -EBADMSG (truncated, too many
 * descriptors) and others of recvmsg(2).
 */
_must_check_ int channel_receive(int fd, struct channel_buffer *buffer,
                                 struct channel_message *message);

/* Both ends close-on-exec. */
_must_check_ int channel_pair(int ret[static 2]);

/* Makes the kernel stamp every message that fd receives with its sender. */
_must_check_ int channel_stamp_senders(int fd);

#endif
