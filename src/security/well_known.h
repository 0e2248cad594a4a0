/* SPDX-License-Identifier: MIT */
/*
 * Every SID that has a meaning of its own, in one table: number in WELL_KNOWN_SID_TYPE, recipe,
 * names, SDDL alias. Entries are constants and live for ever.
 */
#ifndef OPENLOGON_SECURITY_WELL_KNOWN_H
#define OPENLOGON_SECURITY_WELL_KNOWN_H

#include "security/sid.h"

enum well_known_recipe {
    WELL_KNOWN_ABSOLUTE, /* the sub-authorities below its authority */
    WELL_KNOWN_DOMAIN,   /* a domain's SID and one more */
    WELL_KNOWN_PATTERN,  /* no SID of its own: the logon SIDs S-1-5-5-X-Y */
};

enum {
    WELL_KNOWN_NO_TYPE = -1, /* it has no number in WELL_KNOWN_SID_TYPE */
    WELL_KNOWN_SUBS_MAX = 6,
};

struct well_known {
    int type;
    enum well_known_recipe recipe;
    uint8_t authority;
    uint8_t n_subs;
    uint32_t subs[WELL_KNOWN_SUBS_MAX];
    const char *name;   /* NULL: it has none */
    const char *domain; /* "NT AUTHORITY", "BUILTIN", ""; NULL: the name of the domain it is in */
    SID_NAME_USE use;
    char alias[3]; /* SDDL; empty: none */
};

/* All return NULL when there is none. The domain may be NULL: then no domain-relative one is found.
 */
const struct well_known *well_known_by_type(int type);
const struct well_known *well_known_by_sid(const SID *sid, const SID *domain);
const struct well_known *well_known_by_alias(const char alias[2]);
/* The alias that a SID is printed as, or NULL; of the domain only LA and LG, which is a machine's.
 */
const char *well_known_alias(const SID *sid, const SID *machine);

/* "Everyone", "BUILTIN\Administrators"; ASCII letters in either case. Domain-relative ones are
 * found by their bare name only, since their domain's name is not known here. */
const struct well_known *well_known_by_name(const char *name, size_t size);

/* For walks over the whole table; NULL at its end. */
const struct well_known *well_known_at(size_t i);

/**
 * Makes the SID of an entry.
 * @domain needed by domain-relative ones, else NULL is fine
 * Errors: INVALID_PARAMETER (domain missing or a pattern)
 */
_must_check_ nt_status well_known_sid(sid_buffer *ret, const struct well_known *entry,
                                      const SID *domain);
/* The same by number. Errors: also INVALID_PARAMETER (no such number) */
_must_check_ nt_status well_known_make(sid_buffer *ret, int type, const SID *domain);

/* Whether the SID is S-1-5-5-X-Y. */
bool sid_is_logon(const SID *sid);
/* Whether the SID is below S-1-16; its level is then sid_rid(). */
bool sid_is_integrity(const SID *sid);
/* Whether it is a group whose members get two tokens: Administrators, Domain Admins and the like.
 */
bool sid_is_powerful(const SID *sid);

#endif
