/* SPDX-License-Identifier: MIT */
/* The logon sessions of other machines, machine by machine as they answer. */
#ifndef OPENLOGON_TOOLS_REMOTE_SESSIONS_H
#define OPENLOGON_TOOLS_REMOTE_SESSIONS_H

#include "remote_options.h"

enum remote_sessions_form {
    REMOTE_SESSIONS_TABLE,
    REMOTE_SESSIONS_COMMAS,
    REMOTE_SESSIONS_TABS,
    REMOTE_SESSIONS_JSON,
};

/* Returns the exit code, after complaining. */
int remote_sessions_list(struct remote_options *o, const struct command *command,
                         enum remote_sessions_form form);

#endif
