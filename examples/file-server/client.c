/* SPDX-License-Identifier: MIT */
/*
 * Asks file-server for files, and lets it act as the caller to read them.
 *
 * usage: file-client [-l LEVEL] [-n TIMES] SOCKET PATH...
 * LEVEL is anonymous, identification, impersonation (the default), delegation, or none: say
 * nothing, which is identification. The files are asked for in turn, TIMES times. What comes is
 * printed; the exit code is 1 if one request failed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openlogon.h>

#include "protocol.h"

static const struct {
    const char *name;
    SECURITY_IMPERSONATION_LEVEL level;
} levels[] = {
    { "anonymous", SecurityAnonymous },
    { "identification", SecurityIdentification },
    { "impersonation", SecurityImpersonation },
    { "delegation", SecurityDelegation },
};

static int find_level(const char *name, SECURITY_QUALITY_OF_SERVICE *quality)
{
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcmp(levels[i].name, name) == 0) {
            quality->ImpersonationLevel = levels[i].level;
            return 1;
        }
    }
    return 0;
}

/* The level is said before there is a server at the other end that could act. */
static int connect_to(const char *path, const SECURITY_QUALITY_OF_SERVICE *quality)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    struct sockaddr_un address;

    if (quality && !openlogon_socket_allow_impersonation(fd, quality)) {
        fprintf(stderr, "file-client: cannot allow the server to act as you: error %u\n",
                (unsigned)GetLastError());
        exit(1);
    }
    if (!socket_address(&address, path) ||
        connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        fprintf(stderr, "file-client: cannot connect to %s: %s\n", path, strerror(errno));
        exit(1);
    }
    return fd;
}

/* The size of what came; negative: an errno. */
static ssize_t ask(int fd, const char *path, struct reply *reply)
{
    ssize_t n;

    if (send(fd, path, strlen(path), MSG_NOSIGNAL) < 0)
        return -errno;
    n = recv(fd, reply, sizeof(*reply), 0);
    if (n < (ssize_t)sizeof(reply->error))
        return n < 0 ? -errno : -EPROTO;
    return reply->error ? -reply->error : n - (ssize_t)sizeof(reply->error);
}

static int ask_for(int fd, const char *path)
{
    struct reply reply;
    ssize_t n = ask(fd, path, &reply);

    if (n < 0)
        fprintf(stderr, "file-client: %s: %s\n", path, strerror((int)-n));
    else
        fwrite(reply.content, 1, (size_t)n, stdout);
    return n < 0;
}

int main(int argc, char **argv)
{
    SECURITY_QUALITY_OF_SERVICE quality = { .Length = sizeof(quality),
                                            .ImpersonationLevel = SecurityImpersonation };
    int option, fd, silent = 0, failed = 0;
    long times = 1;

    while ((option = getopt(argc, argv, "l:n:")) != -1) {
        if (option == 'l' && strcmp(optarg, "none") == 0)
            silent = 1;
        else if (option == 'n')
            times = strtol(optarg, NULL, 10);
        else if (option != 'l' || !find_level(optarg, &quality))
            optind = argc;
    }
    if (optind + 2 > argc || times < 1) {
        fprintf(stderr, "usage: file-client [-l LEVEL] [-n TIMES] SOCKET PATH...\n");
        return 2;
    }
    fd = connect_to(argv[optind], silent ? NULL : &quality);
    for (; times > 0; times--) {
        for (int p = optind + 1; p < argc; p++)
            failed |= ask_for(fd, argv[p]);
    }
    return failed;
}
