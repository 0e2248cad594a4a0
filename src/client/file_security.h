/* SPDX-License-Identifier: MIT */
/*
 * The descriptor of a file: what its POSIX permissions say, or a stored one that is in step with
 * them. docs/file-security.md tells the rules. The kernel decides, with the calling thread's
 * identity.
 */
#ifndef OPENLOGON_CLIENT_FILE_SECURITY_H
#define OPENLOGON_CLIENT_FILE_SECURITY_H

#include <windows.h>

#include "security/descriptor.h"

/**
 * @ret    self-relative, from malloc(), the caller's; of the parts that were asked for
 * @fd     O_PATH is enough
 * Errors: PRIVILEGE_NOT_HELD (SACL_SECURITY_INFORMATION without SeSecurity), NONE_MAPPED,
 *         INVALID_PARAMETER (unknown bits), NT_NO_AUTHORITY, those of the system calls
 */
_must_check_ nt_status file_security_get(void **ret, size_t *ret_size, int fd,
                                         SECURITY_INFORMATION parts);

/**
 * Replaces the named parts. On failure the file is as it was.
 * Errors: those of file_security_get(); NOT_SUPPORTED (Linux cannot say it exactly and the program
 *         has not asked for stored descriptors, or the file system has no ACLs), INVALID_OWNER,
 *         INVALID_PRIMARY_GROUP, INVALID_ACL, PRIVILEGE_NOT_HELD (a label above one's own; storing
 *         without CAP_SYS_ADMIN)
 */
_must_check_ nt_status file_security_set(int fd, SECURITY_INFORMATION parts,
                                         const struct descriptor *given);

#endif
