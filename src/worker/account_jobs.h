/* SPDX-License-Identifier: MIT */
/* The administration of OpenLogon accounts, as openlogond asks for it: who may is decided there. */
#ifndef OPENLOGON_WORKER_ACCOUNT_JOBS_H
#define OPENLOGON_WORKER_ACCOUNT_JOBS_H

#include "worker/directory.h"

/* Whether an account or a group may have the name. Errors: INVALID_ACCOUNT_NAME; USER_EXISTS,
 * GROUP_EXISTS (NSS, or Windows, knows it) */
_must_check_ nt_status account_job_check_name(const struct directory *d, const char *name);

/* Errors: those of account_store_add() and of account_job_check_name() */
_must_check_ nt_status account_job_add(struct directory *d,
                                       const Openlogon__AccountAddRequest *job);
/* Errors: NO_SUCH_USER */
_must_check_ nt_status account_job_delete(struct directory *d,
                                          const Openlogon__AccountDeleteRequest *job);
/* Errors: those of account_store_change() and of account_job_check_name() */
_must_check_ nt_status account_job_set(struct directory *d,
                                       const Openlogon__AccountSetRequest *job);
/* Results are in the arena. */
_must_check_ nt_status account_job_list(struct directory *d, Openlogon__AccountListReply *ret,
                                        const Openlogon__AccountListRequest *job);
/* Errors: NO_SUCH_USER */
_must_check_ nt_status account_job_get(struct directory *d, Openlogon__AccountListReply *ret,
                                       const Openlogon__AccountGetRequest *job);
/* Errors: NO_SUCH_USER, WRONG_PASSWORD (the old one), ACCOUNT_LOCKED_OUT, ACCOUNT_DISABLED,
 * PASSWORD_RESTRICTION (the new one), ACCESS_DENIED */
_must_check_ nt_status
account_job_set_password(struct directory *d, const Openlogon__Worker__AccountSetPasswordJob *job);

_must_check_ nt_status account_job_policy(struct directory *d, Openlogon__AccountPolicy *ret);
/* Errors: INVALID_PARAMETER */
_must_check_ nt_status account_job_set_policy(struct directory *d,
                                              const Openlogon__SetAccountPolicyRequest *job);

#endif
