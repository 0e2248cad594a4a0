/* SPDX-License-Identifier: MIT */
/* A password, checked by PAM (service "openlogon": auth and account; no session is opened). */
#ifndef OPENLOGON_PACKAGES_UNIX_PAM_CHECK_H
#define OPENLOGON_PACKAGES_UNIX_PAM_CHECK_H

#include <stddef.h>

#include "base/status.h"

enum pam_check_blank {
    PAM_CHECK_BLANK_REFUSED,
    PAM_CHECK_BLANK_ALLOWED, /* if the PAM stack allows it, too */
};

struct pam_check_request {
    const char *user;
    const void *password; /* UTF-8 */
    size_t password_size;
    enum pam_check_blank blank;
    const char *confdir; /* a PAM configuration of one's own; NULL: the system's */
};

/**
 * @ret_user the account's name after PAM, which may map names; free with free()
 * Errors:   the table in pam_check.c
 */
_must_check_ nt_status pam_check(char **ret_user, const struct pam_check_request *request);

#endif
