/* SPDX-License-Identifier: MIT */
/*
 * The access check, [MS-DTYP] 2.5.3: whether a token may do to an object what it asks. A pure
 * function: no allocation, no system call, no state.
 */
#ifndef OPENLOGON_SECURITY_ACCESS_CHECK_H
#define OPENLOGON_SECURITY_ACCESS_CHECK_H

#include "security/descriptor.h"
#include "security/token_image.h"

struct access_request {
    const token_image *token;
    const struct descriptor *descriptor; /* without an owner nobody is the owner */
    uint32_t desired;                    /* may hold MAXIMUM_ALLOWED and generic rights */
    const GENERIC_MAPPING *mapping;      /* of the object's type; required */
    const SID *principal_self;           /* stands for S-1-5-10 in ACEs; NULL: nobody does */
};

struct access_result {
    nt_status status;         /* NT_OK: granted; ACCESS_DENIED; PRIVILEGE_NOT_HELD */
    uint32_t granted;         /* 0 unless granted */
    uint64_t privileges_used; /* mask; of a granted access */
};

/**
 * Evaluates a request. What ACE types it does not know deny is denied.
 * @ret    written on success only: NT_OK means "evaluated", ret->status tells the answer
 * Errors: INVALID_PARAMETER (token, descriptor or mapping missing), INVALID_ACL (malformed)
 */
_must_check_ nt_status access_check(const struct access_request *request,
                                    struct access_result *ret);

/* Replaces generic rights by those that they stand for. */
static inline uint32_t access_map_generic(uint32_t mask, const GENERIC_MAPPING *mapping)
{
    if (__builtin_expect(!(mask & 0xf0000000), 1))
        return mask;
    if (mask & GENERIC_READ)
        mask |= mapping->GenericRead;
    if (mask & GENERIC_WRITE)
        mask |= mapping->GenericWrite;
    if (mask & GENERIC_EXECUTE)
        mask |= mapping->GenericExecute;
    if (mask & GENERIC_ALL)
        mask |= mapping->GenericAll;
    return mask & 0x0fffffff;
}

#endif
