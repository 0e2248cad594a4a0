/* SPDX-License-Identifier: MIT */
/*
 * An administrator's two sessions, and how a process of the one comes to the token of the other.
 * The program runs itself again as a process of a session: its first argument says what it then is.
 */
#include "policy.h"

#include <sddl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMMAND_SIZE = 1024, NOT_STARTED = 251 };

static const char PASSWORD[] = "elevate-Passw0rd";
static const char ACCOUNT[] = "elevation-adam";
static char own_path[512];

/* --- what the processes of the sessions do ------------------------------------------------ */

/* The exit code tells the line that failed. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "line %d: error %u\n", __LINE__, (unsigned)GetLastError());            \
            exit(__LINE__ % 200 + 1);                                                              \
        }                                                                                          \
    } while (0)

static DWORD number_of(HANDLE token, TOKEN_INFORMATION_CLASS class)
{
    DWORD number = 0, size;

    CHECK(GetTokenInformation(token, class, &number, sizeof(number), &size));
    return number;
}

static DWORD run(HANDLE token, char *command)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    DWORD code = NOT_STARTED;

    if (!CreateProcessAsUserA(token, NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup,
                              &process))
        return NOT_STARTED;
    CHECK(WaitForSingleObject(process.hProcess, 60000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeProcess(process.hProcess, &code));
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code;
}

static DWORD run_self(HANDLE token, const char *as)
{
    char command[COMMAND_SIZE];

    snprintf(command, sizeof(command), "%s %s %u", own_path, as, (unsigned)getuid());
    return run(token, command);
}

static HANDLE own_token(void)
{
    HANDLE token = NULL;

    CHECK(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token));
    return token;
}

/* Of a process without SeTcbPrivilege: to look at only. */
static void the_linked_token_cannot_be_acted_with(HANDLE own)
{
    TOKEN_LINKED_TOKEN linked = { 0 };
    HANDLE primary = NULL;
    DWORD size;

    CHECK(GetTokenInformation(own, TokenLinkedToken, &linked, sizeof(linked), &size));
    CHECK(number_of(linked.LinkedToken, TokenType) == TokenImpersonation);
    CHECK(number_of(linked.LinkedToken, TokenImpersonationLevel) == SecurityIdentification);
    CHECK(number_of(linked.LinkedToken, TokenElevationType) == TokenElevationTypeFull);
    CHECK(!DuplicateTokenEx(linked.LinkedToken, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                            TokenPrimary, &primary));
    CHECK(GetLastError() == ERROR_BAD_IMPERSONATION_LEVEL);
    CloseHandle(linked.LinkedToken);
}

static int be_filtered(void)
{
    HANDLE own = own_token(), full = NULL;

    CHECK(number_of(own, TokenElevationType) == TokenElevationTypeLimited);
    CHECK(number_of(own, TokenElevation) == 0 && number_of(own, TokenHasRestrictions) == 1);
    the_linked_token_cannot_be_acted_with(own);
    CHECK(!openlogon_elevate(NULL, &full) && GetLastError() == ERROR_ELEVATION_REQUIRED);
    CHECK(!openlogon_elevate("wrong", &full) && GetLastError() == ERROR_LOGON_FAILURE);
    CHECK(openlogon_elevate(PASSWORD, &full));
    CHECK(number_of(full, TokenType) == TokenPrimary);
    CHECK(number_of(full, TokenElevationType) == TokenElevationTypeFull);
    CHECK(run_self(full, "full") == 0);
    return 0;
}

/* With the uid of who started it: an elevated process is the same user to the kernel. */
static int be_full(const char *uid)
{
    HANDLE own = own_token();

    CHECK((unsigned)atoi(uid) == getuid());
    CHECK(number_of(own, TokenElevationType) == TokenElevationTypeFull);
    CHECK(number_of(own, TokenElevation) == 1);
    return 0;
}

/* What was taken from a process it does not get back by its user's password. */
static int be_restricted(void)
{
    HANDLE full = NULL;

    CHECK(!openlogon_elevate(PASSWORD, &full) && GetLastError() == ERROR_ACCESS_DENIED);
    return 0;
}

static int be_ordinary(void)
{
    HANDLE full = NULL;

    CHECK(!openlogon_elevate(PASSWORD, &full) && GetLastError() == ERROR_NO_SUCH_LOGON_SESSION);
    return 0;
}

/* --- tests -------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        setenv("OPENLOGON_TOKEN_ONLY", "1", 1);
        if (!openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY))
            return 1;
    }
    return openlogon_account_add(ACCOUNT, "Adam", PASSWORD) ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    return openlogon_account_delete(ACCOUNT) ? 0 : 1;
}

/* A member of Administrators for this logon: a logon process may say so. */
static HANDLE log_on(DWORD type, const char *group)
{
    WCHAR user[] = u"elevation-adam", domain[] = u".", password[] = u"elevate-Passw0rd";
    TOKEN_GROUPS groups = { .GroupCount = group ? 1 : 0 };
    HANDLE token = NULL;

    if (group) {
        assert_succeeds(ConvertStringSidToSidA(group, &groups.Groups[0].Sid));
        groups.Groups[0].Attributes =
            SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;
    }
    assert_succeeds(LogonUserExExW(user, domain, password, type, LOGON32_PROVIDER_DEFAULT, &groups,
                                   &token, NULL, NULL, NULL, NULL));
    LocalFree(groups.Groups[0].Sid);
    return token;
}

static const char ADMINISTRATORS[] = "S-1-5-32-544";

static LUID session_of(HANDLE token)
{
    return support_session_of(token);
}

static int luid_equal(LUID a, LUID b)
{
    return a.LowPart == b.LowPart && a.HighPart == b.HighPart;
}

static void an_interactive_logon_makes_two_sessions(void **state)
{
    unsigned before = support_count_sessions();
    HANDLE token = log_on(LOGON32_LOGON_INTERACTIVE, ADMINISTRATORS);
    OPENLOGON_SESSION_EXTRA filtered, full;
    TOKEN_LINKED_TOKEN linked;
    LUID own = session_of(token);
    DWORD size;

    (void)state;
    assert_int_equal(support_count_sessions(), before + 2);
    assert_succeeds(openlogon_query_session_extra(&own, &filtered));
    assert_int_equal(filtered.elevation_type, TokenElevationTypeLimited);
    assert_succeeds(openlogon_query_session_extra(&filtered.linked, &full));
    assert_int_equal(full.elevation_type, TokenElevationTypeFull);
    assert_true(luid_equal(full.linked, own));
    assert_succeeds(GetTokenInformation(token, TokenLinkedToken, &linked, sizeof(linked), &size));
    assert_true(luid_equal(session_of(linked.LinkedToken), filtered.linked));
    assert_succeeds(CloseHandle(token));
    assert_int_equal(support_count_sessions(), before + 2); /* the full one has a handle */
    assert_succeeds(CloseHandle(linked.LinkedToken));
    assert_int_equal(support_count_sessions(), before);
}

static void other_logons_make_one(void **state)
{
    static const DWORD types[] = { LOGON32_LOGON_NETWORK, LOGON32_LOGON_BATCH,
                                   LOGON32_LOGON_SERVICE, LOGON32_LOGON_NETWORK_CLEARTEXT };
    const PSID administrators = policy_well_known(WinBuiltinAdministratorsSid);
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    unsigned before = support_count_sessions();

    (void)state;
    assert_nt(policy_grant(policy, administrators, "SeServiceLogonRight"), STATUS_SUCCESS);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        HANDLE token = log_on(types[i], ADMINISTRATORS);

        assert_int_equal(support_count_sessions(), before + 1);
        assert_succeeds(CloseHandle(token));
    }
    assert_nt(policy_revoke(policy, administrators, "SeServiceLogonRight"), STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void a_process_is_elevated_by_the_password_of_its_user(void **state)
{
    unsigned before = support_count_sessions();
    HANDLE token = log_on(LOGON32_LOGON_INTERACTIVE, ADMINISTRATORS);

    (void)state;
    assert_int_equal(run_self(token, "filtered"), 0);
    assert_succeeds(CloseHandle(token));
    assert_true(support_wait_sessions(before, 5000));
}

static void a_restricted_process_is_not(void **state)
{
    HANDLE token = log_on(LOGON32_LOGON_INTERACTIVE, ADMINISTRATORS), restricted = NULL;

    (void)state;
    assert_succeeds(CreateRestrictedToken(token, DISABLE_MAX_PRIVILEGE, 0, NULL, 0, NULL, 0, NULL,
                                          &restricted));
    assert_int_equal(run_self(restricted, "restricted"), 0);
    assert_succeeds(CloseHandle(restricted));
    assert_succeeds(CloseHandle(token));
}

static void who_has_no_twin_is_told_so(void **state)
{
    HANDLE token = log_on(LOGON32_LOGON_INTERACTIVE, NULL);

    (void)state;
    assert_int_equal(run_self(token, "ordinary"), 0);
    assert_succeeds(CloseHandle(token));
}

/* The command line does the same. */
static void logon_run_elevates(void **state)
{
    HANDLE token = log_on(LOGON32_LOGON_INTERACTIVE, ADMINISTRATORS);
    char command[COMMAND_SIZE];

    (void)state;
    snprintf(command, sizeof(command),
             "sh -c \"echo %s | %s run --elevated --password-fd 0 -- %s full %s\"", PASSWORD,
             getenv("OPENLOGON_TEST_LOGON"), own_path, "$(id -u)");
    assert_int_equal(run(token, command), 0);
    snprintf(command, sizeof(command),
             "sh -c \"echo wrong | %s run --elevated --password-fd 0 -- true 2>/dev/null\"",
             getenv("OPENLOGON_TEST_LOGON"));
    assert_int_equal(run(token, command), 1);
    assert_succeeds(CloseHandle(token));
}

static int run_as_child(const char *as, const char *uid)
{
    if (strcmp(as, "filtered") == 0)
        return be_filtered();
    if (strcmp(as, "full") == 0)
        return be_full(uid);
    return strcmp(as, "restricted") == 0 ? be_restricted() : be_ordinary();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interactive_logon_makes_two_sessions),
        cmocka_unit_test(other_logons_make_one),
        cmocka_unit_test(a_process_is_elevated_by_the_password_of_its_user),
        cmocka_unit_test(a_restricted_process_is_not),
        cmocka_unit_test(who_has_no_twin_is_told_so),
        cmocka_unit_test(logon_run_elevates),
    };

    if (readlink("/proc/self/exe", own_path, sizeof(own_path) - 1) < 0)
        return 1;
    return argc == 3 ? run_as_child(argv[1], argv[2])
                     : cmocka_run_group_tests(tests, set_up, tear_down);
}
