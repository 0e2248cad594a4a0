/* SPDX-License-Identifier: MIT */
/* Pipes. */
#ifndef OPENLOGON_NAMEDPIPEAPI_H
#define OPENLOGON_NAMEDPIPEAPI_H

#include <minwinbase.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Makes a pipe. Both handles are the caller's: CloseHandle.
 * @lpPipeAttributes  bInheritHandle makes both inheritable; NULL: neither is
 * @nSize             a hint
 * Errors: ERROR_TOO_MANY_OPEN_FILES, ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, CreatePipe
 */
OPENLOGON_API BOOL CreatePipe(PHANDLE hReadPipe, PHANDLE hWritePipe,
                              LPSECURITY_ATTRIBUTES lpPipeAttributes, DWORD nSize);

/**
 * The calling thread acts as who is at the other end of a connection, until RevertToSelf: the
 * process that connected, with the ids that the kernel had for it then, at the level that it
 * allowed (openlogon_socket_allow_impersonation); Identification if it allowed nothing. Below
 * Impersonation the thread is nobody to the kernel (uid and gid 65534, no groups), so that it opens
 * no file as the server. Nothing needs to have been read before.
 * docs/impersonation-on-sockets.md tells the rules.
 * @hNamedPipe  of a connected AF_UNIX socket, type stream or seqpacket (openlogon_handle_from_fd)
 * Needs:  SeImpersonatePrivilege for other users than the process's, else the level sinks to
 *         Identification
 * Errors: ERROR_INVALID_HANDLE, ERROR_INVALID_FUNCTION (no such socket), ERROR_PIPE_NOT_CONNECTED,
 *         ERROR_PRIVILEGE_NOT_HELD (the kernel does not let the process change its identity, be it
 *         to nobody's; openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY) asks for the token alone)
 * Source: Learn, ImpersonateNamedPipeClient
 */
OPENLOGON_API BOOL ImpersonateNamedPipeClient(HANDLE hNamedPipe);

#ifdef __cplusplus
}
#endif

#endif
