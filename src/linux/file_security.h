/* SPDX-License-Identifier: MIT */
/*
 * A file's owner, mode, POSIX ACLs and extended attributes. All of it through a descriptor, so that
 * a file that is renamed or replaced meanwhile is not mistaken for another; O_PATH is enough. The
 * kernel decides with the calling thread's identity.
 */
#ifndef OPENLOGON_LINUX_FILE_SECURITY_H
#define OPENLOGON_LINUX_FILE_SECURITY_H

#include <stddef.h>

#include "base/macros.h"
#include "security/posix_acl.h"

/* Opens the file that a path leads to, for nothing but the functions here. Symbolic links are
 * followed: they have no security of their own. Returns a descriptor or -errno. */
_must_check_ int file_security_open(const char *path);

/**
 * Reads all of it, as it was at one moment.
 * Errors: -EAGAIN (others kept changing it), -E2BIG (more than POSIX_ACL_MAX entries), -EIO (an ACL
 *         that the kernel should not have let pass), those of the system calls
 */
_must_check_ int file_security_read(struct posix_security *ret, int fd);

/**
 * Changes what differs between two states. Set-id bits are never added, and a file that gets
 * another owner or group loses them; a directory keeps them.
 * @old    what file_security_read() told
 * Needs:  to own the file or CAP_FOWNER; CAP_CHOWN for another owner or a group one is not in
 * Errors: -EOPNOTSUPP (no ACLs there), those of the system calls. The file is then as it was, as
 *         far as the kernel lets it be put back: closed to all where it got other ids that cannot
 *         be taken back, without set-id bits where they could
 */
_must_check_ int file_security_write(int fd, const struct posix_security *old,
                                     const struct posix_security *new);

/**
 * Reads an extended attribute.
 * @ret    from malloc(), the caller's
 * Errors: -ENODATA (it has none), -EOPNOTSUPP, -ENOMEM, those of the system calls
 */
_must_check_ int file_attribute_read(void **ret, size_t *ret_size, int fd, const char *name);
_must_check_ int file_attribute_write(int fd, const char *name, const void *bytes, size_t size);
/* Fine when there is none. */
_must_check_ int file_attribute_remove(int fd, const char *name);

#endif
