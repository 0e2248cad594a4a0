/* SPDX-License-Identifier: MIT */
/*
 * Who may do what, entry by entry: merged into an ACL, and read from one. The pure part of
 * SetEntriesInAcl and GetExplicitEntriesFromAcl. Rules: Microsoft Learn, SetEntriesInAcl,
 * ACCESS_MODE.
 */
#ifndef OPENLOGON_SECURITY_EXPLICIT_ENTRIES_H
#define OPENLOGON_SECURITY_EXPLICIT_ENTRIES_H

#include <accctrl.h>

#include "security/acl.h"

/* Both audit modes at once, as SetEntriesInAcl takes them combined. */
#define EXPLICIT_AUDIT_BOTH ((ACCESS_MODE)(SET_AUDIT_SUCCESS | SET_AUDIT_FAILURE))

/* Everything is borrowed. */
struct explicit_entry {
    ACCESS_MODE mode;
    uint32_t rights;
    uint8_t inheritance; /* OBJECT_INHERIT_ACE to INHERIT_ONLY_ACE */
    const SID *sid;
    const void *object_type;    /* 16 bytes of a GUID, or NULL */
    const void *inherited_type; /* likewise */
};

/**
 * The ACL with the entries merged in. Inherited ACEs stay as they are. New denials and audits come
 * first, new allowances before the first allowance or inherited ACE there is. With the same terms
 * (inheritance, GUIDs, what is audited) an entry takes up the rights of an ACE that it resembles;
 * GRANT_ACCESS takes its rights from denials, too. SET_ACCESS replaces all that allows or denies
 * the trustee, REVOKE_ACCESS removes all that allows it or audits; without GUIDs they mean those of
 * any.
 * @old    NULL: none
 * @ret    from malloc(), the caller's
 * Errors: INVALID_PARAMETER (a mode, inheritance), INVALID_ACL, ALLOTTED_SPACE_EXCEEDED, NO_MEMORY
 */
_must_check_ nt_status explicit_entries_merge(ACL **ret, const ACL *old,
                                              const struct explicit_entry *entries, size_t n);

/**
 * What an ACL says in entries: of each ACE that was not inherited and that an entry can express
 * one, or two when it audits success and failure. Conditional ACEs, labels and the like it cannot.
 * @ret    from malloc(), the caller's; borrows from the ACL
 * Errors: INVALID_ACL, NO_MEMORY
 */
_must_check_ nt_status explicit_entries_list(struct explicit_entry **ret, size_t *ret_n,
                                             const ACL *acl);

#endif
