/* SPDX-License-Identifier: MIT */
#include "lsa.h"

#include "support.h"

#include <string.h>

static UNICODE_STRING put(WCHAR to[static LSA_TEXT_UNITS], const char *text)
{
    size_t n = strlen(text);

    assert_true(n < LSA_TEXT_UNITS);
    for (size_t i = 0; i <= n; i++)
        to[i] = (WCHAR)text[i];
    return (UNICODE_STRING){ (USHORT)(n * sizeof(WCHAR)), (USHORT)((n + 1) * sizeof(WCHAR)), to };
}

void lsa_submit_fill(struct lsa_submit *ret, MSV1_0_LOGON_SUBMIT_TYPE kind, const char *user,
                     const char *password)
{
    ret->logon.MessageType = kind;
    ret->logon.LogonDomainName = put(ret->domain, ".");
    ret->logon.UserName = put(ret->user, user);
    ret->logon.Password = put(ret->password, password);
}

void lsa_change_fill(struct lsa_change *ret, const char *account, const char *old_password,
                     const char *new_password)
{
    ret->request = (MSV1_0_CHANGEPASSWORD_REQUEST){ .MessageType = MsV1_0ChangePassword };
    ret->request.AccountName = put(ret->account, account);
    ret->request.OldPassword = put(ret->old_password, old_password);
    ret->request.NewPassword = put(ret->new_password, new_password);
}

LSA_STRING lsa_string(const char *text)
{
    return (LSA_STRING){ (USHORT)strlen(text), (USHORT)(strlen(text) + 1), (PCHAR)(uintptr_t)text };
}

ULONG lsa_package(HANDLE lsa, const char *name)
{
    LSA_STRING string = lsa_string(name);
    ULONG package = 0;

    assert_int_equal(LsaLookupAuthenticationPackage(lsa, &string, &package), STATUS_SUCCESS);
    return package;
}

struct lsa_result lsa_log_on(HANDLE lsa, ULONG package, struct lsa_submit *submit,
                             SECURITY_LOGON_TYPE type, TOKEN_GROUPS *groups)
{
    LSA_STRING origin = lsa_string("test");
    TOKEN_SOURCE source = { .SourceName = "Test-lsa", .SourceIdentifier = { 77, 0 } };
    struct lsa_result r = { .sub_status = 1 };

    r.status = LsaLogonUser(lsa, &origin, type, package, submit, sizeof(*submit), groups, &source,
                            &r.profile, &r.profile_size, &r.id, &r.token, &r.quotas, &r.sub_status);
    return r;
}

void lsa_result_done(struct lsa_result *result)
{
    assert_int_equal(LsaFreeReturnBuffer(result->profile), STATUS_SUCCESS);
    assert_succeeds(CloseHandle(result->token));
}
