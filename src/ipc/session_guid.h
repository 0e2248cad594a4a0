/* SPDX-License-Identifier: MIT */
/*
 * The GUID of a logon session, which is another one on each machine and after each start of it: the
 * first three groups of the kernel's boot id, then the LUID (docs/logins.md). Uses the C library
 * only, since PAM applications load it.
 */
#ifndef OPENLOGON_IPC_SESSION_GUID_H
#define OPENLOGON_IPC_SESSION_GUID_H

#include <stdint.h>

/* In the environment of a program in a session; as text. */
#define SESSION_GUID_VARIABLE "OPENLOGON_LOGON_GUID"

enum { SESSION_GUID_SIZE = 37 };

/* What the kernel calls this start of the machine, as much of it as a GUID has. */
struct boot_id {
    uint32_t first;
    uint16_t second, third;
};

/* The same for the life of a process: read once. Errors: -ENOTSUP (no /proc) */
int boot_id_read(struct boot_id *ret);

/* Errors: those of boot_id_read(); the text is empty then. */
int session_guid_text(char ret[SESSION_GUID_SIZE], uint64_t luid);

#endif
