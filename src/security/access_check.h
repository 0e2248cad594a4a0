/* SPDX-License-Identifier: MIT */
/*
 * The access check, [MS-DTYP] 2.5.3: whether a token may do to an object what it asks. A pure
 * function: no allocation, no system call, no state.
 */
#ifndef OPENLOGON_SECURITY_ACCESS_CHECK_H
#define OPENLOGON_SECURITY_ACCESS_CHECK_H

#include "security/access_explain.h"
#include "security/access_tree.h"
#include "security/descriptor.h"
#include "security/token_image.h"

enum access_flags {
    /* What SeBackupPrivilege grants whatever the DACL says: reading, and the SACL. */
    ACCESS_BACKUP_INTENT = 1 << 0,
    /* What SeRestorePrivilege grants: writing, deleting, DACL, owner and SACL. */
    ACCESS_RESTORE_INTENT = 1 << 1,
    /* Each node of the tree has an answer of its own; else the object's is that of all. It makes a
     * difference to audit only: the check answers for every node anyway. */
    ACCESS_RESULT_LIST = 1 << 2,
};

struct access_request {
    const token_image *token;
    const struct descriptor *descriptor; /* without an owner nobody is the owner */
    uint32_t desired;                    /* may hold MAXIMUM_ALLOWED and generic rights */
    const GENERIC_MAPPING *mapping;      /* of the object's type; required */
    const SID *principal_self;           /* stands for S-1-5-10 in ACEs; NULL: nobody does */
    uint32_t flags;                      /* enum access_flags */
    const struct access_tree *tree;      /* gets an answer per node; NULL: the object as a whole */
    struct access_trace *trace;          /* NULL: nobody asks why */
};

/* With a tree: of the object itself, which is granted what all its parts are. */
struct access_result {
    nt_status status;         /* NT_OK: granted; ACCESS_DENIED; PRIVILEGE_NOT_HELD */
    uint32_t granted;         /* 0 unless granted */
    uint64_t privileges_used; /* mask; for what was granted, be it to one node of the tree */
};

/**
 * Evaluates a request. What ACE types it does not know deny is denied.
 * @ret    written on success only: NT_OK means "evaluated", ret->status tells the answer
 * Errors: INVALID_PARAMETER (token, descriptor or mapping missing, a tree or trace that does not
 *         fit), INVALID_ACL (malformed)
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
