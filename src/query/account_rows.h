/* SPDX-License-Identifier: MIT */
/*
 * The accounts that the machine knows, gathered from those who know some of them: OpenLogon's
 * accounts, local groups, the users and groups of Unix, and the well-known SIDs. Each once. Other
 * threads may ask at the same time, but not use the name service's lists themselves.
 */
#ifndef OPENLOGON_QUERY_ACCOUNT_ROWS_H
#define OPENLOGON_QUERY_ACCOUNT_ROWS_H

#include <openlogon.h>

#include "query/status.h"

enum account_kind {
    ACCOUNT_USER = 1 << 0,
    ACCOUNT_GROUP = 1 << 1,
    ACCOUNT_SYSTEM = 1 << 2, /* well-known: no account, but it can be named */
    ACCOUNT_ANY = ACCOUNT_USER | ACCOUNT_GROUP | ACCOUNT_SYSTEM,
};

/* Texts are the list's; NULL: none. */
struct account_row {
    enum account_kind kind;
    SID_NAME_USE use;
    char *name, *domain, *sid;
    char *full_name, *comment;
    uint32_t id;                        /* uid or gid; UINT32_MAX: none, or not known */
    const OPENLOGON_ACCOUNT *openlogon; /* the list's; NULL: it is none of OpenLogon's */
};

/* Starts as all zeros. */
struct account_rows {
    struct account_row *rows;
    size_t n, room;
    OPENLOGON_ACCOUNT **blocks; /* that rows refer to: LsaFreeReturnBuffer */
    size_t n_blocks;
};

void account_rows_done(struct account_rows *list); /* leaves it empty */

/* Adds all of these kinds. */
_must_check_ query_status account_rows_all(struct account_rows *list, unsigned kinds);
/* Adds all that have a name, in whatever domain, or the one of a SID; none is fine. */
_must_check_ query_status account_rows_named(struct account_rows *list, const char *name);
_must_check_ query_status account_rows_of_sid(struct account_rows *list, const char *sid);

#endif
