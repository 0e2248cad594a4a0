/* SPDX-License-Identifier: MIT */
/* One message with descriptors over a SOCK_SEQPACKET socket, for those who do without ipc/. */
#ifndef OPENLOGON_LINUX_FD_MESSAGE_H
#define OPENLOGON_LINUX_FD_MESSAGE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/macros.h"

enum { FD_MESSAGE_FDS_MAX = 8 };

/* The descriptors stay the caller's. @flags of sendmsg(2). Returns 0 or -errno. */
_must_check_ int fd_message_send(int socket, const void *bytes, size_t size, const int *fds,
                                 size_t n_fds, int flags);

/**
 * Receives one message. Its descriptors are close-on-exec and the caller's.
 * @n_fds    in: for how many there is room, FD_MESSAGE_FDS_MAX at most; out: how many came
 * @flags    of recvmsg(2)
 * Returns:  its size; 0: the peer has closed; -EBADMSG (longer than that, or more descriptors: all
 *           are closed) and others of recvmsg(2)
 */
_must_check_ ssize_t fd_message_receive(int socket, void *bytes, size_t size, int *fds,
                                        size_t *n_fds, int flags);

#endif
