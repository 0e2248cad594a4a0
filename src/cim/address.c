/* SPDX-License-Identifier: MIT */
#include "cim/address.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_SIZE = 48, PORT_SIZE = 8, BACKLOG = 64, LOOPBACK_NET = 127 };

/* "HOST:PORT" or "[HOST]:PORT". */
static bool split(const char *text, char host[HOST_SIZE], char port[PORT_SIZE])
{
    const bool in_brackets = *text == '[';
    const char *begin = text + in_brackets;
    const char *end = in_brackets ? strchr(begin, ']') : strrchr(begin, ':');
    const char *colon = in_brackets && end ? end + 1 : end;

    if (!end || end == begin || (size_t)(end - begin) >= HOST_SIZE || *colon != ':' || !colon[1] ||
        strlen(colon + 1) >= PORT_SIZE)
        return false;
    *(char *)mempcpy(host, begin, (size_t)(end - begin)) = '\0';
    strcpy(port, colon + 1);
    return in_brackets || !strchr(host, ':');
}

bool address_parse(struct address *ret, const char *text)
{
    const struct addrinfo hints = {
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
        .ai_socktype = SOCK_STREAM,
    };
    char host[HOST_SIZE], port[PORT_SIZE];
    struct addrinfo *found;

    if (!split(text, host, port) || getaddrinfo(host, port, &hints, &found) != 0)
        return false;
    *ret = (struct address){ .size = found->ai_addrlen };
    memcpy(&ret->bytes, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

bool address_is_loopback(const struct address *address)
{
    const struct sockaddr_in *v4 = (const void *)&address->bytes;
    const struct sockaddr_in6 *v6 = (const void *)&address->bytes;

    if (address->bytes.ss_family == AF_INET)
        return ntohl(v4->sin_addr.s_addr) >> 24 == LOOPBACK_NET;
    return address->bytes.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

void address_text(char ret[ADDRESS_TEXT_SIZE], const struct address *address)
{
    char host[HOST_SIZE], port[PORT_SIZE];
    const bool is_v6 = address->bytes.ss_family == AF_INET6;

    if (getnameinfo((const void *)&address->bytes, address->size, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        strcpy(ret, "?");
        return;
    }
    (void)snprintf(ret, ADDRESS_TEXT_SIZE, is_v6 ? "[%s]:%s" : "%s:%s", host, port);
}

static int prepare(int fd, const struct address *address, struct address *ret_bound)
{
    const int on = 1;

    *ret_bound = (struct address){ .size = sizeof(ret_bound->bytes) };
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        bind(fd, (const void *)&address->bytes, address->size) < 0 || listen(fd, BACKLOG) < 0 ||
        getsockname(fd, (void *)&ret_bound->bytes, &ret_bound->size) < 0)
        return -errno;
    return 0;
}

int address_listen(const struct address *address, struct address *ret_bound)
{
    const int fd = socket(address->bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int r;

    if (fd < 0)
        return -errno;
    r = prepare(fd, address, ret_bound);
    if (r < 0) {
        close(fd);
        return r;
    }
    return fd;
}
