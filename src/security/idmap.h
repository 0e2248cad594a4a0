/* SPDX-License-Identifier: MIT */
/*
 * Between Unix ids and SIDs of the machine's own domain, by arithmetic alone:
 * uid 0 is RID 500, any other uid u is RID 1000 + 2u, gid g is RID 1001 + 2g.
 */
#ifndef OPENLOGON_SECURITY_IDMAP_H
#define OPENLOGON_SECURITY_IDMAP_H

#include "security/sid.h"

#define IDMAP_ID_MAX    UINT32_C(2147483147) /* the largest id whose RID fits */
#define IDMAP_NO_ID     UINT32_MAX
#define IDMAP_RID_UID_0 UINT32_C(500)

/* Errors: INVALID_PARAMETER (above IDMAP_ID_MAX), INVALID_SID (no room below the domain) */
_must_check_ nt_status idmap_uid_to_sid(sid_buffer *ret, const SID *machine, uint32_t uid);
_must_check_ nt_status idmap_gid_to_sid(sid_buffer *ret, const SID *machine, uint32_t gid);

/* IDMAP_NO_ID when the SID is not one of that kind. */
uint32_t idmap_sid_to_uid(const SID *machine, const SID *sid);
uint32_t idmap_sid_to_gid(const SID *machine, const SID *sid);

#endif
