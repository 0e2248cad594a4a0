/* SPDX-License-Identifier: MIT */
#include "daemon/policy_handles.h"

#include <stdlib.h>

struct policy_handle {
    struct id_node node;
    uint32_t granted;
    struct quota_charge charge;
};

static struct policy_handle *find(const struct policy_handles *handles, uint64_t handle)
{
    return ID_ENTRY(id_map_find(&handles->map, handle), struct policy_handle, node);
}

static void handle_free(struct policy_handles *handles, struct policy_handle *handle)
{
    id_map_remove(&handles->map, &handle->node);
    quota_return(&handle->charge);
    free(handle);
}

void policy_handles_done(struct policy_handles *handles)
{
    while (handles->map.first)
        handle_free(handles, ID_ENTRY(handles->map.first, struct policy_handle, node));
}

nt_status policy_handles_add(struct policy_handles *handles, const struct policy_opening *opening)
{
    _cleanup_(freep) struct policy_handle *handle = calloc(1, sizeof(*handle));
    nt_status st;

    if (!handle)
        return NT(NO_MEMORY);
    st = quota_charge(&handle->charge, opening->quotas, opening->uid, QUOTA_POLICY_HANDLES, 1);
    if (nt_failed(st))
        return st;
    handle->node.id = opening->handle;
    handle->granted = opening->granted;
    (void)id_map_insert(&handles->map, &TAKE(handle)->node); /* LUIDs are never used twice */
    return NT_OK;
}

nt_status policy_handles_close(struct policy_handles *handles, uint64_t id)
{
    struct policy_handle *handle = find(handles, id);

    if (!handle)
        return NT(INVALID_HANDLE);
    handle_free(handles, handle);
    return NT_OK;
}

nt_status policy_handles_check(const struct policy_handles *handles, uint64_t id, uint32_t access)
{
    const struct policy_handle *handle = find(handles, id);

    if (!handle)
        return NT(INVALID_HANDLE);
    return access & ~handle->granted ? NT(ACCESS_DENIED) : NT_OK;
}
