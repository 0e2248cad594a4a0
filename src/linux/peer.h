/* SPDX-License-Identifier: MIT */
/* Who is at the other end of a UNIX socket: what the kernel says, never what a message says. */
#ifndef OPENLOGON_LINUX_PEER_H
#define OPENLOGON_LINUX_PEER_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/macros.h"

/* The peer as it was when it connected. peer_identity_done() frees it. */
struct peer_identity {
    pid_t pid;
    uid_t uid; /* effective ids */
    gid_t gid;
    int pidfd;   /* owned; close-on-exec */
    gid_t *gids; /* owned; supplementary groups */
    size_t n_gids;
};

#define PEER_IDENTITY_NONE ((struct peer_identity){ .pidfd = -1 })

/**
 * Reads the identity of a connected socket's peer.
 * Errors:   -ESRCH (the peer has ended, or its pid belongs to another process by now), -ENOTCONN,
 *           -ENOMEM
 * Before Linux 6.5 the pidfd is opened by number and the process behind it compared with the peer's
 * ids: the pid of a peer that ended at once could have passed to another process of the same user.
 */
_must_check_ int peer_identity_read(int fd, struct peer_identity *ret);

/* The same, also of a peer that has ended: then pidfd is -1, and pid may be another's by now. */
_must_check_ int peer_stamp_read(int fd, struct peer_identity *ret);

void peer_identity_done(struct peer_identity *peer);

/* Makes the kernel stamp every message that fd receives with its sender. */
_must_check_ int peer_enable_message_credentials(int fd);

/**
 * Finds the stamp of a received message. Note that these are the sender's *real* ids unless it
 * chose among its own, whereas a peer_identity has the effective ones: they differ for set-uid
 * programs. Errors:   -ENODATA (none there), -EBADMSG (the control data was cut off)
 */
_must_check_ int peer_message_credentials(struct msghdr *header, struct ucred *ret);

/**
 * The effective uid that the kernel has for the calling thread. It is the truth under uid_wrapper
 * too, where geteuid() is not.
 */
_must_check_ int own_kernel_uid(uid_t *ret);

#endif
