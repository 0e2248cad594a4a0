/* SPDX-License-Identifier: MIT */
#include "authority/logon.h"

#include <string.h>

#include <windows.h>
#include <ntsecapi.h>

#include "security/idmap.h"
#include "security/well_known.h"

enum {
    ADDED_GROUPS_MAX = 16,
    GROUP_ATTRIBUTES = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED,
    RID_LOCAL_ACCOUNT = 113,
    RID_LOCAL_ACCOUNT_AND_ADMINISTRATOR = 114,
    KERNEL_NOBODY = 65534, /* the kernel's overflow ids */
};

static const uint32_t logon_sid_attributes = GROUP_ATTRIBUTES | SE_GROUP_LOGON_ID;
static const uint32_t label_attributes = SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED;

enum { NO_GROUP = -1 };

/* What the way of logging on decides. */
static const struct logon_kind {
    uint32_t logon_type;
    int groups[2]; /* WELL_KNOWN_SID_TYPE; the second may be NO_GROUP */
    TOKEN_TYPE token_type;
    SECURITY_IMPERSONATION_LEVEL level;
    bool is_split; /* between two tokens, when it is an administrator's */
} kinds[] = {
    { Interactive,
      { WinInteractiveSid, WinConsoleLogonSid },
      TokenPrimary,
      SecurityAnonymous,
      true },
    { Network, { WinNetworkSid, NO_GROUP }, TokenImpersonation, SecurityImpersonation, false },
    { Batch, { WinBatchSid, NO_GROUP }, TokenPrimary, SecurityAnonymous, false },
    { Service, { WinServiceSid, NO_GROUP }, TokenPrimary, SecurityAnonymous, false },
    { Unlock, { WinInteractiveSid, WinConsoleLogonSid }, TokenPrimary, SecurityAnonymous, true },
    { NetworkCleartext, { WinNetworkSid, NO_GROUP }, TokenPrimary, SecurityAnonymous, false },
    { RemoteInteractive,
      { WinRemoteLogonIdSid, WinInteractiveSid },
      TokenPrimary,
      SecurityAnonymous,
      true },
};

static const struct logon_kind *kind_of(uint32_t logon_type)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if (kinds[i].logon_type == logon_type)
            return &kinds[i];
    }
    return NULL;
}

nt_status logon_type_check(uint32_t logon_type)
{
    return kind_of(logon_type) ? NT_OK : NT(INVALID_LOGON_TYPE);
}

bool logon_type_is_split(uint32_t logon_type)
{
    const struct logon_kind *kind = kind_of(logon_type);

    return kind && kind->is_split;
}

void logon_mint_done(struct logon_mint *mint)
{
    free(mint->groups);
    free(mint->sids);
    free(mint->gids);
    free(mint->dacl);
    *mint = (struct logon_mint){ 0 };
}

static nt_status mint_init(struct logon_mint *mint, const SID *user, size_t n_groups)
{
    *mint = (struct logon_mint){ 0 };
    if (n_groups > TOKEN_IMAGE_SIDS_MAX - ADDED_GROUPS_MAX - 1)
        return NT(INVALID_PARAMETER);
    mint->groups = calloc(n_groups + ADDED_GROUPS_MAX, sizeof(*mint->groups));
    mint->sids = calloc(ADDED_GROUPS_MAX, sizeof(*mint->sids));
    mint->gids = calloc(n_groups + ADDED_GROUPS_MAX, sizeof(*mint->gids));
    if (!mint->groups || !mint->sids || !mint->gids) {
        logon_mint_done(mint);
        return NT(NO_MEMORY);
    }
    mint->user = (SID_AND_ATTRIBUTES){ .Sid = (PSID)(uintptr_t)user };
    mint->spec.user = &mint->user;
    mint->spec.groups = mint->groups;
    mint->spec.gids = mint->gids;
    return NT_OK;
}

static bool has_group(const struct logon_mint *mint, const SID *sid)
{
    for (size_t i = 0; i < mint->spec.n_groups; i++) {
        if (sid_equal(mint->groups[i].Sid, sid))
            return true;
    }
    return false;
}

/* A group that is there already stays as it is. Borrows the SID. */
static void put_group(struct logon_mint *mint, const SID *sid, uint32_t attributes)
{
    if (!has_group(mint, sid))
        mint->groups[mint->spec.n_groups++] =
            (SID_AND_ATTRIBUTES){ .Sid = (PSID)(uintptr_t)sid, .Attributes = attributes };
}

/* One of the few that the rules add; ADDED_GROUPS_MAX has room for them all. */
static nt_status add_group(struct logon_mint *mint, const sid_buffer *sid, uint32_t attributes)
{
    if (mint->n_sids >= ADDED_GROUPS_MAX)
        return NT(INTERNAL_ERROR);
    mint->sids[mint->n_sids] = *sid;
    put_group(mint, &mint->sids[mint->n_sids].sid, attributes);
    mint->n_sids++;
    return NT_OK;
}

static nt_status add_well_known(struct logon_mint *mint, int type, uint32_t attributes)
{
    sid_buffer sid;
    nt_status st = well_known_make(&sid, type, NULL);

    return nt_failed(st) ? st : add_group(mint, &sid, attributes);
}

static nt_status add_made(struct logon_mint *mint, uint64_t authority, size_t n_subs,
                          const uint32_t *subs, uint32_t attributes)
{
    sid_buffer sid;
    nt_status st = sid_make(&sid, authority, n_subs, subs);

    return nt_failed(st) ? st : add_group(mint, &sid, attributes);
}

static nt_status add_label(struct logon_mint *mint, uint32_t level)
{
    return add_made(mint, 16, 1, &level, label_attributes);
}

static nt_status add_nt_group(struct logon_mint *mint, uint32_t rid)
{
    return add_made(mint, 5, 1, &rid, GROUP_ATTRIBUTES);
}

static nt_status add_logon_sid(struct logon_mint *mint, uint64_t luid)
{
    const uint32_t subs[] = { SECURITY_LOGON_IDS_RID, (uint32_t)(luid >> 32), (uint32_t)luid };

    return add_made(mint, 5, ARRAY_SIZE(subs), subs, logon_sid_attributes);
}

static const SID *find_logon_sid(const struct logon_mint *mint)
{
    for (size_t i = 0; i < mint->spec.n_groups; i++) {
        if ((mint->groups[i].Attributes & SE_GROUP_LOGON_ID) == SE_GROUP_LOGON_ID)
            return mint->groups[i].Sid;
    }
    return NULL;
}

static bool is_enabled_member(const struct logon_mint *mint, const SID *sid)
{
    for (size_t i = 0; i < mint->spec.n_groups; i++) {
        if (sid_equal(mint->groups[i].Sid, sid))
            return mint->groups[i].Attributes & SE_GROUP_ENABLED;
    }
    return false;
}

static void put_package_groups(struct logon_mint *mint, const struct logon_identity *identity,
                               const SID *administrators)
{
    for (size_t i = 0; i < identity->n_groups; i++) {
        uint32_t attributes = identity->groups[i].Attributes;

        if (sid_equal(identity->groups[i].Sid, administrators) && (attributes & SE_GROUP_ENABLED))
            attributes |= SE_GROUP_OWNER;
        put_group(mint, identity->groups[i].Sid, attributes);
    }
}

static nt_status add_logon_groups(struct logon_mint *mint, const struct logon_kind *kind,
                                  const struct logon_context *context)
{
    const int types[] = { WinWorldSid,       WinAuthenticatedUserSid, WinThisOrganizationSid,
                          kind->groups[0],   kind->groups[1],         WinLocalSid,
                          WinBuiltinUsersSid };

    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        nt_status st =
            types[i] == NO_GROUP ? NT_OK : add_well_known(mint, types[i], GROUP_ATTRIBUTES);
        if (nt_failed(st))
            return st;
    }
    /* Who logs others on may have given one (LsaLogonUser's LocalGroups). */
    return find_logon_sid(mint) ? NT_OK : add_logon_sid(mint, context->logon_sid_luid);
}

static nt_status make_room(struct logon_mint *mint, size_t n)
{
    size_t capacity = mint->spec.n_groups + n + ADDED_GROUPS_MAX;
    SID_AND_ATTRIBUTES *groups = reallocarray(mint->groups, capacity, sizeof(*groups));
    uint32_t *gids;

    if (!groups)
        return NT(NO_MEMORY);
    mint->groups = groups;
    mint->spec.groups = groups;
    gids = reallocarray(mint->gids, capacity, sizeof(*gids));
    if (!gids)
        return NT(NO_MEMORY);
    mint->gids = gids;
    mint->spec.gids = gids;
    return NT_OK;
}

/* The local groups of all that counts so far. Their SIDs are borrowed from the membership. */
static nt_status find_aliases(const struct logon_mint *mint, const Membership *membership,
                              struct membership_groups *ret)
{
    const size_t n_max = TOKEN_IMAGE_SIDS_MAX - ADDED_GROUPS_MAX - 1 - mint->spec.n_groups;
    _cleanup_(freep) const SID **sids = calloc(mint->spec.n_groups + 1, sizeof(*sids));
    size_t n = 0;

    if (!sids)
        return NT(NO_MEMORY);
    sids[n++] = mint->user.Sid;
    for (size_t i = 0; i < mint->spec.n_groups; i++) {
        if (mint->groups[i].Attributes & SE_GROUP_ENABLED)
            sids[n++] = mint->groups[i].Sid;
    }
    return membership_expand(membership, ret, sids, n, n_max);
}

static nt_status add_aliases(struct logon_mint *mint, const Membership *membership,
                             const SID *administrators)
{
    struct membership_groups aliases = { 0 };
    nt_status st = find_aliases(mint, membership, &aliases);

    if (!nt_failed(st))
        st = make_room(mint, aliases.n);
    for (size_t i = 0; i < aliases.n && !nt_failed(st); i++) {
        uint32_t owner = sid_equal(aliases.sids[i], administrators) ? SE_GROUP_OWNER : 0;

        put_group(mint, aliases.sids[i], GROUP_ATTRIBUTES | owner);
    }
    free((void *)aliases.sids);
    return st;
}

static nt_status add_groups(struct logon_mint *mint, const struct logon_identity *identity,
                            const struct logon_kind *kind, const struct logon_context *context,
                            const sid_buffer *administrators)
{
    bool local = sid_in_domain(identity->user, context->machine);
    bool elevated;
    nt_status st = NT_OK;

    if (idmap_sid_to_uid(context->machine, identity->user) == 0)
        st = add_group(mint, administrators, GROUP_ATTRIBUTES | SE_GROUP_OWNER);
    if (!nt_failed(st))
        st = add_logon_groups(mint, kind, context);
    if (!nt_failed(st) && local)
        st = add_nt_group(mint, RID_LOCAL_ACCOUNT);
    if (!nt_failed(st))
        st = add_aliases(mint, context->membership, &administrators->sid);
    if (nt_failed(st))
        return st;
    elevated = is_enabled_member(mint, &administrators->sid);
    mint->spec.elevated = elevated;
    if (local && elevated)
        st = add_nt_group(mint, RID_LOCAL_ACCOUNT_AND_ADMINISTRATOR);
    if (nt_failed(st))
        return st;
    return add_label(mint, elevated ? SECURITY_MANDATORY_HIGH_RID : SECURITY_MANDATORY_MEDIUM_RID);
}

/* The kernel ids follow from the SIDs; without a group id there is no Unix identity at all. */
static void set_kernel_ids(struct logon_mint *mint, const struct logon_identity *identity,
                           const SID *machine)
{
    struct token_spec *spec = &mint->spec;

    spec->uid = idmap_sid_to_uid(machine, identity->user);
    spec->gid = idmap_sid_to_gid(machine, spec->primary_group);
    if (spec->uid == IDMAP_NO_ID || spec->gid == IDMAP_NO_ID) {
        spec->uid = IDMAP_NO_ID;
        spec->gid = IDMAP_NO_ID;
        return;
    }
    for (size_t i = 0; i < spec->n_groups; i++) {
        uint32_t gid = idmap_sid_to_gid(machine, mint->groups[i].Sid);

        if (gid != IDMAP_NO_ID && (mint->groups[i].Attributes & SE_GROUP_ENABLED))
            mint->gids[spec->n_gids++] = gid;
    }
}

static nt_status set_primary_group(struct logon_mint *mint, const struct logon_identity *identity,
                                   const SID *machine)
{
    sid_buffer users;
    nt_status st;

    if (identity->primary_group) {
        mint->spec.primary_group = (PSID)(uintptr_t)identity->primary_group;
        put_group(mint, identity->primary_group, GROUP_ATTRIBUTES);
        return NT_OK;
    }
    for (size_t i = 0; i < identity->n_groups; i++) {
        if (idmap_sid_to_gid(machine, identity->groups[i].Sid) != IDMAP_NO_ID) {
            mint->spec.primary_group = identity->groups[i].Sid;
            return NT_OK;
        }
    }
    st = well_known_make(&users, WinBuiltinUsersSid, NULL);
    if (nt_failed(st))
        return st;
    st = add_group(mint, &users, GROUP_ATTRIBUTES);
    mint->spec.primary_group = &mint->sids[mint->n_sids - 1].sid;
    return st;
}

/* What the policy assigns, to the user and the groups: privileges, and the right to log on. */
static nt_status apply_policy(struct logon_mint *mint, const struct logon_identity *identity,
                              const struct logon_context *context)
{
    struct account_rights rights = policy_rights_of_token(context->policy, &mint->spec);
    uint64_t present = (rights.privileges | identity->privileges_present) & PRIVILEGE_MASK_ALL;

    mint->spec.privileges_present = present;
    mint->spec.privileges_enabled =
        present & (PRIVILEGE_MASK_DEFAULT | identity->privileges_enabled);
    mint->spec.privileges_default = mint->spec.privileges_enabled;
    return context->flags & LOGON_RUNS_ALREADY ? NT_OK
                                               : account_rights_check(rights, context->logon_type);
}

static nt_status make_default_dacl(struct logon_mint *mint, const SID *user, const SID *logon_sid)
{
    sid_buffer system;
    nt_status st = well_known_make(&system, WinLocalSystemSid, NULL);

    if (nt_failed(st))
        return st;
    const struct ace aces[] = {
        { .type = ACCESS_ALLOWED_ACE_TYPE, .mask = GENERIC_ALL, .sid = user },
        { .type = ACCESS_ALLOWED_ACE_TYPE, .mask = GENERIC_ALL, .sid = &system.sid },
        { .type = ACCESS_ALLOWED_ACE_TYPE,
          .mask = GENERIC_READ | GENERIC_EXECUTE,
          .sid = logon_sid },
    };
    st = acl_build(&mint->dacl, aces, ARRAY_SIZE(aces) - (logon_sid ? 0 : 1));
    mint->spec.default_dacl = mint->dacl;
    return st;
}

static nt_status mint_logon(struct logon_mint *mint, const struct logon_kind *kind,
                            const struct logon_identity *identity,
                            const struct logon_context *context)
{
    struct token_spec *spec = &mint->spec;
    sid_buffer administrators;
    nt_status st = well_known_make(&administrators, WinBuiltinAdministratorsSid, NULL);

    if (nt_failed(st))
        return st;
    put_package_groups(mint, identity, &administrators.sid);
    st = set_primary_group(mint, identity, context->machine);
    if (nt_failed(st))
        return st;
    st = add_groups(mint, identity, kind, context, &administrators);
    if (nt_failed(st))
        return st;
    set_kernel_ids(mint, identity, context->machine);
    st = apply_policy(mint, identity, context);
    if (nt_failed(st))
        return st;
    spec->type = kind->token_type;
    spec->level = kind->level;
    spec->origin_id = context->origin;
    spec->expiration = identity->expiration;
    spec->elevation_type = TokenElevationTypeDefault;
    spec->mandatory_policy = TOKEN_MANDATORY_POLICY_VALID_MASK;
    spec->owner = (PSID)(uintptr_t)identity->owner;
    memcpy(spec->source_name, context->source.name, sizeof(spec->source_name));
    spec->source_id = context->source.id;
    spec->default_dacl = identity->default_dacl;
    return identity->default_dacl ? NT_OK
                                  : make_default_dacl(mint, identity->user, find_logon_sid(mint));
}

nt_status logon_mint_set_integrity(struct logon_mint *mint, uint32_t rid)
{
    sid_buffer *label = &mint->sids[mint->n_sids];
    nt_status st =
        mint->n_sids < ADDED_GROUPS_MAX ? sid_make(label, 16, 1, &rid) : NT(INTERNAL_ERROR);

    if (nt_failed(st))
        return st;
    mint->n_sids++;
    for (size_t i = 0; i < mint->spec.n_groups; i++) {
        if (mint->groups[i].Attributes & SE_GROUP_INTEGRITY)
            mint->groups[i].Sid = label;
    }
    return NT_OK;
}

nt_status logon_mint(struct logon_mint *ret, const struct logon_identity *identity,
                     const struct logon_context *context)
{
    const struct logon_kind *kind = kind_of(context->logon_type);
    nt_status st;

    if (!kind)
        return NT(INVALID_LOGON_TYPE);
    st = mint_init(ret, identity->user, identity->n_groups);
    if (nt_failed(st))
        return st;
    st = mint_logon(ret, kind, identity, context);
    if (nt_failed(st))
        logon_mint_done(ret);
    return st;
}

#define P(name) PRIVILEGE_BIT(PRIVILEGE_##name)

/* Those of SYSTEM's that are enabled from the start. SYSTEM has all privileges. */
static const uint64_t system_enabled =
    P(LOCK_MEMORY) | P(TCB) | P(SYSTEM_PROFILE) | P(PROFILE_SINGLE_PROCESS) |
    P(INCREASE_BASE_PRIORITY) | P(CREATE_PAGEFILE) | P(CREATE_PERMANENT) | P(DEBUG) | P(AUDIT) |
    P(CHANGE_NOTIFY) | P(IMPERSONATE) | P(CREATE_GLOBAL) | P(INCREASE_WORKING_SET) | P(TIME_ZONE) |
    P(CREATE_SYMBOLIC_LINK) | P(DELEGATE_SESSION_USER_IMPERSONATE);

static nt_status add_system_groups(struct logon_mint *mint)
{
    static const struct {
        int type;
        uint32_t attributes;
    } groups[] = {
        { WinBuiltinAdministratorsSid,
          SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED | SE_GROUP_OWNER },
        { WinWorldSid, GROUP_ATTRIBUTES },
        { WinAuthenticatedUserSid, GROUP_ATTRIBUTES },
    };

    for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
        nt_status st = add_well_known(mint, groups[i].type, groups[i].attributes);
        if (nt_failed(st))
            return st;
    }
    return add_label(mint, SECURITY_MANDATORY_SYSTEM_RID);
}

static nt_status mint_system(struct logon_mint *mint, const struct logon_kernel_ids *ids)
{
    static const SID system = {
        SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { SECURITY_LOCAL_SYSTEM_RID }
    };
    struct token_spec *spec = &mint->spec;
    nt_status st = mint_init(mint, &system, 0);

    if (nt_failed(st))
        return st;
    st = add_system_groups(mint);
    if (nt_failed(st))
        return st;
    spec->type = TokenPrimary;
    spec->expiration = INT64_MAX;
    spec->elevation_type = TokenElevationTypeDefault;
    spec->elevated = 1;
    spec->mandatory_policy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP;
    memcpy(spec->source_name, "*SYSTEM*", sizeof(spec->source_name));
    spec->primary_group = mint->user.Sid;
    spec->privileges_present = PRIVILEGE_MASK_ALL;
    spec->privileges_enabled = system_enabled;
    spec->privileges_default = system_enabled;
    spec->uid = ids->uid;
    spec->gid = ids->gid;
    spec->gids = ids->gids;
    spec->n_gids = ids->n_gids;
    return make_default_dacl(mint, &system, NULL);
}

nt_status logon_mint_system(struct logon_mint *ret, const struct logon_kernel_ids *ids)
{
    nt_status st = mint_system(ret, ids);

    if (nt_failed(st))
        logon_mint_done(ret);
    return st;
}

static nt_status mint_anonymous(struct logon_mint *mint, const SID *anonymous, uint64_t origin)
{
    struct token_spec *spec = &mint->spec;
    nt_status st = mint_init(mint, anonymous, 0);

    if (!nt_failed(st))
        st = add_label(mint, SECURITY_MANDATORY_UNTRUSTED_RID);
    if (nt_failed(st))
        return st;
    spec->type = TokenImpersonation;
    spec->level = SecurityImpersonation;
    spec->origin_id = origin;
    spec->expiration = INT64_MAX;
    spec->elevation_type = TokenElevationTypeDefault;
    spec->mandatory_policy = TOKEN_MANDATORY_POLICY_VALID_MASK;
    memcpy(spec->source_name, "*SYSTEM*", sizeof(spec->source_name));
    spec->primary_group = mint->user.Sid;
    spec->uid = KERNEL_NOBODY;
    spec->gid = KERNEL_NOBODY;
    return make_default_dacl(mint, anonymous, NULL);
}

nt_status logon_mint_anonymous(struct logon_mint *ret, const SID *anonymous, uint64_t origin)
{
    nt_status st = mint_anonymous(ret, anonymous, origin);

    if (nt_failed(st))
        logon_mint_done(ret);
    return st;
}
