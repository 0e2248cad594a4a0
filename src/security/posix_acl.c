/* SPDX-License-Identifier: MIT */
#include "security/posix_acl.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "security/idmap.h"
#include "security/posix_rights.h"
#include "security/well_known.h"

enum {
    PERM_ALL = POSIX_READ | POSIX_WRITE | POSIX_EXECUTE,
    TO_CHILDREN = OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE | INHERIT_ONLY_ACE,
};

/* --- the ACL itself ----------------------------------------------------------------------- */

void posix_acl_from_mode(struct posix_acl *ret, uint32_t mode)
{
    ret->n = 0;
    ret->entries[ret->n++] = (struct posix_entry){ POSIX_USER_OBJ, mode >> 6 & PERM_ALL, 0 };
    ret->entries[ret->n++] = (struct posix_entry){ POSIX_GROUP_OBJ, mode >> 3 & PERM_ALL, 0 };
    ret->entries[ret->n++] = (struct posix_entry){ POSIX_OTHER, mode & PERM_ALL, 0 };
}

/* The permissions of the first entry with the tag; the fallback's when there is none. */
static uint32_t perm_of(const struct posix_acl *acl, uint16_t tag, uint32_t fallback)
{
    for (size_t i = 0; i < acl->n; i++) {
        if (acl->entries[i].tag == tag)
            return acl->entries[i].perm;
    }
    return fallback;
}

static uint32_t mask_of(const struct posix_acl *acl)
{
    return perm_of(acl, POSIX_MASK, PERM_ALL);
}

uint32_t posix_acl_to_mode(const struct posix_acl *acl, uint32_t mode)
{
    uint32_t group = perm_of(acl, POSIX_MASK, perm_of(acl, POSIX_GROUP_OBJ, 0));

    return (mode & ~0777u) | perm_of(acl, POSIX_USER_OBJ, 0) << 6 | group << 3 |
           perm_of(acl, POSIX_OTHER, 0);
}

bool posix_acl_is_mode(const struct posix_acl *acl)
{
    return acl->n == 3;
}

static bool is_tag(uint32_t tag)
{
    return tag != 0 && tag <= POSIX_OTHER && (tag & (tag - 1)) == 0;
}

bool posix_acl_valid(const struct posix_acl *acl)
{
    uint32_t needed = POSIX_USER_OBJ | POSIX_GROUP_OBJ | POSIX_OTHER;
    uint32_t seen = 0, last = 0;

    for (size_t i = 0; i < acl->n; i++) {
        const struct posix_entry *e = &acl->entries[i];
        bool many = e->tag == POSIX_USER || e->tag == POSIX_GROUP;

        if (!is_tag(e->tag) || e->perm > PERM_ALL || e->tag < last || (e->tag == last && !many))
            return false;
        last = e->tag;
        seen |= e->tag;
    }
    if (seen & (POSIX_USER | POSIX_GROUP))
        needed |= POSIX_MASK;
    return (seen & needed) == needed;
}

/*
 * Whether the entry is looked at. Linux looks into an ACL only when the mode's group bits, which
 * are the mask, are not all zero: else those whom an entry names are like any others.
 */
static bool is_effective(const struct posix_acl *acl, const struct posix_entry *e)
{
    bool named = e->tag == POSIX_USER || e->tag == POSIX_GROUP;

    return e->tag != POSIX_MASK && (!named || mask_of(acl) != 0);
}

/* What an entry grants, mask applied. */
static uint32_t entry_perm(const struct posix_acl *acl, const struct posix_entry *e)
{
    bool masked = e->tag == POSIX_USER || e->tag == POSIX_GROUP || e->tag == POSIX_GROUP_OBJ;

    return masked ? e->perm & mask_of(acl) : e->perm;
}

bool posix_acl_equal(const struct posix_acl *a, const struct posix_acl *b)
{
    bool equal = a->n == b->n;

    for (size_t i = 0; i < a->n && equal; i++) {
        const struct posix_entry *x = &a->entries[i], *y = &b->entries[i];

        equal = x->tag == y->tag && x->perm == y->perm && x->id == y->id;
    }
    return equal;
}

/* --- to a descriptor ---------------------------------------------------------------------- */

/* ACEs that are being made; each has a SID of its own. */
struct ace_list {
    struct ace *aces;
    sid_buffer *sids;
    size_t n;
};

/* What one ACL's ACEs have in common. */
struct section {
    const struct posix_acl *acl;
    const struct posix_security *security;
    const SID *machine;
    const SID *owner, *group; /* whom the entries without an id are about */
    uint8_t flags;
    uint32_t others; /* permissions that some other class than the owner's has */
    uint32_t other;  /* everyone's */
};

static bool is_directory(const struct posix_security *s)
{
    return S_ISDIR(s->mode);
}

/* Who may write to a directory may delete what is in it, but for a sticky one. A default ACL goes
 * to new directories, which are not sticky. */
static uint32_t write_extra(const struct section *s, const struct posix_entry *e)
{
    if (!is_directory(s->security))
        return 0;
    if (e->tag == POSIX_USER_OBJ || s->flags || !(s->security->mode & S_ISVTX))
        return FILE_DELETE_CHILD;
    return 0;
}

static uint32_t allowed_rights(const struct section *s, const struct posix_entry *e)
{
    uint32_t perm = entry_perm(s->acl, e);
    uint32_t rights = e->tag == POSIX_USER_OBJ ? POSIX_RIGHTS_OWNER : POSIX_RIGHTS_ALWAYS;

    for (size_t i = 0; i < ARRAY_SIZE(posix_rights); i++) {
        if (perm & posix_rights[i].perm)
            rights |= posix_rights[i].told;
    }
    return perm & POSIX_WRITE ? rights | write_extra(s, e) : rights;
}

static uint32_t denied_rights(const struct section *s, uint32_t perm)
{
    uint32_t rights = 0;

    for (size_t i = 0; i < ARRAY_SIZE(posix_rights); i++) {
        if (perm & posix_rights[i].perm)
            rights |= posix_rights[i].decisive;
    }
    if ((perm & POSIX_WRITE) && is_directory(s->security))
        rights |= FILE_DELETE_CHILD;
    return rights;
}

/* What another class would give those whom the entry alone is to decide on. */
static uint32_t refused_perm(const struct section *s, const struct posix_entry *e)
{
    bool is_group = e->tag == POSIX_GROUP_OBJ || e->tag == POSIX_GROUP;

    return (is_group ? s->other : s->others) & ~entry_perm(s->acl, e);
}

static nt_status entry_sid(sid_buffer *ret, const struct section *s, const struct posix_entry *e)
{
    static const SID everyone = { 1, 1, { { 0, 0, 0, 0, 0, 1 } }, { 0 } };

    if (e->tag == POSIX_USER)
        return idmap_uid_to_sid(ret, s->machine, e->id);
    if (e->tag == POSIX_GROUP)
        return idmap_gid_to_sid(ret, s->machine, e->id);
    const SID *sid = e->tag == POSIX_USER_OBJ    ? s->owner
                     : e->tag == POSIX_GROUP_OBJ ? s->group
                                                 : &everyone;
    return sid_copy(ret, sizeof(*ret), sid);
}

/* Adds one ACE about the entry; none when it would deny nothing. */
static nt_status add_ace(struct ace_list *list, const struct section *s, uint8_t type,
                         const struct posix_entry *e)
{
    bool denies = type == ACCESS_DENIED_ACE_TYPE;
    uint32_t mask = denies ? denied_rights(s, refused_perm(s, e)) : allowed_rights(s, e);

    if (mask == 0)
        return NT_OK;
    nt_status st = entry_sid(&list->sids[list->n], s, e);
    if (nt_failed(st))
        return NT_IS(st, INVALID_PARAMETER) ? NT(NONE_MAPPED) : st;
    list->aces[list->n] = (struct ace){
        .type = type, .flags = s->flags, .mask = mask, .sid = &list->sids[list->n].sid
    };
    list->n++;
    return NT_OK;
}

/* The owner's class comes before an entry that names the owner: that one decides nothing. */
static bool is_told(const struct section *s, const struct posix_entry *e)
{
    return is_effective(s->acl, e) &&
           (e->tag != POSIX_USER || s->flags || e->id != s->security->uid);
}

/* ACEs of one type for all entries whose tag is among the given. */
static nt_status add_class(struct ace_list *list, const struct section *s, uint8_t type,
                           uint32_t tags)
{
    nt_status st = NT_OK;

    for (size_t i = 0; i < s->acl->n && !nt_failed(st); i++) {
        const struct posix_entry *e = &s->acl->entries[i];

        if ((e->tag & tags) && is_told(s, e))
            st = add_ace(list, s, type, e);
    }
    return st;
}

static void section_init(struct section *s)
{
    bool to_children = s->flags != 0;

    for (size_t i = 0; i < s->acl->n; i++) {
        const struct posix_entry *e = &s->acl->entries[i];
        bool counts = e->tag != POSIX_USER_OBJ && (e->tag != POSIX_USER || to_children);

        if (counts && is_told(s, e))
            s->others |= entry_perm(s->acl, e);
    }
    s->other = perm_of(s->acl, POSIX_OTHER, 0);
}

/* One run of ACEs: those of a type for some classes, of the access or of the default ACL. */
struct step {
    uint8_t type;
    uint8_t section; /* index */
    uint32_t tags;
};

/*
 * Denials before permissions wherever that says the same. Groups add up, so that what Everyone has
 * can be denied to a group's members only behind what all groups allow. Users named in a default
 * ACL may turn out to be the owner, who comes first.
 */
static const struct step steps[] = {
    { ACCESS_DENIED_ACE_TYPE, 0, POSIX_USER_OBJ | POSIX_USER },
    { ACCESS_DENIED_ACE_TYPE, 1, POSIX_USER_OBJ },
    { ACCESS_ALLOWED_ACE_TYPE, 0, POSIX_USER_OBJ | POSIX_USER | POSIX_GROUP_OBJ | POSIX_GROUP },
    { ACCESS_DENIED_ACE_TYPE, 0, POSIX_GROUP_OBJ | POSIX_GROUP },
    { ACCESS_ALLOWED_ACE_TYPE, 0, POSIX_OTHER },
    { ACCESS_ALLOWED_ACE_TYPE, 1, POSIX_USER_OBJ },
    { ACCESS_DENIED_ACE_TYPE, 1, POSIX_USER },
    { ACCESS_ALLOWED_ACE_TYPE, 1, POSIX_USER | POSIX_GROUP_OBJ | POSIX_GROUP },
    { ACCESS_DENIED_ACE_TYPE, 1, POSIX_GROUP_OBJ | POSIX_GROUP },
    { ACCESS_ALLOWED_ACE_TYPE, 1, POSIX_OTHER },
};

/* Uid 0 is SYSTEM and may do everything, but not execute what nobody may. */
static void add_system(struct ace_list *list, const struct posix_security *s)
{
    static const SID system_sid = { 1, 1, { { 0, 0, 0, 0, 0, 5 } }, { SECURITY_LOCAL_SYSTEM_RID } };
    bool runs = is_directory(s) || (s->mode & (S_IXUSR | S_IXGRP | S_IXOTH));

    list->aces[list->n++] = (struct ace){
        .type = ACCESS_ALLOWED_ACE_TYPE,
        .mask = runs ? FILE_ALL_ACCESS : FILE_ALL_ACCESS & ~(uint32_t)FILE_EXECUTE,
        .sid = &system_sid,
    };
}

static nt_status add_steps(struct ace_list *list, const struct section sections[2])
{
    nt_status st = NT_OK;
    bool system_told = false;

    for (size_t i = 0; i < ARRAY_SIZE(steps) && !nt_failed(st); i++) {
        const struct step *step = &steps[i];

        if (step->type == ACCESS_ALLOWED_ACE_TYPE && !system_told) {
            add_system(list, sections[0].security);
            system_told = true;
        }
        st = add_class(list, &sections[step->section], step->type, step->tags);
    }
    return st;
}

static nt_status build_dacl(ACL **ret, const struct section sections[2])
{
    size_t room = 2 * (sections[0].acl->n + sections[1].acl->n) + 1;
    _cleanup_(freep) struct ace *aces = calloc(room, sizeof(*aces));
    _cleanup_(freep) sid_buffer *sids = calloc(room, sizeof(*sids));
    struct ace_list list = { .aces = aces, .sids = sids };

    if (!aces || !sids)
        return NT(NO_MEMORY);
    nt_status st = add_steps(&list, sections);
    return nt_failed(st) ? st : acl_build(ret, list.aces, list.n);
}

static nt_status own_sids(sid_buffer *owner, sid_buffer *group, const struct posix_security *s,
                          const SID *machine)
{
    nt_status st = idmap_uid_to_sid(owner, machine, s->uid);

    if (!nt_failed(st))
        st = idmap_gid_to_sid(group, machine, s->gid);
    return NT_IS(st, INVALID_PARAMETER) ? NT(NONE_MAPPED) : st;
}

nt_status posix_to_descriptor(void **ret, size_t *ret_size, const struct posix_security *security,
                              const SID *machine)
{
    static const SID creator_owner = { 1, 1, { { 0, 0, 0, 0, 0, 3 } }, { 0 } };
    static const SID creator_group = { 1, 1, { { 0, 0, 0, 0, 0, 3 } }, { 1 } };
    _cleanup_(freep) ACL *dacl = NULL;
    sid_buffer owner, group;
    struct section sections[2] = {
        { .acl = &security->access, .owner = &owner.sid, .group = &group.sid },
        { .acl = &security->initial,
          .owner = &creator_owner,
          .group = &creator_group,
          .flags = TO_CHILDREN },
    };

    nt_status st = own_sids(&owner, &group, security, machine);
    if (nt_failed(st))
        return st;
    for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
        sections[i].security = security;
        sections[i].machine = machine;
        section_init(&sections[i]);
    }
    st = build_dacl(&dacl, sections);
    if (nt_failed(st))
        return st;
    const struct descriptor d = { .control = SE_DACL_PRESENT | SE_DACL_PROTECTED,
                                  .owner = &owner.sid,
                                  .group = &group.sid,
                                  .dacl = dacl };
    return descriptor_build(ret, ret_size, &d);
}
