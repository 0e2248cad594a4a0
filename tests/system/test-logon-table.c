/* SPDX-License-Identifier: MIT */
/*
 * What LogonUser answers for every state of an account, every logon type, and a right and a wrong
 * password; and that no more passwords are tried than the lockout threshold says.
 */
#include "policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lm.h>

#define NAME_PREFIX u"table-"

static const WCHAR RIGHT[] = u"right-Passw0rd";
static const WCHAR WRONG[] = u"wrong-Passw0rd";
static const WCHAR BLANK[] = u"";

static BYTE no_hours[21];

static const DWORD types[] = {
    LOGON32_LOGON_INTERACTIVE, LOGON32_LOGON_NETWORK,           LOGON32_LOGON_BATCH,
    LOGON32_LOGON_SERVICE,     LOGON32_LOGON_NETWORK_CLEARTEXT,
};

enum { N_TYPES = ARRAYSIZE(types), LAST_YEAR = 1735689600 /* 2025-01-01 */ };

/* @right  what the right password gives for each of the types; a wrong one is a logon failure */
static const struct state {
    LPCWSTR name;
    USER_INFO_4 settings;
    LPCWSTR password;
    DWORD right[N_TYPES];
    DWORD wrong;
} states[] = {
#define SAME(error)                                                                                \
    {                                                                                              \
        error, error, error, error, error                                                          \
    }
#define LASTS .usri4_flags = UF_SCRIPT | UF_DONT_EXPIRE_PASSWD, .usri4_acct_expires = TIMEQ_FOREVER
    { NAME_PREFIX u"plain", { LASTS }, RIGHT, SAME(ERROR_SUCCESS), ERROR_LOGON_FAILURE },
    { NAME_PREFIX u"disabled",
      { .usri4_flags = UF_SCRIPT | UF_DONT_EXPIRE_PASSWD | UF_ACCOUNTDISABLE,
        .usri4_acct_expires = TIMEQ_FOREVER },
      RIGHT,
      SAME(ERROR_ACCOUNT_DISABLED),
      ERROR_LOGON_FAILURE },
    { NAME_PREFIX u"expired",
      { .usri4_flags = UF_SCRIPT | UF_DONT_EXPIRE_PASSWD, .usri4_acct_expires = LAST_YEAR },
      RIGHT,
      SAME(ERROR_ACCOUNT_EXPIRED),
      ERROR_LOGON_FAILURE },
    { NAME_PREFIX u"hours",
      { LASTS, .usri4_logon_hours = no_hours },
      RIGHT,
      SAME(ERROR_INVALID_LOGON_HOURS),
      ERROR_LOGON_FAILURE },
    { NAME_PREFIX u"must-change",
      { .usri4_flags = UF_SCRIPT,
        .usri4_acct_expires = TIMEQ_FOREVER,
        .usri4_password_expired = TRUE },
      RIGHT,
      SAME(ERROR_PASSWORD_MUST_CHANGE),
      ERROR_LOGON_FAILURE },
    { NAME_PREFIX u"old-password",
      { .usri4_flags = UF_SCRIPT, .usri4_acct_expires = TIMEQ_FOREVER },
      RIGHT,
      SAME(ERROR_PASSWORD_EXPIRED),
      ERROR_LOGON_FAILURE },
    { NAME_PREFIX u"blank",
      { .usri4_flags = UF_SCRIPT | UF_DONT_EXPIRE_PASSWD | UF_PASSWD_NOTREQD,
        .usri4_acct_expires = TIMEQ_FOREVER },
      BLANK,
      { ERROR_SUCCESS, ERROR_ACCOUNT_RESTRICTION, ERROR_ACCOUNT_RESTRICTION,
        ERROR_ACCOUNT_RESTRICTION, ERROR_ACCOUNT_RESTRICTION },
      ERROR_LOGON_FAILURE },
    { NAME_PREFIX u"locked",
      { LASTS },
      RIGHT,
      SAME(ERROR_ACCOUNT_LOCKED_OUT),
      ERROR_ACCOUNT_LOCKED_OUT },
};

static DWORD log_on(LPCWSTR name, LPCWSTR password, DWORD type)
{
    HANDLE token = NULL;

    if (!LogonUserW(name, NULL, password, type, LOGON32_PROVIDER_DEFAULT, &token))
        return GetLastError();
    CloseHandle(token);
    return ERROR_SUCCESS;
}

/* --- setting up ------------------------------------------------------------------------------- */

static void set_lockout(DWORD threshold)
{
    USER_MODALS_INFO_3 lockout = { .usrmod3_lockout_threshold = threshold,
                                   .usrmod3_lockout_observation_window = 1800,
                                   .usrmod3_lockout_duration = 1800 };

    assert_int_equal(NetUserModalsSet(NULL, 3, (LPBYTE)&lockout, NULL), NERR_Success);
}

/* Passwords that expire do so after this. */
static void set_max_age(DWORD seconds)
{
    USER_MODALS_INFO_0 *passwords = NULL;

    assert_int_equal(NetUserModalsGet(NULL, 0, (LPBYTE *)&passwords), NERR_Success);
    passwords->usrmod0_max_passwd_age = seconds;
    assert_int_equal(NetUserModalsSet(NULL, 0, (LPBYTE)passwords, NULL), NERR_Success);
    NetApiBufferFree(passwords);
}

static void add_account(LPCWSTR name, LPCWSTR password, const USER_INFO_4 *settings)
{
    USER_INFO_4 info = *settings;

    info.usri4_name = (LPWSTR)(uintptr_t)name;
    info.usri4_password = (LPWSTR)(uintptr_t)password;
    info.usri4_units_per_week = UNITS_PER_WEEK;
    assert_int_equal(NetUserAdd(NULL, 4, (LPBYTE)&info, NULL), NERR_Success);
}

static int add_accounts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(states); i++)
        add_account(states[i].name, states[i].password, &states[i].settings);
    set_lockout(1);
    assert_int_equal(log_on(NAME_PREFIX u"locked", WRONG, LOGON32_LOGON_NETWORK),
                     ERROR_LOGON_FAILURE);
    set_lockout(0);
    set_max_age(1);
    return 0;
}

static int delete_accounts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(states); i++)
        assert_int_equal(NetUserDel(NULL, states[i].name), NERR_Success);
    set_max_age(42 * 24 * 3600);
    return 0;
}

/* Which no ordinary account has at first; the table is of accounts, not of rights. */
static void let_users_be_services(void)
{
    LSA_HANDLE policy = policy_open(POLICY_LOOKUP_NAMES);

    assert_nt(policy_grant(policy, policy_well_known(WinBuiltinUsersSid), "SeServiceLogonRight"),
              STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

/* --- the table -------------------------------------------------------------------------------- */

static void check(const struct state *state, size_t type, LPCWSTR password, DWORD expected)
{
    DWORD error = log_on(state->name, password, types[type]);

    if (error != expected)
        fail_msg("state %d, logon type %u, %s password: error %u instead of %u",
                 (int)(state - states), (unsigned)types[type],
                 password == WRONG ? "wrong" : "right", (unsigned)error, (unsigned)expected);
}

/* The second in which the password's age is reached has to pass first. */
static void wait_for_the_old_password(void)
{
    const double deadline = support_seconds() + 10;

    while (log_on(NAME_PREFIX u"old-password", RIGHT, LOGON32_LOGON_NETWORK) == ERROR_SUCCESS)
        assert_true(support_seconds() < deadline);
}

static void every_state_and_type_has_its_answer(void **unused)
{
    unsigned before = support_count_sessions();

    (void)unused;
    let_users_be_services();
    wait_for_the_old_password();
    for (size_t i = 0; i < ARRAYSIZE(states); i++) {
        for (size_t type = 0; type < N_TYPES; type++) {
            check(&states[i], type, states[i].password, states[i].right[type]);
            check(&states[i], type, WRONG, states[i].wrong);
        }
    }
    for (size_t type = 0; type < N_TYPES; type++)
        assert_int_equal(log_on(u"table-nobody", RIGHT, types[type]), ERROR_LOGON_FAILURE);
    assert_int_equal(support_count_sessions(), before);
}

/* --- the session tells of the account --------------------------------------------------------- */

static void a_session_tells_of_logons_before_it(void **state)
{
    PSECURITY_LOGON_SESSION_DATA data = NULL;
    HANDLE token = NULL;
    LUID id;

    (void)state;
    assert_int_equal(log_on(NAME_PREFIX u"plain", RIGHT, LOGON32_LOGON_NETWORK), ERROR_SUCCESS);
    for (int i = 0; i < 3; i++)
        assert_int_equal(log_on(NAME_PREFIX u"plain", WRONG, LOGON32_LOGON_NETWORK),
                         ERROR_LOGON_FAILURE);
    assert_succeeds(LogonUserW(NAME_PREFIX u"plain", NULL, RIGHT, LOGON32_LOGON_NETWORK,
                               LOGON32_PROVIDER_DEFAULT, &token));
    id = support_session_of(token);
    assert_int_equal(LsaGetLogonSessionData(&id, &data), STATUS_SUCCESS);
    assert_int_equal(data->LastLogonInfo.FailedAttemptCountSinceLastSuccessfulLogon, 3);
    assert_true(data->LastLogonInfo.LastSuccessfulLogon.QuadPart > 0);
    assert_true(data->LastLogonInfo.LastSuccessfulLogon.QuadPart < data->LogonTime.QuadPart);
    assert_true(data->LastLogonInfo.LastFailedLogon.QuadPart >
                data->LastLogonInfo.LastSuccessfulLogon.QuadPart);
    assert_true(data->LastLogonInfo.LastFailedLogon.QuadPart < data->LogonTime.QuadPart);
    assert_int_equal(data->PasswordMustChange.QuadPart, INT64_MAX);
    LsaFreeReturnBuffer(data);
    CloseHandle(token);
}

/* --- lockout ---------------------------------------------------------------------------------- */

enum { ATTACKERS = 8, TRIES = 6, THRESHOLD = 7 };

/* How many of the tries were answered as wrong passwords are. */
static int attack(void)
{
    int failures = 0;

    for (int i = 0; i < TRIES; i++) {
        DWORD error = log_on(NAME_PREFIX u"target", WRONG, LOGON32_LOGON_NETWORK);

        if (error == ERROR_LOGON_FAILURE)
            failures++;
        else if (error != ERROR_ACCOUNT_LOCKED_OUT)
            return 200;
    }
    return failures;
}

static void the_threshold_is_exact_under_parallel_attackers(void **state)
{
    const USER_INFO_4 settings = { LASTS };
    int start[2];
    int failures = 0;

    (void)state;
    add_account(NAME_PREFIX u"target", RIGHT, &settings);
    set_lockout(THRESHOLD);
    assert_int_equal(pipe(start), 0);
    for (int i = 0; i < ATTACKERS; i++) {
        if (fork() == 0) {
            char byte;

            close(start[1]);
            _exit(read(start[0], &byte, 1) == 0 ? attack() : 201);
        }
    }
    close(start[0]);
    close(start[1]);
    for (int i = 0; i < ATTACKERS; i++) {
        int status = -1;

        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 100);
        failures += WEXITSTATUS(status);
    }
    assert_int_equal(failures, THRESHOLD);
    assert_int_equal(log_on(NAME_PREFIX u"target", RIGHT, LOGON32_LOGON_INTERACTIVE),
                     ERROR_ACCOUNT_LOCKED_OUT);
    set_lockout(0);
    assert_int_equal(NetUserDel(NULL, NAME_PREFIX u"target"), NERR_Success);
}

static void an_administrator_unlocks(void **state)
{
    const USER_INFO_4 settings = { LASTS };
    USER_INFO_1008 flags = { UF_SCRIPT | UF_DONT_EXPIRE_PASSWD };
    USER_INFO_4 *info = NULL;

    (void)state;
    add_account(NAME_PREFIX u"target", RIGHT, &settings);
    set_lockout(2);
    for (int i = 0; i < 2; i++)
        assert_int_equal(log_on(NAME_PREFIX u"target", WRONG, LOGON32_LOGON_NETWORK),
                         ERROR_LOGON_FAILURE);
    assert_int_equal(NetUserGetInfo(NULL, NAME_PREFIX u"target", 4, (LPBYTE *)&info), NERR_Success);
    assert_true(info->usri4_flags & UF_LOCKOUT);
    assert_int_equal(info->usri4_bad_pw_count, 2);
    NetApiBufferFree(info);
    assert_int_equal(NetUserChangePassword(NULL, NAME_PREFIX u"target", RIGHT, u"new"),
                     ERROR_ACCOUNT_LOCKED_OUT);
    assert_int_equal(NetUserSetInfo(NULL, NAME_PREFIX u"target", 1008, (LPBYTE)&flags, NULL),
                     NERR_Success);
    assert_int_equal(log_on(NAME_PREFIX u"target", RIGHT, LOGON32_LOGON_NETWORK), ERROR_SUCCESS);
    set_lockout(0);
    assert_int_equal(NetUserDel(NULL, NAME_PREFIX u"target"), NERR_Success);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_type_has_its_answer),
        cmocka_unit_test(a_session_tells_of_logons_before_it),
        cmocka_unit_test(the_threshold_is_exact_under_parallel_attackers),
        cmocka_unit_test(an_administrator_unlocks),
    };

    return cmocka_run_group_tests_name("logon-table", tests, add_accounts, delete_accounts);
}
