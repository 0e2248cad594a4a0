/* SPDX-License-Identifier: MIT */
/* What a client that is no library of ours can try with sockets, and with descriptors of tokens. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/test.h"
#include "daemon/test-link.h"
#include "security/token_image.h"

enum { NO_FD = -1, NETWORK = 3 };

static struct test_daemon daemon_;

static int start(void **state)
{
    static const char *const one_worker[] = { "--set", "workers = 1", NULL };

    test_daemon_start(&daemon_, one_worker);
    return 0;
}

static int stop(void **state)
{
    test_daemon_stop(&daemon_);
    return 0;
}

/* --- one call each -----------------------------------------------------------------------------
 */

/* A request with a descriptor; NULL: cut off. *ret_fd: that of the reply. */
static Openlogon__Reply *call_with(int fd, Openlogon__Request *request, int with, int *ret_fd)
{
    request->serial = 7;
    assert_int_equal(channel_send(fd, &request->base, &with, with >= 0), 0);
    return link_receive(fd, ret_fd);
}

static int32_t status_of(Openlogon__Reply *reply)
{
    int32_t status = reply ? reply->status : INT32_MAX;

    reply_free(reply);
    return status;
}

static int32_t allow(int fd, int with, uint32_t level, uint32_t flags)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__AllowImpersonationRequest allow_ = OPENLOGON__ALLOW_IMPERSONATION_REQUEST__INIT;

    allow_.level = level;
    allow_.flags = flags;
    request.call_case = OPENLOGON__REQUEST__CALL_ALLOW_IMPERSONATION;
    request.allow_impersonation = &allow_;
    return status_of(call_with(fd, &request, with, NULL));
}

/* What a server got. */
struct got {
    int32_t status;
    bool has_token, settled;
    uint64_t token;
    SECURITY_IMPERSONATION_LEVEL level;
};

static struct got take_token(Openlogon__Reply *reply)
{
    struct got got = { .status = reply ? reply->status : INT32_MAX };
    token_image *image;

    if (reply && reply->result_case == OPENLOGON__REPLY__RESULT_TOKEN) {
        got.has_token = true;
        got.settled = reply->token->settled;
        got.token = reply->token->token_id;
        assert_ok(token_image_parse(&image, reply->token->image.data, reply->token->image.len));
        assert_int_equal(token_image_type(image), TokenImpersonation);
        got.level = token_image_level(image);
        token_image_free(image);
    }
    reply_free(reply);
    return got;
}

static struct got impersonate(int fd, int with, uint64_t have)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__ImpersonateSocketRequest impersonate_ = OPENLOGON__IMPERSONATE_SOCKET_REQUEST__INIT;

    impersonate_.have = have;
    request.call_case = OPENLOGON__REQUEST__CALL_IMPERSONATE_SOCKET;
    request.impersonate_socket = &impersonate_;
    return take_token(call_with(fd, &request, with, NULL));
}

static int32_t send_token(int fd, uint64_t token, uint32_t access, int *ret_fd)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__SendTokenRequest send_ = OPENLOGON__SEND_TOKEN_REQUEST__INIT;

    send_.token_id = token;
    send_.access = access;
    request.call_case = OPENLOGON__REQUEST__CALL_SEND_TOKEN;
    request.send_token = &send_;
    return status_of(call_with(fd, &request, NO_FD, ret_fd));
}

static int32_t receive_token(int fd, int with, uint64_t *ret_token, uint32_t *ret_granted)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__ReceiveTokenRequest receive = OPENLOGON__RECEIVE_TOKEN_REQUEST__INIT;
    Openlogon__Reply *reply;

    request.call_case = OPENLOGON__REQUEST__CALL_RECEIVE_TOKEN;
    request.receive_token = &receive;
    reply = call_with(fd, &request, with, NULL);
    if (reply && reply->result_case == OPENLOGON__REPLY__RESULT_TOKEN) {
        *ret_token = reply->token->token_id;
        *ret_granted = reply->token->granted_access;
    }
    return status_of(reply);
}

static int lease_fd(int fd)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__ForkLeaseRequest lease = OPENLOGON__FORK_LEASE_REQUEST__INIT;
    int ret = -1;

    request.call_case = OPENLOGON__REQUEST__CALL_FORK_LEASE;
    request.fork_lease = &lease;
    assert_int_equal(status_of(call_with(fd, &request, NO_FD, &ret)), 0);
    return ret;
}

static void make_pair(int ret[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ret), 0);
}

static void close_pair(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

/* --- sockets -----------------------------------------------------------------------------------
 */

static void what_is_no_connection_is_refused(void **state)
{
    int fd = link_open(&daemon_);
    const struct {
        int with;
        int32_t impersonate, allow;
    } cases[] = {
        { NO_FD, (int32_t)STATUS_INVALID_PARAMETER, (int32_t)STATUS_INVALID_PARAMETER },
        { open("/dev/null", O_RDWR | O_CLOEXEC), (int32_t)STATUS_INVALID_DEVICE_REQUEST,
          (int32_t)STATUS_INVALID_DEVICE_REQUEST },
        { socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), (int32_t)STATUS_INVALID_DEVICE_REQUEST,
          (int32_t)STATUS_INVALID_DEVICE_REQUEST },
        { socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), (int32_t)STATUS_INVALID_DEVICE_REQUEST,
          (int32_t)STATUS_INVALID_DEVICE_REQUEST },
        { socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), (int32_t)STATUS_PIPE_DISCONNECTED, 0 },
    };
    size_t n_fds = test_daemon_n_fds(&daemon_);

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_int_equal(impersonate(fd, cases[i].with, 0).status, cases[i].impersonate);
        assert_int_equal(allow(fd, cases[i].with, SecurityImpersonation, 0), cases[i].allow);
        if (cases[i].with >= 0)
            close(cases[i].with);
    }
    assert_true(test_daemon_n_fds(&daemon_) <= n_fds);
    close(fd);
}

static void levels_and_flags_that_there_are_not_are_refused(void **state)
{
    int fd = link_open(&daemon_);
    int pair[2];

    make_pair(pair);
    assert_int_equal(allow(fd, pair[1], 4, 0), (int32_t)STATUS_BAD_IMPERSONATION_LEVEL);
    assert_int_equal(allow(fd, pair[1], UINT32_MAX, 0), (int32_t)STATUS_BAD_IMPERSONATION_LEVEL);
    assert_int_equal(allow(fd, pair[1], SecurityImpersonation, 4),
                     (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(impersonate(fd, pair[0], 0).level, SecurityIdentification);
    close_pair(pair);
    close(fd);
}

static void a_token_that_is_at_hand_is_not_given_again(void **state)
{
    int fd = link_open(&daemon_), other = link_open(&daemon_);
    struct got first, again;
    int pair[2];

    make_pair(pair);
    assert_int_equal(allow(fd, pair[1], SecurityImpersonation, 0), 0);
    first = impersonate(fd, pair[0], 0);
    assert_int_equal(first.level, SecurityImpersonation);
    assert_true(first.settled);
    again = impersonate(fd, pair[0], first.token);
    assert_int_equal(again.status, 0);
    assert_false(again.has_token);
    /* One that it does not hold, or that another holds, is none that is at hand. */
    assert_true(impersonate(fd, pair[0], first.token + 1).has_token);
    again = impersonate(other, pair[0], first.token);
    assert_true(again.has_token);
    assert_int_equal(again.token, first.token);
    assert_int_equal(link_release(fd, first.token, 2), 0);
    assert_true(impersonate(fd, pair[0], first.token).has_token);
    close_pair(pair);
    close(fd);
    close(other);
}

static void dynamic_tracking_is_never_settled(void **state)
{
    int fd = link_open(&daemon_);
    struct got first;
    int pair[2];

    make_pair(pair);
    assert_int_equal(allow(fd, pair[1], SecurityDelegation, 1), 0);
    first = impersonate(fd, pair[0], 0);
    assert_int_equal(first.level, SecurityDelegation);
    assert_false(first.settled);
    assert_false(impersonate(fd, pair[0], first.token).has_token);
    close_pair(pair);
    close(fd);
}

/* What was allowed for one end says nothing of the other, nor of another connection. */
static void a_permission_is_for_one_end_of_one_connection(void **state)
{
    int fd = link_open(&daemon_);
    int pair[2], other[2];

    make_pair(pair);
    make_pair(other);
    assert_int_equal(allow(fd, pair[1], SecurityImpersonation, 0), 0);
    assert_int_equal(impersonate(fd, pair[0], 0).level, SecurityImpersonation);
    assert_int_equal(impersonate(fd, pair[1], 0).level, SecurityIdentification);
    assert_int_equal(impersonate(fd, other[0], 0).level, SecurityIdentification);
    close_pair(pair);
    close_pair(other);
    close(fd);
}

/* It outlives the connection to openlogond by which it was said, not the process. */
static void a_permission_is_the_processs(void **state)
{
    int fd = link_open(&daemon_), server = link_open(&daemon_);
    int pair[2];

    make_pair(pair);
    assert_int_equal(allow(fd, pair[1], SecurityImpersonation, 0), 0);
    close(fd);
    assert_int_equal(link_logon(server, "good", NETWORK, NULL), 0); /* and that was noticed */
    assert_int_equal(impersonate(server, pair[0], 0).level, SecurityImpersonation);
    close_pair(pair);
    close(server);
}

/* --- tokens under way --------------------------------------------------------------------------
 */

static void only_what_is_held_is_sent(void **state)
{
    int fd = link_open(&daemon_), other = link_open(&daemon_), parcel = -1;
    uint64_t token = 0;

    assert_int_equal(link_logon(other, "good", NETWORK, &token), 0);
    assert_int_equal(send_token(fd, token, TOKEN_QUERY, &parcel), (int32_t)STATUS_INVALID_HANDLE);
    assert_int_equal(send_token(fd, 0, TOKEN_QUERY, &parcel), (int32_t)STATUS_INVALID_HANDLE);
    assert_int_equal(parcel, -1);
    close(other);
    close(fd);
}

static void access_grows_for_nobody(void **state)
{
    int fd = link_open(&daemon_), other = link_open(&daemon_), parcel = -1, next = -1;
    uint64_t token = 0, received = 0;
    uint32_t granted = 0;

    assert_int_equal(link_logon(fd, "good", NETWORK, &token), 0);
    assert_int_equal(send_token(fd, token, TOKEN_QUERY | WRITE_DAC, &parcel), 0);
    assert_int_equal(receive_token(other, parcel, &received, &granted), 0);
    assert_int_equal(received, token);
    assert_int_equal(granted, TOKEN_QUERY | WRITE_DAC);
    assert_int_equal(send_token(other, token, TOKEN_DUPLICATE, &next),
                     (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(send_token(other, token, TOKEN_QUERY, &next), 0);
    close(next);
    close(parcel);
    close(other);
    close(fd);
}

static void a_descriptor_is_good_until_it_is_closed(void **state)
{
    int fd = link_open(&daemon_), parcel = -1;
    uint64_t token = 0, received = 0;
    uint32_t granted;
    size_t before = link_count_sessions(fd);

    assert_int_equal(link_logon(fd, "good", NETWORK, &token), 0);
    assert_int_equal(send_token(fd, token, TOKEN_QUERY, &parcel), 0);
    assert_int_equal(link_release(fd, token, 1), 0);
    assert_int_equal(link_count_sessions(fd), before + 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(receive_token(fd, parcel, &received, &granted), 0);
    assert_int_equal(link_release(fd, token, 3), 0);
    assert_int_equal(link_count_sessions(fd), before + 1);
    close(parcel);
    while (link_count_sessions(fd) != before)
        ; /* the test's time limit is the limit */
    close(fd);
}

static void what_is_no_token_on_its_way_is_refused(void **state)
{
    int fd = link_open(&daemon_), pipe_ends[2], lease;
    uint64_t token = 0;
    uint32_t granted;

    assert_int_equal(link_logon(fd, "good", NETWORK, &token), 0);
    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    lease = lease_fd(fd);
    assert_true(lease >= 0);
    const int fds[] = { NO_FD, pipe_ends[0], pipe_ends[1], lease, fd };
    for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
        assert_int_equal(receive_token(fd, fds[i], &token, &granted),
                         (int32_t)STATUS_INVALID_HANDLE);
    close(lease);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    close(fd);
}

/* 1024 for the authority's own uid, as this test's is. */
static void who_sends_pays_until_it_is_received(void **state)
{
    enum { MORE_THAN_ALL = 1100 };
    int fd = link_open(&daemon_), parcels[MORE_THAN_ALL], n = 0, parcel = -1;
    int32_t status;
    uint64_t token = 0;

    assert_int_equal(link_logon(fd, "good", NETWORK, &token), 0);
    do {
        status = send_token(fd, token, TOKEN_QUERY, &parcels[n]);
        n += status == 0;
    } while (status == 0 && n < MORE_THAN_ALL);
    assert_int_equal(status, (int32_t)STATUS_QUOTA_EXCEEDED);
    for (int i = 0; i < n; i++)
        close(parcels[i]);
    while (send_token(fd, token, TOKEN_QUERY, &parcel) != 0)
        ; /* the test's time limit is the limit */
    close(parcel);
    close(fd);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_connection_is_refused),
        cmocka_unit_test(levels_and_flags_that_there_are_not_are_refused),
        cmocka_unit_test(a_token_that_is_at_hand_is_not_given_again),
        cmocka_unit_test(dynamic_tracking_is_never_settled),
        cmocka_unit_test(a_permission_is_for_one_end_of_one_connection),
        cmocka_unit_test(a_permission_is_the_processs),
        cmocka_unit_test(only_what_is_held_is_sent),
        cmocka_unit_test(access_grows_for_nobody),
        cmocka_unit_test(a_descriptor_is_good_until_it_is_closed),
        cmocka_unit_test(what_is_no_token_on_its_way_is_refused),
        cmocka_unit_test(who_sends_pays_until_it_is_received),
    };

    const struct rlimit room = { 4096, 4096 };

    if (setrlimit(RLIMIT_NOFILE, &room) < 0)
        return 1;
    return cmocka_run_group_tests(tests, start, stop);
}
