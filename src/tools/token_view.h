/* SPDX-License-Identifier: MIT */
/* A token's user, groups, privileges and claims with their names, as `logon whoami` and `logon
 * token` show them. */
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

struct viewed_claim {
    char *name;
    const char *type; /* "String" */
    uint32_t flags;   /* CLAIM_SECURITY_ATTRIBUTE_* */
    char *values;     /* as a condition in SDDL writes them: "Windows", "SQL" */
};

struct viewed_sids {
    struct viewed_sid *all;
    size_t n;
};

struct viewed_claims {
    struct viewed_claim *all;
    size_t n;
};

/* Everything is owned. */
struct token_view {
    struct viewed_sid user;
    struct viewed_sids groups, restricting, device_groups;
    struct viewed_privilege *privileges;
    size_t n_privileges;
    struct viewed_claims user_claims, device_claims, attributes;
};

/* Needs TOKEN_QUERY. Returns false with GetLastError() telling why. */
_must_check_ bool token_view_load(struct token_view *ret, HANDLE token);
void token_view_done(struct token_view *v); /* for _cleanup_(token_view_done) too */

/* The SID of this logon, S-1-5-5-X-Y; NULL: there is none among the groups. */
const struct viewed_sid *token_view_logon_sid(const struct token_view *v);

/* One more name; done with viewed_sid_done(). False: no memory, GetLastError() tells. */
_must_check_ bool viewed_sid_fill(struct viewed_sid *ret, const SID_AND_ATTRIBUTES *from);
void viewed_sid_done(struct viewed_sid *sid);

/* Members of the open object; those of the user and of the privileges have their names. */
void token_view_add_user(const struct token_view *v, document *d);
void token_view_add_privileges(const struct token_view *v, document *d);
void viewed_sid_add(const struct viewed_sid *sid, document *d, const char *key);
void viewed_sids_add(const struct viewed_sids *sids, document *d, const char *key);
void viewed_claims_add(const struct viewed_claims *claims, document *d, const char *key);

/* "Enabled", "Disabled". */
const char *privilege_state(uint32_t attributes);

/**
 * One information class of a token.
 * Returns a new buffer, free with free(), or NULL with GetLastError() telling why.
 */
void *token_information(HANDLE token, TOKEN_INFORMATION_CLASS class);

#endif
