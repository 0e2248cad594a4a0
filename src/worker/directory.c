/* SPDX-License-Identifier: MIT */
#include "worker/directory.h"

#include <string.h>
#include <strings.h>

#include <winnt.h>

#include "security/idmap.h"
#include "worker/administrators.h"
#include "worker/alias_store.h"
#include "worker/unix_account.h"

static const char builtin[] = "BUILTIN";

enum alias_domain { ALIASES_BUILTIN, ALIASES_LOCAL };

void directory_done(struct directory *d)
{
    d->store = account_store_close(d->store);
    d->policy = policy_store_close(d->policy);
}

nt_status directory_store(struct directory *d, account_store **ret)
{
    nt_status st = NT_OK;

    if (!d->store)
        st = account_store_open(&d->store, worker_config_state_dir(d->config));
    if (!nt_failed(st))
        *ret = d->store;
    return st;
}

nt_status directory_policy(struct directory *d, policy_store **ret)
{
    nt_status st = NT_OK;

    if (!d->policy)
        st = policy_store_open(&d->policy, worker_config_state_dir(d->config));
    if (!nt_failed(st))
        *ret = d->policy;
    return st;
}

/* --- small parts ------------------------------------------------------------------------------ */

/* An entry of the directory before it is put into a message; its name is borrowed. */
struct entry {
    const char *name;
    const char *domain; /* NULL: the machine's */
    SID_NAME_USE use;
    const SID *sid;
};

static nt_status put_sid(ProtobufCBinaryData *ret, arena *memory, const SID *sid)
{
    ret->len = sid_length(sid);
    ret->data = arena_copy(memory, sid, ret->len);
    return ret->data ? NT_OK : NT(NO_MEMORY);
}

static nt_status put_entry(struct directory *d, Openlogon__Worker__NameResult *ret,
                           const struct entry *entry)
{
    const char *machine = worker_config_machine_name(d->config);

    ret->name = arena_text(d->memory, entry->name);
    ret->domain = arena_text(d->memory, entry->domain ? entry->domain : machine);
    ret->use = entry->use;
    if (!ret->name || !ret->domain)
        return NT(NO_MEMORY);
    return put_sid(&ret->sid, d->memory, entry->sid);
}

static bool is_account_id(const struct directory *d, uint32_t id)
{
    return id >= worker_config_uid_first(d->config) && id <= worker_config_uid_last(d->config);
}

static nt_status none_mapped(nt_status st)
{
    return NT_IS(st, NO_SUCH_USER) || NT_IS(st, NO_SUCH_GROUP) || NT_IS(st, NO_SUCH_ALIAS)
               ? NT(NONE_MAPPED)
               : st;
}

static nt_status account_of_uid(struct directory *d, struct account *ret, uint32_t uid)
{
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    return nt_failed(st) ? st : account_store_find_uid(store, ret, uid);
}

/* --- by SID ----------------------------------------------------------------------------------- */

static nt_status name_of_account(struct directory *d, Openlogon__Worker__NameResult *ret,
                                 uint32_t uid, struct entry entry)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = account_of_uid(d, &account, uid);

    entry.name = account.name;
    return nt_failed(st) ? st : put_entry(d, ret, &entry);
}

static nt_status name_of_uid(struct directory *d, Openlogon__Worker__NameResult *ret, uint32_t uid,
                             const SID *sid)
{
    _cleanup_(unix_user_done) struct unix_user user = { 0 };
    struct entry entry = { .use = SidTypeUser, .sid = sid };
    nt_status st;

    if (is_account_id(d, uid))
        return name_of_account(d, ret, uid, entry);
    st = unix_user_by_uid(&user, uid);
    entry.name = user.entry.pw_name;
    return nt_failed(st) ? st : put_entry(d, ret, &entry);
}

static nt_status put_alias(struct directory *d, Openlogon__Worker__NameResult *ret,
                           const struct alias *alias)
{
    const struct entry entry = { .name = alias->name,
                                 .domain = alias->gid == 0 ? builtin : NULL,
                                 .use = SidTypeAlias,
                                 .sid = &alias->sid.sid };

    return put_entry(d, ret, &entry);
}

static nt_status name_of_alias(struct directory *d, Openlogon__Worker__NameResult *ret,
                               const SID *sid)
{
    _cleanup_(alias_done) struct alias alias = { 0 };
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st))
        st = alias_store_find_sid(store, &alias, sid);
    return nt_failed(st) ? st : put_alias(d, ret, &alias);
}

/* A gid of the range is an account's own group's or a local group's. */
static nt_status name_of_own_gid(struct directory *d, Openlogon__Worker__NameResult *ret,
                                 uint32_t gid, const SID *sid)
{
    const struct entry entry = { .use = SidTypeGroup, .sid = sid };
    nt_status st = name_of_account(d, ret, gid, entry);

    return NT_IS(st, NO_SUCH_USER) ? name_of_alias(d, ret, sid) : st;
}

static nt_status name_of_gid(struct directory *d, Openlogon__Worker__NameResult *ret, uint32_t gid,
                             const SID *sid)
{
    _cleanup_(unix_group_done) struct unix_group group = { 0 };
    struct entry entry = { .use = SidTypeAlias, .sid = sid };
    nt_status st;

    if (is_account_id(d, gid))
        return name_of_own_gid(d, ret, gid, sid);
    st = unix_group_by_gid(&group, gid);
    entry.name = group.entry.gr_name;
    return nt_failed(st) ? st : put_entry(d, ret, &entry);
}

nt_status directory_lookup_sid(struct directory *d, Openlogon__Worker__NameResult *ret,
                               ProtobufCBinaryData sid_bytes)
{
    const SID *machine = worker_config_machine_sid(d->config);
    const SID *sid = (const SID *)sid_bytes.data;
    uint32_t uid;
    uint32_t gid;

    if (!sid_valid(sid, sid_bytes.len) || sid_length(sid) != sid_bytes.len)
        return NT(INVALID_SID);
    if (sid_equal(sid, machine))
        return put_entry(d, ret, &(struct entry){ .name = "", .use = SidTypeDomain, .sid = sid });
    uid = idmap_sid_to_uid(machine, sid);
    if (uid != IDMAP_NO_ID)
        return none_mapped(name_of_uid(d, ret, uid, sid));
    gid = idmap_sid_to_gid(machine, sid);
    if (gid != IDMAP_NO_ID)
        return none_mapped(name_of_gid(d, ret, gid, sid));
    return none_mapped(name_of_alias(d, ret, sid));
}

/* --- by name ---------------------------------------------------------------------------------- */

static nt_status put_user(struct directory *d, Openlogon__Worker__NameResult *ret, const char *name,
                          uint32_t uid)
{
    sid_buffer sid;
    nt_status st = idmap_uid_to_sid(&sid, worker_config_machine_sid(d->config), uid);
    struct entry entry = { .name = name, .use = SidTypeUser, .sid = &sid.sid };

    return nt_failed(st) ? NT(NONE_MAPPED) : put_entry(d, ret, &entry);
}

static nt_status find_account(struct directory *d, Openlogon__Worker__NameResult *ret,
                              const char *name)
{
    _cleanup_(account_done) struct account account = { 0 };
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st))
        st = account_store_find(store, &account, name);
    return nt_failed(st) ? st : put_user(d, ret, account.name, account.uid);
}

static nt_status find_user(struct directory *d, Openlogon__Worker__NameResult *ret,
                           const char *name)
{
    _cleanup_(unix_user_done) struct unix_user user = { 0 };
    nt_status st = unix_user_by_name(&user, name);

    return nt_failed(st) ? st : put_user(d, ret, user.entry.pw_name, user.entry.pw_uid);
}

static nt_status find_group(struct directory *d, Openlogon__Worker__NameResult *ret,
                            const char *name)
{
    _cleanup_(unix_group_done) struct unix_group group = { 0 };
    nt_status st = unix_group_by_name(&group, name);
    struct entry entry = { .use = SidTypeAlias };
    sid_buffer sid;

    if (nt_failed(st))
        return st;
    st = idmap_gid_to_sid(&sid, worker_config_machine_sid(d->config), group.entry.gr_gid);
    if (nt_failed(st))
        return NT(NONE_MAPPED);
    entry.name = group.entry.gr_name;
    entry.sid = &sid.sid;
    return put_entry(d, ret, &entry);
}

static nt_status find_alias_in(struct directory *d, Openlogon__Worker__NameResult *ret,
                               const char *name, enum alias_domain domain)
{
    _cleanup_(alias_done) struct alias alias = { 0 };
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st))
        st = alias_store_find(store, &alias, name);
    if (nt_failed(st))
        return st;
    if ((alias.gid == 0) != (domain == ALIASES_BUILTIN))
        return NT(NO_SUCH_ALIAS);
    return put_alias(d, ret, &alias);
}

static nt_status find_alias(struct directory *d, Openlogon__Worker__NameResult *ret,
                            const char *name)
{
    return find_alias_in(d, ret, name, ALIASES_LOCAL);
}

static nt_status find_machine(struct directory *d, Openlogon__Worker__NameResult *ret,
                              const char *name)
{
    struct entry entry = { .name = "",
                           .use = SidTypeDomain,
                           .sid = worker_config_machine_sid(d->config) };

    if (!*name || strcmp(name, ".") == 0 || !worker_config_is_local(d->config, name))
        return NT(NO_SUCH_USER);
    return put_entry(d, ret, &entry);
}

nt_status directory_lookup_name(struct directory *d, Openlogon__Worker__NameResult *ret,
                                const char *domain, const char *name)
{
    static nt_status (*const finders[])(struct directory *, Openlogon__Worker__NameResult *,
                                        const char *) = {
        find_account, find_user, find_alias, find_group, find_machine,
    };

    if (strcasecmp(domain, builtin) == 0)
        return none_mapped(find_alias_in(d, ret, name, ALIASES_BUILTIN));
    if (!*name || !worker_config_is_local(d->config, domain))
        return NT(NONE_MAPPED);
    for (size_t i = 0; i < ARRAY_SIZE(finders); i++) {
        nt_status st = none_mapped(finders[i](d, ret, name));

        if (!NT_IS(st, NONE_MAPPED))
            return st;
    }
    return NT(NONE_MAPPED);
}

/* --- by uid ----------------------------------------------------------------------------------- */

static nt_status put_group(struct directory *d, Openlogon__Worker__SidAndAttributes **ret,
                           uint32_t gid)
{
    Openlogon__Worker__SidAndAttributes *group = arena_alloc(d->memory, sizeof(*group));
    sid_buffer sid;
    nt_status st = idmap_gid_to_sid(&sid, worker_config_machine_sid(d->config), gid);

    if (!group)
        return NT(NO_MEMORY);
    if (nt_failed(st))
        return st;
    openlogon__worker__sid_and_attributes__init(group);
    group->attributes = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;
    *ret = group;
    return put_sid(&group->sid, d->memory, &sid.sid);
}

/* The first of the gids is the primary group. */
static nt_status put_groups(struct directory *d, Openlogon__Worker__UidResult *ret,
                            const gid_t *gids, size_t n)
{
    ret->groups = arena_alloc(d->memory, n * sizeof(*ret->groups));
    if (!ret->groups)
        return NT(NO_MEMORY);
    for (ret->n_groups = 0; ret->n_groups < n; ret->n_groups++) {
        nt_status st = put_group(d, &ret->groups[ret->n_groups], gids[ret->n_groups]);

        if (nt_failed(st))
            return st;
    }
    ret->primary_group = ret->groups[0]->sid;
    return NT_OK;
}

static nt_status describe_account(struct directory *d, Openlogon__Worker__UidResult *ret,
                                  uint32_t uid)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = account_of_uid(d, &account, uid);

    if (nt_failed(st))
        return st;
    ret->name = arena_text(d->memory, account.name);
    return ret->name ? put_groups(d, ret, &uid, 1) : NT(NO_MEMORY);
}

static nt_status put_unix_user(struct directory *d, Openlogon__Worker__UidResult *ret,
                               const struct unix_user *user)
{
    _cleanup_(freep) gid_t *gids = NULL;
    size_t n = 0;
    nt_status st = unix_user_groups(&gids, &n, user);

    if (nt_failed(st))
        return st;
    ret->name = arena_text(d->memory, user->entry.pw_name);
    return ret->name ? put_groups(d, ret, gids, n) : NT(NO_MEMORY);
}

static nt_status describe_unix_uid(struct directory *d, Openlogon__Worker__UidResult *ret,
                                   uint32_t uid)
{
    _cleanup_(unix_user_done) struct unix_user user = { 0 };
    nt_status st = unix_user_by_uid(&user, uid);

    return nt_failed(st) ? st : put_unix_user(d, ret, &user);
}

static nt_status put_user_sid(struct directory *d, Openlogon__Worker__UidResult *ret, uint32_t uid)
{
    sid_buffer sid;
    nt_status st = idmap_uid_to_sid(&sid, worker_config_machine_sid(d->config), uid);

    return nt_failed(st) ? st : put_sid(&ret->user_sid, d->memory, &sid.sid);
}

static nt_status add_administrators(struct directory *d, Openlogon__Worker__UidResult *ret)
{
    struct group_list list = { ret->groups, ret->n_groups };
    nt_status st = administrators_apply(d->config, d->memory, &list, ret->user_sid);

    ret->groups = list.groups;
    ret->n_groups = list.n_groups;
    return st;
}

nt_status directory_describe_uid(struct directory *d, Openlogon__Worker__UidResult *ret,
                                 const Openlogon__Worker__UidJob *job)
{
    nt_status st = put_user_sid(d, ret, job->uid);

    if (nt_failed(st))
        return st;
    st = is_account_id(d, job->uid) ? describe_account(d, ret, job->uid)
                                    : describe_unix_uid(d, ret, job->uid);
    if (NT_IS(st, NO_SUCH_USER))
        st = put_groups(d, ret, &job->gid, 1);
    return nt_failed(st) ? st : add_administrators(d, ret);
}

/* --- by name ---------------------------------------------------------------------------------- */

static nt_status account_uid(struct directory *d, uint32_t *ret, const char *name)
{
    _cleanup_(account_done) struct account account = { 0 };
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st))
        st = account_store_find(store, &account, name);
    if (!nt_failed(st))
        *ret = account.uid;
    return st;
}

/* libnss_openlogon makes OpenLogon's accounts users of NSS. */
static nt_status describe_name(struct directory *d, Openlogon__Worker__UidResult *ret,
                               const char *name, uint32_t *ret_uid)
{
    _cleanup_(unix_user_done) struct unix_user user = { 0 };
    nt_status st = unix_user_by_name(&user, name);

    if (!nt_failed(st) && !is_account_id(d, user.entry.pw_uid)) {
        *ret_uid = user.entry.pw_uid;
        return put_unix_user(d, ret, &user);
    }
    if (nt_failed(st) && !NT_IS(st, NO_SUCH_USER))
        return st;
    st = account_uid(d, ret_uid, name);
    return nt_failed(st) ? st : describe_account(d, ret, *ret_uid);
}

nt_status directory_describe_user(struct directory *d, Openlogon__Worker__UidResult *ret,
                                  const char *name)
{
    uint32_t uid = 0;
    nt_status st = describe_name(d, ret, name, &uid);

    if (!nt_failed(st))
        st = put_user_sid(d, ret, uid);
    return nt_failed(st) ? st : add_administrators(d, ret);
}
