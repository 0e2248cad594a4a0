/* SPDX-License-Identifier: MIT */
#include "authority/user_index.h"

#include <stdio.h>

#include "authority/session_store.h"
#include "authority/test-support.h"

enum { MANY = 5000 };

static Session *make(SessionStore *store, uint64_t luid, const char *user, const SID *sid)
{
    struct session_facts facts = test_facts;
    Session *session = NULL;

    facts.user = user;
    facts.sid = sid;
    assert_ok(session_new(&session, store, luid, 1));
    assert_ok(session_activate(session, &facts));
    return session;
}

static uint64_t next(const SessionStore *store, const char *user, const SID *sid, uint64_t after)
{
    const struct session_owner owner = { user, sid };
    const Session *session = session_store_next_of(store, &owner, after);

    return session ? session_luid(session) : 0;
}

static void sessions_are_found_by_name_and_by_sid(void **state)
{
    sid_buffer one, two;
    const SID *first = test_sid(&one, "S-1-5-21-1-2-3-1000");
    const SID *second = test_sid(&two, "S-1-5-21-9-9-9-1000");
    SessionStore *store = NULL;
    Session *sessions[4];

    assert_ok(session_store_new(&store));
    sessions[0] = make(store, 40, "Alice", first);
    sessions[1] = make(store, 20, "alice", second); /* of another domain */
    sessions[2] = make(store, 30, "bob", first);    /* another name of the same */
    sessions[3] = make(store, 10, NULL, NULL);
    assert_int_equal(next(store, "ALICE", NULL, 0), 20);
    assert_int_equal(next(store, "ALICE", NULL, 20), 40);
    assert_int_equal(next(store, "ALICE", NULL, 40), 0);
    assert_int_equal(next(store, NULL, first, 0), 30);
    assert_int_equal(next(store, NULL, first, 30), 40);
    assert_int_equal(next(store, "alice", first, 0), 40);
    assert_int_equal(next(store, "alice", first, 40), 0);
    assert_int_equal(next(store, "ali", NULL, 0), 0);
    assert_int_equal(next(store, "carol", NULL, 0), 0);
    for (size_t i = 0; i < ARRAY_SIZE(sessions); i++)
        session_unref(sessions[i]);
    assert_int_equal(next(store, "alice", NULL, 0), 0);
    assert_int_equal(next(store, NULL, first, 0), 0);
    session_store_free(store);
}

static void one_that_is_being_created_is_nobodys(void **state)
{
    SessionStore *store = NULL;
    Session *session = NULL;

    assert_ok(session_store_new(&store));
    assert_ok(session_new(&session, store, 0x10000, 1));
    assert_int_equal(next(store, test_facts.user, NULL, 0), 0);
    assert_ok(session_activate(session, &test_facts));
    assert_int_equal(next(store, test_facts.user, NULL, 0), 0x10000);
    session_unref(session);
    session_store_free(store);
}

static void many_users_of_many_sessions_do_not_mix(void **state)
{
    static Session *sessions[MANY];
    SessionStore *store = NULL;
    char name[16];

    assert_ok(session_store_new(&store));
    for (size_t i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "user%zu", i % 100);
        sessions[i] = make(store, 1000 + i, name, test_facts.sid);
    }
    for (size_t i = 0; i < MANY; i += 2)
        session_unref(sessions[i]);
    for (size_t i = 1, at = 0; i < MANY; i += 100) {
        at = next(store, "user1", NULL, at);
        assert_int_equal(at, 1000 + i);
    }
    assert_int_equal(next(store, "user2", NULL, 0), 0); /* all of them have ended */
    for (size_t i = 1; i < MANY; i += 2)
        session_unref(sessions[i]);
    assert_int_equal(session_store_size(store), 0);
    session_store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_are_found_by_name_and_by_sid),
        cmocka_unit_test(one_that_is_being_created_is_nobodys),
        cmocka_unit_test(many_users_of_many_sessions_do_not_mix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
