/* SPDX-License-Identifier: MIT */
#include "daemon/restore.h"

#include <errno.h>
#include <inttypes.h>

#include "authority/journal_record.h"
#include "authority/linked.h"
#include "base/log.h"
#include "base/slab.h"

/* Something that later records refer to; by the id of its own record. */
struct restored {
    struct id_node node;
    Session *session;        /* one of these: a reference until all is there, */
    Token *token;            /* the same, */
    struct token_refs *refs; /* or borrowed */
};

struct restore {
    Daemon *daemon;
    struct slab memory; /* of what is remembered, apart from what stays */
    struct id_map all;
    size_t n_sessions, n_tokens;
};

static nt_status remember(struct restore *restore, uint64_t id, const struct restored *what)
{
    struct restored *copy = slab_take(&restore->memory);

    if (!copy)
        return NT(NO_MEMORY);
    *copy = *what;
    copy->node.id = id;
    (void)id_map_insert(&restore->all, &copy->node); /* records come by rising id */
    return NT_OK;
}

/* What nothing else refers to ends here. */
static void restore_done(struct restore *restore)
{
    struct id_node *node;

    while ((node = restore->all.last)) {
        struct restored *restored = ID_ENTRY(node, struct restored, node);

        id_map_remove(&restore->all, node);
        token_unref(restored->token);
        session_unref(restored->session);
    }
    slab_done(&restore->memory);
}

static struct restored *find(const struct restore *restore, uint64_t id)
{
    return ID_ENTRY(id_map_find(&restore->all, id), struct restored, node);
}

static nt_status find_token(const struct restore *restore, uint64_t id, Token **ret)
{
    const struct restored *restored = find(restore, id);

    if (!restored || !restored->token)
        return NT(INTERNAL_DB_CORRUPTION);
    *ret = restored->token;
    return NT_OK;
}

/* --- one of each kind --------------------------------------------------------------------------
 */

static nt_status restore_session(struct restore *restore, uint64_t id, const void *bytes,
                                 size_t size)
{
    _cleanup_(session_unrefp) Session *session = NULL;
    struct session_record record;
    nt_status st = session_record_decode(&record, bytes, size);

    if (!nt_failed(st))
        st = session_restore(&session, restore->daemon->authority->sessions, id, &record);
    if (!nt_failed(st))
        st = remember(restore, id, &(struct restored){ .session = session });
    if (nt_failed(st))
        return st;
    restore->n_sessions++;
    (void)TAKE(session);
    return NT_OK;
}

/* Whose size the token counted for may have less room than before: then nobody pays. */
static void pay(const Authority *authority, Token *token, const struct token_record *record)
{
    if (record->payer != JOURNAL_NO_UID)
        (void)token_pay(token, authority->quotas, record->payer).code;
}

static nt_status restore_token(struct restore *restore, uint64_t id, const void *bytes, size_t size)
{
    const Authority *authority = restore->daemon->authority;
    _cleanup_(token_unrefp) Token *token = NULL;
    struct token_record record;
    Session *session;
    nt_status st = token_record_decode(&record, bytes, size);

    if (nt_failed(st))
        return st;
    if (nt_failed(session_store_find(authority->sessions, record.session, &session)))
        return NT(INTERNAL_DB_CORRUPTION);
    st = token_restore(&token, authority->tokens, session, id, &record);
    if (!nt_failed(st))
        st = linked_restore(authority->sessions, token);
    if (!nt_failed(st))
        st = remember(restore, id, &(struct restored){ .token = token });
    if (nt_failed(st))
        return st;
    pay(authority, token, &record);
    restore->n_tokens++;
    (void)TAKE(token);
    return NT_OK;
}

static nt_status restore_holder(struct restore *restore, uint64_t id, const void *bytes,
                                size_t size)
{
    struct holder_record record;
    struct token_refs *refs;
    nt_status st = holder_record_decode(&record, bytes, size);

    if (!nt_failed(st))
        st = orphan_restore(restore->daemon->orphans, &refs, id, &record);
    if (nt_failed(st) || !refs)
        return st;
    return remember(restore, id, &(struct restored){ .refs = refs });
}

static nt_status restore_lease(struct restore *restore, uint64_t id, const void *bytes, size_t size)
{
    struct lease_record record;
    struct token_refs *refs;
    nt_status st = lease_record_decode(&record, bytes, size);

    if (!nt_failed(st))
        st = lease_restore(&restore->daemon->leases, &refs, id, &record);
    if (nt_failed(st) || !refs)
        return st;
    return remember(restore, id, &(struct restored){ .refs = refs });
}

/* One whose holder is no more goes with it. */
static nt_status restore_reference(struct restore *restore, uint64_t id, const void *bytes,
                                   size_t size)
{
    const struct restored *owner;
    struct reference_record record;
    Token *token;
    nt_status st = reference_record_decode(&record, bytes, size);

    if (!nt_failed(st))
        st = find_token(restore, record.token, &token);
    if (nt_failed(st))
        return st;
    owner = find(restore, record.owner);
    if (owner && owner->refs)
        return token_refs_restore(owner->refs, id, token, &record);
    journal_forget(restore->daemon->authority->journal, id);
    return NT_OK;
}

static nt_status restore_leaf(struct restore *restore, uint64_t id, const void *bytes, size_t size)
{
    struct leaf_record record;
    Token *token;
    nt_status st = leaf_record_decode(&record, bytes, size);

    if (!nt_failed(st))
        st = find_token(restore, record.token, &token);
    return nt_failed(st) ? st
                         : leaf_restore(restore->daemon->authority->leaves, id, token, &record);
}

static nt_status restore_login(struct restore *restore, uint64_t id, const void *bytes, size_t size)
{
    Daemon *daemon = restore->daemon;
    struct login_state_record record;
    Login *login = NULL;
    Token *token;
    nt_status st = login_state_record_decode(&record, bytes, size);

    if (!nt_failed(st))
        st = find_token(restore, record.token, &token);
    if (!nt_failed(st))
        st = login_restore(daemon->authority->logins, &login, id, token, &record);
    return nt_failed(st) || !login ? st : daemon_watch_login(daemon, login);
}

static nt_status restore_process(struct restore *restore, uint64_t id, const void *bytes,
                                 size_t size)
{
    Daemon *daemon = restore->daemon;
    struct process_record record;
    ProcessRecord *process;
    Token *token;
    nt_status st = process_record_decode(&record, bytes, size);

    if (!nt_failed(st))
        st = find_token(restore, record.token, &token);
    if (!nt_failed(st))
        st = process_table_restore(daemon->authority->processes, &process, id, token, &record);
    if (nt_failed(st) || !process)
        return st;
    return daemon_watch_process(daemon, process);
}

static nt_status restore_service(struct restore *restore, uint64_t id, const void *bytes,
                                 size_t size)
{
    struct service_record record;
    Token *token;
    nt_status st = service_record_decode(&record, bytes, size);

    if (!nt_failed(st))
        st = find_token(restore, record.token, &token);
    return nt_failed(st) ? st
                         : process_table_restore_service(restore->daemon->authority->processes, id,
                                                         record.uid, token);
}

static nt_status restore_parcel(struct restore *restore, uint64_t id, const void *bytes,
                                size_t size)
{
    struct parcel_record record;
    struct token_refs *refs;
    nt_status st = parcel_record_decode(&record, bytes, size);

    if (!nt_failed(st))
        st = parcel_restore(&restore->daemon->leases, &refs, id, &record);
    if (nt_failed(st) || !refs)
        return st;
    return remember(restore, id, &(struct restored){ .refs = refs });
}

static nt_status restore_permit(struct restore *restore, uint64_t id, const void *bytes,
                                size_t size)
{
    struct permit_record record;
    Token *token = NULL;
    nt_status st = permit_record_decode(&record, bytes, size);

    if (!nt_failed(st) && record.token != 0)
        st = find_token(restore, record.token, &token);
    if (nt_failed(st))
        return st;
    return socket_permits_restore(restore->daemon->permits, id, &record, token);
}

static nt_status restore_wts(struct restore *restore, uint64_t id, const void *bytes, size_t size)
{
    struct wts_record record;
    nt_status st = wts_record_decode(&record, bytes, size);

    return nt_failed(st) ? st : wts_restore(restore->daemon->authority->wts, id, &record);
}

/* --- all of them -------------------------------------------------------------------------------
 */

static nt_status (*const restorers[JOURNAL_KINDS])(struct restore *restore, uint64_t id,
                                                   const void *bytes, size_t size) = {
    [JOURNAL_SESSION] = restore_session, [JOURNAL_TOKEN] = restore_token,
    [JOURNAL_HOLDER] = restore_holder,   [JOURNAL_REFERENCE] = restore_reference,
    [JOURNAL_LEASE] = restore_lease,     [JOURNAL_LEAF] = restore_leaf,
    [JOURNAL_PROCESS] = restore_process, [JOURNAL_SERVICE] = restore_service,
    [JOURNAL_LOGIN] = restore_login,     [JOURNAL_PARCEL] = restore_parcel,
    [JOURNAL_PERMIT] = restore_permit,   [JOURNAL_WTS] = restore_wts,
};

/* An id that nobody can have got says that the reserve of LUIDs is not of this boot's journal. */
static nt_status restore_record(enum journal_kind kind, uint64_t id, const void *bytes, size_t size,
                                void *context)
{
    struct restore *restore = context;
    nt_status st;

    if (!luid_was_taken(restore->daemon->authority->luids, id)) {
        log_error("LUID %#" PRIx64 " of a logon session was never handed out: the file \"luid\" in "
                  "the state directory is not the one that was there",
                  id);
        return NT(INTERNAL_DB_CORRUPTION);
    }
    if (!restorers[kind])
        return NT(INTERNAL_DB_CORRUPTION);
    st = restorers[kind](restore, id, bytes, size);
    if (nt_failed(st))
        log_error("record %#" PRIx64 " (kind %d) of the logon sessions: %s", id, (int)kind,
                  nt_status_name(st));
    return st;
}

static nt_status load(struct restore *restore)
{
    Authority *authority = restore->daemon->authority;
    nt_status st = token_store_begin_restore(authority->tokens);

    if (nt_failed(st))
        return st;
    st = journal_load(authority->journal, restore_record, restore);
    if (nt_failed(st))
        return st;
    st = token_store_end_restore(authority->tokens);
    process_table_drop_unused_services(authority->processes);
    return st;
}

static bool is_restored(uint64_t id, void *context)
{
    return find(context, id) != NULL;
}

int restore_all(Daemon *daemon)
{
    struct restore restore = { .daemon = daemon, .memory = SLAB(struct restored) };
    nt_status st = load(&restore);

    if (!nt_failed(st)) {
        lifelines_sweep(&daemon->lines, is_restored, &restore);
    } else {
        log_error("cannot take over the logon sessions of the openlogond before: %s",
                  nt_status_name(st));
        journal_freeze(daemon->authority->journal); /* it stays as it was found */
    }
    restore_done(&restore);
    if (nt_failed(st))
        return -EIO;
    wts_end_restore(daemon->authority->wts);
    /* If it fails it was logged, and is tried again at each turn. */
    (void)journal_commit(daemon->authority->journal).code;
    if (restore.n_sessions > 0)
        log_info("took over %zu logon sessions and %zu tokens", restore.n_sessions,
                 restore.n_tokens);
    return 0;
}
