/* SPDX-License-Identifier: MIT */
/* What goes wrong at a logon is told clearly, costs nobody else anything, and leaves nothing. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TIMED_LOGONS = 15,
};

static const char PASSWORD[] = "right-Passw0rd";
static const char ACCOUNT[] = "errors-alice";

static int set_up(void **state)
{
    (void)state;
    assert_succeeds(openlogon_account_add(ACCOUNT, "Alice", PASSWORD));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return openlogon_account_delete(ACCOUNT) ? 0 : 1;
}

static BOOL logon(const char *user, const char *password, DWORD type)
{
    HANDLE token = NULL;

    if (!LogonUserA(user, ".", password, type, LOGON32_PROVIDER_DEFAULT, &token)) {
        assert_null(token);
        return FALSE;
    }
    CloseHandle(token);
    return TRUE;
}

static void the_right_password_logs_on(void **state)
{
    (void)state;
    assert_succeeds(logon(ACCOUNT, PASSWORD, LOGON32_LOGON_NETWORK));
    assert_succeeds(logon("ERRORS-Alice", PASSWORD, LOGON32_LOGON_BATCH));
}

static void bad_names_and_passwords_are_refused(void **state)
{
    static char long_name[32768 + 1];
    unsigned before = support_count_sessions();

    (void)state;
    memset(long_name, 'a', sizeof(long_name) - 1);
    assert_fails(logon(ACCOUNT, "wrong", LOGON32_LOGON_NETWORK), ERROR_LOGON_FAILURE);
    assert_fails(logon(ACCOUNT, "", LOGON32_LOGON_NETWORK), ERROR_LOGON_FAILURE);
    assert_fails(logon("no-such-user", PASSWORD, LOGON32_LOGON_NETWORK), ERROR_LOGON_FAILURE);
    assert_fails(logon("", PASSWORD, LOGON32_LOGON_NETWORK), ERROR_LOGON_FAILURE);
    assert_fails(logon(long_name, PASSWORD, LOGON32_LOGON_NETWORK), ERROR_INVALID_PARAMETER);
    assert_fails(logon(ACCOUNT, long_name, LOGON32_LOGON_NETWORK), ERROR_INVALID_PARAMETER);
    assert_fails(logon(ACCOUNT, PASSWORD, 6), ERROR_INVALID_PARAMETER);
    assert_fails(logon("bad\xff\xfeutf8", PASSWORD, LOGON32_LOGON_NETWORK),
                 ERROR_NO_UNICODE_TRANSLATION);
    assert_int_equal(support_count_sessions(), before);
}

static void malformed_utf16_is_refused(void **state)
{
    static const WCHAR lone_surrogate[] = { 'a', 0xd800, 'b', 0 };
    static const WCHAR password[] = { 'x', 0 };
    HANDLE token = NULL;

    (void)state;
    assert_fails(LogonUserW(lone_surrogate, NULL, password, LOGON32_LOGON_NETWORK,
                            LOGON32_PROVIDER_DEFAULT, &token),
                 ERROR_NO_UNICODE_TRANSLATION);
    assert_null(token);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median_of_failures(const char *user)
{
    double times[TIMED_LOGONS];

    for (int i = 0; i < TIMED_LOGONS; i++) {
        double start = support_seconds();

        assert_fails(logon(user, "wrong", LOGON32_LOGON_NETWORK), ERROR_LOGON_FAILURE);
        times[i] = support_seconds() - start;
    }
    qsort(times, TIMED_LOGONS, sizeof(times[0]), compare);
    return times[TIMED_LOGONS / 2];
}

static void an_unknown_user_takes_as_long_as_a_wrong_password(void **state)
{
    double known = median_of_failures(ACCOUNT);
    double unknown = median_of_failures("no-such-user");

    (void)state;
    print_message("wrong password %.1f ms, unknown user %.1f ms\n", known * 1e3, unknown * 1e3);
    /* Wide bounds: a machine under load is noisy; skipping the hash would be a factor of fifty. */
    assert_true(unknown > known / 3 && unknown < known * 3);
}

static void a_worker_that_dies_in_mid_logon_costs_that_logon_only(void **state)
{
    unsigned before = support_count_sessions();
    pid_t authority = support_authority_pid();

    (void)state;
    assert_fails(logon("null-die", "null", LOGON32_LOGON_NETWORK), RPC_S_CALL_FAILED);
    assert_int_equal(support_count_sessions(), before);
    assert_succeeds(logon("null-alice", "null", LOGON32_LOGON_NETWORK));
    assert_int_equal(support_authority_pid(), authority);
}

static void a_package_that_forgets_its_session_leaves_none(void **state)
{
    unsigned before = support_count_sessions();

    (void)state;
    assert_fails(logon("null-leak", "null", LOGON32_LOGON_NETWORK), ERROR_ACCOUNT_DISABLED);
    assert_int_equal(support_count_sessions(), before);
}

static void handles_are_checked_for_the_right_each_call_needs(void **state)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_INTERACTIVE), query = NULL, other = NULL;
    TOKEN_PRIVILEGES none = { 0 };
    TOKEN_SOURCE source;
    DWORD size;

    (void)state;
    assert_succeeds(
        DuplicateTokenEx(token, TOKEN_QUERY, NULL, SecurityImpersonation, TokenPrimary, &query));
    assert_fails(DuplicateToken(query, SecurityImpersonation, &other), ERROR_ACCESS_DENIED);
    assert_fails(AdjustTokenPrivileges(query, FALSE, &none, 0, NULL, NULL), ERROR_ACCESS_DENIED);
    assert_fails(GetTokenInformation(query, TokenSource, &source, sizeof(source), &size),
                 ERROR_ACCESS_DENIED);
    assert_fails(ImpersonateLoggedOnUser(query), ERROR_ACCESS_DENIED);
    assert_fails(GetTokenInformation((HANDLE)(uintptr_t)0x7ffffff0, TokenUser, &source,
                                     sizeof(source), &size),
                 ERROR_INVALID_HANDLE);
    CloseHandle(query);
    CloseHandle(token);
}

static void a_network_token_starts_no_process_until_it_is_made_primary(void **state)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK);
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char command[] = "true";

    (void)state;
    assert_fails(CreateProcessAsUserA(token, NULL, command, NULL, NULL, FALSE, 0, NULL, NULL,
                                      &startup, &process),
                 ERROR_BAD_TOKEN_TYPE);
    CloseHandle(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_password_logs_on),
        cmocka_unit_test(bad_names_and_passwords_are_refused),
        cmocka_unit_test(malformed_utf16_is_refused),
        cmocka_unit_test(an_unknown_user_takes_as_long_as_a_wrong_password),
        cmocka_unit_test(a_worker_that_dies_in_mid_logon_costs_that_logon_only),
        cmocka_unit_test(a_package_that_forgets_its_session_leaves_none),
        cmocka_unit_test(handles_are_checked_for_the_right_each_call_needs),
        cmocka_unit_test(a_network_token_starts_no_process_until_it_is_made_primary),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
