/* SPDX-License-Identifier: MIT */
/*
 * Between what Linux knows of a file's security (owner, group, mode, POSIX ACLs) and a security
 * descriptor. Pure; docs/file-security.md tells the rules and why.
 */
#ifndef OPENLOGON_SECURITY_POSIX_ACL_H
#define OPENLOGON_SECURITY_POSIX_ACL_H

#include "security/descriptor.h"

enum { POSIX_ACL_MAX = 512 }; /* entries; as many ACEs as they need fit into a DACL */

enum posix_perm { POSIX_EXECUTE = 1, POSIX_WRITE = 2, POSIX_READ = 4 };

/* The kernel's numbers; its order is the numbers' order. */
enum posix_tag {
    POSIX_USER_OBJ = 0x01,
    POSIX_USER = 0x02,
    POSIX_GROUP_OBJ = 0x04,
    POSIX_GROUP = 0x08,
    POSIX_MASK = 0x10,
    POSIX_OTHER = 0x20,
};

struct posix_entry {
    uint16_t tag;
    uint16_t perm;
    uint32_t id; /* of POSIX_USER and POSIX_GROUP */
};

/* In the kernel's order. n == 0: no ACL, which only a default ACL can be. */
struct posix_acl {
    size_t n;
    struct posix_entry entries[POSIX_ACL_MAX];
};

/* All of it. The access ACL is always there: of a file that has none it is the mode's three. */
struct posix_security {
    uint32_t uid, gid;
    uint32_t mode; /* st_mode: type, set-id and sticky bits too */
    struct posix_acl access;
    struct posix_acl initial; /* the default ACL of a directory: what its new children get */
};

void posix_acl_from_mode(struct posix_acl *ret, uint32_t mode);
/* The mode with the permissions that an access ACL shows there. */
uint32_t posix_acl_to_mode(const struct posix_acl *acl, uint32_t mode);
/* Whether it says no more than a mode can. */
bool posix_acl_is_mode(const struct posix_acl *acl);
/* Whether it is in order and complete, as the kernel demands. An empty one is not. */
bool posix_acl_valid(const struct posix_acl *acl);
/* Whether they are the same, entry by entry. What a mask silences counts too: it is back with the
 * next chmod(2). */
bool posix_acl_equal(const struct posix_acl *a, const struct posix_acl *b);

/**
 * Makes the self-relative descriptor that says, right by right, what the kernel lets whom do.
 * @ret     from malloc(), the caller's
 * @machine the domain below which users and groups have their SIDs
 * Errors:  NONE_MAPPED (an id that has no SID), ALLOTTED_SPACE_EXCEEDED, NO_MEMORY
 */
_must_check_ nt_status posix_to_descriptor(void **ret, size_t *ret_size,
                                           const struct posix_security *security,
                                           const SID *machine);

/**
 * Replaces the DACL's part of a file's security.
 * @io        uid, gid and mode tell whom the DACL is about; ACLs and mode are changed on success.
 *            The kernel then never grants data or entries that the DACL does not grant
 * @ret_exact whether it also grants all that the DACL does, so that nothing of it is lost
 * @dacl      NULL: everything for everyone
 * Errors:    NOT_SUPPORTED (more trustees than POSIX_ACL_MAX), INVALID_ACL, NO_MEMORY
 */
_must_check_ nt_status posix_set_dacl(struct posix_security *io, bool *ret_exact, const ACL *dacl,
                                      const SID *machine);

#endif
