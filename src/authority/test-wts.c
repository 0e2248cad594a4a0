/* SPDX-License-Identifier: MIT */
#include "authority/wts.h"

#include <stdio.h>
#include <string.h>

#include "authority/journal_record.h"
#include "authority/test-support.h"

enum { CLOCK = 1000 };

struct fixture {
    SessionStore *sessions;
    WtsTable *table;
    uint64_t last_luid;
    unsigned n_opened, n_closed;
    uint32_t last_closed;
};

static void note_opened(const WtsSession *wts, void *context)
{
    ((struct fixture *)context)->n_opened++;
}

static void note_closed(const WtsSession *wts, const Session *last, void *context)
{
    struct fixture *f = context;

    f->n_closed++;
    f->last_closed = wts_number(wts);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;

    *f = (struct fixture){ .last_luid = 0x10000 };
    assert_ok(session_store_new(&f->sessions));
    assert_ok(wts_table_new(&f->table, f->sessions));
    wts_table_listen(f->table, (struct wts_listener){ note_opened, note_closed, f });
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    assert_null(wts_next(f->table, WTS_SERVICES));
    wts_table_free(f->table);
    session_store_free(f->sessions);
    return 0;
}

static Session *add_session(struct fixture *f, uint32_t number)
{
    struct session_facts facts = test_facts;
    Session *session;

    facts.wts_session = number;
    assert_ok(session_new(&session, f->sessions, ++f->last_luid, 0));
    assert_ok(session_activate(session, &facts));
    return session;
}

/* A login whose logon session is made. */
static Session *log_in(struct fixture *f, const struct wts_spec *spec, WtsSession **ret)
{
    Session *session;

    assert_ok(wts_open(f->table, ret, spec));
    session = add_session(f, wts_number(*ret));
    wts_opened(f->table, *ret, session);
    return session;
}

static Session *log_in_at(struct fixture *f, const char *tty, uint32_t number)
{
    const struct wts_spec spec = { .tty = tty, .service = "login", .connect_time = CLOCK };
    WtsSession *wts;
    Session *session = log_in(f, &spec, &wts);

    assert_int_equal(wts_number(wts), number);
    assert_int_equal(wts->logon, session_luid(session));
    return session;
}

static void the_lowest_free_number_is_the_next(void **state)
{
    struct fixture *f = *state;
    Session *first = log_in_at(f, "tty1", 1);
    Session *second = log_in_at(f, "tty2", 2);
    Session *third = log_in_at(f, "tty3", 3);

    session_unref(second);
    assert_null(wts_find(f->table, 2));
    second = log_in_at(f, "tty2", 2);
    session_unref(first);
    session_unref(second);
    session_unref(third);
}

static void it_is_named_after_its_terminal_or_its_service(void **state)
{
    static const struct {
        const char *tty, *service, *name;
    } cases[] = {
        { "tty1", "login", "tty1" },        { "/dev/pts/3", "sshd", "pts/3" },
        { "/dev/console", "x", "console" }, { NULL, "sshd", "sshd#1" },
        { "", "sshd", "sshd#1" },           { "ssh", "sshd", "sshd#1" },
        { NULL, NULL, "login#1" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct wts_spec spec = { .tty = cases[i].tty, .service = cases[i].service };
        WtsSession *wts;
        Session *session = log_in(*state, &spec, &wts);

        assert_string_equal(wts->station, cases[i].name);
        assert_string_equal(wts->remote_host, "");
        session_unref(session);
    }
}

static void a_text_is_cut_between_characters(void **state)
{
    char host[2 * WTS_TEXT_MAX + 1];
    const struct wts_spec spec = { .tty = "tty1", .remote_host = host };
    WtsSession *wts;

    for (size_t i = 0; i < WTS_TEXT_MAX; i++)
        memcpy(host + 2 * i, "\xc3\xa4", 2);
    host[sizeof(host) - 1] = 0;
    Session *session = log_in(*state, &spec, &wts);
    assert_int_equal(strlen(wts->remote_host), WTS_TEXT_MAX - 1);
    session_unref(session);
}

static void it_lasts_until_the_last_logon_session_that_belongs_to_it(void **state)
{
    struct fixture *f = *state;
    Session *login = log_in_at(f, "tty1", 1);
    Session *other = add_session(f, 1);

    session_unref(login);
    assert_non_null(wts_find(f->table, 1));
    assert_int_equal(f->n_closed, 0);
    session_unref(other);
    assert_null(wts_find(f->table, 1));
    assert_int_equal(f->n_closed, 1);
    assert_int_equal(f->last_closed, 1);
}

static void a_login_that_fails_leaves_nothing(void **state)
{
    const struct wts_spec spec = { .tty = "tty1" };
    struct fixture *f = *state;
    WtsSession *wts;

    assert_ok(wts_open(f->table, &wts, &spec));
    wts_abandon(f->table, wts);
    assert_null(wts_find(f->table, 1));

    /* Its logon session was there for a moment. */
    assert_ok(wts_open(f->table, &wts, &spec));
    session_unref(add_session(f, 1));
    assert_non_null(wts_find(f->table, 1));
    wts_abandon(f->table, wts);
    assert_null(wts_find(f->table, 1));
    assert_int_equal(f->n_opened, 0);
    assert_int_equal(f->n_closed, 0);
}

static void services_have_none(void **state)
{
    struct fixture *f = *state;
    Session *service = add_session(f, WTS_SERVICES);

    assert_null(wts_next(f->table, WTS_SERVICES));
    assert_int_equal(wts_of_session(f->sessions, session_luid(service)), WTS_SERVICES);
    session_unref(service);
    assert_int_equal(wts_of_session(f->sessions, 0x123456), WTS_SERVICES);
}

static void a_scope_tells_loginds_session(void **state)
{
    static const struct {
        const char *group, *id; /* NULL: none */
    } cases[] = {
        { "/user.slice/user-1000.slice/session-3.scope", "3" },
        { "/user.slice/user-1000.slice/session-c12.scope/openlogon-main-1-2", "c12" },
        { "/session-/session-7.scope", "7" },
        { "/", NULL },
        { "/session-3.scopes", NULL },
        { "/session-.scope", NULL },
        { "/session-3.slice/x.scope", NULL },
        { "/my-session-3.scope", NULL },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(freep) char *id = wts_logind_session(cases[i].group);

        if (cases[i].id)
            assert_string_equal(id, cases[i].id);
        else
            assert_null(id);
    }
}

/* --- the journal -------------------------------------------------------------------------------
 */

static const struct wts_record stored = { .number = 3,
                                          .station = "sshd#3",
                                          .remote_host = "192.0.2.1",
                                          .logind = "c17",
                                          .connect_time = CLOCK,
                                          .logon = 0x4711 };

static void check_restored(const WtsSession *wts)
{
    assert_non_null(wts);
    assert_string_equal(wts->station, stored.station);
    assert_string_equal(wts->remote_host, stored.remote_host);
    assert_string_equal(wts->logind, stored.logind);
    assert_int_equal(wts->connect_time, CLOCK);
    assert_int_equal(wts->logon, 0x4711);
    assert_int_equal(wts->n_sessions, 1);
}

static void it_is_restored_before_or_after_its_logon_session(void **state)
{
    struct fixture *f = *state;

    for (int before = 0; before < 2; before++) {
        Session *session;

        if (before)
            assert_ok(wts_restore(f->table, 0x20000, &stored));
        session = add_session(f, 3);
        if (!before)
            assert_ok(wts_restore(f->table, 0x20000, &stored));
        wts_end_restore(f->table);
        check_restored(wts_find(f->table, 3));
        assert_status(wts_restore(f->table, 0x20001, &stored), STATUS_INTERNAL_DB_CORRUPTION);
        session_unref(session);
        assert_null(wts_find(f->table, 3));
    }
}

static void one_whose_logon_sessions_are_gone_is_not_restored(void **state)
{
    struct fixture *f = *state;

    assert_ok(wts_restore(f->table, 0x20000, &stored));
    wts_end_restore(f->table);
    assert_null(wts_find(f->table, 3));
}

static void a_record_reads_as_it_was_written(void **state)
{
    _cleanup_(writer_done) struct writer out = { 0 };
    struct wts_record record;

    writer_init(&out, JOURNAL_RECORD_MAX);
    wts_record_encode(&stored, &out);
    assert_ok(out.status);
    assert_ok(wts_record_decode(&record, out.bytes, out.size));
    assert_int_equal(record.number, 3);
    assert_string_equal(record.station, "sshd#3");
    assert_string_equal(record.logind, "c17");
    assert_int_equal(record.logon, 0x4711);
    for (size_t cut = 0; cut < out.size; cut++)
        assert_status(wts_record_decode(&record, out.bytes, cut), STATUS_INTERNAL_DB_CORRUPTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_lowest_free_number_is_the_next, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_named_after_its_terminal_or_its_service, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_text_is_cut_between_characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_lasts_until_the_last_logon_session_that_belongs_to_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_login_that_fails_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(services_have_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_restored_before_or_after_its_logon_session, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_whose_logon_sessions_are_gone_is_not_restored, set_up,
                                        tear_down),
        cmocka_unit_test(a_scope_tells_loginds_session),
        cmocka_unit_test(a_record_reads_as_it_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
