/* SPDX-License-Identifier: MIT */
/* The library's tokens against an authority of the test's own. */
#include <windows.h>
#include <aclapi.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "client/test-authority.h"
#include "security/privilege.h"
#include "security/sid.h"

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

/* --- groups --------------------------------------------------------------------------------- */

static sid_buffer sid_of(const char *text)
{
    sid_buffer sid;

    assert_ok(sid_from_text(&sid, NULL, text, strlen(text)));
    return sid;
}

static bool is_member(HANDLE token, SID *sid)
{
    HANDLE client = NULL;
    BOOL member = FALSE;

    assert_true(DuplicateToken(token, SecurityIdentification, &client));
    assert_true(CheckTokenMembership(client, sid, &member));
    assert_true(CloseHandle(client));
    return member;
}

/* The test authority's tokens have one group that is not mandatory: the logon SID. */
static void check_groups(HANDLE token)
{
    sid_buffer logon = sid_of("S-1-5-5-0-77"), world = sid_of("S-1-1-0");
    sid_buffer foreign = sid_of("S-1-5-99");
    TOKEN_GROUPS state = { 1, { { &logon.sid, 0 } } };
    union {
        TOKEN_GROUPS groups;
        uint8_t bytes[128];
    } previous;
    DWORD needed = 0;

    assert_true(is_member(token, &logon.sid));
    assert_fails(AdjustTokenGroups(token, FALSE, &state, 8, &previous.groups, &needed),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(needed, 8 + 16 + sid_length(&logon.sid));
    assert_true(is_member(token, &logon.sid));
    assert_true(AdjustTokenGroups(token, FALSE, &state, needed, &previous.groups, &needed));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    assert_int_equal(previous.groups.GroupCount, 1);
    assert_true(EqualSid(previous.groups.Groups[0].Sid, &logon.sid));
    assert_false(is_member(token, &logon.sid));
    assert_true(AdjustTokenGroups(token, FALSE, &previous.groups, 0, NULL, NULL));
    assert_true(is_member(token, &logon.sid));
    state.Groups[0].Sid = &world.sid;
    assert_fails(AdjustTokenGroups(token, FALSE, &state, 0, NULL, NULL),
                 ERROR_CANT_DISABLE_MANDATORY);
    state.Groups[0].Sid = &foreign.sid;
    assert_true(AdjustTokenGroups(token, FALSE, &state, 0, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_NOT_ALL_ASSIGNED);
    assert_true(AdjustTokenGroups(token, TRUE, NULL, 0, NULL, NULL)); /* not enabled by default */
    assert_false(is_member(token, &logon.sid));
}

static void groups_are_enabled_and_disabled(void **state)
{
    HANDLE token = log_on(), copy = copy_of(token), weak = NULL;

    check_groups(copy);
    check_groups(token);
    assert_fails(AdjustTokenGroups(token, FALSE, NULL, 0, NULL, NULL), ERROR_INVALID_PARAMETER);
    assert_true(
        DuplicateTokenEx(token, TOKEN_QUERY, NULL, SecurityImpersonation, TokenPrimary, &weak));
    assert_fails(AdjustTokenGroups(weak, TRUE, NULL, 0, NULL, NULL), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(weak));
    assert_true(CloseHandle(copy));
    assert_true(CloseHandle(token));
}

/* --- information ---------------------------------------------------------------------------- */

static DWORD number(HANDLE token, TOKEN_INFORMATION_CLASS which)
{
    DWORD value = 0, needed;

    assert_true(GetTokenInformation(token, which, &value, sizeof(value), &needed));
    return value;
}

static DWORD integrity(HANDLE token)
{
    union {
        TOKEN_MANDATORY_LABEL label;
        uint8_t bytes[64];
    } u;
    DWORD needed;

    assert_true(GetTokenInformation(token, TokenIntegrityLevel, &u, sizeof(u), &needed));
    return *GetSidSubAuthority(u.label.Label.Sid, 0);
}

/* A copy becomes the authority's when what is set needs a privilege, and is the same token still.
 */
static void check_setting(HANDLE token)
{
    sid_buffer low = sid_of("S-1-16-4096"), world = sid_of("S-1-1-0");
    TOKEN_MANDATORY_LABEL label = { { &low.sid, SE_GROUP_INTEGRITY } };
    LUID session = statistics(token).AuthenticationId, origin = { 77, 0 }, after;
    DWORD nine = 9, one = 1;

    assert_true(SetTokenInformation(token, TokenIntegrityLevel, &label, sizeof(label)));
    assert_int_equal(integrity(token), SECURITY_MANDATORY_LOW_RID);
    label.Label.Sid = &world.sid;
    assert_fails(SetTokenInformation(token, TokenIntegrityLevel, &label, sizeof(label)),
                 ERROR_INVALID_SID);
    assert_true(SetTokenInformation(token, TokenSessionId, &nine, sizeof(nine)));
    assert_int_equal(number(token, TokenSessionId), 9);
    assert_true(SetTokenInformation(token, TokenOrigin, &origin, sizeof(origin)));
    assert_true(SetTokenInformation(token, TokenUIAccess, &one, sizeof(one)));
    assert_int_equal(number(token, TokenUIAccess), 1);
    assert_fails(SetTokenInformation(token, TokenVirtualizationEnabled, &one, sizeof(one)),
                 ERROR_INVALID_PARAMETER);
    assert_fails(SetTokenInformation(token, TokenSessionReference, &one, sizeof(one)),
                 ERROR_NOT_SUPPORTED);
    assert_int_equal(integrity(token), SECURITY_MANDATORY_LOW_RID);
    after = statistics(token).AuthenticationId;
    assert_memory_equal(&session, &after, sizeof(session));
    check_on_and_off(token, PRIVILEGE_SHUTDOWN);
}

static void information_is_set(void **state)
{
    HANDLE token = log_on(), copy = copy_of(token), again;

    check_setting(copy);
    again = copy_of(copy);
    assert_int_equal(number(again, TokenSessionId), 9);
    assert_int_equal(number(token, TokenSessionId), 0);
    check_setting(token);
    assert_true(CloseHandle(again));
    assert_true(CloseHandle(copy));
    assert_true(CloseHandle(token));
}

static void setting_needs_the_rights_of_the_class(void **state)
{
    HANDLE token = log_on(), weak = NULL;
    TOKEN_DEFAULT_DACL none = { NULL };
    DWORD value = 1;

    assert_true(DuplicateTokenEx(token, TOKEN_ADJUST_DEFAULT | TOKEN_QUERY, NULL,
                                 SecurityImpersonation, TokenPrimary, &weak));
    assert_true(SetTokenInformation(weak, TokenDefaultDacl, &none, sizeof(none)));
    assert_fails(SetTokenInformation(weak, TokenSessionId, &value, sizeof(value)),
                 ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(weak));
    assert_true(
        DuplicateTokenEx(token, TOKEN_QUERY, NULL, SecurityImpersonation, TokenPrimary, &weak));
    assert_fails(SetTokenInformation(weak, TokenDefaultDacl, &none, sizeof(none)),
                 ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(weak));
    assert_true(CloseHandle(token));
}

static void the_audit_policy_needs_a_privilege(void **state)
{
    HANDLE token = own_token();
    TOKEN_AUDIT_POLICY policy, zero = { { 0 } };
    DWORD needed;

    (void)adjust(token, PRIVILEGE_SECURITY, 0);
    assert_fails(GetTokenInformation(token, TokenAuditPolicy, &policy, sizeof(policy), &needed),
                 ERROR_PRIVILEGE_NOT_HELD);
    (void)adjust(token, PRIVILEGE_SECURITY, SE_PRIVILEGE_ENABLED);
    assert_true(GetTokenInformation(token, TokenAuditPolicy, &policy, sizeof(policy), &needed));
    assert_memory_equal(&policy, &zero, sizeof(zero));
    (void)adjust(token, PRIVILEGE_SECURITY, 0);
    assert_fails(GetTokenInformation(token, TokenSessionReference, &policy, 4, &needed),
                 ERROR_INVALID_PARAMETER);
    assert_fails(GetTokenInformation(token, TokenLinkedToken, &policy, 8, &needed),
                 ERROR_NO_SUCH_LOGON_SESSION);
    assert_true(CloseHandle(token));
}

static void pseudo_handles_ask_and_do_no_more(void **state)
{
    HANDLE token = GetCurrentProcessToken(), copy = NULL;
    DWORD zero = 0;

    assert_int_equal(number(token, TokenIsRestricted), 0);
    assert_int_equal(number(GetCurrentThreadEffectiveToken(), TokenType), TokenPrimary);
    assert_fails(DuplicateTokenEx(token, 0, NULL, SecurityImpersonation, TokenPrimary, &copy),
                 ERROR_ACCESS_DENIED);
    assert_fails(SetTokenInformation(token, TokenUIAccess, &zero, 4), ERROR_ACCESS_DENIED);
    assert_fails(AdjustTokenGroups(token, TRUE, NULL, 0, NULL, NULL), ERROR_ACCESS_DENIED);
    assert_fails(AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL), ERROR_ACCESS_DENIED);
    assert_false(IsTokenRestricted(token));
    assert_false(IsTokenUntrusted(token));
    assert_true(CloseHandle(token));
    assert_true(CloseHandle(GetCurrentThreadToken()));
    assert_true(CloseHandle(GetCurrentThreadEffectiveToken()));
    assert_int_equal(number(token, TokenType), TokenPrimary);
    assert_fails(GetTokenInformation(GetCurrentThreadToken(), TokenType, &zero, 4, &zero),
                 ERROR_NO_TOKEN);
}

static void capabilities_and_flags_of_membership_are_told(void **state)
{
    sid_buffer world = sid_of("S-1-1-0"), capability = sid_of("S-1-15-3-1");
    BOOL answer = FALSE;

    assert_true(CheckTokenMembershipEx(NULL, &world.sid, CTMF_INCLUDE_APPCONTAINER, &answer));
    assert_true(answer);
    assert_fails(CheckTokenMembershipEx(NULL, &world.sid, 4, &answer), ERROR_INVALID_PARAMETER);
    assert_true(CheckTokenCapability(NULL, &capability.sid, &answer));
    assert_false(answer);
    assert_fails(CheckTokenCapability(NULL, NULL, &answer), ERROR_INVALID_SID);
    assert_fails(CheckTokenCapability(NULL, &world.sid, NULL), ERROR_INVALID_PARAMETER);
}

/* --- security descriptors ------------------------------------------------------------------- */

static void a_copy_has_a_descriptor_of_its_own(void **state)
{
    HANDLE token = log_on(), copy = NULL, weak = NULL;
    SECURITY_DESCRIPTOR sd;
    SECURITY_ATTRIBUTES attributes = { sizeof(attributes), &sd, FALSE };
    union {
        SECURITY_DESCRIPTOR_RELATIVE sd;
        uint8_t bytes[256];
    } got;
    BOOL present = FALSE, defaulted;
    PSECURITY_DESCRIPTOR whole = NULL;
    ACL *dacl = NULL;
    PSID owner = NULL;
    DWORD needed = 0;

    assert_true(InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION));
    assert_true(SetSecurityDescriptorDacl(&sd, TRUE, NULL, FALSE));
    assert_true(
        DuplicateTokenEx(token, 0, &attributes, SecurityImpersonation, TokenPrimary, &copy));
    assert_fails(GetKernelObjectSecurity(copy, DACL_SECURITY_INFORMATION, NULL, 0, &needed),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_true(GetKernelObjectSecurity(
        copy, DACL_SECURITY_INFORMATION | OWNER_SECURITY_INFORMATION, &got, sizeof(got), &needed));
    assert_true(GetSecurityDescriptorDacl(&got, &present, &dacl, &defaulted));
    assert_true(present);
    assert_null(dacl);
    assert_true(SetSecurityDescriptorDacl(&sd, FALSE, NULL, FALSE));
    assert_true(SetKernelObjectSecurity(copy, DACL_SECURITY_INFORMATION, &sd));
    assert_true(
        GetKernelObjectSecurity(copy, DACL_SECURITY_INFORMATION, &got, sizeof(got), &needed));
    assert_true(GetSecurityDescriptorDacl(&got, &present, &dacl, &defaulted));
    assert_false(present);
    assert_int_equal(
        SetSecurityInfo(copy, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL, NULL, NULL),
        ERROR_SUCCESS);
    assert_int_equal(GetSecurityInfo(copy, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                                     NULL, NULL, NULL, &whole),
                     ERROR_SUCCESS);
    assert_true(IsValidSid(owner));
    LocalFree(whole);
    assert_true(
        DuplicateTokenEx(copy, TOKEN_QUERY, NULL, SecurityImpersonation, TokenPrimary, &weak));
    assert_fails(GetKernelObjectSecurity(weak, DACL_SECURITY_INFORMATION, &got, 256, &needed),
                 ERROR_ACCESS_DENIED);
    assert_fails(SetKernelObjectSecurity(weak, DACL_SECURITY_INFORMATION, &sd),
                 ERROR_ACCESS_DENIED);
    assert_fails(SetKernelObjectSecurity(copy, DACL_SECURITY_INFORMATION, NULL),
                 ERROR_INVALID_SECURITY_DESCR);
    assert_true(CloseHandle(weak));
    assert_true(CloseHandle(copy));
    assert_true(CloseHandle(token));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_own_token_is_adjusted_and_shows_it),
        cmocka_unit_test(anothers_token_is_adjusted_by_message),
        cmocka_unit_test(a_forked_child_has_a_token_of_its_own_and_sees_its_parents),
        cmocka_unit_test(no_thread_loses_anothers_change),
        cmocka_unit_test(groups_are_enabled_and_disabled),
        cmocka_unit_test(information_is_set),
        cmocka_unit_test(setting_needs_the_rights_of_the_class),
        cmocka_unit_test(the_audit_policy_needs_a_privilege),
        cmocka_unit_test(pseudo_handles_ask_and_do_no_more),
        cmocka_unit_test(capabilities_and_flags_of_membership_are_told),
        cmocka_unit_test(a_copy_has_a_descriptor_of_its_own),
        cmocka_unit_test(a_privilege_of_the_own_token_is_removed_for_ever),
    };

    return cmocka_run_group_tests(tests, test_authority_set_up, test_authority_tear_down);
}
