/* SPDX-License-Identifier: MIT */
/* A query in WQL to other machines, its rows as those of this one with the machine before them. */
#ifndef OPENLOGON_TOOLS_REMOTE_ROWS_H
#define OPENLOGON_TOOLS_REMOTE_ROWS_H

#include "remote_options.h"
#include "rows.h"

/* Returns the exit code, after complaining. */
int remote_rows_ask(struct remote_options *o, const struct command *command, const char *query,
                    const struct rows_choice *choice);

#endif
