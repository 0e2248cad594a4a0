/* SPDX-License-Identifier: MIT */
#include "security/idmap.h"

#define RID_UID_BASE UINT32_C(1000)
#define RID_GID_BASE UINT32_C(1001)

nt_status idmap_uid_to_sid(sid_buffer *ret, const SID *machine, uint32_t uid)
{
    if (uid > IDMAP_ID_MAX)
        return NT(INVALID_PARAMETER);
    return sid_append_rid(ret, machine, uid == 0 ? IDMAP_RID_UID_0 : RID_UID_BASE + 2 * uid);
}

nt_status idmap_gid_to_sid(sid_buffer *ret, const SID *machine, uint32_t gid)
{
    if (gid > IDMAP_ID_MAX)
        return NT(INVALID_PARAMETER);
    return sid_append_rid(ret, machine, RID_GID_BASE + 2 * gid);
}

uint32_t idmap_sid_to_uid(const SID *machine, const SID *sid)
{
    uint32_t rid = sid_rid(sid);

    if (!sid_in_domain(sid, machine))
        return IDMAP_NO_ID;
    if (rid == IDMAP_RID_UID_0)
        return 0;
    /* RID 1000 would be a second name of uid 0. */
    return rid > RID_UID_BASE && rid % 2 == 0 ? (rid - RID_UID_BASE) / 2 : IDMAP_NO_ID;
}

uint32_t idmap_sid_to_gid(const SID *machine, const SID *sid)
{
    uint32_t rid = sid_rid(sid);

    if (!sid_in_domain(sid, machine))
        return IDMAP_NO_ID;
    return rid >= RID_GID_BASE && rid % 2 == 1 ? (rid - RID_GID_BASE) / 2 : IDMAP_NO_ID;
}
