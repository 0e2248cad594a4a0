/* SPDX-License-Identifier: MIT */
/* An account by its SID or its name. Well-known ones are known here, others the authority knows. */
#ifndef OPENLOGON_CLIENT_ACCOUNT_H
#define OPENLOGON_CLIENT_ACCOUNT_H

#include "base/status.h"
#include "security/sid.h"

/* Owns its strings, which are UTF-8. Starts zeroed; account_done() is fine in any state. */
struct account {
    sid_buffer sid;
    char *name;
    char *domain;
    SID_NAME_USE use;
};

void account_done(struct account *a);

/* Errors: NONE_MAPPED (there is none), NO_MEMORY, those of a request */
_must_check_ nt_status account_by_sid(struct account *a, const SID *sid);
_must_check_ nt_status account_by_name(struct account *a, const char *name);

/* Only this machine can be asked: NULL, nothing, or its name, with or without \\ in front.
 * Errors: NT_NO_AUTHORITY (another machine), those of connection_current() */
_must_check_ nt_status account_check_system(const char *system);

#endif
