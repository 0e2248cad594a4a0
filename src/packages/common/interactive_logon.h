/* SPDX-License-Identifier: MIT */
/* The texts of an MSV1_0_INTERACTIVE_LOGON, taken out of a submit buffer: of a logon, of one that
 * unlocks, or of one without elevation. */
#ifndef OPENLOGON_PACKAGES_COMMON_INTERACTIVE_LOGON_H
#define OPENLOGON_PACKAGES_COMMON_INTERACTIVE_LOGON_H

#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"

/* UTF-8; owned. A zero byte follows each; domain and user have none inside. */
struct interactive_logon {
    char *domain;
    char *user;
    secret *password;
    size_t password_size;
    uint32_t user_flags; /* LOGON_NO_ELEVATION or 0: to be the profile's */
};

void interactive_logon_done(struct interactive_logon *l); /* for _cleanup_() too */

/**
 * Reads a buffer as LsaApLogonUser gets it: pointers in it are addresses of the client.
 * Errors: NOT_SUPPORTED (another kind of logon), INVALID_PARAMETER (a text outside of the buffer,
 *         of odd length, no UTF-16, or with a zero in a name), NO_MEMORY
 */
_must_check_ nt_status interactive_logon_read(struct interactive_logon *ret, const void *submit,
                                              const void *client_base, size_t size);

#endif
