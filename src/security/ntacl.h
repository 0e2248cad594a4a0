/* SPDX-License-Identifier: MIT */
/*
 * A whole descriptor as the value of the extended attribute security.NTACL, in the format that
 * Samba's tools read and write; docs/file-security.md lays it out. Beside the descriptor stands a
 * digest of the POSIX permissions that were set with it: when somebody has changed these since, the
 * descriptor is of no account any more.
 */
#ifndef OPENLOGON_SECURITY_NTACL_H
#define OPENLOGON_SECURITY_NTACL_H

#include "base/sha256.h"
#include "security/posix_acl.h"

#define NTACL_NAME "security.NTACL"

enum { NTACL_SIZE_MAX = 0x10000 }; /* the kernel's limit of any attribute */

struct ntacl {
    void *descriptor; /* self-relative, from malloc() */
    size_t size;
    bool has_digest; /* versions 1 to 3 have none of the permissions themselves */
    uint8_t digest[SHA256_SIZE];
};

void ntacl_done(struct ntacl *ntacl); /* for _cleanup_(ntacl_done) */

/**
 * Reads an attribute of version 1 to 4.
 * Errors: UNKNOWN_REVISION (another version), INVALID_SECURITY_DESCR, INVALID_SID, INVALID_ACL,
 *         NO_MEMORY
 */
_must_check_ nt_status ntacl_parse(struct ntacl *ret, const void *bytes, size_t size);

/**
 * Makes an attribute of version 4.
 * @ret    from malloc(), the caller's
 * @time   FILETIME
 * Errors: BUFFER_TOO_SMALL (above NTACL_SIZE_MAX), NO_MEMORY
 */
_must_check_ nt_status ntacl_build(void **ret, size_t *ret_size, const struct descriptor *d,
                                   uint64_t time, const uint8_t digest[SHA256_SIZE]);

/* The digest of permissions. Errors: NO_MEMORY */
_must_check_ nt_status ntacl_digest(uint8_t ret[SHA256_SIZE],
                                    const struct posix_security *security);

#endif
