/* SPDX-License-Identifier: MIT */
/* Who is told what, in which order, and what is said of that which did not fit. */
#include <errno.h>

#include "base/test.h"
#include "daemon/event_hub.h"
#include "daemon/event_queue.h"
#include "ipc/openlogon.pb-c.h"
#include "security/well_known.h"

enum { SERIAL = 7, RECEIVED_MAX = 8192 };

/* The other end of all watchers: takes messages while it has room. */
static struct {
    size_t room;
    size_t n_messages, n_wakes;
    struct received {
        uint64_t client, sequence, lost, session;
        uint32_t type;
        size_t user_length;
    } events[RECEIVED_MAX];
    size_t n;
} sink;

static SessionStore *sessions;
static EventHub *hub;

static void take_events(uint64_t client, const uint8_t *bytes, size_t size)
{
    Openlogon__Reply *reply = openlogon__reply__unpack(NULL, size, bytes);

    assert_non_null(reply);
    assert_int_equal(openlogon__reply__get_packed_size(reply), size);
    assert_int_equal(reply->serial, SERIAL);
    assert_int_equal(reply->result_case, OPENLOGON__REPLY__RESULT__NOT_SET);
    assert_true(reply->n_events > 0);
    for (size_t i = 0; i < reply->n_events; i++) {
        const Openlogon__Event *event = reply->events[i];

        assert_true(sink.n < RECEIVED_MAX);
        sink.events[sink.n++] =
            (struct received){ client,         event->sequence, event->lost,
                               event->session, event->type,     strlen(event->user) };
    }
    openlogon__reply__free_unpacked(reply, NULL);
}

static int sink_send(uint64_t client, const struct iovec *vectors, size_t n, void *context)
{
    static uint8_t bytes[128 * 1024];
    size_t size = 0;

    if (sink.room == 0)
        return -EAGAIN;
    sink.room--;
    sink.n_messages++;
    for (size_t i = 0; i < n; i++) {
        assert_true(size + vectors[i].iov_len <= sizeof(bytes));
        memcpy(bytes + size, vectors[i].iov_base, vectors[i].iov_len);
        size += vectors[i].iov_len;
    }
    take_events(client, bytes, size);
    return 0;
}

static void sink_wake(void *context)
{
    sink.n_wakes++;
}

static int set_up(void **state)
{
    const struct event_hub_spec spec = { .send = sink_send, .wake = sink_wake };
    struct event_hub_spec with_sessions = spec;

    memset(&sink, 0, sizeof(sink));
    sink.room = SIZE_MAX;
    assert_ok(session_store_new(&sessions));
    with_sessions.sessions = sessions;
    assert_ok(event_hub_new(&hub, &with_sessions));
    return 0;
}

static int tear_down(void **state)
{
    event_hub_free(hub);
    session_store_free(sessions);
    return 0;
}

static const SID *user_sid(sid_buffer *buffer, int type)
{
    assert_ok(well_known_make(buffer, type, NULL));
    return &buffer->sid;
}

static Watcher *watch(struct watcher_spec spec)
{
    sid_buffer user;
    Watcher *watcher = NULL;

    spec.serial = SERIAL;
    if (!spec.user)
        spec.user = user_sid(&user, WinLocalServiceSid);
    assert_ok(watcher_new(&watcher, hub, &spec));
    return watcher;
}

static void publish(uint64_t session)
{
    const struct event event = { .type = EVENT_SESSION_STARTED, .session = session };

    event_publish(hub, &event);
}

static void events_come_in_order_and_in_batches(void **state)
{
    Watcher *watcher = watch((struct watcher_spec){ .client = 1, .sees_all = true });

    for (uint64_t i = 1; i <= 100; i++)
        publish(i);
    assert_int_equal(sink.n, 0);
    assert_int_equal(sink.n_wakes, 1);
    event_hub_flush(hub);
    assert_int_equal(sink.n, 100);
    assert_int_equal(sink.n_messages, (100 + EVENT_BATCH_MAX - 1) / EVENT_BATCH_MAX);
    for (size_t i = 0; i < sink.n; i++) {
        assert_int_equal(sink.events[i].session, i + 1);
        assert_int_equal(sink.events[i].sequence, i + 1);
    }
    watcher_free(watcher);
}

static void without_watchers_nothing_is_woken_but_events_are_numbered(void **state)
{
    publish(1);
    publish(2);
    assert_int_equal(sink.n_wakes, 0);
    assert_int_equal(event_hub_sequence(hub), 2);
}

static void types_are_filtered(void **state)
{
    const struct event ended = { .type = EVENT_SESSION_ENDED, .session = 5 };
    Watcher *watcher = watch((struct watcher_spec){
        .client = 1, .sees_all = true, .types = UINT32_C(1) << EVENT_SESSION_ENDED });

    publish(4);
    event_publish(hub, &ended);
    event_hub_flush(hub);
    assert_int_equal(sink.n, 1);
    assert_int_equal(sink.events[0].session, 5);
    watcher_free(watcher);
}

/* Client 1 sees all, client 2 what is about its user or its name, client 3 has no name. */
static void others_see_only_what_is_about_them(void **state)
{
    sid_buffer own, other;
    const SID *me = user_sid(&own, WinLocalServiceSid);
    const SID *him = user_sid(&other, WinNetworkServiceSid);
    const struct {
        struct event event;
        bool mine;
    } cases[] = {
        { { .type = EVENT_SESSION_STARTED, .sid = me }, true },
        { { .type = EVENT_SESSION_STARTED, .sid = him }, false },
        { { .type = EVENT_SESSION_STARTED, .sid = him, .user = "me", .domain = "BOX" }, false },
        { { .type = EVENT_LOGON_FAILED, .user = "me", .domain = "BOX" }, true },
        { { .type = EVENT_LOGON_FAILED, .user = "ME", .domain = "box" }, true },
        { { .type = EVENT_LOGON_FAILED, .user = "me", .domain = "ELSEWHERE" }, false },
        { { .type = EVENT_LOGON_FAILED, .user = "mee", .domain = "BOX" }, false },
        { { .type = EVENT_LOGON_FAILED, .user = "m", .domain = "BOX" }, false },
        { { .type = EVENT_LOGON_FAILED, .user = "me" }, false },
        { { .type = EVENT_LOGON_FAILED }, false },
    };
    Watcher *watchers[] = {
        watch((struct watcher_spec){ .client = 1, .sees_all = true, .user = me }),
        watch((struct watcher_spec){
            .client = 2, .user = me, .user_name = "me", .domain_name = "BOX" }),
        watch((struct watcher_spec){ .client = 3, .user = me }),
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        size_t told[4] = { 0 };

        sink.n = 0;
        event_publish(hub, &cases[i].event);
        event_hub_flush(hub);
        for (size_t n = 0; n < sink.n; n++)
            told[sink.events[n].client]++;
        assert_int_equal(told[1], 1);
        if (told[2] != cases[i].mine)
            fail_msg("case %zu: told %zu times", i, told[2]);
        assert_int_equal(told[3], cases[i].mine && cases[i].event.sid);
    }
    for (size_t i = 0; i < ARRAY_SIZE(watchers); i++)
        watcher_free(watchers[i]);
}

static void what_does_not_fit_is_counted_where_it_is_missing(void **state)
{
    Watcher *watcher = watch((struct watcher_spec){ .client = 1, .sees_all = true });

    sink.room = 0;
    for (uint64_t i = 1; i <= EVENT_QUEUE_MAX + 10; i++)
        publish(i);
    event_hub_flush(hub);
    assert_int_equal(sink.n, 0);

    /* One message goes; three more events come after what was lost. */
    sink.room = 1;
    watcher_ready(watcher);
    event_hub_flush(hub);
    assert_int_equal(sink.n, EVENT_BATCH_MAX);
    for (uint64_t i = 0; i < 3; i++)
        publish(5000 + i);
    sink.room = SIZE_MAX;
    watcher_ready(watcher);
    event_hub_flush(hub);
    assert_int_equal(sink.n, EVENT_QUEUE_MAX + 1 + 3);
    for (size_t i = 0; i < EVENT_QUEUE_MAX; i++)
        assert_int_equal(sink.events[i].session, i + 1);
    assert_int_equal(sink.events[EVENT_QUEUE_MAX].type, EVENT_LOST);
    assert_int_equal(sink.events[EVENT_QUEUE_MAX].lost, 10);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(sink.events[EVENT_QUEUE_MAX + 1 + i].session, 5000 + i);
    watcher_free(watcher);
}

static void a_loss_at_the_end_is_told_without_a_further_event(void **state)
{
    Watcher *watcher = watch((struct watcher_spec){ .client = 1, .sees_all = true });

    sink.room = 0;
    for (uint64_t i = 1; i <= EVENT_QUEUE_MAX + 1; i++)
        publish(i);
    event_hub_flush(hub);
    sink.room = SIZE_MAX;
    watcher_ready(watcher);
    event_hub_flush(hub);
    assert_int_equal(sink.n, EVENT_QUEUE_MAX + 1);
    assert_int_equal(sink.events[EVENT_QUEUE_MAX].type, EVENT_LOST);
    assert_int_equal(sink.events[EVENT_QUEUE_MAX].lost, 1);
    watcher_free(watcher);
}

static void long_names_are_cut_and_bytes_are_bounded(void **state)
{
    static char text[64 * 1024];
    Watcher *watcher = watch((struct watcher_spec){ .client = 1, .sees_all = true });
    struct event event = {
        .type = EVENT_LOGON_FAILED, .user = text, .domain = text, .package = text
    };
    uint64_t lost = 0;

    text[0] = 'x';
    for (size_t i = 1; i < sizeof(text) - 2; i += 2)
        memcpy(text + i, "\xc3\xa4", 2); /* letters of two bytes */
    sink.room = 0;
    for (size_t i = 0; i < EVENT_QUEUE_MAX; i++)
        event_publish(hub, &event);
    event_hub_flush(hub);
    sink.room = SIZE_MAX;
    watcher_ready(watcher);
    event_hub_flush(hub);
    assert_int_equal(sink.events[0].user_length, EVENT_TEXT_MAX - 1); /* no half letter */
    for (size_t i = 0; i < sink.n; i++)
        lost += sink.events[i].lost;
    assert_int_equal(lost + sink.n - 1, EVENT_QUEUE_MAX);
    assert_true(lost > EVENT_QUEUE_MAX - EVENT_QUEUE_BYTES_MAX / (3 * (EVENT_TEXT_MAX - 2)));
    watcher_free(watcher);
}

static void a_blocked_watcher_does_not_hold_up_another(void **state)
{
    Watcher *slow = watch((struct watcher_spec){ .client = 1, .sees_all = true });
    Watcher *quick;

    sink.room = 0;
    publish(1);
    event_hub_flush(hub);
    quick = watch((struct watcher_spec){ .client = 2, .sees_all = true });
    sink.room = SIZE_MAX;
    publish(2);
    event_hub_flush(hub);
    assert_int_equal(sink.n, 1);
    assert_int_equal(sink.events[0].client, 2);
    assert_int_equal(sink.events[0].session, 2);
    watcher_free(quick);
    watcher_free(slow);
}

static void an_event_that_cannot_be_packed_is_a_loss(void **state)
{
    Watcher *watcher = watch((struct watcher_spec){ .client = 1, .sees_all = true });

    test_fail_allocation(1);
    publish(1);
    assert_true(test_allocation_failed());
    publish(2);
    event_hub_flush(hub);
    assert_int_equal(sink.n, 2);
    assert_int_equal(sink.events[0].lost, 1);
    assert_int_equal(sink.events[1].session, 2);
    watcher_free(watcher);
}

static nt_status try_to_watch(Watcher **ret)
{
    sid_buffer user;
    const struct watcher_spec spec = { .user = user_sid(&user, WinLocalServiceSid),
                                       .user_name = "me",
                                       .domain_name = "BOX" };

    return watcher_new(ret, hub, &spec);
}

static void a_watcher_without_memory_is_none(void **state)
{
    Watcher *watcher = NULL;

    FOR_EACH_FAILING_ALLOCATION(st, try_to_watch(&watcher))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(watcher);
        publish(1); /* reaches nobody */
        assert_int_equal(sink.n_wakes, 0);
    }
    watcher_free(watcher);
}

static void sessions_start_with_who_asked_and_end_once(void **state)
{
    static const struct event_actor actor = { 1, 2, 3 };
    sid_buffer sid;
    const struct session_facts facts = { .user = "u", .sid = user_sid(&sid, WinLocalServiceSid) };
    Watcher *watcher = watch((struct watcher_spec){ .client = 1, .sees_all = true });
    Session *session, *unfinished;

    assert_ok(session_new(&session, sessions, 0x10000, 0));
    assert_ok(session_new(&unfinished, sessions, 0x10001, 0));
    event_hub_set_actor(hub, &actor);
    assert_ok(session_activate(session, &facts));
    event_hub_set_actor(hub, NULL);
    session_unref(session);
    session_unref(unfinished); /* never was active */
    event_hub_flush(hub);
    assert_int_equal(sink.n, 2);
    assert_int_equal(sink.events[0].type, EVENT_SESSION_STARTED);
    assert_int_equal(sink.events[1].type, EVENT_SESSION_ENDED);
    assert_int_equal(sink.events[1].session, 0x10000);
    watcher_free(watcher);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_come_in_order_and_in_batches),
        TEST(without_watchers_nothing_is_woken_but_events_are_numbered),
        TEST(types_are_filtered),
        TEST(others_see_only_what_is_about_them),
        TEST(what_does_not_fit_is_counted_where_it_is_missing),
        TEST(a_loss_at_the_end_is_told_without_a_further_event),
        TEST(long_names_are_cut_and_bytes_are_bounded),
        TEST(a_blocked_watcher_does_not_hold_up_another),
        TEST(an_event_that_cannot_be_packed_is_a_loss),
        TEST(a_watcher_without_memory_is_none),
        TEST(sessions_start_with_who_asked_and_end_once),
    };

    return cmocka_run_group_tests_name("event-hub", tests, NULL, NULL);
}
