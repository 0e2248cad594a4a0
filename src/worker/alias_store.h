/* SPDX-License-Identifier: MIT */
/*
 * Local groups, which Windows calls aliases: those of the domain BUILTIN, which are always there,
 * and those of the machine's own domain. Members are SIDs; groups may be members of groups, but
 * not, in however many steps, of themselves.
 */
#ifndef OPENLOGON_WORKER_ALIAS_STORE_H
#define OPENLOGON_WORKER_ALIAS_STORE_H

#include "security/sid.h"
#include "worker/account_store.h"

enum { ALIAS_PAGE_MAX = 64, ALIAS_LINKS_PAGE_MAX = 512 };

/* Owns its strings. */
struct alias {
    int64_t id; /* of its row */
    char *name;
    char *comment;
    uint32_t gid; /* 0: it is of BUILTIN, and has none */
    sid_buffer sid;
};

void alias_done(struct alias *alias); /* for _cleanup_() too; zeroed is fine */

/* Borrowed. */
struct alias_spec {
    const char *name;
    const char *comment;
    const SID *machine;
    uint32_t gid_first, gid_last; /* the range of account_spec: no gid is a uid or is given twice */
};

/* Errors: INVALID_ACCOUNT_NAME, INVALID_PARAMETER (the comment), ALIAS_EXISTS, USER_EXISTS,
 * QUOTA_EXCEEDED */
_must_check_ nt_status alias_store_add(account_store *store, const struct alias_spec *spec);
/* Errors: NO_SUCH_ALIAS */
_must_check_ nt_status alias_store_find(account_store *store, struct alias *ret, const char *name);
_must_check_ nt_status alias_store_find_sid(account_store *store, struct alias *ret,
                                            const SID *sid);
/* It is taken out of the groups that it is in. Errors: NO_SUCH_ALIAS, SPECIAL_ACCOUNT (BUILTIN) */
_must_check_ nt_status alias_store_delete(account_store *store, const char *name);
/* NULL: it stays. Errors: as alias_store_add(), NO_SUCH_ALIAS, SPECIAL_ACCOUNT (another name for
 * one of BUILTIN) */
_must_check_ nt_status alias_store_change(account_store *store, const char *name,
                                          const char *new_name, const char *comment);

/* In the order of their ids; owned by the caller. */
struct alias_page {
    struct alias *aliases;
    size_t n_aliases;
    bool more;
};

void alias_page_done(struct alias_page *page); /* for _cleanup_() too */

enum alias_reach {
    ALIAS_DIRECT,   /* the groups that the member itself is in */
    ALIAS_INDIRECT, /* and those that these are in */
};

/* Borrowed. @member  NULL: all groups */
struct alias_filter {
    const SID *member;
    enum alias_reach reach;
};

_must_check_ nt_status alias_store_list(account_store *store, struct alias_page *ret,
                                        const struct alias_filter *filter, int64_t after,
                                        size_t max);

/* --- members ---------------------------------------------------------------------------------- */

struct alias_link {
    int64_t id; /* for the next page */
    sid_buffer alias;
    sid_buffer member;
};

struct alias_links {
    struct alias_link *links; /* owned by the caller, free with free() */
    size_t n_links;
    bool more;
};

/* @name  NULL: of all groups. Errors: NO_SUCH_ALIAS */
_must_check_ nt_status alias_store_links(account_store *store, struct alias_links *ret,
                                         const char *name, int64_t after, size_t max);

/* Errors: NO_SUCH_ALIAS, MEMBER_IN_ALIAS, INVALID_MEMBER (the group would be its own member) */
_must_check_ nt_status alias_store_add_member(account_store *store, const char *name,
                                              const SID *member);
/* Errors: NO_SUCH_ALIAS, MEMBER_NOT_IN_ALIAS */
_must_check_ nt_status alias_store_delete_member(account_store *store, const char *name,
                                                 const SID *member);

#endif
