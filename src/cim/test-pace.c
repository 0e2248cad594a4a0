/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cim/pace.h"

enum { LONG_SECONDS = 100000, TIMEOUT_MS = 60000 };

/* A service with one client. */
struct service {
    enumerations *enumerations;
    pace *pace;
    pace_client *client;
    int fds[2]; /* the service's end and the client's */
};

static void start(struct service *s, struct pace_limits limits)
{
    s->enumerations = enumerations_new(1000);
    assert_non_null(s->enumerations);
    assert_int_equal(pace_start(&s->pace, &limits, s->enumerations), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s->fds), 0);
    s->client = pace_enter(s->pace, s->fds[0]);
    assert_non_null(s->client);
}

static void stop(struct service *s)
{
    pace_leave(s->client);
    pace_stop(s->pace);
    enumerations_free(s->enumerations);
    close(s->fds[0]);
    close(s->fds[1]);
}

static bool is_cut_off(const struct service *s, int timeout_ms)
{
    struct pollfd p = { .fd = s->fds[1], .events = POLLIN };

    return poll(&p, 1, timeout_ms) == 1 && p.revents & POLLHUP;
}

static void who_sends_no_request_is_cut_off(void **state)
{
    struct service s;

    start(&s, (struct pace_limits){ 1, LONG_SECONDS, LONG_SECONDS });
    assert_true(is_cut_off(&s, TIMEOUT_MS));
    stop(&s);
}

static void each_phase_has_its_time(void **state)
{
    static const enum pace_phase limited[] = { PACE_BODY, PACE_TAKE };

    for (size_t i = 0; i < ARRAY_SIZE(limited); i++) {
        struct service s;

        start(&s, (struct pace_limits){ LONG_SECONDS, 1, 1 });
        pace_set(s.client, PACE_ANSWER);
        assert_false(is_cut_off(&s, 0));
        pace_set(s.client, limited[i]);
        assert_true(is_cut_off(&s, TIMEOUT_MS));
        stop(&s);
    }
}

/* Its time would have been up: another's, that is, shows that it has been looked at. */
static void an_answer_has_no_limit_here(void **state)
{
    struct service s, other;

    start(&s, (struct pace_limits){ 1, 1, 1 });
    pace_set(s.client, PACE_ANSWER);
    other = s;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, other.fds), 0);
    other.client = pace_enter(s.pace, other.fds[0]);
    assert_true(is_cut_off(&other, TIMEOUT_MS));
    assert_false(is_cut_off(&s, 0));
    pace_leave(other.client);
    close(other.fds[0]);
    close(other.fds[1]);
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_sends_no_request_is_cut_off),
        cmocka_unit_test(each_phase_has_its_time),
        cmocka_unit_test(an_answer_has_no_limit_here),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
