/* SPDX-License-Identifier: MIT */
/* securitybaseapi.h: security identifiers. */
#include <string.h>

#include <windows.h>

#include "client/last_error.h"
#include "security/sid.h"
#include "security/well_known.h"

_Static_assert(sizeof(SID_IDENTIFIER_AUTHORITY) == 6, "six bytes, the highest first");

/* What IsValidSid() can tell of a pointer: how many bytes lie behind it is the caller's word. */
static bool readable_sid(const void *sid)
{
    return sid && sid_valid(sid, SID_SIZE_MAX);
}

BOOL IsValidSid(PSID sid)
{
    if (readable_sid(sid))
        return TRUE;
    SetLastError(ERROR_INVALID_SID);
    return FALSE;
}

static uint64_t authority_value(const SID_IDENTIFIER_AUTHORITY *authority)
{
    uint64_t value = 0;

    for (size_t i = 0; i < sizeof(authority->Value); i++)
        value = value << 8 | authority->Value[i];
    return value;
}

BOOL AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY authority, BYTE count, DWORD sub0,
                              DWORD sub1, DWORD sub2, DWORD sub3, DWORD sub4, DWORD sub5,
                              DWORD sub6, DWORD sub7, PSID *ret)
{
    const uint32_t subs[] = { sub0, sub1, sub2, sub3, sub4, sub5, sub6, sub7 };
    sid_buffer made;
    SID *copy;

    if (!authority || !ret)
        return fail(ERROR_INVALID_PARAMETER);
    if (count > sizeof(subs) / sizeof(subs[0]))
        return fail(ERROR_INVALID_SID);
    if (nt_failed(sid_make(&made, authority_value(authority), count, subs)))
        return fail(ERROR_INVALID_SID);
    if (nt_failed(sid_dup(&copy, &made.sid)))
        return fail(ERROR_NOT_ENOUGH_MEMORY);
    *ret = copy;
    return TRUE;
}

PVOID FreeSid(PSID sid)
{
    free(sid);
    return NULL;
}

BOOL InitializeSid(PSID sid, PSID_IDENTIFIER_AUTHORITY authority, BYTE count)
{
    if (!sid || !authority || count > SID_SUBS_MAX)
        return fail(ERROR_INVALID_PARAMETER);
    ((SID *)sid)->Revision = SID_REVISION;
    ((SID *)sid)->SubAuthorityCount = count;
    ((SID *)sid)->IdentifierAuthority = *authority;
    return TRUE;
}

BOOL EqualSid(PSID a, PSID b)
{
    SetLastError(ERROR_SUCCESS);
    if (!readable_sid(a) || !readable_sid(b))
        return FALSE;
    return sid_equal(a, b);
}

BOOL EqualPrefixSid(PSID a, PSID b)
{
    SetLastError(ERROR_SUCCESS);
    if (!readable_sid(a) || !readable_sid(b))
        return FALSE;
    return sid_equal_prefix(a, b);
}

/* The domain of an account's SID: S-1-5-21-a-b-c, of which it is one or is below one. */
static bool account_domain(sid_buffer *ret, const SID *sid)
{
    enum { ACCOUNT_DOMAIN_SUBS = 4 };
    uint32_t subs[ACCOUNT_DOMAIN_SUBS];
    size_t n = sid_n_subs(sid);

    if (sid_authority(sid) != 5 || n < ACCOUNT_DOMAIN_SUBS || n > ACCOUNT_DOMAIN_SUBS + 1 ||
        sid_sub(sid, 0) != SECURITY_NT_NON_UNIQUE)
        return false;
    for (size_t i = 0; i < ACCOUNT_DOMAIN_SUBS; i++)
        subs[i] = sid_sub(sid, i);
    return !nt_failed(sid_make(ret, 5, ACCOUNT_DOMAIN_SUBS, subs));
}

static bool in_builtin(const SID *sid)
{
    return sid_authority(sid) == 5 && sid_n_subs(sid) >= 1 &&
           sid_sub(sid, 0) == SECURITY_BUILTIN_DOMAIN_RID;
}

BOOL EqualDomainSid(PSID a, PSID b, BOOL *equal)
{
    sid_buffer domain_a, domain_b;

    if (!readable_sid(a) || !readable_sid(b))
        return fail(ERROR_INVALID_SID);
    if (!equal)
        return fail(ERROR_INVALID_PARAMETER);
    if (in_builtin(a) && in_builtin(b)) {
        *equal = TRUE;
        return TRUE;
    }
    if (!account_domain(&domain_a, a) || !account_domain(&domain_b, b))
        return fail(ERROR_NON_DOMAIN_SID);
    *equal = sid_equal(&domain_a.sid, &domain_b.sid);
    return TRUE;
}

/* Copies a SID out under the rule of the functions that take a buffer and its size by reference. */
static BOOL give_sid(const SID *sid, PSID buffer, DWORD *size)
{
    DWORD needed = (DWORD)sid_length(sid), room;

    if (!size)
        return fail(ERROR_INVALID_PARAMETER);
    room = *size;
    *size = needed;
    if (!buffer || room < needed)
        return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(buffer, sid, needed);
    return TRUE;
}

BOOL GetWindowsAccountDomainSid(PSID sid, PSID buffer, DWORD *size)
{
    sid_buffer domain;

    if (!readable_sid(sid))
        return fail(ERROR_INVALID_SID);
    if (!account_domain(&domain, sid))
        return fail(ERROR_NON_ACCOUNT_SID);
    return give_sid(&domain.sid, buffer, size);
}

BOOL CopySid(DWORD size, PSID buffer, PSID sid)
{
    if (!readable_sid(sid))
        return fail(ERROR_INVALID_SID);
    if (!buffer || size < sid_length(sid))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    memmove(buffer, sid, sid_length(sid));
    return TRUE;
}

DWORD GetLengthSid(PSID sid)
{
    SetLastError(ERROR_SUCCESS);
    return sid ? (DWORD)sid_length(sid) : 0;
}

DWORD GetSidLengthRequired(UCHAR count)
{
    return SID_SIZE_MIN + 4 * (DWORD)count;
}

PSID_IDENTIFIER_AUTHORITY GetSidIdentifierAuthority(PSID sid)
{
    SetLastError(ERROR_SUCCESS);
    return sid ? &((SID *)sid)->IdentifierAuthority : NULL;
}

PDWORD GetSidSubAuthority(PSID sid, DWORD i)
{
    SetLastError(ERROR_SUCCESS);
    return sid ? &((SID *)sid)->SubAuthority[i] : NULL;
}

PUCHAR GetSidSubAuthorityCount(PSID sid)
{
    SetLastError(ERROR_SUCCESS);
    return sid ? &((SID *)sid)->SubAuthorityCount : NULL;
}

BOOL CreateWellKnownSid(WELL_KNOWN_SID_TYPE type, PSID domain, PSID buffer, DWORD *size)
{
    sid_buffer made;

    if (domain && !readable_sid(domain))
        return fail(ERROR_INVALID_SID);
    if (nt_failed(well_known_make(&made, (int)type, domain)))
        return fail(ERROR_INVALID_PARAMETER);
    return give_sid(&made.sid, buffer, size);
}

BOOL IsWellKnownSid(PSID sid, WELL_KNOWN_SID_TYPE type)
{
    const struct well_known *wanted = well_known_by_type((int)type);
    sid_buffer domain;

    if (!wanted || !readable_sid(sid))
        return FALSE;
    if (wanted->recipe == WELL_KNOWN_PATTERN)
        return sid_is_logon(sid);
    if (wanted->recipe == WELL_KNOWN_DOMAIN)
        return account_domain(&domain, sid) && well_known_by_sid(sid, &domain.sid) == wanted;
    return well_known_by_sid(sid, NULL) == wanted;
}
