/* SPDX-License-Identifier: MIT */
/* What CreateProcess and its relatives in other files have in common. */
#ifndef OPENLOGON_CLIENT_CREATE_PROCESS_H
#define OPENLOGON_CLIENT_CREATE_PROCESS_H

#include <windows.h>

#include "base/status.h"
#include "client/program.h"

/* Which token a process is started with, and what that takes. */
enum whose_token {
    OWN_TOKEN,
    GIVEN_TOKEN,            /* CreateProcessAsUser */
    LOGON_TOKEN,            /* CreateProcessWithLogonW: of a logon that this session asked for */
    TOKEN_BY_IMPERSONATION, /* CreateProcessWithTokenW: SeImpersonatePrivilege will do */
};

struct process_attributes {
    uint32_t process_flags, thread_flags; /* HANDLE_FLAG_* */
};

/* What the W functions have to turn into UTF-8. */
struct wide_request {
    const WCHAR *application, *command_line, *directory;
    const STARTUPINFOW *startup;
};

/**
 * Starts a program.
 * @token    not looked at with OWN_TOKEN
 * @request  environment and creation_flags; the texts come from `wide`
 */
_must_check_ nt_status create_process_wide(enum whose_token whose, HANDLE token,
                                           const struct wide_request *wide,
                                           struct program_request *request,
                                           const struct process_attributes *attributes,
                                           PROCESS_INFORMATION *ret);

#endif
