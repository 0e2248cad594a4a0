/* SPDX-License-Identifier: MIT */
/*
 * From a DACL to POSIX ACLs. A DACL's order decides and its subjects overlap; of a POSIX ACL one
 * class alone decides. So each class gets a right only when the DACL grants it to every token that
 * the class is about, whatever else is in that token: the result is never more permissive. It is
 * exact when the DACL refuses every other right to all of these tokens, too.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "security/access_check.h"
#include "security/idmap.h"
#include "security/posix_acl.h"
#include "security/posix_rights.h"

enum {
    INHERIT_BOTH = OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE,
    /* Places of the classes without an id, until the entries are put into the kernel's order. */
    AT_OWNER = 0,
    AT_GROUP = 1,
    AT_OTHER = 2,
    N_CLASSES = 3,
    /* Whom a rule is about, when not one of the entries. */
    WHO_STRANGER = -1, /* somebody that a POSIX ACL cannot name: it may be anyone */
    WHO_NOBODY = -2,   /* no token holds that SID, or its ACE changes nothing */
};

/* An ACE in terms of entries. */
struct rule {
    int who; /* index of the entry */
    bool denies;
    uint32_t mask;
};

/* One POSIX ACL in the making. The entries tell whom the rules are about. */
struct draft {
    const struct posix_security *security;
    const SID *machine;
    bool to_children;
    bool exact;
    bool inheritable;      /* an ACE is there that makes a default ACL */
    uint32_t owner_rights; /* what ACEs about OWNER RIGHTS allow */
    bool owner_rights_ace;
    struct posix_acl *acl;
    struct rule *rules;
    size_t n_rules;
    bool delete_child[POSIX_ACL_MAX]; /* by entry: whether it may delete what is in a directory */
};

static const GENERIC_MAPPING file_mapping = { FILE_GENERIC_READ, FILE_GENERIC_WRITE,
                                              FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS };

/* --- whom an ACE is about ----------------------------------------------------------------- */

static nt_status find_entry(int *ret, struct draft *d, uint16_t tag, uint32_t id)
{
    struct posix_acl *acl = d->acl;

    for (size_t i = N_CLASSES; i < acl->n; i++) {
        if (acl->entries[i].tag == tag && acl->entries[i].id == id) {
            *ret = (int)i;
            return NT_OK;
        }
    }
    /* A named entry needs a mask beside it. */
    if (acl->n >= POSIX_ACL_MAX - 1)
        return NT(NOT_SUPPORTED);
    acl->entries[acl->n] = (struct posix_entry){ tag, 0, id };
    *ret = (int)acl->n++;
    return NT_OK;
}

/* What well-known SIDs stand for, in an ACE for the file itself and in one for new children. */
static const struct {
    uint8_t authority;
    uint32_t sub;
    int here, children;
} known_subjects[] = {
    { 1, SECURITY_WORLD_RID, AT_OTHER, AT_OTHER },
    { 3, SECURITY_CREATOR_OWNER_RID, WHO_NOBODY, AT_OWNER },
    { 3, SECURITY_CREATOR_GROUP_RID, WHO_NOBODY, AT_GROUP },
    { 3, SECURITY_CREATOR_OWNER_RIGHTS_RID, AT_OWNER, AT_OWNER },
    { 5, SECURITY_LOCAL_SYSTEM_RID, WHO_NOBODY, WHO_NOBODY },
};

static int known_subject(const struct draft *d, const SID *sid)
{
    if (sid_n_subs(sid) != 1)
        return WHO_STRANGER;
    for (size_t i = 0; i < ARRAY_SIZE(known_subjects); i++) {
        if (sid_authority(sid) == known_subjects[i].authority &&
            sid_sub(sid, 0) == known_subjects[i].sub)
            return d->to_children ? known_subjects[i].children : known_subjects[i].here;
    }
    return WHO_STRANGER;
}

static nt_status find_subject(int *ret, struct draft *d, const SID *sid)
{
    uint32_t uid = idmap_sid_to_uid(d->machine, sid);
    uint32_t gid = idmap_sid_to_gid(d->machine, sid);

    *ret = AT_OWNER;
    if (uid != IDMAP_NO_ID)
        return uid == d->security->uid && !d->to_children ? NT_OK
                                                          : find_entry(ret, d, POSIX_USER, uid);
    *ret = AT_GROUP;
    if (gid != IDMAP_NO_ID)
        return gid == d->security->gid && !d->to_children ? NT_OK
                                                          : find_entry(ret, d, POSIX_GROUP, gid);
    *ret = known_subject(d, sid);
    return NT_OK;
}

/* --- what it says ------------------------------------------------------------------------- */

static bool is_single_sub(const SID *sid, uint64_t authority, uint32_t sub)
{
    return sid_n_subs(sid) == 1 && sid_authority(sid) == authority && sid_sub(sid, 0) == sub;
}

/* Without WRITE_DAC there the owner could not chmod() any more; on Linux he always can. */
static void note_owner_rights(struct draft *d, const struct ace *ace, const struct rule *rule)
{
    if (!is_single_sub(ace->sid, 3, SECURITY_CREATOR_OWNER_RIGHTS_RID))
        return;
    d->owner_rights_ace = true;
    if (!rule->denies)
        d->owner_rights |= rule->mask;
}

/* Whether all that the ACE says can be said on Linux or is so in any case. */
static bool is_sayable(const struct draft *d, const struct ace *ace, const struct rule *rule)
{
    if (rule->mask & ~(uint32_t)FILE_ALL_ACCESS)
        return false;
    if (rule->denies &&
        (rule->who == WHO_STRANGER || is_single_sub(ace->sid, 5, SECURITY_LOCAL_SYSTEM_RID)))
        return false;
    if (rule->denies)
        return rule->who == WHO_NOBODY || (rule->mask & ~(uint32_t)POSIX_RIGHTS_FIXED) != 0;
    if (rule->who == WHO_STRANGER)
        return false;
    return rule->who == AT_OWNER || rule->who == WHO_NOBODY || !(rule->mask & POSIX_RIGHTS_CONTROL);
}

/* An ACE of a type that a POSIX ACL has nothing like: what may deny denies everyone everything. */
static struct rule foreign_rule(const struct ace *ace)
{
    static const uint8_t harmless[] = { ACCESS_ALLOWED_OBJECT_ACE_TYPE,
                                        ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
                                        ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE };

    if (memchr(harmless, ace->type, sizeof(harmless)))
        return (struct rule){ WHO_NOBODY, false, 0 };
    return (struct rule){ WHO_STRANGER, true, UINT32_MAX };
}

static nt_status make_rule(struct rule *ret, struct draft *d, const struct ace *ace)
{
    if (ace->type != ACCESS_ALLOWED_ACE_TYPE && ace->type != ACCESS_DENIED_ACE_TYPE) {
        *ret = foreign_rule(ace);
        d->exact = false;
        return NT_OK;
    }
    *ret = (struct rule){ .denies = ace->type == ACCESS_DENIED_ACE_TYPE,
                          .mask = access_map_generic(ace->mask, &file_mapping) };
    nt_status st = find_subject(&ret->who, d, ace->sid);
    if (nt_failed(st))
        return st;
    note_owner_rights(d, ace, ret);
    d->exact = d->exact && is_sayable(d, ace, ret);
    return NT_OK;
}

/* Whether the ACE is about what is drafted: the file itself, or its new children. */
static bool is_about(struct draft *d, const struct ace *ace)
{
    bool inherits = S_ISDIR(d->security->mode) && (ace->flags & INHERIT_BOTH);

    if (!d->to_children)
        return !(ace->flags & INHERIT_ONLY_ACE);
    if (!inherits)
        return false;
    d->inheritable = true;
    /* A default ACL is for files and directories alike, and goes down the whole tree. */
    if ((ace->flags & INHERIT_BOTH) == INHERIT_BOTH && !(ace->flags & NO_PROPAGATE_INHERIT_ACE))
        return true;
    d->exact = false;
    return ace->type != ACCESS_ALLOWED_ACE_TYPE;
}

static nt_status read_rules(struct draft *d, const ACL *dacl)
{
    struct acl_walk walk;
    struct ace ace;

    acl_walk_start(&walk, dacl);
    while (acl_walk_next(&walk, &ace)) {
        if (!is_about(d, &ace))
            continue;
        struct rule *rule = &d->rules[d->n_rules];
        nt_status st = make_rule(rule, d, &ace);
        if (nt_failed(st))
            return st;
        if (rule->who != WHO_NOBODY)
            d->n_rules++;
    }
    return walk.malformed ? NT(INVALID_ACL) : NT_OK;
}

/* --- what a class may --------------------------------------------------------------------- */

static bool is_group_tag(uint16_t tag)
{
    return tag == POSIX_GROUP_OBJ || tag == POSIX_GROUP;
}

enum overlap {
    OVERLAP_NONE,   /* no token of the entry has the other's SID, or the other is nobody's */
    OVERLAP_ALWAYS, /* all have */
    OVERLAP_MAYBE,
};

/* Whether tokens that an entry decides on hold the SID that a rule names. */
static enum overlap overlap_of(const struct draft *d, size_t entry, int who)
{
    uint16_t tag = d->acl->entries[entry].tag;

    if (who == WHO_STRANGER || who == AT_OTHER || who == (int)entry)
        return OVERLAP_ALWAYS;
    uint16_t other = d->acl->entries[who].tag;
    if (is_group_tag(other))
        return tag == POSIX_OTHER ? OVERLAP_NONE : OVERLAP_MAYBE;
    /* The owner of a new child may be any user; a user who is not the owner is only himself. */
    return tag == POSIX_USER_OBJ && d->to_children ? OVERLAP_MAYBE : OVERLAP_NONE;
}

/*
 * Whether all tokens of the entry get one right. Groups add up in both worlds: what another group
 * allows to a member of this one it allows on Linux, too.
 */
static bool grants_right(struct draft *d, size_t entry, uint32_t right)
{
    bool may_be_denied = false, may_be_allowed = false, allowed = false, decided = false;
    bool is_group = is_group_tag(d->acl->entries[entry].tag);

    for (size_t i = 0; i < d->n_rules && !decided; i++) {
        const struct rule *rule = &d->rules[i];
        enum overlap overlap = rule->mask & right ? overlap_of(d, entry, rule->who) : OVERLAP_NONE;

        if (rule->who == WHO_STRANGER && !rule->denies)
            continue;
        decided = overlap == OVERLAP_ALWAYS;
        allowed = decided && !rule->denies;
        may_be_denied |= overlap == OVERLAP_MAYBE && rule->denies;
        may_be_allowed |= overlap == OVERLAP_MAYBE && !rule->denies && !is_group;
    }
    if (allowed ? may_be_denied : may_be_allowed)
        d->exact = false;
    return allowed && !may_be_denied;
}

/* A permission is several rights; a part of them cannot be given. */
static bool grants_all(struct draft *d, size_t entry, uint32_t rights)
{
    bool all = true, any = false;

    for (uint32_t right = 1; right <= rights; right <<= 1) {
        if (!(rights & right))
            continue;
        bool granted = grants_right(d, entry, right);
        all = all && granted;
        any = any || granted;
    }
    if (any && !all)
        d->exact = false;
    return all;
}

static void decide_entry(struct draft *d, size_t entry)
{
    struct posix_entry *e = &d->acl->entries[entry];

    e->perm = 0;
    for (size_t i = 0; i < ARRAY_SIZE(posix_rights); i++) {
        if (grants_all(d, entry, posix_rights[i].decisive))
            e->perm |= posix_rights[i].perm;
    }
    if (!S_ISDIR(d->security->mode) || e->tag == POSIX_USER_OBJ)
        return;
    d->delete_child[entry] = grants_right(d, entry, FILE_DELETE_CHILD);
    if (d->delete_child[entry] && !(e->perm & POSIX_WRITE))
        d->exact = false;
}

/*
 * Writers of a directory may delete others' files there, or none of them may (but the owner): that
 * is the sticky bit. Where they differ it is set. New directories are never sticky.
 */
static uint32_t decide_sticky(struct draft *d, uint32_t mode)
{
    size_t n_writers = 0, n_deleters = 0;

    for (size_t i = 0; i < d->acl->n; i++) {
        struct posix_entry *e = &d->acl->entries[i];

        if (e->tag == POSIX_USER_OBJ || !(e->perm & POSIX_WRITE))
            continue;
        n_writers++;
        n_deleters += d->delete_child[i];
        if (d->to_children && !d->delete_child[i]) {
            e->perm &= (uint16_t)~POSIX_WRITE;
            d->exact = false;
        }
    }
    if (d->to_children || n_writers == 0)
        return mode;
    if (n_deleters > 0 && n_deleters < n_writers)
        d->exact = false;
    return n_deleters == n_writers ? mode & ~(uint32_t)S_ISVTX : mode | S_ISVTX;
}

/* --- the whole ---------------------------------------------------------------------------- */

static int compare_entries(const void *a, const void *b)
{
    const struct posix_entry *x = a, *y = b;

    if (x->tag != y->tag)
        return x->tag < y->tag ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

/*
 * The mask limits nobody: it is all that the group class has. It is never empty, since the kernel
 * would then take those whom an entry names for any others.
 */
static void finish_acl(struct posix_acl *acl)
{
    uint16_t mask = 0;

    for (size_t i = 0; i < acl->n; i++) {
        uint16_t tag = acl->entries[i].tag;

        if (tag == POSIX_USER || is_group_tag(tag))
            mask |= acl->entries[i].perm;
    }
    if (acl->n > N_CLASSES)
        acl->entries[acl->n++] = (struct posix_entry){ POSIX_MASK, mask ? mask : POSIX_READ, 0 };
    qsort(acl->entries, acl->n, sizeof(acl->entries[0]), compare_entries);
}

/* One of the two ACLs; the mode's sticky bit goes with the first. */
static nt_status draft_acl(struct draft *d, uint32_t *mode, const ACL *dacl)
{
    _cleanup_(freep) struct rule *rules = calloc(acl_n_aces(dacl) + 1, sizeof(*rules));

    if (!rules)
        return NT(NO_MEMORY);
    d->rules = rules;
    posix_acl_from_mode(d->acl, 0);
    nt_status st = read_rules(d, dacl);
    if (nt_failed(st))
        return st;
    if (d->to_children && !d->inheritable) {
        d->acl->n = 0;
        return NT_OK;
    }
    for (size_t i = 0; i < d->acl->n; i++)
        decide_entry(d, i);
    if (S_ISDIR(d->security->mode))
        *mode = decide_sticky(d, *mode);
    if (d->owner_rights_ace && !(d->owner_rights & WRITE_DAC))
        d->exact = false;
    finish_acl(d->acl);
    return NT_OK;
}

/* A NULL DACL also lets everyone change it, which a mode cannot say. */
static nt_status set_null_dacl(struct posix_security *io, bool *ret_exact)
{
    io->mode = (io->mode & ~(uint32_t)S_ISVTX) | 0777;
    posix_acl_from_mode(&io->access, io->mode);
    io->initial.n = 0;
    *ret_exact = false;
    return NT_OK;
}

nt_status posix_set_dacl(struct posix_security *io, bool *ret_exact, const ACL *dacl,
                         const SID *machine)
{
    if (!dacl)
        return set_null_dacl(io, ret_exact);
    _cleanup_(freep) struct posix_security *result = malloc(sizeof(*result));
    if (!result)
        return NT(NO_MEMORY);
    *result = *io;
    bool exact = true;
    for (int to_children = 0; to_children <= 1; to_children++) {
        struct draft d = { .security = io,
                           .machine = machine,
                           .to_children = to_children,
                           .exact = exact,
                           .acl = to_children ? &result->initial : &result->access };
        nt_status st = draft_acl(&d, &result->mode, dacl);
        if (nt_failed(st))
            return st;
        exact = d.exact;
    }
    result->mode = posix_acl_to_mode(&result->access, result->mode);
    *io = *result;
    *ret_exact = exact;
    return NT_OK;
}
