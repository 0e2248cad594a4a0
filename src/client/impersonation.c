/* SPDX-License-Identifier: MIT */
#include "client/impersonation.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "client/mode.h"
#include "client/process_token.h"
#include "client/thread_identity.h"
#include "client/token_change.h"
#include "security/impersonation_level.h"
#include "security/token_groups.h"

/* What the kernel sees of a thread whose token is below level Impersonation. */
enum below_impersonation { BELOW_IS_PROCESS, BELOW_IS_NOBODY };

/* `worn` keeps the list of groups that the thread wears. NULL, NULL: no impersonation. */
struct impersonation {
    token_object *token;
    shared_image *worn;
    bool wears; /* the token's kernel identity */
    enum below_impersonation below;
};

static const struct kernel_identity nobody = { .uid = 65534, .gid = 65534 };

static _Thread_local struct impersonation own;
static pthread_key_t exit_key;
static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;
static int exit_key_error;

static void end_with_thread(void *value)
{
    (void)value;
    impersonation_end();
}

static void make_exit_key(void)
{
    exit_key_error = pthread_key_create(&exit_key, end_with_thread);
}

/* So that the token is let go when the thread ends. Any value but NULL does. */
static nt_status watch_thread_end(void)
{
    (void)pthread_once(&exit_key_once, make_exit_key);
    if (exit_key_error)
        return nt_from_errno(exit_key_error);
    return nt_from_errno(pthread_setspecific(exit_key, &own));
}

static nt_status wear_image(const token_image *image)
{
    struct kernel_identity identity = { .uid = token_image_uid(image),
                                        .gid = token_image_gid(image) };

    if (identity.uid == UINT32_MAX || identity.gid == UINT32_MAX)
        return NT(NONE_MAPPED);
    identity.gids = token_image_gids(image, &identity.n_gids);
    return thread_identity_wear(&identity);
}

static bool is_to_wear(const token_image *image)
{
    return !mode_is_token_only() && token_image_level(image) >= SecurityImpersonation;
}

static nt_status wear_token(const token_image *image, enum below_impersonation below)
{
    if (is_to_wear(image))
        return wear_image(image);
    if (mode_is_token_only())
        return NT_OK;
    if (below == BELOW_IS_NOBODY)
        return thread_identity_wear(&nobody);
    thread_identity_restore();
    return NT_OK;
}

/* The token as the kernel is to see it: without the gids of groups that are disabled. */
static nt_status image_to_wear(token_object *token, shared_image **ret)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    token_image *narrowed = NULL;
    nt_status st = token_object_image(token, &image);

    if (!nt_failed(st))
        st = token_image_for_kernel(&narrowed, image->image);
    if (nt_failed(st))
        return st;
    if (narrowed)
        return shared_image_take(ret, narrowed);
    *ret = TAKE(image);
    return NT_OK;
}

/* Takes both. */
static void own_set(token_object *token, shared_image *worn, enum below_impersonation below)
{
    struct impersonation old = own;

    own = (struct impersonation){ token, worn, worn && is_to_wear(worn->image), below };
    if (own.wears)
        token_object_wear(own.token);
    if (old.wears)
        token_object_unwear(old.token);
    shared_image_unref(old.worn);
    token_object_unref(old.token);
}

static nt_status start_with(token_object *token, enum below_impersonation below)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    bool first = !own.token;
    nt_status st = image_to_wear(token, &image);

    /* Its session went with the authority that held it. */
    if (!nt_failed(st) && !connection_alive(remote_token_connection(token_object_remote(token))))
        st = NT(INVALID_HANDLE);
    if (!nt_failed(st))
        st = watch_thread_end();
    if (nt_failed(st))
        return st;
    if (first)
        mode_pin();
    st = wear_token(image->image, below);
    if (nt_failed(st)) {
        if (first)
            mode_unpin();
        return st;
    }
    own_set(token_object_ref(token), TAKE(image), below);
    return NT_OK;
}

bool impersonation_wears(void)
{
    return own.wears;
}

nt_status impersonation_wear_again(void)
{
    return own.token ? start_with(own.token, own.below) : NT_OK;
}

/* The token to act with: the source itself, where neither type nor level have to change. */
static nt_status acting_token(token_object **ret, token_object *source)
{
    _cleanup_(token_object_unrefp) token_object *process = NULL;
    _cleanup_(shared_image_unrefp) shared_image *process_image = NULL, *image = NULL;
    SECURITY_IMPERSONATION_LEVEL level, allowed;
    nt_status st = token_object_image(source, &image);

    if (!nt_failed(st))
        st = process_token_get(&process, NULL);
    if (!nt_failed(st))
        st = token_object_image(process, &process_image);
    if (nt_failed(st))
        return st;
    level = token_image_type(image->image) == TokenPrimary ? SecurityImpersonation
                                                           : token_image_level(image->image);
    allowed = impersonation_level_for(process_image->image,
                                      token_image_privileges_enabled(process_image->image),
                                      image->image, level);
    if (token_image_type(image->image) != TokenPrimary && allowed == level) {
        *ret = token_object_ref(source);
        return NT_OK;
    }
    return token_object_duplicate(ret, source, TokenImpersonation, allowed);
}

static nt_status start(token_object *source, enum below_impersonation below)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    nt_status st = acting_token(&token, source);

    return nt_failed(st) ? st : start_with(token, below);
}

nt_status impersonation_start(token_object *source)
{
    return start(source, BELOW_IS_PROCESS);
}

nt_status impersonation_start_as_client(token_object *source)
{
    return start(source, BELOW_IS_NOBODY);
}

void impersonation_end(void)
{
    thread_identity_restore();
    if (!own.token)
        return;
    mode_unpin();
    own_set(NULL, NULL, BELOW_IS_PROCESS);
}

token_object *impersonation_token(void)
{
    return own.token;
}

nt_status impersonation_effective_token(token_object **ret)
{
    if (!own.token)
        return process_token_get(ret, NULL);
    *ret = token_object_ref(own.token);
    return NT_OK;
}

nt_status impersonation_acting_token(const remote_token **ret)
{
    if (!own.token)
        return NT_OK;
    if (token_image_level(own.worn->image) < SecurityImpersonation)
        return NT(BAD_IMPERSONATION_LEVEL);
    nt_status st = token_object_make_known(own.token);
    if (!nt_failed(st))
        *ret = token_object_remote(own.token);
    return st;
}
