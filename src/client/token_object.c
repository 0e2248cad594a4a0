/* SPDX-License-Identifier: MIT */
#include "client/token_object.h"

#include <stdlib.h>

#include "client/luid_block.h"
#include "client/token_state.h"

static void token_object_destroy(struct object *object)
{
    token_object *t = token_object_of(object);

    shared_image_unref(t->image);
    remote_token_unref(t->remote);
    remote_token_unref(t->first_remote);
    token_words_free(t->words);
    free(t->security.bytes);
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
    return atomic_load_explicit(&t->remote, memory_order_acquire);
}

void token_object_wear(token_object *t)
{
    atomic_fetch_add_explicit(&t->n_wearers, 1, memory_order_relaxed);
}

void token_object_unwear(token_object *t)
{
    atomic_fetch_sub_explicit(&t->n_wearers, 1, memory_order_relaxed);
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
    atomic_init(&t->remote, remote_token_ref(remote));
    atomic_init(&t->flags, flags);
    t->image = shared;
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
        st = token_words_new(&t->words, reply->token_id, words_fd);
    if (nt_failed(st))
        return st;
    *ret = TAKE(t);
    return NT_OK;
}

/*
 * What a copy is of, and whether that can be told from its origin alone later on: not when its
 * origin is changed without that being published, or when it became another meanwhile. The flags
 * are read before the remote token, which changes before them.
 */
static unsigned origin_of(const token_object *parent, const token_image *image,
                          struct token_edition *ret)
{
    unsigned flags = atomic_load(&parent->flags);
    bool is_derived_image = token_image_slot(image) == 0;

    *ret = is_derived_image
               ? parent->origin
               : (struct token_edition){ token_image_slot(image), token_image_modified_id(image) };
    if (parent->words || (is_derived_image && !(flags & TOKEN_DERIVED)))
        flags |= TOKEN_CHANGED;
    return flags | TOKEN_DERIVED;
}

nt_status token_object_derive(token_object **ret, const token_object *parent, token_image *image,
                              unsigned flags)
{
    struct token_edition origin;
    unsigned inherited = origin_of(parent, image, &origin);
    uint64_t id;
    nt_status st = luid_allocate(&id);

    if (nt_failed(st)) {
        token_image_free(image);
        return st;
    }
    token_image_set_ids(image, id, id);
    token_image_set_slot(image, 0);
    st = token_object_new(ret, atomic_load(&parent->remote), image, inherited | flags);
    if (!nt_failed(st))
        (*ret)->origin = origin;
    return st;
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

shared_image *token_state_peek(token_object *t)
{
    stripe *s = stripe_of(t);
    shared_image *image;

    stripe_lock(s);
    read_words(t);
    image = shared_image_ref(t->image);
    stripe_unlock(s);
    return image;
}

bool token_state_replace(token_object *t, const shared_image *old, uint64_t modified_id,
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

uint64_t token_state_published_id(const token_object *t, const token_image *image)
{
    uint32_t slot = token_image_slot(image);

    return slot ? connection_modified_id(remote_token_connection(token_object_remote(t)), slot) : 0;
}

struct token_edition token_object_edition(token_object *t)
{
    _cleanup_(shared_image_unrefp) shared_image *image = token_state_peek(t);

    return (struct token_edition){ token_image_slot(image->image), image->published_id };
}

bool token_object_is_edition(const token_object *t, const struct token_edition *edition)
{
    const connection *c = remote_token_connection(token_object_remote(t));

    return (connection_modified_id(c, edition->slot) & ~TOKEN_WATCHED) == edition->modified_id;
}

static bool image_is_current(const token_object *t, const shared_image *image)
{
    uint64_t published = token_state_published_id(t, image->image) & ~TOKEN_WATCHED;

    return published == 0 || published == image->published_id;
}

static nt_status take_reply(token_object *t, const shared_image *old,
                            const Openlogon__TokenReply *reply, shared_image **ret)
{
    token_image *parsed;
    shared_image *fresh;
    nt_status st = token_image_parse(&parsed, reply->image.data, reply->image.len);

    if (!nt_failed(st))
        st = shared_image_take(&fresh, parsed);
    if (nt_failed(st))
        return st;
    (void)token_state_replace(t, old, token_image_modified_id(old->image), shared_image_ref(fresh));
    *ret = fresh;
    return NT_OK;
}

nt_status token_state_from_reply(token_object *t, const shared_image *old,
                                 const Openlogon__TokenReply *reply)
{
    _cleanup_(shared_image_unrefp) shared_image *fresh = NULL;

    return take_reply(t, old, reply, &fresh);
}

static nt_status image_fetch(token_object *t, const shared_image *old, shared_image **ret)
{
    Openlogon__QueryTokenRequest query = OPENLOGON__QUERY_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(QUERY_TOKEN, query_token, &query);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    const remote_token *remote = token_object_remote(t);
    nt_status st;

    query.token_id = remote_token_id(remote);
    st = remote_token_call(remote, &request, -1, REPLY_OF(TOKEN), &reply);
    if (nt_failed(st))
        return st;
    return take_reply(t, old, reply.message->token, ret);
}

shared_image *token_object_image_at_hand(token_object *t)
{
    shared_image *image = token_state_peek(t);

    return image_is_current(t, image) ? image : shared_image_unref(image);
}

nt_status token_object_image(token_object *t, shared_image **ret)
{
    _cleanup_(shared_image_unrefp) shared_image *image = token_state_peek(t);

    if (!image_is_current(t, image))
        return image_fetch(t, image, ret);
    *ret = TAKE(image);
    return NT_OK;
}
