/* SPDX-License-Identifier: MIT */
#include "authority/journal_record.h"
#include "authority/session_store.h"
#include "authority/test-support.h"

static uint64_t ended_luid;
static size_t n_ended;
static bool ended_had_facts;

/* As the packages' host does: it is told of those that a package made. */
static void note_end(const Session *session, void *context)
{
    if (session->maker == 0)
        return;
    ended_luid = session_luid(session);
    ended_had_facts = session->facts != NULL;
    n_ended++;
}

static SessionStore *new_store(void)
{
    SessionStore *store = NULL;

    n_ended = 0;
    assert_ok(session_store_new(&store));
    session_store_listen(store, (struct session_listener){ .ended = note_end, .context = store });
    return store;
}

static void a_session_ends_with_its_last_reference(void **state)
{
    SessionStore *store = new_store();
    Session *session = NULL;
    Session *found = NULL;

    assert_ok(session_new(&session, store, 0x10000, 1));
    assert_ok(session_activate(session, &test_facts));
    session_ref(session);
    session_unref(session);
    assert_ok(session_store_find(store, 0x10000, &found));
    assert_ptr_equal(found, session);
    assert_int_equal(n_ended, 0);
    session_unref(session);
    assert_int_equal(n_ended, 1);
    assert_int_equal(ended_luid, 0x10000);
    assert_true(ended_had_facts);
    assert_status(session_store_find(store, 0x10000, &found), STATUS_NO_SUCH_LOGON_SESSION);
    assert_int_equal(session_store_size(store), 0);
    session_store_free(store);
}

static void one_that_is_being_created_is_seen_by_packages_only(void **state)
{
    SessionStore *store = new_store();
    Session *session = NULL;
    Session *found = NULL;

    assert_ok(session_new(&session, store, 0x10000, 1));
    assert_status(session_store_find(store, 0x10000, &found), STATUS_NO_SUCH_LOGON_SESSION);
    assert_ok(session_store_find_any(store, 0x10000, &found));
    assert_null(session_store_next(store, 0));
    session_unref(session);
    assert_int_equal(n_ended, 1);
    session_store_free(store);
}

static void a_discarded_session_is_told_to_nobody(void **state)
{
    SessionStore *store = new_store();
    Session *session = NULL;

    assert_ok(session_new(&session, store, 0x10000, 1));
    session_discard(session);
    assert_int_equal(n_ended, 0);
    assert_int_equal(session_store_size(store), 0);
    session_store_free(store);
}

static void well_known_sessions_never_end(void **state)
{
    SessionStore *store = new_store();
    Session *session = NULL;
    Session *found = NULL;

    for (uint64_t luid = SESSION_NETWORK_SERVICE; luid <= SESSION_SYSTEM; luid++) {
        assert_ok(session_new(&session, store, luid, 1));
        assert_ok(session_activate(session, &test_facts));
        session_unref(session);
        assert_ok(session_store_find(store, luid, &found));
    }
    assert_int_equal(n_ended, 0);
    session_store_free(store);
}

static void a_luid_in_use_is_refused(void **state)
{
    SessionStore *store = new_store();
    Session *session = NULL;
    Session *other = NULL;

    assert_ok(session_new(&session, store, 0x10000, 1));
    assert_status(session_new(&other, store, 0x10000, 1), STATUS_LOGON_SESSION_COLLISION);
    assert_null(other);
    session_unref(session);
    session_store_free(store);
}

static void facts_are_copied_and_never_set_twice(void **state)
{
    char user[] = "bob";
    struct session_facts facts = test_facts;
    SessionStore *store = new_store();
    Session *session = NULL;

    facts.user = user;
    facts.home_directory = "/home/bob";
    facts.upn = NULL;
    assert_ok(session_new(&session, store, 0x10000, 1));
    assert_ok(session_activate(session, &facts));
    user[0] = 'x';
    assert_string_equal(session->facts->user, "bob");
    assert_string_equal(session->facts->home_directory, "/home/bob");
    assert_null(session->facts->upn);
    assert_true(sid_equal(session->facts->sid, facts.sid));
    assert_status(session_activate(session, &facts), STATUS_BAD_LOGON_SESSION_STATE);
    session_unref(session);
    session_store_free(store);
}

static void sessions_are_walked_by_rising_luid(void **state)
{
    static const uint64_t luids[] = { 0x30000, 0x10000, 0x40000, 0x20000 };
    SessionStore *store = new_store();
    Session *sessions[ARRAY_SIZE(luids)];
    uint64_t expected = 0x10000;

    for (size_t i = 0; i < ARRAY_SIZE(luids); i++) {
        assert_ok(session_new(&sessions[i], store, luids[i], 1));
        if (luids[i] != 0x20000)
            assert_ok(session_activate(sessions[i], &test_facts));
    }
    for (Session *s = session_store_next(store, 0); s; s = session_store_following(s)) {
        assert_int_equal(session_luid(s), expected);
        expected += expected == 0x10000 ? 0x20000 : 0x10000; /* the unfinished one is left out */
    }
    assert_int_equal(expected, 0x50000);
    for (size_t i = 0; i < ARRAY_SIZE(luids); i++)
        session_unref(sessions[i]);
    session_store_free(store);
}

static struct bytes text(const char *value)
{
    return (struct bytes){ (const uint8_t *)value, strlen(value) };
}

static void credentials_are_kept_by_package_and_key(void **state)
{
    struct credential_list list = { 0 };
    const struct credential *found = NULL;

    assert_ok(credential_add(&list, 1, text("Primary"), text("secret")));
    assert_ok(credential_add(&list, 2, text("Primary"), text("other")));
    assert_ok(credential_add(&list, 1, text("Second"), text("more")));
    assert_ok(credential_get(&list, 1, text("Primary"), 0, &found));
    assert_int_equal(found->value_size, 6);
    assert_memory_equal(credential_value(found).data, "secret", 6);
    assert_status(credential_get(&list, 1, text("Primary"), 1, &found), STATUS_UNSUCCESSFUL);
    assert_ok(credential_get(&list, 1, (struct bytes){ 0 }, 1, &found));
    assert_status(credential_get(&list, 1, (struct bytes){ 0 }, 2, &found), STATUS_UNSUCCESSFUL);
    assert_status(credential_get(&list, 3, text("Primary"), 0, &found), STATUS_UNSUCCESSFUL);
    assert_ok(credential_delete(&list, 1, text("Primary")));
    assert_status(credential_delete(&list, 1, text("Primary")), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(list.size, 2);
    credential_list_done(&list);
    assert_int_equal(list.size, 0);
    assert_null(list.first);
}

static void credentials_have_limits(void **state)
{
    static uint8_t large[CREDENTIAL_VALUE_MAX + 1];
    struct credential_list list = { 0 };

    assert_status(credential_add(&list, 1, text(""), text("")), STATUS_INVALID_PARAMETER);
    assert_status(credential_add(&list, 1, text("k"), (struct bytes){ large, sizeof(large) }),
                  STATUS_INVALID_PARAMETER);
    assert_status(
        credential_add(&list, 1, (struct bytes){ large, CREDENTIAL_KEY_MAX + 1 }, text("v")),
        STATUS_INVALID_PARAMETER);
    for (int i = 0; i < CREDENTIALS_MAX; i++)
        assert_ok(credential_add(&list, 1, text("k"), text("v")));
    assert_status(credential_add(&list, 1, text("k"), text("v")), STATUS_INSUFFICIENT_RESOURCES);
    credential_list_done(&list);
}

/* --- states ------------------------------------------------------------------------------------
 */

struct told {
    size_t n_started, n_ended;
    enum session_state state; /* when it was told */
    bool was_found;           /* it was in the store then */
};

static void note_start(const Session *session, void *context)
{
    struct told *told = context;

    told->n_started++;
}

static void note_ending(const Session *session, void *context)
{
    struct told *told = context;
    Session *found;

    told->n_ended++;
    told->state = session->state;
    told->was_found =
        !nt_failed(session_store_find_any(session->store, session_luid(session), &found));
}

static void each_listener_is_told_once_of_what_is_ending_and_out_of_the_store(void **state)
{
    struct told told[SESSION_LISTENERS_MAX] = { 0 };
    SessionStore *store = NULL;
    Session *session = NULL, *failed = NULL;

    assert_ok(session_store_new(&store));
    for (size_t i = 0; i < ARRAY_SIZE(told); i++)
        session_store_listen(store, (struct session_listener){ note_start, note_ending, &told[i] });
    assert_ok(session_new(&session, store, 0x10000, 1));
    assert_int_equal(session->state, SESSION_CREATING);
    assert_ok(session_activate(session, &test_facts));
    assert_int_equal(session->state, SESSION_ACTIVE);
    session_unref(session);
    assert_ok(session_new(&failed, store, 0x10001, 1)); /* of a logon that failed */
    session_unref(failed);
    for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
        assert_int_equal(told[i].n_started, 1);
        assert_int_equal(told[i].n_ended, 2);
        assert_int_equal(told[i].state, SESSION_ENDING);
        assert_false(told[i].was_found);
    }
    session_store_free(store);
}

static void a_silenced_store_tells_nobody(void **state)
{
    struct told told = { 0 };
    SessionStore *store = NULL;
    Session *session = NULL;

    assert_ok(session_store_new(&store));
    session_store_listen(store, (struct session_listener){ note_start, note_ending, &told });
    assert_ok(session_new(&session, store, 0x10000, 1));
    assert_ok(session_activate(session, &test_facts));
    session_store_silence(store);
    session_unref(session);
    assert_int_equal(told.n_ended, 0);
    session_store_free(store);
}

static void one_of_the_journal_is_active_at_once(void **state)
{
    static const char *const packages[] = { "first", "second", "third" };
    const struct session_record record = { .maker = "third", .facts = test_facts };
    struct told told = { 0 };
    SessionStore *store = NULL;
    Session *session = NULL, *second = NULL;

    assert_ok(session_store_new(&store));
    session_store_name_makers(store, packages, ARRAY_SIZE(packages));
    session_store_listen(store, (struct session_listener){ note_start, note_ending, &told });
    assert_ok(session_restore(&session, store, 0x10000, &record));
    assert_int_equal(session->state, SESSION_ACTIVE);
    assert_int_equal(session->maker, 3);
    assert_true(session->journal.stored);
    assert_string_equal(session->facts->user, test_facts.user);
    assert_int_equal(told.n_started, 1);
    assert_status(session_restore(&second, store, 0x10000, &record), STATUS_INTERNAL_DB_CORRUPTION);
    assert_status(session_restore(&second, store, SESSION_SYSTEM, &record),
                  STATUS_INTERNAL_DB_CORRUPTION);
    assert_null(second);
    session_unref(session);
    session_store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_ends_with_its_last_reference),
        cmocka_unit_test(one_that_is_being_created_is_seen_by_packages_only),
        cmocka_unit_test(a_discarded_session_is_told_to_nobody),
        cmocka_unit_test(well_known_sessions_never_end),
        cmocka_unit_test(a_luid_in_use_is_refused),
        cmocka_unit_test(facts_are_copied_and_never_set_twice),
        cmocka_unit_test(sessions_are_walked_by_rising_luid),
        cmocka_unit_test(credentials_are_kept_by_package_and_key),
        cmocka_unit_test(credentials_have_limits),
        cmocka_unit_test(each_listener_is_told_once_of_what_is_ending_and_out_of_the_store),
        cmocka_unit_test(a_silenced_store_tells_nobody),
        cmocka_unit_test(one_of_the_journal_is_active_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
