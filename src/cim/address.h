/* SPDX-License-Identifier: MIT */
/* Where a server listens. */
#ifndef OPENLOGON_CIM_ADDRESS_H
#define OPENLOGON_CIM_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/macros.h"

enum { ADDRESS_TEXT_SIZE = 64 };

struct address {
    struct sockaddr_storage bytes;
    socklen_t size;
};

/* "127.0.0.1:5988", "[::1]:0": numbers, so that nothing is asked of anybody. False: it is none. */
_must_check_ bool address_parse(struct address *ret, const char *text);
/* Whether only this machine reaches it. */
bool address_is_loopback(const struct address *address);
void address_text(char ret[ADDRESS_TEXT_SIZE], const struct address *address);

/* A listening socket, and where it came to listen. Negative errno. */
_must_check_ int address_listen(const struct address *address, struct address *ret_bound);

#endif
