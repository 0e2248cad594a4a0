/* SPDX-License-Identifier: MIT */
/* What the modules of the account store share: the database and the numbers of its statements. */
#ifndef OPENLOGON_WORKER_ACCOUNT_SCHEMA_H
#define OPENLOGON_WORKER_ACCOUNT_SCHEMA_H

#include "worker/account_store.h"
#include "worker/database.h"

struct account_store {
    database *db;
};

enum account_statement {
    ACCOUNT_NEXT_ID,
    SPEND_WRITE,
    ACCOUNT_ADD,
    ACCOUNT_FIND,
    ACCOUNT_FIND_UID,
    ACCOUNT_LIST,
    ACCOUNT_DELETE,
    ACCOUNT_UPDATE,
    ACCOUNT_HASH,
    ACCOUNT_SET_PASSWORD,
    ACCOUNT_LOGGED_ON,
    ACCOUNT_SET_LOCKOUT,
    HISTORY_ADD,
    HISTORY_TRIM,
    HISTORY_LIST,
    ATTEMPT_ADD,
    ATTEMPT_DELETE,
    ATTEMPT_COUNT,
    ATTEMPT_COUNT_STALE,
    ATTEMPT_DELETE_STALE,
    POLICY_GET,
    POLICY_SET,
    ALIAS_ADD,
    ALIAS_FIND,
    ALIAS_FIND_SID,
    ALIAS_LIST,
    ALIAS_LIST_OF,
    ALIAS_LIST_OF_DEEP,
    ALIAS_UPDATE,
    ALIAS_DELETE,
    MEMBER_ADD,
    MEMBER_DELETE,
    MEMBER_FORGET,
    MEMBER_LIST,
    MEMBER_LIST_ALL,
    MEMBER_CLOSES_CYCLE,
    ACCOUNT_STATEMENT_MAX_,
};

extern const struct database_schema account_schema;

/* Takes the next id of the range, which no account and no group had before; in a transaction.
 * Errors: QUOTA_EXCEEDED (none is left) */
_must_check_ nt_status account_schema_next_id(account_store *store, uint32_t *ret, uint32_t first,
                                              uint32_t last);

#endif
