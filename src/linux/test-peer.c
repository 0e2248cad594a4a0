/* SPDX-License-Identifier: MIT */
#include "linux/peer.h"

#include <errno.h>
#include <stdlib.h>

#include "linux/credentials.h"
#include "linux/process.h"
#include "linux/test-linux.h"

static const gid_t alice_gids[] = { 1601, 1700 };
static const struct kernel_identity alice = { 1500, 1501, 2, alice_gids };

static void make_pair(int ret[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret), 0);
}

static void close_pair(const int pair[2])
{
    assert_int_equal(close(pair[0]), 0);
    assert_int_equal(close(pair[1]), 0);
}

static void the_peer_of_a_pair_is_its_maker(void **state)
{
    struct peer_identity peer;
    uid_t uid;
    size_t n_fds = test_count_open_fds();
    int pair[2];

    (void)state;
    make_pair(pair);
    assert_int_equal(own_kernel_uid(&uid), 0);
    assert_int_equal(peer_identity_read(pair[0], &peer), 0);
    assert_int_equal(peer.pid, getpid());
    assert_int_equal(peer.uid, uid);
    assert_int_equal(process_alive(peer.pidfd), 1);
    assert_true(fcntl(peer.pidfd, F_GETFD) & FD_CLOEXEC);
    peer_identity_done(&peer);
    assert_int_equal(peer.pidfd, -1);
    close_pair(pair);
    assert_int_equal(test_count_open_fds(), n_fds);
}

static void what_has_no_peer_is_refused(void **state)
{
    struct peer_identity peer = PEER_IDENTITY_NONE;
    int lonely = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)state;
    assert_int_equal(peer_identity_read(lonely, &peer), -ENOTCONN);
    assert_int_equal(peer_identity_read(file, &peer), -ENOTSOCK);
    assert_int_equal(peer_identity_read(-1, &peer), -EBADF);
    assert_int_equal(peer.pidfd, -1);
    assert_int_equal(close(lonely), 0);
    assert_int_equal(close(file), 0);
}

static int ended_childs_pair[2];

static void make_pair_in_child(void)
{
    struct iovec vector = { (char[]){ 'x' }, 1 };
    int pair[2];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct msghdr header = { .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes) };
    struct cmsghdr *c = CMSG_FIRSTHDR(&header);

    child_assert(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &pair[0], sizeof(int));
    child_assert(sendmsg(ended_childs_pair[1], &header, 0) == 1);
}

static int receive_fd(int fd)
{
    char byte;
    struct iovec vector = { &byte, 1 };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr header = { .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes) };
    int received;

    assert_int_equal(recvmsg(fd, &header, MSG_CMSG_CLOEXEC), 1);
    assert_non_null(CMSG_FIRSTHDR(&header));
    memcpy(&received, CMSG_DATA(CMSG_FIRSTHDR(&header)), sizeof(received));
    return received;
}

static void a_peer_that_has_ended_is_not_alive(void **state)
{
    struct peer_identity peer = PEER_IDENTITY_NONE;
    uid_t uid;
    int fd;

    (void)state;
    make_pair(ended_childs_pair);
    assert_int_equal(own_kernel_uid(&uid), 0);
    assert_int_equal(test_run_in_child(make_pair_in_child), 0);
    fd = receive_fd(ended_childs_pair[0]);
    assert_int_equal(peer_identity_read(fd, &peer), -ESRCH);
    assert_int_equal(peer.pidfd, -1);
    assert_int_equal(peer_stamp_read(fd, &peer), 0);
    assert_int_equal(peer.pidfd, -1);
    assert_int_equal(peer.uid, uid);
    peer_identity_done(&peer);
    assert_int_equal(close(fd), 0);
    close_pair(ended_childs_pair);
}

static void an_impersonating_peer_is_whom_it_impersonates(void **state)
{
    struct credentials home = CREDENTIALS_NONE;
    struct peer_identity peer;
    uid_t uid;
    int pair[2];

    (void)state;
    test_skip_unless(test_is_kernel_root(), "needs the kernel's root");
    assert_int_equal(credentials_read(&home), 0);
    assert_int_equal(credentials_wear(&alice, NULL, &home), 0);
    make_pair(pair);
    assert_int_equal(own_kernel_uid(&uid), 0);
    credentials_restore(&home);
    assert_int_equal(uid, alice.uid);
    assert_int_equal(peer_identity_read(pair[0], &peer), 0);
    assert_int_equal(peer.uid, alice.uid);
    assert_int_equal(peer.gid, alice.gid);
    assert_int_equal(peer.n_gids, alice.n_gids);
    assert_memory_equal(peer.gids, alice_gids, sizeof(alice_gids));
    peer_identity_done(&peer);
    close_pair(pair);
    credentials_done(&home);
}

static int receive_stamp(int fd, size_t control_size, struct ucred *ret)
{
    char byte;
    struct iovec vector = { &byte, 1 };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct msghdr header = { .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = control_size };

    assert_int_equal(recvmsg(fd, &header, 0), 1);
    return peer_message_credentials(&header, ret);
}

static void messages_are_stamped_on_request(void **state)
{
    const size_t enough = CMSG_SPACE(sizeof(struct ucred));
    struct ucred stamp = { 0 };
    int pair[2];

    (void)state;
    make_pair(pair);
    assert_int_equal(send(pair[1], "x", 1, 0), 1);
    assert_int_equal(receive_stamp(pair[0], enough, &stamp), -ENODATA);
    assert_int_equal(peer_enable_message_credentials(pair[0]), 0);
    assert_int_equal(send(pair[1], "x", 1, 0), 1);
    assert_int_equal(receive_stamp(pair[0], 4, &stamp), -EBADMSG);
    assert_int_equal(stamp.pid, 0);
    assert_int_equal(send(pair[1], "x", 1, 0), 1);
    assert_int_equal(receive_stamp(pair[0], enough, &stamp), 0);
    assert_int_equal(stamp.pid, getpid());
    assert_int_equal(peer_enable_message_credentials(-1), -EBADF);
    close_pair(pair);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_peer_of_a_pair_is_its_maker),
        cmocka_unit_test(what_has_no_peer_is_refused),
        cmocka_unit_test(a_peer_that_has_ended_is_not_alive),
        cmocka_unit_test(an_impersonating_peer_is_whom_it_impersonates),
        cmocka_unit_test(messages_are_stamped_on_request),
    };

    return cmocka_run_group_tests_name("peer", tests, NULL, NULL);
}
