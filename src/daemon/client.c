/* SPDX-License-Identifier: MIT */
#include "daemon/client.h"

#include <unistd.h>

#include "linux/peer.h"

static nt_status read_peer(Client *client)
{
    struct peer_identity peer = PEER_IDENTITY_NONE;
    int r = peer_identity_read(client->fd, &peer);

    if (r < 0)
        return nt_from_errno(r);
    client->pid = peer.pid;
    client->uid = peer.uid;
    client->pidfd = peer.pidfd;
    peer.pidfd = -1;
    peer_identity_done(&peer);
    return NT_OK;
}

nt_status client_new(Client **ret, Authority *authority, int fd)
{
    _cleanup_(client_freep) Client *client = calloc(1, sizeof(*client));
    nt_status st;

    if (!client) {
        (void)close(fd);
        return NT(NO_MEMORY);
    }
    client->authority = authority;
    client->state = CLIENT_NEW;
    client->fd = fd;
    client->pidfd = -1;
    st = read_peer(client);
    if (nt_failed(st))
        return st;
    token_refs_init(&client->tokens, authority, client->uid);
    st = quota_charge(&client->charge, authority->quotas, client->uid, QUOTA_CONNECTIONS, 1);
    if (nt_failed(st))
        return st;
    *ret = TAKE(client);
    return NT_OK;
}

void client_drop_holdings(Client *client)
{
    while (client->prepared.first)
        prepared_process_free(ID_ENTRY(client->prepared.first, PreparedProcess, node));
    policy_handles_done(&client->policy_handles);
    token_refs_done(&client->tokens);
}

void client_revoke(Client *client, const struct session_filter *filter)
{
    struct id_node *node = client->prepared.first;

    while (node) {
        PreparedProcess *prepared = ID_ENTRY(node, PreparedProcess, node);

        node = id_map_next(&client->prepared, node);
        if (session_filter_matches(filter, token_session(prepared->token)))
            prepared_process_free(prepared);
    }
    token_refs_revoke(&client->tokens, filter);
}

Client *client_free(Client *client)
{
    if (!client)
        return NULL;
    watcher_free(client->watcher);
    client_drop_holdings(client);
    holder_end(&client->holder, client->authority);
    quota_return(&client->watch_charge);
    quota_return(&client->charge);
    (void)close(client->fd);
    if (client->pidfd >= 0)
        (void)close(client->pidfd);
    free(client);
    return NULL;
}

bool client_is_sender(const Client *client, const struct channel_sender *sender)
{
    return sender->pid == client->pid && sender->uid == client->uid;
}

ProcessRecord *client_process(const Client *client)
{
    return process_table_find(client->authority->processes, client->pid);
}

uint64_t client_add_prepared(Client *client, PreparedProcess *prepared)
{
    prepared->node.id = ++client->last_ticket;
    (void)id_map_insert(&client->prepared, &prepared->node); /* tickets are never used twice */
    prepared->owner = &client->prepared;
    return prepared->node.id;
}

nt_status client_take_prepared(Client *client, uint64_t ticket, PreparedProcess **ret)
{
    PreparedProcess *prepared =
        ID_ENTRY(id_map_find(&client->prepared, ticket), PreparedProcess, node);

    if (!prepared)
        return NT(INVALID_HANDLE);
    id_map_remove(&client->prepared, &prepared->node);
    prepared->owner = NULL;
    *ret = prepared;
    return NT_OK;
}
