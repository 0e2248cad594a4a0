/* SPDX-License-Identifier: MIT */
/* Which audits a SACL asks for, of a request that was answered. Pure, as the check is. */
#ifndef OPENLOGON_SECURITY_ACCESS_AUDIT_H
#define OPENLOGON_SECURITY_ACCESS_AUDIT_H

#include "security/access_check.h"

enum access_audit {
    ACCESS_AUDIT_SUCCESS = 1 << 0,
    ACCESS_AUDIT_FAILURE = 1 << 1,
};

/**
 * An ACE asks for a success audit when a right in its mask was granted to its subject, for a
 * failure audit when one was asked for and access was refused. Deny-only SIDs count, and so does a
 * condition that is not known to be false: what may have to be audited is.
 * @request  as it was given to the check, tree with answers included; with ACCESS_RESULT_LIST the
 *           answer of each node counts, else that of the object for all of them
 * @ret      enum access_audit
 * Errors:   INVALID_ACL (malformed)
 * Source:   Learn, ACEs to Control Access to an Object's Properties; SACL; Audit Generation
 */
_must_check_ nt_status access_audit_due(uint32_t *ret, const struct access_request *request,
                                        const struct access_result *result);

#endif
