/* SPDX-License-Identifier: MIT */
#include "worker/administrators.h"

#include <string.h>
#include <time.h>

#include <winnt.h>

#include "security/idmap.h"
#include "security/well_known.h"
#include "worker/unix_account.h"

enum {
    ADMINISTRATORS_MAX = 32, /* as openlogond's configuration allows */
    KNOWN_FOR_S = 10,
};

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

/*
 * The gids of the configured groups. NSS takes longer than a whole logon, so they are asked for
 * anew only when some time has passed; who is in the groups is asked at every logon. A worker has
 * one thread.
 */
static struct {
    time_t asked_at_s; /* monotonic; 0: never */
    gid_t gids[ADMINISTRATORS_MAX];
    size_t n_gids;
} known;

static nt_status ask(const worker_config *config, time_t now_s)
{
    const char *name;
    size_t n = 0;

    for (size_t i = 0; n < ARRAY_SIZE(known.gids); i++) {
        _cleanup_(unix_group_done) struct unix_group group = { 0 };
        nt_status st;

        name = worker_config_administrators(config, i);
        if (!name)
            break;
        st = unix_group_by_name(&group, name);
        if (NT_IS(st, NO_SUCH_GROUP))
            continue;
        if (nt_failed(st))
            return st;
        known.gids[n++] = group.entry.gr_gid;
    }
    known.n_gids = n;
    known.asked_at_s = now_s;
    return NT_OK;
}

static nt_status refresh(const worker_config *config)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    if (known.asked_at_s != 0 && now.tv_sec - known.asked_at_s < KNOWN_FOR_S)
        return NT_OK;
    return ask(config, now.tv_sec);
}

static nt_status is_administrator(bool *ret, const worker_config *config,
                                  const struct group_list *list, ProtobufCBinaryData user_sid)
{
    const SID *machine = worker_config_machine_sid(config);
    nt_status st = refresh(config);

    if (nt_failed(st))
        return st;
    *ret = idmap_sid_to_uid(machine, sid_of(user_sid)) == 0;
    for (size_t i = 0; !*ret && i < known.n_gids; i++) {
        sid_buffer sid;

        *ret =
            !nt_failed(idmap_gid_to_sid(&sid, machine, known.gids[i])) && list_has(list, &sid.sid);
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
