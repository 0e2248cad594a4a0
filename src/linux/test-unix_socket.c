/* SPDX-License-Identifier: MIT */
#include "linux/unix_socket.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "linux/test-linux.h"

static int diag;

static int open_diag(void **state)
{
    (void)state;
    diag = unix_socket_diag_open();
    return diag < 0;
}

static int close_diag(void **state)
{
    (void)state;
    return close(diag);
}

static struct unix_socket identity(int fd)
{
    struct unix_socket found;

    assert_int_equal(unix_socket_identify(fd, &found), 0);
    return found;
}

static void assert_peers(int a, int b)
{
    struct unix_socket one = identity(a), other = identity(b), found;

    assert_int_equal(unix_socket_peer(diag, &one, &found), 0);
    assert_int_equal(found.cookie, other.cookie);
    assert_int_equal(found.inode, other.inode);
    assert_int_equal(unix_socket_peer(diag, &other, &found), 0);
    assert_int_equal(found.cookie, one.cookie);
}

static int listen_somewhere(struct sockaddr_un *address, socklen_t *size)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sa_family_t family = AF_UNIX;

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&family, sizeof(family)), 0); /* a name is found */
    *size = sizeof(*address);
    assert_int_equal(getsockname(fd, (struct sockaddr *)address, size), 0);
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

static void each_end_finds_the_other(void **state)
{
    struct unix_socket client, found;
    struct sockaddr_un address;
    socklen_t size;
    int pair[2];
    int listener = listen_somewhere(&address, &size);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int accepted;

    (void)state;
    client = identity(fd);
    assert_int_equal(unix_socket_peer(diag, &client, &found), -ENOENT);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(unix_socket_peer(diag, &client, &found), -ENOENT); /* not accepted yet */
    accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(accepted >= 0);
    assert_peers(fd, accepted);
    assert_int_equal(identity(fd).cookie, client.cookie);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    assert_peers(pair[0], pair[1]);
    close(pair[0]);
    close(pair[1]);
    close(accepted);
    close(fd);
    close(listener);
}

static void a_closed_socket_is_not_there(void **state)
{
    struct unix_socket socket, found;
    int pair[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    socket = identity(pair[0]);
    assert_int_equal(unix_socket_exists(diag, &socket), 1);
    close(pair[1]);
    assert_int_equal(unix_socket_peer(diag, &socket, &found), -ENOENT);
    assert_int_equal(unix_socket_exists(diag, &socket), 1);
    socket.cookie++;
    assert_int_equal(unix_socket_exists(diag, &socket), 0);
    socket.cookie--;
    close(pair[0]);
    assert_int_equal(unix_socket_exists(diag, &socket), 0);
    assert_int_equal(unix_socket_peer(diag, &socket, &found), -ENOENT);
}

static void what_has_no_connections_is_refused(void **state)
{
    struct unix_socket found;
    int datagrams = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int other = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)state;
    assert_int_equal(unix_socket_identify(datagrams, &found), -EOPNOTSUPP);
    assert_int_equal(unix_socket_identify(other, &found), -EOPNOTSUPP);
    assert_int_equal(unix_socket_identify(file, &found), -ENOTSOCK);
    assert_int_equal(unix_socket_identify(-1, &found), -EBADF);
    close(datagrams);
    close(other);
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_end_finds_the_other),
        cmocka_unit_test(a_closed_socket_is_not_there),
        cmocka_unit_test(what_has_no_connections_is_refused),
    };

    return cmocka_run_group_tests(tests, open_diag, close_diag);
}
