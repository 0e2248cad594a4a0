/* SPDX-License-Identifier: MIT */
/*
 * The session of a PAM application: openlogond is told that somebody was let in, and that he is
 * gone. Where it cannot be told, the login goes on all the same, and a file tells it later.
 */
#ifndef OPENLOGON_PAM_LOGIN_SESSION_H
#define OPENLOGON_PAM_LOGIN_SESSION_H

#include "pam/module_options.h"

/* In the environment of the login: its LUID, as logonsessions prints it. */
#define LOGIN_LUID_VARIABLE "OPENLOGON_LUID"

/* Both return what PAM is told. */
int login_session_open(pam_handle_t *pam, const struct module_options *options);
int login_session_close(pam_handle_t *pam, const struct module_options *options);

#endif
