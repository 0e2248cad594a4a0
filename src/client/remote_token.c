/* SPDX-License-Identifier: MIT */
#include "client/remote_token.h"

#include <stdatomic.h>
#include <stdlib.h>

struct remote_token {
    atomic_uint refs;
    connection *connection;
    uint64_t id;
};

nt_status remote_token_new(remote_token **ret, connection *c, uint64_t id)
{
    remote_token *r = malloc(sizeof(*r));

    if (!r) {
        connection_release_token(c, id);
        return NT(NO_MEMORY);
    }
    atomic_init(&r->refs, 1);
    r->connection = connection_ref(c);
    r->id = id;
    connection_count_token(c);
    *ret = r;
    return NT_OK;
}

remote_token *remote_token_ref(remote_token *r)
{
    atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
    return r;
}

remote_token *remote_token_unref(remote_token *r)
{
    if (!r || atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
        return NULL;
    connection_release_token(r->connection, r->id);
    connection_uncount_token(r->connection);
    connection_unref(r->connection);
    free(r);
    return NULL;
}

uint64_t remote_token_id(const remote_token *r)
{
    return r->id;
}

connection *remote_token_connection(const remote_token *r)
{
    return r->connection;
}

nt_status remote_token_call(const remote_token *r, Openlogon__Request *request, int fd,
                            reply_kind expect, struct reply *ret)
{
    if (!connection_alive(r->connection))
        return NT(INVALID_HANDLE);
    return connection_call(r->connection, request, fd, expect, ret, NULL);
}
