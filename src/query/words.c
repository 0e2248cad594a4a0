/* SPDX-License-Identifier: MIT */
#include "query/words.h"

#include "base/macros.h"

static const char *word(const char *const *words, size_t n, size_t number)
{
    return number < n ? words[number] : NULL;
}

const char *word_of_logon_type(ULONG type)
{
    static const char *const words[] = {
        [Interactive] = "Interactive",
        [Network] = "Network",
        [Batch] = "Batch",
        [Service] = "Service",
        [Proxy] = "Proxy",
        [Unlock] = "Unlock",
        [NetworkCleartext] = "NetworkCleartext",
        [NewCredentials] = "NewCredentials",
        [RemoteInteractive] = "RemoteInteractive",
        [CachedInteractive] = "CachedInteractive",
        [CachedRemoteInteractive] = "CachedRemoteInteractive",
        [CachedUnlock] = "CachedUnlock",
    };

    return word(words, ARRAY_SIZE(words), type);
}

const char *word_of_elevation(TOKEN_ELEVATION_TYPE type)
{
    static const char *const words[] = {
        [TokenElevationTypeDefault] = "Default",
        [TokenElevationTypeFull] = "Full",
        [TokenElevationTypeLimited] = "Limited",
    };

    return word(words, ARRAY_SIZE(words), (size_t)type);
}

const char *word_of_basis(OPENLOGON_PROCESS_BASIS basis)
{
    static const char *const words[] = {
        [OPENLOGON_BASIS_CGROUP] = "cgroup",     [OPENLOGON_BASIS_AUDIT] = "audit",
        [OPENLOGON_BASIS_ANCESTOR] = "ancestor", [OPENLOGON_BASIS_STARTED] = "started",
        [OPENLOGON_BASIS_SYSTEM] = "system",     [OPENLOGON_BASIS_SERVICE] = "service",
        [OPENLOGON_BASIS_TRACKER] = "tracker",
    };

    return word(words, ARRAY_SIZE(words), (size_t)basis);
}

const char *word_of_sid_use(SID_NAME_USE use)
{
    static const char *const words[] = {
        [SidTypeUser] = "User",
        [SidTypeGroup] = "Group",
        [SidTypeDomain] = "Domain",
        [SidTypeAlias] = "Alias",
        [SidTypeWellKnownGroup] = "Well-known group",
        [SidTypeDeletedAccount] = "Deleted account",
        [SidTypeInvalid] = "Invalid SID type",
        [SidTypeUnknown] = "Unknown SID type",
        [SidTypeComputer] = "Computer",
        [SidTypeLabel] = "Label",
    };

    return word(words, ARRAY_SIZE(words), (size_t)use);
}

const char *word_of_level(SECURITY_IMPERSONATION_LEVEL level)
{
    static const char *const words[] = {
        [SecurityAnonymous] = "Anonymous",
        [SecurityIdentification] = "Identification",
        [SecurityImpersonation] = "Impersonation",
        [SecurityDelegation] = "Delegation",
    };

    return word(words, ARRAY_SIZE(words), (size_t)level);
}

const char *word_of_integrity(DWORD rid)
{
    static const struct {
        DWORD rid;
        const char *word;
    } levels[] = {
        { SECURITY_MANDATORY_SYSTEM_RID, "System" },
        { SECURITY_MANDATORY_HIGH_RID, "High" },
        { SECURITY_MANDATORY_MEDIUM_RID, "Medium" },
        { SECURITY_MANDATORY_LOW_RID, "Low" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
        if (rid >= levels[i].rid)
            return levels[i].word;
    }
    return "Untrusted";
}
