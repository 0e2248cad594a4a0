/* SPDX-License-Identifier: MIT */
/* Acting as a client: levels, what the kernel sees, threads that are made meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openlogon.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#include "base/macros.h"
#include "client/test-authority.h"

enum { NOBODY = 65534 };

#define assert_fails(call, code)                                                                   \
    do {                                                                                           \
        SetLastError(0xdead);                                                                      \
        assert_false(call);                                                                        \
        assert_int_equal(GetLastError(), code);                                                    \
    } while (0)

static void needs_root(void)
{
    if (geteuid() != 0) {
        print_message("left out: needs root\n");
        skip();
    }
}

static HANDLE log_on(const char *user)
{
    HANDLE token = NULL;

    if (!LogonUserA(user, NULL, TEST_PASSWORD, LOGON32_LOGON_INTERACTIVE, 0, &token))
        fail_msg("LogonUser: error %u", GetLastError());
    return token;
}

static SECURITY_IMPERSONATION_LEVEL own_level(void)
{
    SECURITY_IMPERSONATION_LEVEL level = 99;
    HANDLE token;
    DWORD size;

    assert_true(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
    assert_true(GetTokenInformation(token, TokenImpersonationLevel, &level, sizeof(level), &size));
    assert_true(CloseHandle(token));
    return level;
}

static HANDLE at_level(HANDLE token, SECURITY_IMPERSONATION_LEVEL level)
{
    HANDLE copy;

    assert_true(DuplicateTokenEx(token, MAXIMUM_ALLOWED, NULL, level, TokenImpersonation, &copy));
    return copy;
}

static void a_thread_without_impersonation_has_no_token(void **state)
{
    HANDLE token;

    assert_fails(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token), ERROR_NO_TOKEN);
    assert_true(RevertToSelf());
}

static void the_kernel_sees_the_client_until_the_thread_reverts(void **state)
{
    gid_t groups[TEST_USER_GIDS];
    HANDLE token;

    needs_root();
    token = log_on(TEST_USER);
    assert_true(ImpersonateLoggedOnUser(token));
    assert_int_equal(own_level(), SecurityImpersonation);
    assert_int_equal(geteuid(), TEST_USER_UID);
    assert_int_equal(getegid(), TEST_USER_UID);
    assert_int_equal(getgroups(TEST_USER_GIDS, groups), TEST_USER_GIDS);
    assert_true(open("/etc/shadow", O_RDONLY | O_CLOEXEC) < 0);
    assert_true(CloseHandle(token)); /* the thread goes on to hold it */
    assert_int_equal(own_level(), SecurityImpersonation);
    assert_true(RevertToSelf());
    assert_int_equal(geteuid(), 0);
    assert_int_equal(getegid(), 0);
    assert_fails(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token), ERROR_NO_TOKEN);
}

static void one_client_can_follow_another(void **state)
{
    HANDLE alice, self;

    needs_root();
    alice = log_on(TEST_USER);
    self = log_on(TEST_USER_SELF);
    assert_true(ImpersonateLoggedOnUser(alice));
    assert_true(ImpersonateLoggedOnUser(self));
    assert_int_equal(geteuid(), 0);
    assert_true(ImpersonateLoggedOnUser(alice));
    assert_int_equal(geteuid(), TEST_USER_UID);
    assert_true(SetThreadToken(NULL, NULL));
    assert_int_equal(geteuid(), 0);
    assert_true(CloseHandle(self));
    assert_true(CloseHandle(alice));
}

static void low_levels_do_not_change_what_the_kernel_sees(void **state)
{
    HANDLE alice = log_on(TEST_USER), identify = at_level(alice, SecurityIdentification);
    HANDLE anonymous = at_level(alice, SecurityAnonymous), token;
    char name[64];
    DWORD size = sizeof(name);

    assert_true(SetThreadToken(NULL, identify));
    assert_int_equal(own_level(), SecurityIdentification);
    assert_int_equal(geteuid(), getuid());
    assert_fails(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, FALSE, &token),
                 ERROR_BAD_IMPERSONATION_LEVEL);
    assert_true(GetUserNameA(name, &size));
    assert_string_equal(name, TEST_USER);
    assert_fails(openlogon_open_process_token((DWORD)getpid(), TOKEN_QUERY, &token),
                 ERROR_BAD_IMPERSONATION_LEVEL);
    assert_true(SetThreadToken(NULL, anonymous));
    assert_fails(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token),
                 ERROR_CANT_OPEN_ANONYMOUS);
    assert_true(RevertToSelf());
    assert_true(CloseHandle(anonymous));
    assert_true(CloseHandle(identify));
    assert_true(CloseHandle(alice));
}

static void a_refused_impersonation_leaves_the_former_one(void **state)
{
    HANDLE alice, nobody, process;

    needs_root();
    alice = log_on(TEST_USER);
    nobody = log_on(TEST_USER_NO_UNIX);
    assert_true(ImpersonateLoggedOnUser(alice));
    assert_fails(ImpersonateLoggedOnUser(nobody), ERROR_NONE_MAPPED);
    assert_int_equal(geteuid(), TEST_USER_UID);
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &process));
    assert_fails(SetThreadToken(NULL, process), ERROR_BAD_TOKEN_TYPE);
    assert_int_equal(geteuid(), TEST_USER_UID);
    assert_true(RevertToSelf());
    assert_true(CloseHandle(process));
    assert_true(CloseHandle(nobody));
    assert_true(CloseHandle(alice));
}

static void the_handle_needs_the_right_to_impersonate(void **state)
{
    HANDLE alice = log_on(TEST_USER), query_only, copy;

    assert_true(DuplicateHandle(GetCurrentProcess(), alice, GetCurrentProcess(), &query_only,
                                TOKEN_QUERY, FALSE, 0));
    assert_fails(ImpersonateLoggedOnUser(query_only), ERROR_ACCESS_DENIED);
    copy = at_level(alice, SecurityIdentification);
    assert_fails(SetThreadToken(NULL, query_only), ERROR_ACCESS_DENIED);
    assert_fails(ImpersonateLoggedOnUser(NULL), ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(copy));
    assert_true(CloseHandle(query_only));
    assert_true(CloseHandle(alice));
}

static void impersonating_oneself_needs_no_change(void **state)
{
    uid_t before = geteuid();

    assert_true(ImpersonateSelf(SecurityImpersonation));
    assert_int_equal(own_level(), SecurityImpersonation);
    assert_int_equal(geteuid(), before);
    assert_true(RevertToSelf());
    assert_fails(ImpersonateSelf(7), ERROR_BAD_IMPERSONATION_LEVEL);
    assert_fails(ImpersonateAnonymousToken(GetCurrentThread()), ERROR_NOT_SUPPORTED);
}

/* --- threads -------------------------------------------------------------------------------- */

struct seen {
    uid_t euid;
    int n_groups;
    DWORD token_error;
};

static void look(struct seen *seen)
{
    HANDLE token;

    seen->euid = geteuid();
    seen->n_groups = getgroups(0, NULL);
    seen->token_error =
        OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token) ? 0 : GetLastError();
}

static void *look_around(void *argument)
{
    look(argument);
    return NULL;
}

static int look_around_thrd(void *argument)
{
    look(argument);
    return 5;
}

static void new_threads_start_as_the_process(void **state)
{
    struct seen before = { 0 }, seen = { 0 };
    pthread_t thread;
    HANDLE alice;

    needs_root();
    look(&before);
    alice = log_on(TEST_USER);
    assert_true(ImpersonateLoggedOnUser(alice));
    assert_int_equal(pthread_create(&thread, NULL, look_around, &seen), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_memory_equal(&seen, &before, sizeof(seen));
    assert_int_equal(geteuid(), TEST_USER_UID);
    assert_true(RevertToSelf());
    assert_true(CloseHandle(alice));
}

/* ThreadSanitizer does not know thrd_create(): a program that calls it crashes. */
#if defined(__SANITIZE_THREAD__)
#define THRD_CREATE_CRASHES 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define THRD_CREATE_CRASHES 1
#endif
#endif

static void threads_of_c11_start_as_the_process_too(void **state)
{
#ifdef THRD_CREATE_CRASHES
    (void)look_around_thrd;
    skip();
#else
    struct seen before = { 0 }, seen = { .euid = 1 };
    HANDLE alice;
    thrd_t thread;
    int result;

    needs_root();
    look(&before);
    alice = log_on(TEST_USER);
    assert_true(ImpersonateLoggedOnUser(alice));
    assert_int_equal(thrd_create(&thread, look_around_thrd, &seen), thrd_success);
    assert_int_equal(thrd_join(thread, &result), thrd_success);
    assert_int_equal(result, 5);
    assert_memory_equal(&seen, &before, sizeof(seen));
    assert_true(RevertToSelf());
    assert_true(CloseHandle(alice));
#endif
}

static void *end_while_impersonating(void *token)
{
    return ImpersonateLoggedOnUser(token) ? token : NULL;
}

static void a_thread_that_ends_lets_its_token_go(void **state)
{
    HANDLE alice = log_on(TEST_USER_SELF);
    OPENLOGON_SESSION_EXTRA extra;
    TOKEN_STATISTICS statistics;
    pthread_t thread;
    void *result;
    DWORD size;

    assert_true(
        GetTokenInformation(alice, TokenStatistics, &statistics, sizeof(statistics), &size));
    assert_int_equal(pthread_create(&thread, NULL, end_while_impersonating, alice), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_ptr_equal(result, alice);
    assert_true(CloseHandle(alice));
    assert_fails(openlogon_query_session_extra(&statistics.AuthenticationId, &extra),
                 ERROR_NO_SUCH_LOGON_SESSION);
    assert_true(openlogon_set_mode(OPENLOGON_MODE_ENFORCE)); /* nobody impersonates any more */
}

static void *impersonate_often(void *argument)
{
    HANDLE token = log_on(TEST_USER);

    for (int i = 0; i < 200; i++) {
        assert_true(ImpersonateLoggedOnUser(token));
        assert_int_equal(geteuid(), TEST_USER_UID);
        assert_true(RevertToSelf());
        assert_int_equal(geteuid(), 0);
    }
    assert_true(CloseHandle(token));
    return NULL;
}

static void threads_impersonate_independently(void **state)
{
    pthread_t threads[4];

    needs_root();
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, impersonate_often, NULL), 0);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void a_fork_while_impersonating_is_the_client_too_and_can_revert(void **state)
{
    HANDLE alice;
    int status;
    pid_t pid;

    needs_root();
    alice = log_on(TEST_USER);
    assert_true(ImpersonateLoggedOnUser(alice));
    pid = fork();
    if (pid == 0) {
        HANDLE again;
        bool good = geteuid() == TEST_USER_UID && RevertToSelf() && geteuid() == 0 &&
                    ImpersonateLoggedOnUser(alice) && geteuid() == TEST_USER_UID &&
                    LogonUserA(TEST_USER, NULL, TEST_PASSWORD, LOGON32_LOGON_BATCH, 0, &again) &&
                    geteuid() == TEST_USER_UID;
        _exit(good ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_true(RevertToSelf());
    assert_true(CloseHandle(alice));
}

/* --- without the right ---------------------------------------------------------------------- */

static int as_nobody(void)
{
    HANDLE alice;

    if (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
        return 2;
    if (!LogonUserA(TEST_USER, NULL, TEST_PASSWORD, LOGON32_LOGON_INTERACTIVE, 0, &alice))
        return 3;
    if (ImpersonateLoggedOnUser(alice) || GetLastError() != ERROR_PRIVILEGE_NOT_HELD)
        return 4;
    if (geteuid() != NOBODY || !openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY))
        return 5;
    if (!ImpersonateLoggedOnUser(alice) || geteuid() != NOBODY)
        return 6;
    if (openlogon_set_mode(OPENLOGON_MODE_ENFORCE) || GetLastError() != ERROR_BUSY)
        return 7;
    return RevertToSelf() && openlogon_set_mode(OPENLOGON_MODE_ENFORCE) ? 0 : 8;
}

static void without_capabilities_only_the_token_can_be_changed_and_only_if_asked(void **state)
{
    int status;
    pid_t pid;

    needs_root();
    pid = fork();
    if (pid == 0)
        _exit(as_nobody());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_fails(openlogon_set_mode(2), ERROR_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_without_impersonation_has_no_token),
        cmocka_unit_test(the_kernel_sees_the_client_until_the_thread_reverts),
        cmocka_unit_test(one_client_can_follow_another),
        cmocka_unit_test(low_levels_do_not_change_what_the_kernel_sees),
        cmocka_unit_test(a_refused_impersonation_leaves_the_former_one),
        cmocka_unit_test(the_handle_needs_the_right_to_impersonate),
        cmocka_unit_test(impersonating_oneself_needs_no_change),
        cmocka_unit_test(new_threads_start_as_the_process),
        cmocka_unit_test(threads_of_c11_start_as_the_process_too),
        cmocka_unit_test(a_thread_that_ends_lets_its_token_go),
        cmocka_unit_test(threads_impersonate_independently),
        cmocka_unit_test(a_fork_while_impersonating_is_the_client_too_and_can_revert),
        cmocka_unit_test(without_capabilities_only_the_token_can_be_changed_and_only_if_asked),
    };

    return cmocka_run_group_tests(tests, test_authority_set_up, test_authority_tear_down);
}
