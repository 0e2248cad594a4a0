/* SPDX-License-Identifier: MIT */
/* Which of Windows' rights to a file are which of Linux' permissions; shared by both directions. */
#ifndef OPENLOGON_SECURITY_POSIX_RIGHTS_H
#define OPENLOGON_SECURITY_POSIX_RIGHTS_H

#include "security/posix_acl.h"

/* Who can reach a file's name may ask for its attributes and its security. */
#define POSIX_RIGHTS_ALWAYS (READ_CONTROL | FILE_READ_ATTRIBUTES | SYNCHRONIZE)
/* The owner may chmod() and set times, and cannot be kept from it. */
#define POSIX_RIGHTS_OWNER (POSIX_RIGHTS_ALWAYS | WRITE_DAC | FILE_WRITE_ATTRIBUTES)
/* On these a DACL has no say: Linux gives them by other rules, the same for all files. */
#define POSIX_RIGHTS_FIXED (POSIX_RIGHTS_ALWAYS | FILE_WRITE_ATTRIBUTES)
/* Nobody but the owner can be given these. */
#define POSIX_RIGHTS_CONTROL (DELETE | WRITE_DAC | WRITE_OWNER)

/* One permission: what it is called on Windows, and which rights make the difference. */
struct posix_right {
    uint16_t perm;
    uint32_t told;     /* in ACEs that allow */
    uint32_t decisive; /* what ACEs that deny name; all of them together are the permission */
};

static const struct posix_right posix_rights[] = {
    { POSIX_READ, FILE_GENERIC_READ, FILE_READ_DATA | FILE_READ_EA },
    { POSIX_WRITE, FILE_GENERIC_WRITE, FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA },
    { POSIX_EXECUTE, FILE_GENERIC_EXECUTE, FILE_EXECUTE },
};

#endif
