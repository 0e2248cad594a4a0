/* SPDX-License-Identifier: MIT */
#include "client/token_object.h"

#include <stdlib.h>

#include "client/luid_block.h"
#include "client/stripe.h"
#include "client/token_words.h"

struct token_object {
    struct object base;
    remote_token *remote;
    unsigned flags;
    token_words *words;  /* NULL: not this process's own token */
    shared_image *image; /* which one, and changes in it: guarded by the stripe of this object */
};

static void token_object_destroy(struct object *object)
{
    token_object *t = token_object_of(object);

    shared_image_unref(t->image);
    remote_token_unref(t->remote);
    token_words_free(t->words);
    free(t);
}

struct object *token_object_base(token_object *t)
{
    return &t->base;
}

token_object *token_object_of(struct object *object)
{
    return (token_object *)object;
}

token_object *token_object_ref(token_object *t)
{
    object_ref(&t->base);
    return t;
}

token_object *token_object_unref(token_object *t)
{
    if (t)
        object_unref(&t->base);
    return NULL;
}

const remote_token *token_object_remote(const token_object *t)
{
    return t->remote;
}

unsigned token_object_flags(const token_object *t)
{
    return t->flags;
}

/* Takes the image, also on failure; has its own reference of `remote`. */
static nt_status token_object_new(token_object **ret, remote_token *remote, token_image *image,
                                  unsigned flags)
{
    shared_image *shared;
    token_object *t;
    nt_status st = shared_image_take(&shared, image);

    if (nt_failed(st))
        return st;
    t = calloc(1, sizeof(*t));
    if (!t) {
        shared_image_unref(shared);
        return NT(NO_MEMORY);
    }
    object_init(&t->base, OBJECT_TOKEN, token_object_destroy);
    t->remote = remote_token_ref(remote);
    t->image = shared;
    t->flags = flags;
    *ret = t;
    return NT_OK;
}

nt_status token_object_from_reply(token_object **ret, connection *c,
                                  const Openlogon__TokenReply *reply, int words_fd)
{
    _cleanup_(remote_token_unrefp) remote_token *remote = NULL;
    _cleanup_(token_object_unrefp) token_object *t = NULL;
    token_image *image;
    nt_status st = remote_token_new(&remote, c, reply->token_id);

    if (!nt_failed(st))
        st = token_image_parse(&image, reply->image.data, reply->image.len);
    if (!nt_failed(st))
        st = token_object_new(&t, remote, image, 0);
    if (!nt_failed(st) && words_fd >= 0)
        st = token_words_new(&t->words, words_fd);
    if (nt_failed(st))
        return st;
    *ret = TAKE(t);
    return NT_OK;
}

nt_status token_object_derive(token_object **ret, const token_object *parent, token_image *image,
                              unsigned flags)
{
    uint64_t id;
    nt_status st = luid_allocate(&id);

    if (nt_failed(st)) {
        token_image_free(image);
        return st;
    }
    token_image_set_ids(image, id, id);
    token_image_set_slot(image, 0);
    return token_object_new(ret, parent->remote, image, parent->flags | TOKEN_DERIVED | flags);
}

nt_status token_object_duplicate(token_object **ret, token_object *source, TOKEN_TYPE type,
                                 SECURITY_IMPERSONATION_LEVEL level)
{
    _cleanup_(shared_image_unrefp) shared_image *now = NULL;
    _cleanup_(token_image_freep) token_image *image = NULL;
    nt_status st = token_object_image(source, &now);

    if (!nt_failed(st))
        st = token_image_dup(&image, now->image);
    if (!nt_failed(st))
        st = token_image_set_type_level(image, type, level);
    if (nt_failed(st))
        return st;
    return token_object_derive(ret, source, TAKE(image), 0);
}

/* --- the image ------------------------------------------------------------------------------ */

/* With the stripe. Another thread, or another object of the same token, may have written there. */
static void read_words(const token_object *t)
{
    SharedWord *words = token_words_at(t->words);

    if (words)
        token_image_set_enabled(t->image->image, atomic_load(&words[TOKEN_WORD_ENABLED]),
                                atomic_load(&words[TOKEN_WORD_MODIFIED_ID]));
}

static shared_image *image_peek(token_object *t)
{
    stripe *s = stripe_of(t);
    shared_image *image;

    stripe_lock(s);
    read_words(t);
    image = shared_image_ref(t->image);
    stripe_unlock(s);
    return image;
}

/*
 * Puts `next` (whose reference is taken) in the place of `old`; false: it is not there any more, or
 * it has changed since it had that modified id.
 */
static bool image_replace(token_object *t, const shared_image *old, uint64_t modified_id,
                          shared_image *next)
{
    stripe *s = stripe_of(t);
    shared_image *unused = next;
    bool replaced = false;

    stripe_lock(s);
    if (t->image == old && token_image_modified_id(old->image) == modified_id) {
        unused = t->image;
        t->image = next;
        read_words(t);
        replaced = true;
    }
    stripe_unlock(s);
    shared_image_unref(unused);
    return replaced;
}

static uint64_t published_id(const token_object *t, const token_image *image)
{
    uint32_t slot = token_image_slot(image);

    return slot ? connection_modified_id(remote_token_connection(t->remote), slot) : 0;
}

static bool image_is_current(const token_object *t, const shared_image *image)
{
    uint64_t published = published_id(t, image->image) & ~TOKEN_WATCHED;

    return published == 0 || published == image->published_id;
}

/* Keeps what a reply tells, unless something newer came meanwhile: the next query then asks. */
static nt_status image_from_reply(token_object *t, const shared_image *old,
                                  const Openlogon__TokenReply *reply, shared_image **ret)
{
    token_image *parsed;
    shared_image *fresh;
    nt_status st = token_image_parse(&parsed, reply->image.data, reply->image.len);

    if (!nt_failed(st))
        st = shared_image_take(&fresh, parsed);
    if (nt_failed(st))
        return st;
    (void)image_replace(t, old, token_image_modified_id(old->image), shared_image_ref(fresh));
    *ret = fresh;
    return NT_OK;
}

static nt_status image_fetch(token_object *t, const shared_image *old, shared_image **ret)
{
    Openlogon__QueryTokenRequest query = OPENLOGON__QUERY_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(QUERY_TOKEN, query_token, &query);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    query.token_id = remote_token_id(t->remote);
    st = remote_token_call(t->remote, &request, -1, REPLY_OF(TOKEN), &reply);
    if (nt_failed(st))
        return st;
    return image_from_reply(t, old, reply.message->token, ret);
}

nt_status token_object_image(token_object *t, shared_image **ret)
{
    _cleanup_(shared_image_unrefp) shared_image *image = image_peek(t);

    if (!image_is_current(t, image))
        return image_fetch(t, image, ret);
    *ret = TAKE(image);
    return NT_OK;
}

/* --- changes -------------------------------------------------------------------------------- */

static nt_status change_once(token_object *t, token_change change, const void *context,
                             bool *ret_done)
{
    _cleanup_(shared_image_unrefp) shared_image *old = image_peek(t);
    uint64_t old_id = token_image_modified_id(old->image);
    token_image *changed;
    shared_image *next;
    uint64_t modified_id;
    nt_status st = luid_allocate(&modified_id);

    if (!nt_failed(st))
        st = change(&changed, old->image, context);
    if (nt_failed(st))
        return st;
    token_image_set_ids(changed, token_image_id(changed), modified_id);
    st = shared_image_take(&next, changed);
    if (!nt_failed(st))
        *ret_done = image_replace(t, old, old_id, next);
    return st;
}

nt_status token_object_change(token_object *t, token_change change, const void *context)
{
    nt_status st = NT_OK;
    bool done = false;

    if (!(t->flags & TOKEN_DERIVED))
        return NT(NOT_SUPPORTED);
    while (!nt_failed(st) && !done)
        st = change_once(t, change, context, &done);
    return st;
}

/* --- privileges ----------------------------------------------------------------------------- */

static uint64_t adjusted(const struct privilege_adjustment *a, uint64_t enabled)
{
    return (enabled | a->enable) & ~(a->disable | a->remove);
}

static nt_status remove_in_image(token_image **ret, const token_image *image, const void *context)
{
    const struct privilege_adjustment *a = context;
    nt_status st = token_image_dup(ret, image);

    if (!nt_failed(st))
        token_image_set_privileges(*ret, token_image_privileges_present(image) & ~a->remove,
                                   adjusted(a, token_image_privileges_enabled(image)));
    return st;
}

static nt_status adjust_remote(token_object *t, const struct privilege_adjustment *a)
{
    Openlogon__AdjustPrivilegesRequest adjust = OPENLOGON__ADJUST_PRIVILEGES_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ADJUST_PRIVILEGES, adjust_privileges, &adjust);
    _cleanup_(shared_image_unrefp) shared_image *old = image_peek(t);
    _cleanup_(shared_image_unrefp) shared_image *fresh = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    adjust.token_id = remote_token_id(t->remote);
    adjust.enable = a->enable;
    adjust.disable = a->disable;
    adjust.remove = a->remove;
    st = remote_token_call(t->remote, &request, -1, REPLY_OF(TOKEN), &reply);
    if (nt_failed(st))
        return st;
    return image_from_reply(t, old, reply.message->token, &fresh);
}

static bool enable_in_image(token_object *t, const shared_image *image, uint64_t before,
                            uint64_t after, uint64_t modified_id)
{
    stripe *s = stripe_of(t);
    bool done = false;

    stripe_lock(s);
    if (t->image == image && token_image_privileges_enabled(image->image) == before) {
        token_image_set_enabled(image->image, after, modified_id);
        done = true;
    }
    stripe_unlock(s);
    return done;
}

/* What is enabled is written first and the flag read then, the authority does it the other way
 * round: see token_watch() there. */
static nt_status enable_in_words(token_object *t, const shared_image *image, SharedWord *words,
                                 uint64_t before, uint64_t after, uint64_t modified_id,
                                 bool *ret_done)
{
    static const struct privilege_adjustment nothing_more;

    if (!connection_alive(remote_token_connection(t->remote)))
        return NT(INVALID_HANDLE);
    /* Bits of privileges that are not there mean nothing, and may be there. */
    uint64_t raw = atomic_load(&words[TOKEN_WORD_ENABLED]);
    *ret_done = (raw & token_image_privileges_present(image->image)) == before &&
                atomic_compare_exchange_strong(&words[TOKEN_WORD_ENABLED], &raw, after);
    if (!*ret_done)
        return NT_OK;
    atomic_store_explicit(&words[TOKEN_WORD_MODIFIED_ID], modified_id, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    return published_id(t, image->image) & TOKEN_WATCHED ? adjust_remote(t, &nothing_more) : NT_OK;
}

static nt_status adjust_here(token_object *t, const shared_image *image, SharedWord *words,
                             uint64_t before, const struct privilege_adjustment *a, bool *ret_done)
{
    uint64_t after = adjusted(a, before);
    uint64_t modified_id;
    nt_status st = luid_allocate(&modified_id);

    if (nt_failed(st))
        return st;
    if (words)
        return enable_in_words(t, image, words, before, after, modified_id, ret_done);
    *ret_done = enable_in_image(t, image, before, after, modified_id);
    return NT_OK;
}

nt_status token_object_adjust_privileges(token_object *t, const shared_image *image,
                                         uint64_t enabled, const struct privilege_adjustment *a,
                                         bool *ret_done)
{
    SharedWord *words = token_words_at(t->words);

    if (!a->remove && (words || (t->flags & TOKEN_DERIVED)))
        return adjust_here(t, image, words, enabled, a, ret_done);
    *ret_done = true;
    return t->flags & TOKEN_DERIVED ? token_object_change(t, remove_in_image, a)
                                    : adjust_remote(t, a);
}
