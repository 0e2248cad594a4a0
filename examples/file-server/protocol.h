/* SPDX-License-Identifier: MIT */
/*
 * What file-server and its clients say to each other, over SOCK_SEQPACKET: a request is a path, a
 * reply is an errno and, if that is 0, the begin of the file.
 */
#ifndef FILE_SERVER_PROTOCOL_H
#define FILE_SERVER_PROTOCOL_H

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { PATH_SIZE = 4096, CONTENT_SIZE = 32 * 1024 };

struct reply {
    int error;
    char content[CONTENT_SIZE];
};

/* 0: the path is too long for a socket's name. */
static inline int socket_address(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof(address->sun_path))
        return 0;
    strcpy(address->sun_path, path);
    return 1;
}

#endif
