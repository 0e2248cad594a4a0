/* SPDX-License-Identifier: MIT */
/* The library's tokens against an authority of the test's own. */
#include <windows.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "client/test-authority.h"
#include "security/privilege.h"

static pid_t authority;

#define assert_fails(call, error)                                                                  \
    do {                                                                                           \
        assert_false(call);                                                                        \
        assert_int_equal(GetLastError(), error);                                                   \
    } while (0)

static HANDLE log_on(void)
{
    HANDLE token = NULL;

    assert_true(LogonUserA(TEST_USER, NULL, TEST_PASSWORD, LOGON32_LOGON_INTERACTIVE,
                           LOGON32_PROVIDER_DEFAULT, &token));
    return token;
}

static HANDLE own_token(void)
{
    HANDLE token = NULL;

    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token));
    return token;
}

static HANDLE copy_of(HANDLE token)
{
    HANDLE copy = NULL;

    assert_true(DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation, TokenPrimary,
                                 &copy));
    return copy;
}

static TOKEN_STATISTICS statistics(HANDLE token)
{
    TOKEN_STATISTICS s;
    DWORD needed;

    assert_true(GetTokenInformation(token, TokenStatistics, &s, sizeof(s), &needed));
    return s;
}

static bool enabled(HANDLE token, DWORD privilege)
{
    PRIVILEGE_SET set = { .PrivilegeCount = 1, .Privilege = { { { privilege, 0 }, 0 } } };
    BOOL result = FALSE;

    assert_true(PrivilegeCheck(token, &set, &result));
    return result;
}

/* Returns whether it had been enabled. */
static bool adjust(HANDLE token, DWORD privilege, DWORD attributes)
{
    TOKEN_PRIVILEGES state = { 1, { { { privilege, 0 }, attributes } } }, previous;
    DWORD needed;

    assert_true(AdjustTokenPrivileges(token, FALSE, &state, sizeof(previous), &previous, &needed));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    if (previous.PrivilegeCount == 0)
        return attributes & SE_PRIVILEGE_ENABLED; /* it was as it was to be */
    return previous.Privileges[0].Attributes & SE_PRIVILEGE_ENABLED;
}

/* --- privileges ----------------------------------------------------------------------------- */

static void check_on_and_off(HANDLE token, DWORD privilege)
{
    LUID before = statistics(token).ModifiedId, after;

    assert_false(adjust(token, privilege, SE_PRIVILEGE_ENABLED));
    assert_true(enabled(token, privilege));
    after = statistics(token).ModifiedId;
    assert_memory_not_equal(&before, &after, sizeof(LUID));
    assert_true(adjust(token, privilege, SE_PRIVILEGE_ENABLED));
    assert_true(adjust(token, privilege, 0));
    assert_false(enabled(token, privilege));
    assert_false(adjust(token, privilege, 0));
}

static void the_own_token_is_adjusted_and_shows_it(void **state)
{
    HANDLE token = own_token(), again = own_token(), copy;

    check_on_and_off(token, PRIVILEGE_DEBUG);
    (void)adjust(token, PRIVILEGE_DEBUG, SE_PRIVILEGE_ENABLED);
    assert_true(enabled(again, PRIVILEGE_DEBUG));
    copy = copy_of(token);
    assert_true(enabled(copy, PRIVILEGE_DEBUG));
    (void)adjust(token, PRIVILEGE_DEBUG, 0);
    assert_true(enabled(copy, PRIVILEGE_DEBUG));
    check_on_and_off(copy, PRIVILEGE_SHUTDOWN);
    assert_true(CloseHandle(copy));
    assert_true(CloseHandle(again));
    assert_true(CloseHandle(token));
}

static void anothers_token_is_adjusted_by_message(void **state)
{
    HANDLE token = log_on();

    check_on_and_off(token, PRIVILEGE_SHUTDOWN);
    assert_true(CloseHandle(token));
}

static void a_privilege_of_the_own_token_is_removed_for_ever(void **state)
{
    HANDLE token = own_token();
    TOKEN_PRIVILEGES change = { 1, { { { PRIVILEGE_UNDOCK, 0 }, SE_PRIVILEGE_REMOVED } } };

    (void)adjust(token, PRIVILEGE_UNDOCK, SE_PRIVILEGE_ENABLED);
    assert_true(AdjustTokenPrivileges(token, FALSE, &change, 0, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    assert_false(enabled(token, PRIVILEGE_UNDOCK));
    change.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    assert_true(AdjustTokenPrivileges(token, FALSE, &change, 0, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_NOT_ALL_ASSIGNED);
    assert_false(enabled(token, PRIVILEGE_UNDOCK));
    check_on_and_off(token, PRIVILEGE_DEBUG); /* what is left works on */
    assert_true(CloseHandle(token));
}

/* The child's handle is of its parent's token, its own token is another. */
static void adjust_in_child(HANDLE inherited)
{
    HANDLE own = own_token();

    assert_true(enabled(inherited, PRIVILEGE_DEBUG));
    (void)adjust(own, PRIVILEGE_DEBUG, 0);
    (void)adjust(own, PRIVILEGE_BACKUP, SE_PRIVILEGE_ENABLED);
    assert_true(enabled(inherited, PRIVILEGE_DEBUG));
    assert_false(enabled(inherited, PRIVILEGE_BACKUP));
    (void)adjust(inherited, PRIVILEGE_RESTORE, SE_PRIVILEGE_ENABLED);
    assert_false(enabled(own, PRIVILEGE_RESTORE));
    assert_true(CloseHandle(own));
}

static void a_forked_child_has_a_token_of_its_own_and_sees_its_parents(void **state)
{
    HANDLE token = own_token();
    int status;
    pid_t pid;

    (void)adjust(token, PRIVILEGE_DEBUG, SE_PRIVILEGE_ENABLED); /* nobody has looked at it yet */
    pid = fork();
    if (pid == 0) {
        adjust_in_child(token);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_true(enabled(token, PRIVILEGE_DEBUG));
    assert_false(enabled(token, PRIVILEGE_BACKUP));
    assert_true(enabled(token, PRIVILEGE_RESTORE));
    (void)adjust(token, PRIVILEGE_RESTORE, 0);
    (void)adjust(token, PRIVILEGE_DEBUG, 0);
    check_on_and_off(token, PRIVILEGE_SHUTDOWN);
    assert_true(CloseHandle(token));
}

struct toggler {
    HANDLE token;
    DWORD privilege;
    pthread_t thread;
};

/* Nobody else touches its privilege, so what was there before is what it left there. */
static void *toggle(void *argument)
{
    const struct toggler *t = argument;

    for (int i = 0; i < 2000; i++) {
        assert_false(adjust(t->token, t->privilege, SE_PRIVILEGE_ENABLED));
        assert_true(enabled(t->token, t->privilege));
        assert_true(adjust(t->token, t->privilege, 0));
        assert_false(enabled(t->token, t->privilege));
    }
    return NULL;
}

static void check_threads(HANDLE token)
{
    struct toggler togglers[4] = { { .privilege = PRIVILEGE_DEBUG },
                                   { .privilege = PRIVILEGE_BACKUP },
                                   { .privilege = PRIVILEGE_RESTORE },
                                   { .privilege = PRIVILEGE_SHUTDOWN } };

    for (size_t i = 0; i < ARRAY_SIZE(togglers); i++) {
        togglers[i].token = token;
        assert_int_equal(pthread_create(&togglers[i].thread, NULL, toggle, &togglers[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(togglers); i++)
        assert_int_equal(pthread_join(togglers[i].thread, NULL), 0);
}

static void no_thread_loses_anothers_change(void **state)
{
    HANDLE token = own_token(), copy = copy_of(token);

    check_threads(token);
    check_threads(copy);
    assert_true(CloseHandle(copy));
    assert_true(CloseHandle(token));
}

static int start(void **state)
{
    authority = test_authority_start();
    return 0;
}

static int stop(void **state)
{
    test_authority_kill(authority);
    test_authority_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_own_token_is_adjusted_and_shows_it),
        cmocka_unit_test(anothers_token_is_adjusted_by_message),
        cmocka_unit_test(a_forked_child_has_a_token_of_its_own_and_sees_its_parents),
        cmocka_unit_test(no_thread_loses_anothers_change),
        cmocka_unit_test(a_privilege_of_the_own_token_is_removed_for_ever),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
