/* SPDX-License-Identifier: MIT */
/* Which token is meant: by a pid, by "self", or by the LUID of a logon session. Handles mean
 * something in their own process only, so no number of one can be meant. */
#ifndef OPENLOGON_TOOLS_TOKEN_TARGET_H
#define OPENLOGON_TOOLS_TOKEN_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include <windows.h>

struct token_target {
    uint32_t pid;     /* 0: not known yet */
    uint64_t session; /* 0: a process is meant */
};

bool token_target_parse(struct token_target *ret, const char *text);

/**
 * Opens it to be shown, and with this access.
 * @target   its pid is filled in
 * @text     for messages
 * @ret      the caller's to close
 * Returns the exit code, after complaining.
 */
int token_target_open(struct token_target *target, const char *text, DWORD access, HANDLE *ret);

#endif
