/* SPDX-License-Identifier: MIT */
/*
 * Serves the files of a directory to many clients with few threads, each request as its client:
 * what a client may not read itself it does not get, though the server runs as root. There is no
 * check of permissions in this program: the kernel makes it, since the thread is the client while
 * it opens and reads.
 *
 * usage: file-server SOCKET DIRECTORY [THREADS]
 *
 * All threads wait for the same epoll instance. A connection is handed to one of them at a time
 * (EPOLLONESHOT), which serves one request and gives it back: so a thread acts for one client after
 * another, and nothing of the one may be left when the next one comes. The rules for that:
 *
 *  - act as the client for as little as can be, and revert on every path;
 *  - check that ImpersonateNamedPipeClient succeeded, and do nothing for the client if not;
 *  - what is opened while acting stays opened: close it before somebody else's turn;
 *  - a path is the client's, but /proc/self is the server: paths do not leave the directory.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <openlogon.h>

#include "protocol.h"

enum { THREADS_MAX = 256, BACKLOG = 256 };

static int listener = -1, events = -1, directory = -1;

/* One client's connection. The handle owns the descriptor. */
struct connection {
    HANDLE pipe;
    int fd;
};

/* --- one request -------------------------------------------------------------------------------
 */

/* As whoever the thread is. */
static int open_beneath(const char *path)
{
    struct open_how how = { .flags = O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC,
                            .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };

    return (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));
}

/* Regular files only: a fifo could keep the thread waiting. */
static ssize_t read_file(const char *path, struct reply *reply)
{
    int fd = open_beneath(path);
    struct stat info;
    ssize_t n = -1;

    if (fd < 0)
        return -1;
    if (fstat(fd, &info) == 0 && !S_ISREG(info.st_mode))
        errno = EACCES;
    else
        n = read(fd, reply->content, sizeof(reply->content));
    int error = errno;
    close(fd);
    errno = error;
    return n;
}

static size_t serve(const struct connection *c, const char *path, struct reply *reply)
{
    ssize_t n;

    if (!ImpersonateNamedPipeClient(c->pipe)) {
        reply->error = EACCES;
        return sizeof(reply->error);
    }
    n = read_file(path, reply);
    reply->error = n < 0 ? errno : 0;
    RevertToSelf(); /* if it could not, it would have ended the process */
    return sizeof(reply->error) + (n < 0 ? 0 : (size_t)n);
}

/* 0: the client has gone, or does not keep to the protocol. */
static int serve_one(const struct connection *c)
{
    char path[PATH_SIZE];
    struct reply reply;
    ssize_t n = recv(c->fd, path, sizeof(path) - 1, MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 1;
    if (n <= 0)
        return 0;
    path[n] = '\0';
    /* A client that does not read its replies does not keep a thread. */
    return send(c->fd, &reply, serve(c, path, &reply), MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
}

/* --- connections -------------------------------------------------------------------------------
 */

static void give_back(int fd, int operation, void *what)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT, .data.ptr = what };

    if (epoll_ctl(events, operation, fd, &event) < 0) {
        perror("file-server: epoll_ctl");
        exit(1);
    }
}

static void take_in(void)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct connection *c = fd < 0 ? NULL : malloc(sizeof(*c));

    if (fd < 0)
        return;
    if (!c) {
        close(fd);
        return;
    }
    c->fd = fd;
    c->pipe = openlogon_handle_from_fd(fd);
    if (!c->pipe) {
        close(fd);
        free(c);
        return;
    }
    give_back(fd, EPOLL_CTL_ADD, c);
}

static void drop(struct connection *c)
{
    CloseHandle(c->pipe); /* and with it the descriptor, and the client's token */
    free(c);
}

static void *work(void *unused)
{
    struct epoll_event event;

    for (;;) {
        if (epoll_wait(events, &event, 1, -1) != 1)
            continue;
        if (!event.data.ptr) {
            take_in();
            give_back(listener, EPOLL_CTL_MOD, NULL);
        } else if (serve_one(event.data.ptr)) {
            struct connection *c = event.data.ptr;

            give_back(c->fd, EPOLL_CTL_MOD, c);
        } else {
            drop(event.data.ptr);
        }
    }
    return unused;
}

/* --- the program -------------------------------------------------------------------------------
 */

static int listen_at(const char *path)
{
    struct sockaddr_un address;

    if (!socket_address(&address, path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        chmod(path, 0666) < 0) /* anybody may ask; each gets what is his */
        return -1;
    return listen(listener, BACKLOG);
}

static int start_threads(long n)
{
    for (long i = 0; i < n; i++) {
        pthread_t thread;

        if (pthread_create(&thread, NULL, work, NULL) != 0)
            return -1;
        pthread_detach(thread);
    }
    return 0;
}

int main(int argc, char **argv)
{
    long n_threads = argc > 3 ? strtol(argv[3], NULL, 10) : 8;
    sigset_t signals;
    int signal_number;

    if (argc < 3 || argc > 4 || n_threads < 1 || n_threads > THREADS_MAX) {
        fprintf(stderr, "usage: file-server SOCKET DIRECTORY [THREADS]\n");
        return 2;
    }
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* threads inherit it: main() waits for them */
    directory = open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) {
        fprintf(stderr, "file-server: cannot open %s: %s\n", argv[2], strerror(errno));
        return 1;
    }
    events = epoll_create1(EPOLL_CLOEXEC);
    if (events < 0 || listen_at(argv[1]) < 0) {
        fprintf(stderr, "file-server: cannot listen at %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    give_back(listener, EPOLL_CTL_ADD, NULL);
    if (start_threads(n_threads) < 0) {
        fprintf(stderr, "file-server: cannot start %ld threads\n", n_threads);
        return 1;
    }
    printf("ready\n");
    fflush(stdout);
    sigwait(&signals, &signal_number);
    unlink(argv[1]);
    return 0;
}
