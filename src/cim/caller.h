/* SPDX-License-Identifier: MIT */
/*
 * Who sends requests over a connection: logged on with the first of them, and acted for by the
 * thread that answers one. One thread at a time.
 */
#ifndef OPENLOGON_CIM_CALLER_H
#define OPENLOGON_CIM_CALLER_H

#include "cim/enumerations.h"
#include "query/status.h"

/* The name and password are asked about again after so long; what has changed counts then. */
enum { CALLER_KEPT_SECONDS = 60 };

typedef struct caller caller;

caller *caller_new(void);
caller *caller_free(caller *c); /* logs off */

/**
 * Logs on, with a network logon, unless the same name and password did already.
 * @user  NAME, DOMAIN\NAME or NAME@DOMAIN; without a domain it is one of the machine's
 */
_must_check_ query_status caller_log_on(caller *c, const char *user, const char *password);

/* Whose enumerations are the caller's own: those of the user's SID. */
void caller_owner(const caller *c, struct enumeration_owner *ret);

/**
 * The thread acts for the caller until caller_act_end().
 * Errors: ERROR_BAD_IMPERSONATION_LEVEL (this service may only identify the caller, and would be
 *         told nothing: it needs SeImpersonatePrivilege)
 */
_must_check_ query_status caller_act(const caller *c);
/* Whoever cannot become itself again goes no further: the process ends. */
void caller_act_end(void);

#endif
