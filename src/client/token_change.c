/* SPDX-License-Identifier: MIT */
#include "client/token_change.h"

#include <stdlib.h>

#include "client/impersonation.h"
#include "client/luid_block.h"
#include "client/token_state.h"
#include "security/token_security.h"

static void mark_changed(token_object *t)
{
    atomic_fetch_or_explicit(&t->flags, TOKEN_CHANGED, memory_order_release);
}

/* A request that is answered with the token as it is now. */
static nt_status change_remote(token_object *t, Openlogon__Request *request)
{
    _cleanup_(shared_image_unrefp) shared_image *old = token_state_peek(t);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = remote_token_call(token_object_remote(t), request, -1, REPLY_OF(TOKEN), &reply);

    return nt_failed(st) ? st : token_state_from_reply(t, old, reply.message->token);
}

/* The same, decided by whom the thread acts for. */
static nt_status change_remote_as_thread(token_object *t, Openlogon__Request *request)
{
    const remote_token *acting = NULL;
    nt_status st = impersonation_acting_token(&acting);

    if (nt_failed(st))
        return st;
    request->effective_token = acting ? remote_token_id(acting) : 0;
    return change_remote(t, request);
}

/* Takes the image, also on failure. */
static nt_status replace_with(token_object *t, const shared_image *old, uint64_t old_id,
                              token_image *changed, bool *ret_done)
{
    uint64_t modified_id;
    shared_image *next;
    nt_status st = luid_allocate(&modified_id);

    if (nt_failed(st)) {
        token_image_free(changed);
        return st;
    }
    token_image_set_ids(changed, token_image_id(changed), modified_id);
    st = shared_image_take(&next, changed);
    if (nt_failed(st))
        return st;
    mark_changed(t);
    *ret_done = token_state_replace(t, old, old_id, next);
    return NT_OK;
}

/* --- becoming known ------------------------------------------------------------------------- */

/* What the authority is to check and to make: all of it as it was at one moment. */
struct introduction {
    shared_image *image;
    uint64_t modified_id;
    token_image *copy;
    struct token_security security;
};

static void introduction_done(struct introduction *i)
{
    shared_image_unref(i->image);
    token_image_free(i->copy);
    free(i->security.bytes);
}

static nt_status security_dup(struct token_security *ret, token_object *t)
{
    stripe *s = stripe_of(t);
    nt_status st = NT_OK;

    stripe_lock(s);
    *ret = (struct token_security){ malloc(t->security.size + 1), t->security.size };
    if (!ret->bytes)
        st = NT(NO_MEMORY);
    else if (t->security.size > 0)
        memcpy(ret->bytes, t->security.bytes, t->security.size);
    stripe_unlock(s);
    return st;
}

static nt_status introduction_make(struct introduction *ret, token_object *t)
{
    nt_status st;

    ret->image = token_state_peek(t);
    ret->modified_id = token_image_modified_id(ret->image->image);
    st = token_image_dup(&ret->copy, ret->image->image);
    return nt_failed(st) ? st : security_dup(&ret->security, t);
}

/* The authority's token takes the place of what was sent, if that is still what it is. */
static bool become(token_object *t, const struct introduction *sent, remote_token *remote,
                   shared_image *fresh)
{
    stripe *s = stripe_of(t);
    bool done = false;

    stripe_lock(s);
    if (token_is_derived(t) && t->image == sent->image &&
        token_image_modified_id(t->image->image) == sent->modified_id) {
        t->image = fresh;
        t->first_remote = atomic_exchange(&t->remote, remote);
        atomic_fetch_and(&t->flags, ~(unsigned)(TOKEN_DERIVED | TOKEN_CHANGED));
        done = true;
    }
    stripe_unlock(s);
    return done;
}

static nt_status take_identity(token_object *t, const struct introduction *sent,
                               const Openlogon__TokenReply *reply)
{
    _cleanup_(remote_token_unrefp) remote_token *remote = NULL;
    _cleanup_(shared_image_unrefp) shared_image *fresh = NULL;
    token_image *image;
    nt_status st =
        remote_token_new(&remote, remote_token_connection(token_object_remote(t)), reply->token_id);

    if (!nt_failed(st))
        st = token_image_parse(&image, reply->image.data, reply->image.len);
    if (!nt_failed(st))
        st = shared_image_take(&fresh, image);
    if (nt_failed(st))
        return st;
    if (become(t, sent, remote, fresh)) {
        (void)TAKE(remote);
        (void)TAKE(fresh);
        shared_image_unref(sent->image); /* the object's; `sent` has one of its own */
    }
    return NT_OK;
}

static nt_status introduce(token_object *t)
{
    _cleanup_(introduction_done) struct introduction sent = { 0 };
    Openlogon__DeriveTokenRequest derive = OPENLOGON__DERIVE_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(DERIVE_TOKEN, derive_token, &derive);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = introduction_make(&sent, t);

    if (nt_failed(st))
        return st;
    derive.token_id = remote_token_id(token_object_remote(t));
    derive.image.data = (uint8_t *)(uintptr_t)token_image_bytes(sent.copy);
    derive.image.len = token_image_size(sent.copy);
    derive.descriptor.data = sent.security.bytes;
    derive.descriptor.len = sent.security.size;
    st = remote_token_call(token_object_remote(t), &request, -1, REPLY_OF(TOKEN), &reply);
    return nt_failed(st) ? st : take_identity(t, &sent, reply.message->token);
}

/* Somebody may change it, or introduce it, meanwhile. */
nt_status token_object_introduce(token_object *t)
{
    nt_status st = NT_OK;

    while (!nt_failed(st) && token_is_derived(t))
        st = introduce(t);
    return st;
}

nt_status token_object_make_known(token_object *t)
{
    bool stands =
        !(atomic_load(&t->flags) & TOKEN_CHANGED) && token_object_is_edition(t, &t->origin);

    return stands ? NT_OK : token_object_introduce(t);
}

/* --- privileges ----------------------------------------------------------------------------- */

static uint64_t adjusted(const struct privilege_adjustment *a, uint64_t enabled)
{
    return (enabled | a->enable) & ~(a->disable | a->remove);
}

static nt_status remove_here(token_object *t, const shared_image *image, uint64_t enabled,
                             const struct privilege_adjustment *a, bool *ret_done)
{
    uint64_t old_id = token_image_modified_id(image->image);
    token_image *changed;
    nt_status st = token_image_dup(&changed, image->image);

    if (nt_failed(st))
        return st;
    if (token_image_privileges_enabled(changed) != enabled) {
        token_image_free(changed);
        return NT_OK;
    }
    token_image_set_privileges(changed, token_image_privileges_present(changed) & ~a->remove,
                               adjusted(a, enabled));
    return replace_with(t, image, old_id, changed, ret_done);
}

static nt_status adjust_remote(token_object *t, const struct privilege_adjustment *a)
{
    Openlogon__AdjustPrivilegesRequest adjust = OPENLOGON__ADJUST_PRIVILEGES_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ADJUST_PRIVILEGES, adjust_privileges, &adjust);

    adjust.token_id = remote_token_id(token_object_remote(t));
    adjust.enable = a->enable;
    adjust.disable = a->disable;
    adjust.remove = a->remove;
    return change_remote(t, &request);
}

/* What of privileges is enabled becomes `after`, if it is `before`. */
struct enabling {
    uint64_t before, after, modified_id;
};

static bool enable_in_image(token_object *t, const shared_image *image, const struct enabling *e)
{
    stripe *s = stripe_of(t);
    bool done = false;

    stripe_lock(s);
    if (t->image == image && token_image_privileges_enabled(image->image) == e->before) {
        token_image_set_enabled(image->image, e->after, e->modified_id);
        mark_changed(t);
        done = true;
    }
    stripe_unlock(s);
    return done;
}

/* What is enabled is written first and the flag read then, both sequentially consistent; the
 * authority does it the other way round: see token_watch() there. */
static nt_status enable_in_words(token_object *t, const shared_image *image, SharedWord *words,
                                 const struct enabling *e, bool *ret_done)
{
    static const struct privilege_adjustment nothing_more;
    uint64_t raw = atomic_load(&words[TOKEN_WORD_ENABLED]);

    if (!connection_alive(remote_token_connection(token_object_remote(t))))
        return NT(INVALID_HANDLE);
    /* Bits of privileges that are not there mean nothing, and may be there. */
    *ret_done = (raw & token_image_privileges_present(image->image)) == e->before &&
                atomic_compare_exchange_strong(&words[TOKEN_WORD_ENABLED], &raw, e->after);
    if (!*ret_done)
        return NT_OK;
    atomic_store_explicit(&words[TOKEN_WORD_MODIFIED_ID], e->modified_id, memory_order_relaxed);
    return token_state_published_id(t, image->image) & TOKEN_WATCHED
               ? adjust_remote(t, &nothing_more)
               : NT_OK;
}

static nt_status enable_here(token_object *t, const shared_image *image, SharedWord *words,
                             struct enabling *e, bool *ret_done)
{
    nt_status st = luid_allocate(&e->modified_id);

    if (nt_failed(st))
        return st;
    if (words)
        return enable_in_words(t, image, words, e, ret_done);
    *ret_done = enable_in_image(t, image, e);
    return NT_OK;
}

nt_status token_object_adjust_privileges(token_object *t, const shared_image *image,
                                         uint64_t enabled, const struct privilege_adjustment *a,
                                         bool *ret_done)
{
    struct enabling enabling = { .before = enabled, .after = adjusted(a, enabled) };
    SharedWord *words = token_words_at(t->words);
    bool derived = token_is_derived(t);

    *ret_done = false;
    if (!a->remove && (words || derived))
        return enable_here(t, image, words, &enabling, ret_done);
    if (derived)
        return remove_here(t, image, enabled, a, ret_done);
    *ret_done = true;
    return adjust_remote(t, a);
}

/* --- groups --------------------------------------------------------------------------------- */

static nt_status flip_here(token_object *t, const shared_image *image,
                           const struct token_groups_change *change, bool *ret_done)
{
    uint64_t old_id = token_image_modified_id(image->image);
    token_image *changed;
    nt_status st = token_image_dup(&changed, image->image);

    if (nt_failed(st))
        return st;
    token_image_flip_groups(changed, change);
    return replace_with(t, image, old_id, changed, ret_done);
}

static nt_status flip_remote(token_object *t, const struct groups_wanted *wanted)
{
    Openlogon__AdjustGroupsRequest adjust = OPENLOGON__ADJUST_GROUPS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ADJUST_GROUPS, adjust_groups, &adjust);
    _cleanup_(freep) Openlogon__GroupState *states = calloc(wanted->n + 1, sizeof(*states));
    _cleanup_(freep) Openlogon__GroupState **list = calloc(wanted->n + 1, sizeof(*list));

    if (!states || !list)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < wanted->n; i++) {
        openlogon__group_state__init(&states[i]);
        states[i].sid.data = wanted->groups[i].Sid;
        states[i].sid.len = sid_length(wanted->groups[i].Sid);
        states[i].enabled = wanted->groups[i].Attributes & SE_GROUP_ENABLED;
        list[i] = &states[i];
    }
    adjust.token_id = remote_token_id(token_object_remote(t));
    adjust.reset = !wanted->groups;
    adjust.groups = list;
    adjust.n_groups = wanted->n;
    return change_remote(t, &request);
}

/* A thread's gids are its own to change: another thread's could not be taken from it. */
static bool others_wear(const token_object *t)
{
    unsigned own = impersonation_token() == t && impersonation_wears() ? 1 : 0;

    return atomic_load(&t->n_wearers) > own;
}

static nt_status flip(token_object *t, const shared_image *image,
                      const struct token_groups_change *change, const struct groups_wanted *wanted,
                      bool *ret_done)
{
    if (token_is_derived(t))
        return flip_here(t, image, change, ret_done);
    *ret_done = true;
    return flip_remote(t, wanted);
}

nt_status token_object_adjust_groups(token_object *t, const shared_image *image,
                                     const struct token_groups_change *change,
                                     const struct groups_wanted *wanted, bool *ret_done)
{
    bool takes_gid = token_groups_take_gid(change, image->image);
    nt_status st;

    *ret_done = false;
    if (takes_gid && others_wear(t))
        return NT(DEVICE_BUSY);
    st = flip(t, image, change, wanted, ret_done);
    if (nt_failed(st) || !*ret_done || impersonation_token() != t)
        return st;
    return impersonation_wear_again();
}

/* --- information ---------------------------------------------------------------------------- */

static nt_status set_remote(token_object *t, const struct token_setting *setting, const void *value,
                            size_t size)
{
    Openlogon__SetTokenRequest set = OPENLOGON__SET_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(SET_TOKEN, set_token, &set);
    nt_status st = token_object_introduce(t);

    if (nt_failed(st))
        return st;
    set.token_id = remote_token_id(token_object_remote(t));
    set.info_class = (uint32_t)setting->info_class;
    set.value.data = (uint8_t *)(uintptr_t)value;
    set.value.len = size;
    return change_remote_as_thread(t, &request);
}

static nt_status set_here(token_object *t, const struct token_setting *setting, const void *value,
                          size_t size, bool *ret_done)
{
    _cleanup_(shared_image_unrefp) shared_image *old = token_state_peek(t);
    uint64_t old_id = token_image_modified_id(old->image);
    token_image *changed;
    nt_status st = token_image_with_setting(&changed, old->image, setting, value, size);

    return nt_failed(st) ? st : replace_with(t, old, old_id, changed, ret_done);
}

nt_status token_object_set(token_object *t, const struct token_setting *setting, const void *value,
                           size_t size)
{
    bool done = false;
    nt_status st = token_setting_check(setting, value, size);

    while (!nt_failed(st) && !done) {
        _cleanup_(shared_image_unrefp) shared_image *now = token_state_peek(t);

        if (!token_is_derived(t) || token_setting_privilege(setting, now->image, value))
            return set_remote(t, setting, value, size);
        st = set_here(t, setting, value, size, &done);
    }
    return st;
}

/* --- the security descriptor ---------------------------------------------------------------- */

static nt_status security_here(token_object *t, struct token_security *ret)
{
    _cleanup_(shared_image_unrefp) shared_image *image = token_state_peek(t);
    nt_status st = security_dup(ret, t);

    if (nt_failed(st) || ret->size > 0)
        return st;
    free(ret->bytes);
    ret->bytes = NULL;
    return token_security_default(&ret->bytes, &ret->size, image->image);
}

static nt_status get_here(token_object *t, uint32_t information, void **ret, size_t *ret_size)
{
    struct token_security security = { 0 };
    struct descriptor whole;
    nt_status st = security_here(t, &security);

    if (!nt_failed(st))
        st = descriptor_parse(&whole, security.bytes, security.size);
    if (!nt_failed(st))
        st = token_security_select(ret, ret_size, &whole, information);
    free(security.bytes);
    return st;
}

static nt_status get_remote(token_object *t, uint32_t information, void **ret, size_t *ret_size)
{
    Openlogon__TokenSecurityRequest get = OPENLOGON__TOKEN_SECURITY_REQUEST__INIT;
    Openlogon__Request request = REQUEST(TOKEN_SECURITY, token_security, &get);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    const ProtobufCBinaryData *told;
    nt_status st;

    get.token_id = remote_token_id(token_object_remote(t));
    get.information = information;
    st = remote_token_call(token_object_remote(t), &request, -1, REPLY_OF(TOKEN_SECURITY), &reply);
    if (nt_failed(st))
        return st;
    told = &reply.message->token_security->descriptor;
    *ret = malloc(told->len + 1);
    if (!*ret)
        return NT(NO_MEMORY);
    memcpy(*ret, told->data, told->len);
    *ret_size = told->len;
    return NT_OK;
}

nt_status token_object_get_security(token_object *t, uint32_t information, void **ret,
                                    size_t *ret_size)
{
    return token_is_derived(t) ? get_here(t, information, ret, ret_size)
                               : get_remote(t, information, ret, ret_size);
}

static nt_status caller_image(shared_image **ret)
{
    _cleanup_(token_object_unrefp) token_object *caller = NULL;
    nt_status st = impersonation_effective_token(&caller);

    return nt_failed(st) ? st : token_object_image(caller, ret);
}

static void security_put(token_object *t, struct token_security *taken)
{
    stripe *s = stripe_of(t);
    struct token_security old;

    stripe_lock(s);
    old = t->security;
    t->security = *taken;
    stripe_unlock(s);
    free(old.bytes);
    mark_changed(t);
}

static nt_status merge_here(token_object *t, uint32_t information, const struct descriptor *parts)
{
    _cleanup_(shared_image_unrefp) shared_image *caller = NULL;
    struct token_security old = { 0 }, merged = { 0 };
    struct descriptor whole;
    nt_status st = caller_image(&caller);

    if (!nt_failed(st))
        st = security_here(t, &old);
    if (!nt_failed(st))
        st = descriptor_parse(&whole, old.bytes, old.size);
    if (!nt_failed(st))
        st = token_security_merge(&merged.bytes, &merged.size, &whole, parts, information,
                                  caller->image);
    if (!nt_failed(st))
        security_put(t, &merged);
    free(old.bytes);
    return st;
}

static nt_status merge_remote(token_object *t, uint32_t information, const struct descriptor *parts)
{
    Openlogon__SetTokenSecurityRequest set = OPENLOGON__SET_TOKEN_SECURITY_REQUEST__INIT;
    Openlogon__Request request = REQUEST(SET_TOKEN_SECURITY, set_token_security, &set);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    _cleanup_(freep) void *bytes = NULL;
    const remote_token *acting = NULL;
    size_t size;
    nt_status st = impersonation_acting_token(&acting);

    if (!nt_failed(st))
        st = descriptor_build(&bytes, &size, parts);
    if (nt_failed(st))
        return st;
    set.token_id = remote_token_id(token_object_remote(t));
    set.information = information;
    set.descriptor.data = bytes;
    set.descriptor.len = size;
    request.effective_token = acting ? remote_token_id(acting) : 0;
    return remote_token_call(token_object_remote(t), &request, -1, REPLY_EMPTY, &reply);
}

nt_status token_object_set_security(token_object *t, uint32_t information,
                                    const struct descriptor *parts)
{
    return token_is_derived(t) ? merge_here(t, information, parts)
                               : merge_remote(t, information, parts);
}
