/* SPDX-License-Identifier: MIT */
/* Buffers that packages return, and what LsaLogonUser() makes of an answer. */
#include "base/test.h"

#include <windows.h>
#include <ntsecapi.h>

#include "client/test-authority.h"

static HANDLE log_on_ex(const char *user, void **profile, DWORD *size)
{
    HANDLE token = NULL;

    assert_true(LogonUserExA(user, ".", TEST_PASSWORD, LOGON32_LOGON_BATCH,
                             LOGON32_PROVIDER_DEFAULT, &token, NULL, profile, size, NULL));
    return token;
}

/* The address in it is the one that it has here, and all of it is this process's. */
static void a_profile_lies_where_the_package_put_it(void **state)
{
    void *profile = NULL;
    DWORD size = 0;
    HANDLE token = log_on_ex(TEST_USER, &profile, &size);
    uint64_t own;

    assert_non_null(profile);
    assert_int_equal(size, 64);
    memcpy(&own, profile, sizeof(own));
    assert_int_equal(own, (uintptr_t)profile);
    memset(profile, 0x5a, size);
    assert_int_equal(LsaFreeReturnBuffer(profile), STATUS_SUCCESS);
    assert_true(CloseHandle(token));
}

static void many_profiles_are_freed_in_any_order(void **state)
{
    enum { N = 40 };
    void *profiles[N];
    DWORD size;

    for (size_t i = 0; i < N; i++)
        assert_true(CloseHandle(log_on_ex(TEST_USER, &profiles[i], &size)));
    for (size_t i = 0; i < N; i += 2)
        assert_int_equal(LsaFreeReturnBuffer(profiles[i]), STATUS_SUCCESS);
    for (size_t i = 1; i < N; i += 2) {
        uint64_t own;

        memcpy(&own, profiles[i], sizeof(own));
        assert_int_equal(own, (uintptr_t)profiles[i]);
        assert_int_equal(LsaFreeReturnBuffer(profiles[i]), STATUS_SUCCESS);
    }
    assert_int_equal(LsaFreeReturnBuffer(NULL), STATUS_SUCCESS);
}

static void an_answer_outside_of_the_window_is_refused(void **state)
{
    void *profile = NULL;
    HANDLE token = NULL;
    DWORD size = 0;

    SetLastError(0);
    assert_false(LogonUserExA(TEST_USER_STRAYS, ".", TEST_PASSWORD, LOGON32_LOGON_BATCH,
                              LOGON32_PROVIDER_DEFAULT, &token, NULL, &profile, &size, NULL));
    assert_int_not_equal(GetLastError(), 0);
    assert_null(token);
    assert_null(profile);
}

static LSA_STRING string_of(const char *text)
{
    return (LSA_STRING){ (USHORT)strlen(text), (USHORT)(strlen(text) + 1), (PCHAR)(uintptr_t)text };
}

static void enable_tcb(void)
{
    TOKEN_PRIVILEGES on = { .PrivilegeCount = 1, .Privileges[0].Attributes = SE_PRIVILEGE_ENABLED };
    HANDLE own = NULL;

    assert_true(LookupPrivilegeValueA(NULL, SE_TCB_NAME, &on.Privileges[0].Luid));
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &own));
    assert_true(AdjustTokenPrivileges(own, FALSE, &on, 0, NULL, NULL));
    assert_true(CloseHandle(own));
}

static void a_logon_process_needs_a_privilege_and_a_name(void **state)
{
    LSA_STRING name = string_of("test");
    LSA_OPERATIONAL_MODE mode = 7;
    HANDLE lsa = NULL;

    assert_int_equal(LsaRegisterLogonProcess(&name, &lsa, &mode), STATUS_PORT_CONNECTION_REFUSED);
    enable_tcb();
    assert_int_equal(LsaRegisterLogonProcess(&name, &lsa, NULL), STATUS_INVALID_PARAMETER);
    name.Length = 128;
    assert_int_equal(LsaRegisterLogonProcess(&name, &lsa, &mode), STATUS_NAME_TOO_LONG);
    name.Length = 4;
    assert_int_equal(LsaRegisterLogonProcess(&name, &lsa, &mode), STATUS_SUCCESS);
    assert_int_equal(mode, 0);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
}

static void why_an_account_is_restricted_is_told(void **state)
{
    LSA_STRING name = string_of("test");
    TOKEN_SOURCE source = { .SourceName = "Test" };
    MSV1_0_INTERACTIVE_LOGON logon = { .MessageType = MsV1_0InteractiveLogon };
    NTSTATUS sub_status = 0;
    QUOTA_LIMITS quotas;
    void *profile = NULL;
    HANDLE lsa, token = NULL;
    ULONG size;
    LUID id;

    assert_int_equal(LsaConnectUntrusted(&lsa), STATUS_SUCCESS);
    assert_int_equal(LsaLogonUser(lsa, &name, Interactive, 7, &logon, sizeof(logon), NULL, &source,
                                  &profile, &size, &id, &token, &quotas, &sub_status),
                     STATUS_ACCOUNT_RESTRICTION);
    assert_int_equal(sub_status, STATUS_INVALID_LOGON_HOURS);
    assert_null(token);
    assert_int_equal(LsaLogonUser(lsa, &name, Interactive, 7, NULL, 0, NULL, &source, &profile,
                                  &size, &id, &token, &quotas, &sub_status),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(LsaLogonUser(lsa, &name, Interactive, 7, &logon, sizeof(logon), NULL, NULL,
                                  &profile, &size, &id, &token, &quotas, &sub_status),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
    assert_int_equal(LsaLogonUser(lsa, &name, Interactive, 7, &logon, sizeof(logon), NULL, &source,
                                  &profile, &size, &id, &token, &quotas, &sub_status),
                     STATUS_INVALID_HANDLE);
    assert_int_equal(LsaCallAuthenticationPackage(lsa, 7, &logon, 4, &profile, &size, &sub_status),
                     STATUS_INVALID_HANDLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_lies_where_the_package_put_it),
        cmocka_unit_test(many_profiles_are_freed_in_any_order),
        cmocka_unit_test(an_answer_outside_of_the_window_is_refused),
        cmocka_unit_test(a_logon_process_needs_a_privilege_and_a_name),
        cmocka_unit_test(why_an_account_is_restricted_is_told),
    };

    return cmocka_run_group_tests(tests, test_authority_set_up, test_authority_tear_down);
}
