/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/luid.h"
#include "complaint.h"
#include "text.h"

static void drop_blocks(struct listing *l)
{
    for (size_t i = 0; i < l->n_blocks; i++)
        LsaFreeReturnBuffer(l->blocks[i]);
    l->n_blocks = 0;
}

void listing_done(struct listing *l)
{
    drop_blocks(l);
    free(l->blocks);
    free(l->sessions);
    free(l->processes);
    *l = (struct listing){ 0 };
}

/* --- sessions ----------------------------------------------------------------------------------
 */

static void put_sid(char *to, PSID sid)
{
    _cleanup_(freep) char *text = text_of_sid(sid);

    to[0] = '\0';
    if (text)
        (void)snprintf(to, LISTED_SID_SIZE, "%s", text);
}

static void session_fill(struct listed_session *to, const OPENLOGON_SESSION *from)
{
    to->id = luid_to_u64(from->id);
    to->user = from->user;
    to->domain = from->domain;
    to->package = from->package;
    to->server = from->logon_server;
    to->dns_domain = from->dns_domain;
    to->upn = from->upn;
    put_sid(to->sid, from->sid);
    to->type = from->logon_type;
    to->wts_session = from->wts_session;
    to->logon_time = from->logon_time.QuadPart;
    to->uid = from->extra.uid;
    to->references = from->extra.references;
    to->enforced = from->extra.enforced;
    to->linked = luid_to_u64(from->extra.linked);
    to->elevation_type = (uint32_t)from->extra.elevation_type;
    to->service = from->login.service;
    to->tty = from->login.tty;
    to->remote_host = from->login.remote_host;
    to->remote_user = from->login.remote_user;
}

/* Takes the block. */
static DWORD append(struct listing *l, OPENLOGON_SESSION *block, size_t n)
{
    struct listed_session *sessions =
        reallocarray(l->sessions, l->n_sessions + n + 1, sizeof(*sessions));
    OPENLOGON_SESSION **blocks = reallocarray(l->blocks, l->n_blocks + 1, sizeof(*blocks));

    l->sessions = sessions ? sessions : l->sessions;
    l->blocks = blocks ? blocks : l->blocks;
    if (!sessions || !blocks) {
        LsaFreeReturnBuffer(block);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    blocks[l->n_blocks++] = block;
    for (size_t i = 0; i < n; i++)
        session_fill(&sessions[l->n_sessions++], &block[i]);
    return ERROR_SUCCESS;
}

static DWORD fetch(struct listing *l)
{
    OPENLOGON_SESSION *block = NULL;
    DWORD n = 0, n_hidden = 0;

    if (!openlogon_query_sessions(&l->position, &block, &n, &n_hidden))
        return last_error();
    l->n_hidden += n_hidden;
    l->at_end = luid_to_u64(l->position) == 0;
    return append(l, block, n);
}

/* --- processes ---------------------------------------------------------------------------------
 */

static int compare_processes(const void *a, const void *b)
{
    const struct listed_process *one = a, *other = b;

    if (one->session != other->session)
        return one->session < other->session ? -1 : 1;
    return one->pid < other->pid ? -1 : one->pid > other->pid;
}

static DWORD load_processes(struct listing *l)
{
    OPENLOGON_PROCESS *processes = NULL;
    DWORD count = 0;

    if (!openlogon_enumerate_processes(&processes, &count))
        return last_error();
    l->processes = calloc(count ? count : 1, sizeof(*l->processes));
    if (l->processes)
        l->n_processes = count;
    for (size_t i = 0; i < l->n_processes; i++) {
        l->processes[i].pid = processes[i].pid;
        l->processes[i].session = luid_to_u64(processes[i].session);
        l->processes[i].basis = (uint32_t)processes[i].basis;
        memcpy(l->processes[i].name, processes[i].name, sizeof(l->processes[i].name));
        l->processes[i].name[sizeof(l->processes[i].name) - 1] = '\0';
    }
    LsaFreeReturnBuffer(processes);
    if (!l->processes)
        return ERROR_NOT_ENOUGH_MEMORY;
    qsort(l->processes, l->n_processes, sizeof(*l->processes), compare_processes);
    return ERROR_SUCCESS;
}

/* The session's first one; NULL: it has none. */
static const struct listed_process *first_process(const struct listing *l, uint64_t session)
{
    size_t low = 0, high = l->n_processes;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (l->processes[middle].session < session)
            low = middle + 1;
        else
            high = middle;
    }
    return low < l->n_processes && l->processes[low].session == session ? &l->processes[low] : NULL;
}

void listing_each_process(const struct listing *l, const struct listed_session *session,
                          void (*visit)(const struct listed_process *process, void *context),
                          void *context)
{
    const struct listed_process *process = first_process(l, session->id);

    for (; process && process < l->processes + l->n_processes && process->session == session->id;
         process++)
        visit(process, context);
}

static void count_one(const struct listed_process *process, void *context)
{
    ++*(size_t *)context;
}

size_t listing_count_processes(const struct listing *l, const struct listed_session *session)
{
    size_t n = 0;

    listing_each_process(l, session, count_one, &n);
    return n;
}

/* --- both --------------------------------------------------------------------------------------
 */

static bool check(struct listing *l, DWORD error)
{
    if (error == ERROR_SUCCESS)
        return true;
    listing_done(l);
    complain_of(error, "cannot list the logon sessions");
    return false;
}

/* What is asked of processes may make sessions known: so they are first. */
bool listing_open(struct listing *l)
{
    return check(l, load_processes(l));
}

bool listing_next_page(struct listing *l)
{
    l->n_before += l->n_sessions;
    l->n_sessions = 0;
    drop_blocks(l);
    return check(l, fetch(l));
}

bool listing_load(struct listing *l)
{
    DWORD error = load_processes(l);

    while (error == ERROR_SUCCESS && !l->at_end)
        error = fetch(l);
    return check(l, error);
}

const struct listed_session *listing_find(const struct listing *l, uint64_t id)
{
    size_t low = 0, high = l->n_sessions;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (l->sessions[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < l->n_sessions && l->sessions[low].id == id ? &l->sessions[low] : NULL;
}
