/* SPDX-License-Identifier: MIT */
/*
 * The tables of src/query over real sessions: what is looked up is not scanned for, and nobody sees
 * what LsaGetLogonSessionData would refuse.
 */
#include "queries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/sql_tables.h"

enum { MANY = 2000 }; /* OPENLOGON_TEST_SESSIONS: another number */

/* --- who sees what ------------------------------------------------------------------------------
 */

/* Statements that would give away a session of bob's or of SYSTEM's, or somebody else's process. */
static const char *const hidden_from_alice[] = {
    "SELECT luid FROM sessions WHERE luid = 999",
    "SELECT luid FROM sessions WHERE luid IN ($bob2, $bob10)",
    "SELECT luid FROM sessions WHERE user = 'bob'",
    "SELECT luid FROM sessions WHERE sid = 'S-1-5-18'",
    "SELECT luid FROM sessions WHERE user LIKE '%o%'",
    "SELECT tokens FROM sessions WHERE user = 'SYSTEM' OR luid = 997",
    "SELECT LogonId FROM Win32_LogonSession WHERE LogonType = 10 OR LogonId = '999'",
    "SELECT Antecedent FROM Win32_LoggedOnUser WHERE Antecedent LIKE '%bob%'",
    "SELECT Dependent FROM Win32_LoggedOnUser WHERE Dependent = '" SESSION("$bob2") "'",
    "SELECT Dependent FROM Win32_SessionProcess WHERE Antecedent = '" SESSION("999") "'",
    "SELECT pid FROM processes WHERE pid = 1",
    "SELECT pid FROM processes WHERE session = 999",
    "SELECT Handle FROM Win32_Process WHERE Handle = '1'",
    "SELECT pid FROM tokens WHERE pid = 1 OR pid = $pid",
    "SELECT sid FROM groups WHERE pid = $pid",
    "SELECT name FROM privileges WHERE pid = $pid",
    "SELECT password_last_set FROM accounts WHERE name = 'bob' AND password_last_set > ''",
    "SELECT p.pid FROM processes p LEFT JOIN sessions s ON s.luid = p.session WHERE s.luid IS NULL",
};

static void an_ordinary_user_sees_his_own_only(void **state)
{
    assert_succeeds(ImpersonateLoggedOnUser(known[0].token));
    assert_told("all sessions", sql("SELECT luid FROM sessions"), "$alice2|$alice8");
    assert_told("his name", sql("SELECT luid FROM sessions WHERE user = 'Alice'"),
                "$alice2|$alice8");
    assert_told("his LUID", sql("SELECT user FROM sessions WHERE luid = $alice8"), "alice");
    assert_told("the class", wql(NULL, "SELECT LogonId FROM Win32_LogonSession"),
                "$alice2|$alice8");
    assert_told("the users", sql("SELECT DISTINCT Antecedent FROM Win32_LoggedOnUser"), ALICE);
    for (size_t i = 0; i < sizeof(hidden_from_alice) / sizeof(hidden_from_alice[0]); i++)
        assert_told(hidden_from_alice[i], sql(hidden_from_alice[i]), "");
    assert_succeeds(RevertToSelf());
}

static void what_is_refused_looks_as_if_it_were_not_there(void **state)
{
    struct query_problem problem;

    assert_succeeds(ImpersonateLoggedOnUser(known[0].token));
    problem = wql_problem("REFERENCES OF {Win32_LogonSession.LogonId=$bob2}");
    assert_succeeds(RevertToSelf());
    assert_string_equal(problem.message, "there is no such object");
    query_problem_done(&problem);
}

/* The function that the tables find sessions by. */
static DWORD count_found(const char *user, PSID sid)
{
    LUID *sessions = NULL;
    DWORD n = 0;

    assert_succeeds(openlogon_find_sessions(user, sid, &sessions, &n));
    for (DWORD i = 1; i < n; i++)
        assert_true(sessions[i - 1].LowPart < sessions[i].LowPart);
    LsaFreeReturnBuffer(sessions);
    return n;
}

static void sessions_are_found_by_whose_they_are(void **state)
{
    const SID nonsense = { .Revision = 7 };
    OPENLOGON_ACCOUNT *bob = NULL;
    LUID *sessions = NULL;
    DWORD n;

    assert_succeeds(openlogon_account_get("bob", &bob));
    assert_int_equal(count_found("BOB", NULL), 2);
    assert_int_equal(count_found(NULL, bob->sid), 2);
    assert_int_equal(count_found("bob", bob->sid), 2);
    assert_int_equal(count_found("alice", bob->sid), 0);
    assert_true(count_found(NULL, NULL) >= N_KNOWN + 4);
    assert_fails(openlogon_find_sessions("", NULL, &sessions, &n), ERROR_INVALID_PARAMETER);
    assert_fails(openlogon_find_sessions(NULL, NULL, NULL, &n), ERROR_INVALID_PARAMETER);
    assert_fails(openlogon_find_sessions(NULL, (PSID)&nonsense, &sessions, &n), ERROR_INVALID_SID);
    assert_succeeds(ImpersonateLoggedOnUser(known[0].token));
    assert_int_equal(count_found("bob", NULL), 0);
    assert_int_equal(count_found(NULL, bob->sid), 0);
    assert_int_equal(count_found("alice", NULL), 2);
    assert_int_equal(count_found(NULL, NULL), 2);
    assert_succeeds(RevertToSelf());
    LsaFreeReturnBuffer(bob);
}

/* --- what is read -------------------------------------------------------------------------------
 */

static const struct {
    const char *query;
    size_t rows_read; /* at most */
} cheap[] = {
    { "SELECT user FROM sessions WHERE luid = $bob10", 1 },
    { "SELECT luid FROM sessions WHERE user = 'bob'", 2 },
    { "SELECT luid FROM sessions WHERE user = 'bob' AND logon_type = 10", 2 },
    { "SELECT luid FROM sessions WHERE user IN ('alice', 'bob')", 4 },
    { "SELECT luid FROM sessions WHERE luid = $bob2 OR luid = $bob10", 2 },
    { "SELECT LogonType FROM Win32_LogonSession WHERE LogonId = '$bob10'", 1 },
    { "SELECT LogonType FROM Win32_LogonSession WHERE LogonId = $bob10", 1 },
    { "SELECT Dependent FROM Win32_LoggedOnUser WHERE Antecedent = '" BOB "'", 2 },
    { "SELECT s.user FROM processes p JOIN sessions s ON s.luid = p.session WHERE p.pid = $pid",
      2 },
    { "SELECT w.LogonType FROM sessions s JOIN Win32_LogonSession w ON w.LogonId = s.luid "
      "WHERE s.user = 'bob'",
      4 },
};

static void check_cheap(void)
{
    for (size_t i = 0; i < sizeof(cheap) / sizeof(cheap[0]); i++) {
        const size_t before = query_sql_rows_read();
        const double start = support_seconds();
        const bool has_rows = *sql(cheap[i].query) != '\0';
        const size_t n = query_sql_rows_read() - before;

        print_message("%5.2f ms, %zu rows: %s\n", (support_seconds() - start) * 1000, n,
                      cheap[i].query);
        assert_true(has_rows);
        if (n > cheap[i].rows_read)
            fail_msg("%s reads %zu rows", cheap[i].query, n);
    }
}

/* Sessions of a scan have come by the page; those that are looked up were asked for alone. */
static void check_pages(void)
{
    static const char query[] =
        "SELECT printf('%d of %d', sum(a.uid IS b.uid AND a.tokens IS b.tokens AND a.enforced IS "
        "b.enforced AND a.elevation IS b.elevation AND a.service IS b.service), count(*)) "
        "FROM sessions a JOIN sessions b ON b.luid = a.luid";
    const double start = support_seconds();
    unsigned same, all;

    (void)sql("SELECT count(uid) + count(elevation) + count(remote_host) FROM sessions");
    print_message("%5.2f ms for the hidden columns of all\n", (support_seconds() - start) * 1000);
    assert_int_equal(sscanf(sql(query), "[%u of %u]", &same, &all), 2);
    assert_true(all > MANY);
    assert_int_equal(same, all);
}

static void what_is_looked_up_is_not_scanned_for(void **state)
{
    const char *wanted = getenv("OPENLOGON_TEST_SESSIONS");
    const size_t n = wanted ? strtoul(wanted, NULL, 10) : MANY;
    HANDLE *tokens = calloc(n, sizeof(*tokens));
    size_t before = query_sql_rows_read();
    double start;

    assert_non_null(tokens);
    for (size_t i = 0; i < n; i++) {
        char name[16];

        snprintf(name, sizeof(name), "%zu", 10000 + i % 1000);
        tokens[i] = support_logon(name, LOGON32_LOGON_NETWORK_CLEARTEXT);
    }
    start = support_seconds();
    (void)sql("SELECT count(*) FROM sessions");
    print_message("%5.2f ms for all %zu sessions\n", (support_seconds() - start) * 1000, n);
    assert_true(query_sql_rows_read() - before >= n);
    check_cheap();
    check_pages();
    for (size_t i = 0; i < n; i++)
        assert_succeeds(CloseHandle(tokens[i]));
    free(tokens);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_user_sees_his_own_only),
        cmocka_unit_test(what_is_refused_looks_as_if_it_were_not_there),
        cmocka_unit_test(sessions_are_found_by_whose_they_are),
        cmocka_unit_test(what_is_looked_up_is_not_scanned_for),
    };

    return cmocka_run_group_tests(tests, queries_set_up, queries_tear_down);
}
