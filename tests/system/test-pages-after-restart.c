/* SPDX-License-Identifier: MIT */
/* A program that has an authority's pages, when that authority is gone and another has come. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "daemon/test-link.h"

#include "support.h"

/* As after a reboot: nothing of the first one's is left. */
static void use(const struct test_daemon *daemon)
{
    assert_int_equal(setenv("OPENLOGON_SOCKET", daemon->socket, 1), 0);
}

static void kill_at_once(const struct test_daemon *daemon)
{
    assert_int_equal(kill(daemon->pid, SIGKILL), 0);
    assert_int_equal(waitpid(daemon->pid, NULL, 0), daemon->pid);
}

static NTSTATUS query(LUID id)
{
    PSECURITY_LOGON_SESSION_DATA data = NULL;
    NTSTATUS status = LsaGetLogonSessionData(&id, &data);

    if (status == STATUS_SUCCESS)
        LsaFreeReturnBuffer(data);
    return status;
}

static HANDLE log_on(void)
{
    HANDLE token = NULL;

    assert_succeeds(LogonUserA("good", ".", "x", LOGON32_LOGON_NETWORK, 0, &token));
    return token;
}

static void check_ended(LUID id)
{
    assert_false(support_session_exists(id));
    assert_int_equal(query(id), STATUS_NO_SUCH_LOGON_SESSION);
}

static void the_pages_of_a_killed_authority_are_not_believed(void **state)
{
    struct test_daemon first, second;
    HANDLE old, new;
    LUID of_old, of_new;

    (void)state;
    test_daemon_start(&first, NULL);
    use(&first);
    old = log_on();
    of_old = support_session_of(old);
    assert_true(support_session_exists(of_old));
    assert_int_equal(query(of_old), STATUS_SUCCESS);
    kill_at_once(&first);
    test_daemon_start(&second, NULL);
    use(&second);
    check_ended(of_old);
    new = log_on();
    of_new = support_session_of(new);
    assert_true(support_session_exists(of_new));
    assert_int_equal(query(of_new), STATUS_SUCCESS);
    assert_succeeds(CloseHandle(new));
    check_ended(of_new);
    (void)CloseHandle(old);
    test_daemon_stop(&second);
}

static void one_that_ends_in_good_order_says_so(void **state)
{
    struct test_daemon first, second;
    LUID id;

    (void)state;
    test_daemon_start(&first, NULL);
    use(&first);
    id = support_session_of(log_on());
    assert_int_equal(query(id), STATUS_SUCCESS);
    test_daemon_start(&second, NULL);
    use(&second);
    test_daemon_stop(&first);
    check_ended(id);
    test_daemon_stop(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pages_of_a_killed_authority_are_not_believed),
        cmocka_unit_test(one_that_ends_in_good_order_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
