/* SPDX-License-Identifier: MIT */
#include "authority/token_access.h"

#include "security/access_check.h"
#include "security/descriptor.h"
#include "security/well_known.h"

static const GENERIC_MAPPING token_mapping = {
    .GenericRead = TOKEN_READ,
    .GenericWrite = TOKEN_WRITE,
    .GenericExecute = TOKEN_EXECUTE,
    .GenericAll = TOKEN_ALL_ACCESS,
};

static bool has_well_known(const token_image *caller, int type)
{
    sid_buffer sid;

    return !nt_failed(well_known_make(&sid, type, NULL)) &&
           token_image_has_sid(caller, &sid.sid, TOKEN_SID_ALLOW);
}

bool caller_is_system(const token_image *caller)
{
    return has_well_known(caller, WinLocalSystemSid);
}

bool caller_is_administrator(const token_image *caller)
{
    return caller_is_system(caller) || has_well_known(caller, WinBuiltinAdministratorsSid);
}

bool caller_has_privileges(const token_image *caller, uint64_t mask)
{
    return (mask & ~token_image_privileges_enabled(caller)) == 0;
}

bool caller_is_user(const token_image *caller, const SID *user)
{
    return sid_equal(token_image_sid(caller, 0), user);
}

nt_status token_access_check(const Token *token, const token_image *caller, uint32_t desired,
                             uint32_t *ret_granted)
{
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor descriptor;
    struct access_result result;
    size_t size;
    nt_status st = token_get_security(&bytes, &size, token);

    if (!nt_failed(st))
        st = descriptor_parse(&descriptor, bytes, size);
    if (nt_failed(st))
        return st;
    const struct access_request request = {
        .token = caller, .descriptor = &descriptor, .desired = desired, .mapping = &token_mapping
    };
    st = access_check(&request, &result);
    if (nt_failed(st))
        return st;
    if (nt_failed(result.status))
        return result.status;
    *ret_granted = result.granted;
    return NT_OK;
}
