/* SPDX-License-Identifier: MIT */
/* The policy as openlogond reads and changes it: who may is decided there. */
#ifndef OPENLOGON_WORKER_POLICY_JOBS_H
#define OPENLOGON_WORKER_POLICY_JOBS_H

#include "worker/directory.h"

/* All put the policy as it is afterwards into *ret, in the arena. */
_must_check_ nt_status policy_job_load(struct directory *d, Openlogon__Worker__PolicySnapshot *ret);
/* Errors: INVALID_SID, those of policy_store_change_rights() */
_must_check_ nt_status
policy_job_change_rights(struct directory *d, Openlogon__Worker__PolicySnapshot *ret,
                         const Openlogon__Worker__PolicyChangeRightsJob *job);
/* Errors: those of policy_store_set() */
_must_check_ nt_status policy_job_set(struct directory *d, Openlogon__Worker__PolicySnapshot *ret,
                                      const Openlogon__Worker__PolicySetJob *job);

/* Errors: those of policy_store_put_secret() and policy_store_delete_secret() */
_must_check_ nt_status policy_job_store_secret(struct directory *d,
                                               const Openlogon__Worker__PolicyStoreSecretJob *job);
/* Errors: those of policy_store_get_secret() */
_must_check_ nt_status
policy_job_retrieve_secret(struct directory *d, Openlogon__Worker__PolicySecret *ret,
                           const Openlogon__Worker__PolicyRetrieveSecretJob *job);

#endif
