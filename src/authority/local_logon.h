/* SPDX-License-Identifier: MIT */
/*
 * Logons for which no package is asked: of somebody who is logged on already, with other
 * credentials for elsewhere; of the accounts that services run as; of nobody. Who may is the
 * caller's to know.
 */
#ifndef OPENLOGON_AUTHORITY_LOCAL_LOGON_H
#define OPENLOGON_AUTHORITY_LOCAL_LOGON_H

#include "authority/authority.h"

/* For use on other machines; not verified here. Texts are UTF-8. */
struct new_credentials {
    const char *user, *domain; /* the domain may be empty */
    struct bytes password;
};

/*
 * How a session keeps them, until SSPI asks: a credential of package 0, which is no package's, with
 * this key; the value is user, zero, domain, zero, password.
 */
#define NEW_CREDENTIALS_KEY "NewCredentials"

/**
 * A logon of type NewCredentials: a session of its own for who the caller is here, and a primary
 * token like the caller's in it.
 * @caller   of an active session
 * Errors:   NO_SUCH_LOGON_SESSION, INVALID_PARAMETER (too long), and those of luid_take(),
 *           session_new(), session_activate(), token_mint()
 */
_must_check_ nt_status local_logon_new_credentials(Authority *authority, Token **ret,
                                                   const token_image *caller,
                                                   const struct new_credentials *credentials,
                                                   int64_t now);

/* One of the accounts of NT AUTHORITY that services run as. */
struct service_account;

/* By the names that LogonUser() knows, in either case; NULL: none. */
const struct service_account *service_account_find(const char *user, const char *domain);

/**
 * A primary token of the account's own session, which is there from the start.
 * @origin   session of who asked
 * Errors:   those of luid_take(), logon_mint(), token_mint()
 */
_must_check_ nt_status local_logon_service(Authority *authority, Token **ret,
                                           const struct service_account *account, uint64_t origin);

/**
 * An impersonation token of ANONYMOUS LOGON, who is in no group, not even Everyone. To the kernel
 * it is nobody.
 * @origin   session of who asked
 */
_must_check_ nt_status local_logon_anonymous(Authority *authority, Token **ret, uint64_t origin);

#endif
