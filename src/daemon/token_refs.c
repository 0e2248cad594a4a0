/* SPDX-License-Identifier: MIT */
#include "daemon/token_refs.h"

#include "base/slab.h"

/* Of all connections' references: they are of one thread. */
static struct slab memory = { .object_size = sizeof(struct token_ref) };

static uint64_t reference_encode(const struct journal_item *item, struct writer *out)
{
    const struct token_ref *ref =
        (const struct token_ref *)(const void *)((const char *)item -
                                                 offsetof(struct token_ref, journal));
    const struct reference_record record = {
        .owner = ref->owner, .token = ref->node.id, .count = ref->count, .granted = ref->granted
    };

    reference_record_encode(&record, out);
    return ref->record;
}

void token_refs_init(struct token_refs *refs, const Authority *authority, uint32_t uid)
{
    *refs = (struct token_refs){ .authority = authority, .uid = uid };
    journal_teach(authority->journal, JOURNAL_REFERENCE, reference_encode);
}

static nt_status charge_one(struct token_refs *refs)
{
    if (refs->charge.quota)
        return quota_resize(&refs->charge, refs->charge.amount + 1);
    return quota_charge(&refs->charge, refs->authority->quotas, refs->uid, QUOTA_TOKENS, 1);
}

static void return_one(struct token_refs *refs)
{
    if (refs->charge.amount == 1)
        quota_return(&refs->charge);
    else
        (void)quota_resize(&refs->charge, refs->charge.amount - 1).code; /* less always fits */
}

static void ref_free(struct token_refs *refs, struct token_ref *ref)
{
    id_map_remove(&refs->map, &ref->node);
    journal_ended(refs->authority->journal, &ref->journal, ref->record);
    if (ref->watches)
        token_unwatch(ref->token);
    token_unref(ref->token);
    return_one(refs);
    slab_give_back(&memory, ref);
}

void token_refs_done(struct token_refs *refs)
{
    while (refs->map.first)
        ref_free(refs, ID_ENTRY(refs->map.first, struct token_ref, node));
}

/* What a reference costs others: a charge, and that the token is watched. */
static nt_status ref_enter(struct token_refs *refs, struct token_ref *ref, Token *token)
{
    nt_status st = charge_one(refs);

    if (nt_failed(st))
        return st;
    ref->watches = token_id(token) != refs->own_token;
    if (ref->watches)
        st = token_watch(token);
    if (nt_failed(st))
        return_one(refs);
    return st;
}

static nt_status ref_new(struct token_refs *refs, Token *token, uint64_t record,
                         struct token_ref **ret)
{
    struct token_ref *ref = slab_take(&memory);
    nt_status st;

    if (!ref)
        return NT(NO_MEMORY);
    st = ref_enter(refs, ref, token);
    if (nt_failed(st)) {
        slab_give_back(&memory, ref);
        return st;
    }
    ref->journal = JOURNAL_ITEM(JOURNAL_REFERENCE);
    ref->record = record;
    ref->owner = refs->owner;
    ref->node.id = token_id(token);
    ref->token = token_ref(token);
    (void)id_map_insert(&refs->map, &ref->node); /* it was not found: it is not there */
    *ret = ref;
    return NT_OK;
}

static nt_status ref_add(struct token_refs *refs, Token *token, struct token_ref **ret)
{
    uint64_t record;
    nt_status st = luid_take(refs->authority->luids, 1, &record);

    return nt_failed(st) ? st : ref_new(refs, token, record, ret);
}

static nt_status add(struct token_refs *refs, Token *token, uint32_t granted, uint32_t count)
{
    struct token_ref *ref;
    nt_status st = token_refs_find(refs, token_id(token), &ref);

    if (nt_failed(st))
        st = ref_add(refs, token, &ref);
    if (nt_failed(st))
        return st;
    if (__builtin_add_overflow(ref->count, count, &ref->count)) {
        ref->count -= count; /* as it was: unsigned arithmetic wraps */
        return NT(TOO_MANY_OPENED_FILES);
    }
    ref->granted |= granted;
    journal_changed(refs->authority->journal, &ref->journal);
    return NT_OK;
}

nt_status token_refs_restore(struct token_refs *refs, uint64_t record, Token *token,
                             const struct reference_record *stored)
{
    struct token_ref *ref;
    nt_status st = id_map_find(&refs->map, token_id(token)) ? NT(INTERNAL_DB_CORRUPTION)
                                                            : ref_new(refs, token, record, &ref);

    if (nt_failed(st))
        return st;
    ref->count = stored->count;
    ref->granted = stored->granted;
    ref->journal.stored = true;
    return NT_OK;
}

nt_status token_refs_add(struct token_refs *refs, Token *token, uint32_t granted)
{
    return add(refs, token, granted, 1);
}

nt_status token_refs_find(const struct token_refs *refs, uint64_t id, struct token_ref **ret)
{
    struct id_node *node = id_map_find(&refs->map, id);

    if (!node)
        return NT(INVALID_HANDLE);
    *ret = ID_ENTRY(node, struct token_ref, node);
    return NT_OK;
}

static void lower(struct token_refs *refs, struct token_ref *ref, uint32_t count)
{
    ref->count -= count;
    if (ref->count == 0)
        ref_free(refs, ref);
    else
        journal_changed(refs->authority->journal, &ref->journal);
}

nt_status token_refs_drop(struct token_refs *refs, uint64_t id, uint32_t count)
{
    struct token_ref *ref;
    nt_status st = token_refs_find(refs, id, &ref);

    if (nt_failed(st))
        return st;
    if (count == 0 || count > ref->count)
        return NT(INVALID_PARAMETER);
    lower(refs, ref, count);
    return NT_OK;
}

void token_refs_revoke(struct token_refs *refs, const struct session_filter *filter)
{
    struct id_node *node = refs->map.first;

    while (node) {
        struct token_ref *ref = ID_ENTRY(node, struct token_ref, node);

        node = id_map_next(&refs->map, node);
        if (session_filter_matches(filter, token_session(ref->token)))
            lower(refs, ref, ref->count);
    }
}

/* Takes back what token_refs_copy() had added before it failed. */
static void undo_copy(struct token_refs *to, const struct token_refs *from,
                      const struct id_node *end)
{
    for (struct id_node *node = from->map.first; node != end;
         node = id_map_next(&from->map, node)) {
        struct token_ref *ref = ID_ENTRY(id_map_find(&to->map, node->id), struct token_ref, node);

        lower(to, ref, ID_ENTRY(node, struct token_ref, node)->count);
    }
}

nt_status token_refs_copy(struct token_refs *to, const struct token_refs *from)
{
    for (struct id_node *node = from->map.first; node; node = id_map_next(&from->map, node)) {
        const struct token_ref *ref = ID_ENTRY(node, struct token_ref, node);
        nt_status st = add(to, ref->token, ref->granted, ref->count);

        if (nt_failed(st)) {
            undo_copy(to, from, node);
            return st;
        }
    }
    return NT_OK;
}

void token_refs_claim(struct token_refs *refs, uint64_t id, uint32_t count)
{
    struct token_ref *ref;

    if (nt_failed(token_refs_find(refs, id, &ref)))
        return;
    if (count > ref->count - ref->claimed)
        count = ref->count - ref->claimed;
    ref->claimed += count;
}

void token_refs_settle(struct token_refs *refs)
{
    struct id_node *node = refs->map.first;

    while (node) {
        struct token_ref *ref = ID_ENTRY(node, struct token_ref, node);
        uint32_t surplus = ref->count - ref->claimed;

        node = id_map_next(&refs->map, node);
        ref->claimed = 0;
        if (surplus > 0)
            lower(refs, ref, surplus);
    }
}

void token_refs_unclaim(struct token_refs *refs)
{
    for (struct id_node *node = refs->map.first; node; node = id_map_next(&refs->map, node))
        ID_ENTRY(node, struct token_ref, node)->claimed = 0;
}
