/* SPDX-License-Identifier: MIT */
#include "cim/caller.h"

#include <stdlib.h>
#include <string.h>

#include <openlogon.h>

#include "base/log.h"
#include "base/monotonic.h"
#include "base/secret.h"

/* The domain of DOMAIN\NAME; "." for the machine's own; NULL: the name tells it. */
static char *domain_of(const char *user, const char **ret_name)
{
    const char *slash = strchr(user, '\\');

    *ret_name = slash ? slash + 1 : user;
    return slash ? strndup(user, (size_t)(slash - user)) : strdup(".");
}

static query_status log_on(HANDLE *ret, const char *user, const char *password)
{
    const char *name;
    _cleanup_(freep) char *domain = domain_of(user, &name);
    const bool is_principal = !strchr(user, '\\') && strchr(user, '@');

    if (!domain)
        return QUERY_NO_MEMORY;
    if (!LogonUserA(name, is_principal ? NULL : domain, password, LOGON32_LOGON_NETWORK,
                    LOGON32_PROVIDER_DEFAULT, ret))
        return query_last_error();
    return QUERY_OK;
}

/* --- one that is kept ------------------------------------------------------------------------- */

struct caller {
    HANDLE token; /* NULL: nobody is logged on */
    struct enumeration_owner owner;
    secret *proof;  /* the name and the password that it was given for */
    time_t expires; /* CLOCK_MONOTONIC */
};

caller *caller_new(void)
{
    return calloc(1, sizeof(caller));
}

static void log_off(caller *c)
{
    if (c->token)
        (void)CloseHandle(c->token);
    c->token = NULL;
    c->proof = secret_free(c->proof);
}

caller *caller_free(caller *c)
{
    if (c)
        log_off(c);
    free(c);
    return NULL;
}

/* Of the user who is logged on. */
static query_status find_owner(struct enumeration_owner *ret, HANDLE token)
{
    union {
        TOKEN_USER user;
        unsigned char bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } info;
    DWORD size;

    if (!GetTokenInformation(token, TokenUser, &info, sizeof(info), &size))
        return query_last_error();
    ret->size = GetLengthSid(info.user.User.Sid);
    if (ret->size > sizeof(ret->bytes))
        return (query_status){ ERROR_INVALID_SID };
    memcpy(ret->bytes, info.user.User.Sid, ret->size);
    return QUERY_OK;
}

void caller_owner(const caller *c, struct enumeration_owner *ret)
{
    *ret = c->owner;
}

/* Both with their terminating zeros: no other pair looks the same. */
static nt_status proof_of(secret **ret, const char *user, const char *password)
{
    const size_t user_size = strlen(user) + 1, password_size = strlen(password) + 1;
    nt_status st = secret_new(ret, user_size + password_size);

    if (nt_failed(st))
        return st;
    memcpy(secret_bytes(*ret), user, user_size);
    memcpy(secret_bytes(*ret) + user_size, password, password_size);
    return NT_OK;
}

static bool is_the_same(const caller *c, secret *proof)
{
    return c->token && monotonic_seconds() < c->expires &&
           secret_size(c->proof) == secret_size(proof) &&
           secret_equal(secret_bytes(c->proof), secret_bytes(proof), secret_size(proof));
}

query_status caller_log_on(caller *c, const char *user, const char *password)
{
    _cleanup_(secret_freep) secret *proof = NULL;
    query_status status;

    if (nt_failed(proof_of(&proof, user, password)))
        return QUERY_NO_MEMORY;
    if (is_the_same(c, proof))
        return QUERY_OK;
    log_off(c);
    status = log_on(&c->token, user, password);
    if (query_failed(status)) {
        c->token = NULL;
        return status;
    }
    status = find_owner(&c->owner, c->token);
    if (query_failed(status)) {
        log_off(c);
        return status;
    }
    c->proof = TAKE(proof);
    c->expires = monotonic_seconds() + CALLER_KEPT_SECONDS;
    return QUERY_OK;
}

/* --- acting ----------------------------------------------------------------------------------- */

/* Whether what the thread acts with is more than a name. */
static query_status check_level(void)
{
    SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
    HANDLE token;
    DWORD size;
    BOOL good;

    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token))
        return query_last_error();
    good = GetTokenInformation(token, TokenImpersonationLevel, &level, sizeof(level), &size);
    (void)CloseHandle(token);
    if (!good)
        return query_last_error();
    return level >= SecurityImpersonation ? QUERY_OK
                                          : (query_status){ ERROR_BAD_IMPERSONATION_LEVEL };
}

query_status caller_act(const caller *c)
{
    query_status status;

    if (!ImpersonateLoggedOnUser(c->token))
        return query_last_error();
    status = check_level();
    if (query_failed(status))
        caller_act_end();
    return status;
}

void caller_act_end(void)
{
    if (RevertToSelf())
        return;
    log_error("cannot stop acting for a caller: error %u", (unsigned)GetLastError());
    abort();
}
