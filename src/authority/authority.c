/* SPDX-License-Identifier: MIT */
#include "authority/authority.h"

#include <string.h>

#include <windows.h>
#include <ntsecapi.h>

#include "authority/linked.h"
#include "authority/token_access.h"
#include "base/filetime.h"

static const SID sid_system = {
    SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { SECURITY_LOCAL_SYSTEM_RID }
};
static const SID sid_anonymous = {
    SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { SECURITY_ANONYMOUS_LOGON_RID }
};
static const SID sid_local_service = {
    SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { SECURITY_LOCAL_SERVICE_RID }
};
static const SID sid_network_service = {
    SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { SECURITY_NETWORK_SERVICE_RID }
};

/* The sessions that are there from the start, with the names that they have on Windows. */
static const struct well_known_session {
    uint64_t luid;
    const SID *sid;
    const char *user;
    const char *package;
    uint32_t logon_type;
} well_known_sessions[] = {
    { SESSION_SYSTEM, &sid_system, "SYSTEM", "Negotiate", UndefinedLogonType },
    { SESSION_ANONYMOUS, &sid_anonymous, "ANONYMOUS LOGON", "NTLM", Network },
    { SESSION_LOCAL_SERVICE, &sid_local_service, "LOCAL SERVICE", "Negotiate", Service },
    { SESSION_NETWORK_SERVICE, &sid_network_service, "NETWORK SERVICE", "Negotiate", Service },
};

static nt_status add_well_known(Authority *authority, const struct well_known_session *kind,
                                int64_t now)
{
    const struct session_facts facts = {
        .user = kind->user,
        .domain = "NT AUTHORITY",
        .package = kind->package,
        .sid = kind->sid,
        .logon_type = kind->logon_type,
        .uid = kind->luid == SESSION_SYSTEM ? authority->own_uid : UINT32_MAX,
        .logon_time = now,
        .logoff_time = FILETIME_NEVER,
        .kick_off_time = FILETIME_NEVER,
        .password_must_change = FILETIME_NEVER,
    };
    _cleanup_(session_unrefp) Session *session = NULL;
    nt_status st = session_new(&session, authority->sessions, kind->luid, 0);

    return nt_failed(st) ? st : session_activate(session, &facts);
}

static nt_status add_well_known_sessions(Authority *authority, int64_t now)
{
    for (size_t i = 0; i < ARRAY_SIZE(well_known_sessions); i++) {
        nt_status st = add_well_known(authority, &well_known_sessions[i], now);
        if (nt_failed(st))
            return st;
    }
    return NT_OK;
}

static nt_status mint_system(Authority *authority, const struct logon_kernel_ids *ids)
{
    _cleanup_(logon_mint_done) struct logon_mint mint = { 0 };
    Session *session = NULL;
    nt_status st = session_store_find(authority->sessions, SESSION_SYSTEM, &session);

    if (nt_failed(st))
        return st;
    st = logon_mint_system(&mint, ids);
    if (nt_failed(st))
        return st;
    return token_mint(&authority->system_token, authority->tokens, session, &mint.spec);
}

static nt_status make_stores(Authority *authority, const struct authority_spec *spec)
{
    nt_status st = luid_source_open(&authority->luids, spec->state_dirfd, spec->boot_id);

    if (!nt_failed(st))
        st = session_store_new(&authority->sessions);
    if (!nt_failed(st))
        st = wts_table_new(&authority->wts, authority->sessions);
    if (!nt_failed(st))
        st = token_store_new(&authority->tokens, authority->luids, TOKEN_SLOTS);
    if (!nt_failed(st))
        st = quota_table_new(&authority->quotas, authority->own_uid);
    if (!nt_failed(st))
        st = policy_new(&authority->policy);
    if (!nt_failed(st))
        st = leaf_table_new(&authority->leaves, &authority->system, authority->sessions);
    return st;
}

static nt_status make_logins(Authority *authority)
{
    const struct login_table_spec spec = { .system = &authority->system,
                                           .sessions = authority->sessions,
                                           .leaves = authority->leaves,
                                           .journal = authority->journal,
                                           .luids = authority->luids };

    return login_table_new(&authority->logins, &spec);
}

/* What is there by now is made anew at each start. */
static void record_from_now_on(Authority *authority)
{
    session_store_set_journal(authority->sessions, authority->journal);
    token_store_set_journal(authority->tokens, authority->journal);
    leaf_table_set_journal(authority->leaves, authority->journal, authority->luids);
    wts_table_set_journal(authority->wts, authority->journal, authority->luids);
}

nt_status authority_new(Authority **ret, const struct authority_spec *spec)
{
    _cleanup_(authority_freep) Authority *authority = calloc(1, sizeof(*authority));
    nt_status st;

    if (!authority)
        return NT(NO_MEMORY);
    memcpy(&authority->machine, spec->machine, sid_length(spec->machine));
    authority->enforces_identity = spec->enforces_identity;
    authority->own_uid = spec->own.uid;
    authority->system = spec->system;
    authority->journal = spec->journal;
    authority->machine_name = strdup(spec->machine_name);
    if (!authority->machine_name)
        return NT(NO_MEMORY);
    st = make_stores(authority, spec);
    if (!nt_failed(st))
        st = add_well_known_sessions(authority, spec->now);
    if (!nt_failed(st))
        st = mint_system(authority, &spec->own);
    if (!nt_failed(st))
        st = make_logins(authority);
    if (nt_failed(st))
        return st;
    record_from_now_on(authority);
    const struct process_table_spec processes = { .system = &authority->system,
                                                  .leaves = authority->leaves,
                                                  .logins = authority->logins,
                                                  .system_token = authority->system_token,
                                                  .own_uid = authority->own_uid,
                                                  .journal = authority->journal,
                                                  .luids = authority->luids };
    st = process_table_new(&authority->processes, &processes);
    if (nt_failed(st))
        return st;
    *ret = TAKE(authority);
    return NT_OK;
}

void authority_shut_down(Authority *authority)
{
    authority->processes = process_table_free(authority->processes);
    authority->logins = login_table_free(authority->logins);
    authority->leaves = leaf_table_free(authority->leaves);
}

Authority *authority_free(Authority *authority)
{
    if (!authority)
        return NULL;
    authority_shut_down(authority);
    token_unref(authority->system_token);
    token_store_free(authority->tokens);
    wts_table_free(authority->wts);
    session_store_free(authority->sessions);
    quota_table_free(authority->quotas);
    policy_free(authority->policy);
    luid_source_close(authority->luids);
    membership_free(authority->membership);
    free(authority->machine_name);
    free(authority);
    return NULL;
}

nt_status authority_create_session(Authority *authority, Session **ret, uint64_t luid,
                                   uint64_t maker)
{
    Session *present;

    if (!nt_failed(session_store_find_any(authority->sessions, luid, &present)))
        return NT(LOGON_SESSION_COLLISION);
    if (!luid_was_taken(authority->luids, luid))
        return NT(INVALID_PARAMETER);
    return session_new(ret, authority->sessions, luid, maker);
}

static nt_status context_of(Authority *authority, const struct authority_logon *logon,
                            struct logon_context *ret)
{
    *ret = (struct logon_context){ .machine = &authority->machine.sid,
                                   .policy = authority->policy,
                                   .membership = authority->membership,
                                   .logon_type = logon->logon_type,
                                   .flags = logon->flags,
                                   .origin = logon->origin,
                                   .source = { "Advapi  ", session_luid(logon->session) } };
    if (logon->source)
        ret->source = *logon->source;
    return luid_take(authority->luids, 1, &ret->logon_sid_luid);
}

nt_status authority_complete_logon(Authority *authority, Token **ret,
                                   const struct authority_logon *logon)
{
    _cleanup_(logon_mint_done) struct logon_mint mint = { 0 };
    struct session_facts facts = *logon->facts;
    const struct elevation_policy rules = policy_elevation(authority->policy);
    struct logon_context context;
    nt_status st = policy_status(authority->policy);

    if (nt_failed(st))
        return st;
    st = context_of(authority, logon, &context);
    if (nt_failed(st))
        return st;
    st = logon_mint(&mint, logon->identity, &context);
    if (nt_failed(st))
        return st;
    facts.sid = logon->identity->user;
    facts.uid = mint.spec.uid;
    facts.logon_type = logon->logon_type;
    if (facts.wts_session == WTS_SERVICES)
        facts.wts_session = wts_of_session(authority->sessions, logon->origin);
    mint.spec.wts_session = facts.wts_session;
    if (linked_is_due(&rules, logon, &mint, &authority->machine.sid))
        return linked_complete(authority, ret, logon->session, &facts, &mint);
    st = session_activate(logon->session, &facts);
    if (nt_failed(st))
        return st;
    return token_mint(ret, authority->tokens, logon->session, &mint.spec);
}

nt_status authority_add_service(Authority *authority, uint32_t uid, const char *name,
                                const struct logon_identity *identity, int64_t now)
{
    const struct session_facts facts = { .user = name,
                                         .domain = authority->machine_name,
                                         .package = "Kernel",
                                         .logon_time = now,
                                         .logoff_time = FILETIME_NEVER,
                                         .kick_off_time = FILETIME_NEVER,
                                         .password_must_change = FILETIME_NEVER };
    _cleanup_(session_unrefp) Session *session = NULL;
    _cleanup_(token_unrefp) Token *token = NULL;
    uint64_t luid;
    nt_status st = luid_take(authority->luids, 1, &luid);

    if (nt_failed(st))
        return st;
    st = session_new(&session, authority->sessions, luid, 0);
    if (nt_failed(st))
        return st;
    const struct authority_logon logon = { .session = session,
                                           .identity = identity,
                                           .facts = &facts,
                                           .logon_type = Service,
                                           .origin = SESSION_SYSTEM,
                                           .flags = LOGON_RUNS_ALREADY };
    st = authority_complete_logon(authority, &token, &logon);
    if (nt_failed(st))
        return st;
    st = process_table_add_service(authority->processes, uid, token);
    if (nt_failed(st))
        return st;
    (void)TAKE(token);
    return NT_OK;
}

bool authority_may_query(const Session *session, const token_image *caller)
{
    return caller_is_user(caller, session->facts->sid) || caller_is_administrator(caller);
}
