/* SPDX-License-Identifier: MIT */
/* The administration of OpenLogon accounts, as openlogond asks for it: who may is decided there. */
#ifndef OPENLOGON_WORKER_ACCOUNT_JOBS_H
#define OPENLOGON_WORKER_ACCOUNT_JOBS_H

#include "worker/directory.h"

/* Errors: those of account_store_add(); USER_EXISTS also for a name that NSS, or Windows, knows;
 * GROUP_EXISTS */
_must_check_ nt_status account_job_add(struct directory *d,
                                       const Openlogon__Worker__AccountAddJob *job);
/* Errors: NO_SUCH_USER */
_must_check_ nt_status account_job_delete(struct directory *d,
                                          const Openlogon__Worker__AccountDeleteJob *job);
/* The result is in the arena. */
_must_check_ nt_status account_job_list(struct directory *d,
                                        Openlogon__Worker__AccountListResult *ret,
                                        const Openlogon__Worker__AccountListJob *job);
/* Errors: NO_SUCH_USER, WRONG_PASSWORD (the old one), PASSWORD_RESTRICTION (the new one) */
_must_check_ nt_status
account_job_set_password(struct directory *d, const Openlogon__Worker__AccountSetPasswordJob *job);

#endif
