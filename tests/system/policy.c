/* SPDX-License-Identifier: MIT */
#include "policy.h"

#include <string.h>

enum { BUFFERS = 16, UNITS = 256 };

LSA_UNICODE_STRING *policy_string(const char *text)
{
    static struct {
        LSA_UNICODE_STRING string;
        WCHAR units[UNITS];
    } buffers[BUFFERS];
    static size_t next;
    size_t n = strlen(text), i = next++ % BUFFERS;

    assert_true(n < UNITS);
    for (size_t c = 0; c < n; c++)
        buffers[i].units[c] = (WCHAR)(unsigned char)text[c];
    buffers[i].string = (LSA_UNICODE_STRING){ .Length = (USHORT)(n * sizeof(WCHAR)),
                                              .MaximumLength = (USHORT)(n * sizeof(WCHAR)),
                                              .Buffer = buffers[i].units };
    return &buffers[i].string;
}

BOOL policy_string_is(const LSA_UNICODE_STRING *string, const char *text)
{
    const LSA_UNICODE_STRING *wanted = policy_string(text);

    return string->Length == wanted->Length &&
           string->Buffer[string->Length / sizeof(WCHAR)] == 0 &&
           memcmp(string->Buffer, wanted->Buffer, wanted->Length) == 0;
}

static BYTE *sid_buffer(void)
{
    static _Alignas(DWORD) BYTE buffers[BUFFERS][SECURITY_MAX_SID_SIZE];
    static size_t next;

    return buffers[next++ % BUFFERS];
}

static PSID machine_account(DWORD rid)
{
    OPENLOGON_AUTHORITY authority;
    SID *sid = (SID *)(void *)sid_buffer();
    UCHAR *count;

    assert_succeeds(openlogon_query_authority(&authority));
    assert_succeeds(CopySid(SECURITY_MAX_SID_SIZE, sid, authority.machine_sid));
    count = GetSidSubAuthorityCount(sid);
    *count += 1;
    *GetSidSubAuthority(sid, *count - 1U) = rid;
    return sid;
}

PSID policy_user(DWORD id)
{
    return machine_account(1000 + 2 * id);
}

PSID policy_group(DWORD id)
{
    return machine_account(1001 + 2 * id);
}

PSID policy_well_known(WELL_KNOWN_SID_TYPE type)
{
    PSID sid = sid_buffer();
    DWORD size = SECURITY_MAX_SID_SIZE;

    assert_succeeds(CreateWellKnownSid(type, NULL, sid, &size));
    return sid;
}

LSA_HANDLE policy_open(ACCESS_MASK desired)
{
    LSA_HANDLE policy = NULL;

    assert_nt(LsaOpenPolicy(NULL, NULL, desired, &policy), STATUS_SUCCESS);
    return policy;
}

NTSTATUS policy_grant(LSA_HANDLE policy, PSID account, const char *right)
{
    return LsaAddAccountRights(policy, account, policy_string(right), 1);
}

NTSTATUS policy_revoke(LSA_HANDLE policy, PSID account, const char *right)
{
    return LsaRemoveAccountRights(policy, account, FALSE, policy_string(right), 1);
}
