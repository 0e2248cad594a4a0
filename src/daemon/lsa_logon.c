/* SPDX-License-Identifier: MIT */
#include "daemon/lsa_logon.h"

#include <string.h>

#include "daemon/bounds.h"
#include "daemon/call.h"
#include "daemon/logon_result.h"
#include "security/well_known.h"

/* What the attributes of a group may be that a logon process adds; labels are none. */
static const uint32_t group_attributes_allowed =
    SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED | SE_GROUP_OWNER |
    SE_GROUP_USE_FOR_DENY_ONLY | SE_GROUP_RESOURCE | SE_GROUP_LOGON_ID;

/* --- groups ---------------------------------------------------------------------------------- */

static nt_status check_group(const Openlogon__GroupAndAttributes *group)
{
    const SID *sid = NULL;
    nt_status st = logon_result_sid(&sid, &group->sid);

    if (nt_failed(st))
        return st;
    if (!sid)
        return NT(INVALID_SID);
    if ((group->attributes & ~group_attributes_allowed) || sid_is_integrity(sid))
        return NT(INVALID_PARAMETER);
    return NT_OK;
}

static nt_status copy_groups(struct lsa_logon *ret, Openlogon__GroupAndAttributes **groups,
                             size_t n_groups)
{
    size_t size = n_groups * sizeof(*ret->groups);
    uint8_t *sids;

    for (size_t i = 0; i < n_groups; i++)
        size += groups[i]->sid.len;
    ret->groups = calloc(1, size);
    if (!ret->groups)
        return NT(NO_MEMORY);
    sids = (uint8_t *)(ret->groups + n_groups);
    for (size_t i = 0; i < n_groups; i++) {
        ret->groups[i] = (SID_AND_ATTRIBUTES){
            .Sid = memcpy(sids, groups[i]->sid.data, groups[i]->sid.len),
            .Attributes = groups[i]->attributes,
        };
        sids += groups[i]->sid.len;
    }
    ret->n_groups = n_groups;
    return NT_OK;
}

static nt_status keep_groups(struct lsa_logon *ret, const Openlogon__LsaLogon *logon, bool has_tcb)
{
    if (logon->n_local_groups == 0)
        return NT_OK;
    if (!has_tcb)
        return NT(PRIVILEGE_NOT_HELD);
    if (logon->n_local_groups > LOCAL_GROUPS_MAX)
        return NT(INVALID_PARAMETER);
    for (size_t i = 0; i < logon->n_local_groups; i++) {
        nt_status st = check_group(logon->local_groups[i]);
        if (nt_failed(st))
            return st;
    }
    return copy_groups(ret, logon->local_groups, logon->n_local_groups);
}

/* --- the whole ------------------------------------------------------------------------------- */

void lsa_logon_done(struct lsa_logon *logon)
{
    free(logon->groups);
    *logon = (struct lsa_logon){ 0 };
}

nt_status lsa_logon_keep(struct lsa_logon *ret, const Openlogon__LsaLogon *logon, bool has_tcb)
{
    struct lsa_logon kept = { .source.id = logon->source_id };
    nt_status st = call_check_text(logon->origin_name, ORIGIN_NAME_MAX);

    if (nt_failed(st))
        return st;
    kept.has_source = logon->source_name.len == sizeof(kept.source.name);
    if (!kept.has_source && logon->source_name.len > 0)
        return NT(INVALID_PARAMETER);
    if (kept.has_source)
        memcpy(kept.source.name, logon->source_name.data, sizeof(kept.source.name));
    st = keep_groups(&kept, logon, has_tcb);
    if (nt_failed(st))
        return st;
    *ret = kept;
    return NT_OK;
}

nt_status lsa_logon_add_groups(struct logon_identity *identity, const struct lsa_logon *logon,
                               MessageArena *arena)
{
    SID_AND_ATTRIBUTES *all;

    if (logon->n_groups == 0)
        return NT_OK;
    all = message_arena_alloc(arena, (identity->n_groups + logon->n_groups) * sizeof(*all));
    if (!all)
        return NT(NO_MEMORY);
    if (identity->n_groups > 0)
        memcpy(all, identity->groups, identity->n_groups * sizeof(*all));
    memcpy(all + identity->n_groups, logon->groups, logon->n_groups * sizeof(*all));
    identity->groups = all;
    identity->n_groups += logon->n_groups;
    return NT_OK;
}

/* --- buffers --------------------------------------------------------------------------------- */

static bool range_valid(uint64_t address, uint64_t size)
{
    return address != 0 && address <= UINT64_MAX - size;
}

static nt_status check_window(const Openlogon__SubmitBuffer *submit,
                              const Openlogon__ClientWindow *window)
{
    if (window->size == 0)
        return window->address == 0 ? NT_OK : NT(INVALID_PARAMETER);
    if (window->size > CLIENT_WINDOW_MAX || !range_valid(window->address, window->size))
        return NT(INVALID_PARAMETER);
    if (submit && window->address < submit->address + submit->bytes.len &&
        submit->address < window->address + window->size)
        return NT(INVALID_PARAMETER);
    return NT_OK;
}

nt_status submit_check(const Openlogon__SubmitBuffer *submit, const Openlogon__ClientWindow *window)
{
    if (submit && (submit->bytes.len == 0 || submit->bytes.len > SUBMIT_SIZE_MAX ||
                   !range_valid(submit->address, submit->bytes.len)))
        return NT(INVALID_PARAMETER);
    return window ? check_window(submit, window) : NT_OK;
}

Openlogon__Worker__SubmitBuffer submit_for_worker(const Openlogon__SubmitBuffer *submit)
{
    Openlogon__Worker__SubmitBuffer ret = OPENLOGON__WORKER__SUBMIT_BUFFER__INIT;

    ret.address = submit->address;
    ret.bytes = submit->bytes;
    return ret;
}

Openlogon__Worker__ClientWindow window_for_worker(const Openlogon__ClientWindow *window)
{
    Openlogon__Worker__ClientWindow ret = OPENLOGON__WORKER__CLIENT_WINDOW__INIT;

    if (window) {
        ret.address = window->address;
        ret.size = window->size;
    }
    return ret;
}

bool window_holds(const Openlogon__Worker__ClientWindow *window, uint64_t address, size_t size)
{
    return address == 0 ||
           (address >= window->address && address - window->address <= window->size &&
            size <= window->size - (address - window->address));
}
