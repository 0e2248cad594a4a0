/* SPDX-License-Identifier: MIT */
#include "worker/administrators.h"

#include <string.h>

#include <winnt.h>

#include "security/idmap.h"
#include "security/well_known.h"
#include "worker/unix_account.h"

static const SID *sid_of(ProtobufCBinaryData bytes)
{
    return (const SID *)bytes.data;
}

static bool list_has(const struct group_list *list, const SID *sid)
{
    for (size_t i = 0; i < list->n_groups; i++) {
        const Openlogon__Worker__SidAndAttributes *group = list->groups[i];

        if ((group->attributes & SE_GROUP_ENABLED) != 0 && sid_equal(sid_of(group->sid), sid))
            return true;
    }
    return false;
}

/* Group ids are asked for anew: they may change while a worker lives. */
static nt_status is_administrator(bool *ret, const worker_config *config,
                                  const struct group_list *list, ProtobufCBinaryData user_sid)
{
    const SID *machine = worker_config_machine_sid(config);
    const char *name;

    *ret = idmap_sid_to_uid(machine, sid_of(user_sid)) == 0;
    for (size_t i = 0; !*ret && (name = worker_config_administrators(config, i)); i++) {
        _cleanup_(unix_group_done) struct unix_group group = { 0 };
        nt_status st = unix_group_by_name(&group, name);
        sid_buffer sid;

        if (NT_IS(st, NO_SUCH_GROUP))
            continue;
        if (nt_failed(st))
            return st;
        st = idmap_gid_to_sid(&sid, machine, group.entry.gr_gid);
        *ret = !nt_failed(st) && list_has(list, &sid.sid);
    }
    return NT_OK;
}

static nt_status list_append(arena *memory, struct group_list *list, const SID *sid)
{
    const DWORD attributes =
        SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED | SE_GROUP_OWNER;
    Openlogon__Worker__SidAndAttributes *added = arena_alloc(memory, sizeof(*added));
    Openlogon__Worker__SidAndAttributes **longer =
        arena_alloc(memory, (list->n_groups + 1) * sizeof(*longer));

    if (!added || !longer)
        return NT(NO_MEMORY);
    openlogon__worker__sid_and_attributes__init(added);
    added->attributes = attributes;
    added->sid.len = sid_length(sid);
    added->sid.data = arena_copy(memory, sid, added->sid.len);
    if (!added->sid.data)
        return NT(NO_MEMORY);
    if (list->n_groups > 0)
        memcpy(longer, list->groups, list->n_groups * sizeof(*longer));
    longer[list->n_groups++] = added;
    list->groups = longer;
    return NT_OK;
}

nt_status administrators_apply(const worker_config *config, arena *memory, struct group_list *list,
                               ProtobufCBinaryData user_sid)
{
    sid_buffer administrators;
    bool is_one = false;
    nt_status st = well_known_make(&administrators, WinBuiltinAdministratorsSid, NULL);

    if (!nt_failed(st))
        st = is_administrator(&is_one, config, list, user_sid);
    if (nt_failed(st) || !is_one || list_has(list, &administrators.sid))
        return st;
    return list_append(memory, list, &administrators.sid);
}
