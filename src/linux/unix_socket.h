/* SPDX-License-Identifier: MIT */
/* Which UNIX socket a descriptor is, and which one is at its other end: the kernel's word for both.
 */
#ifndef OPENLOGON_LINUX_UNIX_SOCKET_H
#define OPENLOGON_LINUX_UNIX_SOCKET_H

#include <stdint.h>

#include "base/macros.h"

/* The cookie is never used twice in a boot; the inode is, in the end, but finds the socket. */
struct unix_socket {
    uint64_t cookie;
    uint32_t inode;
};

/* Errors: -ENOTSOCK, -EOPNOTSUPP (no AF_UNIX socket, or one without connections), -EBADF */
_must_check_ int unix_socket_identify(int fd, struct unix_socket *ret);

/*
 * A descriptor to ask the kernel by (NETLINK_SOCK_DIAG), the caller's to close. It tells of sockets
 * of its own network namespace only.
 */
_must_check_ int unix_socket_diag_open(void);

/**
 * The socket at the other end of a connection, whoever has it.
 * Errors:   -ENOENT (the socket is not there any more, is of another network namespace, has no
 *           other end, or that was not accepted yet), those of the kernel when it tells nothing
 */
_must_check_ int unix_socket_peer(int diag, const struct unix_socket *socket,
                                  struct unix_socket *ret);

/* 1: it is still there; 0: it is not, or of another network namespace; negative: cannot be told. */
_must_check_ int unix_socket_exists(int diag, const struct unix_socket *socket);

#endif
