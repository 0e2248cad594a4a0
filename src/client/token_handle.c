/* SPDX-License-Identifier: MIT */
#include "client/token_handle.h"

#include "client/impersonation.h"
#include "client/process_token.h"
#include "security/access_check.h"

enum { PSEUDO_HANDLE_ACCESS = TOKEN_QUERY | TOKEN_QUERY_SOURCE };

static const GENERIC_MAPPING token_mapping = {
    .GenericRead = TOKEN_READ,
    .GenericWrite = TOKEN_WRITE,
    .GenericExecute = TOKEN_EXECUTE,
    .GenericAll = TOKEN_ALL_ACCESS,
};

static bool is_pseudo(HANDLE handle)
{
    return handle == HANDLE_PROCESS_TOKEN || handle == HANDLE_THREAD_TOKEN ||
           handle == HANDLE_THREAD_EFFECTIVE_TOKEN;
}

static nt_status pseudo_get(HANDLE handle, token_object **ret)
{
    if (handle == HANDLE_PROCESS_TOKEN)
        return process_token_get(ret, NULL);
    if (handle == HANDLE_THREAD_TOKEN && !impersonation_token())
        return NT(NO_TOKEN);
    return impersonation_effective_token(ret);
}

nt_status token_handle_get(HANDLE handle, uint32_t access, token_object **ret)
{
    struct object *object;
    nt_status st;

    if (is_pseudo(handle))
        return access & ~(uint32_t)PSEUDO_HANDLE_ACCESS ? NT(ACCESS_DENIED)
                                                        : pseudo_get(handle, ret);
    st = handle_get(handle, OBJECT_TOKEN, access, &object);
    if (!nt_failed(st))
        *ret = token_object_of(object);
    return st;
}

static void take_image_at_hand(struct object *object, void *context)
{
    *(shared_image **)context = token_object_image_at_hand(token_object_of(object));
}

/* Nearly always the image is at hand, and no reference to the token is needed. */
nt_status token_handle_image(HANDLE handle, uint32_t access, shared_image **ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    shared_image *image = NULL;
    nt_status st = NT_OK;

    if (!is_pseudo(handle))
        st = handle_peek(handle, OBJECT_TOKEN, access, take_image_at_hand, &image);
    if (!nt_failed(st) && !image)
        st = token_handle_get(handle, access, &token);
    if (!nt_failed(st) && !image)
        st = token_object_image(token, &image);
    if (!nt_failed(st))
        *ret = image;
    return st;
}

nt_status token_handle_access(HANDLE handle, uint32_t *ret)
{
    struct handle_info info;
    nt_status st;

    if (is_pseudo(handle)) {
        *ret = PSEUDO_HANDLE_ACCESS;
        return NT_OK;
    }
    st = handle_query(handle, &info);
    if (nt_failed(st))
        return st;
    object_unref(info.object);
    *ret = info.access;
    return NT_OK;
}

nt_status token_access_decide(uint32_t *ret, uint32_t desired, uint32_t most)
{
    uint32_t wanted = access_map_generic(desired & ~(uint32_t)MAXIMUM_ALLOWED, &token_mapping);

    if (wanted & ACCESS_SYSTEM_SECURITY & ~most)
        return NT(PRIVILEGE_NOT_HELD);
    if ((wanted & ~most) || desired == 0)
        return NT(ACCESS_DENIED);
    *ret = desired & MAXIMUM_ALLOWED ? most : wanted;
    return NT_OK;
}

uint32_t handle_flags_of(const SECURITY_ATTRIBUTES *attributes)
{
    return attributes && attributes->bInheritHandle ? HANDLE_FLAG_INHERIT : 0;
}
