/* SPDX-License-Identifier: MIT */
/* Of which logon type a login through PAM is (docs/logins.md). Pure. */
#ifndef OPENLOGON_AUTHORITY_LOGIN_TYPE_H
#define OPENLOGON_AUTHORITY_LOGIN_TYPE_H

#include <stdbool.h>
#include <stdint.h>

/* What decides: a SECURITY_LOGON_TYPE, or one of these, which are no such type. */
enum login_rule {
    LOGIN_RULE_REMOTE = 0x100, /* RemoteInteractive with a terminal, else Network */
    LOGIN_RULE_CALLER = 0x101, /* the type of the session that the login is made in */
};

/* How openlogond.conf says a rule. False: there is none of that name. */
bool login_rule_parse(const char *text, uint32_t *ret);

/* The rule of a PAM service that the configuration does not name. */
uint32_t login_rule_of(const char *service);

/* @callers  the type of the session that the login is made in; 0: of none, or of SYSTEM's */
uint32_t login_type_decide(uint32_t rule, const char *tty, uint32_t callers);

#endif
