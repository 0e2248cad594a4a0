/* SPDX-License-Identifier: MIT */
/* What a token has beside user, groups, privileges and claims: ids, owner, integrity, source ... */
#ifndef OPENLOGON_TOOLS_TOKEN_DETAILS_H
#define OPENLOGON_TOOLS_TOKEN_DETAILS_H

#include <openlogon.h>

#include "token_view.h"

/* Owned. */
struct token_details {
    TOKEN_STATISTICS *statistics;
    TOKEN_SOURCE *source; /* NULL: the caller may not see it */
    TOKEN_ORIGIN *origin;
    struct viewed_sid owner, primary_group;
    char *integrity;  /* a SID; NULL: no label */
    char *dacl;       /* SDDL of the default DACL; NULL: it has none */
    char *descriptor; /* SDDL of its own; NULL: the caller may not see it */
    LUID linked;      /* the session of its twin; 0: none, or the caller may not see it */
    uint32_t session, elevated, elevation_type, mandatory_policy;
    uint32_t virtualization_allowed, virtualization_enabled, ui_access;
    OPENLOGON_KERNEL_IDS ids;
    DWORD *kernel_groups;
};

/* Needs TOKEN_QUERY. Returns false with GetLastError() telling why. */
_must_check_ bool token_details_load(struct token_details *ret, HANDLE token);
void token_details_done(struct token_details *d); /* for _cleanup_(token_details_done) too */

/* Lines "Label:  text"; the view knows the integrity level's name. */
void token_details_print(const struct token_details *d, const struct token_view *v);
/* Members of the open object. */
void token_details_add(const struct token_details *d, document *doc);

#endif
