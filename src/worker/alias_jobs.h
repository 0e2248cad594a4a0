/* SPDX-License-Identifier: MIT */
/* The administration of local groups, as openlogond asks for it: who may is decided there. Results
 * are in the arena. */
#ifndef OPENLOGON_WORKER_ALIAS_JOBS_H
#define OPENLOGON_WORKER_ALIAS_JOBS_H

#include "worker/directory.h"

/* Errors: those of alias_store_add() and of account_job_check_name() */
_must_check_ nt_status alias_job_add(struct directory *d, const Openlogon__AliasAddRequest *job);
/* Errors: those of alias_store_delete() */
_must_check_ nt_status alias_job_delete(struct directory *d,
                                        const Openlogon__AliasDeleteRequest *job);
/* Errors: those of alias_store_change() and of account_job_check_name() */
_must_check_ nt_status alias_job_set(struct directory *d, const Openlogon__AliasSetRequest *job);
/* Errors: NO_SUCH_ALIAS (the one that was named), INVALID_SID */
_must_check_ nt_status alias_job_list(struct directory *d, Openlogon__AliasListReply *ret,
                                      const Openlogon__AliasListRequest *job);
/* Errors: NO_SUCH_ALIAS */
_must_check_ nt_status alias_job_links(struct directory *d, Openlogon__AliasLinksReply *ret,
                                       const Openlogon__AliasLinksRequest *job);
/* Errors: those of alias_store_add_member() and alias_store_delete_member(); INVALID_SID;
 * NO_SUCH_MEMBER (the machine's domain has no such account) */
_must_check_ nt_status alias_job_member(struct directory *d,
                                        const Openlogon__AliasMemberRequest *job);

#endif
