/* SPDX-License-Identifier: MIT */
/* What <openlogon.h> tells of logins through PAM, and of processes and their sessions. */
#include <openlogon.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/luid.h"
#include "client/authority.h"
#include "client/last_error.h"
#include "ipc/session_guid.h"

/* --- processes -------------------------------------------------------------------------------- */

BOOL openlogon_query_process_session(DWORD pid, LUID *session, OPENLOGON_PROCESS_BASIS *basis)
{
    Openlogon__ProcessSessionRequest ask = OPENLOGON__PROCESS_SESSION_REQUEST__INIT;
    Openlogon__Request request = REQUEST(PROCESS_SESSION, process_session, &ask);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = session ? NT_OK : NT(INVALID_PARAMETER);

    ask.pid = pid;
    if (!nt_failed(st))
        st = authority_call(AS_THREAD, &request, REPLY_OF(PROCESS_SESSION), &reply, NULL);
    if (nt_failed(st))
        return finish(st);
    *session = luid_from_u64(reply.message->process_session->session);
    if (basis)
        *basis = (OPENLOGON_PROCESS_BASIS)reply.message->process_session->basis;
    return TRUE;
}

/* --- names for good --------------------------------------------------------------------------- */

/* It does not change while a process lives. */
static struct boot_id boot;
static int boot_status;
static pthread_once_t boot_once = PTHREAD_ONCE_INIT;

static void read_boot(void)
{
    boot_status = boot_id_read(&boot);
}

BOOL openlogon_session_guid(const LUID *session, GUID *guid)
{
    uint64_t luid;
    GUID made;

    if (!session || !guid)
        return finish(NT(INVALID_PARAMETER));
    (void)pthread_once(&boot_once, read_boot);
    if (boot_status < 0)
        return finish(NT(NOT_SUPPORTED));
    made = (GUID){ .Data1 = boot.first, .Data2 = boot.second, .Data3 = boot.third };
    luid = luid_to_u64(*session);
    for (size_t i = 0; i < sizeof(made.Data4); i++)
        made.Data4[i] = (BYTE)(luid >> (8 * (sizeof(made.Data4) - 1 - i)));
    *guid = made;
    return TRUE;
}

/* --- logins ----------------------------------------------------------------------------------- */

/* What a login is told with: where the texts come from, and where they go. */
static const struct {
    size_t from, to;
} texts[] = {
    { offsetof(Openlogon__SessionData, login_service), offsetof(OPENLOGON_LOGIN, service) },
    { offsetof(Openlogon__SessionData, login_tty), offsetof(OPENLOGON_LOGIN, tty) },
    { offsetof(Openlogon__SessionData, login_host), offsetof(OPENLOGON_LOGIN, remote_host) },
    { offsetof(Openlogon__SessionData, login_user), offsetof(OPENLOGON_LOGIN, remote_user) },
};

static const char *text_from(const Openlogon__SessionData *from, size_t i)
{
    return *(char *const *)(const void *)((const char *)from + texts[i].from);
}

static nt_status build(OPENLOGON_LOGIN **ret, const Openlogon__SessionData *from)
{
    size_t size = sizeof(OPENLOGON_LOGIN);
    OPENLOGON_LOGIN *login;
    char *next;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        size += strlen(text_from(from, i)) + 1;
    login = malloc(size);
    if (!login)
        return NT(NO_MEMORY);
    login->leader = from->login_leader;
    login->audit_session = from->audit_session;
    next = (char *)(login + 1);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        *(const char **)(void *)((char *)login + texts[i].to) = next;
        next = stpcpy(next, text_from(from, i)) + 1;
    }
    *ret = login;
    return NT_OK;
}

BOOL openlogon_query_login(const LUID *session, OPENLOGON_LOGIN **login)
{
    Openlogon__QuerySessionRequest query = OPENLOGON__QUERY_SESSION_REQUEST__INIT;
    Openlogon__Request request = REQUEST(QUERY_SESSION, query_session, &query);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = session && login ? NT_OK : NT(INVALID_PARAMETER);

    if (!nt_failed(st)) {
        query.luid = luid_to_u64(*session);
        st = authority_call(AS_THREAD, &request, REPLY_OF(SESSION), &reply, NULL);
    }
    if (nt_failed(st))
        return finish(st);
    if (!*reply.message->session->login_service)
        return fail(ERROR_NOT_FOUND);
    return finish(build(login, reply.message->session));
}
