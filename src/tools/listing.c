/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <openlogon.h>

#include "base/luid.h"
#include "base/status.h"
#include "complaint.h"
#include "text.h"

static void session_done(struct listed_session *session)
{
    free(session->user);
    free(session->domain);
    free(session->package);
    free(session->sid);
    free(session->server);
    free(session->dns_domain);
    free(session->upn);
    free(session->service);
    free(session->tty);
    free(session->remote_host);
    free(session->remote_user);
    *session = (struct listed_session){ 0 };
}

void listing_done(struct listing *l)
{
    for (size_t i = 0; i < l->n_sessions; i++)
        session_done(&l->sessions[i]);
    free(l->sessions);
    free(l->processes);
    *l = (struct listing){ 0 };
}

/* False when memory is short. */
static bool session_fill(struct listed_session *ret, const SECURITY_LOGON_SESSION_DATA *data)
{
    *ret = (struct listed_session){
        .id = luid_to_u64(data->LogonId),
        .user = text_of_lsa(&data->UserName),
        .domain = text_of_lsa(&data->LogonDomain),
        .package = text_of_lsa(&data->AuthenticationPackage),
        .sid = text_of_sid(data->Sid),
        .server = text_of_lsa(&data->LogonServer),
        .dns_domain = text_of_lsa(&data->DnsDomainName),
        .upn = text_of_lsa(&data->Upn),
        .type = data->LogonType,
        .wts_session = data->Session,
        .logon_time = data->LogonTime.QuadPart,
        .uid = UINT32_MAX,
    };
    return ret->user && ret->domain && ret->package && ret->server && ret->dns_domain && ret->upn;
}

/* Only of logins through PAM there is something to tell. */
static bool login_fill(struct listed_session *session, const LUID *id)
{
    OPENLOGON_LOGIN *login = NULL;

    if (strcmp(session->package, "PAM") == 0 && openlogon_query_login(id, &login)) {
        session->service = strdup(login->service);
        session->tty = strdup(login->tty);
        session->remote_host = strdup(login->remote_host);
        session->remote_user = strdup(login->remote_user);
        LsaFreeReturnBuffer(login);
        return session->service && session->tty && session->remote_host && session->remote_user;
    }
    return true;
}

/* A session may end between the enumeration and this; it is then left out. */
static DWORD add_session(struct listing *l, LUID id)
{
    struct listed_session *session = &l->sessions[l->n_sessions];
    PSECURITY_LOGON_SESSION_DATA data = NULL;
    OPENLOGON_SESSION_EXTRA extra;
    NTSTATUS status = LsaGetLogonSessionData(&id, &data);
    bool filled;

    if (status == STATUS_ACCESS_DENIED)
        l->n_hidden++;
    if (status == STATUS_ACCESS_DENIED || status == STATUS_NO_SUCH_LOGON_SESSION)
        return ERROR_SUCCESS;
    if (nt_failed(nt_make(status)))
        return LsaNtStatusToWinError(status);
    filled = session_fill(session, data) && login_fill(session, &id);
    LsaFreeReturnBuffer(data);
    if (!filled) {
        session_done(session);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    if (openlogon_query_session_extra(&id, &extra)) {
        session->uid = extra.uid;
        session->references = extra.references;
        session->enforced = extra.enforced;
        session->linked = luid_to_u64(extra.linked);
        session->elevation_type = (uint32_t)extra.elevation_type;
    }
    l->n_sessions++;
    return ERROR_SUCCESS;
}

static DWORD load_sessions(struct listing *l)
{
    ULONG count = 0;
    PLUID ids = NULL;
    NTSTATUS status = LsaEnumerateLogonSessions(&count, &ids);
    DWORD error = ERROR_SUCCESS;

    if (nt_failed(nt_make(status)))
        return LsaNtStatusToWinError(status);
    l->sessions = calloc(count ? count : 1, sizeof(*l->sessions));
    if (!l->sessions)
        error = ERROR_NOT_ENOUGH_MEMORY;
    for (ULONG i = 0; i < count && error == ERROR_SUCCESS; i++)
        error = add_session(l, ids[i]);
    LsaFreeReturnBuffer(ids);
    return error;
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
    return l->processes ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

bool listing_load(struct listing *ret)
{
    struct listing l = { 0 };
    DWORD error = load_processes(&l); /* first: what is asked of them may make sessions known */

    if (error == ERROR_SUCCESS)
        error = load_sessions(&l);
    if (error == ERROR_SUCCESS) {
        *ret = l;
        return true;
    }
    listing_done(&l);
    *ret = (struct listing){ 0 };
    complain_of(error, "cannot list the logon sessions");
    return false;
}

void listing_each_process(const struct listing *l, const struct listed_session *session,
                          void (*visit)(const struct listed_process *process, void *context),
                          void *context)
{
    for (size_t i = 0; i < l->n_processes; i++) {
        if (l->processes[i].session == session->id)
            visit(&l->processes[i], context);
    }
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
