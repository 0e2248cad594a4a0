/* SPDX-License-Identifier: MIT */
/* The forms in which an account is named: NAME, DOMAIN\NAME, NAME@DOMAIN. */
#ifndef OPENLOGON_DAEMON_LOGON_NAME_H
#define OPENLOGON_DAEMON_LOGON_NAME_H

#include "daemon/message_arena.h"

struct logon_name {
    char *name;
    char *domain; /* empty: this machine */
};

/* What a logon is given. */
struct logon_name_parts {
    const char *user;
    const char *domain; /* NULL: none given; then the user may be NAME@DOMAIN */
};

/**
 * Parts the name of a logon. "." and the machine's name stand for the machine.
 * @ret      lies in the arena
 * Errors:   NO_MEMORY
 */
_must_check_ nt_status logon_name_reduce(struct logon_name *ret, struct logon_name_parts parts,
                                         const char *machine_name, MessageArena *arena);

/* Parts a qualified name in any of the forms. Errors: NO_MEMORY */
_must_check_ nt_status logon_name_parse(struct logon_name *ret, const char *qualified,
                                        const char *machine_name, MessageArena *arena);

#endif
