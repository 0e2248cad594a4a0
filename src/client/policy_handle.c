/* SPDX-License-Identifier: MIT */
#include "client/policy_handle.h"

#include <stdlib.h>

#include "client/authority.h"
#include "client/handle.h"

struct policy {
    struct object object;
    ACCESS_MASK desired;
    _Atomic uint64_t number; /* that openlogond knows it by */
};

/* Nothing can be done about a failure: what openlogond does not know is closed. */
static void close_number(uint64_t number)
{
    Openlogon__PolicyCloseRequest message = OPENLOGON__POLICY_CLOSE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(POLICY_CLOSE, policy_close, &message);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;

    message.handle = number;
    (void)authority_call(AS_PROCESS, &request, REPLY_EMPTY, &reply, NULL).code;
}

static nt_status open_number(uint64_t *ret, ACCESS_MASK desired, ACCESS_MASK *ret_granted)
{
    Openlogon__PolicyOpenRequest message = OPENLOGON__POLICY_OPEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(POLICY_OPEN, policy_open, &message);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    message.desired_access = desired;
    st = authority_call(AS_THREAD, &request, REPLY_OF(POLICY_HANDLE), &reply, NULL);
    if (nt_failed(st))
        return st;
    *ret = reply.message->policy_handle->handle;
    *ret_granted = reply.message->policy_handle->granted_access;
    return NT_OK;
}

static void policy_destroy(struct object *object)
{
    struct policy *policy = (struct policy *)object;

    close_number(policy->number);
    free(policy);
}

nt_status policy_handle_open(LSA_HANDLE *ret, ACCESS_MASK desired)
{
    struct policy *policy = malloc(sizeof(*policy));
    ACCESS_MASK granted;
    uint64_t number;
    nt_status st;

    if (!policy)
        return NT(NO_MEMORY);
    st = open_number(&number, desired, &granted);
    if (nt_failed(st)) {
        free(policy);
        return st;
    }
    object_init(&policy->object, OBJECT_POLICY, policy_destroy);
    policy->desired = desired;
    policy->number = number;
    st = handle_open(ret, &policy->object, granted, 0);
    object_unref(&policy->object);
    return st;
}

static nt_status find(LSA_HANDLE handle, ACCESS_MASK access, struct policy **ret)
{
    struct object *object;
    nt_status st = handle_get(handle, OBJECT_POLICY, access, &object);

    if (nt_failed(st))
        return NT_IS(st, OBJECT_TYPE_MISMATCH) ? NT(INVALID_HANDLE) : st;
    *ret = (struct policy *)object;
    return NT_OK;
}

nt_status policy_handle_check(LSA_HANDLE handle, ACCESS_MASK access)
{
    struct policy *policy;
    nt_status st = find(handle, access, &policy);

    if (!nt_failed(st))
        object_unref(&policy->object);
    return st;
}

nt_status policy_handle_close(LSA_HANDLE handle)
{
    nt_status st = policy_handle_check(handle, 0);

    return nt_failed(st) ? st : handle_close(handle);
}

/* Unless another thread has been faster. */
static nt_status reopen(struct policy *policy, uint64_t lost)
{
    ACCESS_MASK granted;
    uint64_t number;
    nt_status st;

    if (policy->number != lost)
        return NT_OK;
    st = open_number(&number, policy->desired, &granted);
    if (nt_failed(st))
        return st;
    if (!atomic_compare_exchange_strong(&policy->number, &lost, number))
        close_number(number);
    return NT_OK;
}

static nt_status call(struct policy *policy, Openlogon__Request *request, uint64_t *ret_number,
                      reply_kind expect, struct reply *ret)
{
    uint64_t number = policy->number;
    nt_status st;

    *ret_number = number;
    st = authority_call(AS_THREAD, request, expect, ret, NULL);
    if (!NT_IS(st, INVALID_HANDLE))
        return st;
    st = reopen(policy, number);
    if (nt_failed(st))
        return st;
    *ret_number = policy->number;
    return authority_call(AS_THREAD, request, expect, ret, NULL);
}

nt_status policy_handle_call(LSA_HANDLE handle, Openlogon__Request *request, uint64_t *ret_number,
                             reply_kind expect, struct reply *ret)
{
    struct policy *policy;
    nt_status st = find(handle, 0, &policy);

    if (nt_failed(st))
        return st;
    st = call(policy, request, ret_number, expect, ret);
    object_unref(&policy->object);
    return st;
}
