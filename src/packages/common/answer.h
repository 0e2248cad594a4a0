/* SPDX-License-Identifier: MIT */
/*
 * What a package of ours returns from LsaApLogonUser*: a session, token information, names and a
 * profile, in the memory that the LSA wants each in.
 */
#ifndef OPENLOGON_PACKAGES_COMMON_ANSWER_H
#define OPENLOGON_PACKAGES_COMMON_ANSWER_H

#include <windows.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>

#include "security/sid.h"

/* An account that has been authenticated. Borrowed. Texts are UTF-8. */
struct answer_account {
    const char *name;
    const char *full_name;
    const char *home_directory;
    const char *profile_path; /* NULL: none */
    const char *logon_script; /* NULL: none */
    const char *machine_name;
    /* FILETIMEs; 0: not known, or never */
    int64_t last_logon;
    int64_t last_failure;
    int64_t logoff_time;
    int64_t password_last_set;
    int64_t password_can_change;
    int64_t password_must_change;
    uint32_t logons;
    uint32_t failures; /* since the last logon */
    const SID *user;
    const sid_buffer *groups; /* the first is the primary group */
    size_t n_groups;
};

/* Where the LSA wants the answer: the output parameters of LsaApLogonUserEx. */
struct answer_slots {
    PLSA_CLIENT_REQUEST request;
    PVOID *profile;
    PULONG profile_size;
    PLUID logon_id;
    PLSA_TOKEN_INFORMATION_TYPE token_type;
    PVOID *token;
    PUNICODE_STRING *account_name;
    PUNICODE_STRING *authority;
    const uint32_t *user_flags; /* of the profile; NULL: none */
};

/* Returns the two names, which the LSA wants of failed logons, too. An earlier answer is replaced.
 * Errors: NO_MEMORY, INVALID_PARAMETER (no UTF-8), NAME_TOO_LONG */
_must_check_ nt_status answer_names(const struct answer_slots *slots, const LSA_DISPATCH_TABLE *lsa,
                                    const char *name, const char *authority);

/* Makes the session and returns all. On failure nothing of it is left but the names.
 * Errors: what the LSA's functions give; INSUFFICIENT_RESOURCES (no LUID) */
_must_check_ nt_status answer_success(const struct answer_slots *slots,
                                      const LSA_DISPATCH_TABLE *lsa,
                                      const struct answer_account *account);

/* Whether a logon's domain is this machine: empty, ".", or its name. */
bool answer_is_local(const char *domain, const char *machine_name);

#endif
