/* SPDX-License-Identifier: MIT */
/*
 * Who exists on this machine: OpenLogon accounts and what NSS knows, under the SIDs of the
 * machine's own domain. An OpenLogon account comes before a Unix account of the same name, as in
 * logons.
 */
#ifndef OPENLOGON_WORKER_DIRECTORY_H
#define OPENLOGON_WORKER_DIRECTORY_H

#include "ipc/worker.pb-c.h"
#include "worker/account_store.h"
#include "worker/arena.h"
#include "worker/config.h"
#include "worker/policy_store.h"

/* Embedded; the first two are borrowed. Results of all functions are in the arena. */
struct directory {
    const worker_config *config;
    arena *memory;
    account_store *store; /* opened when first needed; owned */
    policy_store *policy; /* likewise */
};

void directory_done(struct directory *d); /* for _cleanup_(directory_done) too */

/* Errors: those of account_store_open() */
_must_check_ nt_status directory_store(struct directory *d, account_store **ret);

/* Errors: those of policy_store_open() */
_must_check_ nt_status directory_policy(struct directory *d, policy_store **ret);

/* The machine itself is SidTypeDomain, users are SidTypeUser, local groups and Unix groups
 * SidTypeAlias, the private group of an OpenLogon account SidTypeGroup. The groups of BUILTIN are
 * known too. Errors: NONE_MAPPED */
_must_check_ nt_status directory_lookup_sid(struct directory *d, Openlogon__Worker__NameResult *ret,
                                            ProtobufCBinaryData sid);
_must_check_ nt_status directory_lookup_name(struct directory *d,
                                             Openlogon__Worker__NameResult *ret, const char *domain,
                                             const char *name);

/**
 * The identity behind a uid, without authentication.
 * @ret    has an empty name when there is no such account; then the group is the given one
 * Errors: INVALID_PARAMETER (no SID can be made of an id), TOO_MANY_CONTEXT_IDS
 */
_must_check_ nt_status directory_describe_uid(struct directory *d,
                                              Openlogon__Worker__UidResult *ret,
                                              const Openlogon__Worker__UidJob *job);

/**
 * The identity of whom a program of the machine lets in by this name: a Unix user, as NSS knows it,
 * comes before an OpenLogon account, since the program asks NSS too.
 * Errors: NO_SUCH_USER, and as directory_describe_uid()
 */
_must_check_ nt_status directory_describe_user(struct directory *d,
                                               Openlogon__Worker__UidResult *ret, const char *name);

#endif
