/* SPDX-License-Identifier: MIT */
/* The data of many sessions at once, which the Windows API has no function for. */
#include <openlogon.h>

#include <stdlib.h>
#include <string.h>

#include "base/luid.h"
#include "client/last_error.h"
#include "client/net.h"
#include "security/sid.h"

/* Puts a text behind and makes the pointer at the offset lead there. */
static void put_text(struct net_block *b, size_t pointer, const char *text)
{
    net_block_bytes(b, pointer, text, strlen(text) + 1);
}

/* Texts, and where they go. */
static const struct {
    size_t from, to;
} session_texts[] = {
#define FIELD(from, to)                                                                            \
    {                                                                                              \
        offsetof(Openlogon__SessionData, from), offsetof(OPENLOGON_SESSION, to)                    \
    }
    FIELD(user, user),
    FIELD(domain, domain),
    FIELD(package, package),
    FIELD(logon_server, logon_server),
    FIELD(dns_domain, dns_domain),
    FIELD(upn, upn),
    FIELD(logon_script, logon_script),
    FIELD(profile_path, profile_path),
    FIELD(home_directory, home_directory),
    FIELD(login_service, login.service),
    FIELD(login_tty, login.tty),
    FIELD(login_host, login.remote_host),
    FIELD(login_user, login.remote_user),
#undef FIELD
};

static void put_numbers(OPENLOGON_SESSION *to, const Openlogon__SessionData *from)
{
    to->id = luid_from_u64(from->luid);
    to->logon_type = from->logon_type;
    to->wts_session = from->wts_session;
    to->user_flags = from->user_flags;
    to->failed_attempts = from->failed_attempts;
    to->logon_time.QuadPart = from->logon_time;
    to->last_success.QuadPart = from->last_success;
    to->last_failure.QuadPart = from->last_failure;
    to->logoff_time.QuadPart = from->logoff_time;
    to->kick_off_time.QuadPart = from->kick_off_time;
    to->password_last_set.QuadPart = from->password_last_set;
    to->password_can_change.QuadPart = from->password_can_change;
    to->password_must_change.QuadPart = from->password_must_change;
    to->extra = (OPENLOGON_SESSION_EXTRA){
        .uid = from->uid,
        .references = from->references,
        .enforced = from->enforced,
        .linked = luid_from_u64(from->linked),
        .elevation_type = (TOKEN_ELEVATION_TYPE)from->elevation_type,
    };
    to->login.leader = from->login_leader;
    to->login.audit_session = from->audit_session;
}

static void put_session(struct net_block *b, size_t at, const Openlogon__SessionData *from)
{
    if (b->failed)
        return;
    put_numbers((OPENLOGON_SESSION *)(void *)(b->bytes + at), from);
    for (size_t i = 0; i < ARRAY_SIZE(session_texts); i++)
        put_text(b, at + session_texts[i].to,
                 *(char *const *)(const void *)((const char *)from + session_texts[i].from));
    if (sid_valid(from->sid.data, from->sid.len))
        net_block_bytes(b, at + offsetof(OPENLOGON_SESSION, sid), from->sid.data, from->sid.len);
}

static nt_status build_sessions(OPENLOGON_SESSION **ret, const Openlogon__QuerySessionsReply *page)
{
    _cleanup_(net_block_done) struct net_block b = { 0 };
    size_t at = net_block_reserve(&b, page->n_sessions + 1, sizeof(OPENLOGON_SESSION));

    for (size_t i = 0; i < page->n_sessions; i++)
        put_session(&b, at + i * sizeof(OPENLOGON_SESSION), page->sessions[i]);
    return net_block_finish(&b, (LPBYTE *)ret);
}

BOOL openlogon_query_sessions(LUID *position, OPENLOGON_SESSION **sessions, DWORD *count,
                              DWORD *n_hidden)
{
    Openlogon__QuerySessionsRequest query = OPENLOGON__QUERY_SESSIONS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(QUERY_SESSIONS, query_sessions, &query);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    const Openlogon__QuerySessionsReply *page;
    nt_status st = position && sessions && count ? NT_OK : NT(INVALID_PARAMETER);

    if (!nt_failed(st)) {
        query.after = luid_to_u64(*position);
        st = authority_call(AS_THREAD, &request, REPLY_OF(QUERY_SESSIONS), &reply, NULL);
    }
    if (nt_failed(st))
        return finish(st);
    page = reply.message->query_sessions;
    st = build_sessions(sessions, page);
    if (nt_failed(st))
        return finish(st);
    *count = (DWORD)page->n_sessions;
    if (n_hidden)
        *n_hidden = page->n_hidden;
    *position = luid_from_u64(page->more && page->last > query.after ? page->last : 0);
    return TRUE;
}
