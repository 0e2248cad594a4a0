/* SPDX-License-Identifier: MIT */
#include "client/process_token.h"

#include <pthread.h>

#include "client/authority.h"

/*
 * `mutex` is held while the authority is asked, so that it is asked once. `cached` and what belongs
 * to it change under it only.
 */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static token_object *cached;
static uint32_t cached_granted;
static struct token_edition cached_edition; /* as it was opened */
static bool outdated;

void process_token_lock(void)
{
    (void)pthread_mutex_lock(&mutex);
}

void process_token_unlock(void)
{
    (void)pthread_mutex_unlock(&mutex);
}

void process_token_outdate(void)
{
    outdated = true;
}

nt_status process_token_of_pid(token_object **ret, uint32_t *ret_granted, uint32_t pid,
                               uint32_t desired_access)
{
    Openlogon__OpenProcessTokenRequest open = OPENLOGON__OPEN_PROCESS_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(OPEN_PROCESS_TOKEN, open_process_token, &open);
    _cleanup_(connection_unrefp) connection *c = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    open.pid = pid;
    open.desired_access = desired_access;
    st = authority_call(pid == 0 ? AS_PROCESS : AS_THREAD, &request, REPLY_OF(TOKEN), &reply, &c);
    if (nt_failed(st))
        return st;
    *ret_granted = reply.message->token->granted_access;
    return token_object_from_reply(ret, c, reply.message->token, reply.fd);
}

/* A token whose connection broke is of an authority that is gone; the next one has another. */
static bool cached_alive(void)
{
    return cached && !outdated &&
           connection_alive(remote_token_connection(token_object_remote(cached)));
}

/* What has changed may be the descriptor, which decides what this process may do with it. */
static bool cached_usable(void)
{
    return cached_alive() && token_object_is_edition(cached, &cached_edition);
}

static nt_status fetch_locked(void)
{
    token_object *fresh, *old = cached;
    nt_status st = process_token_of_pid(&fresh, &cached_granted, 0, MAXIMUM_ALLOWED);

    if (nt_failed(st))
        return st;
    cached = fresh;
    cached_edition = token_object_edition(fresh);
    outdated = false;
    token_object_unref(old);
    return NT_OK;
}

nt_status process_token_get(token_object **ret, uint32_t *ret_granted)
{
    nt_status st = NT_OK;

    process_token_lock();
    if (!cached_usable())
        st = fetch_locked();
    if (!nt_failed(st)) {
        *ret = token_object_ref(cached);
        if (ret_granted)
            *ret_granted = cached_granted;
    }
    process_token_unlock();
    return st;
}
