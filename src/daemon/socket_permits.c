/* SPDX-License-Identifier: MIT */
#include "daemon/socket_permits.h"

#include <errno.h>
#include <unistd.h>

#define USEC_PER_SEC UINT64_C(1000000)

enum {
    LOOK_INTERVAL_S = 2,
    LOOKED_AT_PER_INTERVAL = 64,
    LOOKED_AT_PER_NEW = 2, /* so that of dead ones there are no more than living ones */
};

/* A process that has made permits. */
struct owner {
    struct id_node node; /* its pid */
    uint64_t start_time;
    struct id_map permits;    /* by the cookies of its sockets */
    struct id_map other_ends; /* by those of the other ends, as far as they are known */
};

struct Permit {
    struct id_node node; /* the cookie of its process's end */
    SocketPermits *set;
    struct owner *owner;
    Permit *previous, *next; /* in the order in which they are looked at */
    uint32_t inode, uid;
    struct id_node other_end; /* its cookie; 0: not known */
    SECURITY_IMPERSONATION_LEVEL level;
    unsigned flags;
    Token *source;
    Token *given; /* NULL: none so far */
    struct {
        uint64_t modified_id, enabled; /* which does not show in the former at once */
    } given_of;                        /* the source then */
    struct quota_charge charge;
    struct journal_item journal;
    uint64_t record;
};

struct SocketPermits {
    struct socket_permits_spec spec;
    int diag;
    struct id_map owners;
    Permit *first, *last;
    sd_event_source *timer; /* on while there are permits */
};

static Journal *journal_of(const SocketPermits *set)
{
    return set->spec.authority->journal;
}

static uint64_t permit_encode(const struct journal_item *item, struct writer *out)
{
    const Permit *permit =
        (const Permit *)(const void *)((const char *)item - offsetof(Permit, journal));
    const struct permit_record record = { .cookie = permit->node.id,
                                          .inode = permit->inode,
                                          .pid = (uint32_t)permit->owner->node.id,
                                          .uid = permit->uid,
                                          .start_time = permit->owner->start_time,
                                          .level = (uint32_t)permit->level,
                                          .flags = permit->flags,
                                          .token = permit->source ? token_id(permit->source) : 0 };

    permit_record_encode(&record, out);
    return permit->record;
}

/* --- the order of looking ----------------------------------------------------------------------
 */

static void link_last(Permit *permit)
{
    SocketPermits *set = permit->set;

    permit->previous = set->last;
    permit->next = NULL;
    if (set->last)
        set->last->next = permit;
    else
        set->first = permit;
    set->last = permit;
}

static void unlink_permit(Permit *permit)
{
    SocketPermits *set = permit->set;

    if (permit->previous)
        permit->previous->next = permit->next;
    else
        set->first = permit->next;
    if (permit->next)
        permit->next->previous = permit->previous;
    else
        set->last = permit->previous;
}

/* --- permits -----------------------------------------------------------------------------------
 */

static void owner_drop_if_unused(SocketPermits *set, struct owner *owner)
{
    if (owner->permits.first)
        return;
    id_map_remove(&set->owners, &owner->node);
    free(owner);
}

/* What it gave stays what it is, but who has it asks again before using it for the socket. */
static void forget_given(Permit *permit)
{
    if (permit->given)
        (void)token_touch(permit->given).code; /* without a LUID nothing more works anyway */
    permit->given = token_unref(permit->given);
}

static void permit_remove(Permit *permit)
{
    SocketPermits *set = permit->set;

    journal_ended(journal_of(set), &permit->journal, permit->record);
    unlink_permit(permit);
    id_map_remove(&permit->owner->permits, &permit->node);
    if (permit->other_end.id != 0)
        id_map_remove(&permit->owner->other_ends, &permit->other_end);
    owner_drop_if_unused(set, permit->owner);
    token_unref(permit->given);
    token_unref(permit->source);
    quota_return(&permit->charge);
    free(permit);
}

static struct owner *owner_find(const SocketPermits *set, uint64_t pid, uint64_t start_time)
{
    struct owner *owner = ID_ENTRY(id_map_find(&set->owners, pid), struct owner, node);

    return owner && owner->start_time == start_time ? owner : NULL;
}

static struct owner *owner_get(SocketPermits *set, uint64_t pid, uint64_t start_time)
{
    struct owner *owner = owner_find(set, pid, start_time);

    if (owner)
        return owner;
    owner = calloc(1, sizeof(*owner));
    if (!owner)
        return NULL;
    owner->node.id = pid;
    owner->start_time = start_time;
    if (id_map_insert(&set->owners, &owner->node))
        return owner;
    free(owner); /* one before it with the same pid: its end is about to be told */
    return NULL;
}

static Permit *permit_find(const struct owner *owner, uint64_t cookie)
{
    return owner ? ID_ENTRY(id_map_find(&owner->permits, cookie), Permit, node) : NULL;
}

static void timer_start(SocketPermits *set)
{
    int enabled = SD_EVENT_OFF;

    (void)sd_event_source_get_enabled(set->timer, &enabled);
    if (enabled != SD_EVENT_OFF)
        return;
    (void)sd_event_source_set_time_relative(set->timer, LOOK_INTERVAL_S * USEC_PER_SEC);
    (void)sd_event_source_set_enabled(set->timer, SD_EVENT_ONESHOT);
}

struct permit_place {
    uint64_t pid, start_time, cookie;
    uint32_t uid;
};

static nt_status permit_new(SocketPermits *set, const struct permit_place *place, Permit **ret)
{
    struct owner *owner = owner_get(set, place->pid, place->start_time);
    Permit *permit = owner ? calloc(1, sizeof(*permit)) : NULL;
    nt_status st = permit ? quota_charge(&permit->charge, set->spec.authority->quotas, place->uid,
                                         QUOTA_PERMITS, 1)
                          : NT(NO_MEMORY);

    if (nt_failed(st)) {
        free(permit);
        if (owner)
            owner_drop_if_unused(set, owner);
        return st;
    }
    permit->set = set;
    permit->owner = owner;
    permit->uid = place->uid;
    permit->journal = JOURNAL_ITEM(JOURNAL_PERMIT);
    permit->node.id = place->cookie;
    (void)id_map_insert(&owner->permits, &permit->node); /* it was not found */
    link_last(permit);
    timer_start(set);
    *ret = permit;
    return NT_OK;
}

/* --- sockets that are closed -------------------------------------------------------------------
 */

static void look_at_first(SocketPermits *set)
{
    Permit *permit = set->first;
    const struct unix_socket socket = { permit->node.id, permit->inode };

    if (unix_socket_exists(set->diag, &socket) == 0) {
        permit_remove(permit);
        return;
    }
    unlink_permit(permit);
    link_last(permit);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
    SocketPermits *set = context;
    const Permit *newest = set->last;
    bool all = false;

    for (int i = 0; i < LOOKED_AT_PER_INTERVAL && set->first && !all; i++) {
        all = set->first == newest;
        look_at_first(set);
    }
    if (set->first)
        timer_start(set);
    set->spec.turn_over(set->spec.context);
    return 0;
}

/* --- making them -------------------------------------------------------------------------------
 */

static nt_status take_source(const struct permit_spec *spec, Token **ret)
{
    *ret = NULL;
    if (spec->level == SecurityAnonymous)
        return NT_OK;
    if (!(spec->flags & PERMIT_DYNAMIC))
        return token_duplicate(ret, spec->token);
    *ret = token_ref(spec->token);
    return NT_OK;
}

/* Another record, since it has to be younger than the token's. */
static nt_status permit_change(Permit *permit, const struct permit_spec *spec)
{
    Token *source;
    uint64_t record;
    nt_status st = take_source(spec, &source);

    if (!nt_failed(st))
        st = luid_take(permit->set->spec.authority->luids, 1, &record);
    if (nt_failed(st)) {
        token_unref(source);
        return st;
    }
    forget_given(permit);
    token_unref(permit->source);
    permit->source = source;
    permit->level = spec->level;
    permit->flags = spec->flags;
    permit->inode = spec->socket.inode;
    if (permit->record != 0)
        journal_ended(journal_of(permit->set), &permit->journal, permit->record);
    permit->journal = JOURNAL_ITEM(JOURNAL_PERMIT);
    permit->record = record;
    journal_changed(journal_of(permit->set), &permit->journal);
    return NT_OK;
}

static nt_status add(SocketPermits *set, const struct permit_spec *spec)
{
    const struct permit_place place = { spec->process->node.id, spec->process->start_time,
                                        spec->socket.cookie, spec->process->uid };
    Permit *permit;
    nt_status st;

    for (int i = 0; i < LOOKED_AT_PER_NEW && set->first; i++)
        look_at_first(set);
    st = permit_new(set, &place, &permit);
    if (nt_failed(st))
        return st;
    st = permit_change(permit, spec);
    if (nt_failed(st))
        permit_remove(permit);
    return st;
}

nt_status socket_permits_set(SocketPermits *set, const struct permit_spec *spec)
{
    Permit *permit = permit_find(owner_find(set, spec->process->node.id, spec->process->start_time),
                                 spec->socket.cookie);

    if (spec->level == SecurityIdentification) {
        if (permit) {
            forget_given(permit);
            permit_remove(permit);
        }
        return NT_OK;
    }
    if (unix_socket_exists(set->diag, &spec->socket) != 1)
        return NT(NOT_SUPPORTED);
    return permit ? permit_change(permit, spec) : add(set, spec);
}

nt_status socket_permits_restore(SocketPermits *set, uint64_t record,
                                 const struct permit_record *stored, Token *token)
{
    const struct permit_place place = { stored->pid, stored->start_time, stored->cookie,
                                        stored->uid };
    const ProcessRecord *process =
        process_table_find(set->spec.authority->processes, (pid_t)stored->pid);
    Permit *permit;
    nt_status st;

    if (!process || process->start_time != stored->start_time) {
        journal_forget(journal_of(set), record);
        return NT_OK;
    }
    if (permit_find(owner_find(set, place.pid, place.start_time), place.cookie) ||
        (token == NULL) != (stored->level == SecurityAnonymous))
        return NT(INTERNAL_DB_CORRUPTION);
    st = permit_new(set, &place, &permit);
    if (nt_failed(st))
        return st;
    permit->inode = stored->inode;
    permit->level = (SECURITY_IMPERSONATION_LEVEL)stored->level;
    permit->flags = stored->flags & PERMIT_FLAGS_ALL;
    permit->source = token ? token_ref(token) : NULL;
    permit->record = record;
    permit->journal.stored = true;
    return NT_OK;
}

/* --- using them --------------------------------------------------------------------------------
 */

/* A connection's ends never change, so it is asked once. */
static Permit *find_by_kernel(const SocketPermits *set, struct owner *owner,
                              const struct unix_socket *other_end)
{
    struct unix_socket socket;
    Permit *permit;

    if (unix_socket_peer(set->diag, other_end, &socket) < 0)
        return NULL;
    permit = permit_find(owner, socket.cookie);
    if (permit && permit->other_end.id == 0) {
        permit->other_end.id = other_end->cookie;
        (void)id_map_insert(&owner->other_ends, &permit->other_end); /* it was not found */
    }
    return permit;
}

Permit *socket_permits_find(SocketPermits *set, const ProcessRecord *process,
                            const struct unix_socket *other_end)
{
    struct owner *owner = owner_find(set, process->node.id, process->start_time);
    struct id_node *node = owner ? id_map_find(&owner->other_ends, other_end->cookie) : NULL;

    if (node)
        return ID_ENTRY(node, Permit, other_end);
    return owner ? find_by_kernel(set, owner, other_end) : NULL;
}

SECURITY_IMPERSONATION_LEVEL permit_level(const Permit *permit)
{
    return permit->level;
}

unsigned permit_flags(const Permit *permit)
{
    return permit->flags;
}

Token *permit_source(const Permit *permit)
{
    return permit->source;
}

static nt_status derive(const Permit *permit, const struct client_ids *ids, Token **ret)
{
    const Authority *authority = permit->set->spec.authority;
    _cleanup_(token_image_freep) token_image *image = NULL;
    _cleanup_(token_unrefp) Token *token = NULL;
    unsigned flags = (authority->enforces_identity ? 0 : CLIENT_ANY_IDS) |
                     (permit->flags & PERMIT_EFFECTIVE_ONLY ? CLIENT_EFFECTIVE_ONLY : 0);
    nt_status st =
        client_image_make(&image, token_peek_image(permit->source), ids, permit->level, flags);

    if (!nt_failed(st))
        st = token_derive(&token, permit->source, image);
    if (!nt_failed(st))
        st = token_pay(token, authority->quotas, permit->uid);
    if (!nt_failed(st))
        *ret = TAKE(token);
    return st;
}

nt_status permit_token(Permit *permit, const struct client_ids *ids, Token **ret)
{
    const token_image *source = token_peek_image(permit->source);
    uint64_t modified_id = token_image_modified_id(source);
    uint64_t enabled = token_image_privileges_enabled(source);
    Token *token;
    nt_status st;

    if (permit->given && permit->given_of.modified_id == modified_id &&
        permit->given_of.enabled == enabled) {
        *ret = permit->given;
        return NT_OK;
    }
    st = derive(permit, ids, &token);
    if (nt_failed(st))
        return st;
    forget_given(permit);
    permit->given = token;
    permit->given_of.modified_id = modified_id;
    permit->given_of.enabled = enabled;
    *ret = token;
    return NT_OK;
}

/* --- the set -----------------------------------------------------------------------------------
 */

void socket_permits_process_ended(SocketPermits *set, const ProcessRecord *process)
{
    struct owner *owner = set ? owner_find(set, process->node.id, process->start_time) : NULL;
    struct id_node *node = owner ? owner->permits.first : NULL;

    while (node) {
        struct id_node *next = id_map_next(&owner->permits, node);

        permit_remove(ID_ENTRY(node, Permit, node)); /* the last one takes the owner along */
        node = next;
    }
}

nt_status socket_permits_new(SocketPermits **ret, const struct socket_permits_spec *spec)
{
    _cleanup_(socket_permits_freep) SocketPermits *set = calloc(1, sizeof(*set));
    int r;

    if (!set)
        return NT(NO_MEMORY);
    set->spec = *spec;
    set->diag = unix_socket_diag_open(); /* without it nothing is ever allowed */
    r = sd_event_add_time(spec->event, &set->timer, CLOCK_MONOTONIC, 0, 0, on_timer, set);
    if (r >= 0)
        r = sd_event_source_set_enabled(set->timer, SD_EVENT_OFF);
    if (r < 0)
        return nt_from_errno(r);
    journal_teach(journal_of(set), JOURNAL_PERMIT, permit_encode);
    *ret = TAKE(set);
    return NT_OK;
}

SocketPermits *socket_permits_free(SocketPermits *set)
{
    if (!set)
        return NULL;
    while (set->first)
        permit_remove(set->first);
    (void)sd_event_source_disable_unref(set->timer);
    if (set->diag >= 0)
        (void)close(set->diag);
    free(set);
    return NULL;
}
