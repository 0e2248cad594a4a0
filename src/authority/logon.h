/* SPDX-License-Identifier: MIT */
/*
 * The rules by which a token is made of an identity and the way it logged on. Pure: ids come in as
 * arguments, nothing is looked up.
 *
 * Groups are the package's, then Everyone, Authenticated Users, This Organization, the SIDs of the
 * logon type, LOCAL, Local account (for accounts of the machine), BUILTIN\Users, the logon SID, the
 * local groups that any of these or the user is in, and the integrity label. RID 500, who is uid 0,
 * is always an administrator; others are by what the package says, or by membership.
 */
#ifndef OPENLOGON_AUTHORITY_LOGON_H
#define OPENLOGON_AUTHORITY_LOGON_H

#include "authority/membership.h"
#include "authority/policy.h"
#include "security/token_image.h"

/* Whom a package vouches for. Borrows everything. */
struct logon_identity {
    const SID *user;
    const SID_AND_ATTRIBUTES *groups;
    size_t n_groups;
    const SID *primary_group; /* NULL: the first group that is a Unix group, or BUILTIN\Users */
    const SID *owner;         /* NULL: the user */
    const ACL *default_dacl;  /* NULL: user, SYSTEM and the logon SID */
    uint64_t privileges_present, privileges_enabled; /* beyond those that the groups give */
    int64_t expiration;                              /* FILETIME */
};

/* TOKEN_SOURCE: who made the token. */
struct logon_source {
    char name[8];
    uint64_t id;
};

enum logon_flags {
    /* The user's processes run whether it is allowed or not: no logon right is asked for. */
    LOGON_RUNS_ALREADY = 1 << 0,
    LOGON_UNSPLIT = 1 << 1, /* one token, whole, whoever it is */
};

struct logon_context {
    const SID *machine;           /* the machine's own domain */
    const Membership *membership; /* NULL: nobody is in a local group */
    const Policy *policy;         /* what gives privileges, and the right to log on */
    uint32_t logon_type;          /* SECURITY_LOGON_TYPE */
    uint32_t flags;               /* enum logon_flags */
    uint64_t logon_sid_luid;      /* X-Y of S-1-5-5-X-Y */
    uint64_t origin;              /* session of who asked for the logon; 0: nobody */
    struct logon_source source;
};

/* A spec and what it points to; embedded, released by logon_mint_done(). */
struct logon_mint {
    struct token_spec spec;
    SID_AND_ATTRIBUTES user;
    SID_AND_ATTRIBUTES *groups;
    sid_buffer *sids; /* of the groups that were added */
    size_t n_sids;
    uint32_t *gids;
    ACL *dacl;
};

/*
 * NT_OK when a package is asked for logons of the type: Interactive, Network, Batch, Service,
 * Unlock, NetworkCleartext and RemoteInteractive. NewCredentials need none; Proxy is nobody's, and
 * the cached types are for the records of an authority that has others' credentials.
 * Errors: INVALID_LOGON_TYPE
 */
_must_check_ nt_status logon_type_check(uint32_t logon_type);

/* Whether an administrator's logon of the type makes two tokens (authority/linked.h). */
bool logon_type_is_split(uint32_t logon_type);

/**
 * Works out a token of a logon.
 * Errors:   INVALID_LOGON_TYPE, LOGON_TYPE_NOT_GRANTED (the policy gives no right to it, or denies
 *           it), INVALID_PARAMETER (too many groups), INVALID_SID, NO_MEMORY
 */
_must_check_ nt_status logon_mint(struct logon_mint *ret, const struct logon_identity *identity,
                                  const struct logon_context *context);

/* Gives it another integrity label. */
_must_check_ nt_status logon_mint_set_integrity(struct logon_mint *mint, uint32_t rid);

/* The kernel ids that the authority itself has, which are SYSTEM's. */
struct logon_kernel_ids {
    uint32_t uid, gid;
    const uint32_t *gids;
    size_t n_gids;
};

/* Works out SYSTEM's token. Borrows the gids. Errors: NO_MEMORY */
_must_check_ nt_status logon_mint_system(struct logon_mint *ret,
                                         const struct logon_kernel_ids *ids);

/* Works out the token of nobody, an impersonation token. Borrows the SID. Errors: NO_MEMORY */
_must_check_ nt_status logon_mint_anonymous(struct logon_mint *ret, const SID *anonymous,
                                            uint64_t origin);

void logon_mint_done(struct logon_mint *mint); /* for _cleanup_() too; fine for all zeros */

#endif
