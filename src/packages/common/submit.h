/* SPDX-License-Identifier: MIT */
/* A submit buffer as a package gets it: pointers in it are addresses of the client, and have to lie
 * within it. */
#ifndef OPENLOGON_PACKAGES_COMMON_SUBMIT_H
#define OPENLOGON_PACKAGES_COMMON_SUBMIT_H

#include <stdint.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/secret.h"

/* Where its bytes are, and where the client had them. Borrowed. */
struct submit {
    const uint8_t *bytes;
    const void *client_base;
    size_t size;
};

/* A password as UTF-8; a zero byte follows. Owned. */
struct submit_password {
    secret *text;
    size_t size;
};
void submit_password_done(struct submit_password *password); /* for _cleanup_() too */

/* Errors of both: INVALID_PARAMETER (outside of the buffer, of odd length or at an odd address, no
 * UTF-16), NO_MEMORY. A name has no zero inside. */
_must_check_ nt_status submit_name(char **ret, const struct submit *submit, UNICODE_STRING string);
_must_check_ nt_status submit_take_password(struct submit_password *ret,
                                            const struct submit *submit, UNICODE_STRING string);

#endif
