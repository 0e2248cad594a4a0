/* SPDX-License-Identifier: MIT */
#include "client/impersonation.h"

#include "security/privilege.h"

static bool same_user(const token_image *process, const token_image *client)
{
    if (!sid_equal(token_image_sid(process, 0), token_image_sid(client, 0)))
        return false;
    /* A restricted process must not come to its user's unrestricted rights. */
    return token_image_n_restricted(process) == 0 || token_image_n_restricted(client) > 0;
}

/* The session that asked for the logon knew the client's password. */
static bool made_by_our_session(const token_image *process, const token_image *client)
{
    uint64_t origin = token_image_origin_id(client);

    return origin != 0 && origin == token_image_authentication_id(process);
}

SECURITY_IMPERSONATION_LEVEL impersonation_level_for(const token_image *process,
                                                     const token_image *client,
                                                     SECURITY_IMPERSONATION_LEVEL level)
{
    uint64_t enabled = token_image_privileges_enabled(process);

    if (level < SecurityImpersonation || (enabled & PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE)) ||
        same_user(process, client) || made_by_our_session(process, client))
        return level;
    return SecurityIdentification;
}
