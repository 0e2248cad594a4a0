/* SPDX-License-Identifier: MIT */
/*
 * Passwords and restrictions of OpenLogon's own accounts. Each function returns what PAM is told:
 * PAM_USER_UNKNOWN for an account that is not OpenLogon's, so that the next module is asked, and
 * PAM_AUTHINFO_UNAVAIL while openlogond cannot be asked. Nothing is prompted for before that is
 * known.
 */
#ifndef OPENLOGON_PAM_ACCOUNT_PHASE_H
#define OPENLOGON_PAM_ACCOUNT_PHASE_H

#include "pam/module_options.h"

/* @flags  of the pam_sm_ function */
int account_authenticate(pam_handle_t *pam, unsigned flags, const struct module_options *options);
int account_check(pam_handle_t *pam, unsigned flags, const struct module_options *options);
int account_change_password(pam_handle_t *pam, unsigned flags,
                            const struct module_options *options);

#endif
