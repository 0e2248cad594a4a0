/* SPDX-License-Identifier: MIT */
#include "security/impersonation_level.h"

#include "security/privilege.h"

/* A restricted process must not come to its user's unrestricted rights. */
static bool same_user(const token_image *process, const token_image *client)
{
    return sid_equal(token_image_sid(process, 0), token_image_sid(client, 0)) &&
           token_image_is_restricted_within(client, process);
}

/* The session that asked for the logon knew the client's password. */
static bool made_by_our_session(const token_image *process, const token_image *client)
{
    uint64_t origin = token_image_origin_id(client);

    return origin != 0 && origin == token_image_authentication_id(process);
}

/* Of whichever user: a process that was lowered must not rise by a token that it came to hold. */
static bool within_integrity(const token_image *process, const token_image *client)
{
    return token_image_integrity(client) <= token_image_integrity(process);
}

SECURITY_IMPERSONATION_LEVEL impersonation_level_for(const token_image *process,
                                                     uint64_t privileges, const token_image *client,
                                                     SECURITY_IMPERSONATION_LEVEL level)
{
    if (level < SecurityImpersonation || (privileges & PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE)))
        return level;
    if (within_integrity(process, client) &&
        (same_user(process, client) || made_by_our_session(process, client)))
        return level;
    return SecurityIdentification;
}
