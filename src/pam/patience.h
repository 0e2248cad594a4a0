/* SPDX-License-Identifier: MIT */
/*
 * Whether openlogond is worth waiting for: one that has hung in one phase of a login is not waited
 * for in the next, so that the login as a whole is held up once.
 */
#ifndef OPENLOGON_PAM_PATIENCE_H
#define OPENLOGON_PAM_PATIENCE_H

#include "pam/authority_link.h"
#include "pam/module_options.h"

/* authority_link_open() with what the options say. Errors: of it; -ETIMEDOUT at once, a while after
 * patience_lose() */
_must_check_ int patience_connect(AuthorityLink **ret, pam_handle_t *pam,
                                  const struct module_options *options);

/* @error  of a call of the link, positive; others than ETIMEDOUT change nothing */
void patience_lose(pam_handle_t *pam, int error);

#endif
