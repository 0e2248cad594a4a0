/* SPDX-License-Identifier: MIT */
/* What a login program is told of an account: PAM's code, and a line for who logs in. */
#ifndef OPENLOGON_PAM_ACCOUNT_RESULT_H
#define OPENLOGON_PAM_ACCOUNT_RESULT_H

#include <stdint.h>

#include "base/status.h"
#include "pam/authority_message.h"

/* @text  NULL: PAM's own says it all */
struct account_result {
    int code;
    const char *text;
};

/* Of the check of a password. A password that is right but has to be changed is a success: the
 * check of the account tells of that. */
struct account_result account_result_of_logon(nt_status status);
/* Of a change of it. */
struct account_result account_result_of_change(nt_status status);

/* Whether the account may log in now, a FILETIME, however its user has proved who he is. */
struct account_result account_result_of_facts(const struct account_facts *account, int64_t now);

#endif
