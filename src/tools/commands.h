/* SPDX-License-Identifier: MIT */
/* The commands of `logon`, one file each. */
#ifndef OPENLOGON_TOOLS_COMMANDS_H
#define OPENLOGON_TOOLS_COMMANDS_H

#include "command.h"

extern const struct command sessions_command;
extern const struct command whoami_command;
extern const struct command watch_command;
extern const struct command run_command;
extern const struct command logoff_command;
extern const struct command query_command;
extern const struct command token_command;
extern const struct command sql_command;
extern const struct command wql_command;
extern const struct command report_command;
extern const struct command access_command;
extern const struct command account_command;
extern const struct command group_command;
extern const struct command rights_command;
extern const struct command policy_command;
extern const struct command private_command;
extern const struct command setup_command;
extern const struct command metrics_command;
extern const struct command debug_command;

#endif
