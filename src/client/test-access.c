/* SPDX-License-Identifier: MIT */
/* Access checks, their audit and their reasons as programs see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openlogon.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "client/test-authority.h"
#include "security/privilege.h"

#define assert_fails(call, code)                                                                   \
    do {                                                                                           \
        SetLastError(0xdead);                                                                      \
        assert_false(call);                                                                        \
        assert_int_equal(GetLastError(), code);                                                    \
    } while (0)

#define OBJECT "00000001-0000-0000-0000-000000000000"
#define FIRST  "00000002-0000-0000-0000-000000000000"
#define SECOND "00000003-0000-0000-0000-000000000000"

static pid_t authority;
static GENERIC_MAPPING mapping = { 1, 2, 4, 7 };
static GUID types[3] = { { .Data1 = 1 }, { .Data1 = 2 }, { .Data1 = 3 } };
static OBJECT_TYPE_LIST tree[3] = { { 0, 0, &types[0] }, { 1, 0, &types[1] }, { 1, 0, &types[2] } };
static HANDLE alice;  /* a primary token */
static HANDLE client; /* an impersonation token of it */
static HANDLE mighty; /* one of SYSTEM, with privileges */

/* --- syslog, as the library finds it --- */

static char last_line[2048];
static unsigned n_lines;

static void keep_line(int priority, const char *format, va_list arguments)
{
    assert_int_equal(priority & 0x3f8, 10 << 3); /* authpriv */
    (void)vsnprintf(last_line, sizeof(last_line), format, arguments);
    n_lines++;
}

__attribute__((visibility("default"), format(printf, 2, 3))) void syslog(int priority,
                                                                         const char *format, ...);
void syslog(int priority, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    keep_line(priority, format, arguments);
    va_end(arguments);
}

static void expect_line(const char *what)
{
    if (n_lines != 1 || !strstr(last_line, what))
        fail_msg("%u lines; \"%s\" not in \"%s\"", n_lines, what, last_line);
    n_lines = 0;
}

/* --- the scene --- */

static PSECURITY_DESCRIPTOR descriptor_of(const char *sddl)
{
    PSECURITY_DESCRIPTOR ret = NULL;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl, SDDL_REVISION_1, &ret, NULL))
        fail_msg("\"%s\": error %u", sddl, GetLastError());
    return ret;
}

static void freed(PSECURITY_DESCRIPTOR *descriptor)
{
    (void)LocalFree(*descriptor);
}

static void set_privilege(HANDLE token, DWORD number, DWORD attributes)
{
    TOKEN_PRIVILEGES state = { 1, { { { number, 0 }, attributes } } };

    SetLastError(0);
    assert_true(AdjustTokenPrivileges(token, FALSE, &state, sizeof(state), NULL, NULL));
    assert_int_equal(GetLastError(), 0);
}

static HANDLE process_token(void)
{
    HANDLE token;

    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token));
    return token;
}

static void set_audit_privilege(DWORD attributes)
{
    HANDLE token = process_token();

    set_privilege(token, PRIVILEGE_AUDIT, attributes);
    assert_true(CloseHandle(token));
}

static HANDLE impersonation_of(HANDLE token)
{
    HANDLE copy = NULL;

    assert_true(DuplicateTokenEx(token, MAXIMUM_ALLOWED, NULL, SecurityImpersonation,
                                 TokenImpersonation, &copy));
    return copy;
}

static int start(void **state)
{
    HANDLE own;

    authority = test_authority_start();
    assert_true(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_true(LogonUserA(TEST_USER, NULL, TEST_PASSWORD, LOGON32_LOGON_INTERACTIVE, 0, &alice));
    client = impersonation_of(alice);
    own = process_token();
    mighty = impersonation_of(own);
    assert_true(CloseHandle(own));
    set_privilege(mighty, PRIVILEGE_SECURITY, SE_PRIVILEGE_ENABLED);
    set_privilege(mighty, PRIVILEGE_TAKE_OWNERSHIP, SE_PRIVILEGE_ENABLED);
    return 0;
}

static int stop(void **state)
{
    (void)CloseHandle(mighty);
    (void)CloseHandle(client);
    (void)CloseHandle(alice);
    test_authority_kill(authority);
    test_authority_remove();
    return 0;
}

/* --- trees --- */

static void a_tree_is_answered_as_a_whole_or_type_by_type(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd =
        descriptor_of("O:SYG:SYD:(OA;;0x2;" FIRST ";;WD)(A;;0x1;;;WD)");
    PRIVILEGE_SET set;
    DWORD size = sizeof(set), granted[3], status[3];
    BOOL allowed;

    assert_true(
        AccessCheckByType(sd, NULL, client, 1, tree, 3, &mapping, &set, &size, granted, &allowed));
    assert_true(allowed);
    assert_int_equal(granted[0], 1);
    assert_true(
        AccessCheckByType(sd, NULL, client, 2, tree, 3, &mapping, &set, &size, granted, &allowed));
    assert_false(allowed);
    assert_int_equal(GetLastError(), ERROR_ACCESS_DENIED);
    assert_true(AccessCheckByTypeResultList(sd, NULL, client, 2, tree, 3, &mapping, &set, &size,
                                            granted, status));
    assert_int_equal(status[0], ERROR_ACCESS_DENIED);
    assert_int_equal(status[1], ERROR_SUCCESS);
    assert_int_equal(granted[1], 2);
    assert_int_equal(granted[2], 0);
    assert_true(AccessCheckByTypeResultList(sd, NULL, client, MAXIMUM_ALLOWED, tree, 3, &mapping,
                                            &set, &size, granted, status));
    assert_int_equal(granted[0], 1);
    assert_int_equal(granted[1], 3);
    assert_int_equal(status[2], ERROR_SUCCESS);
}

static void a_tree_may_be_large(void **state)
{
    enum { N = 500 };
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd = descriptor_of("O:SYG:SYD:(OA;;0x1;" FIRST ";;WD)");
    static GUID many[N];
    static OBJECT_TYPE_LIST list[N];
    static DWORD granted[N], status[N];
    PRIVILEGE_SET set;
    DWORD size = sizeof(set);

    for (unsigned i = 0; i < N; i++) {
        many[i].Data1 = N - i;
        list[i] = (OBJECT_TYPE_LIST){ i > 0, 0, &many[i] };
    }
    assert_true(AccessCheckByTypeResultList(sd, NULL, client, 1, list, N, &mapping, &set, &size,
                                            granted, status));
    assert_int_equal(status[0], ERROR_ACCESS_DENIED);
    assert_int_equal(status[N - 2], ERROR_SUCCESS);
}

static void what_is_no_tree_is_refused(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd = descriptor_of("O:SYG:SYD:(A;;0x1;;;WD)");
    OBJECT_TYPE_LIST wrong[2] = { { 0, 0, &types[0] }, { 2, 0, &types[1] } };
    PRIVILEGE_SET set;
    DWORD size = sizeof(set), granted[3] = { 0x77 }, status[3];
    BOOL allowed;
    DWORD not_a_sid[3] = { 0x77, 0, 0 };

    assert_fails(
        AccessCheckByType(sd, NULL, client, 1, wrong, 2, &mapping, &set, &size, granted, &allowed),
        ERROR_INVALID_PARAMETER);
    assert_fails(
        AccessCheckByType(sd, NULL, client, 1, NULL, 2, &mapping, &set, &size, granted, &allowed),
        ERROR_INVALID_PARAMETER);
    assert_fails(
        AccessCheckByType(sd, NULL, client, 1, tree, 0, &mapping, &set, &size, granted, &allowed),
        ERROR_INVALID_PARAMETER);
    assert_fails(AccessCheckByTypeResultList(sd, NULL, client, 1, NULL, 0, &mapping, &set, &size,
                                             granted, status),
                 ERROR_INVALID_PARAMETER);
    assert_fails(AccessCheckByTypeResultList(sd, NULL, client, 1, tree, 3, &mapping, &set, &size,
                                             NULL, status),
                 ERROR_NOACCESS);
    assert_fails(AccessCheckByType(sd, not_a_sid, client, 1, NULL, 0, &mapping, &set, &size,
                                   granted, &allowed),
                 ERROR_INVALID_SID);
    assert_fails(AccessCheckByTypeResultList(sd, NULL, alice, 1, tree, 3, &mapping, &set, &size,
                                             granted, status),
                 ERROR_NO_IMPERSONATION_TOKEN);
    assert_int_equal(granted[0], 0x77);
}

/* --- the privileges that were used --- */

static void the_set_of_privileges_has_room_for_one_at_least(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd = descriptor_of("O:SYG:SYD:(A;;0x1;;;WD)");
    PRIVILEGE_SET set;
    DWORD size = 0, granted = 0x77;
    BOOL allowed = 0x77;

    assert_fails(AccessCheck(sd, client, 1, &mapping, NULL, &size, &granted, &allowed),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof(set));
    assert_fails(AccessCheck(sd, client, 1, &mapping, NULL, &size, &granted, &allowed),
                 ERROR_NOACCESS);
    assert_fails(AccessCheck(sd, client, 1, &mapping, &set, NULL, &granted, &allowed),
                 ERROR_NOACCESS);
    size = sizeof(set) - 1;
    assert_fails(AccessCheck(sd, client, 1, &mapping, &set, &size, &granted, &allowed),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof(set));
    assert_int_equal(granted, 0x77);
    assert_int_equal(allowed, 0x77);
}

static void privileges_that_were_used_are_told(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd = descriptor_of("O:BAG:SYD:");
    struct {
        PRIVILEGE_SET set;
        LUID_AND_ATTRIBUTES more;
    } room;
    DWORD size = sizeof(PRIVILEGE_SET), granted = 0x77;
    BOOL allowed = 0x77;

    assert_fails(AccessCheck(sd, mighty, ACCESS_SYSTEM_SECURITY | WRITE_OWNER, &mapping, &room.set,
                             &size, &granted, &allowed),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof(PRIVILEGE_SET) + sizeof(LUID_AND_ATTRIBUTES));
    assert_int_equal(granted, 0x77);
    assert_true(AccessCheck(sd, mighty, ACCESS_SYSTEM_SECURITY | WRITE_OWNER, &mapping, &room.set,
                            &size, &granted, &allowed));
    assert_true(allowed);
    assert_int_equal(room.set.PrivilegeCount, 2);
    assert_int_equal(room.set.Privilege[0].Luid.LowPart, PRIVILEGE_SECURITY);
    assert_int_equal(room.set.Privilege[0].Attributes, SE_PRIVILEGE_USED_FOR_ACCESS);
    assert_true(AccessCheck(sd, mighty, ACCESS_SYSTEM_SECURITY | 1, &mapping, &room.set, &size,
                            &granted, &allowed));
    assert_false(allowed);
    assert_int_equal(room.set.PrivilegeCount, 0);
    assert_true(AccessCheck(sd, client, ACCESS_SYSTEM_SECURITY, &mapping, &room.set, &size,
                            &granted, &allowed));
    assert_false(allowed);
    assert_int_equal(GetLastError(), ERROR_PRIVILEGE_NOT_HELD);
}

/* --- audit --- */

#define AUDITED "O:SYG:SYD:(A;;0x1;;;WD)S:(AU;SAFA;0x7;;;WD)"

static void auditing_needs_the_processs_privilege(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd = descriptor_of(AUDITED);
    DWORD granted = 0x77, status;
    BOOL allowed, generate = 0x77;

    set_audit_privilege(0);
    assert_true(ImpersonateLoggedOnUser(alice));
    assert_fails(AccessCheckAndAuditAlarmA("Test", NULL, "File", "x", sd, 1, &mapping, FALSE,
                                           &granted, &allowed, &generate),
                 ERROR_PRIVILEGE_NOT_HELD);
    assert_int_equal(granted, 0x77);
    assert_int_equal(generate, 0x77);
    assert_true(AccessCheckByTypeAndAuditAlarmA(
        "Test", NULL, "File", "x", sd, NULL, 1, AuditEventObjectAccess, AUDIT_ALLOW_NO_PRIVILEGE,
        NULL, 0, &mapping, FALSE, &granted, &allowed, &generate));
    assert_true(allowed);
    assert_false(generate);
    assert_fails(AccessCheckByTypeResultListAndAuditAlarmA(
                     "Test", NULL, "File", "x", sd, NULL, 1, AuditEventObjectAccess, 0, tree, 3,
                     &mapping, FALSE, &granted, &status, &generate),
                 ERROR_PRIVILEGE_NOT_HELD);
    assert_fails(ObjectCloseAuditAlarmA("Test", NULL, TRUE), ERROR_PRIVILEGE_NOT_HELD);
    assert_fails(ObjectDeleteAuditAlarmA("Test", NULL, TRUE), ERROR_PRIVILEGE_NOT_HELD);
    assert_true(RevertToSelf());
    assert_int_equal(n_lines, 0);
}

static void an_audited_check_answers_and_reports(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd = descriptor_of(AUDITED);
    DWORD granted;
    BOOL allowed, generate;

    set_audit_privilege(SE_PRIVILEGE_ENABLED);
    assert_true(ImpersonateLoggedOnUser(alice));
    assert_true(AccessCheckAndAuditAlarmA("Test", (LPVOID)0x10, "File", "a\"b\n", sd, 1, &mapping,
                                          FALSE, &granted, &allowed, &generate));
    assert_true(allowed && generate);
    assert_int_equal(granted, 1);
    expect_line("event=4656 outcome=success subsystem=\"Test\" type=\"File\" "
                "object=\"a\\x22b\\x0a\" handle=0x10 client=S-1-5-21-1-2-3-3801000 session=0x");
    assert_true(AccessCheckAndAuditAlarmW(u"Test", NULL, (LPWSTR)u"File", (LPWSTR)u"\u00e4", sd, 2,
                                          &mapping, TRUE, &granted, &allowed, &generate));
    assert_false(allowed || generate);
    assert_int_equal(GetLastError(), ERROR_ACCESS_DENIED);
    expect_line("outcome=failure subsystem=\"Test\" type=\"File\" object=\"\u00e4\" client=");
    assert_non_null(strstr(last_line, " desired=0x2 granted=0x0 creates=yes"));
    assert_true(RevertToSelf());
}

static void nothing_is_reported_that_the_sacl_does_not_ask_for(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd =
        descriptor_of("O:SYG:SYD:(A;;0x1;;;WD)S:(AU;FA;0x1;;;WD)");
    DWORD granted;
    BOOL allowed, generate;

    set_audit_privilege(SE_PRIVILEGE_ENABLED);
    assert_true(ImpersonateLoggedOnUser(alice));
    assert_true(AccessCheckAndAuditAlarmA("Test", NULL, NULL, NULL, sd, 1, &mapping, FALSE,
                                          &granted, &allowed, &generate));
    assert_true(allowed);
    assert_false(generate);
    assert_true(RevertToSelf());
    assert_int_equal(n_lines, 0);
}

static void parts_are_audited_by_thread_or_handle(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd =
        descriptor_of("O:SYG:SYD:(OA;;0x1;" FIRST ";;WD)S:(OU;SA;0x1;" FIRST ";;WD)");
    DWORD granted[3], status[3];
    BOOL generate;

    set_audit_privilege(SE_PRIVILEGE_ENABLED);
    assert_true(AccessCheckByTypeResultListAndAuditAlarmByHandleW(
        u"DS", NULL, client, u"User", u"alice", sd, NULL, 1, AuditEventDirectoryServiceAccess, 0,
        tree, 3, &mapping, FALSE, granted, status, &generate));
    assert_int_equal(status[0], ERROR_ACCESS_DENIED);
    assert_int_equal(status[1], ERROR_SUCCESS);
    assert_int_equal(granted[1], 1);
    assert_true(generate);
    expect_line("event=4662 outcome=success subsystem=\"DS\"");
    assert_non_null(strstr(last_line, " desired=0x1 granted=0x1"));
    assert_fails(AccessCheckByTypeResultListAndAuditAlarmByHandleA(
                     "DS", NULL, alice, "User", "alice", sd, NULL, 1,
                     AuditEventDirectoryServiceAccess, 0, tree, 3, &mapping, FALSE, granted, status,
                     &generate),
                 ERROR_NO_IMPERSONATION_TOKEN);
    assert_fails(AccessCheckByTypeResultListAndAuditAlarmW(
                     u"DS", NULL, u"User", u"alice", sd, NULL, 1, AuditEventObjectAccess, 0, tree,
                     3, &mapping, FALSE, granted, status, &generate),
                 ERROR_NO_IMPERSONATION_TOKEN);
    assert_true(SetThreadToken(NULL, client));
    assert_true(AccessCheckByTypeResultListAndAuditAlarmA(
        "DS", NULL, "User", "alice", sd, NULL, 1, AuditEventObjectAccess, 0, tree, 3, &mapping,
        FALSE, granted, status, &generate));
    assert_true(RevertToSelf());
    expect_line("event=4656 outcome=success");
}

static void wrong_arguments_of_audited_checks_are_told(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd = descriptor_of(AUDITED);
    _cleanup_(freed) PSECURITY_DESCRIPTOR ownerless = descriptor_of("D:(A;;0x1;;;WD)");
    DWORD granted;
    BOOL allowed, generate;

#define CHECK(subsystem, sd, desired, type, flags, out)                                            \
    AccessCheckByTypeAndAuditAlarmA(subsystem, NULL, "File", "x", sd, NULL, desired, type, flags,  \
                                    NULL, 0, &mapping, FALSE, &granted, &allowed, out)

    set_audit_privilege(SE_PRIVILEGE_ENABLED);
    assert_true(ImpersonateLoggedOnUser(alice));
    assert_fails(CHECK(NULL, sd, 1, AuditEventObjectAccess, 0, &generate), ERROR_INVALID_PARAMETER);
    assert_fails(CHECK("T", sd, 1, (AUDIT_EVENT_TYPE)2, 0, &generate), ERROR_INVALID_PARAMETER);
    assert_fails(CHECK("T", sd, 1, AuditEventObjectAccess, 2, &generate), ERROR_INVALID_PARAMETER);
    assert_fails(CHECK("T", sd, 1, AuditEventObjectAccess, 0, NULL), ERROR_NOACCESS);
    assert_fails(CHECK("T", NULL, 1, AuditEventObjectAccess, 0, &generate),
                 ERROR_INVALID_PARAMETER);
    assert_fails(CHECK("T", sd, GENERIC_READ, AuditEventObjectAccess, 0, &generate),
                 ERROR_GENERIC_NOT_MAPPED);
    assert_fails(CHECK("T", ownerless, 1, AuditEventObjectAccess, 0, &generate),
                 ERROR_INVALID_SECURITY_DESCR);
#undef CHECK
    assert_true(RevertToSelf());
    assert_int_equal(n_lines, 0);
}

static void what_became_of_an_object_is_reported(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd = descriptor_of(AUDITED);
    PRIVILEGE_SET used = { 1, 0, { { { PRIVILEGE_BACKUP, 0 }, SE_PRIVILEGE_USED_FOR_ACCESS } } };
    PRIVILEGE_SET too_many = { .PrivilegeCount = 1000 };
    BOOL generate = 0x77;

    set_audit_privilege(SE_PRIVILEGE_ENABLED);
    assert_true(ObjectOpenAuditAlarmW(u"Test", (LPVOID)0x20, (LPWSTR)u"File", (LPWSTR)u"x", sd,
                                      client, 1, 1, &used, FALSE, TRUE, &generate));
    assert_true(generate);
    expect_line("event=4656 outcome=success subsystem=\"Test\" type=\"File\" object=\"x\" "
                "handle=0x20");
    assert_non_null(strstr(last_line, " privileges=SeBackupPrivilege"));
    assert_true(ObjectOpenAuditAlarmA("Test", NULL, NULL, NULL, NULL, client, 1, 1, NULL, FALSE,
                                      TRUE, &generate));
    assert_false(generate);
    assert_int_equal(n_lines, 0);
    assert_true(ObjectCloseAuditAlarmW(u"Test", (LPVOID)0x20, TRUE));
    expect_line("event=4658 outcome=success subsystem=\"Test\" handle=0x20");
    assert_true(ObjectDeleteAuditAlarmW(u"Test", (LPVOID)0x20, TRUE));
    expect_line("event=4660 outcome=success");
    assert_true(ObjectCloseAuditAlarmA("Test", (LPVOID)0x20, FALSE));
    assert_int_equal(n_lines, 0);
    assert_true(ObjectPrivilegeAuditAlarmW(u"Test", NULL, client, 2, &used, FALSE));
    expect_line("event=4674 outcome=failure");
    assert_true(
        PrivilegedServiceAuditAlarmW(u"Test", u"LsaRegisterLogonProcess", alice, &used, TRUE));
    expect_line("event=4673 outcome=success subsystem=\"Test\" "
                "service=\"LsaRegisterLogonProcess\" client=S-1-5-21-1-2-3-3801000");
    assert_fails(PrivilegedServiceAuditAlarmA("Test", NULL, alice, &used, TRUE),
                 ERROR_INVALID_PARAMETER);
    assert_fails(PrivilegedServiceAuditAlarmA("Test", "x", alice, &too_many, TRUE),
                 ERROR_INVALID_PARAMETER);
    assert_fails(ObjectPrivilegeAuditAlarmA("Test", NULL, (HANDLE)0x7770, 2, &used, FALSE),
                 ERROR_INVALID_HANDLE);
    assert_fails(
        ObjectOpenAuditAlarmA("Test", NULL, NULL, NULL, sd, client, 1, 1, NULL, FALSE, TRUE, NULL),
        ERROR_NOACCESS);
    assert_fails(ObjectOpenAuditAlarmA("Test", NULL, NULL, NULL, sd, client, GENERIC_READ, 1, NULL,
                                       FALSE, TRUE, &generate),
                 ERROR_GENERIC_NOT_MAPPED);
    assert_fails(ObjectCloseAuditAlarmA(NULL, NULL, TRUE), ERROR_INVALID_PARAMETER);
    assert_int_equal(n_lines, 0);
}

static void a_long_name_is_cut(void **state)
{
    char name[4096];

    memset(name, '"', sizeof(name) - 1);
    name[sizeof(name) - 1] = 0;
    set_audit_privilege(SE_PRIVILEGE_ENABLED);
    assert_true(ObjectCloseAuditAlarmA(name, (LPVOID)0x20, TRUE));
    expect_line("\\x22...\" handle=0x20");
}

/* --- reasons --- */

static void the_reasons_of_an_answer_are_told(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd =
        descriptor_of("O:SYG:SYD:(D;;0x2;;;SY)(A;;0x1;;;WD)(D;;0x4;;;WD)");
    OPENLOGON_ACCESS_QUERY query = {
        .descriptor = sd, .token = alice, .desired = 7, .mapping = &mapping
    };
    OPENLOGON_ACCESS_ANSWER answer;
    OPENLOGON_ACCESS_REASON reasons[32];
    DWORD n = 2;

    assert_fails(openlogon_explain_access(&query, &answer, reasons, &n), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(n, 3);
    assert_int_equal(answer.status, ERROR_ACCESS_DENIED);
    n = 32;
    assert_true(openlogon_explain_access(&query, &answer, reasons, &n));
    assert_int_equal(n, 3);
    assert_int_equal(reasons[0].right, 1);
    assert_true(reasons[0].granted);
    assert_int_equal(reasons[0].decider, OPENLOGON_BY_ACE);
    assert_int_equal(reasons[0].ace, 1);
    assert_false(reasons[1].granted);
    assert_int_equal(reasons[1].decider, OPENLOGON_BY_NOTHING);
    assert_int_equal(reasons[1].ace, OPENLOGON_NO_ACE);
    assert_false(reasons[2].granted);
    assert_int_equal(reasons[2].ace, 2);
    query.desired = GENERIC_READ;
    assert_true(openlogon_explain_access(&query, &answer, reasons, &n));
    assert_int_equal(answer.status, ERROR_SUCCESS);
    assert_int_equal(answer.granted, 1);
    n = 32;
    query.desired = MAXIMUM_ALLOWED;
    query.token = mighty;
    assert_true(openlogon_explain_access(&query, &answer, reasons, &n));
    assert_int_equal(n, 5); /* the type's three and the owner's two */
    assert_int_equal(reasons[1].ace, 0);
    assert_int_equal(reasons[4].right, WRITE_DAC);
    assert_int_equal(reasons[4].decider, OPENLOGON_BY_OWNER);
}

static void questions_that_cannot_be_explained_are_refused(void **state)
{
    _cleanup_(freed) PSECURITY_DESCRIPTOR sd = descriptor_of("D:(A;;0x1;;;WD)");
    const OPENLOGON_ACCESS_QUERY good = { .descriptor = sd,
                                          .token = client,
                                          .desired = 1,
                                          .mapping = &mapping,
                                          .object_types = tree,
                                          .n_object_types = 3,
                                          .object_type = 2 };
    OPENLOGON_ACCESS_QUERY query = good;
    OPENLOGON_ACCESS_ANSWER answer;
    OPENLOGON_ACCESS_REASON reasons[32];
    DWORD n = 32;

    assert_true(openlogon_explain_access(&query, &answer, reasons, &n));
    query.object_type = 3;
    assert_fails(openlogon_explain_access(&query, &answer, reasons, &n), ERROR_INVALID_PARAMETER);
    query = good;
    query.flags = 4;
    assert_fails(openlogon_explain_access(&query, &answer, reasons, &n), ERROR_INVALID_PARAMETER);
    query = good;
    query.mapping = NULL;
    assert_fails(openlogon_explain_access(&query, &answer, reasons, &n), ERROR_INVALID_PARAMETER);
    query = good;
    query.token = (HANDLE)0x7770;
    assert_fails(openlogon_explain_access(&query, &answer, reasons, &n), ERROR_INVALID_HANDLE);
    assert_fails(openlogon_explain_access(&good, &answer, NULL, &n), ERROR_INVALID_PARAMETER);
    assert_fails(openlogon_explain_access(&good, &answer, reasons, NULL), ERROR_INVALID_PARAMETER);
    assert_fails(openlogon_explain_access(NULL, &answer, reasons, &n), ERROR_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_answered_as_a_whole_or_type_by_type),
        cmocka_unit_test(a_tree_may_be_large),
        cmocka_unit_test(what_is_no_tree_is_refused),
        cmocka_unit_test(the_set_of_privileges_has_room_for_one_at_least),
        cmocka_unit_test(privileges_that_were_used_are_told),
        cmocka_unit_test(auditing_needs_the_processs_privilege),
        cmocka_unit_test(an_audited_check_answers_and_reports),
        cmocka_unit_test(nothing_is_reported_that_the_sacl_does_not_ask_for),
        cmocka_unit_test(parts_are_audited_by_thread_or_handle),
        cmocka_unit_test(wrong_arguments_of_audited_checks_are_told),
        cmocka_unit_test(what_became_of_an_object_is_reported),
        cmocka_unit_test(a_long_name_is_cut),
        cmocka_unit_test(the_reasons_of_an_answer_are_told),
        cmocka_unit_test(questions_that_cannot_be_explained_are_refused),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
