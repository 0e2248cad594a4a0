/* SPDX-License-Identifier: MIT */
/* A token's user, groups and privileges with their names, as `logon whoami` and `logon token` show
 * them. */
#ifndef OPENLOGON_TOOLS_TOKEN_VIEW_H
#define OPENLOGON_TOOLS_TOKEN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <windows.h>

#include "base/macros.h"
#include "document.h"

struct viewed_sid {
    char *sid;
    char *name;      /* "DOMAIN\name"; empty: nobody knows it */
    const char *use; /* "Alias" */
    uint32_t attributes;
};

struct viewed_privilege {
    char *name;
    char *description; /* empty: none */
    uint32_t attributes;
};

/* Everything is owned. */
struct token_view {
    struct viewed_sid user;
    struct viewed_sid *groups;
    size_t n_groups;
    struct viewed_privilege *privileges;
    size_t n_privileges;
};

/* Needs TOKEN_QUERY. Returns false with GetLastError() telling why. */
_must_check_ bool token_view_load(struct token_view *ret, HANDLE token);
void token_view_done(struct token_view *v); /* for _cleanup_(token_view_done) too */

/* The SID of this logon, S-1-5-5-X-Y; NULL: there is none among the groups. */
const struct viewed_sid *token_view_logon_sid(const struct token_view *v);

/* Members "user", "groups" and "privileges" of the open object. */
void token_view_add_user(const struct token_view *v, document *d);
void token_view_add_groups(const struct token_view *v, document *d);
void token_view_add_privileges(const struct token_view *v, document *d);

/* "Enabled", "Disabled". */
const char *privilege_state(uint32_t attributes);

/**
 * One information class of a token.
 * Returns a new buffer, free with free(), or NULL with GetLastError() telling why.
 */
void *token_information(HANDLE token, TOKEN_INFORMATION_CLASS class);

#endif
