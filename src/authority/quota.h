/* SPDX-License-Identifier: MIT */
/*
 * How much of each thing one uid may cause to exist. Whoever makes such a thing charges it to the
 * uid first and gives the charge back when the thing goes.
 */
#ifndef OPENLOGON_AUTHORITY_QUOTA_H
#define OPENLOGON_AUTHORITY_QUOTA_H

#include "authority/id_map.h"
#include "base/status.h"

enum quota_kind {
    QUOTA_CONNECTIONS,
    QUOTA_TOKENS,   /* references that connections and leases hold, one for each token; and what
                     * tokens are larger than usual (token_pay()) */
    QUOTA_PREPARED, /* processes that are about to be started */
    QUOTA_JOBS,     /* logons and other work that waits for a worker */
    QUOTA_LEASES,
    QUOTA_POLICY_HANDLES,
    QUOTA_WORDS,   /* processes that enable privileges by themselves (token_share_privileges()) */
    QUOTA_WATCHES, /* connections that are told of events */
    QUOTA_PERMITS, /* sockets whose other end may act as the process (daemon/socket_permits.h) */
    QUOTA_PARCELS, /* tokens on their way from process to process */
    QUOTA_KINDS,
};

typedef struct QuotaTable QuotaTable;

/* What one uid has. Kept as long as something is charged to it. */
typedef struct Quota Quota;

/* One charge; its holder gives it back with quota_return(). All zeros: nothing is charged. */
struct quota_charge {
    Quota *quota;
    enum quota_kind kind;
    uint32_t amount;
};

/* The trusted uid (the authority's own) has higher limits than others, as uid 0 has. */
_must_check_ nt_status quota_table_new(QuotaTable **ret, uint32_t trusted_uid);
QuotaTable *quota_table_free(QuotaTable *table);
DEFINE_CLEANUP(QuotaTable *, quota_table_free);

/* Errors: QUOTA_EXCEEDED, NO_MEMORY. *ret is written on success only. */
_must_check_ nt_status quota_charge(struct quota_charge *ret, QuotaTable *table, uint32_t uid,
                                    enum quota_kind kind, uint32_t amount);
void quota_return(struct quota_charge *charge);

/* Changes how much is charged; of nothing charged it makes nothing. Errors: QUOTA_EXCEEDED; then
 * it stays as it was */
_must_check_ nt_status quota_resize(struct quota_charge *charge, uint32_t amount);

uint32_t quota_limit(const QuotaTable *table, uint32_t uid, enum quota_kind kind);

#endif
