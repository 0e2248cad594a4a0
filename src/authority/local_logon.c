/* SPDX-License-Identifier: MIT */
#include "authority/local_logon.h"

#include <string.h>
#include <strings.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/filetime.h"
#include "security/privilege.h"

enum { AUTHORITYS_OWN = 0 }; /* credentials of no package */

/* --- new credentials ------------------------------------------------------------------------- */

static nt_status keep(Session *session, const struct new_credentials *credentials)
{
    static const char key[] = NEW_CREDENTIALS_KEY;
    size_t user_size = strlen(credentials->user) + 1, domain_size = strlen(credentials->domain) + 1;
    size_t size = user_size + domain_size + credentials->password.size;
    _cleanup_(secret_freep) secret *value = NULL;
    nt_status st = secret_new(&value, size);

    if (nt_failed(st))
        return st;
    memcpy(secret_bytes(value), credentials->user, user_size);
    memcpy(secret_bytes(value) + user_size, credentials->domain, domain_size);
    if (credentials->password.size > 0)
        memcpy(secret_bytes(value) + user_size + domain_size, credentials->password.data,
               credentials->password.size);
    return credential_add(&session->credentials, AUTHORITYS_OWN,
                          (struct bytes){ (const uint8_t *)key, sizeof(key) - 1 },
                          (struct bytes){ secret_bytes(value), size });
}

/* Who it is here is who the caller is. */
static struct session_facts facts_like(const struct session_facts *callers, int64_t now)
{
    return (struct session_facts){ .user = callers->user,
                                   .domain = callers->domain,
                                   .package = "Negotiate",
                                   .sid = callers->sid,
                                   .logon_type = NewCredentials,
                                   .wts_session = callers->wts_session,
                                   .uid = callers->uid,
                                   .logon_time = now,
                                   .logoff_time = FILETIME_NEVER,
                                   .kick_off_time = FILETIME_NEVER,
                                   .password_must_change = FILETIME_NEVER };
}

static nt_status make_session(Authority *authority, Session **ret, const token_image *caller,
                              const struct new_credentials *credentials, int64_t now)
{
    _cleanup_(session_unrefp) Session *session = NULL;
    struct session_facts facts;
    Session *callers;
    uint64_t luid;
    nt_status st =
        session_store_find(authority->sessions, token_image_authentication_id(caller), &callers);

    if (!nt_failed(st))
        st = luid_take(authority->luids, 1, &luid);
    if (nt_failed(st))
        return st;
    facts = facts_like(callers->facts, now);
    facts.sid = token_image_sid(caller, 0);
    st = session_new(&session, authority->sessions, luid, 0);
    if (!nt_failed(st))
        st = keep(session, credentials);
    if (!nt_failed(st))
        st = session_activate(session, &facts);
    if (nt_failed(st))
        return st;
    *ret = TAKE(session);
    return NT_OK;
}

nt_status local_logon_new_credentials(Authority *authority, Token **ret, const token_image *caller,
                                      const struct new_credentials *credentials, int64_t now)
{
    _cleanup_(session_unrefp) Session *session = NULL;
    _cleanup_(freep) SID_AND_ATTRIBUTES *sids = NULL;
    struct token_spec spec;
    nt_status st = token_image_unpack(&spec, &sids, caller);

    if (!nt_failed(st))
        st = make_session(authority, &session, caller, credentials, now);
    if (nt_failed(st))
        return st;
    spec.type = TokenPrimary;
    spec.level = SecurityAnonymous;
    spec.origin_id = token_image_authentication_id(caller);
    return token_mint(ret, authority->tokens, session, &spec);
}

/* --- services -------------------------------------------------------------------------------- */

#define P(name) PRIVILEGE_BIT(PRIVILEGE_##name)

/* Beyond those of Users and SERVICE. */
static const uint64_t service_privileges =
    P(ASSIGN_PRIMARY_TOKEN) | P(INCREASE_QUOTA) | P(AUDIT) | P(IMPERSONATE) | P(CREATE_GLOBAL);

static const struct service_account {
    const char *names[2];
    uint64_t session;
    uint64_t privileges;
} service_accounts[] = {
    { { "SYSTEM", "LocalSystem" }, SESSION_SYSTEM, 0 },
    { { "LocalService", "LOCAL SERVICE" }, SESSION_LOCAL_SERVICE, P(SYSTEMTIME) },
    { { "NetworkService", "NETWORK SERVICE" }, SESSION_NETWORK_SERVICE, 0 },
};

const struct service_account *service_account_find(const char *user, const char *domain)
{
    if (strcasecmp(domain, "NT AUTHORITY") != 0)
        return NULL;
    for (size_t i = 0; i < ARRAY_SIZE(service_accounts); i++) {
        for (size_t j = 0; j < ARRAY_SIZE(service_accounts[i].names); j++) {
            if (strcasecmp(service_accounts[i].names[j], user) == 0)
                return &service_accounts[i];
        }
    }
    return NULL;
}

static nt_status mint_service(Authority *authority, Token **ret, Session *session,
                              uint64_t privileges, uint64_t origin)
{
    _cleanup_(logon_mint_done) struct logon_mint mint = { 0 };
    const struct logon_identity identity = { .user = session->facts->sid,
                                             .privileges_present = service_privileges | privileges,
                                             .privileges_enabled = service_privileges,
                                             .expiration = FILETIME_NEVER };
    struct logon_context context = { .machine = &authority->machine.sid,
                                     .membership = authority->membership,
                                     .policy = authority->policy,
                                     .logon_type = Service,
                                     .flags = LOGON_RUNS_ALREADY, /* as parts of the system do */
                                     .origin = origin,
                                     .source = { "Advapi  ", session_luid(session) } };
    nt_status st = luid_take(authority->luids, 1, &context.logon_sid_luid);

    if (!nt_failed(st))
        st = logon_mint(&mint, &identity, &context);
    if (!nt_failed(st))
        st = logon_mint_set_integrity(&mint, SECURITY_MANDATORY_SYSTEM_RID);
    return nt_failed(st) ? st : token_mint(ret, authority->tokens, session, &mint.spec);
}

nt_status local_logon_service(Authority *authority, Token **ret,
                              const struct service_account *account, uint64_t origin)
{
    Session *session;
    nt_status st = session_store_find(authority->sessions, account->session, &session);

    if (nt_failed(st))
        return st;
    if (account->session == SESSION_SYSTEM)
        return token_duplicate(ret, authority->system_token);
    return mint_service(authority, ret, session, account->privileges, origin);
}

/* --- nobody ---------------------------------------------------------------------------------- */

nt_status local_logon_anonymous(Authority *authority, Token **ret, uint64_t origin)
{
    _cleanup_(logon_mint_done) struct logon_mint mint = { 0 };
    Session *session;
    nt_status st = session_store_find(authority->sessions, SESSION_ANONYMOUS, &session);

    if (!nt_failed(st))
        st = logon_mint_anonymous(&mint, session->facts->sid, origin);
    return nt_failed(st) ? st : token_mint(ret, authority->tokens, session, &mint.spec);
}
