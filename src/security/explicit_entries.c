/* SPDX-License-Identifier: MIT */
#include "security/explicit_entries.h"

#include <stdlib.h>

#include "security/acl_writer.h"

enum {
    GUID_SIZE = 16,
    INHERITANCE =
        OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE | NO_PROPAGATE_INHERIT_ACE | INHERIT_ONLY_ACE,
    AUDIT_FLAGS = SUCCESSFUL_ACCESS_ACE_FLAG | FAILED_ACCESS_ACE_FLAG,
};

/* What an ACE does; a mask. */
enum kind {
    KIND_OTHER = 0,
    KIND_ALLOW = 1 << 0,
    KIND_DENY = 1 << 1,
    KIND_AUDIT = 1 << 2,
};

static enum kind kind_of(uint8_t type)
{
    static const uint8_t kinds[] = {
        [ACCESS_ALLOWED_ACE_TYPE] = KIND_ALLOW,
        [ACCESS_ALLOWED_OBJECT_ACE_TYPE] = KIND_ALLOW,
        [ACCESS_ALLOWED_CALLBACK_ACE_TYPE] = KIND_ALLOW,
        [ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE] = KIND_ALLOW,
        [ACCESS_DENIED_ACE_TYPE] = KIND_DENY,
        [ACCESS_DENIED_OBJECT_ACE_TYPE] = KIND_DENY,
        [ACCESS_DENIED_CALLBACK_ACE_TYPE] = KIND_DENY,
        [ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE] = KIND_DENY,
        [SYSTEM_AUDIT_ACE_TYPE] = KIND_AUDIT,
        [SYSTEM_AUDIT_OBJECT_ACE_TYPE] = KIND_AUDIT,
        [SYSTEM_AUDIT_CALLBACK_ACE_TYPE] = KIND_AUDIT,
        [SYSTEM_AUDIT_CALLBACK_OBJECT_ACE_TYPE] = KIND_AUDIT,
    };

    return type < ARRAY_SIZE(kinds) ? (enum kind)kinds[type] : KIND_OTHER;
}

/* What a mode makes of an entry, and does to the trustee's ACEs: masks of enum kind. */
struct rule {
    uint8_t type, object_type;
    uint8_t audit;
    unsigned drops;   /* of the old list, whatever their terms */
    unsigned joins;   /* of the same terms: their rights become the entry's */
    unsigned weakens; /* of the same terms: they lose the entry's rights */
};

static const struct rule rules[] = {
    [GRANT_ACCESS] = { ACCESS_ALLOWED_ACE_TYPE, ACCESS_ALLOWED_OBJECT_ACE_TYPE, .joins = KIND_ALLOW,
                       .weakens = KIND_DENY },
    [SET_ACCESS] = { ACCESS_ALLOWED_ACE_TYPE, ACCESS_ALLOWED_OBJECT_ACE_TYPE,
                     .drops = KIND_ALLOW | KIND_DENY },
    [DENY_ACCESS] = { ACCESS_DENIED_ACE_TYPE, ACCESS_DENIED_OBJECT_ACE_TYPE, .joins = KIND_DENY },
    [REVOKE_ACCESS] = { .drops = KIND_ALLOW | KIND_AUDIT },
    [SET_AUDIT_SUCCESS] = { SYSTEM_AUDIT_ACE_TYPE, SYSTEM_AUDIT_OBJECT_ACE_TYPE,
                            SUCCESSFUL_ACCESS_ACE_FLAG, .joins = KIND_AUDIT },
    [SET_AUDIT_FAILURE] = { SYSTEM_AUDIT_ACE_TYPE, SYSTEM_AUDIT_OBJECT_ACE_TYPE,
                            FAILED_ACCESS_ACE_FLAG, .joins = KIND_AUDIT },
    [EXPLICIT_AUDIT_BOTH] = { SYSTEM_AUDIT_ACE_TYPE, SYSTEM_AUDIT_OBJECT_ACE_TYPE, AUDIT_FLAGS,
                              .joins = KIND_AUDIT },
};

struct item {
    struct ace ace;
    bool is_new;
    bool changed; /* its rights are no longer those of its bytes */
    bool dropped;
};

/* The old ACEs, then those of the entries. */
struct merge {
    struct item *items;
    size_t n;
};

static void merge_done(struct merge *m)
{
    free(m->items);
}

static bool same_guid(const void *a, const void *b)
{
    if (!a || !b)
        return a == b;
    return memcmp(a, b, GUID_SIZE) == 0;
}

static bool same_objects(const struct ace *a, const struct ace *b)
{
    return same_guid(a->object_type, b->object_type) &&
           same_guid(a->inherited_type, b->inherited_type);
}

/* An entry without GUIDs is about all of the trustee's. */
static bool concerns(const struct ace *entry, const struct ace *old)
{
    return (!entry->object_type && !entry->inherited_type) || same_objects(entry, old);
}

static bool same_terms(const struct ace *entry, const struct ace *old)
{
    return entry->flags == old->flags && old->extra_size == 0 && same_objects(entry, old);
}

static void drop_rights(struct item *item, uint32_t rights)
{
    item->changed = true;
    item->ace.mask &= ~rights;
    item->dropped = item->ace.mask == 0;
}

static void meet(struct item *item, struct ace *entry, const struct rule *rule)
{
    unsigned kind = kind_of(item->ace.type);

    if ((rule->drops & kind) && !item->is_new && concerns(entry, &item->ace)) {
        item->dropped = true;
    } else if (!same_terms(entry, &item->ace)) {
        return;
    } else if (rule->joins & kind) {
        entry->mask |= item->ace.mask;
        item->dropped = true;
    } else if (rule->weakens & kind) {
        drop_rights(item, entry->mask);
    }
}

static void apply(struct merge *m, const struct explicit_entry *e)
{
    const struct rule *rule = &rules[e->mode];
    struct ace entry = {
        .type = e->object_type || e->inherited_type ? rule->object_type : rule->type,
        .flags = e->inheritance | rule->audit,
        .mask = e->rights,
        .sid = e->sid,
        .object_type = e->object_type,
        .inherited_type = e->inherited_type,
    };

    for (size_t i = 0; i < m->n; i++) {
        struct item *item = &m->items[i];

        if (!item->dropped && !(item->ace.flags & INHERITED_ACE) && item->ace.sid &&
            sid_equal(item->ace.sid, e->sid))
            meet(item, &entry, rule);
    }
    if (e->mode != REVOKE_ACCESS)
        m->items[m->n++] = (struct item){ .ace = entry, .is_new = true };
}

static nt_status merge_start(struct merge *m, const ACL *old, size_t n_entries)
{
    struct acl_walk walk;
    size_t n = old ? acl_n_aces(old) : 0;

    m->items = calloc(n + n_entries + 1, sizeof(*m->items));
    if (!m->items)
        return NT(NO_MEMORY);
    if (!old)
        return NT_OK;
    acl_walk_start(&walk, old);
    while (acl_walk_next(&walk, &m->items[m->n].ace))
        m->n++;
    return walk.malformed ? NT(INVALID_ACL) : NT_OK;
}

static void put_item(struct acl_writer *w, const struct item *item)
{
    if (item->dropped)
        return;
    if (item->is_new || item->changed)
        acl_writer_add(w, &item->ace);
    else
        acl_writer_copy(w, &item->ace, item->ace.flags);
}

static void put_new(struct acl_writer *w, const struct merge *m, unsigned kinds)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->items[i].is_new && (kinds & kind_of(m->items[i].ace.type)))
            put_item(w, &m->items[i]);
    }
}

static void put_all(struct acl_writer *w, const struct merge *m)
{
    bool allowed = false; /* the new allowances are written */

    put_new(w, m, KIND_DENY | KIND_AUDIT);
    for (size_t i = 0; i < m->n; i++) {
        const struct item *item = &m->items[i];

        if (item->is_new)
            continue;
        if (!allowed &&
            ((item->ace.flags & INHERITED_ACE) || kind_of(item->ace.type) == KIND_ALLOW)) {
            put_new(w, m, KIND_ALLOW);
            allowed = true;
        }
        put_item(w, item);
    }
    if (!allowed)
        put_new(w, m, KIND_ALLOW);
}

static nt_status check_entry(const struct explicit_entry *e)
{
    if (e->mode <= NOT_USED_ACCESS || e->mode > EXPLICIT_AUDIT_BOTH || !e->sid)
        return NT(INVALID_PARAMETER);
    return e->inheritance & (uint8_t)~INHERITANCE ? NT(INVALID_PARAMETER) : NT_OK;
}

nt_status explicit_entries_merge(ACL **ret, const ACL *old, const struct explicit_entry *entries,
                                 size_t n)
{
    _cleanup_(merge_done) struct merge m = { 0 };
    _cleanup_(acl_writer_done) struct acl_writer w = { 0 };

    nt_status st = merge_start(&m, old, n);
    for (size_t i = 0; i < n && !nt_failed(st); i++) {
        st = check_entry(&entries[i]);
        if (!nt_failed(st))
            apply(&m, &entries[i]);
    }
    if (nt_failed(st))
        return st;
    acl_writer_init(&w);
    acl_writer_raise(&w, old);
    put_all(&w, &m);
    return acl_writer_take(&w, ret);
}

/* --- Reading -------------------------------------------------------------------------------- */

/* One entry for each mode that would make such an ACE. */
static size_t list_ace(struct explicit_entry *ret, const struct ace *ace)
{
    static const ACCESS_MODE modes[] = { GRANT_ACCESS, DENY_ACCESS, SET_AUDIT_SUCCESS,
                                         SET_AUDIT_FAILURE };
    size_t n = 0;

    if ((ace->flags & INHERITED_ACE) || ace->layout == ACE_LAYOUT_UNKNOWN || ace->extra_size > 0)
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        const struct rule *rule = &rules[modes[i]];

        if ((ace->type != rule->type && ace->type != rule->object_type) ||
            (rule->audit & ~ace->flags))
            continue;
        ret[n++] = (struct explicit_entry){ .mode = modes[i],
                                            .rights = ace->mask,
                                            .inheritance = ace->flags & INHERITANCE,
                                            .sid = ace->sid,
                                            .object_type = ace->object_type,
                                            .inherited_type = ace->inherited_type };
    }
    return n;
}

nt_status explicit_entries_list(struct explicit_entry **ret, size_t *ret_n, const ACL *acl)
{
    _cleanup_(freep) struct explicit_entry *list = calloc(2 * acl_n_aces(acl) + 1, sizeof(*list));
    struct acl_walk walk;
    struct ace ace;
    size_t n = 0;

    if (!list)
        return NT(NO_MEMORY);
    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ace))
        n += list_ace(list + n, &ace);
    if (walk.malformed)
        return NT(INVALID_ACL);
    *ret = TAKE(list);
    *ret_n = n;
    return NT_OK;
}
