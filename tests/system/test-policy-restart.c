/* SPDX-License-Identifier: MIT */
/* The policy and its handles when openlogond is killed: what was answered is there. */
#include "authority.h"
#include "policy.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ID = 3456, ROUNDS = 20 };

static struct authority authority;

static int start(void **state)
{
    (void)state;
    authority_start(&authority);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    authority_remove(&authority);
    return 0;
}

static BOOL has_right(LSA_HANDLE policy, PSID account)
{
    PLSA_UNICODE_STRING rights = NULL;
    ULONG n = 0;
    NTSTATUS status = LsaEnumerateAccountRights(policy, account, &rights, &n);

    assert_true(status == STATUS_SUCCESS || status == STATUS_OBJECT_NAME_NOT_FOUND);
    LsaFreeMemory(rights);
    return n > 0;
}

static void a_handle_goes_on_after_a_restart(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS), other = policy_open(POLICY_LOOKUP_NAMES);
    PLSA_UNICODE_STRING seen = NULL;

    (void)state;
    assert_nt(policy_grant(policy, policy_user(ID), "SeServiceLogonRight"), STATUS_SUCCESS);
    assert_nt(LsaStorePrivateData(policy, policy_string("L$kept"), policy_string("value")),
              STATUS_SUCCESS);
    authority_kill(&authority);
    authority_start_again(&authority);
    assert_true(has_right(policy, policy_user(ID)));
    assert_nt(LsaRetrievePrivateData(policy, policy_string("L$kept"), &seen), STATUS_SUCCESS);
    assert_true(policy_string_is(seen, "value"));
    LsaFreeMemory(seen);
    /* Each has opened itself for what it was opened for at first, no more. */
    assert_nt(policy_grant(other, policy_user(ID + 1), "SeServiceLogonRight"),
              STATUS_ACCESS_DENIED);
    assert_nt(LsaClose(other), STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

/* A child that assigns rights, and tells of each that was answered; killed with its authority. */
static void assign_rights(int to)
{
    LSA_HANDLE policy = NULL;

    if (LsaOpenPolicy(NULL, NULL, POLICY_ALL_ACCESS, &policy) != STATUS_SUCCESS)
        _exit(1);
    for (DWORD id = ID; id < ID + 500; id++) {
        if (policy_grant(policy, policy_user(id), "SeServiceLogonRight") != STATUS_SUCCESS ||
            write(to, "x", 1) != 1)
            _exit(1);
    }
    _exit(0);
}

static DWORD count_answered(int from)
{
    char bytes[64];
    DWORD n = 0;
    ssize_t size;

    while ((size = read(from, bytes, sizeof(bytes))) > 0)
        n += (DWORD)size;
    return n;
}

static void what_was_answered_is_there_after_a_kill(void **state)
{
    LSA_HANDLE policy;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        int ends[2];
        pid_t child;
        DWORD n;

        assert_int_equal(pipe(ends), 0);
        child = fork();
        assert_true(child >= 0);
        if (child == 0)
            assign_rights(ends[1]);
        assert_int_equal(close(ends[1]), 0);
        (void)poll(&(struct pollfd){ .fd = ends[0], .events = POLLIN }, 1, 5000); /* it has begun */
        authority_kill(&authority);
        assert_int_equal(kill(child, SIGKILL), 0); /* it would go on after the restart */
        assert_int_equal(waitpid(child, NULL, 0), child);
        n = count_answered(ends[0]);
        assert_int_equal(close(ends[0]), 0);
        authority_start_again(&authority);
        policy = policy_open(POLICY_ALL_ACCESS);
        for (DWORD i = 0; i < n; i++) {
            assert_true(has_right(policy, policy_user(ID + i)));
            assert_nt(LsaRemoveAccountRights(policy, policy_user(ID + i), TRUE, NULL, 0),
                      STATUS_SUCCESS);
        }
        (void)LsaRemoveAccountRights(policy, policy_user(ID + n), TRUE, NULL, 0);
        assert_false(has_right(policy, policy_user(ID + n + 1))); /* one was under way at most */
        assert_nt(LsaClose(policy), STATUS_SUCCESS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handle_goes_on_after_a_restart),
        cmocka_unit_test(what_was_answered_is_there_after_a_kill),
    };

    return cmocka_run_group_tests_name("policy-restart", tests, start, stop);
}
